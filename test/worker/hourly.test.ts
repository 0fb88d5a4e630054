import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { recordAsked } from "../../worker/analytics/log.ts";
import type { Finding } from "../../worker/analytics/reconcile.ts";
import type { Reconciled } from "../../worker/analytics/reconciled.ts";
import { brandIds } from "../../worker/brands/brand.ts";
import worker from "../../worker/console.ts";
import { assertion, at, type Key, key, network, tables } from "./console.ts";
import type { Environment } from "./subject.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
/** 14:17 of a day; every test has days of its own. */
let now = Date.UTC(2031, 2, 1, 14, 17) / 1000;
let lines: { level: string; event: string; [more: string]: unknown }[] = [];
let mine: Key;

/** What the engine has: per UTC day and outcome, weight by weight. */
let engine: Map<number, Record<string, number>>;
let coarsest = 1;
let down = false;
let statements: string[] = [];

beforeEach(async () => {
  await tables();
  const empty = ["total", "reconciliation", "reconciled", "query_log"].map((table) => `DELETE FROM ${table}`);
  await env.ANALYTICS_DB.batch(empty.map((sql) => env.ANALYTICS_DB.prepare(sql)));
  now += 10 * DAY;
  vi.useFakeTimers({ toFake: ["Date"], now: now * 1000 });
  engine = new Map();
  coarsest = 1;
  down = false;
  statements = [];
  lines = [];
  for (const level of ["info", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line) => void lines.push(JSON.parse(String(line))));
  mine = await key("hourly");
  network((url, { body }) => {
    if (url.endsWith("/certs")) return Response.json({ keys: [mine.published] });
    statements.push(String(body));
    return down ? new Response("busy", { status: 503 }) : said(String(body));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** The engine's answer to `outcomesByDay` of Tindra, and that it knows nobody else. */
function said(sql: string): Response {
  const own = sql.includes("'tindra'") ? [...engine] : [];
  const data = own.flatMap(([t, outcomes]) =>
    Object.entries(outcomes).map(([outcome, n]) => ({
      ...{ brand: "tindra", t: String(t), outcome, sessions: String(n) },
      ...{ rf_var_3: n * (coarsest - 1), rf_rows: String(n / coarsest), rf_coarsest: coarsest },
    })),
  );
  const meta = Object.entries({ brand: "String", t: "UInt64", outcome: "String", sessions: "UInt64" });
  return Response.json({ meta: meta.map(([name, type]) => ({ name, type })), data });
}

/** Puts down what Tindra's boards counted of a day, told to D1 at `told`. */
async function counted(day: number, outcomes: Record<string, number>, told = now - 60): Promise<void> {
  const put = env.ANALYTICS_DB.prepare("INSERT OR REPLACE INTO total VALUES (?, ?, ?, ?, ?, ?)");
  const created = Object.values(outcomes).reduce((a, b) => a + b, 0);
  const hour = JSON.stringify({ created, ...outcomes });
  await env.ANALYTICS_DB.batch([
    put.bind("tindra", "0", "hour", day + 5 * HOUR, '["NO","ios","twilio"]', hour),
    put.bind("tindra", "0", "told", 0, "[]", JSON.stringify({ at: told })),
  ]);
}

/** What the cron trigger does at `seconds`. */
const ran = (seconds = now, deployment: Environment = env) =>
  worker.scheduled({ scheduledTime: seconds * 1000, cron: "17 * * * *" } as ScheduledController, deployment as never);
const reported = () => lines.filter(({ event }) => event === "reconciled");
const midnight = () => now - (now % DAY);

/** What the Data page is told of Tindra. */
async function told(deployment: Environment = env): Promise<Reconciled | null> {
  const token = await assertion(mine);
  const answer = await at("GET", "/console/health?brand=tindra", { token, deployment });
  return (await answer.json<{ reconciled: Reconciled | null }>()).reconciled;
}

/** The same in both stores, on each of the last three whole days and the one that runs. */
async function agreeing(): Promise<void> {
  for (const ago of [3, 2, 1, 0]) {
    const outcomes = { proceeded: 400, aborted: 80 + ago, expired: 20 };
    await counted(midnight() - ago * DAY, outcomes);
    engine.set(midnight() - ago * DAY, outcomes);
  }
}

describe("each hour by itself", () => {
  it("both stores are held against each other, day by day, and the Data page says when and what was found", async () => {
    await agreeing();
    expect(await told()).toBeNull();
    await ran();
    const reconciled = await told();
    expect(reconciled).toMatchObject({ state: "done", tried_at: now, done_at: now });
    expect(reconciled?.days.map(({ day }) => day)).toEqual([0, 1, 2, 3].map((ago) => midnight() - ago * DAY));
    // Today up to the hour that was settled two hours ago; the others whole.
    expect(reconciled?.days.map(({ day, until }) => (until - day) / HOUR)).toEqual([11, 24, 24, 24]);
    for (const { exact, engine, off, differs } of reconciled?.days ?? [])
      expect([exact - engine, off, differs]).toEqual([0, false, {}]);
    expect(reported()).toEqual([expect.objectContaining({ level: "info", days: 4, off: [], open: [] })]);
  });

  it("a day of which the engine lost more than one in a hundred is an error, with the outcome and how many", async () => {
    await agreeing();
    engine.set(midnight() - DAY, { proceeded: 394, aborted: 81, expired: 20 });
    await ran();
    const [today, yesterday] = (await told())?.days ?? [];
    expect(today?.off).toBe(false);
    expect(yesterday).toMatchObject({ exact: 501, engine: 495, off: true, differs: { proceeded: -6 } });
    const date = new Date((midnight() - DAY) * 1000).toISOString().slice(0, 10);
    const off = [{ brand: "tindra", day: date, exact: 501, engine: 495, differs: { proceeded: -6 } }];
    expect(reported()).toEqual([expect.objectContaining({ level: "error", off })]);
  });

  it.each([
    ["one row in a hundred lost", { proceeded: 396, aborted: 81, expired: 20 }, false],
    ["rows written twice", { proceeded: 410, aborted: 81, expired: 20 }, true],
    ["one outcome taken for another, in the same sum", { proceeded: 390, aborted: 91, expired: 20 }, true],
    ["an outcome that is not there", { proceeded: 400, aborted: 81 }, true],
    ["nothing at all", {}, true],
  ])("of %s it is said whether that is too much", async (_, outcomes, off) => {
    await agreeing();
    engine.set(midnight() - DAY, outcomes as Record<string, number>);
    await ran();
    expect((await told())?.days[1]?.off).toBe(off);
    expect(reported()[0]?.level).toBe(off ? "error" : "info");
  });

  it("what sampling explains is no difference, also where it left no row of an outcome, and the rest is one", async () => {
    await agreeing();
    coarsest = 10;
    for (const ago of [3, 2, 1, 0]) engine.set(midnight() - ago * DAY, { proceeded: 340, aborted: 100 });
    engine.set(midnight() - 2 * DAY, { proceeded: 200, aborted: 80, expired: 20 });
    await ran();
    const days = (await told())?.days as Finding[];
    expect(days.map(({ off }) => off)).toEqual([false, false, true, false]);
    expect(days[2]?.differs).toEqual({ proceeded: -200 });
    // Of the counted 501 one in ten was read: ± 1.96 √(9 · 501), the expired ones that left no row included.
    expect(days[1]?.margin).toBeCloseTo(1.96 * Math.sqrt(9 * (400 + 100 + 20)), 6);
  });

  it("a second time in the same hour doubles nothing, and an earlier look that comes late undoes nothing", async () => {
    await agreeing();
    await ran();
    const rows = () => env.ANALYTICS_DB.prepare("SELECT * FROM reconciliation ORDER BY brand, day").all();
    const before = (await rows()).results;
    await ran();
    expect((await rows()).results).toEqual(before);
    engine.set(midnight() - DAY, {});
    await ran(now - 1800);
    expect((await rows()).results).toEqual(before);
    expect((await told())?.tried_at).toBe(now);
    // Half a minute later it says what is so then: no answer was kept.
    await ran(now + 30);
    expect((await told())?.days[1]).toMatchObject({ engine: 0, off: true });
  });

  it("an engine that is down takes nothing away that was found before, and is a warning", async () => {
    await agreeing();
    await ran();
    const { days } = (await told()) as Reconciled;
    down = true;
    // Within the hour: the statement is the same, and its last answer is none.
    now += 300;
    vi.setSystemTime(now * 1000);
    await ran();
    expect(await told()).toEqual({ state: "unanswered", tried_at: now, done_at: now - 300, days });
    const open = brandIds().map((brand) => ({ brand, state: "unanswered" }));
    expect(reported()[1]).toMatchObject({ level: "warn", days: 0, off: [], open });
    down = false;
    await ran(now + HOUR);
    expect(await told()).toMatchObject({ state: "done", done_at: now + HOUR });
  });

  it.each([
    ["are two hours behind themselves", now - 3 * HOUR],
    ["have never told anything", 0],
  ])("exact counters that %s blame nobody else, and are an error of their own", async (_, at) => {
    await agreeing();
    await counted(midnight(), {}, at);
    if (at === 0) await env.ANALYTICS_DB.exec("DELETE FROM total WHERE name = 'told'");
    await ran();
    expect(await told()).toMatchObject({ state: "late", done_at: null, days: [] });
    expect(reported()[0]).toMatchObject({ level: "error", off: [], open: [{ brand: "tindra", state: "late" }] });
  });

  it("where there is no engine nothing is compared, and nothing is asked", async () => {
    const deployment = { ...env, ANALYTICS: "rollup" } as unknown as Environment;
    await agreeing();
    await ran(now, deployment);
    expect(await told(deployment)).toEqual({ state: "exact", tried_at: now, done_at: null, days: [] });
    expect(statements).toEqual([]);
    expect(reported()[0]).toMatchObject({ level: "info", days: 0 });
  });

  it("statements older than 90 days go, though nobody asks any more", async () => {
    const asked = { who: "a", role: "analyst", brands: ["tindra"], question: null, text: "SELECT", rows: 0 };
    const left = async () => (await env.ANALYTICS_DB.prepare("SELECT at FROM query_log ORDER BY at").all()).results;
    await recordAsked(env.ANALYTICS_DB, { ...asked, atMs: (now - 91 * DAY) * 1000 });
    await env.ANALYTICS_DB.prepare("UPDATE query_log SET at = ?")
      .bind(now - 90 * DAY - 1)
      .run();
    await recordAsked(env.ANALYTICS_DB, { ...asked, atMs: (now - 90 * DAY) * 1000 });
    expect(await left()).toHaveLength(2);
    await ran();
    expect(await left()).toEqual([{ at: now - 90 * DAY }]);
    expect(reported()[0]).toMatchObject({ purged: 1 });
  });

  it("a database that is away is a line each, and no exception", async () => {
    const away = {
      prepare() {
        throw new Error("zq7 away");
      },
    };
    await ran(now, { ...env, ANALYTICS_DB: away } as unknown as Environment);
    expect(lines.map(({ event }) => event)).toContain("query_log_unpurged");
    expect(lines.map(({ event }) => event)).toContain("reconciliation_unkept");
    expect(JSON.stringify(lines)).not.toContain("zq7");
  });
});
