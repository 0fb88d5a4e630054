/** The control API: what tests and the curious may see and change in the local system. README.md lists it. */
import type { Clock } from "./clock.ts";
import { authTokenOf, type Customer, type Customers } from "./customers.ts";
import { FAULT_MODES, type Faults, type SeenLog } from "./faults.ts";
import { type Call, json, localFetch, page, type Served, serve } from "./http.ts";
import { indexPage } from "./index-page.ts";
import { codeOf, type Message, type Messages } from "./messages.ts";
import { type BrandId, isBrand } from "./secrets.ts";

interface Parts {
  clock: Clock;
  faults: Faults;
  seen: SeenLog;
  messages: Messages;
  customers: Customers;
  /** Sends a person's answer through the gateway; resolves with the status of the Worker's answer. */
  passOn: (answer: { brand: BrandId; number: string; to: string; text: string }) => Promise<number>;
  /** Origins for the index page, known once every part listens. */
  origins: () => Record<string, string>;
  /** Origin of the analytics stand-in, which has switches of its own. */
  analytics: string;
  /** Tells the Worker its new offset; it asks by itself when it starts. `due`: classes whose due alarms are all it runs. */
  pushOffset: (offsetMs: number, byMs: number, due: string[] | undefined) => Promise<void>;
  /** Does what the Worker does by itself each hour, now; resolves with the status of its answer. */
  hourly: () => Promise<number>;
}

type Answer = (call: Call, parts: Parts, match: RegExpExecArray) => void | Promise<void>;

const WAIT_MS = 10_000;

