/** What stands around a shopper: the number on file, its text messages, faults, the clock; and what the order system knows. */
import type { Page } from "playwright-core";
import { afterEach, inject } from "vitest";
import type { VerdictClaims, VerificationView } from "../../worker/contract.ts";
import { localFetch } from "../standins/http.ts";
import { API_KEYS, type BrandId } from "../standins/secrets.ts";
import { TEXTS as SHOP } from "../standins/shop/texts.ts";
import { originsOn } from "../standins/system.ts";

export const at = originsOn(inject("ports"));
export const LANGS = { tindra: "en", marisol: "es", rimal: "ar" } as const;

/** One request to the control API; a refusal is a fault of the test. */
async function control<T>(path: string, method = "GET", body?: object): Promise<T> {
  const answer = await localFetch(at.control + path, { method, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`control ${path.split("?")[0]} answers ${answer.status}`);
  return (await answer.json()) as T;
}

let next = 100;

/** A customer of `brand` nobody has texted yet, in the brand's first language. */
export async function customerOf(brand: BrandId) {
  for (;;) {
    const ref = `c${next++}`;
    const { phone_number } = await control<{ phone_number: string }>(`/customers/${brand}/${ref}`);
    const number = encodeURIComponent(phone_number);
    const { count } = await control<{ count: number }>(`/messages/count?all=true&number=${number}`);
    const lang = LANGS[brand];
    if (count === 0) return { brand, ref, number, ending: phone_number.slice(-2), lang, shop: SHOP[lang] };
  }
}
export type Customer = Awaited<ReturnType<typeof customerOf>>;

/** Waits for the text message after the first `after` ones. */
export async function textTo({ number }: Customer, after = 0) {
  const path = `/messages/next?number=${number}&after=${after}`;
  const { messages } = await control<{ messages: { body: string; code: string }[] }>(path);
  return messages[0] ?? { body: "", code: "" };
}

/** How many text messages the gateway took for this customer, whatever became of them. */
export const textsTo = async ({ number }: Customer) =>
  (await control<{ count: number }>(`/messages/count?all=true&number=${number}`)).count;

/** What a part of the stand-ins has seen or sent for a brand, once that is more than `after` requests. */
export const requestsFrom = (part: string, brand: BrandId, after?: number) =>
  control<unknown[]>(`/requests?part=${part}&brand=${brand}&after=${after ?? ""}`);

/** Makes a stand-in misbehave until the end of the test. */
export const fault = (part: string, mode: string) => control("/faults", "PUT", { part, mode });

let shifted = false;
afterEach(async () => {
  await control("/faults", "PUT", { mode: "ok" });
  if (shifted) await control("/clock", "POST", { reset: true });
  shifted = false;
});

/** Lets `ms` pass for the servers and for `page`, whose clock must be installed. */
export async function elapse(page: Page, ms: number): Promise<void> {
  await elapseOutside(ms);
  await page.clock.fastForward(ms);
}

/** Lets `ms` pass for the servers alone; a page that loads afterwards takes its time from them. */
export async function elapseOutside(ms: number): Promise<void> {
  shifted = true;
  await control("/clock", "POST", { shift_ms: ms });
}

/** The verification behind a page of the step or of the shop's return, as the order system sees it. */
export async function verificationOf(brand: BrandId, id: string): Promise<VerificationView> {
  const headers = { authorization: `Bearer ${API_KEYS[brand]}` };
  return (await (await localFetch(`${at.api}/v1/verifications/${id}`, { headers })).json()) as VerificationView;
}

/** The verdict the shop accepted for the order of a verification; undefined while it accepted none. */
export async function verdictOf(brand: BrandId, id: string): Promise<VerdictClaims | undefined> {
  const { order } = await verificationOf(brand, id);
  const answer = await localFetch(`${at.shop(brand)}/api/orders/${order.id}`);
  return ((await answer.json()) as { verdict?: VerdictClaims }).verdict;
}
