/** Opening: how a verification begins, and what a create means for one that is there. Pure; the object writes. */
import { type Limits, STEP_LIFE_MAX } from "../budget/limits.ts";
import type { Opening } from "./answers.ts";
import type { Digits } from "./code.ts";
import type { Change, Due, Opened, Record } from "./record.ts";
import { after, live, reopenable } from "./state.ts";
import { EMPTY } from "./tally.ts";
import { settleable } from "./waking.ts";

/** What the object knows without being told. */
export interface Place {
  id: string;
  digits: Digits;
  limits: Limits;
  /** A newer revision of the order has taken its place before it was there. */
  superseded: boolean;
}

/** A verification that `o` has just opened, and the move that ends it in the moment it begins, where one does. */
export function born(o: Opening, place: Place, now: number): Change {
  const end = stillborn(o, place.superseded);
  const status = end ? after("created", end.move) : undefined;
  return { record: opened(o, place, status ?? "created", now), moves: end ? [{ ...end, at: now }] : [] };
}

function stillborn({ decision, budget }: Opening, superseded: boolean): Omit<Due, "at"> | undefined {
  if (superseded) return { move: "supersede", reason: "order_changed" };
  if (decision.action === "deny") return { move: "block", reason: "rule" };
  if (decision.action === "exempt") return { move: "exempt", reason: "policy" };
  return budget.ok ? undefined : { move: "block", reason: "budget" };
}

function opened(o: Opening, { id, digits, limits }: Place, status: Opened["status"], now: number): Record {
  const expiresAt = now + limits.stepTtl;
  const { key, budget, over: _, phone, number, ...given } = o;
  const { sealed, ...known } = number;
  const granted = budget.ok ? budget : { guesses: 0, sends: 0 };
  return {
    ...given,
    v: 1,
    id,
    number: known,
    sealed,
    status: "created",
    reason: null,
    seq: 0,
    digits,
    limits: {
      ...limits,
      guesses: Math.min(limits.guesses, granted.guesses),
      sends: Math.min(limits.sends, granted.sends),
    },
    createdAt: now,
    expiresAt,
    endedAt: null,
    approvedAt: null,
    // Nothing was proven that could grow old: an exemption can be redeemed as long as a step would last.
    redeemBy: status === "exempt" ? expiresAt : null,
    browser: null,
    framed: false,
    smsLocale: null,
    entry: null,
    epoch: 0,
    codeFirstSentAt: null,
    codeExpiresAt: null,
    sends: [],
    refusals: 0,
    refusedFor: "gateway_failed",
    retryAt: null,
    wrong: 0,
    guesses: [],
    openings: { [key]: { status, expiresAt, ...retryAt(o, now) } },
    redemption: null,
    told: null,
    withdrawal: null,
    denyToken: null,
    outbox: [],
    tally: { ...EMPTY, ...phone },
    errandsFrom: 0,
    alarmAt: null,
  };
}

/** When a create that found no budget may come back. */
function retryAt({ budget }: Pick<Opening, "budget">, now: number): Pick<Opened, "retryAt"> {
  if (budget.ok) return {};
  return { retryAt: budget.waitMs === null ? null : now + budget.waitMs };
}

/**
 * What one more create means for `r`: more time for it, an end because the number on file is another one now, or that a
 * fresh verification may take its place.
 */
export function standing(r: Record, o: Opening): "resume" | "end" | "replace" {
  // Still no budget: the same refusal stands, and no further verification of the order is spent on it.
  if (r.reason === "budget" && !o.budget.ok) return "resume";
  if (reopenable(r.status)) return "replace";
  // The number proven must be the number on file now, not the one of some minutes ago.
  return live(r.status) && !sameNumber(r, o) ? "end" : "resume";
}

/** A create for the same order: more time, and the next browser that starts takes over. Nothing is refilled. */
export function resumed(r: Record, o: Opening, now: number): Record {
  const expiresAt = live(r.status) ? Math.min(now + r.limits.stepTtl, r.createdAt + STEP_LIFE_MAX) : r.expiresAt;
  const opened: Opened = { status: r.status, expiresAt, ...(r.reason === "budget" ? retryAt(o, now) : {}) };
  return {
    ...r,
    expiresAt,
    presentation: o.presentation,
    browser: live(r.status) ? null : r.browser,
    // What the browser before it has asked of the operator is over as well.
    ...(r.network && { network: { ...r.network, tried: true } }),
    openings: { ...r.openings, [o.key]: opened },
  };
}

/** Whether `r` may use what this call has leased; otherwise it has to be given back at once. */
export function uses(r: Record, o: Opening): boolean {
  return r.leases !== null && !settleable(r) && sameNumber(r, o);
}

function sameNumber({ number }: Record, o: Opening): boolean {
  return number.macs.some((mac) => o.number.macs.includes(mac));
}
