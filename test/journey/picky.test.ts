/** What a picky shopper notices, as far as no other test looks at it. */
import { beforeEach, describe, expect, it } from "vitest";
import { say } from "../../web/i18n/messages.ts";
import { phonesOf } from "./browser.ts";
import { playScene } from "./scenes.ts";
import { moment, PACKS, packOf, type Stage, stageIn } from "./staged.ts";

const { phone } = phonesOf();
const tindra = packOf("tindra");
const EN = { locale: "en" };
const CODE = "482913";
const delivery = { status: "sent", last_sent_at: moment(0), code_expires_at: moment(300), sends_remaining: 2 } as const;
const started = { state: { status: "sent", resend_available_at: moment(30), delivery } } as const;

interface Shift {
  value: number;
  hadRecentInput: boolean;
}

/** Where the parts of the step are, in whole pixels from the top and the left. */
const places = ({ page }: Stage, parts: string[]) =>
  page.evaluate(
    (parts) =>
      parts.map((part) => {
        const { left, top } = document.querySelector(part)?.getBoundingClientRect() ?? { left: -1, top: -1 };
        return `${part} ${Math.round(left)}, ${Math.round(top)}`;
      }),
    parts,
  );

/** Goes to another app and comes back `seconds` later. */
async function away(stage: Stage, seconds: number): Promise<void> {
  const turn = (state: string) =>
    stage.page.evaluate((state) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
      document.dispatchEvent(new Event("visibilitychange"));
    }, state);
  await turn("hidden");
  await stage.pass(seconds);
  await turn("visible");
}

