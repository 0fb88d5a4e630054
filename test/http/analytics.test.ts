import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Reconciled } from "../../web/analyst/given.ts";
import { ANALYTICS } from "../standins/secrets.ts";
import { type Local, startLocal } from "../standins/start.ts";
import { ROOT } from "../standins/wrangler.ts";
import { cells, differences, KEYS } from "../traffic/compare.ts";
import { drive } from "../traffic/drive.ts";
import type { Plan } from "../traffic/stories.ts";
import { answers, type Fact, type Row, type Segment } from "../traffic/truth.ts";
import { type Answer, read, send } from "./client.ts";

/** Two days around the night in which Europe sets its clocks back. */
const plan: Plan = { seed: 42, sessions: 110, days: 2, profile: "ordinary", begin: Date.UTC(2026, 9, 24, 12) / 1000 };
const HOUR = 3600;

interface Told {
  data: Row[];
  rows: number;
  exact: boolean;
  age_s: number;
  nothing_yet: boolean;
}

let local: Local;
let data: string;
let facts: Fact[];
let end: number;

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "ringfence-"));
  local = await startLocal({ data, ports: 0, quiet: true });
});
afterAll(async () => {
  await local.stop();
  rmSync(data, { recursive: true, force: true });
});

/** `POST /console/query` of somebody signed in. */
function asked(body: object, as = "admin"): Promise<Answer> {
  const { console: origin } = local.origins;
  const headers = { cookie: `local-access=${as}`, origin, "content-type": "application/json" };
  const call = { method: "POST", path: "/console/query", host: new URL(origin).host, headers };
  return send(local.ports.worker, { ...call, body: JSON.stringify(body) });
}
async function told(question: string, segment: Segment): Promise<Told> {
  const answer = await asked({ question, from: plan.begin, to: end, ...segment });
  if (answer.status !== 200) throw new Error(`${question}: ${answer.status} ${answer.text}`);
  return read<Told>(answer);
}
async function control<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await send(local.ports.control, { method, path, ...(body && { body: JSON.stringify(body) }) });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return read<T>(answer);
}
/** Lets so much time go by that no answer counts as fresh. */
const later = () => control("POST", "/clock", { shift_ms: 2 * HOUR * 1000, due: [] });
const engine = (switches: object) => control("PUT", "/analytics", switches);

/** What every question says otherwise than it was, in one segment. */
async function wrong(segment: Segment, questions = Object.keys(KEYS)): Promise<string[]> {
  const truth = answers(facts, { from: plan.begin, to: end, ...segment });
  const found = await Promise.all(
    questions.map(async (question) => {
      const { data: rows } = await told(question, segment);
      return differences(question, truth[question] ?? [], rows);
    }),
  );
  return found.flat();
}

describe("the numbers, against what really happened", () => {
  it("are nothing yet, and no error, before anything has happened", async () => {
    end = plan.begin + HOUR;
    for (const question of Object.keys(KEYS)) {
      expect(await told(question, {})).toMatchObject({ rows: 0, data: [], nothing_yet: true });
    }
  });
});

