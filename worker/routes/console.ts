/** What is the console's: answered by its own Worker behind the service binding, under this Worker's hosts and headers. */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { Hono } from "hono/tiny";
import { allowed, type Client } from "../client.ts";
import { Unreachable } from "../objects.ts";
import { problem } from "../problem.ts";
import { type Hosted, ORDER_SYSTEMS, onApiHost } from "./hosts.ts";
import { notAllowed } from "./reach.ts";

/** Hands over whatever comes in on the analysts' host, as it is; Access is checked there. */
export const handedOver = createMiddleware<Hosted>(async function handedOver(c, next) {
  return c.var.place === "analyst" ? there(c, new Request(c.req.raw)) : next();
});

/** Order systems are authenticated here: the console's Worker is told who asks and never sees the key. */
export const analytics = new Hono<{ Bindings: Env; Variables: { client: Client } }>()
  .use("/v1/analytics/*", onApiHost)
  .post("/v1/analytics/query", allowed("analytics"), (c) => {
    const { id, brand } = c.var.client;
    const request = new Request(`https://${ORDER_SYSTEMS}/${brand.pack.id}/${id}`, c.req.raw);
    request.headers.delete("authorization");
    return there(c, request);
  })
  .all("/v1/analytics/query", notAllowed("POST"));

async function there(c: Context, request: Request): Promise<Response> {
  const env: Env = c.env;
  if (!env.CONSOLE) return problem(c, "REQUEST.NOT_FOUND");
  request.headers.set("x-correlator", c.get("correlator"));
  const answer = await env.CONSOLE.fetch(request).catch((cause: unknown) => {
    throw new Unreachable("console unreachable", { cause });
  });
  // What comes over a binding cannot be given our headers; a copy can.
  return new Response(answer.body, answer);
}
