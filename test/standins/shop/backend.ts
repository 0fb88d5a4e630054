/** The shop's back end as Ringfence sees it: open, redeem, and trust nothing but a verdict that fits the order. */
import { createHash } from "node:crypto";
import { createRemoteJWKSet, customFetch, type FetchImplementation, jwtVerify } from "jose";
import type { ProblemBody, VerdictClaims, VerificationView } from "../../../worker/contract.ts";
import { localFetch } from "../http.ts";
import { API_KEYS } from "../secrets.ts";
import { colourName, type Shop } from "./catalogue.ts";
import type { Order } from "./orders.ts";
import type { Lang } from "./texts.ts";

/** Where the public API is, and when it is. */
export interface Ringfence {
  apiOrigin: string;
  /** Origin of the brand's step: issuer of its verdicts. */
  stepOrigin: string;
  now: () => number;
}

/** `later` means: ask again with the same key, nothing is known to have happened. */
export type Opened = { kind: "view"; view: VerificationView } | Failure;
export type Redeemed = { kind: "verdict"; claims: VerdictClaims } | Failure;
type Failure = { kind: "later"; waitS: number; code: string } | { kind: "refused"; code: string };

const ADDRESS = "Demo street 1";

/** The order as the API wants it; the same for open and redeem. */
function orderBody(shop: Shop, order: Order, lang: Lang) {
  const colours = order.lines.map(({ colour, quantity }) => {
    const known = shop.colours.find((c) => c.id === colour);
    return `${quantity} × ${known ? colourName(known, lang) : colour}`;
  });
  return {
    id: order.id,
    revision: order.revision,
    amount: { value: order.amount, currency: order.currency },
    payee: shop.payee,
    summary: `${shop.product} (${colours.join(", ")})`.slice(0, 120),
    category: "hardware",
    items_sha256: order.items,
    delivery: { type: "address", address_sha256: createHash("sha256").update(ADDRESS).digest("hex") },
  };
}

/** `POST /v1/verifications`. `key` names the press of the button, so a repeated press opens nothing twice. */
export async function open(
  at: Ringfence,
  shop: Shop,
  order: Order,
  lang: Lang,
  { origin, framing }: { origin: string; framing: boolean },
  key: string,
): Promise<Opened> {
  const answer = await post(at, shop, "/v1/verifications", key, {
    order: orderBody(shop, order, lang),
    customer: { ref: order.customer },
    presentation: {
      ...(framing ? { mode: "frame", embed_origin: origin } : { mode: "redirect" }),
      return_url: `${origin}/return`,
      cancel_url: `${origin}/cancel`,
      locale: lang,
    },
  });
  return answer.ok ? { kind: "view", view: answer.body as VerificationView } : answer.failure;
}

/** `POST /v1/verifications/{id}/redeem`, then the verdict's own proof. One key per verification: a lost answer can be asked again. */
export async function redeem(at: Ringfence, shop: Shop, order: Order, lang: Lang, id: string): Promise<Redeemed> {
  const path = `/v1/verifications/${encodeURIComponent(id)}/redeem`;
  const answer = await post(at, shop, path, `redeem-${id}`, { order: orderBody(shop, order, lang) });
  if (!answer.ok) return answer.failure;
  const { verdict } = answer.body as { verdict: string };
  try {
    const claims = await verified(at, shop, verdict);
    const complaint = mismatch(claims, shop, order, id);
    return complaint ? { kind: "refused", code: complaint } : { kind: "verdict", claims };
  } catch {
    return { kind: "refused", code: "VERDICT.INVALID" };
  }
}

/** Signature, issuer, audience, type and time of a verdict. Throws where one of them is wrong. */
async function verified({ stepOrigin, now }: Ringfence, { brand }: Shop, verdict: string): Promise<VerdictClaims> {
  const keys = createRemoteJWKSet(new URL(`${stepOrigin}/.well-known/jwks.json`), { [customFetch]: brandHostFetch });
  const { payload } = await jwtVerify<VerdictClaims>(verdict, keys, {
    algorithms: ["ES256"],
    typ: "verdict+jwt",
    issuer: stepOrigin,
    audience: `${brand}-shop`,
    requiredClaims: ["jti", "iat", "exp", "vid", "txn"],
    // jose looks at `iat` only where an age is asked for: a verdict of the future is nobody's.
    maxTokenAge: "30 min",
    clockTolerance: 5,
    currentDate: new Date(now()),
  });
  return payload;
}

const brandHostFetch: FetchImplementation = (url, { headers }) =>
  localFetch(url, { headers: Object.fromEntries(headers) });

/** What in a genuine verdict does not fit this order: a verdict for a cheaper basket must not ship a dearer one. */
function mismatch({ vid, txn }: VerdictClaims, shop: Shop, order: Order, id: string): string | undefined {
  const fits =
    txn.order_id === order.id &&
    txn.revision === order.revision &&
    txn.amount === order.amount &&
    txn.currency === order.currency &&
    txn.payee === shop.payee;
  if (vid !== id) return "VERDICT.OTHER_VERIFICATION";
  return fits ? undefined : "VERDICT.OTHER_ORDER";
}

type Posted = { ok: true; body: unknown } | { ok: false; failure: Failure };

async function post(
  { apiOrigin }: Ringfence,
  { brand }: Shop,
  path: string,
  key: string,
  body: unknown,
): Promise<Posted> {
  try {
    const answer = await localFetch(apiOrigin + path, {
      method: "POST",
      headers: {
        authorization: `Bearer ${API_KEYS[brand]}`,
        "content-type": "application/json",
        "idempotency-key": key,
      },
      body: JSON.stringify(body),
    });
    const read: unknown = await answer.json();
    if (answer.ok) return { ok: true, body: read };
    const { code } = read as ProblemBody;
    const again = answer.status >= 500 || answer.status === 429 || code === "IDEMPOTENCY.IN_FLIGHT";
    const waitS = Number(answer.headers.get("retry-after")) || 5;
    return { ok: false, failure: again ? { kind: "later", waitS, code } : { kind: "refused", code } };
  } catch {
    return { ok: false, failure: { kind: "later", waitS: 5, code: "SERVICE.UNREACHABLE" } };
  }
}
