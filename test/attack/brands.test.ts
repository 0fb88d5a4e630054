/** One brand in another one's rooms: three brands by every route, with ids, tokens and signatures of another. */
import { randomUUID } from "node:crypto";
import { type Answer, type Clients, send } from "../http/client.ts";
import { approved, sent } from "../http/step.ts";
import { twilioSignature } from "../standins/gateway.ts";
import { BRANDS, type BrandId, GATEWAY } from "../standins/secrets.ts";
import { attacked, findings, patch } from "./attack.ts";
import { face } from "./faces.ts";
import type { Target } from "./target.ts";

const OBJECT = "worker/verification/verification.ts";
const STRANGER = `ver_${"Q".repeat(42)}A`;

/** What `other`'s order system learns of a verification and its order, each beside what it learns of one that never was. */
async function byOrderSystem(at: Clients, other: BrandId, known: Awaited<ReturnType<typeof approved>>) {
  const { id, order, ref } = known;
  const shop = at.shop(other);
  const headers = { authorization: `Bearer ${at.key(other)}`, ...at.json };
  const v1 = (method: string, path: string, body?: unknown) =>
    send(at.ports.worker, {
      method,
      path: `/v1/${path}`,
      headers: { ...headers, "idempotency-key": randomUUID() },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const calls: [string, (id: string, orderId: string, ref: string) => Promise<Answer>][] = [
    ["read", (v) => shop.get(`/${v}`)],
    ["find", (_, o) => shop.get(`?order_id=${o}`)],
    ["redeem", (v) => shop.post(`/${v}/redeem`, { order })],
    ["cancel", (v) => shop.post(`/${v}/cancel`, {})],
    ["revoke", (v) => shop.post(`/${v}/revoke`, {})],
    ["replay", (v) => v1("POST", `events/evt_${v.slice(4)}_1/replay`)],
    ["export of the order", (_, o) => v1("POST", "exports", { subject: { order_id: o } })],
    ["export of the customer", (_, __, r) => v1("POST", "exports", { subject: { customer_ref: r } })],
    ["erasure", (_, o) => v1("POST", "erasures", { subject: { order_id: o } })],
  ];
  const found: string[] = [];
  for (const [name, call] of calls) {
    const [theirs, none] = [await call(id, order.id, ref), await call(STRANGER, "o-none", "nobody")];
    const blanked = (answer: Answer) =>
      face(answer, id, STRANGER, id.slice(4), STRANGER.slice(4))
        .replaceAll(/era_[\w-]{22}|eyJ[\w.-]+|\d{4}-\d\d-\d\dT[\d:.]+Z/g, "…")
        .replaceAll(/"content-length":"\d+",?/g, "");
    if (blanked(theirs) !== blanked(none))
      found.push(`${other} can ${name} what is ${known.brand}'s: ${theirs.status}`);
  }
  const events = await v1("GET", "events?limit=200");
  if (events.text.includes(id)) found.push(`${other} lists events of ${known.brand}`);
  return found;
}

/** A delivery receipt for `known`, signed and named by `other`'s gateway account. */
async function byGateway(at: Clients, other: BrandId, known: Awaited<ReturnType<typeof sent>>) {
  const { account_sid, auth_token } = GATEWAY[other];
  const path = `/receipts/twilio/${other}?ref=${new URL(known.link).pathname.slice(3)}&send=1`;
  const form = {
    AccountSid: account_sid,
    MessageSid: `SM${"0".repeat(32)}`,
    MessageStatus: "undelivered",
    ErrorCode: "30003",
  };
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "x-twilio-signature": twilioSignature(auth_token, at.origins.api + path, form),
  };
  await send(at.ports.worker, { method: "POST", path, headers, body: new URLSearchParams(form).toString() });
  const foreign = path.replace(`/${other}?`, `/${known.brand}?`);
  const answer = await send(at.ports.worker, {
    method: "POST",
    path: foreign,
    headers,
    body: new URLSearchParams(form).toString(),
  });
  return findings([
    answer.status !== 401,
    `${known.brand} takes a receipt that ${other}'s gateway signed: ${answer.status}`,
  ]);
}

/** `known`'s step on the host of `other`, with the cookie that belongs to it. */
async function byHost(at: Clients, other: BrandId, { visitor, brand }: Awaited<ReturnType<typeof sent>>) {
  const { host, origin } = new URL(at.origins.brand(other));
  const found: string[] = [];
  for (const action of ["", "/state", "/start", "/resend", "/check", "/leave"]) {
    const method = action === "" || action === "/state" ? "GET" : "POST";
    const headers = { origin, ...at.json, cookie: visitor.jar.cookie ?? "", "idempotency-key": randomUUID() };
    const body = action === "/check" ? '{"code":"123456"}' : action === "/leave" ? '{"reason":"left"}' : "{}";
    const { status } = await send(at.ports.worker, {
      method,
      host,
      path: visitor.path + action,
      headers,
      ...(method === "POST" && { body }),
    });
    if (status !== 404) found.push(`${other}'s host answers ${status} to ${action || "the page"} of ${brand}`);
  }
  return found;
}

async function acrossBrands({ at }: Target): Promise<string[]> {
  const found: string[] = [];
  for (const brand of BRANDS) {
    const [ready, waiting] = [await approved(at, brand), await sent(at, brand)];
    for (const other of BRANDS.filter((one) => one !== brand)) {
      found.push(
        ...(await byOrderSystem(at, other, ready)),
        ...(await byHost(at, other, waiting)),
        ...(await byGateway(at, other, waiting)),
      );
    }
    const { status, sends, attempts } = await waiting.shop.view(waiting.id);
    if (status !== "sent" || sends !== 1 || attempts !== 0)
      found.push(`${brand}'s verification was moved to ${status}`);
    const redeemed = await ready.shop.post(`/${ready.id}/redeem`, { order: ready.order });
    if (redeemed.status !== 200) found.push(`${brand} itself was refused: ${redeemed.status}`);
  }
  return found;
}

// Step links, receipt links and deny links are keyed by brand, so each seed opens the MAC and the object's own look.
const ANY_LINK = patch("worker/verification/link.ts", "return fits.includes(true) ? id : undefined;", "return id;");
/** Every brand's orders lie under the same names. */
const ONE_LIST = patch(
  "worker/routes/names.ts",
  "export function orderName(env: Env, { brand, secrets }: Client, orderId: string): Promise<string> {",
  `export function orderName(env, _client, orderId) {
  const [brand, secrets] = [{ pack: { id: "one" } }, { pepper: [new Uint8Array(32)] }];`,
);
attacked("working in another brand's rooms", acrossBrands, [
  {
    name: "reading does not compare the brand",
    patches: [patch(OBJECT, "return r?.brand === brand ? facts(r) : undefined;", "return r ? facts(r) : undefined;")],
    shows: /marisol can read what is tindra's: 200/,
  },
  {
    name: "redeeming does not compare the brand",
    patches: [patch(OBJECT, "r?.brand === brand ? act(r, now) : NOT_FOUND;", "r ? act(r, now) : NOT_FOUND;")],
    shows: /marisol can redeem what is tindra's: 200/,
  },
  {
    name: "the step does not compare the brand",
    patches: [ANY_LINK, patch("worker/verification/admission.ts", "if (r?.brand !== brand) return", "if (!r) return")],
    shows: /marisol's host answers [24]\d\d to \/(?:state|check) of tindra/,
  },
  {
    name: "orders of all brands are one list",
    patches: [
      ONE_LIST,
      patch(OBJECT, "return r?.brand === brand ? facts(r) : undefined;", "return r ? facts(r) : undefined;"),
    ],
    shows: /marisol can find what is tindra's: 200/,
  },
  {
    name: "an export does not compare the brand",
    patches: [
      ONE_LIST,
      patch(OBJECT, "return r?.brand === brand ? exported(r) : undefined;", "return r ? exported(r) : undefined;"),
    ],
    shows: /marisol can export of the order what is tindra's/,
  },
  {
    name: "receipts are not authenticated",
    patches: [patch("worker/routes/receipts.ts", "if (!authentic(", "if (false && !authentic(")],
    shows: /tindra takes a receipt that marisol's gateway signed/,
  },
]);
