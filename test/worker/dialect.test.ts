import { describe, expect, it } from "vitest";
import { type Complaint, confinable, parse, print, scope, type Tree } from "../../worker/analytics/dialect.ts";
import { QUESTIONS, questionTree } from "../../worker/analytics/questions.ts";

const FROM = "FROM otp_sessions";
const PERIOD = { from: 1_793_577_600, to: 1_794_787_200 };
const ONE = { brands: ["brand-a"], ...PERIOD };
const DAY = 86_400;

function tree(sql: string): Tree {
  const parsed = parse(sql);
  if (Array.isArray(parsed)) throw new Error(`${sql}: ${parsed[0]?.text}`);
  return parsed;
}

function complaints(sql: string): Complaint[] {
  const parsed = parse(sql);
  if (!Array.isArray(parsed)) throw new Error(`accepted: ${sql}`);
  return parsed;
}

const texts = (sql: string) => complaints(sql).map(({ text }) => text);
const scoped = (sql: string, bounds = {}) => print(scope(tree(sql), { ...ONE, ...bounds }));

describe("the named questions", () => {
  it("are those of the specification and what the console needs beside them", () => {
    expect(QUESTIONS).toHaveLength(30);
  });

  it.each(QUESTIONS)("%s is in the subset and prints to a fixed point, bare and scoped", (name) => {
    const bare = print(questionTree(name));
    expect(print(parse(bare, "shipped") as Tree)).toBe(bare);
    const sql = print(scope(questionTree(name), { ...ONE, country: "DE", device: "ios", gateway: "twilio" }));
    expect(print(parse(sql, "printed") as Tree)).toBe(sql);
    expect(sql).not.toMatch(/[{}]/);
    expect(sql.length).toBeLessThan(10_000);
  });

  it("are bounded by the time in which a verification began, and scanned two hours further", () => {
    expect(print(scope(questionTree("rules"), { ...ONE, country: "DE" }))).toContain(
      "WHERE timestamp >= toDateTime('2026-11-02 00:00:00') AND timestamp < toDateTime('2026-11-16 02:00:00') AND double1 >= 1793577600 AND double1 < 1794787200 AND blob14 IN ('brand-a') AND blob5 = 'DE' AND blob1 IN ('S1') AND blob2 = 'blocked' GROUP BY",
    );
  });

  it("are narrowed by what a row says, and never where it does not", () => {
    const narrow = { category: "service", autofill: "used", mode: "frame", release: "0123abcd" };
    const tree = questionTree("funnel");
    expect(print(scope(tree, { ...ONE, ...narrow }))).toContain(
      "AND blob14 IN ('brand-a') AND blob20 = 'service' AND double14 = 2 AND blob19 = 'frame' AND blob17 = '0123abcd' AND",
    );
    const events = questionTree("eventCounts");
    for (const [name, value] of Object.entries(narrow)) {
      expect([name, confinable(tree, { [name]: value }), confinable(events, { [name]: value })]).toEqual([
        name,
        true,
        false,
      ]);
      expect(() => scope(events, { ...ONE, [name]: value })).toThrow(RangeError);
    }
    expect(confinable(events, { country: "NO", device: "ios", gateway: "twilio" })).toBe(true);
  });

  it("about events are bounded by the time of the event", () => {
    expect(
      print(scope(questionTree("eventCounts"), { ...ONE, brands: ["brand-a", "brand-b"], country: "DE" })),
    ).toContain(
      "WHERE timestamp >= toDateTime('2026-11-02 00:00:00') AND timestamp < toDateTime('2026-11-16 00:00:00') AND blob14 IN ('brand-a', 'brand-b') AND blob3 = 'DE' AND blob1 IN ('E1') GROUP BY",
    );
  });
});

