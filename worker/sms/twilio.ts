/** Twilio: Programmable Messaging 2010-04-01, its status callbacks and their signature. */
import { createHmac, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import type { BrandSecrets } from "../config.ts";
import { textOfAnswer } from "../outside.ts";
import type { DeliveryReport, Gateway, Receipt } from "./index.ts";

/** Twilio's error codes that blame the destination; the same number will be refused again. https://www.twilio.com/docs/api/errors */
const DESTINATION_ERRORS = [
  21211, // not a telephone number
  21408, // region not permitted
  21610, // the recipient opted out
  21612, // not reachable from this sender
  21614, // not a mobile number
  21635, // a landline
];

const messageSchema = v.object({ sid: v.pipe(v.string(), v.regex(/^(SM|MM)[0-9a-f]{32}$/)) });
const errorSchema = v.object({ code: v.pipe(v.number(), v.integer()), message: v.string() });

/** The Twilio account of `credentials` at `baseUrl`. Its API has no idempotency key, so nothing is tried twice. */
export function twilio(baseUrl: string, credentials: BrandSecrets["gateway"]): Gateway {
  const { account_sid: sid, auth_token: token } = credentials;
  return {
    async send(sms, signal) {
      const request = {
        method: "POST",
        redirect: "manual",
        signal,
        headers: { authorization: `Basic ${btoa(`${sid}:${token}`)}`, accept: "application/json" },
        body: new URLSearchParams({
          To: sms.to,
          From: sms.from,
          Body: sms.text,
          ValidityPeriod: String(sms.validityS),
          ...(sms.statusCallback && { StatusCallback: sms.statusCallback }),
        }),
      } as const;
      // A connection that was never made looks like one lost after the request was read, so both stay counted.
      const answer = await fetch(`${baseUrl}/2010-04-01/Accounts/${sid}/Messages.json`, request).catch(() => undefined);
      return answer
        ? fateOf(answer.status, answer.headers, await textOfAnswer(answer), Date.now())
        : { fate: "unclear" };
    },
  };
}

/**
 * What an answer of Twilio says of the SMS; `body` is undefined when it did not arrive whole (requirements S13, F3).
 * A send is given back only on a certain refusal, because a lost SMS costs one send, a free one lets a thief send on:
 * - 2xx with a message id: accepted. 2xx with anything else: somebody took something, so it stays counted.
 * - 4xx, whoever speaks: the request was turned down before it was queued. Wrong destination: rejected; the rest,
 *   401, 404 and 429 among them, may pass later: refused.
 * - 5xx with Twilio's own error body, and 503: not queued, refused. Any other 5xx may come from a proxy that had
 *   already passed the request on: unclear. So are redirects, which Twilio does not send.
 */
export function fateOf(status: number, headers: Headers, body: string | undefined, now: number): Receipt {
  const answer = json(body);
  if (status >= 200 && status < 300) {
    const message = v.safeParse(messageSchema, answer);
    return message.success ? { fate: "accepted", messageId: message.output.sid } : { fate: "unclear" };
  }
  const error = v.safeParse(errorSchema, answer);
  const refused: Receipt = { fate: "refused", retryAfterS: retryAfterS(headers, now) };
  if (status >= 400 && status < 500) {
    return error.success && DESTINATION_ERRORS.includes(error.output.code) ? { fate: "rejected" } : refused;
  }
  return status >= 500 && (status === 503 || error.success) ? refused : { fate: "unclear" };
}

/** Seconds the gateway asks us to wait (RFC 9110 10.2.3, either form), bounded to 1..120; 5 when it does not say. */
function retryAfterS(headers: Headers, now: number): number {
  const asked = headers.get("retry-after")?.trim() ?? "";
  const date = asked.endsWith(" GMT") ? Date.parse(asked) : Number.NaN; // Date.parse alone takes "1.5" for a day in January
  const waitS = /^\d+$/.test(asked) ? Number(asked) : Math.ceil((date - now) / 1000);
  return Number.isNaN(waitS) ? 5 : Math.min(Math.max(waitS, 1), 120);
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

/**
 * Whether Twilio signed this callback: `signature` (X-Twilio-Signature) is the base64 HMAC-SHA1 under `authToken` of
 * `url` as Twilio was given it, followed by each name and value of `params`, sorted by name; a repeated name counts
 * each different value once, sorted. https://www.twilio.com/docs/usage/security
 */
export function authentic(url: string, params: URLSearchParams, signature: string, authToken: string): boolean {
  const names = [...new Set(params.keys())].sort();
  const pairs = names.flatMap((name) => [...new Set(params.getAll(name))].sort().map((value) => name + value));
  const expected = createHmac("sha1", authToken)
    .update(url + pairs.join(""))
    .digest("base64");
  const [known, given] = [Buffer.from(expected), Buffer.from(signature)];
  // Compared in equal time: an early exit would let a forger find the signature byte by byte.
  return known.length === given.length && timingSafeEqual(known, given);
}

const STATUSES = { sent: "sent", delivered: "delivered", undelivered: "failed", failed: "failed" } as const;

/** A status callback, already found `authentic`, as a report. `queued`, `sending` and the like say nothing new; the number in it is not read. */
export function deliveryReport(params: URLSearchParams): DeliveryReport {
  const [messageId = "", status = ""] = [only(params, "MessageSid"), only(params, "MessageStatus")];
  if (!/^(SM|MM)[0-9a-f]{32}$/.test(messageId) || !Object.hasOwn(STATUSES, status)) return { status: "ignored" };
  return { status: STATUSES[status as keyof typeof STATUSES], messageId };
}

/** A message somebody sent to the brand's number, already found `authentic`; undefined for anything else. */
export function inbound(params: URLSearchParams): { from: string; body: string } | undefined {
  const [from = "", body] = [only(params, "From"), only(params, "Body")];
  // Status callbacks carry MessageStatus and no Body.
  if (body === undefined || params.has("MessageStatus") || !/^\+[1-9]\d{6,14}$/.test(from)) return undefined;
  return { from, body };
}

function only(params: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = params.getAll(name);
  return others.length === 0 ? value : undefined;
}
