/** Putting a board's totals into D1: absolute figures, so that doing it twice changes nothing. */
import { calendar } from "../brands/calendar.ts";
import type { Total } from "./ledger.ts";

/** Totals of one statement: their JSON stays far below D1's limit of a bound value (2 MB). */
const AT_ONCE = 500;

const PUT = `INSERT INTO total (brand, shard, name, at, keys, sums)
SELECT ?1, ?2, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?3) WHERE true
ON CONFLICT DO UPDATE SET sums = excluded.sums`;

/** Hours are epoch seconds, days are numbers of eight digits; each by the index. */
const FORGET = `DELETE FROM total WHERE brand = ?1 AND (
(name IN ('hour', 'time', 'operator', 'gateway', 'event') AND at < ?2) OR
(name IN ('prefix', 'money', 'rule', 'leave', 'loss') AND at < ?3))`;

/** 25 months. */
const KEPT_S = 761 * 86_400;

/**
 * Writes the totals of a shard, and when it did, and lets go of the brand's oldest, in one transaction. Three bound parameters a statement; D1 takes a
 * hundred. Throws where D1 did not take them: then none is there.
 */
export async function putTotals(
  db: D1Database,
  { brand, shard }: { brand: string; shard: string },
  totals: readonly Total[],
  now: number,
): Promise<void> {
  const told: Total = ["told", 0, "[]", JSON.stringify({ at: now })];
  const all = [...totals, told];
  const put = db.prepare(PUT);
  const statements = [];
  for (let n = 0; n < all.length; n += AT_ONCE)
    statements.push(put.bind(brand, shard, JSON.stringify(all.slice(n, n + AT_ONCE))));
  const last = now - KEPT_S;
  await db.batch([...statements, db.prepare(FORGET).bind(brand, last, calendar("UTC")(last))]);
}