const ROUTES: [method: string, path: RegExp, Answer][] = [
  // Loaded when asked for: it brings the product's renderer along.
  ["GET", /^\/gallery$/, async (call) => (await import("../brands/gallery.ts")).gallery(call)],
  ["GET", /^\/gallery\/view$/, async (call) => (await import("../brands/gallery.ts")).galleryView(call)],
  ["GET", /^\/assets\//, async (call) => (await import("../brands/gallery.ts")).galleryFile(call)],
  ["GET", /^\/$/, ({ response }, parts) => page(response, indexPage(parts.origins(), parts.customers))],
  ["GET", /^\/origins$/, ({ response }, parts) => json(response, 200, parts.origins())],
  [
    "GET",
    /^\/messages$/,
    ({ url, response }, { messages }) => json(response, 200, listed(messages.of(number(url), all(url)))),
  ],
  [
    "GET",
    /^\/messages\/count$/,
    ({ url, response }, { messages }) => json(response, 200, { count: messages.of(number(url), all(url)).length }),
  ],
  ["GET", /^\/messages\/next$/, nextMessage],
  ["GET", /^\/customers\/([a-z0-9-]+)\/([^/]+)$/, customer],
  ["PUT", /^\/customers\/([a-z0-9-]+)\/([^/]+)$/, customer],
  [
    "GET",
    /^\/faults$/,
    ({ response }, { faults }) => json(response, 200, { faults: faults.list(), modes: FAULT_MODES }),
  ],
  ["PUT", /^\/faults$/, setFault],
  [
    "GET",
    /^\/clock$/,
    ({ response }, { clock }) =>
      json(response, 200, { offset_ms: clock.offsetMs(), now: new Date(clock.now()).toISOString() }),
  ],
  ["POST", /^\/clock$/, shiftClock],
  ["POST", /^\/hourly$/, runHourly],
  ["POST", /^\/inbound$/, inbound],
  ["GET", /^\/analytics$/, (call, parts) => passed(call, parts, `/switches${call.url.search}`)],
  ["PUT", /^\/analytics$/, (call, parts) => passed(call, parts, "/switches")],
  ["GET", /^\/analytics\/statements$/, (call, parts) => passed(call, parts, "/statements")],
  ["GET", /^\/requests$/, requests],
];

/** Starts the control API. */
export function startControl(port: number, parts: Parts): Promise<Served> {
  return serve(port, async (call) => {
    for (const [method, path, answer] of ROUTES) {
      const match = call.method === method ? path.exec(call.url.pathname) : null;
      if (match) return answer(call, parts, match);
    }
    return json(call.response, 404, { error: "not_found" });
  });
}

/** A literal plus in a query means a space; numbers come with either. */
const number = (url: URL) => (url.searchParams.get("number") ?? "").replace(/^ /, "+");
const all = (url: URL) => url.searchParams.get("all") === "true";
const listed = (messages: Message[]) => messages.map((m) => ({ ...m, code: codeOf(m.body) ?? null }));

async function nextMessage({ url, response }: Call, { messages }: Parts) {
  const after = Number(url.searchParams.get("after") ?? 0);
  const waitMs = Number(url.searchParams.get("wait_ms") ?? WAIT_MS);
  const fresh = await messages.next(number(url), after, waitMs);
  json(response, fresh.length > 0 ? 200 : 408, { messages: listed(fresh), count: after + fresh.length });
}

async function requests({ url, response }: Call, { seen }: Parts) {
  const { part = "", brand = "", after } = Object.fromEntries(url.searchParams);
  const found = after ? await seen.more(part, brand, Number(after)) : seen.list(part, brand);
  json(response, found ? 200 : 408, found ?? []);
}

function customer(
  { method, body, response }: Call,
  { customers }: Parts,
  [, brand = "", encoded = ""]: RegExpExecArray,
) {
  const ref = decodeURIComponent(encoded);
  if (!isBrand(brand)) return json(response, 404, { error: "unknown_brand" });
  if (method === "PUT") customers.change(brand, ref, JSON.parse(body) as Customer);
  const found = customers.find(brand, ref);
  if (!found) return json(response, 404, { error: "unknown_subject" });
  return json(response, 200, { brand, ref, ...found, auth_token: authTokenOf(brand, ref) });
}

async function runHourly({ response }: Call, { hourly }: Parts) {
  json(response, 200, { status: await hourly() });
}

/** An answer to the brand's last SMS on that handset; where there is none, to a number of nobody's. */
async function inbound({ body, response }: Call, { messages, passOn }: Parts) {
  const { brand, number, body: text } = JSON.parse(body) as Record<string, unknown>;
  if (typeof brand !== "string" || !isBrand(brand) || typeof number !== "string" || typeof text !== "string")
    return json(response, 400, { error: "brand, number, body: texts" });
  const to = messages.of(number).findLast((message) => message.brand === brand)?.from ?? "+10005550006";
  return json(response, 200, { status: await passOn({ brand, number, to, text }) });
}

function setFault({ body, response }: Call, { faults }: Parts) {
  const complaint = faults.set(JSON.parse(body) as Record<string, unknown>);
  if (complaint) return json(response, 400, { error: complaint });
  return json(response, 200, { faults: faults.list() });
}

/** Asks the analytics stand-in, where it runs. */
async function passed({ method, body, response }: Call, { analytics }: Parts, path: string) {
  const asked = method === "GET" ? {} : { method, body };
  const answer = await localFetch(`${analytics}${path}`, asked).catch(() => undefined);
  if (!answer) return json(response, 503, { error: "no_analytics" });
  return json(response, answer.status, await answer.json());
}

async function shiftClock({ body, response }: Call, { clock, pushOffset }: Parts) {
  const { shift_ms, reset, due } = JSON.parse(body) as { shift_ms?: unknown; reset?: unknown; due?: string[] };
  const before = clock.offsetMs();
  if (reset === true) clock.reset();
  else if (Number.isSafeInteger(shift_ms)) clock.shift(Number(shift_ms));
  else return json(response, 400, { error: "shift_ms: an integer, or reset: true" });
  await pushOffset(clock.offsetMs(), clock.offsetMs() - before, due);
  return json(response, 200, { offset_ms: clock.offsetMs() });
}
