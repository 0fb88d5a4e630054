import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
async function wrong(segment: Segment): Promise<string[]> {
  const truth = answers(facts, { from: plan.begin, to: end, ...segment });
  const found = await Promise.all(
    Object.keys(KEYS).map(async (question) => {
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
    const arrived = () => control<{ rows: Record<string, number>; dropped: number }>("GET", "/analytics");
    await expect.poll(async () => (await arrived()).rows.otp_sessions, { timeout: 5000 }).toBe(facts.length);
    expect((await arrived()).dropped).toBe(0);
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
    expect(statements.length).toBe(22);
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
