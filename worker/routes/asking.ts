/** One question or statement: whose brands, which period, which store; recorded before anything is told. */
import type { Context } from "hono";
import * as v from "valibot";
import type { Role } from "../analytics/access.ts";
import type { Answer, Filter } from "../analytics/answer.ts";
import { shown, withoutSmallCells } from "../analytics/cells.ts";
import { csv } from "../analytics/csv.ts";
import { type Complaint, DIMENSIONS, PERIOD_MAX_S, parse, TEXT_MAX, type Tree } from "../analytics/dialect.ts";
import { recordAsked } from "../analytics/log.ts";
import type { Told } from "../analytics/query.ts";
import { QUESTIONS, type Question } from "../analytics/questions.ts";
import { savedById } from "../analytics/saved.ts";
import { brandById } from "../brands/brand.ts";
import { limitsOf } from "../budget/limits.ts";
import { problem } from "../problem.ts";
import { type Stores, storeFor, stores } from "./stores.ts";

/** Who asks: a name for the record, and a role per brand. */
export interface Asker {
  name: string;
  roles: Readonly<Record<string, Role>>;
}

const HOUR_S = 3600;
/** What the exact counters keep: 25 months. */
const KEPT_S = 775 * 86_400;
/** What may happen after the redeem window: an alarm that is late. */
const LATE_S = 300;

const epoch = v.pipe(v.number(), v.integer(), v.minValue(1_500_000_000), v.maxValue(4_000_000_000));

/** Ids of brands, separated by commas. */
export const brandList = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,24}(?:,[a-z0-9-]{1,24}){0,19}$/));

/** The body of a query: exactly one of `question`, `sql` and `saved`. */
export const asking = v.strictObject({
  question: v.optional(v.picklist(QUESTIONS)),
  sql: v.optional(v.pipe(v.string(), v.maxLength(TEXT_MAX))),
  saved: v.optional(v.pipe(v.string(), v.maxLength(40))),
  from: v.optional(epoch),
  to: v.optional(epoch),
  brand: v.optional(brandList),
  country: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/))),
  device: v.optional(v.picklist(["ios", "android", "desktop", "other"])),
  gateway: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,24}$/))),
  category: v.optional(v.picklist(["hardware", "service", "accessory"])),
  autofill: v.optional(v.picklist(["none", "offered", "used"])),
  mode: v.optional(v.picklist(["redirect", "frame"])),
  release: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/))),
  zone: v.optional(v.pipe(v.string(), v.check(isZone))),
  format: v.optional(v.picklist(["json", "csv"])),
});
export type Asking = v.InferOutput<typeof asking>;

type Shape = "json" | "csv" | "engine";

/** The answer to what `asker` wants to know, or the problem. Small groups are left out of free SQL, and of everything for who is an analyst there. */
export async function answered(c: Context, asker: Asker, wanted: Asking, as?: Shape): Promise<Response> {
  const env: ConsoleEnv = c.env;
  const brands = brandsOf(asker, wanted.brand);
  if (!brands) return problem(c, "ANALYST.FORBIDDEN");
  const period = periodOf(wanted, Date.now() / 1000);
  if (typeof period === "string") return problem(c, "REQUEST.INVALID", { field: period });
  const { from, to, recent } = period;
  const filter = filterOf(wanted, brands, from, to);
  const { question } = wanted;
  const of = question ?? (await statement(env.ANALYTICS_DB, asker, wanted));
  if (of === undefined) return problem(c, "REQUEST.NOT_FOUND");
  if (Array.isArray(of)) return problem(c, "ANALYTICS.SQL_REFUSED", { complaints: of });

  const role = brands.every((brand) => asker.roles[brand] !== "analyst") ? "fraud" : "analyst";
  const told = await ask(stores(env, role), of, filter, recent);
  if (!told.ok) return problem(c, told.problem, "waitS" in told ? { waitS: told.waitS } : {});
  const small = typeof of !== "string" || role === "analyst";
  const answer = small ? withoutSmallCells(told.answer) : told.answer;
  const { sql = JSON.stringify(filter) } = told;
  const record = { atMs: Date.now(), who: asker.name, role, brands, question: question ?? null, text: sql };
  try {
    await recordAsked(env.ANALYTICS_DB, { ...record, rows: answer.rows });
  } catch {
    console.error(JSON.stringify({ level: "error", event: "query_log_unreachable" }));
    return problem(c, "ANALYTICS.UNAVAILABLE", { waitS: 2 });
  }
  const { meta, rows, exact, rows_read, coarsest, as_of } = answer;
  const data = shown(answer);
  if (as === "engine") return c.json({ meta, data, rows, rows_before_limit_at_least: rows });
  if (as === "csv") return file(c, answer, question);
  return c.json({
    object: "answer",
    question: question ?? null,
    ...{ meta, data, rows, exact, rows_read, coarsest, as_of },
    age_s: told.stale_s ?? 0,
    suppressed: told.answer.rows - rows,
    nothing_yet: told.answer.rows === 0,
    settled_until: settledUntil(brands, Date.now()),
    sql: told.sql ?? null,
  });
}

