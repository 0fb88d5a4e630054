/**
 * A webhook receiver for the tests inside workerd, which have no network: the test configuration hands it what the
 * Worker posts to `127.0.0.1:8788/hooks/…`. Tests switch it and read it at `http://receiver.test`, by path; with
 * `?id=evt_…` they are answered as soon as a try of that event has arrived.
 */
import { type Request, Response } from "miniflare";
import { openNews } from "./standins/news.ts";

/** What it answers on one path. Without a status it never answers. */
export interface Behaviour {
  status: number | null;
  headers?: Record<string, string>;
  delayMs?: number;
}

/** One try, as it arrived. */
export interface Arrived {
  path: string;
  headers: Record<string, string>;
  body: string;
}

const OK: Behaviour = { status: 204 };

/** Answers for the network: hooks and the receiver's own switch. Everything else does not exist. */
export function receiver(): (request: Request) => Promise<Response> {
  const behaviours = new Map<string, Behaviour>();
  const arrived: Arrived[] = [];
  const news = openNews();
  return async (request) => {
    const { host, pathname, searchParams } = new URL(request.url);
    if (host === "receiver.test") {
      if (request.method === "PUT") behaviours.set(pathname, (await request.json()) as Behaviour);
      const id = searchParams.get("id");
      const here = () => arrived.filter(({ path }) => path === pathname);
      const found = () => (here().some(({ headers }) => headers["webhook-id"] === id) ? here() : undefined);
      return Response.json(id ? ((await news.until(found)) ?? []) : here());
    }
    if (host !== "127.0.0.1:8788" || request.method !== "POST") throw new Error("no network inside workerd");
    arrived.push({ path: pathname, headers: Object.fromEntries(request.headers), body: await request.text() });
    news.tell();
    const { status, headers = {}, delayMs = 0 } = behaviours.get(pathname) ?? OK;
    if (status === null) return new Promise(() => undefined);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    return new Response(status === 204 ? null : "x".repeat(100_000), { status, headers });
  };
}
