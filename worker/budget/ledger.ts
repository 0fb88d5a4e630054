import { DurableObject } from "cloudflare:workers";
import { FINDABLE, hours } from "./limits.ts";

/**
 * Where a rotation of the pepper has taken a row. The row itself is still `pending` here until it has arrived there:
 * whoever meets one carries it over first, so that no budget begins anew in between.
 */
export interface Moved<Row = unknown> {
  moved: string;
  pending?: Row;
}

/** A row, or the note it has left behind. */
type Found<Row> = { row: Row | undefined; moved?: undefined } | Moved<Row>;

/** A note outlives whatever knows the old name only: leases, an index, a gradual deployment. */
const NOTE_LIFE = FINDABLE + hours(24);

/**
 * A fixed shard of rows under keyed names, each with the time from which it is no longer needed. All methods that
 * decide are synchronous, so one shard is one queue; no row is ever read after its time.
 */
export abstract class Ledger<Row> extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS rows (id TEXT PRIMARY KEY, row TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID",
    );
    void ctx.blockConcurrencyWhile(async () => {
      if ((await ctx.storage.getAlarm()) === null) await ctx.storage.setAlarm(Date.now() + hours(1));
    });
  }

  /**
   * Sends whoever asks for `id` to the name `to` from now on, also where there is no row yet, and gives the row that
   * has to be carried there. One step, so that no lease and no settlement falls in between. Idempotent until `arrived`.
   */
  handOver(id: string, to: string): Row | undefined {
    const now = Date.now();
    const found = this.find(id, now);
    if (found.moved === to) return found.pending;
    const row = found.moved === undefined ? found.row : found.pending;
    const until = Math.max(now + NOTE_LIFE, row === undefined ? 0 : this.neededUntil(row, now));
    this.#write(id, { moved: to, ...(row !== undefined && { pending: row }) }, until);
    return row;
  }

  /** Takes over a row from under an older name; one that is already here stays as it is. */
  adopt(id: string, row: Row): void {
    const found = this.find(id, Date.now());
    if (found.moved !== undefined || found.row === undefined) this.put(id, row);
  }

  /** The row has been adopted under `to`: only the note stays. */
  arrived(id: string, to: string): void {
    const now = Date.now();
    const found = this.find(id, now);
    if (found.moved === to && found.pending !== undefined) this.#write(id, { moved: to }, now + NOTE_LIFE);
  }

  /** Rows whose time is over go; a missed alarm only keeps them, unread, a little longer. */
  override async alarm(): Promise<void> {
    let wait = hours(1);
    try {
      this.ctx.storage.sql.exec("DELETE FROM rows WHERE expires_at <= ?", Date.now());
      const [{ n } = { n: 0 }] = this.ctx.storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM rows").toArray();
      if (n === 0) wait = hours(24);
    } catch {
      wait = hours(1);
    } finally {
      // Always: a row that is written while nobody looks must find an alarm that ends it.
      await this.ctx.storage.setAlarm(Date.now() + wait);
    }
  }

  /** Until when `row` has to be kept, in epoch milliseconds. */
  protected abstract neededUntil(row: Row, now: number): number;

  /** The row under `id`, or where it has gone. Every deciding method looks here first. */
  protected find(id: string, now: number): Found<Row> {
    const [found] = this.ctx.storage.sql
      .exec<{ row: string }>("SELECT row FROM rows WHERE id = ? AND expires_at > ?", id, now)
      .toArray();
    return found ? (JSON.parse(found.row) as Found<Row>) : { row: undefined };
  }

  /** The row under `id`, unless there is none or it has gone elsewhere. */
  protected get(id: string, now: number): Row | undefined {
    const found = this.find(id, now);
    return found.moved === undefined ? found.row : undefined;
  }

  protected remove(id: string): void {
    this.ctx.storage.sql.exec("DELETE FROM rows WHERE id = ?", id);
  }

  protected put(id: string, row: Row): void {
    const now = Date.now();
    this.#write(id, { row }, Math.min(this.neededUntil(row, now), Number.MAX_SAFE_INTEGER));
  }

  #write(id: string, stored: Found<Row>, expiresAt: number): void {
    this.ctx.storage.sql.exec(
      "INSERT INTO rows (id, row, expires_at) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET row = ?2, expires_at = ?3",
      id,
      JSON.stringify(stored),
      expiresAt,
    );
  }
}
