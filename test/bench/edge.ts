/** What stands between a browser and the Worker in production and compresses: in front of the local system, for the page bench. */
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, constants } from "node:zlib";
import type { BrandId } from "../standins/secrets.ts";

/** An address in front of the Worker. */
export interface Edge {
  url(brand: BrandId, path: string): string;
  /** The same page as at `url`, without its scripts and their data: what any framework costs, it does not have. */
  plain(url: string): Promise<string>;
  close(): Promise<void>;
}

const TEXT = /html|javascript|json|svg|css/;

/** Starts it on a free port; host and origin are rewritten to those the Worker on `worker` knows. */
export async function edge(worker: number): Promise<Edge> {
  const pages = new Map<string, Buffer>();
  const server: Server = createServer(async (from, to) => {
    const host = from.headers.host?.split(":")[0] ?? "";
    const known = pages.get(from.url ?? "");
    const answer = known ? undefined : await forward(from, `${host}:${worker}`, worker);
    const { headers = { "content-type": "text/html; charset=utf-8" }, statusCode = 200 } = answer ?? {};
    const body = known ?? (await whole(answer as IncomingMessage));
    const { "content-length": _, "transfer-encoding": __, ...kept } = headers;
    if (!TEXT.test(kept["content-type"] ?? "")) return void to.writeHead(statusCode, kept).end(body);
    const small = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
    to.writeHead(statusCode, { ...kept, "content-encoding": "br" }).end(small);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const url = (brand: BrandId, path: string) => `http://${brand}.localhost:${port}${path}`;
  return {
    url,
    async plain(address) {
      const { hostname, pathname } = new URL(address);
      const page = await whole(await get(pathname, `${hostname}:${worker}`, worker));
      const path = `/plain${pathname}`;
      const still = page.toString().replace(/<script[\s\S]*?<\/script>/g, "");
      // As the head script would mark it: the same field in the same place.
      pages.set(path, Buffer.from(still.replace("<html ", '<html class="js" ')));
      return `http://${hostname}:${port}${path}`;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function forward(from: IncomingMessage, host: string, port: number): Promise<IncomingMessage> {
  const { origin: _, "accept-encoding": __, ...headers } = from.headers;
  const own = from.headers.origin === undefined ? {} : { origin: `http://${host}` };
  return new Promise((answered, failed) => {
    const { method, url } = from;
    const passing = request(
      { host: "127.0.0.1", port, method, path: url, headers: { ...headers, ...own, host } },
      answered,
    );
    from.pipe(passing.on("error", failed));
  });
}

function get(path: string, host: string, port: number): Promise<IncomingMessage> {
  return new Promise((answered, failed) =>
    request({ host: "127.0.0.1", port, path, headers: { host, accept: "text/html" } }, answered)
      .on("error", failed)
      .end(),
  );
}

async function whole(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
