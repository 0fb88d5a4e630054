import { expect, it } from "vitest";
import { count } from "../../web/i18n/messages.ts";
import { at, customerOf, elapseOutside, textsTo, textTo, verdictOf, verificationOf } from "./around.ts";
import { phonesOf } from "./browser.ts";
import { accepted, callsOn, isFocused, type Step, says, wrongFor } from "./shopper.ts";
import { checkout, toStep } from "./shopping.ts";
import { focused } from "./until.ts";

const { phone, desktop } = phonesOf();

/** What the alert says with `left` tries left. */
const refusal = ({ say }: Step, left: number, lang: string) =>
  left > 1 ? say.wrong.replace("{tries}", count(say.tries, left, lang)) : say.last_try;

it("says after a wrong code how many tries are left, empties the field, and takes the right one", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone()).newPage();
  const step = await toStep(page, who);
  const { code } = await textTo(who);
  expect(await step.field.getAttribute("aria-invalid")).toBeNull();

  await step.enter(wrongFor(code));
  await says(step.alert, refusal(step, 4, "en"));
  expect(await step.field.inputValue()).toBe("");
  expect(await step.field.getAttribute("aria-invalid")).toBe("true");
  const described = ((await step.field.getAttribute("aria-describedby")) ?? "").split(" ");
  expect(described).toContain(await step.alert.getAttribute("id"));
  expect(await page.title()).toMatch(/^Error: /);
  await focused(step.field); // it was on the button

  await page.keyboard.type(code.slice(0, 1));
  await says(step.alert, "");
  expect(await step.field.getAttribute("aria-invalid")).toBeNull();
  expect(await page.title()).not.toMatch(/^Error/);
  await page.keyboard.type(code.slice(1));
  await step.approve.click();
  expect(await verdictOf("tindra", await accepted(page, who))).toMatchObject({ attempts: 2, resends: 0 });
});

it("leaves the focus in the field when Enter sent a wrong code", async () => {
  const who = await customerOf("marisol");
  const page = await (await desktop()).newPage();
  const step = await toStep(page, who);
  const { code } = await textTo(who);
  await step.field.pressSequentially(wrongFor(code));
  await page.keyboard.press("Enter");
  await says(step.alert, refusal(step, 4, "es"));
  expect(await isFocused(step.field)).toBe(true);
});

it("pauses the order after five wrong codes, calmly, with the basket kept, and the phone is told", async () => {
  const who = await customerOf("rimal");
  const page = await (await phone()).newPage();
  const step = await toStep(page, who);
  const { code } = await textTo(who);
  for (let left = 4; left > 0; left--) {
    await step.enter(wrongFor(code, left));
    await says(step.alert, refusal(step, left, "ar"));
  }
  await step.enter(wrongFor(code, 5));
  await says(step.title, step.say.failed);
  expect(await step.field.count()).toBe(0);
  expect(await step.approve.count()).toBe(0);
  expect(await page.getByRole("alert").allInnerTexts()).toEqual([]);
  await page.getByText(step.say.not_placed).waitFor();
  await focused(step.title);
  expect(await verificationOf("rimal", await step.id())).toMatchObject({
    status: "failed",
    reason: "guesses_exhausted",
  });

  await page.reload();
  await says(step.title, step.say.failed);
  await page.getByRole("link", { name: step.say.basket }).click();
  await page.waitForURL(`${at.shop("rimal")}/cancel*`);
  await page.getByText(who.shop.canceled).waitFor();
  await page.getByRole("link", { name: who.shop.toCheckout }).waitFor();
  expect(await textTo(who, 1)).toMatchObject({ code: null, body: expect.stringContaining("لم يعتمد طلب Rimal") });
  expect(await textsTo(who)).toBe(2);
});

it("counts a wrong code once when the button is tapped twice", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone()).newPage();
  const step = await toStep(page, who);
  const checks = callsOn(page, "check");
  await step.field.pressSequentially(wrongFor((await textTo(who)).code));
  await step.approve.dblclick();
  await says(step.alert, refusal(step, 4, "en"));
  expect(checks).toHaveLength(1);
  expect(await verificationOf("tindra", await step.id())).toMatchObject({ attempts: 1, attempts_remaining: 4 });
});

it("accepts the order once when the right code is tapped twice", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone()).newPage();
  const step = await toStep(page, who);
  const checks = callsOn(page, "check");
  await step.field.pressSequentially((await textTo(who)).code);
  await step.approve.dblclick();
  expect(await verdictOf("tindra", await accepted(page, who))).toMatchObject({ attempts: 1 });
  expect(checks).toHaveLength(1);
});

it("lets a paused order be tried again from the basket once the customer's quarter of an hour is over", async () => {
  const who = await customerOf("marisol");
  const page = await (await phone()).newPage();
  const step = await toStep(page, who);
  const { code } = await textTo(who);
  for (let nth = 1; nth <= 5; nth++) {
    await step.enter(wrongFor(code, nth));
    await (nth < 5 ? says(step.alert, refusal(step, 5 - nth, "es")) : says(step.title, step.say.failed));
  }
  await elapseOutside(16 * 60_000);
  await page.getByRole("link", { name: step.say.basket }).click();
  const again = await checkout(page, who);
  const second = await textTo(who, 2); // between them the phone was told of the wrong codes
  expect(second.code).not.toBe(code);
  await again.enter(second.code);
  await accepted(page, who);
});