/** The brands asked for, all of the asker's where none is named; undefined where one is not its own. */
export function brandsOf({ roles }: Asker, named: string | undefined): string[] | undefined {
  const brands = named?.split(",") ?? Object.keys(roles);
  return brands.every((brand) => Object.hasOwn(roles, brand)) ? [...new Set(brands)] : undefined;
}

/** Verifications that began before this moment have ended, redeem window included. Epoch seconds. */
export function settledUntil(brands: readonly string[], nowMs: number): number {
  const lives = brands.map((brand) => {
    const { stepTtl, redeemWindow } = limitsOf(brandById(brand)?.limits ?? {});
    return (stepTtl + redeemWindow) / 1000;
  });
  return Math.floor(nowMs / 1000) - Math.max(0, ...lives) - LATE_S;
}

/** The period in epoch seconds up to the hour that runs, or the field that is wrong. Free SQL reaches back three months by itself. */
function periodOf(
  wanted: Asking,
  now: number,
): { from: number; to: number; recent: boolean } | "from" | "to" | "question" {
  const { question, sql, saved } = wanted;
  if ([question, sql, saved].filter((one) => one !== undefined).length !== 1) return "question";
  const end = Math.ceil(now / HOUR_S) * HOUR_S;
  const oldest = end - PERIOD_MAX_S;
  if (question && (wanted.from === undefined || wanted.to === undefined))
    return wanted.from === undefined ? "from" : "to";
  const to = Math.min(wanted.to ?? end, end);
  const from = question ? (wanted.from ?? 0) : Math.max(wanted.from ?? oldest, oldest);
  return from < end - KEPT_S || from >= to ? "from" : { from, to, recent: from >= oldest };
}

function filterOf(wanted: Asking, brands: string[], from: number, to: number): Filter {
  const zone = wanted.zone ?? brandById(brands[0] ?? "")?.zone ?? "UTC";
  const narrows = DIMENSIONS.flatMap((name) => (wanted[name] === undefined ? [] : [[name, wanted[name]]]));
  return { brands, from, to, zone, ...Object.fromEntries(narrows) };
}

/** The tree of a statement, its complaints, or undefined where it was kept by somebody else, or by nobody. */
async function statement(
  db: D1Database,
  { name, roles }: Asker,
  { sql, saved }: Asking,
): Promise<Tree | Complaint[] | undefined> {
  const text = sql ?? (await savedById(db, { name, brands: Object.keys(roles) }, saved ?? ""))?.sql;
  return text === undefined ? undefined : parse(text);
}

function ask(all: Stores, of: Question | Tree, filter: Filter, recent: boolean): Promise<Told> {
  if (typeof of === "string") return storeFor(all, of, recent).ask(of, filter);
  return (all.engine ?? all.exact).query(of, filter);
}

function file(c: Context, answer: Answer, name = "query"): Response {
  c.header("content-disposition", `attachment; filename="${name}.csv"`);
  return c.body(csv(answer), 200, { "content-type": "text/csv; charset=utf-8" });
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "" && /^[A-Z]/.test(name);
  } catch {
    return false;
  }
}
