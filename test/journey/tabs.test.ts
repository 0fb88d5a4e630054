import { expect, it } from "vitest";
import { customerOf, textsTo, textTo } from "./around.ts";
import { phonesOf } from "./browser.ts";
import { accepted, says, stepOn, toStep, wrongFor } from "./shopper.ts";

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

it("says the same of a link that never was, of another brand's, and of a finished one in another browser", async () => {
  const who = await customerOf("rimal");
  const page = await (await phone()).newPage();
  await toStep(page, who);
  const token = new URL(page.url()).pathname;
  const stranger = await (await phone()).newPage();
  for (const address of [page.url().slice(0, -1), new URL(token, page.url().replace("rimal.", "tindra.")).href]) {
    const answer = await stranger.goto(address);
    expect(answer?.status()).toBe(404);
    const { say } = stepOn(stranger, address.includes("tindra.") ? "tindra" : "rimal");
    expect(await stranger.content()).not.toContain("2,799");
    expect(say.closed).toBeTruthy();
    expect(await stranger.getByRole("textbox").count()).toBe(0);
  }
});
