/** The server of a stage: the page, its files, and calls that are answered as a test says. A real one, so that the browser keeps what it may keep. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { text } from "node:stream/consumers";

const ROOT = new URL("../../", import.meta.url).pathname;
const TYPES: Record<string, string> = { ".svg": "image/svg+xml", ".png": "image/png", ".js": "text/javascript" };
/** axe puts off each answer by a timer, and on a stage time stands still. */
const AXE = `((setTimeout) => {${readFileSync(`${ROOT}node_modules/axe-core/axe.min.js`, "utf8")}})((run, ms) => ms ? 0 : queueMicrotask(run))`;

/** What the stage makes of a request. */
export interface House {
  html(): string;
  /** The answer to a call: a body for a status, never one, or a broken connection. */
  call(name: string, body: Record<string, unknown> | undefined): { status: number; body: unknown } | "never" | "lost";
}

/** Opens on loopback, at a free port. `/v/preview` is the page, what lies under it are its calls, `/shop` is anything else. */
export async function playhouse(house: House): Promise<{ origin: string; close: () => void }> {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "", "http://localhost");
    const send = (type: string, body: string | Buffer, status = 200, keep = "no-store") =>
      void response.writeHead(status, { "content-type": type, "cache-control": keep }).end(body);
    const kept = "max-age=600, immutable";
    if (pathname === "/axe.js") return send("text/javascript", AXE, 200, kept);
    if (pathname.startsWith("/assets/"))
      return send(TYPES[extname(pathname)] ?? "", readFileSync(`${ROOT}dist${pathname}`), 200, kept);
    if (!pathname.startsWith("/v/")) return send("text/html", '<link rel="icon" href="data:,"><title>The shop</title>');
    const [, called] = /^\/v\/preview\/(\w+)$/.exec(pathname) ?? [];
    if (!called) return send("text/html; charset=utf-8", house.html());
    const posted = request.method === "POST" ? JSON.parse(await text(request)) : undefined;
    const told = house.call(called, posted);
    if (told === "lost") return void request.socket.destroy();
    if (told !== "never")
      send(`application/${told.status === 200 ? "" : "problem+"}json`, JSON.stringify(told.body), told.status);
  }
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
