/** Every call of an order system, as the published document tells it. The routes' own tests hold the list complete. */
import type { Scope } from "../config.ts";
import type { ProblemCode } from "../contract.ts";
import type { ParameterName } from "./parameters.ts";
import type { SchemaName } from "./schemas.ts";

/** One method of one path. */
export interface Call {
  name: string;
  method: "get" | "post";
  /** As OpenAPI writes it. */
  path: string;
  scope: Scope;
  summary: string;
  description?: string;
  parameters?: readonly ParameterName[];
  body?: SchemaName;
  answer: { status: 200 | 201 | 202; is: string; schema: SchemaName; csv?: true; location?: true; retryAfter?: true };
  /** Beside those that `ALWAYS` and `BODY` name. */
  problems: readonly ProblemCode[];
}

/** What every call can be answered. */
export const ALWAYS = [
  "CLIENT.UNAUTHENTICATED",
  "CLIENT.FORBIDDEN",
  "REQUEST.NOT_ACCEPTABLE",
  "REQUEST.HOST",
  "SERVICE.UNAVAILABLE",
  "INTERNAL",
] as const satisfies readonly ProblemCode[];

/** What every call with a body can be answered besides. */
export const BODY = [
  "REQUEST.MALFORMED",
  "REQUEST.INVALID",
  "REQUEST.TOO_LARGE",
  "REQUEST.MEDIA_TYPE",
] as const satisfies readonly ProblemCode[];

const ONE = "/v1/verifications/{id}";