/** What runs on one engine only, or nowhere as meant: a statement of each, and what its author is told. */
const REFUSED: [row: string, sql: string, told: RegExp][] = [
  ["a sum in a sum", `SELECT SUM(SUM(_sample_interval)) AS n ${FROM}`, /aggregate cannot stand in an aggregate/],
  ["if over an integer and a decimal", `SELECT SUM(if(double1 = 1, 0, double15)) AS n ${FROM}`, /0\.0 beside decimals/],
  ["another spelling of sumIf", `SELECT SUMIF(double1, double2 = 1) AS n ${FROM}`, /no function SUMIF; write sumIf/],
  [
    "quantileWeighted",
    `SELECT quantileWeighted(0.5, double11, _sample_interval) AS p ${FROM}`,
    /write quantileExactWeighted/,
  ],
  ["a quantile without weights", `SELECT quantile(0.5)(double11) AS p ${FROM}`, /write quantileExactWeighted/],
  [
    "a quantile with another weight",
    `SELECT quantileExactWeighted(0.5)(double11, 1) AS p ${FROM}`,
    /takes _sample_interval/,
  ],
  ["a quantile without its level", `SELECT quantileExactWeighted(double11, _sample_interval) AS p ${FROM}`, /0\.95/],
  ["COUNT(*)", `SELECT COUNT(*) AS n ${FROM}`, /count\(\) for rows read/],
  ["count of something", `SELECT count(blob2) AS n ${FROM}`, /count\(\) is rows read/],
  ["count(DISTINCT)", `SELECT count(DISTINCT blob2) AS n ${FROM}`, /distinct values of a sample/],
  ["uniq", `SELECT uniq(blob2) AS n ${FROM}`, /distinct values of a sample/],
  ["CASE", `SELECT SUM(CASE WHEN double1 = 1 THEN 1 ELSE 0 END) AS n ${FROM}`, /write if\(condition, a, b\)/],
  ["multiIf", `SELECT SUM(multiIf(double1 = 1, 1, 0)) AS n ${FROM}`, /write if\(condition, a, b\)/],
  ["toString", `SELECT toString(double1) AS t, count() AS n ${FROM} GROUP BY t`, /no function toString/],
  ["JOIN", `SELECT count() AS n ${FROM} JOIN otp_events ON 1 = 1`, /not JOIN; write one SELECT/],
  ["UNION", `SELECT count() AS n ${FROM} UNION ALL SELECT count() AS n ${FROM}`, /not UNION; write one SELECT/],
  ["WITH", `WITH 1 AS x SELECT count() AS n ${FROM}`, /SELECT is needed here, not WITH/],
  ["IN (SELECT)", `SELECT count() AS n ${FROM} WHERE blob2 IN (SELECT blob2 ${FROM})`, /no column SELECT/],
  ["a window", `SELECT SUM(_sample_interval) OVER () AS n ${FROM}`, /expression AS name, not OVER/],
  ["a semicolon", `SELECT count() AS n ${FROM};`, /One statement only/],
  ["a comment", `SELECT count() AS n ${FROM} -- all`, /Comments/],
  ["a comment between", `SELECT count() /* all */ AS n ${FROM}`, /Comments/],
  ["SELECT *", `SELECT * ${FROM}`, /An expression is needed here, not \*/],
  ["a double-quoted name", `SELECT count() AS "n" ${FROM}`, /without quotes/],
  ["FROM (SELECT)", `SELECT count() AS n FROM (SELECT blob2 ${FROM})`, /data sets are/],
  ["the greatest text", `SELECT max(blob2) AS m ${FROM}`, /max takes a number or a time/],
  [
    "GROUP BY an expression",
    `SELECT blob2 AS o, count() AS n ${FROM} GROUP BY lower(blob2)`,
    /statement ends here, not \(/,
  ],
  [
    "ORDER BY a column",
    `SELECT blob2 AS o, count() AS n ${FROM} GROUP BY o ORDER BY blob2`,
    /ORDER BY takes a name given by AS/,
  ],
  ["HAVING a column", `SELECT blob2 AS o, count() AS n ${FROM} GROUP BY o HAVING blob2 = 'x'`, /HAVING takes names/],
  ["HAVING an aggregate", `SELECT blob2 AS o, count() AS n ${FROM} GROUP BY o HAVING count() > 5`, /give it a name/],
  ["LIKE over a number", `SELECT count() AS n ${FROM} WHERE double1 LIKE '1%'`, /double is not compared/],
  [
    "BETWEEN text and number",
    `SELECT count() AS n ${FROM} WHERE double1 BETWEEN 1 AND 'x'`,
    /double is not compared with a text/,
  ],
  [
    "an interval without quotes",
    `SELECT count() AS n ${FROM} WHERE timestamp > now() - INTERVAL 1 DAY`,
    /INTERVAL '1' DAY/,
  ],
  ["a week", `SELECT count() AS n ${FROM} WHERE timestamp > now() - INTERVAL '1' WEEK`, /no WEEK/],
  [
    "days of a zone that is none",
    `SELECT toStartOfInterval(timestamp, INTERVAL '1' DAY, 'x''y') AS t, count() AS n ${FROM} GROUP BY t`,
    /time zone such as/,
  ],
  [
    "hours of a zone",
    `SELECT toStartOfInterval(timestamp, INTERVAL '1' HOUR, 'Europe/Berlin') AS t, count() AS n ${FROM} GROUP BY t`,
    /Hours have no zone/,
  ],
  ["toStartOfWeek", `SELECT toStartOfWeek(timestamp) AS t, count() AS n ${FROM} GROUP BY t`, /add the days up/],
  ["length", `SELECT SUM(length(blob2)) AS n ${FROM}`, /no function length/],
  [
    "%M for minutes",
    `SELECT formatDateTime(timestamp, '%H:%M') AS t, count() AS n ${FROM} GROUP BY t`,
    /minutes are %i/,
  ],
  ["toLower", `SELECT toLower(blob2) AS o, count() AS n ${FROM} GROUP BY o`, /write lower and upper/],
  ["LIMIT ALL", `SELECT count() AS n ${FROM} LIMIT ALL`, /whole number/],
  ["SHOW", "SHOW TIMEZONE", /SELECT is needed/],
  ["round", `SELECT round(SUM(_sample_interval)) AS n ${FROM}`, /rounded where it is shown/],
  ["a time as text", `SELECT count() AS n ${FROM} WHERE timestamp > '2026-11-02T00:00:00Z'`, /toDateTime/],
  [
    "a time of another form",
    `SELECT count() AS n ${FROM} WHERE timestamp > toDateTime('2026-11-02T00:00:00Z')`,
    /YYYY-MM-DD/,
  ],
  [
    "an alias that is a column",
    `SELECT blob2 AS blob14, count() AS n ${FROM} GROUP BY blob14`,
    /blob14 cannot be a name/,
  ],
  ["an alias used again", `SELECT count() AS n, max(double1) AS n ${FROM}`, /n is a name already/],
  ["a column that no data set has", `SELECT SUM(double21) AS n ${FROM}`, /no column double21/],
  ["division by nothing", `SELECT SUM(double1) / 0 AS n ${FROM}`, /Division by zero/],
];

/** The rest of the grammar's edges, and the rules of what may be asked at all. */
const RULES: [rule: string, sql: string, told: RegExp][] = [
  ["a text beside a number", `SELECT count() AS n ${FROM} WHERE blob2 = 1`, /text is not compared with a int/],
  ["a backslash", `SELECT count() AS n ${FROM} WHERE blob2 = 'a\\'`, /no backslash/],
  ["an exponent", `SELECT count() AS n ${FROM} WHERE double1 > 1e3`, /plain decimals/],
  ["a hexadecimal", `SELECT count() AS n ${FROM} WHERE double1 > 0x10`, /plain decimals/],
  ["NULL", `SELECT count() AS n ${FROM} WHERE blob2 = NULL`, /no column NULL/],
  ["a letter outside ASCII", `SELECT count() AS ñ ${FROM}`, /not part of the subset/],
  ["a control character", `SELECT count() AS n\u0001 ${FROM}`, /not part of the subset/],
  ["a no-break space", `SELECT count()\u00a0AS n ${FROM}`, /not part of the subset/],
  ["a marker of ours", `SELECT count() AS n ${FROM} WHERE {S}`, /not part of the subset/],
  ["an item without a name", `SELECT count() ${FROM}`, /Each column needs a name/],
  ["a name of ours", `SELECT count() AS rf_rows ${FROM}`, /rf_rows cannot be a name/],
  ["a name in capitals", `SELECT count() AS N ${FROM}`, /N cannot be a name/],
  ["a name that is a function in another case", `SELECT count() AS touint32 ${FROM}`, /cannot be a name/],
  ["a name that is a word of SQL", `SELECT count() AS having ${FROM}`, /cannot be a name/],
  ["a name in WHERE", `SELECT blob2 AS o, count() AS n ${FROM} WHERE o = 'x' GROUP BY o`, /no column o/],
  ["rows", `SELECT blob2 AS o ${FROM} GROUP BY o`, /No rows are given out/],
  ["a column that is no key", `SELECT blob2 AS o, count() AS n ${FROM}`, /o belongs in GROUP BY/],
  ["a column beside an aggregate", `SELECT SUM(double1) + double2 AS n ${FROM}`, /stands beside an aggregate/],
  ["a constant", `SELECT 1 AS one, count() AS n ${FROM} GROUP BY one`, /constant is no column/],
  ["an aggregate as key", `SELECT count() AS n ${FROM} GROUP BY n`, /n is an aggregate and no key/],
  ["an aggregate in WHERE", `SELECT count() AS n ${FROM} WHERE count() > 1`, /aggregate cannot stand here/],
  ["another data set", "SELECT count() AS n FROM system", /data sets are/],
  ["a condition that is none", `SELECT count() AS n ${FROM} WHERE blob2`, /condition is needed/],
  ["more rows than 10,000", `SELECT count() AS n ${FROM} LIMIT 10001`, /up to 10000/],
  ["another format", `SELECT count() AS n ${FROM} FORMAT Native`, /FORMAT is JSON/],
  [
    "sixty-one columns",
    `SELECT ${Array.from({ length: 61 }, (_, i) => `count() AS n${i}`).join(", ")} ${FROM}`,
    /At most 60/,
  ],
  [
    "a list of 201",
    `SELECT count() AS n ${FROM} WHERE blob2 IN (${Array(201).fill("'x'").join(", ")})`,
    /At most|at most 200/,
  ],
  [
    "33 levels of parentheses",
    `SELECT count() AS n ${FROM} WHERE ${"(".repeat(33)}1 = 1${")".repeat(33)}`,
    /32 levels/,
  ],
  ["a thousand NOTs", `SELECT count() AS n ${FROM} WHERE ${"NOT ".repeat(1000)}1 = 1`, /32 levels/],
  ["a sum of a thousand", `SELECT SUM(double1${" + 1".repeat(1000)}) AS n ${FROM}`, /32 levels/],
  ["10,001 characters", `SELECT count() AS n ${FROM} WHERE blob2 = '${"x".repeat(10_000)}'`, /10000 characters/],
  ["a column of text list members", `SELECT count() AS n ${FROM} WHERE blob2 IN (blob3)`, /list of values/],
];

describe("a statement is refused with", () => {
  it.each([...REFUSED, ...RULES])("%s", (_, sql, told) => {
    expect(texts(sql).join("\n")).toMatch(told);
  });

  it("the place of every fault, so that an editor can mark it", () => {
    const sql = `SELECT blob2 AS blob3, SUM(blob4) AS n ${FROM} GROUP BY blob3`;
    expect(complaints(sql).map(({ at, length }) => sql.slice(at, at + length))).toEqual(["blob3", "blob4"]);
  });

  it("at most ten complaints, none longer than a sentence", () => {
    const many = complaints(
      `SELECT ${Array(50)
        .fill(`SUM(${"z".repeat(100)})`)
        .join(" + ")} AS n ${FROM}`,
    );
    expect(many).toHaveLength(10);
    for (const { text } of many) expect(text.length).toBeLessThan(160);
  });

  it("nothing at all where it is in the subset", () => {
    const sql = `select blob2 as o, Sum(_sample_interval * double15) / sum(_sample_interval) AS mean, quantileExactWeighted(0.95)(double11, _sample_interval) AS p95, countIf(blob5 ILIKE 'd_') AS d, argMax(double1, timestamp) AS last ${FROM} where not (blob2 not in ('a''b', 'ç') or double1 between -1 and 2.5) and toStartOfInterval(timestamp, INTERVAL '1' DAY, 'Europe/Berlin') < now() - INTERVAL '2' MONTH and double4 % 2 <> 1 GROUP BY o having mean > 0 and o != 'x' order by mean desc, o limit 5 offset 5 format JSON`;
    expect(print(tree(sql))).toBe(
      `SELECT blob2 AS o, SUM(_sample_interval * double15) / SUM(_sample_interval) AS mean, quantileExactWeighted(0.95)(double11, _sample_interval) AS p95, countIf(blob5 ILIKE 'd_') AS d, argMax(double1, timestamp) AS last FROM otp_sessions WHERE NOT (NOT blob2 IN ('a''b', 'ç') OR double1 BETWEEN -1 AND 2.5) AND toStartOfInterval(timestamp, INTERVAL '1' DAY, 'Europe/Berlin') < now() - INTERVAL '2' MONTH AND double4 % 2 != 1 GROUP BY o HAVING mean > 0 AND o != 'x' ORDER BY mean DESC, o LIMIT 5 OFFSET 5 FORMAT JSON`,
    );
  });
});

describe("a scope", () => {
  const N = `SELECT SUM(_sample_interval) AS n ${FROM}`;

  it("stands above the whole condition of the caller", () => {
    expect(scoped(`${N} WHERE blob14 = 'brand-b' OR 1 = 1`)).toContain(
      "WHERE timestamp >= toDateTime('2026-11-02 00:00:00') AND timestamp < toDateTime('2026-11-16 00:00:00') AND blob14 IN ('brand-a') AND blob1 IN ('S1') AND (blob14 = 'brand-b' OR 1 = 1) LIMIT",
    );
  });

  it("leaves a caller's own version and own times, which can only narrow", () => {
    const sql = scoped(`${N} WHERE blob1 = 'S0' AND timestamp >= toDateTime('2020-01-01 00:00:00')`);
    expect(sql).toContain("timestamp >= toDateTime('2026-11-02 00:00:00')");
    expect(sql).not.toContain("'S1'");
  });

  it("limits to a thousand rows, or to what the caller asks within ten thousand", () => {
    expect(scoped(N)).toContain("LIMIT 1000 FORMAT JSON");
    expect(scoped(`${N} LIMIT 7 OFFSET 3 FORMAT TabSeparated`)).toContain("LIMIT 7 OFFSET 3 FORMAT JSON");
    expect(scoped(N, { maxRows: 1_000_000 })).toContain("LIMIT 10000");
  });

  it("counts the rows behind each cell and the variance of each weighted sum, under names nobody else can use", () => {
    expect(
      scoped(
        `SELECT SUM(_sample_interval) AS n, SUM(if(double4 > 0, _sample_interval * double15, 0.0)) AS value, sumIf(_sample_interval, double4 > 0) AS m, avg(double1) AS mean ${FROM}`,
      ),
    ).toContain(
      "SUM(_sample_interval * (_sample_interval - 1)) AS rf_var_0, SUM(if(double4 > 0, _sample_interval * (_sample_interval - 1) * double15 * double15, 0.0)) AS rf_var_1, sumIf(_sample_interval * (_sample_interval - 1), double4 > 0) AS rf_var_2, count() AS rf_rows, max(_sample_interval) AS rf_coarsest FROM",
    );
  });

  it("uses the environment's names of the data sets", () => {
    expect(print(scope(tree(N), ONE), { otp_sessions: "otp_sessions_staging" })).toContain(
      "FROM otp_sessions_staging WHERE",
    );
  });

  it.each([
    ["no brand", { brands: [] }],
    ["a brand of another form", { brands: ["brand-a", "x') OR ('1' = '1"] }],
    ["more than 92 days", { from: PERIOD.to - 93 * DAY }],
    ["a period that is none", { from: PERIOD.to }],
    ["a time that is no whole second", { from: PERIOD.from + 0.5 }],
    ["no time", { from: Number.NaN }],
  ])("is refused that has %s", (_, bounds) => {
    expect(() => scope(tree(N), { ...ONE, ...bounds })).toThrow(RangeError);
  });
});
