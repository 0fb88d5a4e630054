import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { PHONE } from "../http/operator.ts";
import {
  at,
  type Customer,
  customerOf,
  elapseOutside,
  fault,
  textsTo,
  textTo,
  verdictOf,
  verificationOf,
} from "./around.ts";
import { phonesOf } from "./browser.ts";
import { accepted, isFocused, says } from "./shopper.ts";
import { toStep } from "./shopping.ts";

const { phone } = phonesOf([], /ERR_ABORTED/);

/** A phone in the network of Marisol's operator with `number`, before the step of a new order. */
async function onNetwork(who: Customer, number: string, options: { javaScriptEnabled?: boolean } = {}) {
  const context = await phone({ userAgent: PHONE, ...options });
  await context.addCookies([{ name: "device", value: number, url: at.authority }]);
  const page = await context.newPage();
  return { page, step: await toStep(page, who) };
}

/** The texts so far, and what the page says of the check before anything is pressed. */
async function offered(page: Page, who: Customer, step: Awaited<ReturnType<typeof toStep>>) {
  await page.getByText(step.say.asking.split("{")[0]?.trim() ?? "").waitFor();
  expect(await step.field.count()).toBe(0);
  expect(await textsTo(who)).toBe(0);
}

it("approves the order at one press on a phone with the number on file, and sends no text", async () => {
  const who = await customerOf("marisol");
  const { page, step } = await onNetwork(who, who.number);
  await offered(page, who, step);
  const titles: string[] = [];
  page.on("domcontentloaded", async () => titles.push(await page.title().catch(() => "")));
  const before = await page.evaluate(() => history.length);
  await step.approve.click();
  const id = await accepted(page, who);
  expect(await verdictOf("marisol", id)).toMatchObject({ amr: ["hwk"], entry: "network", attempts: 0, resends: 0 });
  expect(await verificationOf("marisol", id)).toMatchObject({ reason: "network", sends: 0 });
  expect(await textsTo(who)).toBe(0);
  expect(titles.some((title) => title.startsWith(step.say.approved))).toBe(true);
  // As after a code: back from the shop skips the step, the operator, and what it brought.
  expect(await page.evaluate(() => history.length)).toBe(before);
});

it("sends the text by itself where the phone has another number, and the code approves", async () => {
  const who = await customerOf("marisol");
  const { page, step } = await onNetwork(who, "%2B34612000003");
  await offered(page, who, step);
  await step.approve.click();
  const { code } = await textTo(who);
  await says(step.status, step.say.said_sent.replace("{ending}", [...who.ending].join(" ")));
  await step.enter(code);
  const id = await accepted(page, who);
  expect(await verdictOf("marisol", id)).toMatchObject({ amr: ["otp", "sms"], attempts: 1 });
});

it("works without script: a press before the operator and one after it", async () => {
  const who = await customerOf("marisol");
  const { page, step } = await onNetwork(who, who.number, { javaScriptEnabled: false });
  await step.approve.click();
  await page.waitForURL(/\/network\?/);
  await step.approve.click();
  await page.getByRole("heading", { level: 1, name: step.say.approved }).waitFor();
  await page.locator("a.primary").click();
  await accepted(page, who);
  expect(await textsTo(who)).toBe(0);
});

it("speaks of a code only to who would rather have the text, and sends it at once", async () => {
  const who = await customerOf("marisol");
  const { page, step } = await onNetwork(who, who.number);
  await offered(page, who, step);
  const main = page.getByRole("main");
  expect(await main.innerText()).toContain(step.say.asking_warning);
  for (const said of [step.say.warning, step.say.help]) expect(await main.innerText()).not.toContain(said);
  await page.getByText(step.say.asking_help).click();
  await page.getByRole("button", { name: step.say.lost_number }).waitFor();
  await step.button(step.say.asking_text).click();
  const { code } = await textTo(who);
  await says(step.title, step.say.check);
  expect(await isFocused(step.title)).toBe(true);
  for (const said of [step.say.warning, step.say.help]) expect(await main.innerText()).toContain(said);
  await step.enter(code);
  const id = await accepted(page, who);
  expect(await verificationOf("marisol", id)).toMatchObject({ reason: "code", sends: 1 });
});

it("sends the text in the operator's stead without script too", async () => {
  const who = await customerOf("marisol");
  const { page, step } = await onNetwork(who, who.number, { javaScriptEnabled: false });
  await offered(page, who, step);
  await step.button(step.say.asking_text).click();
  const { code } = await textTo(who);
  await step.enter(code);
  const id = await accepted(page, who);
  expect(await verificationOf("marisol", id)).toMatchObject({ reason: "code", sends: 1 });
});

it("sends the text where the operator keeps the browser waiting", async () => {
  const who = await customerOf("marisol");
  const { page, step } = await onNetwork(who, who.number);
  await fault("authorize", "hang");
  await step.approve.click();
  await says(step.status, step.say.checking);
  const { code } = await textTo(who);
  await step.enter(code);
  await accepted(page, who);
});

// Last: a minute long the operator is then not asked again.
it("sends the text at once where the operator is down", async () => {
  const who = await customerOf("marisol");
  const { page, step } = await onNetwork(who, who.number);
  await elapseOutside(61_000);
  await fault("operator", "down");
  await step.approve.click();
  const { code } = await textTo(who);
  await step.enter(code);
  await accepted(page, who);
});
