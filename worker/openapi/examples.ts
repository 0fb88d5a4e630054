/** One example of everything that is sent and answered; tests hold each to its schema. Nobody in it is anybody. */
import type { SchemaName } from "./schemas.ts";

const id = `ver_${"k7Qm".repeat(10)}k7Q`;
const erasure = "era_5hT0bq1XoR9cWnZ2dLwYfA";
const event = `evt_${id.slice(4)}_3`;
const jws = "eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiIuLi4ifQ.c2lnbmF0dXJl";
const at = (minute: string) => `2026-11-22T12:${minute}:00.000Z`;
const epoch = 1_795_348_920;

const order = {
  id: "order-1",
  revision: 1,
  amount: { value: 899000, currency: "NOK" },
  payee: "Tindra Mobil",
  summary: "Tindra Nord 7",
  category: "hardware",
  delivery: { type: "address" },
} as const;
const decision = { action: "allow", reasons: [] } as const;
const named = { id: order.id, revision: order.revision };
const step = `https://verify.tindra.example/v/${"k7Qm".repeat(13)}k7`;
const told = { verification: id, order: named, status: "approved", reason: "code", seq: 3 } as const;
const events = [
  { id: event, object: "event", type: "verification.approved", timestamp: at("02"), data: told, dead: false },
];
const erased = {
  id: `evt_${erasure}`,
  object: "event",
  type: "erasure.completed",
  timestamp: at("40"),
  data: { erasure },
  dead: false,
};

/** By the name of the schema. */
export const EXAMPLES = {
  Order: order,
  OpenRequest: {
    order,
    customer: { ref: "c1" },
    presentation: {
      mode: "redirect",
      return_url: "https://www.tindra.example/checkout/return",
      cancel_url: "https://www.tindra.example/basket",
      locale: "nb",
    },
    metadata: { basket: "b-1" },
  },
  RedeemRequest: { order },
  WithdrawRequest: { reason: "customer called" },
  OutcomeReport: { type: "fraud.confirmed", kind: "account_takeover", amount: order.amount, occurred_at: at("30") },
  OutcomeReports: { outcomes: [{ verification: id, type: "order.shipped" }] },
  ErasureRequest: { subject: { customer_ref: "c1" }, reason: "ticket 1" },
  ExportRequest: { subject: { order_id: order.id } },
  UnlockRequest: { customer: { ref: "c1" }, reason: "identity checked in the store, ticket 2" },
  AnalyticsQuestion: { question: "outcomes", from: epoch - 86_400, to: epoch },
  Problem: {
    type: "urn:ringfence:problem:REQUEST.INVALID",
    title: "A member of the request is missing, unknown or malformed",
    status: 400,
    code: "REQUEST.INVALID",
    field: "order.amount.value",
  },
  Opened: {
    id,
    object: "verification",
    status: "created",
    url: step,
    phone_masked: "•••• 42",
    expires_at: at("15"),
    decision,
    next_action: "redirect",
  },
  Verification: {
    id,
    object: "verification",
    status: "approved",
    reason: "code",
    url: null,
    order: named,
    phone_masked: "•••• 42",
    created_at: at("00"),
    expires_at: at("15"),
    ended_at: null,
    attempts: 1,
    attempts_remaining: 5,
    sends: 1,
    decision,
    withdrawal_reason: null,
    next_action: "redeem",
    metadata: { basket: "b-1" },
  },
  Redeemed: { id, object: "verification", status: "redeemed", verdict: jws },
  VerdictClaims: {
    iss: "https://verify.tindra.example",
    aud: "tindra-shop",
    sub: "bC0nR9yJmQ2wT8xLzF4vK1sHdP6eU3oG5aYiN7tEqWk",
    jti: "4f0c0f2e-3a51-4a0e-9d3b-0c6f1c9d7b52",
    iat: epoch,
    exp: epoch + 300,
    vid: id,
    txn: {
      order_id: order.id,
      revision: order.revision,
      amount: order.amount.value,
      currency: order.amount.currency,
      payee: order.payee,
      digest: "d5".repeat(32),
    },
    amr: ["otp", "sms"],
    auth_time: epoch - 20,
    attempts: 1,
    resends: 0,
    entry: "webotp",
    number: { source: "oidc", age_band: "over_30d", changed_recently: false },
    risk: { band: "low", reasons: [] },
    policy: "sms-step/1",
  },
  Outcome: { object: "outcome", verification: id, type: "fraud.confirmed", recorded: true },
  Outcomes: { object: "list", data: [{ verification: id, type: "order.shipped", recorded: true }] },
  Erasure: { id: erasure, object: "erasure", status: "completed", receipt: jws },
  ErasureClaims: {
    iss: "https://verify.tindra.example",
    aud: "tindra-shop",
    jti: erasure,
    iat: epoch,
    erased: { verifications: 1, orders: 1 },
    limits_kept: true,
    recovery_tail_days: 30,
  },
  Export: { object: "export", created_at: at("40"), verifications: [], events: [] },
  Unlocked: { unlocked: true, failures: 30 },
  Event: events[0],
  ErasureEvent: erased,
  Events: { object: "list", data: [...events, erased], has_more: false, next: "YWxsLjEuMC4wLjE" },
  Replayed: { id: event, object: "event", replayed: true },
  Numbers: {
    object: "answer",
    question: "outcomes",
    meta: [{ name: "outcome", type: "String" }],
    data: [{ outcome: "redeemed" }],
    rows: 1,
    exact: true,
    rows_read: 1200,
    coarsest: 1,
    as_of: epoch,
    age_s: 0,
    suppressed: 0,
    nothing_yet: false,
    settled_until: epoch - 1500,
    sql: null,
  },
  Webhook: { type: "verification.approved", timestamp: at("02"), data: told },
  ErasureWebhook: { type: "erasure.completed", timestamp: at("40"), data: { erasure } },
} satisfies Record<SchemaName, unknown>;
