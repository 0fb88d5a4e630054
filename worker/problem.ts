/** The catalogue of failures, and the one answer they all take: RFC 9457 problem+json. */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ProblemBody, ProblemCode, StepState } from "./contract.ts";

const PROBLEMS = {
  "REQUEST.MALFORMED": [400, "The body is not valid JSON or form data"],
  "REQUEST.INVALID": [400, "A member of the request is missing, unknown or malformed"],
  "REQUEST.TOO_LARGE": [413, "The body is larger than 8 KB"],
  "REQUEST.MEDIA_TYPE": [415, "The media type is not accepted here"],
  "REQUEST.NOT_ACCEPTABLE": [406, "None of the accepted media types can be served"],
  "REQUEST.METHOD": [405, "The method is not allowed here"],
  "REQUEST.NOT_FOUND": [404, "There is nothing here"],
  "REQUEST.HOST": [421, "This host is not served here"],
  "REQUEST.ORIGIN": [403, "The request does not come from this site"],
  "CLIENT.UNAUTHENTICATED": [401, "The API key or token is missing or not known"],
  "CLIENT.FORBIDDEN": [403, "The API key or token does not have the scope for this call"],
  "IDEMPOTENCY.KEY_MISSING": [400, "An Idempotency-Key of 8 to 128 visible ASCII characters is required"],
  "IDEMPOTENCY.KEY_REUSED": [422, "The Idempotency-Key was used with another body"],
  "IDEMPOTENCY.IN_FLIGHT": [409, "A call with this Idempotency-Key is still running"],
  "ORDER.RETURN_ADDRESS": [422, "A return address is not on an origin registered for this brand"],
  "ORDER.VERIFICATIONS_EXHAUSTED": [429, "This order has had all its verifications; check it by hand"],
  "ORDER.DENIED": [409, "The recipient of the text said that this is not their order"],
  "CUSTOMER.UNKNOWN": [422, "The customer authority does not know this customer"],
  "CUSTOMER.NO_NUMBER": [422, "There is no verified number on file for this customer"],
  "CUSTOMER.NUMBER_REFUSED": [422, "The number on file cannot receive a code here"],
  "CUSTOMER.AUTH_TOKEN": [422, "The customer's token was refused or belongs to somebody else"],
  "CUSTOMER.AUTHORITY_UNAVAILABLE": [503, "The customer authority did not answer; repeat with the same key"],
  "VERIFICATION.NOT_FOUND": [404, "There is no such verification"],
  "VERIFICATION.CODE_WRONG": [422, "The code does not match"],
  "VERIFICATION.CODE_EXPIRED": [410, "The code is no longer valid; no guess was used"],
  "VERIFICATION.NO_CODE_SENT": [409, "No code has been sent yet"],
  "VERIFICATION.ENDED": [409, "This verification has ended"],
  "VERIFICATION.EXPIRED": [410, "The time for this verification is over"],
  "VERIFICATION.ELSEWHERE": [403, "This verification is open in another browser"],
  "VERIFICATION.RESEND_TOO_EARLY": [429, "The code cannot be sent again yet"],
  "VERIFICATION.SENDS_EXHAUSTED": [409, "The code cannot be sent again"],
  "VERIFICATION.NOT_APPROVED": [409, "The customer has not approved the order yet"],
  "VERIFICATION.ORDER_MISMATCH": [409, "The order is not the one that was approved"],
  "VERIFICATION.ALREADY_REDEEMED": [409, "The approval was redeemed before"],
  "VERIFICATION.REVOKED": [423, "The approval was taken back"],
  "EVENT.NOT_FOUND": [404, "There is no such event, or it cannot be replayed any more"],
  "ANALYST.UNAUTHENTICATED": [401, "Sign in again"],
  "ANALYST.FORBIDDEN": [403, "This is not among your brands or rights"],
  "ANALYTICS.SQL_REFUSED": [422, "The statement is outside what can be asked"],
  "ANALYTICS.SQL_UNAVAILABLE": [409, "The exact counters do not answer this"],
  "ANALYTICS.UNAVAILABLE": [503, "The numbers cannot be read at the moment"],
  "GATEWAY.UNAVAILABLE": [503, "The text could not be handed over; nothing was charged"],
  "GATEWAY.SIGNATURE": [401, "The receipt is not signed by the gateway"],
  "BRAND.UNAVAILABLE": [503, "This brand cannot be served at the moment"],
  "SERVICE.UNAVAILABLE": [503, "The service is busy; try again"],
  INTERNAL: [500, "Something went wrong on our side"],
} as const satisfies Record<ProblemCode, readonly [ContentfulStatusCode, string]>;

export interface ProblemExtras {
  step?: StepState | undefined;
  waitS?: number | undefined;
  field?: string | undefined;
  complaints?: ProblemBody["complaints"];
}

/** An answer before the headers that all answers carry. */
export interface Answer {
  status: number;
  headers: { [name: string]: string };
  body: string | null;
}

/** The problem+json answer for `code`. Titles may be reworded; clients switch on `code`. Echoes nothing of the request. */
export function problemOf(code: ProblemCode, { step, waitS, field, complaints }: ProblemExtras = {}) {
  const [status, title] = PROBLEMS[code];
  const body: ProblemBody = {
    type: `urn:ringfence:problem:${code}`,
    title,
    status,
    code,
    ...(field && { field }),
    ...(step && { step }),
    ...(complaints && { complaints }),
  };
  const headers = {
    "content-type": "application/problem+json",
    ...(waitS !== undefined && { "retry-after": String(Math.max(1, waitS)) }),
  };
  return { status, headers, body: JSON.stringify(body) } satisfies Answer;
}

/** The same, as a route answers. */
export function problem(c: Context, code: ProblemCode, extras?: ProblemExtras): Response {
  const { status, headers, body } = problemOf(code, extras);
  return c.body(body, status, headers);
}

/** The codes with their HTTP status, for the published document. */
export function catalogue(): { code: ProblemCode; status: number; title: string }[] {
  return Object.entries(PROBLEMS).map(([code, [status, title]]) => ({ code: code as ProblemCode, status, title }));
}
