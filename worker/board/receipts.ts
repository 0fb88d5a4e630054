/** Receipts of erasures in a board's shard: what was asked for under which id, and the proof that it was done. */
import { hours } from "../budget/limits.ts";

/** How much an erasure found to erase. */
export interface Erased {
  verifications: number;
  orders: number;
}

/** An erasure that was begun under this id before, or just now. */
export interface Begun {
  /** Whether it was asked for with the same words. */
  same: boolean;
  /** What all its tries found together: a crash half-way takes nothing off the receipt. */
  erased: Erased;
  /** The signed receipt, once it is finished. */
  receipt: string | null;
}

type Row = { body: string; verifications: number; orders: number; receipt: string | null };

/** Beyond any deadline for answering a data subject, within the longest retention there is. */
const RECEIPT_LIFE = hours(24 * 400);

export const RECEIPTS =
  "CREATE TABLE IF NOT EXISTS receipts (id TEXT PRIMARY KEY, body TEXT NOT NULL, verifications INTEGER NOT NULL, orders INTEGER NOT NULL, at INTEGER NOT NULL, receipt TEXT) WITHOUT ROWID";

/** Notes an erasure before anything is erased. `bodies`: keyed MACs of the request, the current key's first. */
export function begin(sql: SqlStorage, id: string, bodies: readonly string[], found: Erased, now: number): Begun {
  sql.exec(
    "INSERT INTO receipts (id, body, verifications, orders, at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE SET verifications = max(verifications, ?3), orders = max(orders, ?4) WHERE receipt IS NULL AND body = ?2",
    id,
    bodies[0] ?? "",
    found.verifications,
    found.orders,
    now,
  );
  const { body, receipt, ...erased } = row(sql, id) as Row;
  return { same: bodies.includes(body), erased, receipt };
}

/** Keeps the receipt and gives the one that counts: of two tries at once the first. */
export function finish(sql: SqlStorage, id: string, receipt: string): string {
  sql.exec("UPDATE receipts SET receipt = ? WHERE id = ? AND receipt IS NULL", receipt, id);
  return row(sql, id)?.receipt ?? receipt;
}

/** The receipt of this id; undefined where there is none, null while its erasure is not finished. */
export function receiptOf(sql: SqlStorage, id: string): string | null | undefined {
  return row(sql, id)?.receipt;
}

/** Lets go of receipts whose time is over. */
export function purge(sql: SqlStorage, now: number): void {
  sql.exec("DELETE FROM receipts WHERE at < ?", now - RECEIPT_LIFE);
}

function row(sql: SqlStorage, id: string): Row | undefined {
  return sql.exec<Row>("SELECT body, verifications, orders, receipt FROM receipts WHERE id = ?", id).toArray()[0];
}
