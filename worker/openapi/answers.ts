/**
 * What order systems are answered, as schemas: for the published document alone, which the build writes. The compiler
 * holds each to its type in the contract, so that neither can gain a member without the other.
 */
import * as v from "valibot";
import {
  ENTRIES,
  type ErasureClaims,
  type ErasureEventView,
  EVENT_TYPES,
  type EventView,
  OUTCOME_TYPES,
  type ProblemBody,
  type ProblemCode,
  REASONS,
  STATUSES,
  type VerdictClaims,
  type VerificationView,
} from "../contract.ts";
import { catalogue } from "../problem.ts";

/** `schema`, where what it describes is exactly a `T`; anything else does not compile. */
const of =
  <T>() =>
  <S extends v.GenericSchema<T, T>>(
    schema: [T, keyof T] extends [v.InferOutput<S>, keyof v.InferOutput<S>] ? S : never,
  ): S =>
    schema;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const epochSeconds = v.pipe(v.number(), v.integer());
const time = v.pipe(v.string(), v.isoTimestamp());
const verificationId = v.pipe(v.string(), v.regex(/^ver_[A-Za-z0-9_-]{43}$/));
const erasureId = v.pipe(v.string(), v.regex(/^era_[A-Za-z0-9_-]{22}$/));
const eventId = v.pipe(v.string(), v.regex(/^evt_[A-Za-z0-9_-]{22,50}$/));
/** A compact JWS (RFC 7515). */
const jws = v.pipe(v.string(), v.regex(/^eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/));
const codes = catalogue().map(({ code }) => code) as [ProblemCode, ...ProblemCode[]];

const status = v.picklist(STATUSES);
const reason = v.nullable(v.picklist(REASONS));
const nextAction = v.picklist(["redirect", "redeem", "none"]);
const metadata = v.record(v.string(), v.string());
const orderRevision = v.strictObject({ id: v.string(), revision: v.pipe(v.number(), v.integer(), v.minValue(1)) });
const decision = v.strictObject({
  action: v.picklist(["allow", "review", "deny", "exempt"]),
  reasons: v.array(v.string()),
});

/** A problem as `/v1` tells it: without the state of a step, which is the browser's. */
export const problem = of<Omit<ProblemBody, "step">>()(
  v.strictObject({
    type: v.string(),
    title: v.string(),
    status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
    code: v.picklist(codes),
    field: v.exactOptional(v.string()),
    complaints: v.exactOptional(v.array(v.strictObject({ at: whole, length: whole, text: v.string() }))),
  }),
);

/** `POST /v1/verifications`. */
export const opened = v.strictObject({
  id: verificationId,
  object: v.literal("verification"),
  status,
  url: v.nullable(v.pipe(v.string(), v.url())),
  phone_masked: v.string(),
  expires_at: time,
  decision,
  next_action: nextAction,
  retry_at: v.exactOptional(v.nullable(time)),
});

/** A verification, wherever one is told in full. */
export const verification = of<VerificationView>()(
  v.strictObject({
    id: verificationId,
    object: v.literal("verification"),
    status,
    reason,
    url: v.nullable(v.pipe(v.string(), v.url())),
    order: orderRevision,
    phone_masked: v.string(),
    created_at: time,
    expires_at: time,
    ended_at: v.nullable(time),
    attempts: whole,
    attempts_remaining: whole,
    sends: whole,
    decision,
    withdrawal_reason: v.nullable(v.string()),
    next_action: nextAction,
    metadata,
  }),
);

/** What is in a verdict. */
export const verdictClaims = of<VerdictClaims>()(
  v.strictObject({
    iss: v.string(),
    aud: v.string(),
    sub: v.string(),
    jti: v.string(),
    iat: epochSeconds,
    exp: epochSeconds,
    vid: verificationId,
    txn: v.strictObject({
      order_id: v.string(),
      revision: v.pipe(v.number(), v.integer(), v.minValue(1)),
      amount: whole,
      currency: v.string(),
      payee: v.string(),
      digest: v.string(),
    }),
    amr: v.array(v.string()),
    auth_time: v.exactOptional(epochSeconds),
    attempts: whole,
    resends: whole,
    entry: v.exactOptional(v.picklist([...ENTRIES, "network"])),
    number: v.strictObject({ source: v.string(), age_band: v.string(), changed_recently: v.boolean() }),
    risk: v.strictObject({ band: v.picklist(["low", "mid"]), reasons: v.array(v.string()) }),
    policy: v.string(),
  }),
);

/** `POST /v1/verifications/{id}/redeem`. */
export const redeemed = v.strictObject({
  id: verificationId,
  object: v.literal("verification"),
  status: v.literal("redeemed"),
  verdict: jws,
});

const taken = { verification: verificationId, type: v.picklist(OUTCOME_TYPES), recorded: v.boolean() };

/** `POST /v1/verifications/{id}/outcomes`. */
export const outcome = v.strictObject({ object: v.literal("outcome"), ...taken });

/** `POST /v1/outcomes`: one answer for each, in the order they came in. */
export const outcomes = v.strictObject({
  object: v.literal("list"),
  data: v.array(
    v.union([
      v.strictObject(taken),
      v.strictObject({
        verification: v.string(),
        problem: v.picklist(["REQUEST.INVALID", "VERIFICATION.NOT_FOUND"]),
        field: v.exactOptional(v.string()),
      }),
    ]),
  ),
});

