/** The schemas that validate, and those of the answers, by the names the published document gives them. */
import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from "@valibot/to-json-schema";
import type * as v from "valibot";
import {
  endSchema,
  erasureSchema,
  exportSchema,
  openSchema,
  orderSchema,
  outcomeSchema,
  outcomesSchema,
  redeemSchema,
  unlockSchema,
} from "../contract.ts";
import { asking } from "../routes/asking.ts";
import * as answers from "./answers.ts";

type Json = { [key: string]: unknown };

const NAMED = {
  Order: orderSchema,
  OpenRequest: openSchema,
  RedeemRequest: redeemSchema,
  WithdrawRequest: endSchema,
  OutcomeReport: outcomeSchema,
  OutcomeReports: outcomesSchema,
  ErasureRequest: erasureSchema,
  ExportRequest: exportSchema,
  UnlockRequest: unlockSchema,
  AnalyticsQuestion: asking,
  Problem: answers.problem,
  Opened: answers.opened,
  Verification: answers.verification,
  Redeemed: answers.redeemed,
  VerdictClaims: answers.verdictClaims,
  Outcome: answers.outcome,
  Outcomes: answers.outcomes,
  Erasure: answers.erasure,
  ErasureClaims: answers.erasureClaims,
  Export: answers.exported,
  Unlocked: answers.unlocked,
  Event: answers.event,
  ErasureEvent: answers.erasureEvent,
  Events: answers.events,
  Replayed: answers.replayed,
  Numbers: answers.numbers,
  Webhook: answers.webhook,
  ErasureWebhook: answers.erasureWebhook,
} satisfies Record<string, v.GenericSchema>;
export type SchemaName = keyof typeof NAMED;

/** Where a reference to one of them points. */
export const refTo = (name: SchemaName) => ({ $ref: `#/components/schemas/${name}` });

/**
 * What a schema cannot say of itself, by its path: meaning, unit, and bounds that are checked by a function. A path that
 * leads nowhere breaks the build.
 */
const NOTES: Record<string, Json> = {
  Order: { description: "What a verification is bound to: any change of it voids what was approved." },
  "Order.revision": { description: "Counts changes of the order: the same revision must keep the same content." },
  "Order.amount": { description: "Shown to the customer, on the page and in the SMS." },
  "Order.amount.value": { description: "Minor units of the currency." },
  "Order.amount.currency": { description: "ISO 4217." },
  "Order.payee": { description: "No control characters." },
  "Order.summary": { description: "What is bought, in a few words. No control characters." },
  "Order.items_sha256": { description: "Hash of the items, in whatever form the shop can repeat." },
  "Order.delivery.address_sha256": { description: "Hash of the address, in whatever form the shop can repeat." },
  "OpenRequest.customer.ref": { description: "The customer as the customer authority knows them." },
  "OpenRequest.customer.auth_token": { description: "The customer's token of that authority, where the shop has one." },
  "OpenRequest.presentation.return_url": {
    description: "On an origin that is registered for the brand; comes back with `verification=ver_…`.",
  },
  "OpenRequest.presentation.embed_origin": { description: "The page that shows the step: with `mode` `frame`." },
  "OpenRequest.context": { description: "What the shop saw of the browser: evidence, never a key of a limit." },
  "OpenRequest.metadata": {
    description: "The shop's own words; told again, never looked at. Nothing personal.",
    maxProperties: 16,
  },
  "ErasureRequest.reason": { description: "For the caller's own records; not kept." },
  "OutcomeReport.kind": { description: "With `fraud.confirmed`, and only with it." },
  "OutcomeReport.amount": { description: "What was lost or paid back." },
  "OutcomeReports.outcomes": { description: "Each an OutcomeReport with `verification`, the id it is about." },
  "AnalyticsQuestion.from": { description: "Epoch seconds, inclusive." },
  "AnalyticsQuestion.to": { description: "Epoch seconds, exclusive." },
  "AnalyticsQuestion.zone": { description: "IANA zone in which days are counted; the brand's where it is left out." },
  "Opened.url": { description: "Where to send the shopper; null where there is nothing to prove." },
  "Opened.retry_at": {
    description: "With `blocked`: when the budget can be asked for again; null where an operator must unlock.",
  },
  "Verification.url": { description: "Where to send the shopper; null once it has ended." },
  "Verification.phone_masked": { description: "All that is ever told of the number." },
  "Verification.attempts_remaining": { description: "Guesses left, over all sends." },
  "Redeemed.verdict": {
    description: "A JWS of type `verdict+jwt`, ES256, by the keys of the brand's host.",
    contentMediaType: "application/jwt",
    contentSchema: refTo("VerdictClaims"),
  },
  "VerdictClaims.sub": { description: "Pairwise: the same customer at another brand has another." },
  "VerdictClaims.amr": { description: "RFC 8176; empty where no proof was asked for." },
  "Erasure.receipt": {
    description: "A JWS of type `erasure+jwt`, ES256, by the keys of the brand's host.",
    contentMediaType: "application/jwt",
    contentSchema: refTo("ErasureClaims"),
  },
  "ErasureClaims.recovery_tail_days": {
    description: "For so long the platform could still bring deleted storage back.",
  },
  "Outcome.recorded": { description: "False where this verification had an outcome of this type before." },
  "Event.dead": { description: "Whether an endpoint's tries are used up: it can be replayed." },
  "Webhook.data.seq": { description: "Orders the events of one verification." },
  "Problem.code": { description: "Stable; switch on it." },
  "Problem.title": { description: "May be reworded." },
  "Problem.field": { description: "Dotted path of the first offending member; never a value." },
  "Problem.complaints": { description: "What is wrong with a statement: `length` characters from `at`, 0-based." },
  "Numbers.exact": { description: "Nothing was sampled." },
  "Numbers.suppressed": { description: "Rows left out because they stand for fewer than five." },
};

/** What an action says in code alone stands in `NOTES`; a pipe means its last schema, the one that describes. */
const CONVERSION: ConversionConfig = { typeMode: "output", ignoreActions: ["check"] };

/** One schema by itself. */
export function jsonSchema(schema: v.GenericSchema): Json {
  const { $schema: _, ...plain } = toJsonSchema(schema, CONVERSION);
  return plain;
}

/** All of them, with their notes. Throws for a kind of schema that has no JSON form. */
export function components(): Json {
  const all = toJsonSchemaDefs(NAMED, {
    ...CONVERSION,
    overrideRef: ({ referenceId }) => refTo(referenceId as SchemaName).$ref,
  }) as Json;
  for (const [path, note] of Object.entries(NOTES)) {
    const [name = "", ...members] = path.split(".");
    let noted = all[name] as Json | undefined;
    for (const member of members) noted = (noted?.properties as Json | undefined)?.[member] as Json | undefined;
    if (!noted) throw new Error(`a note leads nowhere: ${path}`);
    Object.assign(noted, note);
  }
  return all;
}
