/** How far the numbers can be trusted: fresh, complete, sampled, settled, and whether what began is what ended. */
import type { Context } from "hono";
import type { Analyst } from "../analytics/access.ts";
import type { Answer, Filter } from "../analytics/answer.ts";
import { VERSIONS } from "../analytics/dialect.ts";
import { LOG_DAYS } from "../analytics/log.ts";
import type { Told } from "../analytics/query.ts";
import { lastReconciled } from "../analytics/reconciled.ts";
import { problem } from "../problem.ts";
import { brandsOf, settledUntil } from "./asking.ts";
import { stores } from "./stores.ts";

const HOUR_S = 3600;
const DAY_S = 86_400;
/** Two-sided, 95 %. */
const Z = 1.96;

/** The state of one brand's numbers: the first of the analyst's where `?brand=` names none. */
export async function health(c: Context<{ Bindings: ConsoleEnv; Variables: { analyst: Analyst } }>): Promise<Response> {
  const [brand] = brandsOf(c.var.analyst, c.req.query("brand")) ?? [];
  if (brand === undefined) return problem(c, "ANALYST.FORBIDDEN");
  const { engine, exact } = stores(c.env, "fraud");
  const now = Math.floor(Date.now() / 1000);
  const settled = settledUntil([brand], now * 1000);
  // The last whole day of hours that are settled in either store.
  const to = Math.floor((settled - 2 * HOUR_S) / HOUR_S) * HOUR_S;
  const day: Filter = { brands: [brand], from: to - DAY_S, to, zone: "UTC" };
  const told = await Promise.all([
    exact.ask("outcomes", day),
    engine?.ask("outcomes", day),
    exact.counters(brand, day.from, day.to),
    (engine ?? exact).freshness(brand),
    lastReconciled(c.env.ANALYTICS_DB, brand),
  ]).catch(() => undefined);
  if (!told) return problem(c, "ANALYTICS.UNAVAILABLE", { waitS: 60 });
  const [rows, sampled, counted, fresh, reconciled] = told;
  const outcomes = sum(rows, "sessions");
  const seen = sampled && sum(sampled, "sessions");
  const { created, points_lost, completed_without_redeem } = counted;
  const known = sampled?.ok ? sampled.answer : undefined;
  return c.json({
    object: "health",
    engine: engine ? "engine" : "rollup",
    brand,
    freshness: { ...fresh, as_of: now },
    completeness: {
      ...{ from: day.from, to, engine: seen ?? null, rollup: outcomes },
      share: seen === undefined || seen === null || !outcomes ? null : seen / outcomes,
      margin: known ? Z * Math.sqrt(total(known, "var_sessions")) : null,
    },
    sampling: {
      coarsest: known?.coarsest ?? 1,
      rows_read: known?.rows_read ?? 0,
      share: known && seen ? 1 - known.rows_read / seen : 0,
    },
    reconciled: reconciled ?? null,
    settled_until: settled,
    identity: { created, outcomes, difference: outcomes === null ? null : created - outcomes },
    points_lost,
    completed_without_redeem,
    schema: VERSIONS,
    retention: { engine_days: 92, rollup_months: 25, log_days: LOG_DAYS },
  });
}

function sum(told: Told, column: string): number | null {
  return told.ok ? total(told.answer, column) : null;
}

function total({ data }: Answer, column: string): number {
  return data.reduce((all, row) => all + Number(row[column] ?? 0), 0);
}
