/** The rows of the two data sets, so typed that free text finds no place in them. */
import type { FraudKind, Order, OutcomeType, Reason } from "../contract.ts";
import type { Decided, Outcome } from "./outcome.ts";

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
