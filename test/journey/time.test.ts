import { expect, it } from "vitest";
import { say } from "../../web/i18n/messages.ts";
import { at, customerOf, elapse, textsTo, textTo, verdictOf, verificationOf } from "./around.ts";
import { phonesOf } from "./browser.ts";
import { accepted, isFocused, says, stepOn, wrongFor } from "./shopper.ts";
import { buy, checkout, toStep } from "./shopping.ts";
import { focused, until } from "./until.ts";

const { phone } = phonesOf();
const MINUTE = 60_000;

it("sends the same code again after the wait, says so, and helps when no text is left", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone()).newPage();
  await page.clock.install();
  const step = await toStep(page, who);
  const { code } = await textTo(who);
  await step.resend.waitFor();
  expect(await step.resend.getAttribute("aria-disabled")).toBe("true");
  await page.getByText(/^in (30|2\d) seconds$/).waitFor();
  await step.resend.click({ force: true });

  await elapse(page, 31_000);
  await says(step.status, step.say.said_ready);
  expect(await step.resend.getAttribute("aria-disabled")).toBeNull();
  expect(await textsTo(who)).toBe(1);

  await step.resend.focus();
  await step.resend.click();
  await page
    .getByText(step.say.resent.split("{at}")[0]?.trim() ?? "")
    .last()
    .waitFor();
  expect((await textTo(who, 1)).code).toBe(code);
  expect(await isFocused(step.resend)).toBe(true);
  expect(await step.resend.getAttribute("aria-disabled")).toBe("true");
  await page.getByText(/^in (60|5\d) seconds$/).waitFor();

  await elapse(page, 61_000);
  await step.resend.click();
  expect((await textTo(who, 2)).code).toBe(code);
  await page.getByText(step.say.resend_none).waitFor();
  expect(await step.resend.count()).toBe(0);

  await step.enter(code);
  expect(await verdictOf("tindra", await accepted(page, who))).toMatchObject({ attempts: 1, resends: 2 });
  expect(await textsTo(who)).toBe(3);
});

it("tells polite readers that the text was repeated", async () => {
  const who = await customerOf("marisol");
  const page = await (await phone()).newPage();
  await page.clock.install();
  const step = await toStep(page, who);
  await textTo(who);
  await elapse(page, 31_000);
  await step.resend.click();
  await textTo(who, 1);
  const [before, after] = step.say.resent.split(/\{at\}|\{until\}/);
  await until(step.status, (status, words) => status.innerText.includes(words), before?.trim() ?? "");
  expect(await step.status.innerText()).toContain(after?.trim());
});

it("says of an old code that it is no longer valid, and takes the next one", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone()).newPage();
  await page.clock.install();
  const step = await toStep(page, who);
  const { code } = await textTo(who);
  await step.field.pressSequentially(code.slice(0, 3));
  await elapse(page, 5 * MINUTE + 1000);
  await says(step.alert, step.say.expired);
  expect(await step.field.count()).toBe(0);
  expect(await page.getByText(step.say.sent.split("{digits}")[0]?.trim() ?? "").count()).toBe(0);
  await focused(step.resend); // it was in the field

  await step.resend.click();
  const fresh = await textTo(who, 1);
  expect(fresh.code).not.toBe(code);
  await step.field.waitFor();
  await step.enter(fresh.code);
  expect(await verdictOf("tindra", await accepted(page, who))).toMatchObject({ attempts: 1, resends: 1 });
});

it("warns two minutes before the code ends, without counting", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone()).newPage();
  await page.clock.install();
  const step = await toStep(page, who);
  await textTo(who);
  await step.resend.waitFor(); // until then the page does not know when the code ends
  await elapse(page, 3 * MINUTE + 1000);
  await says(step.status, step.say.said_soon);
});

it("ends after a quarter of an hour with the way back to the basket, from where the order goes on", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone()).newPage();
  await page.clock.install();
  const step = await toStep(page, who);
  await textTo(who);
  const id = await step.id();
  await elapse(page, 15 * MINUTE + 1000);
  await says(step.title, step.say.ended);
  await page.getByText(step.say.still_here).waitFor();
  expect(await verificationOf("tindra", id)).toMatchObject({ status: "expired", reason: "expired_unentered" });
  await page.getByRole("link", { name: step.say.basket }).click();
  const again = await checkout(page, who);
  expect(await again.id()).not.toBe(id);
  await again.enter((await textTo(who, 1)).code);
  await accepted(page, who);
});

it("sends nothing and loses nothing when the page is loaded again", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone()).newPage();
  const step = await toStep(page, who);
  const { code } = await textTo(who);
  await step.enter(wrongFor(code));
  await page.getByText(say(step.say, "wrong", { tries: "4 tries left." })).waitFor();
  const hint = page.getByText(/valid until/).first();
  const until = /\d+:\d\d/.exec(await hint.innerText())?.[0];

  await page.reload();
  await page
    .getByText(step.say.welcome.split("{until}")[0]?.trim() ?? "")
    .first()
    .waitFor();
  expect(await hint.innerText()).toContain(until);
  await page.getByText("4 tries left.").waitFor();
  expect(await step.alert.innerText()).toBe("");
  expect(await textsTo(who)).toBe(1);
  await step.enter(code);
  await accepted(page, who);
});

it("goes on in a new page of the same browser when the first was killed", async () => {
  const who = await customerOf("rimal");
  const context = await phone();
  const first = await context.newPage();
  await toStep(first, who);
  const { code } = await textTo(who);
  const address = first.url();
  await first.close();
  const page = await context.newPage();
  await page.goto(address);
  const step = stepOn(page, "rimal");
  expect(await step.field.inputValue()).toBe("");
  await step.enter(code);
  await accepted(page, who);
  expect(await textsTo(who)).toBe(1);
});

it("leads Back from the shop past the finished step, and Back from the step to the checkout", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone()).newPage();
  const step = await buy(page, who);
  const { code } = await textTo(who);
  await page.goBack();
  expect(page.url()).toBe(`${at.shop("tindra")}/checkout`);
  await page.goForward();
  await step.field.waitFor();
  await step.enter(code);
  const id = await accepted(page, who);

  await page.goBack();
  expect(page.url()).toContain(at.shop("tindra"));
  await page.goto(`${at.shop("tindra")}/return?verification=${id}`);
  await page.getByRole("heading", { name: who.shop.accepted }).waitFor();
  expect(await textsTo(who)).toBe(1);
});

it("takes the code of a shopper who went back to the checkout and confirmed once more", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone()).newPage();
  const step = await buy(page, who);
  const { code } = await textTo(who);
  const id = await step.id();
  await page.goBack();
  await page.getByRole("button", { name: who.shop.place }).click();
  await page.waitForURL(`${at.brand("tindra")}/v/*`);
  expect(await step.id()).toBe(id);
  await step.enter(code);
  await accepted(page, who);
  expect(await textsTo(who)).toBe(1);
});

it("shows a finished step as approved, never as a field", async () => {
  const who = await customerOf("marisol");
  const context = await phone();
  const page = await context.newPage();
  const step = await toStep(page, who);
  const address = page.url();
  await step.enter((await textTo(who)).code);
  await accepted(page, who);
  const answer = await page.goto(address);
  expect(answer?.status()).toBe(200);
  await says(step.title, step.say.approved);
  expect(await step.field.count()).toBe(0);
  await accepted(page, who);
});
