import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { BRANDS, type BrandId } from "../standins/secrets.ts";
import { at, customerOf, elapse, fault, textTo } from "./around.ts";
import { phonesOf } from "./browser.ts";
import { says, wrongFor } from "./shopper.ts";
import { checkout, toStep } from "./shopping.ts";
import { holding } from "./until.ts";

const phones = phonesOf();
const FOLDER = new URL("../.screenshots/", import.meta.url).pathname;
mkdirSync(FOLDER, { recursive: true });

/** What is wrong with the geometry of a page: a second way to scroll, things cut off. */
function misplaced(): string[] {
  const { clientWidth: width, scrollWidth } = document.documentElement;
  const name = (element: Element) => `${element.tagName.toLowerCase()} "${element.textContent?.trim().slice(0, 30)}"`;
  const shown = [...document.querySelectorAll("body *")].filter((element) => element.checkVisibility());
  const wrong = scrollWidth > width ? [`scrolls sideways: ${scrollWidth} in ${width}`] : [];
  for (const element of shown) {
    if (element.closest(".unseen")) continue;
    const { left, right } = element.getBoundingClientRect();
    if (left < -0.5 || right > width + 0.5) wrong.push(`outside: ${name(element)} ${left}..${right}`);
  }
  return wrong;
}

/** Controls that a thumb could miss: lower than 44 px. */
const tooLow = (page: Page) =>
  page.locator("a, button, summary, input:not([type=hidden])").evaluateAll((controls) =>
    controls
      .map((control) => ({ control, height: control.getBoundingClientRect().height }))
      .filter(({ height }) => height > 0 && height < 44)
      .map(({ control, height }) => `${height.toFixed(1)} px: ${control.textContent?.trim()}`),
  );

/** Views that are photographed by night too, on the phone. */
const BY_NIGHT = /04|06|07|08|13|14|16|20/;

/** A page that is photographed, its geometry judged. */
async function cameraOn(brand: BrandId, device: keyof typeof phones) {
  const page = await (await phones[device]({ deviceScaleFactor: 1 })).newPage();
  await page.clock.install();
  const window = page.viewportSize() ?? { width: 0, height: 0 };
  /** Each fault once, with the first view that has it. */
  const faults = new Map<string, string>();
  async function shoot(view: string) {
    for (const what of await page.evaluate(misplaced)) if (!faults.has(what)) faults.set(what, view);
    // Not `fullPage`: that turns the phone into a thing with a mouse while it is photographed.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ ...window, height });
    for (const colorScheme of device === "phone" && BY_NIGHT.test(view)
      ? (["light", "dark"] as const)
      : (["light"] as const)) {
      await page.emulateMedia({ colorScheme });
      // A logo of the other scheme comes a moment later; one that changes while it is decoded is decoded again.
      await page.evaluate(() =>
        Promise.all([...document.images].map((image) => image.decode().catch(() => image.decode()))),
      );
      await page.screenshot({ path: `${FOLDER}${brand}-${device}-${view}-${colorScheme}.png`, animations: "disabled" });
    }
    await page.setViewportSize(window);
  }
  return { page, shoot, wrong: () => [...faults].map(([what, view]) => `${view}: ${what}`) };
}

/** Whether `page` shows all of what `selector` names without scrolling. */
const inWindow = (page: Page, selector: string) =>
  page.locator(selector).evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });

