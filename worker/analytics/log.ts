/** The record of who asked what: every statement that ran, for 90 days. */

/** One statement that was answered. */
export interface Asked {
  atMs: number;
  /** An e-mail address, a service token's id, or an order system's client id with its brand. */
  who: string;
  role: string;
  brands: readonly string[];
  /** The question's name; null for free SQL. */
  question: string | null;
  /** As printed, brand filter included; of a question asked of the exact counters its bounds. */
  text: string;
  rows: number;
}

/** How long a statement stays on record, in days. */
export const LOG_DAYS = 90;

/** Puts a statement on record and forgets what is older than 90 days. Throws where the database cannot: then its answer must not leave. */
export async function recordAsked(db: D1Database, asked: Asked): Promise<void> {
  const { atMs, who, role, brands, question, text, rows } = asked;
  const at = Math.floor(atMs / 1000);
  await db.batch([
    db
      .prepare("INSERT INTO query_log (at, who, role, brands, question, text, rows) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(at, who, role, brands.join(","), question, text, rows),
    expired(db, at),
  ]);
}

/** Forgets what is older than 90 days at `nowMs`, also where nobody asks anything; how many statements. Throws where the database cannot. */
export async function purgeLog(db: D1Database, nowMs: number): Promise<number> {
  const { meta } = await expired(db, Math.floor(nowMs / 1000)).run();
  return meta.changes;
}

function expired(db: D1Database, at: number): D1PreparedStatement {
  return db.prepare("DELETE FROM query_log WHERE at < ?").bind(at - LOG_DAYS * 86_400);
}
