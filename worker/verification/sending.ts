/** Reserve and settle: what a send does to the record. Pure; the object writes what comes back. */
import { CODE_LIFE_MAX, REFUSALS_MAX } from "../budget/limits.ts";
import type { ProblemCode } from "../contract.ts";
import { type Change, codeAlive, type Due, type Record, resendAt } from "./record.ts";
import { after, live } from "./state.ts";

/** What a press asks for: the first SMS, or another one. */
export interface SendAsk {
  kind: "start" | "resend";
  press: string;
}

/** `sent` = nothing to do, the state is the answer (repeated press or start). */
export type Reservation =
  | { kind: "reserved"; record: Record; ordinal: number }
  | { kind: "sent" }
  | { kind: "refused"; problem: ProblemCode; waitMs?: number };

/**
 * Counts one send before it leaves. One code is alive at any time: a resend repeats it and extends its life
 * to a full one from now, never past ten minutes from its first send; only an expired code makes a new epoch.
 */
export function reserve(r: Record, ask: SendAsk, now: number): Reservation {
  const started = r.sends.length > 0;
  if (r.sends.some((send) => send.press === ask.press) || (ask.kind === "start" && started)) return { kind: "sent" };
  const due = resendAt(r);
  if (due === null) return { kind: "refused", problem: "VERIFICATION.SENDS_EXHAUSTED" };
  if (now < due) {
    return {
      kind: "refused",
      problem: r.retryAt === due ? "GATEWAY.UNAVAILABLE" : "VERIFICATION.RESEND_TOO_EARLY",
      waitMs: due - now,
    };
  }
  const alive = codeAlive(r, now);
  const firstSentAt = alive && r.codeFirstSentAt !== null ? r.codeFirstSentAt : now;
  const ordinal = r.sends.length + r.refusals + 1;
  return {
    kind: "reserved",
    ordinal,
    record: {
      ...r,
      epoch: alive || r.codeExpiresAt === null ? r.epoch : r.epoch + 1,
      codeFirstSentAt: firstSentAt,
      codeExpiresAt: Math.min(now + r.limits.codeTtl, firstSentAt + CODE_LIFE_MAX, r.expiresAt),
      sends: [...r.sends, { ordinal, press: ask.press, at: now, fate: "reserved" }],
      retryAt: null,
    },
  };
}

/** What the gateway said of a reserved send; only `refused` gives it back. */
export type Fate =
  | { fate: "accepted" | "rejected" | "unclear" }
  /** `ours`: it could not even be written here, say because its key is not in this Worker's ring. */
  | { fate: "refused"; retryAfterS: number; ours?: true };

/** What follows from the gateway's word; undefined where nothing does. Settling twice changes nothing. */
export function settle(r: Record, ordinal: number, word: Fate, now: number): Change | undefined {
  const send = r.sends.find((s) => s.ordinal === ordinal);
  if (send?.fate !== "reserved") return undefined;
  if (word.fate === "refused") {
    const sends = r.sends.filter((s) => s !== send);
    const refusals = r.refusals + 1;
    const reason = word.ours ? "internal" : "gateway_failed";
    const retryAt = now + word.retryAfterS * 1000;
    const record = { ...r, sends, refusals, refusedFor: reason, retryAt, ...lifeWithout(sends, r) } as const;
    return followed(record, refusals >= REFUSALS_MAX && { move: "error", reason, at: now });
  }
  const record = { ...r, sends: r.sends.map((s) => (s === send ? { ...s, fate: word.fate } : s)) };
  if (undeliverable(record)) return followed(record, { move: "undeliver", reason: "not_delivered", at: now });
  return followed(record, word.fate !== "rejected" && { move: "send", reason: null, at: now });
}

/** What a delivery receipt does; the first word of a send stands, later and doubled ones change nothing. */
export function receive(r: Record, ordinal: number, delivered: boolean, now: number): Change | undefined {
  const send = r.sends.find((s) => s.ordinal === ordinal);
  if (!live(r.status) || !send || send.delivered !== undefined) return undefined;
  const record = { ...r, sends: r.sends.map((s) => (s === send ? { ...s, delivered } : s)) };
  return followed(record, undeliverable(record) && { move: "undeliver", reason: "not_delivered", at: now });
}

/** The record with the move that follows; a late word on a verification that is over changes no end. */
function followed(record: Record, due: Due | false): Change {
  return { record, moves: due && after(record.status, due.move) ? [due] : [] };
}

/** No send is left, and none of those that left can still arrive. */
function undeliverable(r: Record): boolean {
  return r.sends.length >= r.limits.sends && r.sends.every((s) => s.fate === "rejected" || s.delivered === false);
}

/** The code's life once a send was given back: that of the sends before it. */
function lifeWithout(sends: Record["sends"], r: Record): Pick<Record, "codeFirstSentAt" | "codeExpiresAt"> {
  const last = sends.at(-1);
  if (!last) return { codeFirstSentAt: null, codeExpiresAt: null };
  const firstSentAt = r.codeFirstSentAt ?? last.at;
  // It was the first of a new code, which nobody has; that of the sends before had ended.
  if (firstSentAt > last.at) return { codeFirstSentAt: last.at, codeExpiresAt: last.at };
  return {
    codeFirstSentAt: firstSentAt,
    codeExpiresAt: Math.min(last.at + r.limits.codeTtl, firstSentAt + CODE_LIFE_MAX, r.expiresAt),
  };
}
