import { DurableObject } from "cloudflare:workers";
import { brandById } from "../brands/brand.ts";
import { hours, minutes, seconds } from "../budget/limits.ts";
import type { Counted, Report } from "./cells.ts";
import { changed, count, disown, forget, known, LEDGER, report, tell } from "./ledger.ts";
import { Outgoing } from "./outgoing.ts";
import { type Begun, begin, type Erased, finish, purge, RECEIPTS, receiptOf } from "./receipts.ts";
import { recordReport } from "./reports.ts";
import { type Admission, admit, NO_SENDS, type Sends } from "./sends.ts";
import { putTotals } from "./totals.ts";

/** One event as the brand's log keeps it; `body` is the payload that its webhooks carry. */
export interface Logged {
  id: string;
  at: number;
  body: string;
  /** Whether some endpoint's tries are used up. */
  dead: boolean;
}

/** An event and its place in this shard: in the log, or among the dead letters. */
export type Placed = Logged & { n: number };

/** Events can be caught up on for this long: longer than any webhook is tried. */
const LOG_LIFE = hours(24 * 30);
const PURGED_AT_ONCE = 10_000;

// Places are never given out twice, or an erased event's would hide a newer one from a reader who is past it.
const TABLES = [
  "CREATE TABLE IF NOT EXISTS log (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL)",
  "CREATE TABLE IF NOT EXISTS dead (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL)",
  "CREATE TABLE IF NOT EXISTS closed (endpoint TEXT PRIMARY KEY, at INTEGER NOT NULL)",
  "CREATE TABLE IF NOT EXISTS used (name TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID",
  RECEIPTS,
  ...LEDGER,
];

/** What a verification tells of itself; `name` is what the ledger knows it by. */
export interface Told {
  name: string;
  counted: Counted;
}

/** An outcome on its way into the ledger. `counted`: what the verification itself said; null where it could not. */
export interface Reporting {
  name: string;
  report: Report;
  counted?: Counted | null;
}

/** `unknown`: the ledger has not heard of it; the verification has to be asked first. */
export type Reported = "recorded" | "repeated" | "unknown";

/**
 * A shard of what a brand can look back on: its log of events, endpoints that want no more, and the exact counters, which
 * its alarm takes to D1. Named brand and shard.
 */
