/**
 * What crosses the network: schemas, wire words and problem codes, spelled once.
 * The page sees this file as types only; everything else in `worker/` may use its values.
 */
import * as v from "valibot";

/** Every state a verification can be in (`created → sent → approved → redeemed` and the ends). */
export const STATUSES = [
  "created",
  "sent",
  "approved",
  "redeemed",
  "denied",
  "failed",
  "expired",
  "abandoned",
  "canceled",
  "superseded",
  "blocked",
  "exempt",
  "undeliverable",
  "errored",
  "revoked",
  "lapsed",
] as const;
export type Status = (typeof STATUSES)[number];

/** Why a verification is approved, exempt or ended; exactly one per end. */
export const REASONS = [
  "code",
  "network",
  "recipient_denied",
  "guesses_exhausted",
  "expired_unopened",
  "expired_unentered",
  "not_delivered",
  "no_access_to_number",
  "left",
  "order_changed",
  "canceled_by_shop",
  "rule",
  "policy",
  "budget",
  "number_changed",
  "revoked_by_shop",
  "not_redeemed",
  "authority_failed",
  "gateway_failed",
  "internal",
] as const;
export type Reason = (typeof REASONS)[number];

/** Stable failure codes of every problem+json answer; clients switch on these, never on titles. */
export type ProblemCode =
  | "REQUEST.MALFORMED"
  | "REQUEST.INVALID"
  | "REQUEST.TOO_LARGE"
  | "REQUEST.MEDIA_TYPE"
  | "REQUEST.NOT_ACCEPTABLE"
  | "REQUEST.METHOD"
  | "REQUEST.NOT_FOUND"
  | "REQUEST.HOST"
  | "REQUEST.ORIGIN"
  | "CLIENT.UNAUTHENTICATED"
  | "CLIENT.FORBIDDEN"
  | "IDEMPOTENCY.KEY_MISSING"
  | "IDEMPOTENCY.KEY_REUSED"
  | "IDEMPOTENCY.IN_FLIGHT"
  | "ORDER.RETURN_ADDRESS"
  | "ORDER.VERIFICATIONS_EXHAUSTED"
  | "ORDER.DENIED"
  | "CUSTOMER.UNKNOWN"
  | "CUSTOMER.NO_NUMBER"
  | "CUSTOMER.NUMBER_REFUSED"
  | "CUSTOMER.AUTH_TOKEN"
  | "CUSTOMER.AUTHORITY_UNAVAILABLE"
  | "VERIFICATION.NOT_FOUND"
  | "VERIFICATION.CODE_WRONG"
  | "VERIFICATION.CODE_EXPIRED"
  | "VERIFICATION.NO_CODE_SENT"
  | "VERIFICATION.ENDED"
  | "VERIFICATION.EXPIRED"
  | "VERIFICATION.ELSEWHERE"
  | "VERIFICATION.RESEND_TOO_EARLY"
  | "VERIFICATION.SENDS_EXHAUSTED"
  | "VERIFICATION.NOT_APPROVED"
  | "VERIFICATION.ORDER_MISMATCH"
  | "VERIFICATION.ALREADY_REDEEMED"
  | "VERIFICATION.REVOKED"
  | "EVENT.NOT_FOUND"
  | "ANALYST.UNAUTHENTICATED"
  | "ANALYST.FORBIDDEN"
  | "ANALYTICS.SQL_REFUSED"
  | "ANALYTICS.SQL_UNAVAILABLE"
  | "ANALYTICS.UNAVAILABLE"
  | "GATEWAY.UNAVAILABLE"
  | "GATEWAY.SIGNATURE"
  | "BRAND.UNAVAILABLE"
  | "SERVICE.UNAVAILABLE"
  | "INTERNAL";

/** The complete state of a step, as each answer to the browser carries it. Times are RFC 3339, UTC, with milliseconds. */
export interface StepState {
  /** `denied` travels as `blocked`: the page must not reveal that the recipient pressed "not my order". */
  status: Exclude<Status, "denied">;
  /** Guesses left over all sends; may start below five. */
  attempts_remaining: number;
  /** When another send may be asked for; null when none is left or none can be asked. */
  resend_available_at: string | null;
  /** End of the step, not of the code. */
  expires_at: string;
  delivery: {
    status: "none" | "sending" | "sent" | "delivered" | "failed";
    code_expires_at: string | null;
    sends_remaining: number;
    last_sent_at: string | null;
  };
  server_now: string;
  /** Only in the answer to a `start`: where the browser goes first, so that the operator can tell the device. */
  network_url?: string;
}

