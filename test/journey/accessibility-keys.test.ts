/** The step by keyboard alone. */
import { beforeEach, describe, expect, it } from "vitest";
import { fill } from "../../web/i18n/messages.ts";
import { phonesOf } from "./browser.ts";
import { ring } from "./judge.ts";
import { playScene } from "./scenes.ts";
import { moment, packOf, type Stage, stageIn } from "./staged.ts";

const { desktop } = phonesOf();
const tindra = packOf("tindra");
const EN = { locale: "en" };
const CODE = "482913";

/** Names of what Tab comes to, from the top of the page until it leaves it, and what is wrong with their rings. */
async function tour({ page }: Stage): Promise<{ stops: string[]; wrong: string[] }> {
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
  });
  const [stops, wrong]: [string[], string[]] = [[], []];
  for (let nth = 0; nth < 40; nth++) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => {
      const focused = document.activeElement as HTMLElement;
      if (focused === document.body) return "";
      const field = focused as HTMLInputElement;
      return (field.labels?.[0] ?? focused).innerText.replace(/\s+/g, " ").trim();
    });
    if (!name) break;
    stops.push(name);
    wrong.push(...(await page.evaluate(ring)));
  }
  return { stops, wrong };
}

/** Presses Tab until the focus is on what is called `name`. */
async function tabTo({ page }: Stage, name: string): Promise<void> {
  for (let nth = 0; nth < 40; nth++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((name) => (document.activeElement as HTMLElement).innerText?.trim() === name, name)) return;
  }
  throw new Error(`Tab never comes to ${name}`);
}