export class BrandBoard extends DurableObject<Env> {
  readonly #sql = this.ctx.storage.sql;
  readonly #outgoing = new Outgoing(this.ctx.storage.kv, this.env, (event) => void this.log([event]));
  #sends: Sends | undefined;
  #sendsKeptAt = 0;
  #gen: number | undefined;
  #tidiedAt = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    for (const table of TABLES) this.#sql.exec(table);
    void ctx.blockConcurrencyWhile(async () => {
      if ((await ctx.storage.getAlarm()) === null) await ctx.storage.setAlarm(Date.now() + hours(1));
    });
  }

  /**
   * Counts one send of the brand, or says that its day is over. Counted in memory and written at most every five
   * seconds: what a crash forgets is five seconds of a cost, not of a security limit.
   */
  admitSend(): Admission {
    const now = Date.now();
    const { sends, admission } = admit(this.#sends ?? this.ctx.storage.kv.get<Sends>("sends") ?? NO_SENDS, now);
    this.#sends = sends;
    if (now >= this.#sendsKeptAt + seconds(5) || admission === "warn") {
      this.ctx.storage.kv.put("sends", sends);
      this.#sendsKeptAt = now;
    }
    return admission;
  }

  /** Whether `name` is used for the first time; remembered until then (epoch seconds). Not async on purpose. */
  once(name: string, until: number): boolean {
    return (
      this.#sql.exec("INSERT INTO used (name, until) VALUES (?, ?) ON CONFLICT DO NOTHING", name, until).rowsWritten > 0
    );
  }

  /**
   * Takes events into the log, and what a verification that is over turned out to be into the ledger; an event that is
   * there already only learns whether it is dead. Tells which endpoints are closed.
   */
  log(events: Logged[], told?: Told): string[] {
    if (told) {
      this.#belongs(told.counted.session.brand);
      tell(this.#sql, this.#round(), told.name, told.counted, epochSeconds());
    }
    for (const { id, at, body, dead } of events) {
      this.#sql.exec("INSERT INTO log (id, at, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", id, at, body);
      this.#sql.exec(
        dead ? "INSERT INTO dead (id) VALUES (?) ON CONFLICT DO NOTHING" : "DELETE FROM dead WHERE id = ?",
        id,
      );
    }
    return this.#closed();
  }

  /** Up to `limit` events after place `after`, in the order they came in. */
  page(after: number, limit: number): Placed[] {
    return this.#placed(
      "SELECT log.n, log.id, at, body, dead.n AS died FROM log LEFT JOIN dead USING (id) WHERE log.n > ? ORDER BY log.n LIMIT ?",
      after,
      limit,
    );
  }

  /** Up to `limit` dead letters after place `after`, in the order they died. */
  deadLetters(after: number, limit: number): Placed[] {
    return this.#placed(
      "SELECT dead.n, id, at, body, dead.n AS died FROM dead JOIN log USING (id) WHERE dead.n > ? ORDER BY dead.n LIMIT ?",
      after,
      limit,
    );
  }

  /** An endpoint asked never to be called again (410): verifications of this shard stop trying. */
  close(endpoint: string): void {
    this.#sql.exec("INSERT INTO closed (endpoint, at) VALUES (?, ?) ON CONFLICT DO NOTHING", endpoint, Date.now());
  }

  /** It takes events again. */
  reopen(endpoint: string): void {
    this.#sql.exec("DELETE FROM closed WHERE endpoint = ?", endpoint);
  }

  /** Takes reported outcomes, each once for a verification and type. */
  report(brand: string, reporting: Reporting[]): Reported[] {
    this.#belongs(brand);
    const gen = this.#round();
    const now = epochSeconds();
    return reporting.map(({ name, report: said, counted }) => {
      if (counted) tell(this.#sql, gen, name, counted, now);
      const entry = known(this.#sql, name, now);
      if (!entry?.counted && !entry?.erased && counted === undefined) return "unknown";
      if (!report(this.#sql, gen, name, said)) return "repeated";
      recordReport(this.env, brand, said, entry?.counted);
      return "recorded";
    });
  }

  /**
   * Forgets events of these verifications (ids without prefix), and under which of the ledger's rows they were counted
   * (`names`); what was counted stays.
   */
  erase(verifications: string[], names: string[] = []): void {
    for (const name of names) disown(this.#sql, name, epochSeconds());
    for (const id of verifications) {
      // "`" follows "_", the sign between the verification and the number of its move.
      const range = [`evt_${id}_`, `evt_${id}\``];
      // What is only deleted stays legible in the file until its place is needed: it is written over first.
      this.#sql.exec(
        "UPDATE log SET body = substr(hex(zeroblob(length(body))), 1, length(body)) WHERE id >= ? AND id < ?",
        ...range,
      );
      this.#sql.exec("DELETE FROM log WHERE id >= ? AND id < ?", ...range);
      this.#sql.exec("DELETE FROM dead WHERE id >= ? AND id < ?", ...range);
    }
  }

  /** What the log knows of these verifications (ids without prefix), for an export. */
  about(verifications: string[]): Placed[] {
    return verifications.flatMap((id) =>
      this.#placed(
        "SELECT log.n, log.id, at, body, dead.n AS died FROM log LEFT JOIN dead USING (id) WHERE id >= ? AND id < ? LIMIT ?",
        `evt_${id}_`,
        `evt_${id}\``,
        1000,
      ),
    );
  }

  /** Notes an erasure before anything is erased; `bodies` are keyed MACs of the request. */
  beginErasure(id: string, bodies: string[], found: Erased): Begun {
    return begin(this.#sql, id, bodies, found, Date.now());
  }

  /**
   * Keeps the receipt of an erasure, gives the one that counts, and lets log and endpoints tell that it is done, once.
   * A Worker of before names no brand: then the log alone tells.
   */
  finishErasure(id: string, receipt: string, brand = ""): string {
    if (!receiptOf(this.#sql, id)) this.#tell(brand, id, Date.now());
    return finish(this.#sql, id, receipt);
  }

  /** Tells of an erasure once more, with all tries; false where the log does not know it, or nobody listens. */
  replay(brand: string, id: string): boolean {
    const [row] = this.#sql.exec<{ at: number }>("SELECT at FROM log WHERE id = ?", `evt_${id}`).toArray();
    const found = row !== undefined && this.#outgoing.wanted(brand);
    if (found) this.#tell(brand, id, row.at, { replayed: true });
    return found;
  }

  /** The receipt of this erasure; undefined where there was none, null while it is not finished. */
  receipt(id: string): string | null | undefined {
    return receiptOf(this.#sql, id);
  }

  /**
   * What is older than anybody can still ask for goes, oldest first and never too much at once; what changed is told to
   * D1. In between it rings for erasures that are still to be told.
   */
  override async alarm(): Promise<void> {
    let again = hours(1);
    try {
      const tried = await this.#outgoing.deliver(this.#closed());
      if (tried > 0 && Date.now() < this.#tidiedAt + again) return;
      this.#tidiedAt = Date.now();
      const now = epochSeconds();
      const { rowsWritten } = this.#sql.exec(
        "DELETE FROM log WHERE n IN (SELECT n FROM log ORDER BY n LIMIT ?) AND at < ?",
        PURGED_AT_ONCE,
        Date.now() - LOG_LIFE,
      );
      this.#sql.exec("DELETE FROM dead WHERE id NOT IN (SELECT id FROM log)");
      this.#sql.exec("DELETE FROM used WHERE until < ?", now);
      purge(this.#sql, Date.now());
      forget(this.#sql, now);
      if (rowsWritten >= PURGED_AT_ONCE) again = minutes(1);
      await this.#rollUp(now);
    } catch (error) {
      again = minutes(5);
      const name = error instanceof Error ? error.name : "unknown";
      console.error(JSON.stringify({ level: "error", event: "rollup_failed", brand: this.#brand(), name }));
    } finally {
      await this.ctx.storage.setAlarm(Math.min(Date.now() + again, this.#outgoing.next()));
    }
  }

  #tell(brand: string, id: string, at: number, how?: { replayed: true }): void {
    this.#outgoing.tell(brand, id, at, how);
    if (this.#outgoing.next() <= Date.now()) void this.ctx.storage.setAlarm(Date.now());
  }

  #closed(): string[] {
    return this.#sql
      .exec<{ endpoint: string }>("SELECT endpoint FROM closed")
      .toArray()
      .map(({ endpoint }) => endpoint);
  }

  /** Counts what changed, and takes to D1 all that it has not taken yet. */
  async #rollUp(now: number): Promise<void> {
    const { kv } = this.ctx.storage;
    const brand = this.#brand();
    if (brand === undefined) return;
    const gen = this.#round();
    this.ctx.storage.transactionSync(() => {
      count(this.#sql, gen, brandById(brand)?.zone ?? "UTC");
      kv.put("round", gen + 1);
    });
    this.#gen = gen + 1;
    const totals = changed(this.#sql, kv.get<number>("pushed") ?? 0);
    await putTotals(this.env.ANALYTICS_DB, { brand, shard: this.ctx.id.toString() }, totals, now);
    kv.put("pushed", gen);
  }

  /** The round of counting that is on, from 1. */
  #round(): number {
    this.#gen ??= this.ctx.storage.kv.get<number>("round") ?? 1;
    return this.#gen;
  }

  #brand(): string | undefined {
    return this.ctx.storage.kv.get<string>("brand");
  }

  /** An alarm is not told the object's name, so the brand is kept. */
  #belongs(brand: string): void {
    if (this.#brand() === undefined) this.ctx.storage.kv.put("brand", brand);
  }

  #placed(query: string, ...values: (string | number)[]): Placed[] {
    return this.#sql
      .exec<{ n: number; id: string; at: number; body: string; died: number | null }>(query, ...values)
      .toArray()
      .map(({ died, ...placed }) => ({ ...placed, dead: died !== null }));
  }
}

function epochSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
