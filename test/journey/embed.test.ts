/** The step in a frame of a shop on another site, in a browser without third-party cookies. */
import type { Route } from "playwright-core";
import { describe, expect, it } from "vitest";
import { at, customerOf, textTo, verdictOf, verificationOf } from "./around.ts";
import { phonesOf } from "./browser.ts";
import {
  type Around,
  closes,
  dialogs,
  entered,
  framable,
  frameIn,
  gone,
  greeted,
  hears,
  LONG,
  opened,
  RETURN,
  scripted,
  stepIn,
  toCheckout,
  told,
  toldOf,
} from "./framing.ts";
import { callsOn, isFocused, says, stepOn, wrongFor } from "./shopper.ts";
import { focused, holding, until } from "./until.ts";

const { phone, desktop } = phonesOf(["--test-third-party-cookie-phaseout"]);

/** A script that says nothing. */
const SILENT = { contentType: "text/javascript", body: "" };

describe("an order in a frame", () => {
  it("is accepted by the code, bound to both hosts in the SMS, with a cookie kept apart for this shop", async () => {
    const who = await customerOf("marisol");
    const context = await desktop();
    const page = await context.newPage();
    await toCheckout(page);
    const starts = callsOn(page, "start");
    await page.getByLabel("Signed in as customer").selectOption(who.ref);
    await page.getByRole("button", { name: who.shop.place }).click();
    const step = await stepIn(page);
    expect(await page.locator("iframe").getAttribute("title")).toBe("Comprobación de seguridad de Marisol");
    await step.field.waitFor();
    const id = await step.id();
    await focused(step.field);

    const handset = await context.newPage();
    await handset.goto(`${at.phone}/?number=${who.number}`);
    const message = handset.getByRole("article");
    await message.waitFor();
    const code = (await message.locator("b").innerText()).trim();
    const [, last] = /\n(@.*)$/.exec((await message.locator("p").innerText()).trim()) ?? [];
    expect(last).toBe(`@tienda.localhost #${code} @marisol.localhost`);

    await page.bringToFront();
    await entered(page, code);
    await page.waitForURL(`${at.framing}/return?verification=${id}`);
    await page.getByRole("heading", { level: 1, name: who.shop.accepted }).waitFor();
    expect(await verificationOf("marisol", id)).toMatchObject({ status: "redeemed", reason: "code", sends: 1 });
    expect(await verdictOf("marisol", id)).toMatchObject({ vid: id, attempts: 1 });
    expect(starts.map(({ body }) => JSON.parse(body ?? "{}").framed)).toEqual([true]);
    const [cookie, ...others] = await context.cookies(at.brand("marisol"));
    expect(others).toEqual([]);
    const apart = { sameSite: "None", secure: true, httpOnly: true, partitionKey: "http://tienda.localhost" };
    expect(cookie).toMatchObject({ name: "__Host-ringfence", ...apart });
  });

  it("is told to the page when the server has said it, and not before", async () => {
    const { id, url, text, view } = await framable();
    const page = await (await desktop()).newPage();
    await opened(page, url);
    const { code } = await text();
    const held = Promise.withResolvers<Route>();
    await page.route("**/check", (route) => held.resolve(route));
    await entered(page, code);
    const route = await held.promise;
    expect(await told(page)).toEqual({ results: [], states: ["created", "sent"] });
    await route.continue();
    await gone(page);
    expect(await told(page)).toEqual({
      results: [{ verification: id, outcome: "approved" }],
      states: ["created", "sent", "approved"],
    });
    expect((await view()).status).toBe("approved");
  });

  it("stays to be read when it failed, and closes by its way back to the basket", async () => {
    const { id, url, text } = await framable();
    const page = await (await desktop()).newPage();
    await opened(page, url);
    const { code } = await text();
    const step = await stepIn(page);
    for (let nth = 1; nth <= 5; nth++) {
      await entered(page, wrongFor(code, nth));
      if (nth < 5) await holding(step.field, "");
    }
    await says(step.title, step.say.failed);
    expect((await told(page)).results).toEqual([]);
    await closes(page, (await frameIn(page)).getByRole("link", { name: step.say.basket }));
    expect((await told(page)).results).toEqual([{ verification: id, outcome: "failed" }]);
    expect(page.url()).toBe(`${at.framing}/checkout`);
  });
});

