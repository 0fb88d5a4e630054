/** What order system and browser send, one verification after the other; each answer must be the expected one. */
import { randomBytes, randomUUID } from "node:crypto";
import { codeOf } from "../standins/messages.ts";
import { API_KEYS, BRANDS, type BrandId } from "../standins/secrets.ts";
import type { SystemPorts } from "../standins/system.ts";
import { type Answer, load, type Send } from "./load.ts";

/** One customer of one brand, as the authority's stand-in knows them. */
export interface Customer {
  brand: BrandId;
  ref: string;
}

/** An opened verification, with all its browser needs. */
export interface Step {
  customer: Customer;
  id: string;
  order: object;
  path: string;
  host: string;
  cookie: string;
}

const CURRENCY: Record<BrandId, string> = { tindra: "NOK", marisol: "EUR", rimal: "AED" };
const TRIES = 3;
/** Enough orders to reach each of the 256 shards of a ledger, but for one at most. */
const WAKING_ORDERS = 1500;
const SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** More people than a run needs: a verification each, because a customer's budget is two of them at once. */
export function customers(): Customer[] {
  const refs = Array.from({ length: 20_000 }, (_, i) => `b${i + 1}`);
  return refs.flatMap((ref) => BRANDS.map((brand) => ({ brand, ref })));
}

/** `POST /v1/verifications`; `order` continues an order with its next revision. */
export async function open(
  send: Send,
  ports: SystemPorts,
  customer: Customer,
  { id, revision } = { id: `bench-${randomUUID()}`, revision: 1 },
): Promise<Step> {
  const { brand, ref } = customer;
  const order = {
    id,
    revision,
    amount: { value: 89900, currency: CURRENCY[brand] },
    payee: "Bench Mobile",
    summary: "1 × phone",
    category: "hardware",
    items_sha256: SHA256,
    delivery: { type: "address", address_sha256: SHA256 },
  };
  const shop = `http://shop.${brand}.localhost:${ports.shop}`;
  const presentation = { mode: "redirect", return_url: `${shop}/return`, cancel_url: `${shop}/cancel`, locale: "en" };
  const body = JSON.stringify({ order, customer: { ref }, presentation });
  const call = { port: ports.worker, path: "/v1/verifications", headers: ofShop(ports, brand), body };
  let answer = await send(call);
  // On a machine this busy the authority's stand-in may miss its deadline; the same key asks again.
  for (let tries = 1; answer.status === 503 && tries < TRIES; tries++) answer = await send(call);
  const view = JSON.parse(expected(answer, 201)) as { id: string; url: string };
  const url = new URL(view.url);
  const cookie = `__Host-ringfence=${randomBytes(32).toString("base64url")}`;
  return { customer, id: view.id, order, path: url.pathname, host: url.host, cookie };
}

/**
 * Brings a fresh Worker to where it is all day: the authority's token is kept, the shards of all ledgers exist. The
 * customers are the last of the list, so that none of them is met again.
 */
export async function wake(ports: SystemPorts): Promise<void> {
  const jobs = customers()
    .slice(-WAKING_ORDERS)
    .map((customer, n) => async (send: Send) => {
      const step = await open(send, ports, customer);
      // Every fifth gets its text, of each brand: links need their shards, and a brand's day has a budget.
      if (n % 5 === 0) await start(send, ports, step);
    });
  await load(1, jobs.slice(0, BRANDS.length)); // one at a time: the first of each brand asks for the token
  await load(16, jobs.slice(BRANDS.length));
}

/** `POST /v/{token}/start`: the SMS is handed over. */
export async function start(send: Send, ports: SystemPorts, step: Step): Promise<void> {
  const body = JSON.stringify({ framed: false, locale: "en" });
  expected(await send({ port: ports.worker, path: `${step.path}/start`, headers: ofBrowser(step), body }), 200);
}

/** `POST /v/{token}/check`, answered with `status`. */
export async function check(send: Send, ports: SystemPorts, step: Step, code: string, status: number): Promise<void> {
  const body = JSON.stringify({ code, entry: "typed" });
  expected(await send({ port: ports.worker, path: `${step.path}/check`, headers: ofBrowser(step), body }), status);
}

/** `POST /v1/verifications/{id}/redeem`. */
export async function redeem(send: Send, ports: SystemPorts, { customer, id, order }: Step): Promise<void> {
  const path = `/v1/verifications/${id}/redeem`;
  const body = JSON.stringify({ order });
  expected(await send({ port: ports.worker, path, headers: ofShop(ports, customer.brand), body }), 200);
}

/** The code that reached the customer's phone last. */
export async function lastCode(ports: SystemPorts, { brand, ref }: Customer): Promise<string> {
  let code: string | undefined;
  await load(1, [
    async (send) => {
      const get = (path: string) => send({ port: ports.control, method: "GET", path });
      const { phone_number } = JSON.parse(expected(await get(`/customers/${brand}/${ref}`), 200));
      const messages = JSON.parse(expected(await get(`/messages?number=${encodeURIComponent(phone_number)}`), 200));
      code = codeOf((messages as { body: string }[]).at(-1)?.body ?? "");
    },
  ]);
  if (!code) throw new Error("a started verification sent no code");
  return code;
}

/** Delivery receipts, which the gateway otherwise posts while something else is measured. */
export async function receipts(ports: SystemPorts, mode: "ok" | "lost"): Promise<void> {
  const body = JSON.stringify({ part: "receipts", mode });
  await load(1, [
    async (send) => void expected(await send({ port: ports.control, method: "PUT", path: "/faults", body }), 200),
  ]);
}

function ofShop({ worker }: SystemPorts, brand: BrandId): Record<string, string> {
  return {
    host: `127.0.0.1:${worker}`,
    authorization: `Bearer ${API_KEYS[brand]}`,
    "content-type": "application/json",
    "idempotency-key": randomUUID(),
  };
}

function ofBrowser({ host, cookie }: Step): Record<string, string> {
  return {
    host,
    cookie,
    origin: `http://${host}`,
    "content-type": "application/json",
    "idempotency-key": randomUUID(),
  };
}

function expected({ status, body }: Answer, wanted: number): string {
  if (status !== wanted) throw new Error(`answered ${status} instead of ${wanted}: ${body.slice(0, 200)}`);
  return body;
}