/** How the digits reached the field; a claim by the browser, used as a signal only. */
export const ENTRIES = ["webotp", "autofill", "paste", "typed"] as const;
export type Entry = (typeof ENTRIES)[number];

/** An RFC 9457 body. `step` is nested because its `status` is not the HTTP one. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  /** Dotted path of the first offending known property, or "unknown property". Never a value. */
  field?: string;
  step?: StepState;
  /** What is wrong with a statement: `length` characters from `at`, 0-based. */
  complaints?: { at: number; length: number; text: string }[];
}

/** What a browser call answers: the state, or a problem that may carry it. */
export type StepAnswer = StepState | ProblemBody;

const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max), v.check(wellFormed));
const sha256Hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const httpUrl = v.pipe(v.string(), v.maxLength(2000));

/** No control characters, no lone surrogates (both break the SMS and RFC 8785 alike). */
function wellFormed(value: string): boolean {
  return value.isWellFormed() && !/\p{Cc}/u.test(value);
}

/** The order a verification is bound to; `amount.value` in minor units of the ISO 4217 `currency`. */
export const orderSchema = v.strictObject({
  id: v.pipe(text(64), v.regex(/^[\x21-\x7e]+$/)),
  revision: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)),
  amount: v.strictObject({
    value: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000_000_00)),
    currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
  }),
  payee: text(60),
  summary: text(120),
  category: v.picklist(["hardware", "service", "accessory"]),
  items_sha256: v.optional(sha256Hex),
  delivery: v.strictObject({
    type: v.picklist(["address", "pickup_point", "store", "digital"]),
    address_sha256: v.optional(sha256Hex),
    address_changed_at: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  }),
});
export type Order = v.InferOutput<typeof orderSchema>;

/** Names the schema library would drop in silence. */
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);

/** The order system's name of a customer, as the customer authority knows it. */
const customerRef = v.pipe(text(128), v.regex(/^[\x21-\x7e]+$/));

/** `POST /v1/verifications`. Carries no phone number: that comes from the customer authority alone. */
export const openSchema = v.strictObject({
  order: orderSchema,
  customer: v.strictObject({
    ref: customerRef,
    auth_token: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(4096), v.regex(/^[\x21-\x7e]+$/))),
  }),
  presentation: v.strictObject({
    mode: v.picklist(["redirect", "frame"]),
    return_url: httpUrl,
    cancel_url: httpUrl,
    embed_origin: v.optional(httpUrl),
    locale: v.optional(v.pipe(v.string(), v.regex(/^[a-z]{2}(-[A-Z]{2})?$/))),
  }),
  context: v.optional(
    v.strictObject({
      ip: v.optional(v.union([v.pipe(v.string(), v.ipv4()), v.pipe(v.string(), v.ipv6())])),
      user_agent: v.optional(text(512)),
    }),
  ),
  metadata: v.optional(
    v.pipe(
      v.custom<object>(
        (input) => typeof input === "object" && input !== null && !Object.keys(input).some((key) => RESERVED.has(key)),
      ),
      v.record(
        v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,39}$/)),
        v.pipe(v.string(), v.maxLength(200), v.check(wellFormed)),
      ),
      v.check((entries) => Object.keys(entries).length <= 16),
    ),
  ),
});
export type OpenRequest = v.InferOutput<typeof openSchema>;

/** `POST /v1/verifications/{id}/redeem`: the order, repeated by the system that is about to ship it. */
export const redeemSchema = v.strictObject({ order: orderSchema });

/** Whom an erasure or an export is about: a customer, or one order. In the body, so that it is in no URL and no log. */
const subjectSchema = v.union([
  v.strictObject({ customer_ref: customerRef }),
  v.strictObject({ order_id: orderSchema.entries.id }),
]);
export type Subject = v.InferOutput<typeof subjectSchema>;