describe("without a frame", () => {
  it("a narrow screen is sent to the step itself, and the SMS names its host alone", async () => {
    const who = await customerOf("marisol");
    const page = await (await phone()).newPage();
    await toCheckout(page);
    await page.getByLabel("Signed in as customer").selectOption(who.ref);
    await page.getByRole("button", { name: who.shop.place }).click();
    await page.waitForURL(`${at.brand("marisol")}/v/*`);
    const { body, code } = await textTo(who);
    expect(body.split("\n").at(-1)).toBe(`@marisol.localhost #${code}`);
    await stepOn(page, "marisol").enter(code);
    await page.waitForURL(`${at.framing}/return?*`);
    await page.getByRole("heading", { level: 1, name: who.shop.accepted }).waitFor();
  });

  it("a step that says nothing for four seconds is given the whole page, and sends its first text there", async () => {
    const { url, view, text, texts } = await framable();
    const page = await (await desktop()).newPage();
    await page.clock.install();
    await page.route("**/assets/step-*.js", (route) =>
      route.request().frame() === page.mainFrame() ? route.fallback() : route.fulfill(SILENT),
    );
    await opened(page, url);
    await (await stepIn(page)).title.waitFor();
    await page.clock.fastForward(2000);
    expect(await dialogs(page)).toBe(1);
    await page.clock.fastForward(2000);
    await page.waitForURL(url);
    const { body, code } = await text();
    expect(body.split("\n").at(-1)).toBe(`@marisol.localhost #${code}`);
    await stepOn(page, "marisol").enter(code);
    await page.waitForURL(`${RETURN}?*`);
    expect([(await view()).sends, await texts()]).toEqual([1, 1]);
  });

  it("a frame that keeps no cookie asks for nothing and gives way to the whole page", async () => {
    const { url, text, texts } = await framable();
    const page = await (await desktop()).newPage();
    const starts = callsOn(page, "start");
    await page.addInitScript(() => {
      if (window.top !== window) Object.defineProperty(document, "cookie", { get: () => "", set: () => {} });
    });
    await opened(page, url);
    await page.waitForURL(url);
    const { code } = await text();
    await stepOn(page, "marisol").enter(code);
    await page.waitForURL(`${RETURN}?*`);
    expect(starts.map(({ body }) => JSON.parse(body ?? "{}").framed)).toEqual([false]);
    expect(await texts()).toBe(1);
  });
});

