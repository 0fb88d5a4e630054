/** Data protection and its operators, at `/v1`: erasure with proof, export, and lifting a customer's stop. */
import type { Context } from "hono";
import { Hono } from "hono/tiny";
import { readJson } from "../body.ts";
import { allowed, type Client } from "../client.ts";
import { erasureSchema, exportSchema, unlockSchema } from "../contract.ts";
import { ask, askRow } from "../objects.ts";
import { claims, erase } from "../privacy/erasure.ts";
import { exported } from "../privacy/export.ts";
import { problem } from "../problem.ts";
import { sign } from "../verification/jws.ts";
import { hmac, token } from "../verification/keys.ts";
import { boardShard, isReceipt } from "../webhooks/outbox.ts";
import { onApiHost } from "./hosts.ts";
import { customerName } from "./names.ts";
import { brandBoard, customerLedger, notAllowed } from "./reach.ts";
import { KEY } from "./shop.ts";
import { stored, stores, traces } from "./subject.ts";

type Privacy = { Bindings: Env; Variables: { client: Client; correlator: string } };

export const privacy = new Hono<Privacy>()
  .use("/v1/*", onApiHost)
  .post("/v1/erasures", allowed("privacy"), async (c) => {
    const key = c.req.header("idempotency-key");
    if (!key || !KEY.test(key)) return problem(c, "IDEMPOTENCY.KEY_MISSING");
    const body = await readJson(c, erasureSchema);
    if (!body.ok) return body.response;
    const { brand, secrets, id: client } = c.var.client;
    const found = await traces(c.env, c.var.client, body.value.subject);
    const id = await receiptId(c, key);
    const board = boardOf(c, id);
    // Keyed: a bare hash of so short a body would be the subject's name to anybody with a list of names.
    const bodies = keyed(c.var.client, `erasure body|${body.text}`);
    const counts = { verifications: found.verifications.length, orders: found.orders.length };
    const begun = await ask(board, (shard) => shard.beginErasure(id, bodies, counts));
    if (!begun.same) return problem(c, "IDEMPOTENCY.KEY_REUSED");
    let { receipt } = begun;
    if (receipt === null) {
      await erase(found, stores(c.env, brand.pack.id));
      const said = claims(begun.erased, { id, iss: brand.stepOrigin, aud: client, at: Date.now() });
      const signed = await sign("erasure+jwt", said, secrets.signing);
      receipt = await ask(board, (shard) => shard.finishErasure(id, signed, brand.pack.id));
      audit(c, "privacy.erased", { receipt: id, counts: begun.erased });
    }
    c.header("location", `/v1/erasures/${id}`);
    return c.json({ id, object: "erasure", status: "completed", receipt }, 201);
  })
  .get("/v1/erasures/:id", allowed("privacy"), async (c) => {
    const id = c.req.param("id");
    const receipt = isReceipt(id) ? await ask(boardOf(c, id), (shard) => shard.receipt(id)) : undefined;
    if (receipt === undefined) return problem(c, "REQUEST.NOT_FOUND");
    return c.json({ id, object: "erasure", status: receipt === null ? "unfinished" : "completed", receipt });
  })
  .post("/v1/exports", allowed("privacy"), async (c) => {
    const body = await readJson(c, exportSchema);
    if (!body.ok) return body.response;
    const found = await traces(c.env, c.var.client, body.value.subject);
    const all = await stored(c.env, c.var.client.brand.pack.id, found);
    const counts = { verifications: all.verifications.length, events: all.events.length };
    audit(c, "privacy.exported", { counts });
    return c.json(exported(all, Date.now()));
  })
  .post("/v1/customers/unlock", allowed("operations"), async (c) => {
    const body = await readJson(c, unlockSchema);
    if (!body.ok) return body.response;
    const { customer, reason } = body.value;
    const row = await customerName(c.env, c.var.client, customer.ref);
    const { failures } = await askRow(
      (name) => customerLedger(c.env, name),
      row,
      (ledger, name) => ledger.unlock(name, c.var.client.id, reason),
    );
    // An operator's own words may name the customer: they stay in the customer's row.
    audit(c, "customer.unlocked", { counts: { failures, reason_characters: reason.length } });
    return c.json({ unlocked: true, failures });
  })
  .all("/v1/erasures", notAllowed("POST"))
  .all("/v1/erasures/:id", notAllowed("GET"))
  .all("/v1/exports", notAllowed("POST"))
  .all("/v1/customers/unlock", notAllowed("POST"));

/** Who did what, when and where it can be found again; never to whom (requirements K5, D5). */
function audit(
  c: Context<Privacy>,
  event: string,
  more: { receipt?: string; counts: Record<string, number> | object },
) {
  const { brand, id: client } = c.var.client;
  const at = new Date().toISOString();
  const { correlator } = c.var;
  console.log(JSON.stringify({ level: "info", event, brand: brand.pack.id, client, at, correlator, ...more }));
}

/** The id under which a call with this key is kept: always the same, told from the key by nobody. */
async function receiptId(c: Context<Privacy>, key: string): Promise<string> {
  const { id: client } = c.var.client;
  const ids = keyed(c.var.client, `erasure|${client}|${key}`).map((mac) => `era_${mac.slice(0, 22)}`);
  const [id = "", older] = ids;
  if (older === undefined) return id;
  // A call that is repeated over a rotation of the pepper finds what the first has begun.
  return (await ask(boardOf(c, older), (shard) => shard.receipt(older))) === undefined ? id : older;
}

function keyed({ brand, secrets }: Client, text: string): string[] {
  return secrets.pepper.map((pepper) => token(hmac(pepper, `${brand.pack.id}|${text}`)));
}

function boardOf(c: Context<Privacy>, id: string) {
  return brandBoard(c.env, c.var.client.brand.pack.id, boardShard({ id }));
}
