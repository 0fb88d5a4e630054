import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Answer } from "../../worker/analytics/answer.ts";
import { shown, withoutSmallCells } from "../../worker/analytics/cells.ts";
import { csv } from "../../worker/analytics/csv.ts";
import { parse, type Tree } from "../../worker/analytics/dialect.ts";
import { engineStore, type Told } from "../../worker/analytics/query.ts";

const FROM = 1_793_577_600;
const DAY = 86_400;
/** A period of its own for every test, so that no test hears an answer kept by another. */
let filter = { brands: ["tindra"], from: FROM, to: FROM + 14 * DAY, zone: "Europe/Oslo" };
const SETTINGS = {
  base: "https://engine.example/client/v4",
  account: "acc1",
  token: "a-token-of-the-engine",
  data_sets: { otp_sessions: "otp_sessions_test", otp_events: "otp_events_test" },
};

let clock = 0;
let said: { url: string; init: RequestInit }[] = [];
let engine: () => Response | Promise<Response>;
let logged: string[] = [];

beforeEach(() => {
  clock = (FROM + 100 * DAY) * 1000;
  filter = { ...filter, from: filter.from + 60 };
  said = [];
  logged = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url, init) => {
    said.push({ url: String(url), init: init as RequestInit });
    return engine();
  });
  vi.spyOn(console, "error").mockImplementation((line) => void logged.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

const store = (role = "analyst") => engineStore(SETTINGS, role, () => clock);
const WIDE = "UInt64";

/** What the engine answers to `outcomes`; weights are texts, as 64-bit integers may be. */
function outcomes(coarsest = "1", rows = "40") {
  const meta = [
    { name: "outcome", type: "String" },
    { name: "sessions", type: WIDE },
    { name: "value_cents", type: "Float64" },
    { name: "var_sessions", type: WIDE },
    { name: "rows_read", type: WIDE },
    { name: "coarsest", type: "UInt32" },
    { name: "rf_var_2", type: "Float64" },
    { name: "rf_rows", type: WIDE },
    { name: "rf_coarsest", type: "UInt32" },
  ];
  const row = (outcome: string, sessions: string, read: string) => ({
    outcome,
    sessions,
    value_cents: 7_000.5,
    var_sessions: "3600",
    rows_read: read,
    coarsest,
    rf_var_2: 12.25,
    rf_rows: read,
    rf_coarsest: coarsest,
  });
  const data = [row("proceeded", "9007199254740992", rows), row("=expired", "30", "3")];
  return () => Response.json({ meta, data, rows: 2, rows_before_limit_at_least: 2 });
}

function answerOf(told: Told): Answer {
  if (!told.ok) throw new Error(told.problem);
  return told.answer;
}

describe("the engine", () => {
  it("is asked by its own address, with the token, and with the statement as printed", async () => {
    engine = outcomes();
    const told = await store().ask("outcomes", filter);
    expect(said[0]?.url).toBe("https://engine.example/client/v4/accounts/acc1/analytics_engine/sql");
    expect(new Headers(said[0]?.init.headers).get("authorization")).toBe("Bearer a-token-of-the-engine");
    expect(said[0]?.init.body).toContain("FROM otp_sessions_test WHERE timestamp >=");
    expect(said[0]?.init.body).toContain("blob14 IN ('tindra')");
    expect(told.ok && told.sql).toBe(said[0]?.init.body);
  });

  it("is understood whether it writes wide integers as numbers or as texts", async () => {
    engine = outcomes();
    const [first] = answerOf(await store().ask("outcomes", filter)).data;
    expect(first).toMatchObject({
      outcome: "proceeded",
      sessions: 2 ** 53,
      value_cents: 7000.5,
      rows_read: 40,
    });
    for (const value of Object.values(first ?? {}).slice(1)) expect(typeof value).toBe("number");
  });

  it("gives an exact answer where nothing was sampled, without margins that nobody needs", async () => {
    engine = outcomes();
    const answer = answerOf(await store().ask("outcomes", filter));
    expect(answer).toMatchObject({ exact: true, coarsest: 1, rows_read: 43, rows: 2, as_of: clock / 1000 });
    expect(answer.meta.map(({ name }) => name)).toEqual([
      "outcome",
      "sessions",
      "value_cents",
      "var_sessions",
      "rows_read",
      "coarsest",
    ]);
  });

  it("gives a margin beside every sum of a sample", async () => {
    engine = outcomes("10");
    const answer = answerOf(await store().ask("outcomes", filter));
    expect(answer).toMatchObject({ exact: false, coarsest: 10 });
    expect(answer.meta.at(-1)).toEqual({ name: "var_value_cents", type: "Float64" });
    expect(answer.data[0]).toMatchObject({ var_sessions: 3600, var_value_cents: 12.25 });
  });

  it.each([
    [
      "refuses an empty data set with 422",
      () => new Response("Input was invalid: unable to find type of column: blob2", { status: 422 }),
    ],
    ["answers with no rows", () => Response.json({ meta: [], data: [], rows: 0 })],
    [
      "sums over nothing",
      () =>
        Response.json({ meta: [{ name: "n", type: WIDE }], data: [{ n: "0", rf_rows: "0", rf_coarsest: 0 }], rows: 1 }),
    ],
  ])("has nothing to tell yet where it %s", async (_, word) => {
    engine = word;
    expect(answerOf(await store().ask("outcomes", filter))).toMatchObject({ rows: 0, data: [], exact: true });
  });

  it("tells a quotient by nothing as null, however it is written", async () => {
    const meta = ["a", "b", "c"].map((name) => ({ name, type: "Float64" }));
    const data = [{ a: null, b: "nan", c: "inf", rf_rows: 9, rf_coarsest: 1 }];
    engine = () => Response.json({ meta, data, rows: 1 });
    expect(shown(answerOf(await store().ask("attemptsMean", filter)))).toEqual([{ a: null, b: null, c: null }]);
  });

  it("is asked once while an answer stands: an hour for days that are over, a minute for today, 15 s for the last hours", async () => {
    engine = outcomes();
    const today = Math.floor(clock / 1000);
    for (const [bounds, stands] of [
      [filter, 3_600_000],
      [{ ...filter, from: today - DAY, to: today }, 60_000],
      [{ ...filter, from: today - 900, to: today }, 15_000],
    ] as const) {
      said = [];
      await store().ask("outcomes", bounds);
      clock += stands - 1;
      await store().ask("outcomes", bounds);
      expect(said).toHaveLength(1);
      clock += 1;
      await store().ask("outcomes", bounds);
      expect(said).toHaveLength(2);
    }
  });

  it("keeps answers apart by brand and by role", async () => {
    engine = outcomes();
    await store().ask("outcomes", filter);
    await store().ask("outcomes", { ...filter, brands: ["marisol"] });
    await store("fraud").ask("outcomes", filter);
    expect(said).toHaveLength(3);
  });

  it.each([
    ["429", () => new Response("slow down", { status: 429, headers: { "retry-after": "17" } }), 17],
    ["500", () => new Response("oh", { status: 500 }), 60],
    ["403", () => Response.json({ success: false }, { status: 403 }), 60],
    ["silence", () => Promise.reject(new DOMException("late", "TimeoutError")), 60],
    ["what is no answer", () => Response.json({ success: true }), 60],
    ["no JSON", () => new Response("<html>"), 60],
    ["a redirect", () => new Response(null, { status: 302, headers: { location: "https://elsewhere.example/" } }), 60],
  ])("leaves its last word with its age after %s, and a time to wait where there is none", async (_, word, waitS) => {
    engine = word;
    expect(await store().ask("funnel", filter)).toEqual({ ok: false, problem: "ANALYTICS.UNAVAILABLE", waitS });
    engine = outcomes();
    await store().ask("funnel", filter);
    clock += 7_200_000;
    engine = word;
    expect(await store().ask("funnel", filter)).toMatchObject({ ok: true, stale_s: 7200, answer: { rows: 2 } });
    // Neither the token nor the statement is in a line of the log.
    expect(logged.join("\n")).not.toMatch(/a-token|SELECT|tindra/);
  });

  it("tells the time of its newest and oldest row, or that there is none", async () => {
    const meta = ["newest", "oldest"].map((name) => ({ name, type: "UInt32" }));
    engine = () =>
      Response.json({ meta, data: [{ newest: 1793600000, oldest: 1793500000, rf_rows: "9", rf_coarsest: 1 }] });
    expect(await store().freshness("tindra")).toEqual({ newest: 1793600000, oldest: 1793500000 });
    engine = () => new Response("Input was invalid", { status: 422 });
    expect(await store().freshness("rimal")).toEqual({ newest: null, oldest: null });
  });

  it("bounds free statements to the brands and the period of the filter", async () => {
    engine = outcomes();
    await store().query(parse("SELECT count() AS n FROM otp_events WHERE 1 = 1 OR blob14 = 'marisol'") as Tree, filter);
    expect(said[0]?.init.body).toContain("blob14 IN ('tindra') AND blob1 IN ('E1') AND (1 = 1 OR blob14 = 'marisol')");
  });
});

describe("small groups", () => {
  it("of fewer than five rows are left out, and rows that do not say how many they are", async () => {
    engine = outcomes();
    const answer = answerOf(await store().ask("outcomes", filter));
    const less = withoutSmallCells({ ...answer, data: [...answer.data, { outcome: "x", sessions: 99 }] });
    expect(shown(less).map(({ outcome }) => outcome)).toEqual(["proceeded"]);
    // The total would tell how many the one that is missing is.
    expect([less.rows, less.rows_read]).toEqual([1, 40]);
    const five = answer.data.map((row) => ({ ...row, rf_rows: 5 }));
    expect(withoutSmallCells({ ...answer, data: five }).rows).toBe(2);
  });
});

describe("a file for spreadsheets", () => {
  it("has a header, margins beside counts, and the rows read in every row", async () => {
    engine = outcomes("10");
    const answer = answerOf(await store().ask("outcomes", filter));
    expect(csv(answer)).toBe(
      "outcome,sessions,sessions_margin,value_cents,value_cents_margin,rows_read,coarsest\r\n" +
        "proceeded,9007199254740992,117.6,7000.5,6.86,40,10\r\n" +
        "'=expired,30,117.6,7000.5,6.86,3,10\r\n",
    );
  });

  it("neutralises formulas in texts, quotes what RFC 4180 says, and leaves numbers alone", () => {
    const cells = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", 'a"b', "a,b", "a\nb", "-", -5, 1e21, null];
    const meta = [{ name: "cell", type: "String" }];
    const data = cells.map((cell) => ({ cell }));
    const text = csv({ meta, data, rows: 1, exact: true, rows_read: 9, coarsest: 1, as_of: 0 });
    expect(text).toBe(
      `${["cell,rows_read,coarsest", "'=1+1", "'+1", "'-1", "'@x", "'\tx", '"\'\rx"', '"a""b"', '"a,b"', '"a\nb"', "'-", "-5", "1e+21", ""].join(",9,1\r\n").replace("coarsest,9,1", "coarsest")},9,1\r\n`,
    );
  });
});
