/** The handset: shows the SMS of a number as they arrive, by Server-Sent Events. */
import { type Customers, holderLabel } from "./customers.ts";
import { type Call, events, page, type Served, serve } from "./http.ts";
import type { Messages } from "./messages.ts";
import { bubble, inboxPage, threadPage } from "./phone-page.ts";
import { isBrand } from "./secrets.ts";

interface Parts {
  messages: Messages;
  customers: Customers;
  /** Where the index page of the local system is. */
  home: () => string;
}

/** Starts the handset: `/` lists the numbers, `/?number=+47…` or `/?customer=tindra/c1` shows one. */
export function startPhone(port: number, parts: Parts): Promise<Served> {
  return serve(port, (call) => {
    if (call.url.pathname === "/") return screen(call, parts);
    if (call.url.pathname === "/events") return stream(call, parts);
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
