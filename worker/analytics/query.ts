/** Asking for numbers: what every store offers, and the one over the SQL API of Workers Analytics Engine. */
import { createHash } from "node:crypto";
import type { Answer, Filter } from "./answer.ts";
import type { ConsoleConfig } from "./config.ts";
import { confinable, HIDDEN, PERIOD_MAX_S, parse, print, ROWS_MAX, type Scope, scope, type Tree } from "./dialect.ts";
import { type Question, questionTree } from "./questions.ts";

/** An answer, or why there is none. `sql`: as it ran; `stale_s`: the store is silent, and this was its last word so many seconds ago. */
export type Told =
  | { ok: true; answer: Answer; sql?: string; stale_s?: number }
  | { ok: false; problem: "ANALYTICS.SQL_UNAVAILABLE" }
  | { ok: false; problem: "ANALYTICS.UNAVAILABLE"; waitS: number };

/** Times of a brand's newest and oldest row, epoch seconds; null where there is none or nobody knows. */
export interface Freshness {
  newest: number | null;
  oldest: number | null;
}

/**
 * Where numbers come from. Rows of an answer may carry `rf_rows`, the rows behind them, for who must leave out small
 * groups; it is no column of the answer.
 */
export interface AnalyticsStore {
  ask(question: Question, filter: Filter): Promise<Told>;
  query(tree: Tree, filter: Filter): Promise<Told>;
  freshness(brand: string): Promise<Freshness>;
}

const DEADLINE_MS = 10_000;
const WAIT_S = 60;
/** An answer stands so long: of the last two hours, of today, of days that are over and settled. */
const LIVE_MS = 15_000;
const TODAY_MS = 60_000;
const PAST_MS = 3_600_000;
const SETTLED_S = 2 * 3600;
const KEPT = 100;
const KEPT_ROWS = 2_500;

const FRESHNESS = parse(
  "SELECT max(toUnixTimestamp(timestamp)) AS newest, min(toUnixTimestamp(timestamp)) AS oldest FROM otp_events",
) as Tree;

/** Values only: a promise made in one request must not be awaited in another. */
const kept = new Map<string, { answer: Answer; atMs: number; forMs: number }>();

/**
 * The store over the SQL API. Answers are kept by statement, brand filter included, and by `role`; without one none is
 * kept and none kept is given. `now` is in ms.
 */
export function engineStore(
  { base, account, token, data_sets: names }: NonNullable<ConsoleConfig["sql"]>,
  role: string | undefined,
  now: () => number,
): AnalyticsStore {
  const address = `${base}/accounts/${account}/analytics_engine/sql`;

  async function run(tree: Tree, bounds: Scope): Promise<Told> {
    const scoped = scope(tree, bounds);
    const sql = print(scoped, names);
    const key = createHash("sha256").update(`${role}\n${sql}`).digest("base64url");
    const known = role === undefined ? undefined : kept.get(key);
    const at = now();
    if (known && at - known.atMs < known.forMs) return { ok: true, answer: known.answer, sql };
    const said = await asked(address, token, sql);
    if ("waitS" in said) {
      if (!known) return { ok: false, problem: "ANALYTICS.UNAVAILABLE", ...said };
      return { ok: true, answer: known.answer, sql, stale_s: Math.round((at - known.atMs) / 1000) };
    }
    const answer = answerOf(said, scoped, Math.floor(at / 1000));
    kept.delete(key);
    if (role !== undefined && answer.rows <= KEPT_ROWS) kept.set(key, { answer, atMs: at, forMs: keptMs(bounds, at) });
    for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
    return { ok: true, answer, sql };
  }

  return {
    async ask(question, filter) {
      const tree = questionTree(question);
      if (!confinable(tree, filter)) return { ok: false, problem: "ANALYTICS.SQL_UNAVAILABLE" };
      return run(tree, { ...filter, maxRows: ROWS_MAX });
    },
    query: (tree, { brands, from, to }) => run(tree, { brands, from, to }),
    async freshness(brand) {
      const to = Math.ceil(now() / 60_000) * 60;
      const told = await run(FRESHNESS, { brands: [brand], from: to - PERIOD_MAX_S, to });
      const [row] = told.ok ? told.answer.data : [];
      return { newest: Number(row?.newest) || null, oldest: Number(row?.oldest) || null };
    },
  };
}

function keptMs({ from, to }: Scope, atMs: number): number {
  const over = (atMs - (atMs % 86_400_000)) / 1000;
  if (to + SETTLED_S <= over) return PAST_MS;
  return to - from <= SETTLED_S ? LIVE_MS : TODAY_MS;
}

interface Said {
  meta: { name: string; type: string }[];
  data: Record<string, unknown>[];
}

/** The engine's word, an empty one where it has no such rows, or how long to leave it alone. */
async function asked(address: string, token: string, body: string): Promise<Said | { waitS: number }> {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "text/plain" },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (answer.ok) {
      const { meta, data } = await answer.json<Said>();
      if (Array.isArray(meta) && Array.isArray(data)) return { meta, data };
    } else await answer.body?.cancel();
    // What our own guard let pass is refused where the data set is empty or no row has the column: nothing yet.
    if (answer.status === 422) return { meta: [], data: [] };
    console.error(JSON.stringify({ level: "error", event: "analytics_refused", status: answer.status }));
    return { waitS: Math.min(Number(answer.headers.get("retry-after")) || WAIT_S, 5 * WAIT_S) };
  } catch (error) {
    const name = error instanceof Error ? error.name : "unknown";
    console.error(JSON.stringify({ level: "error", event: "analytics_unreachable", name }));
    return { waitS: WAIT_S };
  }
}

/** The engine's word without our own columns: numbers as numbers, and a margin beside every sum of a sample. */
function answerOf({ meta, data }: Said, { items }: Tree, asOf: number): Answer {
  const texts = new Set(
    meta.filter(({ type }) => !/^(Nullable\()?(U?Int|Float|Decimal)/.test(type)).map(({ name }) => name),
  );
  const of = (row: Record<string, unknown>, name: string) => {
    const value = row[name];
    // 64-bit integers may come as text; division by nothing as null or as text that is no number.
    return texts.has(name) ? String(value) : value === null || !Number.isFinite(Number(value)) ? null : Number(value);
  };
  const rows = data.filter((row) => Number(row[HIDDEN.rows]) > 0);
  const coarsest = rows.reduce((most, row) => Math.max(most, Number(row[HIDDEN.coarsest])), 1);
  const margins = items.flatMap(({ alias }) => {
    const i = alias.startsWith(HIDDEN.margin) ? Number(alias.slice(HIDDEN.margin.length)) : undefined;
    const counted = i === undefined ? undefined : items[i];
    return counted && coarsest > 1 ? [[alias, `var_${counted.alias}`] as const] : [];
  });
  const own = meta.filter(({ name }) => !Object.values(HIDDEN).some((prefix) => name.startsWith(prefix)));
  return {
    meta: [...own, ...margins.map(([, name]) => ({ name, type: "Float64" }))],
    data: rows.map((row) =>
      Object.fromEntries([
        ...own.map(({ name }) => [name, of(row, name)]),
        ...margins.map(([alias, name]) => [name, of(row, alias)]),
        [HIDDEN.rows, of(row, HIDDEN.rows)],
      ]),
    ),
    rows: rows.length,
    exact: coarsest <= 1,
    rows_read: rows.reduce((sum, row) => sum + Number(row[HIDDEN.rows]), 0),
    coarsest,
    as_of: asOf,
  };
}
