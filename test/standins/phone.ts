/** The handset: shows the SMS of a number as they arrive, by Server-Sent Events, and answers them. */
import { type Customers, holderLabel } from "./customers.ts";
import { type Call, events, json, page, type Served, serve } from "./http.ts";
import type { Messages } from "./messages.ts";
import { answerable, bubble, inboxPage, threadPage } from "./phone-page.ts";
import { type BrandId, isBrand } from "./secrets.ts";

interface Parts {
  messages: Messages;
  customers: Customers;
  /** Sends an answer through the gateway; resolves with the status of the Worker's answer. */
  passOn: (answer: { brand: BrandId; number: string; to: string; text: string }) => Promise<number>;
  /** Where the index page of the local system is. */
  home: () => string;
}

/** Starts the handset: `/` lists the numbers, `/?number=+47…` or `/?customer=tindra/c1` shows one. */
export function startPhone(port: number, parts: Parts): Promise<Served> {
  return serve(port, (call) => {
    if (call.url.pathname === "/") return screen(call, parts);
    if (call.url.pathname === "/events") return stream(call, parts);
    if (call.url.pathname === "/reply" && call.method === "POST") return reply(call, parts);
    return page(
      call.response,
      "<!doctype html><title>Not here</title><p>Nothing here. <a href='/'>All phones</a>",
      404,
    );
  });
}

function screen({ url, response }: Call, { messages, customers, home }: Parts) {
  const [brand = "", ref = ""] = (url.searchParams.get("customer") ?? "").split("/");
  const known = isBrand(brand) ? customers.find(brand, ref)?.phone_number : undefined;
  const number = known ?? numberOf(url);
  if (number) return page(response, threadPage(number, messages.of(number), holderLabel(customers, number)));
  const rows = messages.numbers().map((row) => ({ ...row, label: holderLabel(customers, row.number) }));
  return page(response, inboxPage(rows, arrivals(messages), home()));
}

/** Answers the last SMS of a thread, as a handset does. */
async function reply({ url, body, response }: Call, { messages, passOn }: Parts) {
  const number = numberOf(url);
  const last = messages.of(number).at(-1);
  if (!last || !isBrand(last.brand) || !answerable(last)) return json(response, 409, { error: "cannot_be_answered" });
  const status = await passOn({ brand: last.brand, number, to: last.from, text: body });
  json(response, 200, { status });
}

/** Each event is numbered by its place in the thread, so that a reconnecting page misses none and shows none twice. */
function stream({ url, headers, request, response }: Call, { messages }: Parts) {
  const number = numberOf(url);
  const send = events(response);
  let shown = Number(headers["last-event-id"] ?? url.searchParams.get("after") ?? 0);
  const catchUp = () => {
    if (!number) return send("count", arrivals(messages));
    for (const message of messages.of(number).slice(shown)) {
      shown += 1;
      response.write(`id: ${shown}\n`);
      send("message", bubble(message));
    }
  };
  catchUp();
  const stop = messages.onArrival(catchUp);
  request.on("close", stop);
  response.on("close", stop);
}

/** A literal plus in a query means a space; links are written with either. */
function numberOf(url: URL): string {
  return (url.searchParams.get("number") ?? "").replace(/^ /, "+");
}

function arrivals(messages: Messages): number {
  return messages.numbers().reduce((sum, { count }) => sum + count, 0);
}
