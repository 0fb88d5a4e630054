/** Opening a verification: number on file, order claim, decision; and how the order system sees one. */
import canonicalize from "canonicalize";
import type { Context } from "hono";
import type { Brand } from "../brands/brand.ts";
import type { Client } from "../client.ts";
import type { OpenRequest, Order, VerificationView } from "../contract.ts";
import { numberOnFile } from "../customer/index.ts";
import { ask, within } from "../objects.ts";
import { problem } from "../problem.ts";
import { decide } from "../risk/rules.ts";
import type { Facts, Opening } from "../verification/answers.ts";
import { orderDigest } from "../verification/digest.ts";
import { hmac, type MasterKey, sha256Hex, token } from "../verification/keys.ts";
import { linkToken, verificationId } from "../verification/link.ts";
import { time } from "../verification/record.ts";
import { seal } from "../verification/seal.ts";
import { live, redeemable } from "../verification/state.ts";
import { returnAddress } from "./addresses.ts";
import { orderLedger, verification } from "./reach.ts";

/** Opens, resumes or repeats: number on file and order claim in parallel, then the object decides. */
export async function open(
  c: Context<{ Bindings: Env; Variables: { client: Client } }>,
  request: OpenRequest,
  hashes: { key: string; body: string },
): Promise<Response> {
  const { brand, secrets, id: client } = c.var.client;
  const { pack, settings } = brand;
  const { order, customer, presentation } = request;
  const wrongField = wrongAddress(brand, presentation);
  if (wrongField) return problem(c, "ORDER.RETURN_ADDRESS", { field: wrongField });
  const digest = digestOf(order);
  const now = Date.now();
  const master = secrets.master[0] as MasterKey;
  const shard = orderShard(c.var.client, order.id);
  const claim = (instead?: string) =>
    ask(orderLedger(c.env, shard.id), (ledger) =>
      ledger.claim({
        brand: pack.id,
        order: shard.order,
        digest,
        ...hashes,
        candidate: candidate(c.env),
        ...(instead && { instead }),
      }),
    );
  const [claimed, found] = await Promise.all([
    claim(),
    numberOnFile({
      brandId: pack.id,
      countries: pack.countries,
      authority: settings.authority,
      credentials: secrets.authority,
      ref: customer.ref,
      authToken: customer.auth_token,
      now,
    }),
  ]);
  if (!claimed.ok) return problem(c, claimed.problem);
  if (!found.ok) {
    if (found.why === "unavailable") return problem(c, "CUSTOMER.AUTHORITY_UNAVAILABLE", { waitS: found.retryAfterS });
    return problem(c, NO_NUMBER[found.why]);
  }
  const opening = async (id: string): Promise<Opening> => ({
    brand: pack.id,
    key: hashes.key,
    order,
    digest,
    client,
    sub: token(hmac(secrets.pepper, `sub|${customer.ref}`)),
    number: {
      sealed: await seal(master, id, found.number),
      mac: token(hmac(secrets.pepper, `number|${id}|${found.number}`)),
      ending: found.ending,
      source: found.source,
      changedAt: found.changedAt ?? null,
    },
    kid: master.kid,
    decision: decide({
      category: order.category,
      numberAgeMs: found.changedAt === undefined ? undefined : now - found.changedAt,
    }),
    presentation: {
      mode: presentation.mode,
      returnUrl: presentation.return_url,
      cancelUrl: presentation.cancel_url,
      locale: pack.locales.find((locale) => locale === presentation.locale?.slice(0, 2)) ?? null,
    },
    metadata: request.metadata ?? {},
  });
  const attempt = async (id: string) => {
    const asked = await opening(id);
    return ask(verification(c.env, id), (v) => v.open(asked));
  };
  let { id, supersedes } = claimed;
  let outcome = await attempt(id);
  if (!outcome.ok) {
    const again = await claim(id);
    if (!again.ok) return problem(c, again.problem);
    ({ id, supersedes } = again);
    outcome = await attempt(id);
    if (!outcome.ok) return problem(c, "SERVICE.UNAVAILABLE", { waitS: 1 });
  }
  await Promise.all(supersedes.map((old) => ask(verification(c.env, old), (v) => v.supersede(pack.id))));
  const { opened, facts } = outcome;
  const { phone_masked, decision, url, next_action } = shown(brand, master, { ...facts, ...opened });
  c.header("location", `/v1/verifications/${id}`);
  return c.json(
    {
      id,
      object: "verification",
      status: opened.status,
      url,
      phone_masked,
      expires_at: time(opened.expiresAt),
      decision,
      next_action,
    },
    201,
  );
}

const NO_NUMBER = {
  unknown_customer: "CUSTOMER.UNKNOWN",
  no_number: "CUSTOMER.NO_NUMBER",
  number_refused: "CUSTOMER.NUMBER_REFUSED",
  auth_token_refused: "CUSTOMER.AUTH_TOKEN",
} as const;

/** A verification as its order system sees it; the link is there only while it leads somewhere. */
export function shown(brand: Brand, master: MasterKey, f: Facts): VerificationView {
  return {
    id: f.id,
    object: "verification",
    status: f.status,
    reason: f.reason,
    url: live(f.status) ? `${brand.stepOrigin}/v/${linkToken(master, "step link", f.id)}` : null,
    order: f.order,
    phone_masked: `•••• ${f.ending}`,
    created_at: time(f.createdAt),
    expires_at: time(f.expiresAt),
    ended_at: f.endedAt === null ? null : time(f.endedAt),
    attempts: f.attempts,
    attempts_remaining: f.attemptsRemaining,
    sends: f.sends,
    decision: f.decision,
    next_action: live(f.status) ? "redirect" : redeemable(f.status) ? "redeem" : "none",
    metadata: f.metadata,
  };
}

function wrongAddress(brand: Brand, p: OpenRequest["presentation"]): string | undefined {
  if (!returnAddress(brand, p.return_url)) return "presentation.return_url";
  if (!returnAddress(brand, p.cancel_url)) return "presentation.cancel_url";
  const framed = p.mode === "frame" || p.embed_origin !== undefined;
  return framed && !brand.pack.origins.embed.includes(p.embed_origin ?? "") ? "presentation.embed_origin" : undefined;
}

/** The ledger shard of an order, and the order's name in it: keyed, so that a name tells nothing. */
export function orderShard({ brand, secrets }: Client, orderId: string): { id: number; order: string } {
  const mac = hmac(secrets.pepper, `order|${brand.pack.id}|${orderId}`);
  return { id: mac[0] as number, order: token(mac) };
}

/** The digest a verification of `order` is bound to. */
export function digestOf(order: Order): string {
  return orderDigest(order, canonicalize, sha256Hex);
}

function candidate(env: Env): string {
  return verificationId(within(env.VERIFICATION, env).newUniqueId().toString());
}
