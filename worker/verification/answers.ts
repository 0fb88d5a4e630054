/** What a verification answers over RPC: unions of plain values, and the projections that make them. */

import type { Usage } from "../budget/lease.ts";
import { HOLD_WINDOW } from "../budget/limits.ts";
import type { Decision, Order, ProblemCode, Reason, Status, StepState } from "../contract.ts";
import { askable } from "./network.ts";
import { type Opened, type Record, stepState, time } from "./record.ts";
import type { SendAsk } from "./sending.ts";
import { usage } from "./settlement.ts";
import { after, live, redeemable } from "./state.ts";
import type { Seen, Tally } from "./tally.ts";

/** What the Worker found out before it opens a verification; limits are not among it, those are policy. */
export interface Opening {
  brand: string;
  /** Hash of the create call's `Idempotency-Key`. */
  key: string;
  order: Order;
  digest: string;
  client: string;
  sub: string;
  number: { sealed: string; macs: string[]; ending: string; source: string; changedAt: number | null };
  /** Country and prefix of the number, for the counters; nothing else of it is counted. */
  phone?: Pick<Tally, "country" | "prefix">;
  kid: string;
  decision: Decision;
  /** What the customer's and the number's ledgers granted; a refusal says when to ask again, null = not by waiting. */
  budget: { ok: true; guesses: number; sends: number } | { ok: false; waitMs: number | null };
  leases: Record["leases"];
  /** Keyed name of the order's row. */
  row: string;
  /** This id stood for a verification before: where nothing is kept of that one, it must not stand for another. */
  over?: boolean;
  presentation: Record["presentation"];
  metadata: { [key: string]: string };
}

/** `leased`: it may use what this very call has leased. `reopenable`: it ended in a way that lets a new verification take its place. */
export type OpenOutcome = { leased: boolean } & (
  | { ok: true; opened: Opened; facts: Facts }
  | { ok: false; reopenable: true; ended: Unsettled | undefined }
);

/** What a verification that is over leased and used, as long as its ledgers were not told. */
export interface Unsettled {
  leases: NonNullable<Record["leases"]>;
  used: Usage;
}

/** What the order system may read. */
export interface Facts {
  id: string;
  brand: string;
  status: Status;
  reason: Reason | null;
  order: { id: string; revision: number };
  ending: string;
  createdAt: number;
  expiresAt: number;
  endedAt: number | null;
  attempts: number;
  attemptsRemaining: number;
  sends: number;
  decision: Decision;
  withdrawal: string | null;
  metadata: { [key: string]: string };
}

/** Who asks from a browser: the brand of the host, and the MAC of its cookie. */
export interface Visitor {
  brand: string;
  browser: string | null;
}

export type StepOutcome =
  | { ok: true; state: StepState; returnUrl: string; cancelUrl: string }
  | { ok: false; problem: ProblemCode; state?: StepState; waitS?: number };

/** What a notice to the number's holder takes, of a verification that has failed: the number as it was sealed until then, and what its ledger has to know. */
export interface FailureNotice {
  sealed: string;
  kid: string;
  locale: string | null;
  /** Name of the number's row. */
  row: string;
  used: Usage;
}

/** `notice` comes with the last wrong guess, and never again: the record has forgotten the number. Not for the browser. */
export type CheckOutcome = StepOutcome & { notice?: FailureNotice | undefined };

/** What the Worker needs to write one SMS; the code itself is derived there and never travels. */
export interface ReservedSend {
  ordinal: number;
  epoch: number;
  sealed: string;
  kid: string;
  digest: string;
  digits: Record["digits"];
  amount: Order["amount"];
  category: Order["category"];
  locale: string | null;
  validityS: number;
  denyToken: string;
  /** Origin of the page around the step, where it runs in a frame. */
  embeddedIn: string | undefined;
}

/** `network`: nothing is sent, the browser goes to the operator first. */
export type ReserveOutcome = (StepOutcome & { send?: undefined; network?: true }) | { ok: true; send: ReservedSend };

/** `number`: a code of the operator's may be redeemed, this once; the number is unsealed and compared outside. */
export type NetworkOutcome = StepOutcome & { number?: { sealed: string; kid: string } };

