/**
 * What nothing that keeps a promise can go below: a bare Worker, one object RPC, one SQLite row; and all the calls of
 * opening and starting with nothing decided between them. Runs in workerd.
 */
import { DurableObject } from "cloudflare:workers";

/** About as much as a verification keeps in each of its two rows. */
const KEPT = Object.fromEntries(Array.from({ length: 24 }, (_, n) => [`member${n}`, "x".repeat(24)]));
const HOUR_MS = 3_600_000;

/** One row, overwritten by each call. */
export class Row extends DurableObject {
  write(at: number): number {
    this.ctx.storage.kv.put("row", { at });
    return at;
  }

  /** What is settled, what follows, and when to look again. */
  open(settled: object, course: object): number {
    this.ctx.storage.kv.put("settled", settled);
    this.ctx.storage.kv.put("course", course);
    void this.ctx.storage.setAlarm(Date.now() + HOUR_MS);
    return Date.now();
  }

  move(course: object): number {
    this.ctx.storage.kv.put("course", course);
    return Date.now();
  }

  alarm(): void {}
}

/** A shard of rows under names, and a count in memory. */
export class Shard extends DurableObject {
  #count = 0;

  constructor(ctx: object, env: object) {
    super(ctx, env);
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS rows (id TEXT PRIMARY KEY, row TEXT NOT NULL) WITHOUT ROWID");
  }

  keep(id: string, row: object): boolean {
    const { sql } = this.ctx.storage;
    const [found] = sql.exec("SELECT row FROM rows WHERE id = ?", id).toArray();
    sql.exec(
      "INSERT INTO rows (id, row) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET row = ?2",
      id,
      JSON.stringify(row),
    );
    return found === undefined;
  }

  count(): number {
    return ++this.#count;
  }
}

interface Env {
  ROW: {
    newUniqueId(): object;
    idFromString(hex: string): object;
    get(id: object): {
      [Method in "write" | "open" | "move"]: (...args: Parameters<Row[Method]>) => Promise<number>;
    };
  };
  SHARD: {
    getByName(name: string): { keep(id: string, row: object): Promise<boolean>; count(): Promise<number> };
  };
  /** Answers each request with a little JSON. */
  OUTSIDE: string;
}

export default {
  /**
   * `POST /` makes an object and writes; `POST /{id}` writes to that one; `POST /open` and `POST /start/{id}` call what an
   * order system and a browser set off, each with a body. All answer with the object's id.
   */
  async fetch(request: Request, env: Env): Promise<Response> {
    const { ROW } = env;
    const [first = "", second = ""] = new URL(request.url).pathname.slice(1).split("/");
    if (first === "open") return opened(await request.json(), env);
    if (first === "start") return started(await request.json(), second, env);
    const id = first ? ROW.idFromString(first) : ROW.newUniqueId();
    const at = await ROW.get(id).write(Date.now());
    return Response.json({ id: String(id), at });
  },
};

async function opened(body: unknown, { ROW, SHARD, OUTSIDE }: Env): Promise<Response> {
  const lease = () => SHARD.getByName(shard()).keep(crypto.randomUUID(), { a: 1, b: [crypto.randomUUID()] });
  const id = ROW.newUniqueId();
  await Promise.all([lease(), outside(OUTSIDE)]);
  await Promise.all([lease(), lease()]);
  await ROW.get(id).open({ ...KEPT, body }, KEPT);
  return Response.json({ id: String(id) }, { status: 201 });
}

async function started(body: unknown, hex: string, { ROW, SHARD, OUTSIDE }: Env): Promise<Response> {
  const id = ROW.idFromString(hex);
  await ROW.get(id).move({ ...KEPT, body });
  await SHARD.getByName("board").count();
  await SHARD.getByName(shard()).keep(crypto.randomUUID(), { id: hex });
  await outside(OUTSIDE);
  await ROW.get(id).move({ ...KEPT, body });
  return Response.json({ id: hex });
}

async function outside(url: string): Promise<unknown> {
  const headers = { authorization: "Bearer 0123456789abcdef", accept: "application/json" };
  return (await fetch(url, { method: "POST", headers, body: new URLSearchParams({ sub: "somebody" }) })).json();
}

/** One of 256, as the ledgers have. */
function shard(): string {
  return String(Math.floor(Math.random() * 256));
}
