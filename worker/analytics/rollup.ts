/** The store of exact counters: what the boards' alarms have put into D1, asked by the same names as Analytics Engine. */
import { calendar } from "../brands/calendar.ts";
import type { Answer, Filter } from "./answer.ts";
import { DIMENSIONS, type Dimension } from "./dialect.ts";
import type { AnalyticsStore, Told } from "./query.ts";
import type { Question } from "./questions.ts";

/** Exact counters, and those that only they have. */
export interface RollupStore extends AnalyticsStore {
  /** Sums over the hours of [`from`, `to`), epoch seconds. Throws where D1 does not answer. */
  counters(
    brand: string,
    from: number,
    to: number,
  ): Promise<{ created: number; points_lost: number; completed_without_redeem: number }>;
}

/** Where the answer is: view without `rollup_`, what it is grouped by, its sums, the verifications behind a row, the rest. */
type Place = [view: keyof typeof NARROWS, by: string, sums: string, rows: string, more?: string];

/** What each view can be narrowed by. */
const NARROWS = {
  hour: ["country", "device", "gateway"],
  outcome: ["country", "device", "gateway"],
  guesses: ["country", "device", "gateway"],
  time: ["country", "device", "gateway"],
  operator: ["country"],
  latency: ["country"],
  gateway: ["country", "gateway"],
  event: ["country"],
  prefix: ["country"],
  money: ["country"],
  rule: ["country"],
  leave: ["country", "device"],
  loss: ["country"],
} as const satisfies { [view: string]: readonly Dimension[] };
/** Kept by day in the brand's zone; the others by UTC hour. */
const DAILY: ReadonlySet<string> = new Set(["prefix", "money", "rule", "leave", "loss"]);

/** `a` or `alias=column`, each summed. */
const sums = (list: string) =>
  list
    .split(" ")
    .map((item) => item.split("="))
    .map(([alias, column = alias]) => `SUM(${column}) AS ${alias}`)
    .join(", ");
/** Buckets of durations by `keys`; a quantile is read from their sum, because quantiles are never averaged. */
function times(view: "time" | "latency", keys: string): Place {
  return [view, `${keys}, bucket`, sums("n=sessions"), "sessions", "ORDER BY bucket"];
}
const worth = (outcomes: string, alias: string) => `SUM(value * (outcome IN (${outcomes}))) AS ${alias}`;

