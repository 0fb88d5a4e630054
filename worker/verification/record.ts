/** The one record a verification keeps, and what others may see of it. Pure projections; no storage. */
import { type Limits, SETTLE_AFTER } from "../budget/limits.ts";
import type { Final } from "../budget/order.ts";
import type { Decision, Entry, Order, Reason, Status, StepState } from "../contract.ts";
import type { Underway } from "../webhooks/outbox.ts";
import type { Digits } from "./code.ts";
import type { NetworkCheck } from "./network.ts";
import { live, type Move } from "./state.ts";
import type { Tally } from "./tally.ts";

/** One SMS that left, or may have left, the house. */
export interface Send {
  /** Names the send in the gateway's receipts. */
  ordinal: number;
  /** The press that asked for it: the same press never sends twice. */
  press: string;
  at: number;
  /** `reserved` until settled; `unclear` is counted like `accepted`. */
  fate: "reserved" | "accepted" | "rejected" | "unclear";
  delivered?: boolean;
}

/** An evaluated guess, kept so that its press can be repeated without a second one. */
export interface Guess {
  /** Keyed MAC of its press and code, base64url; the key is not in this object. */
  mac: string;
  right: boolean;
}

/** All that is stored of one verification. Times in epoch milliseconds. */
export interface Record {
  v: 1;
  id: string;
  brand: string;
  status: Status;
  reason: Reason | null;
  /** Counts the moves. */
  seq: number;
  order: Order;
  digest: string;
  /** The API client that opened it, the verdict's audience. */
  client: string;
  /** Keyed pseudonym of the customer, for the verdict's `sub`. */
  sub: string;
  number: {
    /** Keyed MACs, newest pepper first, to notice that the authority's number changed in between. */
    macs: string[];
    ending: string;
    source: string;
    changedAt: number | null;
  };
  /** The number itself, AES-GCM; gone as soon as nothing can be sent any more. */
  sealed: string | null;
  decision: Decision;
  presentation: {
    mode: "redirect" | "frame";
    returnUrl: string;
    cancelUrl: string;
    locale: string | null;
    /** The one origin that may frame the step; only in mode `frame`. */
    embedOrigin?: string | undefined;
  };
  metadata: { [key: string]: string };
  kid: string;
  digits: Digits;
  limits: Limits;
  createdAt: number;
  expiresAt: number;
  endedAt: number | null;
  approvedAt: number | null;
  redeemBy: number | null;
  /** MAC of the browser's cookie, from the first start on; null lets the next browser in. */
  browser: string | null;
  /** Whether the browser it is bound to shows it in a frame: the last line of the SMS follows. */
  framed: boolean;
  smsLocale: string | null;
  entry: Entry | null;
  /** Absent where the operator was not asked. */
  network?: NetworkCheck;
  epoch: number;
  codeFirstSentAt: number | null;
  codeExpiresAt: number | null;
  sends: Send[];
  /** Times the gateway certainly refused; those sends were given back. */
  refusals: number;
  /** Whose fault the last one was. */
  refusedFor: "gateway_failed" | "internal";
  retryAt: number | null;
  wrong: number;
  guesses: Guess[];
  /** What each create call was answered, by its hashed key: a repeated call changes nothing. */
  openings: { [key: string]: Opened };
  redemption: { key: string; at: number; verdict: string } | null;
  /** Names of the ledgers' rows this verification leased from; null once it has told them what it used. */
  leases: { customer: string; number: string } | null;
  /** Keyed name of the order's row, and what that was told of a verification which stands for its order for good. */
  row: string;
  told: Final | null;
  /** What the order system said when it withdrew. */
  withdrawal: string | null;
  /** The token of the "not my order" link, the same in all its texts; made with the first send. */
  denyToken: string | null;
  /** Events not yet delivered, oldest first. */
  outbox: Outgoing[];
  /** What is counted of it. */
  tally: Tally;
  /** No errand before this: the last one failed. */
  errandsFrom: number;
  /** When the object's alarm is set to ring, so that it is not set again for nothing. */
  alarmAt: number | null;
}

/** One move that has to be made, and when it was due. */
export interface Due {
  move: Move;
  reason: Reason | null;
  at: number;
}

/** What a decision comes to: the record as decided on, and the moves that follow from it, in their order. */
export interface Change {
  record: Record;
  moves: readonly Due[];
}

/** One event of a verification on its way; `seq` is that of the move it tells of. */
export interface Outgoing extends Underway {
  status: Status;
  reason: Reason | null;
}

/** What one create call was told. */
export interface Opened {
  status: Status;
  expiresAt: number;
  /** When a refused budget can be asked for again; null where only an operator can help; absent where it was granted. */
  retryAt?: number | null;
}

/** When another send may be asked for; null where none can be. */
export function resendAt(r: Record): number | null {
  if (!live(r.status) || r.sends.length >= r.limits.sends) return null;
  const last = r.sends.at(-1);
  const { resendWaits } = r.limits;
  const wait = resendWaits[Math.min(r.sends.length, resendWaits.length) - 1] ?? 0;
  return Math.max(last ? last.at + wait : 0, r.retryAt ?? 0);
}

/** The fate of the newest send, as the page may know it. */
export function deliveryStatus(r: Record, now: number): StepState["delivery"]["status"] {
  const last = r.sends.at(-1);
  if (r.retryAt !== null) return "failed";
  if (!last) return "none";
  if (last.delivered === true) return "delivered";
  if (last.delivered === false || last.fate === "rejected") return "failed";
  return last.fate === "reserved" && now < last.at + SETTLE_AFTER ? "sending" : "sent";
}

/** Whether there is a code that could be right at `now`. */
export function codeAlive(r: Record, now: number): boolean {
  return r.codeExpiresAt !== null && now < r.codeExpiresAt;
}

/** The complete state of the step, as every answer to the bound browser carries it. */
export function stepState(r: Record, now: number): StepState {
  const resend = resendAt(r);
  return {
    // The page must not tell that the recipient pressed "not my order": the page may be the fraudster's.
    status: r.status === "denied" ? "blocked" : r.status,
    attempts_remaining: r.limits.guesses - r.wrong,
    resend_available_at: resend === null ? null : time(Math.max(resend, r.createdAt)),
    expires_at: time(r.expiresAt),
    delivery: {
      status: deliveryStatus(r, now),
      code_expires_at: r.codeExpiresAt === null ? null : time(r.codeExpiresAt),
      sends_remaining: live(r.status) ? r.limits.sends - r.sends.length : 0,
      last_sent_at: r.sends.length === 0 ? null : time((r.sends.at(-1) as Send).at),
    },
    server_now: time(now),
  };
}

/** RFC 3339, UTC, milliseconds. */
export function time(ms: number): string {
  return new Date(ms).toISOString();
}