describe("a picky shopper", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await stageIn(await phone());
  });

  it("edits the field as any field: back, all of it, undo, and other signs vanish (3)", async () => {
    await stage.show(tindra, EN);
    const { keyboard } = stage.page;
    const { field } = stage;
    await field.click();
    await keyboard.type("48 29a1");
    expect(await field.inputValue()).toBe("48291");
    await keyboard.press("Backspace");
    expect(await field.inputValue()).toBe("4829");
    await keyboard.press("Home");
    await keyboard.type("7");
    expect(await field.inputValue()).toBe("74829");
    await keyboard.press("ControlOrMeta+A");
    await keyboard.type("1");
    expect(await field.inputValue()).toBe("1");
    await keyboard.press("ControlOrMeta+Z");
    expect(await field.inputValue()).toMatch(/^\d*$/);
    expect(stage.posted()).toEqual([]);
  });

  it("finds everything as it was after the messages app: the digits, the deadline, no new text (7)", async () => {
    await stage.show(tindra, { ...EN, view: "first visit", answers: { start: started } });
    await stage.until(".hint time");
    await stage.field.pressSequentially("482");
    const hint = await stage.page.locator("#hint").innerText();
    const reads = stage.reads();
    const read = stage.page.waitForResponse(/\/state$/);
    await away(stage, 20);
    await read;
    expect(stage.reads()).toBe(reads + 1);
    expect(await stage.field.inputValue()).toBe("482");
    expect(await stage.page.locator("#hint").innerText()).toBe(hint);
    expect(stage.posted()).toEqual([]);
    await away(stage, 2);
    expect(stage.reads()).toBe(reads + 1);
  });

  it("finds “Send the code again” where it was, before, while and after it counts, and after it was pressed (13)", async () => {
    const again = { last_sent_at: moment(31), code_expires_at: moment(331), sends_remaining: 1 };
    const resent = { state: { resend_available_at: moment(91), delivery: again } };
    const parts = [".resend .quiet", "summary", ".cancel button"];
    await stage.show(tindra, { ...EN, view: "first visit", answers: { start: started, resend: resent } });
    await stage.until(".resend button");
    const before = await places(stage, parts);
    await stage.pass(25);
    expect(await places(stage, parts)).toEqual(before);
    await stage.pass(6);
    expect(await stage.page.locator(".resend button").getAttribute("aria-disabled")).toBeNull();
    expect(await places(stage, parts)).toEqual(before);
    await stage.page.locator(".resend button").click();
    expect(await places(stage, parts)).toEqual(before);
    await stage.until(".sent time");
    expect(await places(stage, parts)).toEqual(before);
    expect(await stage.page.locator(".wait").innerText()).toMatch(/^in (60|5\d) seconds$/);
  });

  it("sees nothing jump, from the first paint over a wrong code to the check of the next (24)", async () => {
    await stage.page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput } of list.getEntries() as unknown as Shift[])
          if (!hadRecentInput) shifts.push(value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    const parts = [".order", "#code", ".check .primary", "summary"];
    for (const pack of PACKS) {
      const wrong = { problem: "VERIFICATION.CODE_WRONG", state: { attempts_remaining: 4 } } as const;
      await stage.show(pack, { view: "first visit", answers: { start: started, check: [wrong, "never"] } });
      const first = await places(stage, parts);
      await stage.until(".hint time");
      expect(await places(stage, parts)).toEqual(first);
      await stage.field.pressSequentially(CODE);
      await stage.approve.click();
      await stage.until("#error span");
      expect(await places(stage, parts)).toEqual(first);
      await stage.field.pressSequentially(CODE);
      expect(await places(stage, parts)).toEqual(first);
      await stage.approve.click();
      await stage.pass(4);
      expect(await places(stage, parts)).toEqual(first);
      // Words of a sentence that becomes another one move a little; 0.00 is what the page may have in all.
      const shifts = await stage.page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
      expect(shifts.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.005);
    }
  });

  it("is back in the shop a second after the approval (16)", async () => {
    await stage.show(tindra, { ...EN, answers: { check: { state: { status: "approved" } } } });
    await stage.field.pressSequentially(CODE);
    await stage.approve.click();
    await stage.until(".seal", 0.01);
    expect(new URL(stage.page.url()).pathname).toMatch(/^\/v\//);
    await stage.pass(1);
    await stage.page.waitForURL("**/shop/return");
  });

  it("finds people from the first second on, with their hours, and reads that the basket is kept (17)", async () => {
    for (const pack of PACKS) {
      const { help, kept } = await playScene(stage, pack, "sending").then(stage.say);
      await stage.page.getByText(help, { exact: true }).click();
      const routes = stage.page.locator(".routes");
      expect(await routes.innerText()).toContain(pack.support.phone);
      expect(await routes.innerText()).toContain(pack.support.hours[pack.defaultLocale]);
      await routes.locator("button.row").click();
      expect(await stage.page.locator("dialog").innerText()).toMatch(new RegExp(kept.replace(/\{time\}.*/, "")));
    }
  });

  it("is not asked by the browser whether it should remember codes, and is heard without script all the same", async () => {
    await stage.show(tindra, EN);
    expect(await stage.field.getAttribute("name")).toBeFalsy();
    await stage.show(tindra, { ...EN, plain: true });
    expect(await stage.field.getAttribute("name")).toBe("code");
  });

  it("gets the number of the support line after the second fault of ours, and not before", async () => {
    const lost = { problem: "INTERNAL", state: null } as const;
    const wrong = { problem: "VERIFICATION.CODE_WRONG", state: { attempts_remaining: 4 } } as const;
    await stage.show(tindra, { ...EN, answers: { check: [lost, lost, wrong] } });
    const line = stage.page.locator(".helpline");
    await stage.field.pressSequentially(CODE);
    await stage.approve.click();
    await stage.until("#error span");
    expect(await line.count()).toBe(0);
    await stage.approve.click();
    await stage.until(".helpline");
    expect(await line.innerText()).toContain(say(stage.say(), "call", { phone: tindra.support.phone }));
    await stage.approve.click();
    await stage.until("#code[aria-invalid]");
    expect(await line.count()).toBe(0);
  });
});
