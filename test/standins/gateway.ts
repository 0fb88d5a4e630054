/** An SMS gateway that speaks Twilio's wire format: messages in, signed delivery receipts out. */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "./clock.ts";
import type { Faults, SeenLog } from "./faults.ts";
import { type Call, json, localFetch, type Served, serve } from "./http.ts";
import type { Message, Messages } from "./messages.ts";
import { type BrandId, GATEWAY, SERVED } from "./secrets.ts";

interface Parts {
  clock: Clock;
  faults: Faults;
  seen: SeenLog;
  messages: Messages;
}

const API_VERSION = "2010-04-01";
const BODY_MAX = 1600; // Twilio error 21617
const MODE_ERRORS = {
  "429": [429, 20429, "Too Many Requests"],
  "500": [500, 20500, "Internal Server Error"],
  "503": [503, 20503, "Service Unavailable"],
  "401": [401, 20003, "Authenticate"],
} as const;

/** Starts the gateway. Answers 201 first, then delivers, then calls `StatusCallback` with `sent` and `delivered`. */
export function startGateway(port: number, parts: Parts): Promise<Served> {
  return serve(port, (call) => answer(call, parts));
}

async function answer({ method, url, headers, body, response }: Call, parts: Parts): Promise<void> {
  const sid = /^\/2010-04-01\/Accounts\/([^/]+)\/Messages\.json$/.exec(url.pathname)?.[1];
  const brand = SERVED.find((b) => GATEWAY[b].account_sid === sid);
  if (method !== "POST" || !sid)
    return refuse(response, 404, 20404, `The requested resource ${url.pathname} was not found`);
  const { mode, delayMs } = brand ? parts.faults.take("gateway", brand) : { mode: "ok", delayMs: 0 };
  parts.seen.add("gateway", brand ?? "", method, url.pathname, mode);
  if (!brand || !authorised(headers.authorization, brand)) return refuse(response, 401, 20003, "Authenticate");
  if (mode === "hang") return;
  const failure = Object.hasOwn(MODE_ERRORS, mode) ? MODE_ERRORS[mode as keyof typeof MODE_ERRORS] : undefined;
  if (failure)
    return refuse(response, failure[0], failure[1], failure[2], failure[0] === 429 ? { "retry-after": "2" } : {});
  if (mode === "error_body")
    return json(response, 200, twilioError(400, 21610, "Attempt to send to unsubscribed recipient"));
  if (mode === "slow") await pause(delayMs);

  const form = new URLSearchParams(body);
  const to = form.get("To") ?? "";
  const from = form.get("From") ?? "";
  const text = form.get("Body") ?? "";
  const callback = form.get("StatusCallback");
  if (!/^\+[1-9]\d{6,14}$/.test(to)) return refuse(response, 400, 21211, `Invalid 'To' Phone Number: ${to}`);
  if (!from) return refuse(response, 400, 21603, "A 'From' phone number is required.");
  if (!text) return refuse(response, 400, 21602, "Message body is required.");
  if (text.length > BODY_MAX)
    return refuse(response, 400, 21617, "The concatenated message body exceeds the 1600 character limit");
  if (callback && !URL.canParse(callback))
    return refuse(response, 400, 21609, `The 'StatusCallback' URL ${callback} is not a valid URL`);

  const message: Message = {
    sid: `SM${randomBytes(16).toString("hex")}`,
    brand,
    from,
    to,
    body: text,
    at: new Date(parts.clock.now()).toISOString(),
    status: "queued",
    arrived: false,
  };
  parts.messages.accept(message);
  const accepted = JSON.stringify(resource(message, sid));
  if (mode === "malformed") response.writeHead(201, { "content-type": "application/json" }).end(accepted.slice(0, 60));
  else if (mode === "close") cutShort(response, accepted);
  else if (mode === "huge") flood(response);
  else if (mode !== "hang_delivered") json(response, 201, resource(message, sid));
  void deliver(message, callback, brand, parts);
}

/** The two receipts a carrier gives, in the order and number the fault asks for; none where nobody asked for any. */
async function deliver(message: Message, callback: string | null, brand: BrandId, { faults, messages, seen }: Parts) {
  const { mode, delayMs } = callback ? faults.take("receipts", brand) : { mode: "ok", delayMs: 0 };
  const failed = mode === "failed";
  messages.update(message.sid, failed ? { status: "undelivered" } : { status: "delivered", arrived: true });
  if (!callback || mode === "lost") return;
  if (mode === "slow") await pause(delayMs);
  const statuses = ["sent", failed ? "undelivered" : "delivered"];
  const order = { reversed: statuses.toReversed(), doubled: statuses.flatMap((s) => [s, s]) }[mode] ?? statuses;
  for (const status of order) {
    const form = receipt(message, status, brand);
    const token = mode === "wrong_signature" ? "not the token" : GATEWAY[brand].auth_token;
    const answer = await called(callback, form, token);
    seen.add("receipts", brand, "POST", new URL(callback).pathname, `${status} → ${answer?.status ?? "no answer"}`);
  }
}

