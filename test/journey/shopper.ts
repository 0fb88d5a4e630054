/** What a shopper does and sees, by role and label. */
import type { Frame, Locator, Page } from "playwright-core";
import { TEXTS } from "../../web/i18n/texts.ts";
import { inTone } from "../../web/i18n/tone.ts";
import type { BrandId } from "../standins/secrets.ts";
import { at, type Customer, LANGS } from "./around.ts";
import { until } from "./until.ts";

/** The parts of the step on `page`, or in a frame of it, as a person finds them. */
export function stepOn(page: Page | Frame, brand: BrandId) {
  const say = inTone(TEXTS[LANGS[brand]], brand === "marisol" ? "informal" : "formal");
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const [field, approve] = [page.getByRole("textbox", { name: say.label }), button(say.approve)];
  return {
    say,
    button,
    field,
    approve,
    resend: button(say.resend),
    alert: page.getByRole("alert"),
    status: page.getByRole("status"),
    title: page.getByRole("heading", { level: 1 }),
    enter: async (code: string) => {
      await field.pressSequentially(code);
      await approve.click();
    },
    /** Id of the verification, as the page would hand it back to the shop. */
    id: async () => {
      const given = JSON.parse((await page.locator("#brand-data").textContent()) ?? "{}");
      return new URL(given.open.return_url).searchParams.get("verification") ?? "";
    },
  };
}
export type Step = ReturnType<typeof stepOn>;

/** Waits until `place` says `words`, spaces aside. */
export const says = (place: Locator, words: string) =>
  until(place, (element, words) => element.innerText.replace(/\s+/g, " ").trim() === words, words);

/** Waits for the shop's word that the order is accepted; resolves to the verification's id. */
export async function accepted(page: Page, { brand, shop }: Customer): Promise<string> {
  await page.waitForURL(`${at.shop(brand)}/return?*`);
  await page.getByRole("heading", { level: 1, name: shop.accepted }).waitFor();
  return new URL(page.url()).searchParams.get("verification") ?? "";
}

/** A code that is not `code`; another one for each `nth`. */
export const wrongFor = (code: string, nth = 1) => String((Number(code) + nth) % 1_000_000).padStart(6, "0");

/** What a browser sent to one of the step's calls: its key and its body. */
export function callsOn(page: Page, call: string) {
  const calls: { key: string | undefined; body: string | null }[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith(`/${call}`))
      calls.push({ key: request.headers()["idempotency-key"], body: request.postData() });
  });
  return calls;
}

/** Whether the keyboard's focus is on `place`. */
export const isFocused = (place: Locator) => place.evaluate((element) => element === document.activeElement);
