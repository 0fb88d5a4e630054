/** What a brand's order system may do, at `/v1` on the API host. */
import type { Context } from "hono";
import { Hono } from "hono/tiny";
import { matched, readJson } from "../body.ts";
import { allowed, type Client } from "../client.ts";
import { endSchema, openSchema, orderSchema, redeemSchema } from "../contract.ts";
import { ask, askRow } from "../objects.ts";
import { problem } from "../problem.ts";
import { sign } from "../verification/jws.ts";
import { type MasterKey, sha256Hex } from "../verification/keys.ts";
import { settleWith } from "../verification/settlement.ts";
import { claims } from "../verification/verdict.ts";
import { acceptable } from "./accept.ts";
import { onApiHost } from "./hosts.ts";
import { orderName } from "./names.ts";
import { digestOf, open, shown } from "./open.ts";
import { knownId, notAllowed, orderLedger, verification } from "./reach.ts";

type Shop = { Bindings: Env; Variables: { client: Client } };

/** The form of an `Idempotency-Key`: 8 to 128 visible ASCII characters (draft-ietf-httpapi-idempotency-key-header-07). */
export const KEY = /^[\x21-\x7e]{8,128}$/;

export const shop = new Hono<Shop>()
  .use("/v1/*", onApiHost, acceptable("application/json", "application/problem+json"))
  .post("/v1/verifications", allowed("verifications"), async (c) => {
    const key = c.req.header("idempotency-key");
    if (!key || !KEY.test(key)) return problem(c, "IDEMPOTENCY.KEY_MISSING");
    const body = await readJson(c, openSchema);
    return body.ok ? open(c, body.value, { key: sha256Hex(key), body: sha256Hex(body.text) }) : body.response;
  })
  .get("/v1/verifications", allowed("verifications"), async (c) => {
    const orderId = c.req.query("order_id") ?? "";
    const wanted = matched(c, orderSchema.entries.id, orderId);
    if (!wanted.ok) return problem(c, "REQUEST.INVALID", { field: "order_id" });
    const order = await orderName(c.env, c.var.client, orderId);
    const id = await askRow(
      (name) => orderLedger(c.env, name),
      order,
      (ledger, name) => ledger.latest(name),
    );
    return id ? view(c, id) : problem(c, "VERIFICATION.NOT_FOUND");
  })
  .get("/v1/verifications/:id", allowed("verifications"), (c) => view(c, c.req.param("id")))
  .post("/v1/verifications/:id/redeem", allowed("verifications"), async (c) => {
    const key = c.req.header("idempotency-key");
    if (!key || !KEY.test(key)) return problem(c, "IDEMPOTENCY.KEY_MISSING");
    const body = await readJson(c, redeemSchema);
    if (!body.ok) return body.response;
    const { id, object } = reached(c);
    if (!object) return problem(c, "VERIFICATION.NOT_FOUND");
    const { brand, secrets } = c.var.client;
    const hashed = sha256Hex(key);
    const digest = digestOf(body.value.order);
    const offered = await ask(object, (v) => v.offer(brand.pack.id, digest, hashed));
    if (!offered.ok) return problem(c, offered.problem);
    let { verdict } = offered;
    if (offered.offer) {
      const said = claims(offered.offer.facts, {
        id,
        jti: crypto.randomUUID(),
        at: offered.offer.at,
        iss: brand.stepOrigin,
      });
      const signed = await sign("verdict+jwt", said, secrets.signing);
      // Signed before it is consumed, told only after: of two at once the object keeps one, and both are told that.
      const outcome = await ask(object, (v) => v.redeem(brand.pack.id, digest, hashed, signed));
      if (!outcome.ok) return problem(c, outcome.problem);
      verdict = outcome.verdict;
      const { ended } = outcome;
      if (ended) c.executionCtx.waitUntil(settleWith(c.env, ended.leases, ended.used).catch(() => {}));
    }
    return c.json({ id, object: "verification", status: "redeemed", verdict });
  })
  .post("/v1/verifications/:id/cancel", allowed("verifications"), (c) => withdraw(c, "cancel"))
  .post("/v1/verifications/:id/revoke", allowed("verifications"), (c) => withdraw(c, "revoke"))
  .all("/v1/verifications", notAllowed("GET, POST"))
  .all("/v1/verifications/:id", notAllowed("GET"))
  .all("/v1/verifications/:id/redeem", notAllowed("POST"))
  .all("/v1/verifications/:id/cancel", notAllowed("POST"))
  .all("/v1/verifications/:id/revoke", notAllowed("POST"));

async function view(c: Context<Shop>, id: string): Promise<Response> {
  const { brand, secrets } = c.var.client;
  if (!knownId(c.env, id)) return problem(c, "VERIFICATION.NOT_FOUND");
  const facts = await ask(verification(c.env, id), (v) => v.read(brand.pack.id));
  return facts ? c.json(shown(brand, secrets.master[0] as MasterKey, facts)) : problem(c, "VERIFICATION.NOT_FOUND");
}

async function withdraw(c: Context<Shop>, move: "cancel" | "revoke"): Promise<Response> {
  const body = await readJson(c, endSchema);
  if (!body.ok) return body.response;
  const { object } = reached(c);
  if (!object) return problem(c, "VERIFICATION.NOT_FOUND");
  const { brand, secrets } = c.var.client;
  const outcome = await ask(object, (v) => v.withdraw(brand.pack.id, move, body.value.reason ?? null));
  return outcome.ok ? c.json(shown(brand, secrets.master[0] as MasterKey, outcome.facts)) : problem(c, outcome.problem);
}

function reached(c: Context<Shop>) {
  const id = c.req.param("id") ?? "";
  return { id, object: knownId(c.env, id) ? verification(c.env, id) : undefined };
}