const PLACES: { readonly [Name in Question]?: Place } = {
  outcomes: ["outcome", "outcome", sums("sessions value_cents=value"), "sessions", "ORDER BY sessions DESC"],
  outcomesByDay: [
    "outcome",
    "brand, hour / 86400 * 86400 AS t, outcome",
    sums("sessions"),
    "sessions",
    "ORDER BY t, brand, outcome",
  ],
  funnel: [
    "hour",
    "",
    sums("created challenged opened sent submitted approved proceeded delivered attempts wrong"),
    "created",
  ],
  funnelByBrand: ["hour", "brand", sums("created sent approved proceeded"), "created", "ORDER BY created DESC"],
  attempts: ["guesses", "submits", sums("sessions"), "sessions", "ORDER BY submits"],
  attemptsMean: [
    "hour",
    "",
    "1.0 * SUM(approved_attempts) / SUM(approved) AS submits_per_session, 1.0 * SUM(first_try) / SUM(approved) AS first_try",
    "approved",
  ],
  hourly: [
    "hour",
    "hour AS t",
    sums(
      "created sent approved proceeded aborted failed=expired+locked+undeliverable+failed_technical blocked attempts",
    ),
    "created",
    "ORDER BY t",
  ],
  verifyTime: times("time", "brand"),
  verifyTimeAutofill: times("time", "webotp"),
  verifyTimeByCountry: times("time", "country"),
  verifyTimeByGateway: times("time", "gateway AS provider"),
  latencyByCountry: times("latency", "country"),
  latencyByOperator: times("latency", "country, operator"),
  deliveryByOperator: [
    "operator",
    "country, operator",
    sums("sends receipts refused sessions_sent approved"),
    "sessions",
    "ORDER BY sends DESC LIMIT 200",
  ],
  deliveryByProvider: [
    "gateway",
    "gateway AS provider, hour AS t",
    sums("sent receipts refused"),
    "sent + receipts + refused",
    "ORDER BY t, provider",
  ],
  resend: [
    "hour",
    "country",
    sums("sent=sessions_sent resent switched approved_after_resend"),
    "challenges",
    "ORDER BY sent DESC",
  ],
  webotp: [
    "hour",
    "brand, device",
    sums("offered=webotp_offered used=webotp_used approved=approved_challenges approved_autofill"),
    "challenges",
    "ORDER BY brand, device",
  ],
  rules: [
    "rule",
    "rule, currency",
    sums("sessions value_cents=value legitimate"),
    "sessions",
    "ORDER BY value_cents DESC",
  ],
  money: [
    "money",
    "band, currency",
    [
      sums("sessions value_cents=value"),
      worth("'blocked'", "blocked_cents"),
      worth("'aborted', 'expired', 'locked', 'undeliverable', 'denied', 'failed_technical'", "not_authenticated_cents"),
      worth("'proceeded'", "proceeded_cents"),
      sums("cost_micro"),
    ].join(", "),
    "sessions",
    "ORDER BY band, currency",
  ],
  losses: [
    "loss",
    "brand, kind, currency",
    sums("reports amount_cents=amount"),
    "reports",
    "ORDER BY amount_cents DESC",
  ],
  pumping: [
    "prefix",
    "prefix, country",
    sums("sent approved messages cost_micro"),
    "sessions",
    "HAVING SUM(sent) >= 20 ORDER BY sent DESC LIMIT 500",
  ],
  leaving: ["leave", "reach, outcome", sums("sessions"), "sessions", "ORDER BY reach, outcome"],
  // Only those who aborted have left; the others' reasons have no rows.
  reasons: ["leave", "reason", sums("sessions"), "sessions * (outcome = 'aborted')", "ORDER BY sessions DESC"],
  countries: ["hour", "country", sums("created sent approved blocked"), "created", "ORDER BY created DESC"],
  eventCounts: ["event", "event", sums("n"), "n", "ORDER BY n DESC"],
};

type Row = { [column: string]: string | number | null } & { rf_rows: number | null };

/** The store over D1. */
export function rollupStore({ ANALYTICS_DB: db }: Pick<ConsoleEnv, "ANALYTICS_DB">): RollupStore {
  return {
    async ask(question, filter) {
      const place = PLACES[question];
      if (!place || !answerable(place, filter)) return { ok: false, problem: "ANALYTICS.SQL_UNAVAILABLE" };
      try {
        return { ok: true, answer: await answered(db, question, place, filter) };
      } catch (error) {
        const name = error instanceof Error ? error.name : "unknown";
        console.error(JSON.stringify({ level: "error", event: "rollup_unreadable", name }));
        return { ok: false, problem: "ANALYTICS.UNAVAILABLE", waitS: 60 };
      }
    },
    async query(): Promise<Told> {
      return { ok: false, problem: "ANALYTICS.SQL_UNAVAILABLE" };
    },
    async freshness(brand) {
      const found = await db
        .prepare("SELECT MAX(at) AS newest, MIN(at) AS oldest FROM total WHERE name = 'event' AND brand = ?")
        .bind(brand)
        .first<{ newest: number | null; oldest: number | null }>();
      return found ?? { newest: null, oldest: null };
    },
    async counters(brand, from, to) {
      const list = sums("created points_lost completed_without_redeem");
      const found = await db
        .prepare(`SELECT ${list} FROM rollup_hour WHERE brand = ? AND hour >= ? AND hour < ?`)
        .bind(brand, from - (from % 3600), to)
        .first<{ created: number; points_lost: number; completed_without_redeem: number }>();
      const { created, points_lost, completed_without_redeem } = found ?? {};
      return {
        created: created ?? 0,
        points_lost: points_lost ?? 0,
        completed_without_redeem: completed_without_redeem ?? 0,
      };
    },
  };
}

