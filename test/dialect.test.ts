/**
 * The guard before the engine, against an engine: whatever statement is accepted, scoped to one brand, answers over
 * everybody's rows what it answers over that brand's rows alone. ClickHouse accepts far more than the guard should.
 */
import { readdirSync, readFileSync } from "node:fs";
import { Session } from "chdb";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, print, scope, type Tree } from "../worker/analytics/dialect.ts";
import { tricks } from "./attack/tricks.ts";

const OWN = "tindra";
const OTHER = "marisol";
const FROM = 1_793_577_600;
const SCOPE = { brands: [OWN], from: FROM, to: FROM + 86_400 };
const COLUMNS = Array.from({ length: 20 }, (_, i) => i + 1);
let session: Session;

beforeAll(() => {
  session = new Session();
  const columns = `timestamp DateTime('Etc/UTC'), _sample_interval UInt32, index1 String, ${COLUMNS.map((n) => `blob${n} String, double${n} Float64`).join(", ")}`;
  for (const table of ["everybody", "own"]) session.query(`CREATE TABLE ${table} (${columns}) ENGINE = Memory`);
  const row = (brand: string, i: number) => {
    const blob = (n: number) => (n === 14 ? brand : n === 1 ? "S1" : ["x", "y", "it's", OTHER][(i * n) % 4]);
    const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
    const cells = COLUMNS.map((n) => `${text(blob(n) as string)}, ${(i * n) % 7}`);
    return `(${FROM + i * 60}, ${1 + (i % 3) * 9}, ${text(`${brand}:NO`)}, ${cells.join(", ")})`;
  };
  const rows = (brand: string) => Array.from({ length: 40 }, (_, i) => row(brand, i)).join(", ");
  session.query(`INSERT INTO everybody VALUES ${rows(OWN)}, ${rows(OTHER)}, ${rows("rimal")}`);
  session.query(`INSERT INTO own VALUES ${rows(OWN)}`);
});

afterAll(() => {
  session.close();
});

/** The rows of an answer, in no order. */
function answer(tree: Tree, table: string): string[] {
  const text = session.query(
    print(tree, { otp_sessions: table, otp_events: table }).replace(/ FORMAT JSON$/, ""),
    "JSONEachRow",
  );
  return text.split("\n").filter(Boolean).sort();
}

