/**
 * What every slot of the two data sets means: the positions, the types of the rows, and the outcome of a
 * verification. Positions are append only: a new field takes a free slot, a changed meaning takes a new data set.
 */
import type { FraudKind, Order, OutcomeType, Reason, Status } from "../contract.ts";

/** Blobs of `otp_sessions`, from blob1 on. */
export const SESSION_BLOBS = [
  "version",
  "outcome",
  "decision",
  "rule",
  "country",
  "operator",
  "gateway",
  "channel",
  "prefix",
  "band",
  "from",
  "device",
  "reason",
  "brand",
  "locale",
  "arm",
  "worker",
  "pseudonym",
  "mode",
  "category",
] as const;

/** Doubles of `otp_sessions`, from double1 on. */
export const SESSION_DOUBLES = [
  "created",
  "reach",
  "sends",
  "receipts",
  "refused",
  "resends",
  "switches",
  "guesses",
  "wrong",
  "approved",
  "approved_ms",
  "receipt_ms",
  "length_ms",
  "webotp",
  "value",
  "cost",
  "score",
  "opened",
  "entry",
  "review",
] as const;

/** Blobs of `otp_events`, from blob1 on; six are free. */
export const EVENT_BLOBS = [
  "version",
  "event",
  "country",
  "operator",
  "gateway",
  "channel",
  "prefix",
  "band",
  "why",
  "from",
  "device",
  "decision",
  "pseudonym",
  "brand",
] as const;

/** Doubles of `otp_events`, from double1 on; eleven are free. */
export const EVENT_DOUBLES = [
  "ordinal",
  "since_ms",
  "latency_ms",
  "value",
  "cost",
  "score",
  "amount",
  "entry",
  "webotp",
] as const;

/** What may be recorded as a thin row. The right code is `approved`, no event of its own. */
export const EVENTS = [
  "created",
  "opened",
  "network_checked",
  "code_sent",
  "send_failed",
  "send_held",
  "code_delivered",
  "code_wrong",
  "approved",
  "redeemed",
  "revoked",
  "lapsed",
  "denied",
  "failed",
  "expired",
  "abandoned",
  "canceled",
  "superseded",
  "blocked",
  "undeliverable",
  "errored",
  "outcome_reported",
  "assessed",
  "alert_raised",
  "config_changed",
] as const;
export type EventName = (typeof EVENTS)[number];

declare const form: unique symbol;
/** A text that `checked` found to have the form of its kind; no other text is assignable to it. */
export type Checked<Kind extends Form> = string & { readonly [form]: Kind };
export type Form = keyof typeof FORMS;

/** None of them fits a number, a reference, an address or a sentence. */
const FORMS = {
  brand: /^[a-z0-9-]{1,24}$/,
  /** ISO 3166-1 alpha-2. */
  country: /^[A-Z]{2}$/,
  /** Country code and two or three digits. */
  prefix: /^[1-9]\d{0,5}$/,
  /** ISO 639-1. */
  locale: /^[a-z]{2}$/,
  /** A rule's id: words with full stops between, never four digits in a row. */
  rule: /^(?!.*\d{4})[a-z][a-z0-9_]{0,19}(\.[a-z0-9_]{1,19}){0,2}$/,
  /** The start of a version's id. */
  worker: /^[0-9a-f]{8}$/,
} as const;

/** `text` where it has the form of `kind`, '' (unknown) everywhere else: what is free text cannot pass. */
export function checked<Kind extends Form>(kind: Kind, text: string | null | undefined): Checked<Kind> | "" {
  return text && FORMS[kind].test(text) ? (text as Checked<Kind>) : "";
}

export type Decided = "challenge" | "block" | "exempt";
export type Band = "low" | "mid" | "high";
export type Device = "ios" | "android" | "desktop" | "other";
export type Channel = "sms" | "network";

/** What both kinds of row say of a verification. '' and 0 are "unknown" and "none", never absent. */
interface Dimensions {
  country: Checked<"country"> | "";
  /** MCC-MNC; nobody tells it yet. */
  operator: "";
  /** Kind of the gateway as configured; spelled here because the browser reads this file too. */
  gateway: "twilio" | "";
  channel: Channel | "";
  prefix: Checked<"prefix"> | "";
  band: Band | "";
  /** Country of the request, as the edge saw it. */
  from: Checked<"country"> | "";
  device: Device | "";
  decision: Decided | "";
  /** Off. */
  pseudonym: "";
  brand: Checked<"brand"> | "";
  /** Midpoint of the basket's band, minor units of the brand's reporting currency. */
  value: number;
  /** Message cost, micro-EUR. */
  cost: number;
  /** 0 to 100. */
  score: number;
  /** 0 none, 1 typed, 2 paste, 3 autofill, 4 webotp, 5 network. */
  entry: number;
  /** 0 none, 1 armed, 2 used. */
  webotp: number;
}

/** A finished verification: one row of `otp_sessions`. */
export interface Session extends Dimensions {
  version: "S1";
  outcome: Outcome;
  rule: Checked<"rule"> | "";
  reason: Reason;
  locale: Checked<"locale"> | "";
  /** Experiment arm; there are none. */
  arm: "";
  worker: Checked<"worker"> | "";
  mode: "redirect" | "frame";
  category: Order["category"];
  /** Epoch seconds; `timestamp` is the end. */
  created: number;
  /** 1 created, 2 challenged, 3 opened, 4 sent, 5 submitted, 6 approved, 7 redeemed. */
  reach: number;
  sends: number;
  receipts: number;
  refused: number;
  resends: number;
  switches: number;
  guesses: number;
  wrong: number;
  approved: 0 | 1;
  approved_ms: number;
  receipt_ms: number;
  length_ms: number;
  opened: 0 | 1;
  review: 0 | 1;
}

