import { expect, it } from "vitest";
import { localFetch } from "../standins/http.ts";
import { at, customerOf, elapse, fault, requestsFrom, textsTo, textTo, verdictOf, verificationOf } from "./around.ts";
import { phonesOf } from "./browser.ts";
import { accepted, callsOn, isFocused, says, wrongFor } from "./shopper.ts";
import { buy, checkout, toStep } from "./shopping.ts";
import { until } from "./until.ts";

const { phone } = phonesOf();

it("finishes by itself after a time without network, with the same key and no guess lost", async () => {
  const who = await customerOf("tindra");
  const context = await phone();
  const page = await context.newPage();
  await page.clock.install();
  const step = await toStep(page, who);
  const checks = callsOn(page, "check");
  const { code } = await textTo(who);
  await context.setOffline(true);
  await step.enter(code);
  // Each look lets a second pass.
  await expect
    .poll(
      async () => {
        await page.clock.fastForward(1000);
        return page.getByText(step.say.offline).last().isVisible();
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  expect(await step.field.inputValue()).toBe(code);
  await step.button(step.say.try_now).waitFor();

  await context.setOffline(false);
  await says(step.title, step.say.approved);
  const id = await accepted(page, who);
  expect(await verdictOf("tindra", id)).toMatchObject({ attempts: 1 });
  expect(checks.length).toBeGreaterThan(1);
  expect(new Set(checks.map(({ key, body }) => `${key} ${body}`)).size).toBe(1);
});

it("counts a wrong code once when its answer got lost on the way", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone()).newPage();
  const step = await toStep(page, who);
  const checks = callsOn(page, "check");
  const wire = await page.context().newCDPSession(page);
  await wire.send("Fetch.enable", { patterns: [{ urlPattern: "*/check", requestStage: "Response" }] });
  wire.once("Fetch.requestPaused", async ({ requestId }) => {
    await wire.send("Fetch.failRequest", { requestId, errorReason: "ConnectionReset" });
    await wire.send("Fetch.disable");
  });
  await step.enter(wrongFor((await textTo(who)).code));
  await page.getByText("4 tries left.").first().waitFor();
  expect(checks).toHaveLength(2);
  expect(await verificationOf("tindra", await step.id())).toMatchObject({ attempts: 1, attempts_remaining: 4 });
});

it("goes on when the answer to its first request got lost, with the one text message", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone()).newPage();
  await page.route(
    "**/start",
    async (route) => {
      const request = route.request();
      const headers = { ...(await request.allHeaders()), host: new URL(request.url()).host };
      await localFetch(request.url(), { method: "POST", headers, body: request.postData() ?? "" });
      await route.abort("connectionreset"); // the cookie is lost with the answer
    },
    { times: 1 },
  );
  const step = await toStep(page, who);
  const { code } = await textTo(who);
  await says(step.status, step.say.said_sent.replace("{ending}", [...who.ending].join(" ")));
  await step.enter(code);
  await accepted(page, who);
  expect(await textsTo(who)).toBe(1);
});

it("offers another try when the gateway is down at the start, and works once it heals", async () => {
  await fault("gateway", "500");
  const who = await customerOf("tindra");
  const page = await (await phone()).newPage();
  await page.clock.install();
  const step = await toStep(page, who);
  await says(step.alert, step.say.undelivered.replace("{ending}", who.ending));
  expect(await step.field.count()).toBe(0);
  const again = step.button(step.say.again);
  await again.waitFor();
  await page.getByText(step.say.help).waitFor();
  expect(await textsTo(who)).toBe(0);

  await fault("gateway", "ok");
  await elapse(page, 60_000);
  await until(again, (button) => !button.hasAttribute("aria-disabled"), null);
  await again.click();
  await step.field.waitFor();
  await step.enter((await textTo(who)).code);
  await accepted(page, who);
  expect(await textsTo(who)).toBe(1);
});

it("says that a text could not be delivered, keeps the field, and offers the next one", async () => {
  await fault("receipts", "failed");
  const who = await customerOf("marisol");
  const page = await (await phone()).newPage();
  await page.clock.install();
  const before = (await requestsFrom("receipts", "marisol")).length;
  const step = await toStep(page, who);
  // "sent", then "undelivered".
  await requestsFrom("receipts", "marisol", before + 1);
  await elapse(page, 31_000);
  await says(step.alert, step.say.undelivered.replace("{ending}", who.ending));
  await step.field.waitFor();
  await fault("receipts", "ok");
  await step.button(step.say.again).click();
  const { code } = await textTo(who);
  await says(step.alert, "");
  await step.enter(code);
  await accepted(page, who);
});

it("asks before it leaves, and brings the shopper back to the basket", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone()).newPage();
  const step = await toStep(page, who);
  await textTo(who);
  const id = await step.id();
  await step.button(step.say.cancel).click();
  const dialog = page.getByRole("dialog", { name: step.say.leave });
  await dialog.waitFor();
  expect(await isFocused(step.button(step.say.stay))).toBe(true);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  expect(await isFocused(step.button(step.say.cancel))).toBe(true);
  expect(await verificationOf("tindra", id)).toMatchObject({ status: "sent" });

  await step.button(step.say.cancel).click();
  await step.button(step.say.stop).click();
  await page.waitForURL(`${at.shop("tindra")}/cancel*`);
  await page.getByText(who.shop.canceled).waitFor();
  expect(await verificationOf("tindra", id)).toMatchObject({ status: "abandoned", reason: "left" });
  const again = await checkout(page, who);
  await again.enter((await textTo(who, 1)).code);
  await accepted(page, who);
});

it("leads Back from the basket past a step that was left", async () => {
  const who = await customerOf("marisol");
  const page = await (await phone()).newPage();
  const step = await buy(page, who);
  await textTo(who);
  await step.resend.waitFor();
  await step.button(step.say.cancel).click();
  await step.button(step.say.stop).click();
  await page.waitForURL(`${at.shop("marisol")}/cancel*`);
  await page.goBack();
  expect(page.url()).toContain(at.shop("marisol"));
});

it("ends the step for a shopper who no longer has the number, with people who can help", async () => {
  const who = await customerOf("marisol");
  const page = await (await phone()).newPage();
  const step = await toStep(page, who);
  await textTo(who);
  const id = await step.id();
  await page.getByText(step.say.help).click();
  await page.getByRole("button", { name: step.say.lost_number }).click();
  await page.getByRole("dialog", { name: step.say.lost_number }).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: step.say.stop_check }).click();
  await says(step.title, step.say.closed);
  await page.getByRole("link", { name: step.say.store }).waitFor();
  expect(await verificationOf("marisol", id)).toMatchObject({ status: "abandoned", reason: "no_access_to_number" });
});

it("leaves without script as well", async () => {
  const who = await customerOf("rimal");
  const page = await (await phone({ javaScriptEnabled: false })).newPage();
  const step = await toStep(page, who);
  await step.button(step.say.send).click();
  await step.button(step.say.cancel).click();
  await page.getByText(who.shop.canceled).waitFor();
});