describe("by keyboard", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await stageIn(await desktop());
  });

  it("goes through the page in its order, each stop ringed and in a window of 320 by 256 (A3, A20, A37)", async () => {
    await stage.page.setViewportSize({ width: 320, height: 256 });
    const say = await playScene(stage, tindra, "sent, help open", "en").then(stage.say);
    const { stops, wrong } = await tour(stage);
    expect(stops).toEqual([
      say.label,
      say.approve,
      say.resend,
      say.help,
      `${fill(say.call, { phone: tindra.support.phone })} ${tindra.support.hours.en}`,
      `${say.store} ${say.store_hint}`,
      `${say.lost_number} ${say.stop_check}`,
      say.cancel,
      tindra.support.phone,
      "Norsk",
      "English",
      "Deutsch",
      "Nederlands",
      "Polski",
      say.imprint,
      say.privacy,
      say.terms,
      say.accessibility,
    ]);
    expect(wrong).toEqual([]);
  });

  it("rings every stop of every brand, by day, by night and in forced colours", async () => {
    const found: string[] = [];
    const looks = [
      ["marisol", "wrong", { colorScheme: "dark", forcedColors: "none" }],
      ["rimal", "code expired", { colorScheme: "light", forcedColors: "none" }],
      ["tindra", "failed", { colorScheme: "light", forcedColors: "active" }],
      ["marisol", "leaving", { colorScheme: "light", forcedColors: "none" }],
      ["rimal", "our fault, again", { colorScheme: "dark", forcedColors: "active" }],
    ] as const;
    await stage.page.setViewportSize({ width: 320, height: 256 });
    for (const [brand, scene, media] of looks) {
      await stage.page.emulateMedia(media);
      await playScene(stage, packOf(brand), scene);
      found.push(...(await tour(stage)).wrong.map((what) => `${brand}, ${scene}: ${what}`));
    }
    expect(found).toEqual([]);
  });

  it("approves, by typing and Enter (A13)", async () => {
    await stage.show(tindra, { ...EN, answers: { check: { state: { status: "approved" } } } });
    await stage.page.keyboard.type(CODE);
    await stage.page.keyboard.press("Enter");
    await stage.until(".seal");
    await stage.pass(0.1);
    expect(stage.calls.at(-1)?.body).toEqual({ code: CODE, entry: "typed" });
    expect(await stage.page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
  });

  it("comes back to the field after a wrong code sent by the button, and tries again (A13, A26)", async () => {
    const wrong = { problem: "VERIFICATION.CODE_WRONG", state: { attempts_remaining: 3 } } as const;
    await stage.show(tindra, { ...EN, answers: { check: [wrong, { state: { status: "approved" } }] } });
    await stage.page.keyboard.type(CODE);
    await stage.page.keyboard.press("Tab");
    await stage.page.keyboard.press("Space");
    await stage.until("#error span");
    await stage.pass(0.1);
    expect(await stage.page.evaluate(() => document.activeElement?.id)).toBe("code");
    await stage.page.keyboard.type("482914");
    await stage.page.keyboard.press("Enter");
    await stage.until(".seal");
  });

  it("comes back to the field from the button when digits are missing", async () => {
    await stage.show(tindra, EN);
    await stage.page.keyboard.press("Tab");
    await stage.page.keyboard.press("Enter");
    await stage.until("#error span");
    await stage.pass(0.1);
    expect(await stage.page.evaluate(() => document.activeElement?.id)).toBe("code");
    expect(stage.posted()).toEqual([]);
  });

  it("asks for the code again, and stays on the control (A13)", async () => {
    const delivery = { last_sent_at: moment(60), code_expires_at: moment(360), sends_remaining: 1 };
    await stage.show(tindra, { ...EN, answers: { resend: { state: { resend_available_at: moment(120), delivery } } } });
    await tabTo(stage, stage.say().resend);
    await stage.page.keyboard.press("Enter");
    await stage.until(".sent time");
    expect(stage.posted()).toEqual(["resend"]);
    expect(await stage.page.evaluate(() => document.activeElement?.textContent)).toBe(stage.say().resend);
  });

  it("leaves by two real buttons, the safe one first, and by Escape not at all (A13)", async () => {
    await stage.show(tindra, { ...EN, answers: { leave: { state: { status: "abandoned" } } } });
    const { page } = stage;
    const { cancel, stay, stop } = stage.say();
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).innerText.trim());
    await tabTo(stage, cancel);
    await page.keyboard.press("Enter");
    expect(await focused()).toBe(stay);
    await page.keyboard.press("Tab");
    expect(await focused()).toBe(stop);
    await page.keyboard.press("Escape");
    expect(await focused()).toBe(cancel);
    expect(stage.posted()).toEqual([]);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/shop/cancel");
    expect(stage.calls.at(-1)).toEqual({ call: "leave", body: { reason: "left" } });
  });

  it("has no key of its own: letters, digits and signs do nothing outside the field (A14)", async () => {
    await playScene(stage, tindra, "sent", "en");
    const { page } = stage;
    const shown = () => page.evaluate(() => document.body.innerHTML);
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    const before = await shown();
    for (const key of "abcdefghijklmnopqrstuvwxyz0123456789/?.,-+*#") await page.keyboard.press(key);
    expect(await shown()).toBe(before);
    expect([await page.evaluate(() => document.activeElement?.tagName), stage.posted()]).toEqual(["BODY", []]);
  });

  it("sends nothing while a code is typed, and once when it is pasted whole (A24)", async () => {
    const { page } = stage;
    await stage.show(tindra, EN);
    await page.keyboard.type(CODE.slice(0, 5));
    await stage.pass(2);
    await page.keyboard.type(CODE.slice(5));
    await stage.pass(2);
    expect(stage.posted()).toEqual([]);
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(CODE);
    await stage.pass(0.25);
    expect(stage.posted()).toEqual([]);
    const checked = stage.page.waitForResponse(/\/check$/);
    await stage.pass(0.1);
    await checked;
    expect(stage.posted()).toEqual(["check"]);
  });

  it("says so beforehand where a brand checks typed codes by itself (A24)", async () => {
    const hasty = { ...tindra, policy: { ...tindra.policy, autoSubmitTyped: true } };
    await stage.show(hasty, EN);
    expect(await stage.page.locator("#hint").innerText()).toContain(stage.say().auto);
    await stage.page.keyboard.type(CODE);
    const checked = stage.page.waitForResponse(/\/check$/);
    await stage.pass(0.5);
    await checked;
    expect(stage.posted()).toEqual(["check"]);
    await stage.show(tindra, EN);
    expect(await stage.page.locator("#hint").innerText()).not.toContain(stage.say().auto);
  });
});