describe("the numbers of two days over the change of the clocks", () => {
  beforeAll(async () => {
    ({ facts, end } = await drive(local.origins.control, plan, () => {}));
  });

  it("have all arrived, and none was dropped", async () => {
    const path = `/analytics?set=otp_sessions&rows=${facts.length}`;
    const { rows, dropped } = await control<{ rows: Record<string, number>; dropped: number }>("GET", path);
    expect([rows.otp_sessions, dropped]).toEqual([facts.length, 0]);
    expect(facts.length).toBeGreaterThanOrEqual(plan.sessions);
    // One of each end but "errored", which takes an outage, and "denied" where the machine was too slow for the link.
    expect(new Set(facts.map(({ status }) => status)).size).toBeGreaterThanOrEqual(10);
  });

  it("are exact on Overview, Funnel and Delivery", async () => {
    expect(await wrong({})).toEqual([]);
    expect((await told("funnel", {})).exact).toBe(true);
  });

  it.each([
    { brand: "tindra" },
    { brand: "marisol" },
    { brand: "rimal" },
    { country: "NO" },
    { country: "ES" },
    { device: "ios" },
    { brand: "tindra", device: "android" },
  ])("are exact for %o", async (segment) => {
    expect(await wrong(segment)).toEqual([]);
  });

  // Events do not say what was bought, nor how the code came in.
  const WIDE = Object.keys(KEYS).filter((question) => question !== "deliveryByProvider");

  it.each([
    { category: "hardware" },
    { category: "service", country: "NO" },
    { autofill: "none" },
    { autofill: "offered" },
    { autofill: "used", category: "hardware" },
  ] as const)("are exact for %o, and refused where a row does not say it", async (segment) => {
    expect(await wrong(segment, WIDE)).toEqual([]);
    const { status, text } = await asked({ question: "deliveryByProvider", from: plan.begin, to: end, ...segment });
    expect([status, JSON.parse(text).code]).toEqual([409, "ANALYTICS.SQL_UNAVAILABLE"]);
  });

  it("are all of them of a shopper who was led to the page, and none of one in a frame", async () => {
    const created = async (narrow: object) =>
      (await told("funnel", { ...narrow } as Segment)).data.map(({ created }) => created);
    expect(await created({ mode: "redirect" })).toEqual([facts.length]);
    expect(await created({ mode: "frame" })).toEqual([]);
    const [release, ...others] = (await told("releases", {})).data;
    expect([release?.sessions, others]).toEqual([facts.length, []]);
    if (release?.release) expect(await created({ release: release.release })).toEqual([facts.length]);
    expect(await created({ release: "00000000" })).toEqual([]);
  });

  it("time every receipt, and say how many they read", async () => {
    const receipts = facts.filter((fact) => fact.receipts > 0).length;
    for (const question of ["latencyByCountry", "latencyByOperator", "latencyByGateway"]) {
      const { data: rows } = await told(question, {});
      expect(rows.reduce((sum, { confirmed }) => sum + Number(confirmed), 0)).toBe(receipts);
      for (const { confirmed, rows_read, p50_ms, p95_ms } of rows) {
        expect(rows_read).toBe(confirmed);
        expect(Number(p95_ms)).toBeGreaterThanOrEqual(Number(p50_ms));
        expect(Number(p50_ms)).toBeGreaterThan(0);
      }
    }
  });

  it("are found to agree with the exact counters by the console itself, until rows are missing", async () => {
    // A day and more later all of it is settled, and the boards have told D1.
    await control("POST", "/clock", { shift_ms: 30 * HOUR * 1000 });
    const compared = async () => {
      expect(await control("POST", "/hourly", {})).toEqual({ status: 204 });
      const { console: origin } = local.origins;
      const call = { method: "GET", path: "/console/health?brand=marisol", host: new URL(origin).host };
      const answer = await send(local.ports.worker, { ...call, headers: { cookie: "local-access=admin" } });
      return read<{ reconciled: Reconciled }>(answer).reconciled;
    };
    const own = facts.filter(({ brand }) => brand === "marisol").length;
    const { state, days } = await compared();
    expect([state, days.reduce((sum, { exact }) => sum + exact, 0)]).toEqual(["done", own]);
    expect(days.filter(({ exact, engine, off }) => off || exact !== engine)).toEqual([]);
    await engine({ sample: 1, empty: true });
    expect((await compared()).days.map(({ engine, off }) => [engine, off])).toEqual(days.map(() => [0, true]));
    await engine({ mode: "503" });
    expect(await compared()).toMatchObject({ state: "unanswered", days: days.map(() => ({ engine: 0 })) });
    await engine({});
    expect((await compared()).days).toEqual(days);
  });

  it("count a verification in the period in which it began, whenever it ended", async () => {
    const hours = [...new Set(facts.map(({ created }) => Math.floor(created / 1000 / HOUR) * HOUR))];
    // Some began late in an hour and expired in the next one.
    const minute = ({ created }: Fact) => (created / 60_000) % 60;
    expect(facts.some((fact) => fact.status === "expired" && minute(fact) > 45)).toBe(true);
    const found = hours.map(async (from) => {
      const { data: rows } = await told("outcomes", { from, to: from + HOUR });
      return differences("outcomes", answers(facts, { from, to: from + HOUR }).outcomes ?? [], rows);
    });
    expect((await Promise.all(found)).flat()).toEqual([]);
  });
});

describe("the numbers under sampling", () => {
  const COPIES = 100;
  /** Thirty rows read: what the console shows of less is greyed. */
  const LEAST = 300;
  const SALTS = Array.from({ length: 12 }, (_, n) => n);
  afterAll(() => engine({}));

  it("show a margin that holds the truth in nine cells of ten, and none that is ten times low", async () => {
    const truth = answers(facts);
    const found = [];
    for (const salt of SALTS) {
      await engine({ sample: 10, copies: COPIES, salt });
      await later();
      const sampled = Object.keys(KEYS).map(async (question) => {
        const { data: rows, exact } = await told(question, {});
        expect(exact).toBe(false);
        return cells(question, truth[question] ?? [], rows, COPIES, LEAST);
      });
      found.push(...(await Promise.all(sampled)).flat());
    }
    const held = found.filter((cell) => Math.abs(cell.told - cell.truth) <= cell.margin);
    expect(found.length).toBeGreaterThan(100 * SALTS.length);
    expect(held.length / found.length).toBeGreaterThanOrEqual(0.9);
    expect(found.filter((cell) => cell.told < cell.truth / 5)).toEqual([]);
  });
});

