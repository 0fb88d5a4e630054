/** Opening a verification: number on file, order claim, decision; and how the order system sees one. */
import canonicalize from "canonicalize";
import type { Context } from "hono";
import type { Brand } from "../brands/brand.ts";
import type { Client } from "../client.ts";
import type { OpenRequest, Order, VerificationView } from "../contract.ts";
import { numberOnFile } from "../customer/index.ts";
import { prefixOf } from "../events/prefix.ts";
import { checked } from "../events/rows.ts";
import { ask, askRow, within } from "../objects.ts";
import { problem } from "../problem.ts";
import { exempted } from "../risk/exempt.ts";
import { decide } from "../risk/rules.ts";
import type { Facts, Opening } from "../verification/answers.ts";
import { orderDigest } from "../verification/digest.ts";
import { derive, type MasterKey, sha256Hex, token } from "../verification/keys.ts";
import { linkToken, verificationId } from "../verification/link.ts";
import { time } from "../verification/record.ts";
import { seal } from "../verification/seal.ts";
import { finishOrder, settleWith } from "../verification/settlement.ts";
import { live, redeemable } from "../verification/state.ts";
import { returnAddress } from "./addresses.ts";
import { leaseFor } from "./lease.ts";
import { customerName, numberName, orderName } from "./names.ts";
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
  const [orderKey, customerKey] = await Promise.all([
    orderName(c.env, c.var.client, order.id),
    customerName(c.env, c.var.client, customer.ref),
  ]);
  const claim = (instead?: string) =>
    askRow(
      (name) => orderLedger(c.env, name),
      orderKey,
      (ledger, name) =>
        ledger.claim({
          brand: pack.id,
          order: name,
          customer: customerKey,
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
  const unclaim = (id: string) =>
    askRow(
      (name) => orderLedger(c.env, name),
      orderKey,
      (ledger, name) => ledger.unclaim({ order: name, key: hashes.key }, id),
    );
  if (!found.ok) {
    if (claimed.fresh) await unclaim(claimed.id);
    else if (found.why === "unavailable") await ask(verification(c.env, claimed.id), (v) => v.unconfirmed(pack.id));
    if (found.why === "unavailable") return problem(c, "CUSTOMER.AUTHORITY_UNAVAILABLE", { waitS: found.retryAfterS });
    return problem(c, NO_NUMBER[found.why]);
  }
  const numberAgeMs = found.changedAt === undefined ? undefined : now - found.changedAt;
  const decision = exempted(decide({ category: order.category, numberAgeMs }), order, pack);
  const asks = decision.action === "allow" || decision.action === "review";
  const leases = {
    customer: customerKey,
    number: await numberName(c.env, found.number),
  };
  const attempt = async ({ id, supersedes, old = false }: { id: string; supersedes: string[]; old?: boolean }) => {
    // Before the new one opens: a crash in between may leave none, never two. What it leased serves this one.
    await Promise.all(
      supersedes.map(async (other) => {
        const ended = await ask(verification(c.env, other), (v) => v.supersede(pack.id, "denied"));
        if (ended === "denied") {
          // Sooner than its errand: from here on nothing new is opened, and the ledger says why.
          old = true;
          await finishOrder(c.env, { row: orderKey, id: other }, ended);
        } else if (ended) await settleWith(c.env, ended.leases, ended.used);
      }),
    );
    const leased = await leaseFor(c.env, leases, { id, brand: pack, order: orderKey, asks, old });
    const opening: Opening = {
      brand: pack.id,
      key: hashes.key,
      order,
      digest,
      client,
      sub: token(derive(secrets.pepper[0] as Uint8Array, "subject", customer.ref)),
      number: {
        sealed: await seal(master, id, found.number),
        macs: secrets.pepper.map((pepper) => token(derive(pepper, "number of one", `${id}|${found.number}`))),
        ending: found.ending,
        source: found.source,
        changedAt: found.changedAt ?? null,
      },
      phone: { country: checked("country", found.country), prefix: prefixOf(found.number, found.country) },
      kid: master.kid,
      decision: leased.lastStage ? { ...decision, reasons: [...decision.reasons, "budget.last_stage"] } : decision,
      budget: leased.budget,
      leases: leased.budget.ok && asks ? leases : null,
      row: orderKey,
      over: leased.over,
      presentation: {
        mode: presentation.mode,
        returnUrl: presentation.return_url,
        cancelUrl: presentation.cancel_url,
        locale: pack.locales.find((locale) => locale === presentation.locale?.slice(0, 2)) ?? null,
        ...(presentation.mode === "frame" && { embedOrigin: presentation.embed_origin }),
      },
      metadata: request.metadata ?? {},
    };
    const outcome = await ask(verification(c.env, id), (v) => v.open(opening));
    // A repeated, ended or replaced verification does not use what was leased for it just now.
    if (!outcome.leased) await leased.release();
    return outcome;
  };
  let standing = claimed;
  let outcome = await attempt(standing);
  if (!outcome.ok) {
    // What the ended one did not use serves the one that takes its place.
    if (outcome.ended) await settleWith(c.env, outcome.ended.leases, outcome.ended.used);
    const again = await claim(standing.id);
    if (!again.ok) {
      if (standing.fresh) await unclaim(standing.id);
      return problem(c, again.problem);
    }
    standing = again;
    outcome = await attempt(standing);
    if (!outcome.ok) return problem(c, "SERVICE.UNAVAILABLE", { waitS: 1 });
  }
  const { id } = standing;
  const { opened, facts } = outcome;
  const { phone_masked, url, next_action, decision: decided } = shown(brand, master, { ...facts, ...opened });
  c.header("location", `/v1/verifications/${id}`);
  const { retryAt } = opened;
  if (retryAt) c.header("retry-after", String(Math.max(1, Math.ceil((retryAt - Date.now()) / 1000))));
  return c.json(
    {
      id,
      object: "verification",
      status: opened.status,
      url,
      phone_masked,
      expires_at: time(opened.expiresAt),
      decision: decided,
      next_action,
      ...(retryAt !== undefined && { retry_at: retryAt === null ? null : time(retryAt) }),
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
    withdrawal_reason: f.withdrawal,
    next_action: live(f.status) ? "redirect" : redeemable(f.status) ? "redeem" : "none",
    metadata: f.metadata,
  };
}

function wrongAddress(brand: Brand, p: OpenRequest["presentation"]): string | undefined {
  if (!returnAddress(brand, p.return_url)) return "presentation.return_url";
  if (!returnAddress(brand, p.cancel_url)) return "presentation.cancel_url";
  const framed = p.mode === "frame" || p.embed_origin !== undefined;
  return framed && !brand.embedOrigins.includes(p.embed_origin ?? "") ? "presentation.embed_origin" : undefined;
}

/** The digest a verification of `order` is bound to. */
export function digestOf(order: Order): string {
  return orderDigest(order, canonicalize, sha256Hex);
}

function candidate(env: Env): string {
  return verificationId(within(env.VERIFICATION, env).newUniqueId().toString());
}
