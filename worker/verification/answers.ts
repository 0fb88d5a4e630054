/** What a verification answers over RPC: unions of plain values, and the projections that make them. */
import type { Decision, Order, ProblemCode, Reason, Status, StepState } from "../contract.ts";
import { type Opened, type Record, stepState } from "./record.ts";

/** What the Worker found out before it opens a verification; limits are not among it, those are policy. */
export interface Opening {
  brand: string;
  /** Hash of the create call's `Idempotency-Key`. */
  key: string;
  order: Order;
  digest: string;
  client: string;
  sub: string;
  number: { sealed: string; mac: string; ending: string; source: string; changedAt: number | null };
  kid: string;
  decision: Decision;
  presentation: Record["presentation"];
  metadata: { [key: string]: string };
}

/** `reopenable`: it ended in a way that lets a new verification take its place. */
export type OpenOutcome = { ok: true; opened: Opened; facts: Facts } | { ok: false; reopenable: true };

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
  metadata: { [key: string]: string };
}

/** Who asks from a browser: the brand of the host, and the MAC of its cookie. */
export interface Visitor {
  brand: string;
  browser: string | null;
}

export type StepOutcome =
  | { ok: true; state: StepState; returnUrl: string }
  | { ok: false; problem: ProblemCode; state?: StepState; waitS?: number };

/** What the Worker needs to write one SMS; the code itself is derived there and never travels. */
export interface ReservedSend {
  ordinal: number;
  epoch: number;
  sealed: string;
  kid: string;
  digest: string;
  digits: Record["digits"];
  amount: Order["amount"];
  locale: string | null;
  validityS: number;
}

export type ReserveOutcome = (StepOutcome & { send?: undefined }) | { ok: true; send: ReservedSend };

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
    };

export type RedeemOutcome =
  | { ok: false; problem: ProblemCode }
  | { ok: true; jti: string; at: number; verdict: string | null; facts: VerdictFacts };

/** What a verdict says, before it is signed. */
export type VerdictFacts = Pick<
  Record,
  "client" | "sub" | "order" | "digest" | "decision" | "entry" | "wrong" | "reason"
> & {
  approvedAt: number;
  /** End of the verdict's life, epoch milliseconds. */
  expiresAt: number;
  sends: number;
  number: Pick<Record["number"], "source" | "changedAt">;
};

/** `ENDED` where the move does not lead anywhere from its status. */
export type WithdrawOutcome = { ok: true; facts: Facts } | { ok: false; problem: ProblemCode };

/** The state, as the answer to a press that did what it should. */
export function answer(r: Record, now: number): StepOutcome {
  return { ok: true, state: stepState(r, now), returnUrl: r.presentation.returnUrl };
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

/** What the Worker signs, or has signed before. */
export function redeemed(r: Record): RedeemOutcome {
  const { redemption, client, sub, order, digest, decision, entry, wrong, reason } = r;
  if (!redemption) throw new Error("redeemed without a redemption");
  const { jti, at, verdict } = redemption;
  const number = { source: r.number.source, changedAt: r.number.changedAt };
  const times = { approvedAt: r.approvedAt ?? r.createdAt, expiresAt: at + r.limits.redeemWindow };
  return {
    ok: true,
    jti,
    at,
    verdict,
    facts: { client, sub, order, digest, decision, entry, wrong, reason, number, sends: r.sends.length, ...times },
  };
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
    metadata,
  };
}