describe.each(BRANDS)("%s", (brand) => {
  it("keeps everything inside a phone's window from the product to a code that has expired", async () => {
    const who = await customerOf(brand);
    const { page, shoot, wrong } = await cameraOn(brand, "phone");
    await page.goto(at.shop(brand));
    await shoot("01-product");
    await page.getByRole("button", { name: who.shop.add }).click();
    await shoot("02-basket");
    await page.getByRole("link", { name: who.shop.toCheckout }).click();
    await shoot("03-checkout");
    await page.goBack();
    const step = await checkout(page, who);
    const { code } = await textTo(who);
    await step.resend.waitFor();
    await shoot("04-sent");
    for (const part of [".order", ".code", ".check .primary"]) expect(await inWindow(page, part), part).toBe(true);
    await step.field.pressSequentially(wrongFor(code));
    await shoot("05-typed");
    await step.approve.click();
    await holding(step.field, "");
    await shoot("06-wrong");
    for (const part of ["#error", ".code", ".check .primary"]) expect(await inWindow(page, part), part).toBe(true);
    await page.getByText(step.say.help).click();
    await shoot("07-help");
    await page.getByText(step.say.help).click();
    await step.button(step.say.cancel).click();
    await shoot("08-leaving");
    await step.button(step.say.stay).click();
    await elapse(page, 61_000);
    await step.resend.click();
    await textTo(who, 1);
    await page
      .getByText(step.say.resent.split("{at}")[0]?.trim() ?? "")
      .last()
      .waitFor();
    await shoot("09-resent");
    await elapse(page, 5 * 60_000 + 1000);
    await says(step.alert, step.say.expired);
    await shoot("10-code-expired");
    await elapse(page, 15 * 60_000);
    await says(step.title, step.say.ended);
    await shoot("11-step-expired");
    expect(wrong()).toEqual([]);
  });

  it("keeps everything inside a phone's window when the order is paused and when it is approved", async () => {
    const { page, shoot, wrong } = await cameraOn(brand, "phone");
    const loser = await customerOf(brand);
    const lost = await toStep(page, loser);
    const { code } = await textTo(loser);
    for (let nth = 1; nth <= 5; nth++) {
      await lost.enter(wrongFor(code, nth));
      if (nth < 5) await holding(lost.field, "");
      if (nth === 4) await shoot("12-last-try");
    }
    await says(lost.title, lost.say.failed);
    await shoot("13-failed");

    const winner = await customerOf(brand);
    const won = await toStep(page, winner);
    await won.field.pressSequentially((await textTo(winner)).code);
    await page.clock.pauseAt(Date.now() + 2000);
    await won.approve.click();
    await says(won.title, won.say.approved);
    await shoot("14-approved");
    await page.clock.resume();
    await page.getByRole("heading", { level: 1, name: winner.shop.accepted }).waitFor();
    await shoot("15-accepted");
    expect(wrong()).toEqual([]);
  });

  it("keeps everything inside a wide window", async () => {
    const who = await customerOf(brand);
    const { page, shoot, wrong } = await cameraOn(brand, "desktop");
    await page.goto(at.shop(brand));
    await shoot("01-product");
    await page.getByRole("button", { name: who.shop.add }).click();
    await shoot("02-basket");
    const step = await checkout(page, who);
    const { code } = await textTo(who);
    await step.resend.waitFor();
    await shoot("04-sent");
    for (const part of [".order", ".code", ".check .primary"]) expect(await inWindow(page, part), part).toBe(true);
    await step.enter(wrongFor(code));
    await holding(step.field, "");
    await shoot("06-wrong");
    await step.enter(code);
    await page.getByRole("heading", { level: 1, name: who.shop.accepted }).waitFor();
    await shoot("15-accepted");
    expect(wrong()).toEqual([]);
  });

  it("keeps everything inside a phone's window where something stands in the way", async () => {
    const who = await customerOf(brand);
    const { page, shoot, wrong } = await cameraOn(brand, "phone");
    await fault("gateway", "500");
    const step = await toStep(page, who);
    await says(step.alert, step.say.undelivered.replace("{ending}", who.ending));
    await shoot("16-gateway-down");
    await fault("gateway", "ok");
    const stranger = await customerOf(brand);
    await toStep(page, stranger);
    await textTo(stranger);
    const address = page.url();
    await page.context().clearCookies();
    await page.goto(`${address}?lang=${stranger.lang}`);
    await says(step.title, step.say.elsewhere);
    await shoot("17-elsewhere");
    await page.goto(`${at.brand(brand)}/v/nothing?lang=${who.lang}`);
    await says(step.title, step.say.closed);
    await shoot("18-closed");
    await page.goto(`${at.brand(brand)}/?lang=${who.lang}`);
    await says(step.title, step.say.empty);
    await shoot("19-empty");
    await page.goto(`${at.phone}/?number=${stranger.number}`);
    await page.getByRole("article").waitFor();
    await shoot("20-handset");

    await page.close();

    const plain = await (await phones.phone({ javaScriptEnabled: false, deviceScaleFactor: 1 })).newPage();
    const unscripted = await toStep(plain, await customerOf(brand));
    await plain.screenshot({ path: `${FOLDER}${brand}-phone-21-no-script-light.png` });
    await unscripted.button(unscripted.say.send).click();
    await unscripted.field.waitFor();
    await plain.screenshot({ path: `${FOLDER}${brand}-phone-22-no-script-sent-light.png` });
    expect(wrong()).toEqual([]);
  });

  it("gives every control of the step the height of a thumb", async () => {
    const who = await customerOf(brand);
    const page = await (await phones.phone()).newPage();
    const step = await toStep(page, who);
    await step.resend.waitFor();
    await page.getByText(step.say.help).click();
    const low = await tooLow(page);
    await step.button(step.say.cancel).click();
    low.push(...(await tooLow(page)));
    expect([...new Set(low)]).toEqual([]);
  });
});