/** One press for a text: what the browser asked for, and how the text would be written. */
export interface SendPress extends Visitor, SendAsk {
  framed: boolean;
  locale: string | null;
  /** A fresh deny token; the one made for the first send stays. */
  denyToken: string;
  /** Whether the operator can be asked about the device first. */
  network?: boolean;
  /** What is counted of the browser. */
  seen?: Seen;
}

/** What a page may show. `elsewhere` and `closed` show nothing of the order. */
export type PageOutcome =
  | { view: "closed" }
  | { view: "elsewhere" }
  | {
      view: "open";
      digits: number;
      order: Pick<Order, "payee" | "amount" | "summary">;
      ending: string;
      state: StepState;
      returnUrl: string;
      cancelUrl: string;
      locale: string | null;
      embedOrigin: string | undefined;
      /** Whether the operator may be asked before a text is sent. */
      askable: boolean;
    };

/** Either the verdict of an earlier redemption with the same key, or what a new one would say. */
export type OfferOutcome =
  | { ok: false; problem: ProblemCode }
  | { ok: true; verdict: string; offer: null }
  | { ok: true; verdict: null; offer: { at: number; facts: VerdictFacts } };

export type RedeemOutcome =
  | { ok: false; problem: ProblemCode }
  | { ok: true; verdict: string /** To be settled by who asked. */; ended?: Unsettled };

/** The page behind "not my order": `open` can be stopped, `stopped` and `held` were, `closed` says nothing. */
export type DenyView =
  | { state: "closed" }
  | { state: "open" | "stopped" | "held"; amount: Order["amount"]; sentAt: number; locale: string | null };

/** What a verdict says, before it is signed. */
export type VerdictFacts = Pick<
  Record,
  "client" | "sub" | "order" | "digest" | "decision" | "entry" | "wrong" | "reason" | "approvedAt"
> & {
  /** End of the verdict's life, epoch milliseconds. */
  expiresAt: number;
  sends: number;
  number: Pick<Record["number"], "source" | "changedAt">;
};

/** `ENDED` where the move does not lead anywhere from its status. */
export type WithdrawOutcome = { ok: true; facts: Facts } | { ok: false; problem: ProblemCode };

/** The state, as the answer to a press that did what it should. */
export function answer(r: Record, now: number): StepOutcome {
  return {
    ok: true,
    state: stepState(r, now),
    returnUrl: r.presentation.returnUrl,
    cancelUrl: r.presentation.cancelUrl,
  };
}

/** What the page of the bound browser shows. */
export function pageView(r: Record, now: number): PageOutcome {
  const { returnUrl, cancelUrl, locale, embedOrigin } = r.presentation;
  const { digits, order } = r;
  return {
    view: "open",
    digits,
    order,
    ending: r.number.ending,
    state: stepState(r, now),
    returnUrl,
    cancelUrl,
    locale,
    embedOrigin,
    askable: askable(r),
  };
}

/** A problem together with the state, and how long to wait where waiting helps. */
export function refusal(r: Record, now: number, problem: ProblemCode, waitMs?: number): StepOutcome {
  return {
    ok: false,
    problem,
    state: stepState(r, now),
    ...(waitMs === undefined ? {} : { waitS: Math.ceil(waitMs / 1000) }),
  };
}

/** The refusal of a verification that is over. */
export function ended(r: Record, now: number): StepOutcome {
  return refusal(r, now, r.status === "expired" ? "VERIFICATION.EXPIRED" : "VERIFICATION.ENDED");
}

/** What the ledgers still have to be told of a verification that is over; undefined where that is nothing. */
export function unsettled(r: Record): Unsettled | undefined {
  return r.leases ? { leases: r.leases, used: usage(r) } : undefined;
}

/** What a notice takes, where `r` has just failed; the record `before` that still had the number. */
export function noticeOf(before: Record, r: Record): FailureNotice | undefined {
  if (r.status !== "failed" || !r.leases) return undefined;
  const locale = r.smsLocale ?? r.presentation.locale;
  return { sealed: before.sealed ?? "", kid: r.kid, locale, row: r.leases.number, used: usage(r) };
}