/** A dimension that a table does not keep cannot narrow it: the whole would be taken for a part. */
function answerable([view]: Place, filter: Filter): boolean {
  const narrows: readonly Dimension[] = NARROWS[view];
  return DIMENSIONS.every((dimension) => filter[dimension] === undefined || narrows.includes(dimension));
}

async function answered(db: D1Database, question: Question, place: Place, filter: Filter): Promise<Answer> {
  const [view, by, list, rows, more = ""] = place;
  const brands = JSON.stringify(filter.brands);
  const narrowing = NARROWS[view].filter((dimension) => filter[dimension] !== undefined);
  const grouped = by.replaceAll(/[^,]+ AS /g, "");
  const sql = [
    `SELECT ${by && `${by}, `}${list}, SUM(${rows}) AS rf_rows FROM rollup_${view}`,
    `WHERE brand IN (SELECT value FROM json_each(?)) AND ${DAILY.has(view) ? "day" : "hour"} BETWEEN ? AND ?`,
    ...narrowing.map((dimension) => `AND ${dimension} = ?`),
    grouped && `GROUP BY ${grouped}`,
    more,
  ].join(" ");
  const dayIn = calendar(filter.zone);
  const period = DAILY.has(view)
    ? [dayIn(filter.from), dayIn(filter.to - 1)]
    : [filter.from - (filter.from % 3600), filter.to - 1];
  const [found, told] = await db.batch<Row>([
    db.prepare(sql).bind(brands, ...period, ...narrowing.map((dimension) => filter[dimension])),
    db
      .prepare(
        "SELECT MIN(sums ->> 'at') AS at FROM total WHERE name = 'told' AND brand IN (SELECT value FROM json_each(?))",
      )
      .bind(brands),
  ]);
  const counted = (found?.results ?? []).filter(({ rf_rows }) => (rf_rows ?? 0) > 0);
  const data = view === "time" || view === "latency" ? quantiles(question, counted) : counted;
  const columns = Object.entries(data[0] ?? {}).filter(([name]) => name !== "rf_rows");
  return {
    meta: columns.map(([name, value]) => ({ name, type: typeof value === "string" ? "String" : "Float64" })),
    data,
    rows: data.length,
    exact: true,
    rows_read: counted.reduce((all, { rf_rows }) => all + Number(rf_rows), 0),
    coarsest: 1,
    as_of: Number(told?.results[0]?.at ?? 0),
  };
}

/** Buckets of durations, in order, as one row a group, most first; by brand and by way of entry in the order of those. */
function quantiles(question: Question, counted: readonly Row[]): Row[] {
  const groups = Map.groupBy(counted, ({ bucket: _, n: __, rf_rows: ___, ...keys }) => JSON.stringify(keys));
  const found = [...groups].map(([keys, rows]): Row => {
    const buckets = rows.map(({ bucket, n }) => [Number(bucket), Number(n)] as const);
    const all = buckets.reduce((sum, [, n]) => sum + n, 0);
    return {
      ...JSON.parse(keys),
      p50_ms: quantile(buckets, 0.5 * all),
      p95_ms: quantile(buckets, 0.95 * all),
      ...(question !== "verifyTime" && { [question.startsWith("latency") ? "confirmed" : "approved"]: all }),
      ...(question !== "verifyTimeAutofill" && { rows_read: all }),
      rf_rows: all,
    };
  });
  if (question === "verifyTime") return found.sort((a, b) => (String(a.brand) < String(b.brand) ? -1 : 1));
  if (question === "verifyTimeAutofill") return found.sort((a, b) => Number(a.webotp) - Number(b.webotp));
  return found.sort((a, b) => Number(b.rf_rows) - Number(a.rf_rows)).slice(0, 200);
}

/** Where the `rank`-th of all lies, in milliseconds, taken as evenly spread within its bucket. */
function quantile(buckets: readonly (readonly [bucket: number, n: number])[], rank: number): number {
  let before = 0;
  for (const [bucket, n] of buckets) {
    if (before + n >= rank) {
      const upper = 1000 * 1.4 ** bucket;
      const lower = bucket === 0 ? 0 : upper / 1.4;
      return Math.round(lower + (upper - lower) * ((rank - before) / n));
    }
    before += n;
  }
  return 0;
}
