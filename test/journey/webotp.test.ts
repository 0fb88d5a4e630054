import { expect, it } from "vitest";
import { airwaves, decline, deliver } from "./airwaves.ts";
import { customerOf, textsTo, textTo, verdictOf } from "./around.ts";
import { phonesOf } from "./browser.ts";
import { accepted, callsOn, says } from "./shopper.ts";
import { toStep } from "./shopping.ts";
import { holding } from "./until.ts";

const { phone } = phonesOf(["--enable-blink-features=MojoJS,MojoJSTest"]);

it("fills in the code that the browser reads from the text message, and checks it by itself", async () => {
  const who = await customerOf("tindra");
  const context = await phone();
  await context.addInitScript(airwaves);
  const page = await context.newPage();
  const step = await toStep(page, who);
  const checks = callsOn(page, "check");
  const { code } = await textTo(who);
  await deliver(page, code);
  await holding(step.field, code);
  const id = await accepted(page, who);
  expect(await verdictOf("tindra", id)).toMatchObject({ attempts: 1, entry: "webotp" });
  expect(checks).toHaveLength(1);
  expect(await textsTo(who)).toBe(1);
});

it("lets a key press in the hold stop the check, and the shopper send the code", async () => {
  const who = await customerOf("marisol");
  const context = await phone();
  await context.addInitScript(airwaves);
  const page = await context.newPage();
  await page.clock.install();
  const step = await toStep(page, who);
  const checks = callsOn(page, "check");
  const { code } = await textTo(who);
  await step.field.click();
  await page.clock.pauseAt(Date.now() + 60_000);
  await deliver(page, code);
  await says(step.status, step.say.said_filled);
  await page.keyboard.press("ArrowLeft");
  await page.clock.runFor(2000);
  expect(checks).toEqual([]);
  await page.clock.resume();
  await step.approve.click();
  await accepted(page, who);
});

it("drops what is no code, and says nothing of a prompt that was declined", async () => {
  const who = await customerOf("rimal");
  const context = await phone();
  await context.addInitScript(airwaves);
  const page = await context.newPage();
  const step = await toStep(page, who);
  const checks = callsOn(page, "check");
  const { code } = await textTo(who);
  await deliver(page, "12");
  await page.reload();
  await decline(page);
  await step.field.pressSequentially(code);
  expect((await step.alert.allInnerTexts()).join("").trim()).toBe("");
  await step.approve.click();
  expect(await verdictOf("rimal", await accepted(page, who))).toMatchObject({ attempts: 1, entry: "typed" });
  expect(checks).toHaveLength(1);
});