/** Why `digest` cannot be redeemed with `key`; undefined where it can, or was with this very key. */
export function redeemRefusal(r: Record, digest: string, key: string): ProblemCode | undefined {
  if (r.status === "revoked") return "VERIFICATION.REVOKED";
  if (r.digest !== digest) return "VERIFICATION.ORDER_MISMATCH";
  if (r.redemption) return r.redemption.key === key ? undefined : "VERIFICATION.ALREADY_REDEEMED";
  if (r.status === "lapsed" || r.status === "expired") return "VERIFICATION.EXPIRED";
  if (redeemable(r.status)) return undefined;
  return live(r.status) ? "VERIFICATION.NOT_APPROVED" : "VERIFICATION.ENDED";
}

/** What the Worker signs, were it redeemed at `now`. */
export function verdictFacts(r: Record, now: number): VerdictFacts {
  const { client, sub, order, digest, decision, entry, wrong, reason, approvedAt } = r;
  const number = { source: r.number.source, changedAt: r.number.changedAt };
  const more = { number, sends: r.sends.length, expiresAt: now + r.limits.redeemWindow };
  return { client, sub, order, digest, decision, entry, wrong, reason, approvedAt, ...more };
}

/** What the recipient's page shows of the record at `now`. */
export function denyView(r: Record | undefined, brand: string, now: number): DenyView {
  const first = r?.sends[0];
  if (r?.brand !== brand || !first) return { state: "closed" };
  const shown = { amount: r.order.amount, sentAt: first.at, locale: r.smsLocale ?? r.presentation.locale };
  if (r.reason === "recipient_denied") return { state: r.status === "revoked" ? "held" : "stopped", ...shown };
  const holdable = after(r.status, "deny") !== undefined && (r.approvedAt === null || now < r.approvedAt + HOLD_WINDOW);
  return holdable ? { state: "open", ...shown } : { state: "closed" };
}

/** What one SMS needs, from a record whose send was just reserved. */
export function reservedSend(r: Record, ordinal: number, now: number): ReservedSend {
  return {
    ordinal,
    epoch: r.epoch,
    sealed: r.sealed ?? "",
    kid: r.kid,
    digest: r.digest,
    digits: r.digits,
    amount: r.order.amount,
    category: r.order.category,
    locale: r.smsLocale ?? r.presentation.locale,
    validityS: Math.ceil(((r.codeExpiresAt ?? now) - now) / 1000),
    denyToken: r.denyToken ?? "",
    embeddedIn: r.framed ? r.presentation.embedOrigin : undefined,
  };
}

/** The customer's own data in this verification, for an export (GDPR art. 15): no key, no code, no full number. */
export function exported(r: Record): object {
  const { id, brand, client, status, reason, order, decision, metadata, presentation, entry, framed, withdrawal } = r;
  const ending = r.number.ending;
  return {
    id,
    brand,
    client,
    status,
    reason,
    withdrawal_reason: withdrawal,
    order,
    decision,
    metadata,
    number: { ending, source: r.number.source, changed_at: timeOrNull(r.number.changedAt) },
    customer_pseudonym: r.sub,
    return_url: presentation.returnUrl,
    cancel_url: presentation.cancelUrl,
    locale: r.smsLocale ?? presentation.locale,
    framed,
    entry,
    created_at: time(r.createdAt),
    expires_at: time(r.expiresAt),
    approved_at: timeOrNull(r.approvedAt),
    redeemed_at: timeOrNull(r.redemption?.at ?? null),
    ended_at: timeOrNull(r.endedAt),
    sends: r.sends.map(({ at, fate, delivered }) => ({ at: time(at), fate, delivered: delivered ?? null })),
    guesses: r.guesses.map(({ right }) => ({ right })),
    network_check: r.network?.word ?? null,
  };
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : time(ms);
}

/** What the order system may read. */
export function facts(r: Record): Facts {
  const { id, brand, status, reason, createdAt, expiresAt, endedAt, decision, metadata } = r;
  return {
    id,
    brand,
    status,
    reason,
    order: { id: r.order.id, revision: r.order.revision },
    ending: r.number.ending,
    createdAt,
    expiresAt,
    endedAt,
    attempts: r.guesses.length,
    attemptsRemaining: r.limits.guesses - r.wrong,
    sends: r.sends.length,
    decision,
    withdrawal: r.withdrawal,
    metadata,
  };
}