/** What is in the receipt of an erasure. */
export const erasureClaims = of<ErasureClaims>()(
  v.strictObject({
    iss: v.string(),
    aud: v.string(),
    jti: erasureId,
    iat: epochSeconds,
    erased: v.strictObject({ verifications: whole, orders: whole }),
    limits_kept: v.literal(true),
    recovery_tail_days: v.literal(30),
  }),
);

/** `POST /v1/erasures`, `GET /v1/erasures/{id}`. */
export const erasure = v.strictObject({
  id: erasureId,
  object: v.literal("erasure"),
  status: v.picklist(["completed", "unfinished"]),
  receipt: v.nullable(jws),
});

const used = v.strictObject({ verification: verificationId, at: time, guesses: whole, sends: whole });

/** `POST /v1/exports`: all that is stored. What an order or a request brought along is repeated as it came. */
export const exported = v.strictObject({
  object: v.literal("export"),
  created_at: time,
  customer: v.exactOptional(
    v.strictObject({
      wrong_guesses_in_a_row: whole,
      waits_until: v.nullable(time),
      reserved: v.array(used),
      used: v.array(used),
      verifications: v.array(v.strictObject({ id: verificationId, at: time })),
      unlocks: v.array(v.strictObject({ at: time, by: v.string(), reason: v.string() })),
    }),
  ),
  verifications: v.array(
    v.strictObject({
      id: verificationId,
      brand: v.string(),
      client: v.string(),
      status,
      reason,
      withdrawal_reason: v.nullable(v.string()),
      order: v.looseObject({ id: v.string() }),
      decision,
      metadata,
      number: v.strictObject({ ending: v.string(), source: v.string(), changed_at: v.nullable(time) }),
      customer_pseudonym: v.string(),
      return_url: v.string(),
      cancel_url: v.string(),
      locale: v.nullable(v.string()),
      framed: v.boolean(),
      entry: v.nullable(v.picklist(ENTRIES)),
      created_at: time,
      expires_at: time,
      approved_at: v.nullable(time),
      redeemed_at: v.nullable(time),
      ended_at: v.nullable(time),
      sends: v.array(v.strictObject({ at: time, fate: v.string(), delivered: v.nullable(v.boolean()) })),
      guesses: v.array(v.strictObject({ right: v.boolean() })),
      network_check: v.nullable(v.picklist(["ok", "no", "unknown"])),
    }),
  ),
  events: v.array(v.strictObject({ id: eventId, at: time, payload: v.looseObject({ type: v.picklist(EVENT_TYPES) }) })),
});

/** `POST /v1/customers/unlock`. */
export const unlocked = v.strictObject({ unlocked: v.literal(true), failures: whole });

const told = v.strictObject({
  verification: verificationId,
  order: orderRevision,
  status,
  reason,
  seq: whole,
});

/** What a webhook carries. */
export const webhook = of<Pick<EventView, "type" | "timestamp" | "data">>()(
  v.strictObject({ type: v.picklist(EVENT_TYPES), timestamp: time, data: told }),
);

/** What a webhook carries that tells of an erasure. */
export const erasureWebhook = of<Pick<ErasureEventView, "type" | "timestamp" | "data">>()(
  v.strictObject({
    type: v.literal("erasure.completed"),
    timestamp: time,
    data: v.strictObject({ erasure: erasureId }),
  }),
);

/** One event of the log. */
export const event = of<EventView>()(
  v.strictObject({
    id: eventId,
    object: v.literal("event"),
    type: v.picklist(EVENT_TYPES),
    timestamp: time,
    data: told,
    dead: v.boolean(),
  }),
);

/** What the log tells of an erasure. */
export const erasureEvent = of<ErasureEventView>()(
  v.strictObject({
    id: eventId,
    object: v.literal("event"),
    type: v.literal("erasure.completed"),
    timestamp: time,
    data: v.strictObject({ erasure: erasureId }),
    dead: v.boolean(),
  }),
);

/** `GET /v1/events`. */
export const events = v.strictObject({
  object: v.literal("list"),
  data: v.array(v.union([event, erasureEvent])),
  has_more: v.boolean(),
  next: v.string(),
});

/** `POST /v1/events/{id}/replay`. */
export const replayed = v.strictObject({ id: eventId, object: v.literal("event"), replayed: v.literal(true) });

/** `POST /v1/analytics/query` in JSON. */
export const numbers = v.strictObject({
  object: v.literal("answer"),
  question: v.nullable(v.string()),
  meta: v.array(v.strictObject({ name: v.string(), type: v.string() })),
  data: v.array(v.record(v.string(), v.nullable(v.union([v.string(), v.number()])))),
  rows: whole,
  exact: v.boolean(),
  rows_read: v.pipe(v.number(), v.minValue(0)),
  coarsest: v.number(),
  as_of: v.number(),
  age_s: v.number(),
  suppressed: whole,
  nothing_yet: v.boolean(),
  settled_until: epochSeconds,
  sql: v.nullable(v.string()),
});