/** `POST /v1/erasures`. `reason` is taken for the caller's own records and not kept. */
export const erasureSchema = v.strictObject({ subject: subjectSchema, reason: v.optional(text(200)) });

/** `POST /v1/exports`. */
export const exportSchema = v.strictObject({ subject: subjectSchema });

/** `POST /v1/customers/unlock`. */
export const unlockSchema = v.strictObject({ customer: v.strictObject({ ref: customerRef }), reason: text(200) });

/** `POST /v1/verifications/{id}/cancel` and `/revoke`. */
export const endSchema = v.strictObject({ reason: v.optional(text(120)) });

/** What can become of an order afterwards. */
export const OUTCOME_TYPES = [
  "order.completed",
  "order.canceled",
  "order.shipped",
  "order.returned",
  "delivery.intercepted",
  "fraud.suspected",
  "fraud.confirmed",
  "chargeback.fraud",
  "chargeback.dispute",
  "legitimate.confirmed",
] as const;
export type OutcomeType = (typeof OUTCOME_TYPES)[number];

/** How a confirmed fraud was done. */
export const FRAUD_KINDS = [
  "account_takeover",
  "sim_swap",
  "social_engineering",
  "identity_theft",
  "first_party",
  "other",
] as const;
export type FraudKind = (typeof FRAUD_KINDS)[number];

/**
 * `POST /v1/verifications/{id}/outcomes`. `kind` belongs to `fraud.confirmed`, which is none without it; `amount` is what
 * was lost or paid back.
 */
export const outcomeSchema = v.strictObject({
  type: v.picklist(OUTCOME_TYPES),
  kind: v.optional(v.picklist(FRAUD_KINDS)),
  amount: v.optional(orderSchema.entries.amount),
  occurred_at: v.optional(v.pipe(v.string(), v.isoTimestamp())),
});
export type ReportedOutcome = v.InferOutput<typeof outcomeSchema>;

/** `POST /v1/outcomes`: what is wrong with one is told of that one, so they are looked at one by one. */
export const outcomesSchema = v.strictObject({
  outcomes: v.pipe(v.array(v.record(v.string(), v.unknown())), v.minLength(1), v.maxLength(100)),
});

/** `POST /v/{token}/check`. The code is the exact ASCII form; the page normalises before it sends. */
export const checkSchema = v.strictObject({
  code: v.pipe(v.string(), v.regex(/^[0-9]{6,8}$/)),
  entry: v.optional(v.picklist(ENTRIES), "typed"),
});

/** `POST /v/{token}/start` and `/resend`: whether the page is framed, in which language the SMS goes out, and whether the operator may be asked first. */
export const sendSchema = v.strictObject({
  framed: v.optional(v.boolean(), false),
  locale: v.optional(v.pipe(v.string(), v.regex(/^[a-z]{2}$/))),
  webotp: v.optional(v.boolean(), false),
  network: v.optional(v.boolean(), false),
});

/** `POST /v/{token}/network`: what the operator sent the browser back with; no code (empty) where it could not tell. */
export const networkSchema = v.strictObject({
  state: v.pipe(v.string(), v.maxLength(100)),
  code: v.pipe(v.string(), v.maxLength(2048)),
});

/** `POST /v/{token}/leave`. */
export const leaveSchema = v.strictObject({ reason: v.picklist(["left", "no_access_to_number"]) });

/** What the brand's policy and the evidence say before anything is sent. */
export interface Decision {
  /** `exempt`: the brand's policy asks for no proof of such an order. */
  action: "allow" | "review" | "deny" | "exempt";
  reasons: string[];
}

