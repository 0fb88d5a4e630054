/** Clients of a local system over real HTTP: a brand's order system, a shopper's browser, the control API. */
import { randomInt, randomUUID } from "node:crypto";
import type { OpenRequest, Order, VerificationView } from "../../worker/contract.ts";
import { API_KEYS, type BrandId } from "../standins/secrets.ts";
import { originsOn, type SystemPorts } from "../standins/system.ts";
import { read, send } from "./call.ts";

export { type Answer, type Call, problemOf, read, send } from "./call.ts";

const MONEY: Record<BrandId, [value: number, currency: string, mobile: string]> = {
  tindra: [1149000, "NOK", "+4792"],
  marisol: [99900, "EUR", "+34612"],
  rimal: [379900, "AED", "+971501"],
};
let numbers = randomInt(900_000);

/** Everything a test asks of the system on `ports`. */
export function clients(ports: SystemPorts) {
  const origins = originsOn(ports);
  const json = { "content-type": "application/json" };
  const control = async <T>(method: string, path: string, body?: unknown) => {
    const answer = await send(ports.control, {
      method,
      path,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (answer.status !== 200) throw new Error(`control ${method} ${path}: ${answer.status} ${answer.text}`);
    return read<T>(answer);
  };
  const texts = async (number: string) =>
    (await control<{ count: number }>("GET", `/messages/count?all=true&number=${number}`)).count;
  /** The newest of more than `after` texts on a handset, once it is there. */
  const text = async (number: string, after = 0) =>
    (
      await control<{ messages: { code: string; body: string }[] }>(
        "GET",
        `/messages/next?number=${number}&after=${after}`,
      )
    ).messages.at(-1) as { code: string; body: string };

  /** A customer nobody else uses, so that texts and budgets of tests never meet. */
  async function customer(brand: BrandId, change: Record<string, unknown> = {}) {
    const ref = `t-${randomUUID()}`;
    const number = `${MONEY[brand][2]}${String(++numbers).padStart(6, "0")}`;
    const known = { phone_number: number, phone_number_verified: true, updated_at: 1_600_000_000, ...change };
    await control("PUT", `/customers/${brand}/${ref}`, known);
    return { ref, number };
  }
  function order(brand: BrandId, change: Partial<Order> = {}): Order {
    const [value, currency] = MONEY[brand];
    const amount = { value, currency };
    const delivery = { type: "address" as const, address_sha256: "a".repeat(64) };
    const fixed = {
      revision: 1,
      amount,
      payee: "The shop",
      summary: "One phone",
      category: "hardware" as const,
      delivery,
    };
    return { id: `o-${randomUUID()}`, ...fixed, ...change };
  }
  function opening(brand: BrandId, ref: string, what = order(brand)): OpenRequest {
    const shop = origins.shop(brand);
    const presentation = { mode: "redirect" as const, return_url: `${shop}/return`, cancel_url: `${shop}/cancel` };
    return { order: what, customer: { ref }, presentation };
  }
  /** The order system of `brand`; `key` is its credential. */
  function shop(brand: BrandId, key = API_KEYS[brand]) {
    const authorization = `Bearer ${key}`;
    const get = (path: string) => send(ports.worker, { path: `/v1/verifications${path}`, headers: { authorization } });
    const post = (path: string, body: unknown, idempotency: string = randomUUID()) => {
      const headers = { authorization, ...json, "idempotency-key": idempotency };
      return send(ports.worker, {
        method: "POST",
        path: `/v1/verifications${path}`,
        headers,
        body: JSON.stringify(body),
      });
    };
    return { get, post, view: async (id: string) => read<VerificationView>(await get(`/${id}`)) };
  }
  const key = (brand: BrandId) => API_KEYS[brand];
  return { key, ports, origins, control, text, texts, customer, order, opening, shop, json };
}
export type Clients = ReturnType<typeof clients>;
