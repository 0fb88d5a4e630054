/**
 * What every slot of the two data sets means. Positions are append only: a new field takes a free slot, a changed meaning
 * takes a new data set.
 */

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
