/** The ways from a shop to the step. */
import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { localFetch } from "../standins/http.ts";
import { at, type Customer } from "./around.ts";
import { type Step, stepOn } from "./shopper.ts";

const COLOUR = { tindra: "volt", marisol: "terracota", rimal: "palm" };

/** From the product page over basket and checkout to the step. */
export async function buy(page: Page, who: Customer): Promise<Step> {
  await page.goto(at.shop(who.brand));
  await page.getByRole("button", { name: who.shop.add }).click();
  return checkout(page, who);
}

/** From the basket page to the step. */
export async function checkout(page: Page, { brand, ref, shop }: Customer): Promise<Step> {
  await page.getByRole("link", { name: shop.toCheckout }).click();
  await page.getByLabel("Signed in as customer").selectOption(ref);
  await page.getByRole("button", { name: shop.place }).click();
  await page.waitForURL(`${at.brand(brand)}/v/*`);
  return stepOn(page, brand);
}

/** Right to the step: the same forms, posted without drawing the shop's pages. */
export async function toStep(page: Page, { brand, ref }: Customer): Promise<Step> {
  const shop = at.shop(brand);
  const post = (path: string, form: Record<string, string>, cookie = "") =>
    localFetch(shop + path, { method: "POST", headers: { cookie }, body: new URLSearchParams(form).toString() });
  const filled = await post("/basket", { colour: COLOUR[brand], more: "1" });
  const [, basket = ""] = /basket=([\w-]+)/.exec(filled.headers.get("set-cookie") ?? "") ?? [];
  const placed = await post("/checkout", { customer: ref, press: randomUUID() }, `basket=${basket}`);
  await page.context().addCookies([{ name: "basket", value: basket, url: shop }]);
  await page.goto(placed.headers.get("location") ?? "", { referer: `${shop}/` });
  return stepOn(page, brand);
}
