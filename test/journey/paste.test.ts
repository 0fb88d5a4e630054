import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { customerOf, textTo, verdictOf } from "./around.ts";
import { phonesOf } from "./browser.ts";
import { accepted, callsOn, isFocused, says } from "./shopper.ts";
import { toStep } from "./shopping.ts";
import { packOf, stageIn } from "./staged.ts";

const { phone } = phonesOf();

const ANDROID =
  "Mozilla/5.0 (Linux; Android 15; Pixel 8; wv) AppleWebKit/537.36 Version/4.0 Chrome/140.0 Mobile Safari/537.36";
const APPLE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
const SAFARI = `${APPLE} Safari/604.1`;
const CLIPBOARD = { permissions: ["clipboard-read", "clipboard-write"] };

const copy = (page: Page, text: string) => page.evaluate((text) => navigator.clipboard.writeText(text), text);

/** Goes to another app and comes back. */
async function away(page: Page): Promise<void> {
  for (const state of ["hidden", "visible"])
    await page.evaluate((state) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
      document.dispatchEvent(new Event("visibilitychange"));
    }, state);
}

it("is offered in an in-app browser after a look at the messages, refuses what is no code, and costs no guess", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone({ ...CLIPBOARD, userAgent: ANDROID })).newPage();
  const step = await toStep(page, who);
  const checks = callsOn(page, "check");
  const { body } = await textTo(who);
  await step.resend.waitFor();
  const paste = step.button(step.say.paste);
  expect(await paste.count()).toBe(0);
  const before = await step.approve.boundingBox();
  await away(page);
  await paste.waitFor();
  expect(await step.approve.boundingBox()).toEqual(before);
  await copy(page, "0800 33 0 10");
  await paste.click();
  await says(step.alert, step.say.no_paste.replace("{digits}", "6"));
  expect(await step.field.inputValue()).toBe("");
  expect(checks).toEqual([]);
  await copy(page, body);
  await paste.click();
  await says(step.status, step.say.said_filled);
  expect(await paste.count()).toBe(0);
  expect(await isFocused(page.locator(".check .primary"))).toBe(true);
  expect(await verdictOf("tindra", await accepted(page, who))).toMatchObject({ attempts: 1, entry: "paste" });
});

it.each([
  ["in an in-app browser of an iPhone, left to right and right to left", APPLE, true, 1],
  ["not while digits are typed", APPLE, true, 0],
  ["not where the keyboard offers the code", SAFARI, true, 0],
  ["not with a mouse", ANDROID, false, 0],
] as const)("is offered %s", async (when, userAgent, hasTouch, buttons) => {
  const stage = await stageIn(
    await phone({ userAgent, hasTouch, isMobile: hasTouch, viewport: { width: 320, height: 568 } }),
  );
  for (const [brand, locale] of [
    ["rimal", "el"],
    ["rimal", "ar"],
  ] as const) {
    await stage.show(packOf(brand), { locale });
    await away(stage.page);
    if (when.includes("typed")) await stage.field.pressSequentially("4");
    const paste = stage.page.getByRole("button", { name: stage.say().paste, exact: true });
    await stage.pass(1);
    expect(await paste.count()).toBe(buttons);
    if (!buttons) continue;
    const [inner, outer] = [await paste.boundingBox(), await stage.field.boundingBox()];
    if (!inner || !outer) throw new Error("nothing is shown");
    expect(inner.x).toBeGreaterThanOrEqual(outer.x);
    expect(inner.x + inner.width).toBeLessThanOrEqual(outer.x + outer.width);
    expect(inner.height).toBeGreaterThanOrEqual(44);
  }
});
