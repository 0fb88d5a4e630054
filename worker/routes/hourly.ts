/** What the console's Worker does by itself, each hour: the record of statements is cut, and both stores are compared. */
import { purgeLog } from "../analytics/log.ts";
import { DAY_S, type Finding, findings } from "../analytics/reconcile.ts";
import { keepReconciled, type State } from "../analytics/reconciled.ts";
import { brandIds } from "../brands/brand.ts";
import { settledUntil } from "./asking.ts";
import { type Stores, stores } from "./stores.ts";

const HOUR_S = 3600;
/** Whole days that are looked at again: a correction may come late. */
const DAYS = 3;
/** Analytics Engine shows a row minutes after it was written, the boards tell D1 every hour. */
const LAG_S = 2 * HOUR_S;

/**
 * Both, for the moment `atMs`, with one line about it: an error where some day is off beyond the documented bound or the
 * exact counters are two hours behind, a warning where a store did not answer. Never throws: what failed is a line of its
 * own, and the next hour tries again.
 */
export async function hourly(env: ConsoleEnv, atMs: number): Promise<void> {
  const purged = await purgeLog(env.ANALYTICS_DB, atMs).catch((error: unknown) => failed("query_log_unpurged", error));
  const all = stores(env, undefined);
  const now = Math.floor(atMs / 1000);
  const looks = await Promise.all(
    brandIds().map(async (brand) => {
      const found = await look(all, brand, now);
      await keepReconciled(env.ANALYTICS_DB, brand, found.state, found.days, now).catch((error: unknown) =>
        failed("reconciliation_unkept", error),
      );
      return { brand, ...found };
    }),
  );
  const off = looks.flatMap(({ brand, days }) => days.filter((day) => day.off).map((day) => ({ brand, ...day })));
  const open = looks.filter(({ state }) => state === "unanswered" || state === "late");
  const late = open.some(({ state }) => state === "late");
  const level = off.length > 0 || late ? "error" : open.length > 0 ? "warn" : "info";
  console[level](
    JSON.stringify({
      level,
      event: "reconciled",
      days: looks.reduce((sum, { days }) => sum + days.length, 0),
      off: off.map(({ brand, day, exact, engine, differs }) => ({
        ...{ brand, day: new Date(day * 1000).toISOString().slice(0, 10), exact, engine, differs },
      })),
      open: open.map(({ brand, state }) => ({ brand, state })),
      purged,
    }),
  );
}

/** The last days of a brand that are settled in either store, today up to two hours before. */
async function look({ engine, exact }: Stores, brand: string, now: number): Promise<{ state: State; days: Finding[] }> {
  if (!engine) return { state: "exact", days: [] };
  const settled = settledUntil([brand], now * 1000);
  const until = Math.floor((settled - LAG_S) / HOUR_S) * HOUR_S;
  const from = Math.floor(until / DAY_S) * DAY_S - DAYS * DAY_S;
  const filter = { brands: [brand], from, to: until, zone: "UTC" };
  const [counted, seen] = await Promise.all([exact.ask("outcomesByDay", filter), engine.ask("outcomesByDay", filter)]);
  if (!counted.ok || !seen.ok) return { state: "unanswered", days: [] };
  // Of a brand that has had no traffic nothing was ever told, and that is not late.
  const told = counted.answer.as_of;
  const quiet = told === 0 && seen.answer.rows === 0;
  if (!quiet && told < until + now - settled) return { state: "late", days: [] };
  return { state: "done", days: findings(counted.answer, seen.answer, from, until) };
}

function failed(event: string, error: unknown): null {
  const name = error instanceof Error ? error.name : "unknown";
  console.error(JSON.stringify({ level: "error", event, name }));
  return null;
}
