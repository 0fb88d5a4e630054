/** Parameters and headers of the calls, as the published document tells them. */
import { orderSchema } from "../contract.ts";
import { KEY } from "../routes/shop.ts";
import { jsonSchema } from "./schemas.ts";

const text = (pattern: RegExp) => ({ type: "string", pattern: pattern.source });
const path = (description: string, pattern: RegExp) => ({
  name: "id",
  in: "path",
  required: true,
  description,
  schema: text(pattern),
});

/** Parameters that a call names. */
export const PARAMETERS = {
  idempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    required: true,
    description:
      "Names this call: repeated with the same body it gets the same answer. Kept for 24 h, per order (draft-ietf-httpapi-idempotency-key-header-07).",
    schema: text(KEY),
    example: "order-1-open",
  },
  verificationId: path("Id of the verification", /^ver_[A-Za-z0-9_-]{43}$/),
  erasureId: path("Id of the erasure's receipt", /^era_[A-Za-z0-9_-]{22}$/),
  eventId: path("Id of the event: its webhooks' `webhook-id`", /^evt_[A-Za-z0-9_-]{22,50}$/),
  orderId: {
    name: "order_id",
    in: "query",
    required: true,
    description: "`order.id` of the create",
    schema: jsonSchema(orderSchema.entries.id),
  },
  after: { name: "after", in: "query", description: "`next` of the page before", schema: { type: "string" } },
  limit: {
    name: "limit",
    in: "query",
    description: "Events of a page",
    schema: { type: "integer", minimum: 1, maximum: 200, default: 50 },
  },
  state: {
    name: "state",
    in: "query",
    description: "`dead`: events whose tries are used up, as they were given up",
    schema: { type: "string", enum: ["dead"] },
  },
} as const;
export type ParameterName = keyof typeof PARAMETERS;

/** The header that every call may bring and every answer carries (CAMARA common, `XCorrelator`). */
export const CORRELATOR = {
  name: "x-correlator",
  in: "header",
  description: "Names the call in both sides' logs; echoed, or made where there is none",
  schema: text(/^[A-Za-z0-9_:;./<>{}-]{1,256}$/),
};

/** Headers that every webhook carries (Standard Webhooks 1.0.0). */
export const WEBHOOK_HEADERS = {
  webhookId: {
    name: "webhook-id",
    in: "header",
    required: true,
    description: "Id of the event, the same over all tries: take each once",
    schema: text(/^evt_[A-Za-z0-9_-]{22,50}$/),
  },
  webhookTimestamp: {
    name: "webhook-timestamp",
    in: "header",
    required: true,
    description: "When this try was made, in epoch seconds: refuse what is older than five minutes",
    schema: text(/^[0-9]+$/),
  },
  webhookSignature: {
    name: "webhook-signature",
    in: "header",
    required: true,
    description:
      "`v1,` and the base64 of HMAC-SHA-256 over `{id}.{timestamp}.{body}`; several, separated by spaces, while a secret is rotated: one that fits is enough",
    schema: text(/^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=)*$/),
  },
};

/** Headers of answers. */
export const ANSWER_HEADERS = {
  Correlator: { description: CORRELATOR.description, schema: CORRELATOR.schema },
  RetryAfter: {
    description: "Seconds after which asking again helps",
    schema: { type: "string", pattern: "^[0-9]+$" },
  },
  Location: { description: "Path of what was made", schema: { type: "string" } },
  Challenge: { description: "Which credential, or which scope, is missing (RFC 6750)", schema: { type: "string" } },
};
