/** Who may frame the step, be heard by it, and press its buttons. */
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { at } from "./around.ts";
import { phonesOf } from "./browser.ts";
import {
  type Around,
  entered,
  framable,
  frameIn,
  gone,
  greeted,
  hears,
  LONG,
  opened,
  scripted,
  stepIn,
  told,
} from "./framing.ts";
import { stepOn } from "./shopper.ts";

// Chromium says in the console what the policy keeps out of a frame, and that the strangers have no page.
const { desktop } = phonesOf([], /"frame-ancestors |\/nowhere: /);

type Sight = Window & { inSight?: boolean };

/** Init script: keeps what the browser last told the step about its being seen. */
function keepSight(): void {
  const Real = IntersectionObserver;
  window.IntersectionObserver = class extends Real {
    constructor(tell: IntersectionObserverCallback, watch?: IntersectionObserverInit) {
      super((entries, observer) => {
        tell(entries, observer);
        for (const entry of entries as (IntersectionObserverEntry & { isVisible?: boolean })[])
          if (entry.target === document.body) (window as Sight).inSight = entry.isVisible ?? false;
      }, watch);
    }
  };
}

/** Whether another digit than the one that stands there gets in. Found out by trying: nothing tells when the step lets it. */
async function takes(field: Locator): Promise<boolean> {
  const next = (await field.inputValue()) === "7" ? "8" : "7";
  await field.fill(next);
  return (await field.inputValue()) === next;
}

/** Covers the dialog of `page`, for the eye alone: presses go through. Undone by what it resolves to. */
async function covered(page: Page, style = ""): Promise<() => Promise<void>> {
  const undo = await page.evaluateHandle((style) => {
    const dialog = document.querySelector("dialog") as HTMLDialogElement;
    const before = dialog.style.cssText;
    const cover = document.createElement("div");
    cover.style.cssText = "position:fixed;inset:0;background:white;pointer-events:none";
    if (style) dialog.style.cssText += style;
    else dialog.append(cover);
    return () => {
      cover.remove();
      dialog.style.cssText = before;
    };
  }, style);
  return () => undo.evaluate((undo) => undo());
}

describe("input", () => {
  it("counts for nothing while the page covers or dims the frame", async () => {
    const { url, text, view } = await framable();
    const page = await (await desktop()).newPage();
    await opened(page, url);
    const { code } = await text();
    const { field, approve } = await stepIn(page);
    await expect.poll(() => takes(field), LONG).toBe(true);
    for (const trick of ["opacity:.01", ""]) {
      const undo = await covered(page, trick);
      await expect.poll(() => takes(field), LONG).toBe(false);
      const stood = await field.inputValue();
      await field.pressSequentially(code);
      await approve.dispatchEvent("click");
      expect([trick, await field.inputValue()]).toEqual([trick, stood]);
      await undo();
      await expect.poll(() => takes(field), LONG).toBe(true);
    }
    expect(await view()).toMatchObject({ status: "sent", attempts: 0 });
  });

  it("counts again when the frame has been in plain sight for half a second", async () => {
    const { url, text } = await framable();
    const page = await (await desktop()).newPage();
    await page.clock.install();
    await page.addInitScript(keepSight);
    await opened(page, url);
    await text();
    const { field } = await stepIn(page);
    await expect.poll(() => takes(field), LONG).toBe(true);
    const undo = await covered(page);
    await expect.poll(() => takes(field), LONG).toBe(false);
    await page.clock.pauseAt(Date.now() + 60_000);
    await undo();
    const frame = await frameIn(page);
    await expect.poll(() => frame.evaluate(() => (window as Sight).inSight), LONG).toBe(true);
    await page.clock.runFor(400);
    expect(await takes(field)).toBe(false);
    const later = () => page.clock.runFor(100).then(() => takes(field));
    await expect.poll(later, LONG).toBe(true);
  });
});

describe("a stranger", () => {
  it("cannot frame the step, however much its address looks like the shop's", async () => {
    const { url, view } = await framable();
    const { host, hostname, port } = new URL(at.framing);
    const strangers = [
      ...[
        `http://${hostname}.evil.localhost:${port}`,
        `http://x${host}`,
        `http://x.${host}`,
        `http://${hostname}-.localhost:${port}`,
      ],
      ...[at.shop("marisol"), at.phone.replace("127.0.0.1", hostname), `http://127.0.0.1:${port}`],
    ];
    const page = await (await desktop()).newPage();
    for (const stranger of strangers) {
      await page.goto(`${stranger}/nowhere`);
      const refused = page.waitForEvent("console", { predicate: (line) => /frame-ancestors/.test(line.text()) });
      await page.evaluate((src) => {
        const frame = Object.assign(document.createElement("iframe"), { src });
        document.documentElement.append(frame);
      }, url);
      await refused;
      const frame = await frameIn(page);
      await frame.waitForLoadState();
      expect([stranger, frame.url().slice(0, 13), await frame.getByRole("heading", { level: 1 }).count()]).toEqual([
        stranger,
        "chrome-error:",
        0,
      ]);
    }
    expect(await view()).toMatchObject({ status: "created", sends: 0 });
  });

  it("is not heard by the page, with any message from any window but the step's frame", async () => {
    const { id, url, text } = await framable();
    const other = await framable();
    const context = await desktop();
    const { host } = new URL(at.brand("marisol"));
    const { port } = new URL(at.framing);
    const forged = [
      ...["ready", "init", "resize", "state", "result", "escape", "cancel"].map((type) => ({ v: 1, type })),
      { v: 1, type: "ready", nonce: "n" },
      { v: 1, type: "result", verification: id, outcome: "approved" },
      { v: 1, type: "escape", reason: "done" },
      { v: 1, type: "escape", reason: "storage" },
      { v: 1, type: "state", status: "approved" },
      ...["approved", JSON.stringify({ v: 1, type: "escape", reason: "done" }), null, 7, []],
    ];
    const page = await context.newPage();
    await page.goto(`http://${host.split(":")[0]}.evil.localhost:${port}/nowhere`);
    const [popup] = await Promise.all([
      page.waitForEvent("popup"),
      page.evaluate(() => Object.assign(window, { shop: window.open("about:blank", "shop") })),
    ]);
    await opened(popup, url);
    const { code } = await text();
    // From whoever opened the shop, and from a frame of the step's own origin that is not the one the loader made.
    await page.evaluate((all) => {
      for (const one of all)
        (window as unknown as { shop: Window }).shop.postMessage(one, "*", [new MessageChannel().port1]);
    }, forged);
    await popup.evaluate(
      (src) => document.body.append(Object.assign(document.createElement("iframe"), { src })),
      other.url,
    );
    const beside = await frameIn(popup);
    await beside.getByRole("heading", { level: 1 }).waitFor();
    await beside.evaluate((all) => {
      for (const one of all) parent.postMessage(one, "*", [new MessageChannel().port1]);
    }, forged);
    expect(await told(popup)).toEqual({ results: [], states: ["created", "sent"] });
    await popup
      .locator("iframe")
      .last()
      .evaluate((frame) => frame.remove());
    await entered(popup, code);
    await gone(popup);
    expect((await told(popup)).results).toEqual([{ verification: id, outcome: "approved" }]);
    expect((await other.view()).sends).toBe(0);
  });

  it("gets no answer from the step, which sends nothing before the right page has greeted it", async () => {
    const { url, view, texts } = await framable();
    const context = await desktop();
    const opener = await context.newPage();
    await opener.goto(`http://${new URL(at.framing).hostname}.evil.localhost:${new URL(at.framing).port}/nowhere`);
    const [page] = await Promise.all([
      opener.waitForEvent("popup"),
      opener.evaluate(() => Object.assign(window, { shop: window.open("about:blank", "shop") })),
    ]);
    const frame = await scripted(page, url);
    const nonce = await page.evaluate(() => (window as unknown as Around).nonce);
    // The right words, from the wrong window.
    await opener.evaluate((nonce) => {
      const { port1, port2 } = new MessageChannel();
      const stolen: unknown[] = [];
      port1.onmessage = ({ data }) => stolen.push(data);
      const { shop } = Object.assign(window, { stolen }) as unknown as { shop: Window };
      shop.frames[0]?.postMessage({ v: 1, type: "init", nonce }, "*", [port2]);
    }, nonce);
    // The right window, with the wrong words.
    await page.evaluate((nonce) => {
      const step = document.querySelector("iframe")?.contentWindow;
      const words = [
        ...[
          { v: 1, type: "init" },
          { v: 1, type: "init", nonce: "0" },
          { v: 1, type: "init", nonce: [nonce] },
        ],
        ...[
          { v: 2, type: "init", nonce },
          { v: 1, type: "hello", nonce },
          { v: 1, type: "init", nonce, more: "x".repeat(1024) },
        ],
        ...[JSON.stringify({ v: 1, type: "init", nonce }), null, nonce],
      ];
      for (const one of words) step?.postMessage(one, "*", [new MessageChannel().port2]);
      step?.postMessage({ v: 1, type: "init", nonce }, "*"); // without a port
    }, nonce);
    await frame.evaluate(() => new Promise((done) => setTimeout(done)));
    expect(await view()).toMatchObject({ status: "created", sends: 0 });

    await greeted(page);
    await hears(page, "state", "sent");
    // Once it talks to somebody, nobody else can take over; what it does not know it ignores.
    await page.evaluate((nonce) => {
      const { port } = window as unknown as Around;
      document
        .querySelector("iframe")
        ?.contentWindow?.postMessage({ v: 1, type: "init", nonce }, "*", [new MessageChannel().port2]);
      for (const one of [
        { v: 1, type: "approve" },
        { v: 1, type: "code", code: "000000" },
        "cancel",
        { v: 2, type: "cancel" },
      ])
        port.postMessage(one);
    }, nonce);
    const { button, say } = stepOn(frame, "marisol");
    expect(await button(say.stay).count()).toBe(0);
    await page.evaluate(() => (window as unknown as Around).port.postMessage({ v: 1, type: "cancel" }));
    const stop = () => button(say.stop).click({ timeout: 500 });
    const heardOf = () => page.evaluate(() => (window as unknown as Around).heard);
    // Each look presses.
    await expect
      .poll(
        () =>
          stop()
            .catch(() => {})
            .then(heardOf)
            .then((all) => all.find(({ type }) => type === "escape")),
        LONG,
      )
      .toEqual({ v: 1, type: "escape", reason: "done" });
    expect(await texts()).toBe(1);
    expect(await opener.evaluate(() => (window as unknown as { stolen: unknown[] }).stolen)).toEqual([]);
    const heard = await heardOf();
    const members = { state: ["status"], resize: ["height"], result: ["verification", "outcome"], escape: ["reason"] };
    for (const { v, type, ...rest } of heard)
      expect([v, Object.keys(rest)]).toEqual([1, members[type as keyof typeof members]]);
  });
});