describe("a frame", () => {
  it("is left by Esc, after a question once a code was sent, and by Tab; the focus returns to the button", async () => {
    const { id, url, text, view } = await framable();
    const page = await (await desktop()).newPage();
    await opened(page, url);
    await text();
    const frame = await frameIn(page);
    const { field, button, say } = await stepIn(page);
    await focused(field);
    await expect
      .poll(() => page.keyboard.press("Tab").then(() => frame.evaluate(() => document.hasFocus())), LONG)
      .toBe(false);
    await page.evaluate(() => (window as unknown as Around).handle.focus());
    await focused(field);

    await page.keyboard.press("Escape");
    await button(say.stay).waitFor();
    await page.keyboard.press("Escape");
    await button(say.stay).waitFor({ state: "hidden" });
    expect(await dialogs(page)).toBe(1);
    const asked = () => page.keyboard.press("Escape").then(() => button(say.stay).isVisible());
    await expect.poll(asked, LONG).toBe(true);
    await closes(page, button(say.stop));
    expect(await isFocused(page.locator("form button"))).toBe(true);
    expect((await told(page)).results).toEqual([{ verification: id, outcome: "abandoned" }]);
    expect(await view()).toMatchObject({ status: "abandoned", reason: "left" });
  });

  it("is left by Esc before the step has loaded, and nothing was asked for", async () => {
    const { url, view } = await framable();
    const page = await (await desktop()).newPage();
    await page.route("**/assets/step-*.js", (route) => route.fulfill(SILENT));
    await opened(page, url);
    await (await stepIn(page)).title.waitFor();
    await page.keyboard.press("Escape");
    await gone(page);
    expect(await told(page)).toEqual({ results: [{ outcome: "abandoned" }], states: [] });
    expect(await isFocused(page.locator("form button"))).toBe(true);
    expect(await view()).toMatchObject({ status: "created", sends: 0 });
  });

  it("asks at the page's wish to cancel, and tells what others did to the order", async () => {
    const { id, url, text, view, shop } = await framable();
    const page = await (await desktop()).newPage();
    await opened(page, url);
    await text();
    await toldOf(page, "sent");
    const { button, say } = await stepIn(page);
    await page.evaluate(() => (window as unknown as Around).handle.cancel());
    await button(say.stay).waitFor();
    expect((await view()).status).toBe("sent");
    await shop.post(`/${id}/cancel`, {});
    await (await frameIn(page)).evaluate(() => window.dispatchEvent(new Event("online")));
    await toldOf(page, "canceled");
    await page.evaluate(() => (window as unknown as Around).handle.cancel());
    await gone(page);
    expect((await told(page)).results).toEqual([{ verification: id, outcome: "canceled" }]);
  });

  it("says no more than that it stopped when another browser has taken the step over", async () => {
    const { id, url, text, takenOver } = await framable();
    const page = await (await desktop()).newPage();
    await opened(page, url);
    await text();
    await toldOf(page, "sent");
    await takenOver();
    const frame = await frameIn(page);
    await frame.evaluate(() => window.dispatchEvent(new Event("online")));
    const { title, say } = await stepIn(page);
    await says(title, say.elsewhere);
    await page.evaluate(() => (window as unknown as Around).handle.cancel());
    await gone(page);
    expect((await told(page)).results).toEqual([{ verification: id, outcome: "stopped" }]);
  });

  it.each(["390x400", "600x400", "500x600"] as const)(
    "of %s scrolls in one place only and cuts no button",
    async (size) => {
      const { url, text } = await framable();
      const [width = 0, height = 0] = size.split("x").map(Number);
      // As low as the frame, and as narrow as frames are opened at.
      const page = await (await desktop({ viewport: { width: Math.max(480, width), height: height + 32 } })).newPage();
      await opened(page, url, { size });
      await text();
      const step = await stepIn(page);
      await step.resend.waitFor();
      const box = await page.locator("iframe").boundingBox();
      expect(box?.width).toBe(width);
      await until(page.locator("iframe"), (frame, height) => frame.getBoundingClientRect().height === height, height);
      expect(
        await page
          .locator("body > dialog")
          .evaluate((d) => [d.scrollHeight > d.clientHeight, d.scrollWidth > d.clientWidth]),
      ).toEqual([false, false]);
      const inside = await (await frameIn(page)).evaluate(() => ({
        wide: document.documentElement.scrollWidth,
        button: document.querySelector(".entry .primary")?.getBoundingClientRect().bottom ?? 0,
      }));
      expect(inside.wide).toBe(width);
      expect(inside.button).toBeLessThan(height);
    },
  );
});

describe("the code from the text message", () => {
  it("is filled in and sent by itself in a frame that may read it", async () => {
    const { id, url, text } = await framable();
    const page = await (await desktop()).newPage();
    const checks = callsOn(page, "check");
    await page.addInitScript(() => {
      const { promise, resolve } = Promise.withResolvers<string>();
      Object.assign(window, { arrive: resolve });
      navigator.credentials.get = () => promise.then((code) => ({ code }) as unknown as Credential);
    });
    await opened(page, url);
    await toldOf(page, "sent");
    const { code } = await text();
    const frame = await frameIn(page);
    await frame.evaluate((code) => (window as unknown as { arrive(code: string): void }).arrive(code), code);
    await gone(page);
    expect((await told(page)).results).toEqual([{ verification: id, outcome: "approved" }]);
    expect(checks.map(({ body }) => JSON.parse(body ?? "{}").entry)).toEqual(["webotp"]);
  });

  it.each(["NotAllowedError", "SecurityError"])("is typed where the browser refuses with %s", async (name) => {
    const { id, url, text } = await framable();
    const page = await (await desktop()).newPage();
    // The first is Chromium's own word to a frame without `allow`, the second that of the specification.
    if (name === "SecurityError")
      await page.addInitScript(() => {
        navigator.credentials.get = () => Promise.reject(new DOMException("", "SecurityError"));
      });
    const frame = await scripted(page, url, name === "SecurityError" ? "otp-credentials" : "");
    type Armed = { ringfence: { heard: Promise<string> } };
    const refusal = frame.evaluate(() => (window as unknown as Armed).ringfence.heard.catch((error) => error.name));
    expect(await refusal).toBe(name);
    await greeted(page);
    await entered(page, (await text()).code);
    const result = await hears(page, "result");
    expect(result).toEqual({ v: 1, type: "result", verification: id, outcome: "approved" });
  });
});