describe("the SQL API in trouble", () => {
  afterAll(() => engine({}));

  it.each(["429", "500"])("answering %s leaves the last known answer, with its age", async (mode) => {
    await engine({});
    const segment = { brand: "marisol" };
    const before = await told("countries", segment);
    await engine({ mode });
    await later();
    const after = await told("countries", segment);
    expect(after.data).toEqual(before.data);
    expect(after.age_s).toBeGreaterThanOrEqual(2 * HOUR);
  });

  it("says when to come again where nothing is known", async () => {
    await engine({ mode: "503" });
    const answer = await asked({ question: "countries", from: plan.begin, to: end, device: "other" });
    expect([answer.status, read<{ code: string }>(answer).code]).toEqual([503, "ANALYTICS.UNAVAILABLE"]);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  });
});

describe("the stand-in of the SQL API", () => {
  const sql = (statement: string, token = ANALYTICS.token) => {
    const path = `/client/v4/accounts/${ANALYTICS.account}/analytics_engine/sql`;
    const headers = { authorization: `Bearer ${token}` };
    return send(local.ports.analytics, { method: "POST", path, headers, body: statement });
  };

  it("runs every shipped statement", async () => {
    const folder = join(ROOT, "worker", "analytics", "questions");
    const statements = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    expect(statements.length).toBe(30);
    const bounds = "timestamp >= toDateTime('2026-10-24 00:00:00') AND blob14 IN ('tindra')";
    for (const statement of statements) {
      const answer = await sql(statement.replaceAll(/\{[SE]\}/g, bounds));
      expect([statement, answer.status, answer.text.slice(0, 8)]).toEqual([statement, 200, '{"meta":']);
    }
  });

  it.each([
    ["SELECT * FROM otp_sessions", /^Input was invalid: /],
    ["SELECT uniq(blob5) AS n FROM otp_sessions", /^Input was invalid: /],
    ["SELECT COUNT(*) AS n FROM otp_sessions", /^Input was invalid: /],
  ])("refuses in plain text what the real one refuses: %s", async (statement, complaint) => {
    const { status, headers, text } = await sql(statement);
    expect([status, headers["content-type"]]).toEqual([422, "text/plain"]);
    expect(text).toMatch(complaint);
  });

  it("refuses a data set that nobody has written to", async () => {
    await engine({ empty: true });
    const { status, text } = await sql("SELECT SUM(_sample_interval) AS n FROM otp_sessions");
    expect([status, text]).toEqual([422, "Input was invalid: unable to find type of table: otp_sessions"]);
    await engine({});
  });

  it("refuses another token as JSON", async () => {
    const { status, text } = await sql("SELECT SUM(_sample_interval) AS n FROM otp_sessions", "another");
    expect([status, JSON.parse(text).success]).toEqual([403, false]);
  });

  it("drops what the real one drops without a word, and counts it", async () => {
    const before = await control<{ rows: Record<string, number>; dropped: number }>("GET", "/analytics");
    const fine = { indexes: ["a"], blobs: ["b"], doubles: [1] };
    const points = [
      { ...fine, blobs: Array(21).fill("") },
      { ...fine, doubles: Array(21).fill(0) },
      { ...fine, indexes: ["a", "b"] },
      { ...fine, indexes: ["a".repeat(97)] },
      { ...fine, blobs: ["é".repeat(8193)] },
      { ...fine, doubles: ["1"] },
      { ...fine, doubles: [null] },
      { ...fine, indexes: ["a".repeat(96)], blobs: ["é".repeat(8192)] },
    ];
    const body = JSON.stringify(points.map((point) => ({ set: "otp_sessions", at: Date.now(), point })));
    await send(local.ports.analytics, { method: "POST", path: "/points", body });
    const after = await control<{ rows: Record<string, number>; dropped: number }>("GET", "/analytics");
    expect(after.dropped - before.dropped).toBe(7);
    expect((after.rows.otp_sessions ?? 0) - (before.rows.otp_sessions ?? 0)).toBe(1);
  });
});
