/** The little HTTP all stand-ins share: a loopback server, whole bodies, plain answers. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as a stand-in sees it, body read. */
export interface Call {
  method: string;
  url: URL;
  headers: IncomingMessage["headers"];
  body: string;
  request: IncomingMessage;
  response: ServerResponse;
}

/** A running stand-in. */
export interface Served {
  port: number;
  origin: string;
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";
const BODY_MAX = 1024 * 1024;

/** Listens on loopback; port 0 takes a free one. A throw in `answer` is a 500 with its message, on a laptop only. */
export async function serve(port: number, answer: (call: Call) => void | Promise<void>): Promise<Served> {
  const server = createServer((request, response) => {
    void (async () => {
      try {
        const url = new URL(request.url ?? "/", `http://${request.headers.host ?? LOOPBACK}`);
        const { method = "GET", headers } = request;
        await answer({ method, url, headers, body: await bodyOf(request), request, response });
      } catch (fault) {
        if (response.headersSent) response.destroy();
        else json(response, 500, { error: "standin_fault", message: String(fault) });
      }
    })();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, LOOPBACK, resolve);
  });
  const taken = (server.address() as AddressInfo).port;
  return {
    port: taken,
    origin: `http://${LOOPBACK}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > BODY_MAX) throw new Error("body over 1 MB");
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** A JSON answer. */
export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers });
  response.end(JSON.stringify(body));
}

/** An HTML page. */
export function page(
  response: ServerResponse,
  html: string,
  status = 200,
  headers: Record<string, string | string[]> = {},
) {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", ...headers });
  response.end(html);
}

/** Starts a Server-Sent Events stream; the returned function writes one event. */
export function events(response: ServerResponse): (event: string, data: unknown) => void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write("retry: 1000\n\n");
  return (event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** Whether a Basic header names `client`. RFC 6749, section 2.3.1: both halves are form-encoded before they are joined. */
export function clientKnown(header: string | undefined, client: { client_id: string; client_secret: string }): boolean {
  const [id = "", secret = ""] = Buffer.from(/^Basic (.+)$/i.exec(header ?? "")?.[1] ?? "", "base64")
    .toString()
    .split(":");
  const plain = (part: string) => decodeURIComponent(part.replaceAll("+", " "));
  return plain(id) === client.client_id && plain(secret) === client.client_secret;
}

/** Text that is safe in HTML content and in quoted attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** `fetch` that also reaches `*.localhost`, which Node does not resolve: same machine, `Host` as written. */
export function localFetch(
  address: string,
  { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Response> {
  const url = new URL(address);
  const hostname = url.hostname.endsWith(".localhost") ? LOOPBACK : url.hostname;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        method,
        hostname,
        port: url.port || 80,
        path: url.pathname + url.search,
        headers: { ...headers, host: url.host },
      },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on("data", (part: Buffer) => parts.push(part));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const status = incoming.statusCode ?? 500;
          const bare = status === 204 || status === 304;
          const answerHeaders = new Headers();
          for (const [name, value] of Object.entries(incoming.headers)) answerHeaders.set(name, String(value));
          resolve(new Response(bare ? null : Buffer.concat(parts), { status, headers: answerHeaders }));
        });
      },
    );
    outgoing.setTimeout(15_000, () => outgoing.destroy(new Error("no answer within 15 s")));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