const columnOf = (name: string, least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((n) => name + n);
const blob = fc.oneof({ weight: 2, arbitrary: fc.constant("blob14") }, columnOf("blob", 1, 5), fc.constant("index1"));
const text = fc.constantFrom(
  "'x'",
  "'y'",
  "'it''s'",
  `'${OWN}'`,
  `'${OTHER}'`,
  "''' OR 1 = 1 OR '''",
  "'S1'",
  "'%'",
  "''",
);
const { number, condition } = fc.letrec<{ number: string; condition: string }>((tie) => ({
  number: fc.oneof(
    { depthSize: "small" },
    columnOf("double", 1, 20),
    fc.constantFrom("1.0", "0.5", "2.0", "-1.0"),
    fc.tuple(tie("number"), fc.constantFrom("+", "-", "*"), tie("number")).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie("condition"), tie("number"), tie("number")).map(([c, a, b]) => `if(${c}, ${a}, ${b})`),
  ),
  condition: fc.oneof(
    { depthSize: "small" },
    fc.tuple(blob, fc.constantFrom("=", "!=", "<", ">=", "LIKE", "ILIKE"), text).map((parts) => parts.join(" ")),
    fc
      .tuple(blob, fc.constantFrom("IN", "NOT IN"), fc.array(text, { minLength: 1, maxLength: 3 }))
      .map(([b, op, list]) => `${b} ${op} (${list})`),
    fc.constantFrom("1 = 1", "TRUE", "FALSE", "timestamp > toDateTime('2000-01-01 00:00:00')", "blob1 = 'S1'"),
    fc.tuple(tie("number"), fc.constantFrom("=", "<", ">="), tie("number")).map((parts) => parts.join(" ")),
    fc.tuple(tie("condition"), fc.constantFrom("AND", "OR"), tie("condition")).map((parts) => parts.join(" ")),
    tie("condition").map((c) => `NOT (${c})`),
    tie("condition").map((c) => `(${c})`),
  ),
}));
const aggregate = fc.oneof(
  fc.constantFrom("count()", "SUM(_sample_interval)", "max(timestamp)", "max(_sample_interval)"),
  number.map((x) => `SUM(_sample_interval * ${x})`),
  condition.map((c) => `SUM(if(${c}, _sample_interval, 0))`),
  condition.map((c) => `countIf(${c})`),
  number.map((x) => `min(${x})`),
  number.map((x) => `quantileExactWeighted(0.5)(${x}, _sample_interval)`),
);
const statement = fc
  .record({
    keys: fc.uniqueArray(fc.constantFrom("blob14", "blob2", "double1", "lower(index1)", "timestamp"), { maxLength: 3 }),
    sums: fc.array(aggregate, { minLength: 1, maxLength: 4 }),
    where: fc.option(condition),
    having: fc.option(fc.constantFrom("s0 > 0", "s0 > 0 OR 1 = 1", "NOT s0 = 3")),
    last: fc.constantFrom("", " ORDER BY s0 DESC", " LIMIT 9999", " FORMAT JSON"),
  })
  .filter(({ sums, having }) => !(having && sums[0] === "max(timestamp)"))
  .map(({ keys, sums, where, having, last }) => {
    const items = [...keys.map((key, i) => `${key} AS k${i}`), ...sums.map((sum, i) => `${sum} AS s${i}`)].join(", ");
    const by = keys.length > 0 ? ` GROUP BY ${keys.map((_, i) => `k${i}`).join(", ")}` : "";
    return `SELECT ${items} FROM otp_sessions${where ? ` WHERE ${where}` : ""}${by}${having ? ` HAVING ${having}` : ""}${last}`;
  });

const QUESTIONS = new URL("../worker/analytics/questions/", import.meta.url);

describe("the named questions", () => {
  it.each(readdirSync(QUESTIONS))("%s runs on the engine, over its own brand's rows alone", (file) => {
    const tree = parse(readFileSync(new URL(file, QUESTIONS), "utf8"), "shipped") as Tree;
    const scoped = scope(tree, { ...SCOPE, country: "x", device: "y", gateway: "x" });
    expect(answer(scoped, "everybody")).toEqual(answer(scoped, "own"));
  });
});

describe("any statement of an analyst", () => {
  it("answers over everybody's rows what it answers over its own brand's alone", () => {
    let accepted = 0;
    let told = 0;
    fc.assert(
      fc.property(statement, (sql) => {
        const tree = parse(sql);
        if (Array.isArray(tree)) throw new Error(`${sql}: ${tree[0]?.text}`);
        const scoped = scope(tree, SCOPE);
        expect(print(parse(print(scoped), "printed") as Tree)).toBe(print(scoped));
        const all = answer(scoped, "everybody");
        expect(all).toEqual(answer(scoped, "own"));
        accepted += 1;
        told += Number(all.length > 0);
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThanOrEqual(300);
    // Most of them do find something, or the comparison would say little.
    expect(told).toBeGreaterThan(150);
  }, 60_000);

  it.each(tricks(OTHER))("is no trick: %s", (sql) => {
    const tree = parse(sql);
    if (Array.isArray(tree)) return expect(tree.length).toBeGreaterThan(0);
    const scoped = scope(tree, SCOPE);
    const all = answer(scoped, "everybody");
    expect(all).toEqual(answer(scoped, "own"));
    expect(all.join("\n")).not.toMatch(new RegExp(`"who":"(?!${OWN})`));
  });

  it("meets more than fifty tricks, some of which are statements like any other", () => {
    const all = tricks(OTHER).map((sql) => Array.isArray(parse(sql)));
    expect(all.length).toBeGreaterThan(50);
    expect(all.filter((refused) => !refused).length).toBeGreaterThan(10);
  });
});
