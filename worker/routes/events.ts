/** Events a brand's order system can catch up on, and send itself once more. */
import { Buffer } from "node:buffer";
import type { Context } from "hono";
import { Hono } from "hono/tiny";
import type { Placed } from "../board/board.ts";
import { allowed, type Client } from "../client.ts";
import type { ErasureEventView, EventView } from "../contract.ts";
import { ask } from "../objects.ts";
import { problem } from "../problem.ts";
import { BOARD_SHARDS, boardShard, eventOf, isReceipt } from "../webhooks/outbox.ts";
import { onApiHost } from "./hosts.ts";
import { brandBoard, notAllowed, verification } from "./reach.ts";

type Events = { Bindings: Env; Variables: { client: Client; correlator: string } };

const LIMIT = 50;
const LIMIT_MAX = 200;

export const events = new Hono<Events>()
  .use("/v1/events/*", onApiHost)
  .get("/v1/events", allowed("verifications"), list)
  .post("/v1/events/:id/replay", allowed("operations"), async (c) => {
    const id = c.req.param("id");
    const { id: client, brand } = c.var.client;
    if (!(await replayed(c.env, brand.pack.id, id))) return problem(c, "EVENT.NOT_FOUND");
    const done = { action: "event.replay", client, brand: brand.pack.id, target: id, correlator: c.var.correlator };
    console.log(JSON.stringify({ level: "info", event: "audit", at: new Date().toISOString(), ...done }));
    return c.json({ id, object: "event", replayed: true }, 202);
  })
  .all("/v1/events", notAllowed("GET"))
  .all("/v1/events/:id/replay", notAllowed("POST"));

/**
 * A page of the brand's events, oldest first. Every shard is read in the order in which it took events in, and the
 * cursor holds a place in each: nothing is skipped and nothing comes twice, however much is added between pages.
 * Events of one verification come by `seq`, since they share a shard; those of different ones about by time.
 * `state=dead` lists dead letters as they died; a cursor goes on only in the list it comes from.
 */
async function list(c: Context<Events>): Promise<Response> {
  const { after, limit = String(LIMIT), state } = c.req.query();
  if (state !== undefined && state !== "dead") return problem(c, "REQUEST.INVALID", { field: "state" });
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > LIMIT_MAX)
    return problem(c, "REQUEST.INVALID", { field: "limit" });
  const kind = state ?? "all";
  const places = after === undefined ? Array<number>(BOARD_SHARDS).fill(0) : placesIn(kind, after);
  if (!places) return problem(c, "REQUEST.INVALID", { field: "after" });

  // One more than wanted of each, to know whether that was all.
  const wanted = Number(limit) + 1;
  const brand = c.var.client.brand.pack.id;
  const shards = await Promise.all(
    places.map((place, n) =>
      ask(brandBoard(c.env, brand, n), (shard) =>
        kind === "dead" ? shard.deadLetters(place, wanted) : shard.page(place, wanted),
      ),
    ),
  );
  const taken = oldestFirst(shards, Number(limit));
  for (const { shard, n } of taken) places[shard] = n;
  return c.json({
    object: "list",
    data: taken.map(shown),
    has_more: shards.reduce((sum, { length }) => sum + length, 0) > taken.length,
    next: Buffer.from([kind, ...places].join(".")).toString("base64url"),
  });
}

/** The first `limit` of all shards by time, without leaving the order within a shard. */
function oldestFirst(shards: readonly (readonly Placed[])[], limit: number): (Placed & { shard: number })[] {
  const taken: (Placed & { shard: number })[] = [];
  const next = shards.map(() => 0);
  while (taken.length < limit) {
    const heads = shards.flatMap((events, shard) => {
      const head = events[next[shard] as number];
      return head ? [{ ...head, shard }] : [];
    });
    if (heads.length === 0) break;
    const oldest = heads.reduce((first, head) => (head.at < first.at ? head : first));
    next[oldest.shard] = (next[oldest.shard] as number) + 1;
    taken.push(oldest);
  }
  return taken;
}

function placesIn(kind: string, cursor: string): number[] | undefined {
  const [of, ...places]: string[] = Buffer.from(cursor, "base64url").toString("latin1").split(".");
  const fits = of === kind && places.length === BOARD_SHARDS && places.every((place) => /^\d{1,15}$/.test(place));
  return fits ? places.map(Number) : undefined;
}

function shown({ id, body, dead }: Placed): EventView | ErasureEventView {
  return { id, object: "event", ...(JSON.parse(body) as Pick<EventView, "type" | "timestamp" | "data">), dead };
}

/** Puts an event of the brand on its way again, wherever it is kept: an erasure's with its receipt. */
async function replayed(env: Env, brand: string, id: string): Promise<boolean> {
  const receipt = id.slice(4);
  if (isReceipt(receipt) && id.startsWith("evt_"))
    return ask(brandBoard(env, brand, boardShard({ id: receipt })), (shard) => shard.replay(brand, receipt));
  const named = eventOf(id);
  const object = named && reached(env, named.verification);
  return object !== undefined && ask(object, (v) => v.replay(brand, named?.seq ?? -1));
}

/** The platform signs its ids: one that was never given out is refused here, without touching an object. */
function reached(env: Env, id: string) {
  try {
    return verification(env, id);
  } catch {
    return undefined;
  }
}
