import { describe, expect, it } from "vitest";
import { BRANDS } from "../standins/secrets.ts";
import { at, customerOf, textsTo, textTo, verdictOf, verificationOf } from "./around.ts";
import { phonesOf } from "./browser.ts";
import { accepted, callsOn, wrongFor } from "./shopper.ts";
import { buy, toStep } from "./shopping.ts";

const { phone, desktop } = phonesOf();

describe.each(BRANDS)("an order at %s", (brand) => {
  it("is accepted by the code from the customer's phone, after one text message that names the same amount", async () => {
    const who = await customerOf(brand);
    const context = await phone();
    const page = await context.newPage();
    const step = await buy(page, who);
    expect(new URL(page.url()).origin).toBe(at.brand(brand));
    const html = page.locator("html");
    expect([await html.getAttribute("lang"), await html.getAttribute("dir")]).toEqual([
      who.lang,
      brand === "rimal" ? "rtl" : "ltr",
    ]);
    await page.getByText(who.ending, { exact: true }).first().waitFor();

    const handset = await context.newPage();
    await handset.goto(`${at.phone}/?number=${who.number}`);
    const message = handset.getByRole("article");
    await message.waitFor();
    const code = (await message.locator("b").innerText()).trim();
    const amount = /[\d.,]*\d/.exec(
      await page.getByRole("region", { name: step.say.order }).locator(".amount").innerText(),
    );
    expect(await message.innerText()).toContain(amount?.[0]);

    await page.bringToFront();
    await step.enter(code);
    const id = await accepted(page, who);
    expect(await verificationOf(brand, id)).toMatchObject({ status: "redeemed", reason: "code", sends: 1 });
    expect(await verdictOf(brand, id)).toMatchObject({ vid: id, attempts: 1, resends: 0, entry: "typed" });
    expect(await textsTo(who)).toBe(1);
  });

  it("is accepted without script: ask for the code, type a wrong one, type the right one", async () => {
    const who = await customerOf(brand);
    const page = await (await phone({ javaScriptEnabled: false })).newPage();
    const step = await buy(page, who);
    expect(await textsTo(who)).toBe(0);
    await step.button(step.say.send).click();
    await step.field.waitFor();
    const { code } = await textTo(who);

    await step.field.fill(wrongFor(code));
    await step.approve.click();
    await page.getByText(step.say.wrong.split("{tries}")[0]?.trim() ?? "").waitFor();
    expect(await step.field.inputValue()).toBe("");
    expect(await step.field.getAttribute("aria-invalid")).toBe("true");
    expect(await page.title()).toMatch(new RegExp(`^${step.say.title_error.split("{")[0]}`));

    await step.field.fill(code);
    await step.approve.click();
    const id = await accepted(page, who);
    expect(await verificationOf(brand, id)).toMatchObject({ status: "redeemed", attempts: 2 });
    expect(await textsTo(who)).toBe(1);
  });
});

describe("the code", () => {
  it("is checked by itself when it is pasted with a space in it", async () => {
    const who = await customerOf("tindra");
    const page = await (await phone({ permissions: ["clipboard-write"] })).newPage();
    const step = await toStep(page, who);
    const { code } = await textTo(who);
    await page.evaluate((text) => navigator.clipboard.writeText(text), `${code.slice(0, 3)} ${code.slice(3)}`);
    await step.field.click();
    await page.keyboard.press("ControlOrMeta+V");
    expect(await step.field.inputValue()).toBe(code);
    expect(await verdictOf("tindra", await accepted(page, who))).toMatchObject({ attempts: 1, entry: "paste" });
  });

  it("is found when the whole text message is pasted, right to left too", async () => {
    const who = await customerOf("rimal");
    const page = await (await phone({ permissions: ["clipboard-write"] })).newPage();
    const step = await toStep(page, who);
    const { body, code } = await textTo(who);
    await page.evaluate((text) => navigator.clipboard.writeText(text), body);
    await step.field.click();
    await page.keyboard.press("ControlOrMeta+V");
    expect(await step.field.inputValue()).toBe(code);
    await accepted(page, who);
  });

  it("is pasted as the phone's own button copied it", async () => {
    const who = await customerOf("marisol");
    const context = await desktop({ permissions: ["clipboard-write"] });
    const page = await context.newPage();
    const step = await toStep(page, who);
    const handset = await context.newPage();
    await handset.goto(`${at.phone}/?number=${who.number}`);
    await handset.getByRole("button", { name: "Copy code" }).click();
    await handset.getByRole("button", { name: "Copied" }).waitFor();
    await page.bringToFront();
    await step.field.click();
    await page.keyboard.press("ControlOrMeta+V");
    await accepted(page, who);
  });

  it("is checked by itself when the keyboard fills it in at once", async () => {
    const who = await customerOf("tindra");
    const page = await (await phone()).newPage();
    const step = await toStep(page, who);
    await step.field.click();
    await page.keyboard.insertText((await textTo(who)).code);
    expect(await verdictOf("tindra", await accepted(page, who))).toMatchObject({ attempts: 1, entry: "autofill" });
  });

  it("waits for the button when it is typed, and Enter is as good", async () => {
    const who = await customerOf("tindra");
    const page = await (await desktop()).newPage();
    await page.clock.install();
    const step = await toStep(page, who);
    const checks = callsOn(page, "check");
    const { code } = await textTo(who);
    expect(await step.field.evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type(code);
    await page.clock.fastForward(3000);
    expect(await step.field.inputValue()).toBe(code);
    expect(checks).toEqual([]);
    await page.keyboard.press("Enter");
    await accepted(page, who);
    expect(checks).toHaveLength(1);
  });

  it("loses letters at once and costs nothing while digits are missing", async () => {
    const who = await customerOf("tindra");
    const page = await (await phone()).newPage();
    const step = await toStep(page, who);
    const checks = callsOn(page, "check");
    await step.enter("12a 3");
    expect(await step.field.inputValue()).toBe("123");
    expect((await step.alert.innerText()).trim()).toBe(step.say.too_few.replace("{digits}", "6"));
    await step.field.fill("");
    await step.enter("1234567");
    expect((await step.alert.innerText()).trim()).toBe(step.say.too_many.replace("{digits}", "6"));
    expect(checks).toEqual([]);
    expect(await verificationOf("tindra", await step.id())).toMatchObject({ attempts: 0, attempts_remaining: 5 });
  });
});