/** What a webhook may tell; `order.hold_requested` asks to stop an order that was already released. */
export const EVENT_TYPES = [
  ...STATUSES.map((status) => `verification.${status}` as const),
  "verification.delivered",
  "order.hold_requested",
  "erasure.completed",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** One event as `GET /v1/events` lists it: what its webhooks carry, and its id. */
export interface EventView {
  id: string;
  object: "event";
  type: EventType;
  timestamp: string;
  data: {
    verification: string;
    order: { id: string; revision: number };
    status: Status;
    reason: Reason | null;
    /** Orders the events of one verification. */
    seq: number;
  };
  /** Whether an endpoint's tries are used up: it can be replayed. */
  dead: boolean;
}

/** What is told of an erasure, by the id of its receipt: nothing in it is about a person. */
export interface ErasureEventView extends Pick<EventView, "id" | "object" | "timestamp" | "dead"> {
  type: "erasure.completed";
  data: { erasure: string };
}

/** A verification as the order system sees it. `number_ending` is all that is ever told of the number. */
export interface VerificationView {
  id: string;
  object: "verification";
  status: Status;
  reason: Reason | null;
  /** Where to send the shopper; null once the verification has ended. */
  url: string | null;
  order: { id: string; revision: number };
  phone_masked: string;
  created_at: string;
  expires_at: string;
  ended_at: string | null;
  attempts: number;
  attempts_remaining: number;
  sends: number;
  decision: Decision;
  /** What the order system said when it canceled or revoked. */
  withdrawal_reason: string | null;
  next_action: "redirect" | "redeem" | "none";
  metadata: Record<string, string>;
}

/** Claims of a verdict, a JWS with ES256 and `typ` `verdict+jwt`; times in epoch seconds. */
export interface VerdictClaims {
  iss: string;
  aud: string;
  /** Pairwise: the same customer at another brand has another `sub`. */
  sub: string;
  jti: string;
  iat: number;
  exp: number;
  vid: string;
  txn: { order_id: string; revision: number; amount: number; currency: string; payee: string; digest: string };
  /** RFC 8176 names of how it was proven; empty where no proof was asked for, and then nothing was entered either. */
  amr: string[];
  auth_time?: number;
  attempts: number;
  resends: number;
  entry?: Entry | "network";
  number: { source: string; age_band: string; changed_recently: boolean };
  risk: { band: "low" | "mid"; reasons: string[] };
  policy: string;
}

/** Claims of an erasure's receipt, a JWS with ES256 and `typ` `erasure+jwt`; nothing in it is about a person. */
export interface ErasureClaims {
  iss: string;
  aud: string;
  /** The receipt's id, `era_…`. */
  jti: string;
  /** Epoch seconds. */
  iat: number;
  erased: { verifications: number; orders: number };
  /** Counters of guesses and sends live on, without a name, until their windows close. */
  limits_kept: true;
  /** For so long the platform could still bring deleted storage back (point-in-time recovery). */
  recovery_tail_days: 30;
}

/** Claims of an access token (RFC 9068), a JWS with ES256 and `typ` `at+jwt`; times in epoch seconds. */
export interface AccessClaims {
  iss: string;
  aud: string;
  sub: string;
  client_id: string;
  brand: string;
  /** Names the key or secret it was given for: without that it is over. */
  credential: string;
  /** Separated by spaces. */
  scope: string;
  jti: string;
  iat: number;
  exp: number;
}

/** Sentences a page may show after a plain form post; chosen by `?r=`, never carrying a value. */
export const NOTICES = [
  "wrong",
  "too_few",
  "too_many",
  "code_expired",
  "no_code",
  "resent",
  "too_early",
  "sends_exhausted",
  "gateway",
  "fault",
] as const;
export type Notice = (typeof NOTICES)[number];

/** All a rendered step knows of its verification; the page's only input besides the brand pack. */
export interface StepPage {
  /** `elsewhere` and `closed` carry no order data. */
  view: "open" | "elsewhere" | "closed";
  locale: string;
  /** Origin of the page that may show the step in a frame, and with which alone it talks. */
  embed?: string | undefined;
  notice?: Notice;
  open?: {
    digits: number;
    order: { payee: string; amount: { value: number; currency: string }; summary: string };
    /** The last two digits of the number on file. */
    number_ending: string;
    state: StepState;
    /** Idempotency key of the next plain-form press. */
    press: string;
    /** Complete, with `verification=ver_…`. */
    return_url: string;
    cancel_url: string;
    /** First eight characters after `ver_`, to name the case to a support desk. */
    support_reference: string;
    /** The POST targets below `/v/{token}`. */
    path: string;
    /** The operator is asked before a text is sent; with `state` the browser has just come back from there. */
    network?: { state?: string; code?: string };
  };
}