export const CALLS: readonly Call[] = [
  {
    name: "openVerification",
    method: "post",
    path: "/v1/verifications",
    scope: "verifications",
    summary: "Open a verification of an order",
    description:
      "Who is ordering what; never a phone number, which comes from the customer authority alone. The same order (id, revision, content) always gets the same verification, a changed one a new one in its place. A create that meets a used-up budget answers 201 with `status: blocked`, `Retry-After` and `retry_at`.",
    parameters: ["idempotencyKey"],
    body: "OpenRequest",
    answer: {
      status: 201,
      is: "The verification that stands for the order",
      schema: "Opened",
      location: true,
      retryAfter: true,
    },
    problems: [
      "IDEMPOTENCY.KEY_MISSING",
      "IDEMPOTENCY.KEY_REUSED",
      "ORDER.RETURN_ADDRESS",
      "ORDER.VERIFICATIONS_EXHAUSTED",
      "ORDER.DENIED",
      "CUSTOMER.UNKNOWN",
      "CUSTOMER.NO_NUMBER",
      "CUSTOMER.NUMBER_REFUSED",
      "CUSTOMER.AUTH_TOKEN",
      "CUSTOMER.AUTHORITY_UNAVAILABLE",
      "VERIFICATION.ALREADY_REDEEMED",
      "VERIFICATION.REVOKED",
    ],
  },
  {
    name: "findVerification",
    method: "get",
    path: "/v1/verifications",
    scope: "verifications",
    summary: "Find the newest verification of an order",
    parameters: ["orderId"],
    answer: { status: 200, is: "The verification", schema: "Verification" },
    problems: ["REQUEST.INVALID", "VERIFICATION.NOT_FOUND"],
  },
  {
    name: "readVerification",
    method: "get",
    path: ONE,
    scope: "verifications",
    summary: "Read a verification, until 24 h after its end",
    parameters: ["verificationId"],
    answer: { status: 200, is: "The verification", schema: "Verification" },
    problems: ["VERIFICATION.NOT_FOUND"],
  },
  {
    name: "redeemVerification",
    method: "post",
    path: `${ONE}/redeem`,
    scope: "verifications",
    summary: "Redeem an approval, once, for exactly the order that is about to ship",
    description:
      "The same `Idempotency-Key` gets the same verdict again, so that a lost answer strands no order; any other gets `VERIFICATION.ALREADY_REDEEMED`. Verify the verdict before anything ships.",
    parameters: ["verificationId", "idempotencyKey"],
    body: "RedeemRequest",
    answer: { status: 200, is: "The signed verdict", schema: "Redeemed" },
    problems: [
      "IDEMPOTENCY.KEY_MISSING",
      "VERIFICATION.NOT_FOUND",
      "VERIFICATION.NOT_APPROVED",
      "VERIFICATION.ENDED",
      "VERIFICATION.ORDER_MISMATCH",
      "VERIFICATION.ALREADY_REDEEMED",
      "VERIFICATION.EXPIRED",
      "VERIFICATION.REVOKED",
    ],
  },
  {
    name: "cancelVerification",
    method: "post",
    path: `${ONE}/cancel`,
    scope: "verifications",
    summary: "Cancel a verification that is not over; idempotent",
    parameters: ["verificationId"],
    body: "WithdrawRequest",
    answer: { status: 200, is: "The verification, canceled", schema: "Verification" },
    problems: ["VERIFICATION.NOT_FOUND", "VERIFICATION.ENDED"],
  },
  {
    name: "revokeVerification",
    method: "post",
    path: `${ONE}/revoke`,
    scope: "verifications",
    summary: "Take an approval back, also after it was redeemed; idempotent",
    parameters: ["verificationId"],
    body: "WithdrawRequest",
    answer: { status: 200, is: "The verification, revoked", schema: "Verification" },
    problems: ["VERIFICATION.NOT_FOUND", "VERIFICATION.ENDED"],
  },
  {
    name: "reportOutcome",
    method: "post",
    path: `${ONE}/outcomes`,
    scope: "outcomes",
    summary: "Tell what became of the order",
    description: "May be repeated: `recorded` is false where this verification had an outcome of this type before.",
    parameters: ["verificationId"],
    body: "OutcomeReport",
    answer: { status: 200, is: "What was recorded", schema: "Outcome" },
    problems: ["VERIFICATION.NOT_FOUND"],
  },
  {
    name: "reportOutcomes",
    method: "post",
    path: "/v1/outcomes",
    scope: "outcomes",
    summary: "Tell what became of up to a hundred orders",
    description: "Each is answered by itself, in the order they came in; what is wrong with one is told of that one.",
    body: "OutcomeReports",
    answer: { status: 200, is: "What was recorded of each", schema: "Outcomes" },
    problems: [],
  },
  {
    name: "erase",
    method: "post",
    path: "/v1/erasures",
    scope: "privacy",
    summary: "Erase what is kept of a customer or an order",
    description: "The subject goes in the body, so that it is in no URL. The receipt is signed and names nobody.",
    parameters: ["idempotencyKey"],
    body: "ErasureRequest",
    answer: { status: 201, is: "Erased, with proof", schema: "Erasure", location: true },
    problems: ["IDEMPOTENCY.KEY_MISSING", "IDEMPOTENCY.KEY_REUSED"],
  },
  {
    name: "readErasure",
    method: "get",
    path: "/v1/erasures/{id}",
    scope: "privacy",
    summary: "Read the receipt of an erasure",
    parameters: ["erasureId"],
    answer: { status: 200, is: "The receipt; null while the erasure is not finished", schema: "Erasure" },
    problems: ["REQUEST.NOT_FOUND"],
  },
  {
    name: "export",
    method: "post",
    path: "/v1/exports",
    scope: "privacy",
    summary: "Export what is kept of a customer or an order",
    body: "ExportRequest",
    answer: { status: 200, is: "All that is kept", schema: "Export" },
    problems: [],
  },
  {
    name: "unlockCustomer",
    method: "post",
    path: "/v1/customers/unlock",
    scope: "operations",
    summary: "Lift a customer's stop, with a reason",
    body: "UnlockRequest",
    answer: { status: 200, is: "Unlocked; so many failures in a row there were", schema: "Unlocked" },
    problems: [],
  },
  {
    name: "listEvents",
    method: "get",
    path: "/v1/events",
    scope: "verifications",
    summary: "List events of the last 30 days, oldest first",
    description:
      "Nothing is skipped and nothing comes twice: go on with `next` as `after`. Events of one verification come by `seq`.",
    parameters: ["after", "limit", "state"],
    answer: { status: 200, is: "A page of events", schema: "Events" },
    problems: ["REQUEST.INVALID"],
  },
  {
    name: "replayEvent",
    method: "post",
    path: "/v1/events/{id}/replay",
    scope: "operations",
    summary: "Send an event's webhooks again, with all their tries",
    parameters: ["eventId"],
    answer: { status: 202, is: "On its way again", schema: "Replayed" },
    problems: ["EVENT.NOT_FOUND"],
  },
  {
    name: "queryAnalytics",
    method: "post",
    path: "/v1/analytics/query",
    scope: "analytics",
    summary: "Ask a named question, or guarded SQL, about the brand's own numbers",
    description: "Exactly one of `question`, `sql` and `saved`. Rows of fewer than five are left out.",
    body: "AnalyticsQuestion",
    answer: { status: 200, is: "The answer; as CSV where `format` says so", schema: "Numbers", csv: true },
    problems: [
      "REQUEST.NOT_FOUND",
      "ANALYST.FORBIDDEN",
      "ANALYTICS.SQL_REFUSED",
      "ANALYTICS.SQL_UNAVAILABLE",
      "ANALYTICS.UNAVAILABLE",
    ],
  },
];
