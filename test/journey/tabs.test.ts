import { expect, it } from "vitest";
import { at, customerOf, textsTo, textTo } from "./around.ts";
import { phonesOf } from "./browser.ts";
import { accepted, says, stepOn, wrongFor } from "./shopper.ts";
import { toStep } from "./shopping.ts";

const { phone } = phonesOf();

it("keeps two tabs of one browser together, from the first wrong code to the approval", async () => {
  const who = await customerOf("tindra");
  const context = await phone();
  const page = await context.newPage();
  const step = await toStep(page, who);
  const { code } = await textTo(who);
  const sibling = await context.newPage();
  await sibling.goto(page.url());
  const other = stepOn(sibling, "tindra");
  await other.field.waitFor();
  expect(await textsTo(who)).toBe(1);

  await step.enter(wrongFor(code));
  await sibling.getByText("4 tries left.").waitFor({ timeout: 2000 });
  await step.enter(code);
  await says(other.title, other.say.approved);
  await accepted(page, who);
  await accepted(sibling, who);
});

it("tells a second browser to go back to the first, and nothing about the order", async () => {
  const who = await customerOf("marisol");
  const page = await (await phone()).newPage();
  const step = await toStep(page, who);
  const { code } = await textTo(who);
  const amount = await page.locator(".amount").innerText();

  const stranger = await (await phone()).newPage();
  await stranger.goto(page.url());
  const seen = stepOn(stranger, "marisol");
  await says(seen.title, seen.say.elsewhere);
  expect(await seen.field.count()).toBe(0);
  const html = await stranger.content();
  for (const secret of [amount, "649", "Brisa", "return_url", `>${who.ending}<`]) expect(html).not.toContain(secret);

  await step.enter(code);
  await accepted(page, who);
  expect(await textsTo(who)).toBe(1);
});

it("says the same of a forged link and of one on another brand's host, and nothing about the order", async () => {
  const who = await customerOf("rimal");
  const page = await (await phone()).newPage();
  await toStep(page, who);
  const { pathname } = new URL(page.url());
  const stranger = await (await phone()).newPage();
  for (const brand of ["rimal", "tindra"] as const) {
    const forged = brand === "rimal" ? pathname.slice(0, -1) : pathname;
    const answer = await stranger.goto(`${at.brand(brand)}${forged}?lang=${brand === "rimal" ? "ar" : "en"}`);
    expect(answer?.status()).toBe(404);
    await says(stepOn(stranger, brand).title, stepOn(stranger, brand).say.closed);
    expect(await stranger.getByRole("textbox").count()).toBe(0);
    expect(await stranger.content()).not.toContain("2,799");
  }
});
