/** The step for ears alone, and without motion. */
import { readdirSync, readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { announcedIn, hasty, listenTo } from "./announced.ts";
import { phonesOf } from "./browser.ts";
import { playScene } from "./scenes.ts";
import { moment, packOf, type Stage, stageIn } from "./staged.ts";

const { phone } = phonesOf();
const tindra = packOf("tindra");
const EN = { locale: "en" };
const CODE = "482913";

describe("for ears", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await stageIn(await phone());
    await listenTo(stage.page);
  });
  /** What was said, oldest first; nothing of it in haste. */
  async function heard(): Promise<string[]> {
    const all = await announcedIn(stage.page);
    expect(hasty(all)).toEqual([]);
    return all.map(({ how, text }) => `${how}: ${text}`);
  }
  const sent = { status: "sent", last_sent_at: moment(0), code_expires_at: moment(300) } as const;
  const started = { state: { status: "sent", resend_available_at: moment(30), delivery: sent } } as const;

  it("counts nothing: two sentences in the minute after a code was sent (A31, A32)", async () => {
    await stage.show(tindra, { ...EN, view: "first visit", answers: { start: started } });
    await stage.until(".hint time");
    for (let second = 0; second < 20; second++) await stage.pass(1);
    expect(await heard()).toEqual(["polite: Code sent to the number ending 4 2."]);
    for (let second = 0; second < 40; second++) await stage.pass(1);
    expect(await heard()).toEqual([
      "polite: Code sent to the number ending 4 2.",
      "polite: You can now ask for the code again.",
    ]);
    const live = await stage.page.locator(".wait").evaluate((wait) => wait.closest("[role], [aria-live]")?.role);
    expect(live).toBeUndefined();
  });

  it("says that a code is being sent only when that takes a while", async () => {
    await stage.show(tindra, { ...EN, view: "first visit", answers: { start: "never" } });
    await stage.pass(0.9);
    expect(await heard()).toEqual([]);
    await stage.pass(0.2);
    expect(await heard()).toEqual(["polite: Sending a 6-digit code by text to the number ending 4 2."]);
  });

  it.each([
    ["filled", ["polite: Code filled in. Checking."]],
    ["checking", ["polite: Checking"]],
    ["wrong", ["assertive: That code does not match. 3 tries left. Check the newest text message."]],
    ["last try", ["assertive: That code does not match. Last try. After that this order is paused."]],
    ["too few digits", ["assertive: Enter all 6 digits."]],
    ["too many digits", ["assertive: That is more than 6 digits."]],
    [
      "code expired",
      [
        "polite: The code is valid for two more minutes.",
        "assertive: This code is no longer valid. Your order is still here.",
      ],
    ],
    ["resent", [/^polite: Sent again at \d\d:\d\d\. It is the same code, now valid until \d\d:\d\d\.$/]],
    ["nothing could be sent", ["assertive: We could not deliver the text to the number ending 42."]],
    ["offline", ["polite: Checking", "polite: No connection. Your code is kept. We try again by ourselves."]],
    ["asking, no connection", ["polite: Checking", "assertive: No connection. Please try again."]],
    ["returned", [/^polite: Welcome back, your code is valid until \d\d:\d\d\.$/]],
    ["our fault", ["assertive: Something went wrong on our side. No try was used."]],
    ["typing", []],
    ["leaving", []],
  ])("%s is told once, in whole sentences (A31)", async (scene, told) => {
    await playScene(stage, tindra, scene, "en");
    const all = await heard();
    expect(all).toEqual(told.map((one) => (typeof one === "string" ? one : expect.stringMatching(one))));
  });

  it("does not say that it checks to who was just told so", async () => {
    await stage.show(tindra, { ...EN, answers: { check: "never" } });
    await stage.field.click();
    await stage.page.keyboard.insertText(CODE);
    await stage.pass(3);
    expect(await heard()).toEqual(["polite: Code filled in. Checking."]);
  });

  it("says the same once more when it happens once more", async () => {
    const wrong = { problem: "VERIFICATION.CODE_WRONG", state: {} } as const;
    await stage.show(tindra, { ...EN, answers: { check: [wrong, wrong] } });
    for (let nth = 0; nth < 2; nth++) {
      await stage.field.pressSequentially(CODE);
      await stage.approve.click();
      await stage.until("#error span");
      await stage.pass(6);
    }
    expect(await heard()).toHaveLength(2);
  });

  it("tells an end by the focus on its heading alone", async () => {
    await stage.show(tindra, {
      ...EN,
      answers: { check: { problem: "VERIFICATION.ENDED", state: { status: "failed" } } },
    });
    await stage.field.pressSequentially(CODE);
    await stage.approve.click();
    await stage.until(".reference");
    await stage.pass(0.1);
    expect(await heard()).toEqual([]);
    expect(await stage.page.evaluate(() => (document.activeElement as HTMLElement).innerText)).toBe(stage.say().failed);
  });
});

describe("without motion", () => {
  const moving = (stage: Stage) =>
    stage.page.evaluate(() =>
      document.getAnimations().map((one) => ((one.effect as KeyframeEffect).target as Element).tagName),
    );

  it("nothing moves in any view where it is unwanted, and else a spinner beside its words alone (A16)", async () => {
    const stage = await stageIn(await phone());
    for (const scene of ["sending", "checking", "wrong", "offline", "resent", "failed", "approved", "leaving"]) {
      await playScene(stage, tindra, scene);
      expect([scene, await moving(stage)]).toEqual([scene, []]);
    }
    await stage.page.emulateMedia({ reducedMotion: "no-preference" });
    for (const scene of ["sent", "wrong", "failed", "approved"]) {
      await playScene(stage, tindra, scene);
      expect([scene, await moving(stage)]).toEqual([scene, []]);
    }
    await playScene(stage, tindra, "checking", "en");
    expect(await moving(stage)).toEqual(["I", "I", "I"]);
    expect(await stage.approve.innerText()).toBe("Still checking");
  });

  it.each([
    ["reduce", []],
    ["no-preference", [30]],
  ] as const)(
    "shakes the phone after a wrong code where motion is %s as often as it may (A18)",
    async (wish, pulses) => {
      const stage = await stageIn(await phone({ reducedMotion: wish }));
      await stage.page.addInitScript(() => {
        const felt: unknown[] = [];
        Object.assign(window, { felt });
        navigator.vibrate = (pattern) => felt.push(pattern) > 0;
      });
      await playScene(stage, tindra, "wrong");
      expect(await stage.page.evaluate(() => (window as unknown as { felt: number[] }).felt)).toEqual(pulses);
    },
  );

  it("is nowhere asked for more than a click or a key: no hover, touch or drag handler (A12)", () => {
    const folder = new URL("../../web/step/", import.meta.url);
    const handlers =
      /on(Mouse|Pointer|Touch|Drag|Drop|Wheel|DblClick|ContextMenu|Paste|Copy|Key)\w*\s*=|addEventListener\("(mouse|pointer|touch|drag|drop|wheel|dblclick|contextmenu|paste|copy)/;
    const sources = readdirSync(folder).filter((name) => /\.tsx?$/.test(name));
    expect(sources.length).toBeGreaterThan(15);
    expect(sources.filter((name) => handlers.test(readFileSync(new URL(name, folder), "utf8")))).toEqual([]);
    const css = readFileSync(new URL("step.css", folder), "utf8");
    for (const [rule] of css.matchAll(/[^{}]*:hover[^{}]*\{[^}]*\}/g))
      expect(rule.replace(/^[^{]*/, "")).not.toMatch(/display|visibility|opacity|content|transform/);
  });
});