/** Something that happened: one row of `otp_events`. */
export interface Happening extends Dimensions {
  version: "E1";
  event: EventName;
  /** Rule, reason, kind of a reported outcome, or the operator's word. */
  why: Checked<"rule"> | Reason | Reported | "ok" | "no" | "unknown" | "";
  ordinal: number;
  since_ms: number;
  latency_ms: number;
  /** As reported, minor units. */
  amount: number;
}

/** A reported outcome as a row names it: its type and, for confirmed fraud, `:` and the kind. */
export type Reported = OutcomeType | `fraud.confirmed:${FraudKind}`;

/** How a finished verification ended; created = the sum of all thirteen. */
export const OUTCOMES = [
  "exempt",
  "proceeded",
  "stopped",
  "unreported",
  "aborted",
  "expired",
  "locked",
  "undeliverable",
  "failed_technical",
  "denied",
  "blocked",
  "canceled",
  "superseded",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Outcomes of a challenge that came to nothing by the shopper or by us. */
export const FAILED = ["aborted", "expired", "locked", "undeliverable", "failed_technical"] as const;

// A new reason without a row does not compile.
const OUTCOME_OF = {
  code: { redeemed: "proceeded" },
  network: { redeemed: "proceeded" },
  policy: { redeemed: "exempt" },
  revoked_by_shop: { revoked: "stopped" },
  not_redeemed: { lapsed: "unreported" },
  left: { abandoned: "aborted" },
  no_access_to_number: { abandoned: "aborted" },
  expired_unopened: { expired: "expired" },
  expired_unentered: { expired: "expired" },
  guesses_exhausted: { failed: "locked" },
  not_delivered: { undeliverable: "undeliverable" },
  authority_failed: { errored: "failed_technical" },
  gateway_failed: { errored: "failed_technical" },
  internal: { errored: "failed_technical" },
  recipient_denied: { denied: "denied", revoked: "denied" },
  rule: { blocked: "blocked" },
  budget: { blocked: "blocked" },
  number_changed: { blocked: "blocked" },
  canceled_by_shop: { canceled: "canceled" },
  order_changed: { superseded: "superseded" },
} as const satisfies { [R in Reason]: { [S in Status]?: Outcome } };

type Unfinished = "created" | "sent" | "approved" | "exempt";
type Rowless = Exclude<Status, Unfinished | { [R in Reason]: keyof (typeof OUTCOME_OF)[R] }[Reason]>;

/**
 * The one outcome of a finished verification. Total: a status without a row makes the result `never`, a reason without
 * one does not compile either, and a pair that the state machine does not know counts as a fault of ours.
 */
export function outcome(
  decision: Decided,
  status: Status,
  reason: Reason,
): [Rowless] extends [never] ? Outcome : never {
  if (decision === "exempt") return "exempt";
  const row: { [S in Status]?: Outcome } = OUTCOME_OF[reason];
  return row[status] ?? "failed_technical";
}

const BANDS = [
  [100, 50],
  [250, 175],
  [500, 375],
  [1000, 750],
] as const;

/** The midpoint of the band that `value` falls into, both in minor units; `digits` is the currency's exponent (ISO 4217). */
export function banded(value: number, digits: number): number {
  const unit = 10 ** digits;
  return (BANDS.find(([below]) => value < below * unit)?.[1] ?? 1250) * unit;
}

/** Help for whoever writes SQL: one line a column, in the order of the slots. */
export const HELP: { [Column in (typeof COLUMNS)[number]]: string } = {
  version: "version of the row: S1 or E1",
  outcome: "how it ended, one of thirteen",
  decision: "challenge, block or exempt",
  rule: "rule that decided",
  country: "country of the phone (ISO 3166-1)",
  operator: "MCC-MNC",
  gateway: "last gateway",
  channel: "last channel: sms or network",
  prefix: "country code and two or three digits",
  band: "risk band: low, mid or high",
  from: "country of the request",
  device: "ios, android, desktop or other",
  reason: "reason of the end",
  brand: "brand",
  locale: "language",
  arm: "experiment arm",
  worker: "version of the Worker",
  pseudonym: "off",
  mode: "redirect or frame",
  category: "hardware, service or accessory",
  created: "when it began, epoch seconds; `timestamp` is the end",
  reach: "1 created, 2 challenged, 3 opened, 4 sent, 5 submitted, 6 approved, 7 redeemed",
  sends: "sends accepted by a gateway",
  receipts: "delivery receipts",
  refused: "sends a gateway refused",
  resends: "resends the shopper asked for",
  switches: "changes from network to SMS",
  guesses: "guesses evaluated",
  wrong: "wrong guesses",
  approved: "1 where it was approved",
  approved_ms: "from creation to approval; 0 where `approved` is 0",
  receipt_ms: "from the first send to its receipt",
  length_ms: "from creation to the end",
  webotp: "0 none, 1 armed, 2 used",
  value: "basket, midpoint of its band, minor units",
  cost: "message cost, micro-EUR",
  score: "risk score, 0 to 100",
  opened: "1 where the step was opened",
  entry: "0 none, 1 typed, 2 paste, 3 autofill, 4 webotp, 5 network",
  review: "1 where the rules said review",
  event: "what happened",
  why: "rule, reason or kind",
  ordinal: "which send, or which wrong guess",
  since_ms: "since creation",
  latency_ms: "how long it took",
  amount: "reported amount, minor units",
};

/** Every column of either data set, once. */
export const COLUMNS = [...SESSION_BLOBS, ...SESSION_DOUBLES, ...EVENT_BLOBS, ...EVENT_DOUBLES] as const;