function receipt(message: Message, status: string, brand: BrandId): Record<string, string> {
  return {
    AccountSid: GATEWAY[brand].account_sid,
    ApiVersion: API_VERSION,
    From: message.from,
    MessageSid: message.sid,
    MessageStatus: status,
    SmsSid: message.sid,
    SmsStatus: status,
    To: message.to,
    ...(status === "undelivered" ? { ErrorCode: "30003" } : {}),
  };
}

/**
 * What a person answers, as Twilio passes it on: `From` is their number, `To` what they answered. The real one has its
 * callback in the account; here it is told. Resolves with the status of the Worker's answer.
 */
export async function passOn(
  { brand, number, to, text }: { brand: BrandId; number: string; to: string; text: string },
  api: string,
  seen: SeenLog,
): Promise<number> {
  const callback = `${api}/receipts/twilio/${brand}`;
  const sid = `SM${randomBytes(16).toString("hex")}`;
  const form = {
    ...{ AccountSid: GATEWAY[brand].account_sid, ApiVersion: API_VERSION, Body: text, From: number, To: to },
    ...{ MessageSid: sid, NumMedia: "0", NumSegments: "1", SmsMessageSid: sid, SmsSid: sid, SmsStatus: "received" },
  };
  const answer = await called(callback, form, GATEWAY[brand].auth_token);
  seen.add("inbound", brand, "POST", new URL(callback).pathname, String(answer?.status ?? "no answer"));
  return answer?.status ?? 0;
}

/** A signed callback. Like the real gateway, it does not try again. */
function called(callback: string, form: Record<string, string>, token: string): Promise<Response | undefined> {
  return localFetch(callback, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": "TwilioProxy/1.1",
      "x-twilio-signature": twilioSignature(token, callback, form),
    },
    body: new URLSearchParams(form).toString(),
  }).catch(() => undefined);
}

/** `X-Twilio-Signature` of a form post: HMAC-SHA1 over the full URL and the sorted parameters, base64. */
export function twilioSignature(authToken: string, url: string, form: Record<string, string>): string {
  const sorted = Object.keys(form)
    .sort()
    .map((name) => name + form[name]);
  return createHmac("sha1", authToken)
    .update(url + sorted.join(""))
    .digest("base64");
}

function authorised(header: string | undefined, brand: BrandId): boolean {
  const { account_sid, auth_token } = GATEWAY[brand];
  const expected = Buffer.from(`Basic ${Buffer.from(`${account_sid}:${auth_token}`).toString("base64")}`);
  const given = Buffer.from(header ?? "");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function twilioError(status: number, code: number, message: string) {
  return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
}

function refuse(
  response: ServerResponse,
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
) {
  json(response, status, twilioError(status, code, message), headers);
}

/** A message as Twilio's REST API shows it right after it was created. */
function resource(message: Message, accountSid: string) {
  const date = new Date(message.at).toUTCString().replace("GMT", "+0000");
  const path = `/${API_VERSION}/Accounts/${accountSid}/Messages/${message.sid}`;
  return {
    account_sid: accountSid,
    api_version: API_VERSION,
    body: message.body,
    date_created: date,
    date_sent: null,
    date_updated: date,
    direction: "outbound-api",
    error_code: null,
    error_message: null,
    from: message.from,
    messaging_service_sid: null,
    num_media: "0",
    num_segments: "1",
    price: null,
    price_unit: "USD",
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${path}/Media.json` },
    to: message.to,
    uri: `${path}.json`,
  };
}

function cutShort(response: ServerResponse, body: string) {
  response.writeHead(201, { "content-type": "application/json", "content-length": String(body.length) });
  response.write(body.slice(0, 40), () => response.destroy());
}

/** 100 MB of one JSON string, written as fast as the other side reads, until it has had enough. */
function flood(response: ServerResponse) {
  const chunk = Buffer.alloc(64 * 1024, "x");
  let left = 1600;
  response.writeHead(201, { "content-type": "application/json" });
  response.write('{"body":"');
  const more = () => {
    while (left-- > 0) if (!response.write(chunk)) return void response.once("drain", more);
    response.end('"}');
  };
  more();
}
