import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { recordAsked } from "../../worker/analytics/log.ts";
import { analyst, asked, at, both, code, fraud, log, mine, N, network, query, rows, staged } from "./console.ts";
import { type Environment, environment } from "./subject.ts";

staged();

describe("a question", () => {
  it("is asked for the reader's own brands, whatever brands there are", async () => {
    const answer = await (await query(analyst, { question: "outcomes" })).json<Record<string, unknown>>();
    expect(asked[0]).toContain("blob14 IN ('tindra')");
    expect(answer).toMatchObject({
      object: "answer",
      question: "outcomes",
      exact: true,
      coarsest: 1,
      rows_read: 120,
      age_s: 0,
    });
    expect(answer.sql).toBe(asked[0]);
    await query(both, { question: "outcomes" });
    expect(asked[1]).toContain("blob14 IN ('tindra', 'marisol', 'rimal')");
    await query(both, { question: "outcomes", brand: "rimal,tindra", country: "NO", device: "ios", gateway: "twilio" });
    expect(asked[2]).toContain(
      "blob14 IN ('rimal', 'tindra') AND blob5 = 'NO' AND blob12 = 'ios' AND blob7 = 'twilio' AND",
    );
  });

  it("for a brand of others is refused as one for a brand of nobody", async () => {
    for (const brand of ["marisol", "nobody", "tindra,marisol"])
      expect(await code(query(analyst, { question: "outcomes", brand }))).toBe("403 ANALYST.FORBIDDEN");
    expect(asked).toEqual([]);
  });

  it("hides groups of fewer than five from analysts, and their number from nobody", async () => {
    const hidden = await (await query(analyst, { question: "outcomes" })).json<Record<string, unknown>>();
    expect(hidden).toMatchObject({ rows: 1, data: [{ outcome: "proceeded", n: 120 }], suppressed: 1 });
    const all = await (await query(fraud, { question: "outcomes" })).json<Record<string, unknown>>();
    expect(all).toMatchObject({
      rows: 2,
      data: [{ outcome: "proceeded" }, { outcome: "=locked", n: 4 }],
      suppressed: 0,
    });
    expect(JSON.stringify(all)).not.toMatch(/"rf_/);
    const free = await (await query(fraud, { sql: N })).json<Record<string, unknown>>();
    expect(free).toMatchObject({ rows: 1, suppressed: 1 });
  });

  it.each([
    ["from", { question: "outcomes", from: undefined }],
    ["to", { question: "outcomes", to: undefined }],
    ["from", { question: "outcomes", from: 1_794_787_200, to: 1_793_577_600 }],
    ["from", { question: "outcomes", from: 1_500_000_000 }],
    ["from", { question: "outcomes", from: "yesterday" }],
    ["question", { question: "passwords" }],
    ["question", { question: "outcomes", sql: N }],
    ["question", {}],
    ["brand", { question: "outcomes", brand: "tindra') OR ('1' = '1" }],
    ["country", { question: "outcomes", country: "' OR 1 = 1" }],
    ["device", { question: "outcomes", device: "fridge" }],
    ["gateway", { question: "outcomes", gateway: "'" }],
    ["category", { question: "outcomes", category: "gift" }],
    ["autofill", { question: "outcomes", autofill: "2" }],
    ["mode", { question: "outcomes", mode: "popup" }],
    ["release", { question: "outcomes", release: "' OR 1 = 1" }],
    ["zone", { question: "outcomes", zone: "Mars/Olympus" }],
    ["format", { question: "outcomes", format: "xml" }],
    ["unknown property", { question: "outcomes", brands: "marisol" }],
    ["body", { question: "outcomes", brand: ["marisol"] }],
  ])("is refused with the wrong %s", async (field, body) => {
    expect(await code(query(analyst, body))).toBe(`400 REQUEST.INVALID ${field}`);
    expect(asked).toEqual([]);
  });

  it("comes as a file for spreadsheets, small groups left out as well", async () => {
    rows.push({ outcome: "=HYPERLINK", n: "9", rf_rows: "9", rf_coarsest: 1 });
    const answer = await query(analyst, { question: "outcomes", format: "csv" });
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="outcomes.csv"');
    expect(await answer.text()).toBe("outcome,n,rows_read,coarsest\r\nproceeded,120,120,1\r\n'=HYPERLINK,9,9,1\r\n");
  });

  it("without rows is nothing yet, not an error", async () => {
    rows.length = 0;
    expect(await (await query(analyst, { question: "outcomes" })).json()).toMatchObject({ nothing_yet: true, rows: 0 });
  });

  it("of an engine that is away is 503 with a time to wait", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    network((url) =>
      url.endsWith("/certs") ? Response.json({ keys: [mine.published] }) : new Response("", { status: 429 }),
    );
    const answer = await query(analyst, { question: "outcomes" });
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "60"]);
  });
});

describe("a segment", () => {
  it("of fewer than five rows is left out for an analyst, and said to be", async () => {
    rows.shift();
    const narrow = { question: "outcomes", category: "accessory", autofill: "offered" };
    expect(await (await query(analyst, narrow)).json()).toMatchObject({
      rows: 0,
      data: [],
      suppressed: 1,
      nothing_yet: false,
    });
    expect(asked[0]).toContain("AND blob20 = 'accessory' AND double14 = 1 AND");
    expect(await (await query(fraud, narrow)).json()).toMatchObject({ rows: 1, suppressed: 0 });
  });

  it("that a row does not say is refused, and nobody is asked", async () => {
    expect(await code(query(analyst, { question: "eventCounts", category: "service" }))).toBe(
      "409 ANALYTICS.SQL_UNAVAILABLE",
    );
    expect(asked).toEqual([]);
  });
});

describe("a statement", () => {
  it("is answered from the reader's own rows, and shown as it ran", async () => {
    const sql = `${N.replace(" GROUP", " WHERE blob14 = 'marisol' OR 1 = 1 GROUP")}`;
    const answer = await (await query(analyst, { sql })).json<{ sql: string }>();
    expect(asked[0]).toContain(
      "AND blob14 IN ('tindra') AND blob1 IN ('S1') AND (blob14 = 'marisol' OR 1 = 1) GROUP BY",
    );
    expect(answer.sql).toBe(asked[0]);
  });

  it("reaches back three months and no further", async () => {
    await at("POST", "/console/query", { token: analyst, body: { sql: `${N} LIMIT 92`, from: 1_600_000_000 } });
    const [from = "", to = ""] = [...(asked[0]?.matchAll(/toDateTime\('([^']+)'\)/g) ?? [])].map(([, time]) => time);
    expect((Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 86_400_000).toBe(92);
  });

  it("outside the subset is refused with the places of what is wrong", async () => {
    const answer = await query(analyst, { sql: "SELECT * FROM otp_sessions" });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      code: "ANALYTICS.SQL_REFUSED",
      complaints: [{ at: 7, length: 1, text: "An expression is needed here, not *" }],
    });
    expect(asked).toEqual([]);
  });

  it("as plain text is answered as Analytics Engine answers", async () => {
    const answer = await at("POST", "/console/query", {
      token: analyst,
      body: N,
      headers: { "content-type": "text/plain" },
    });
    expect(await answer.json()).toEqual({
      meta: [
        { name: "outcome", type: "String" },
        { name: "n", type: "UInt64" },
      ],
      data: [{ outcome: "proceeded", n: 120 }],
      rows: 1,
      rows_before_limit_at_least: 1,
    });
  });

  it("is on record with who and when, as printed, for ninety days; without a record there is no answer", async () => {
    await query(analyst, { sql: N });
    const row = await log();
    expect(row).toMatchObject({
      who: "a@tindra.example",
      role: "analyst",
      brands: "tindra",
      question: null,
      text: asked[0],
      rows: 1,
    });
    const { at: atS } = row as { at: number };
    expect(Math.abs(atS - Date.now() / 1000)).toBeLessThan(60);
    await query(fraud, { question: "outcomes" });
    expect(await log()).toMatchObject({ who: "f@tindra.example", role: "fraud", question: "outcomes" });
    const later = async (days: number) => {
      const record = { who: "later", role: "analyst", brands: ["tindra"], question: null, text: "", rows: 0 };
      await recordAsked(env.ANALYTICS_DB, { ...record, atMs: (atS + days * 86_400) * 1000 });
      const { results } = await env.ANALYTICS_DB.prepare("SELECT who FROM query_log").all<{ who: string }>();
      return results.map(({ who }) => who);
    };
    expect(await later(90)).toContain("a@tindra.example");
    expect(await later(91)).toEqual(["later", "later"]);
    await env.ANALYTICS_DB.prepare("DELETE FROM query_log").run();

    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const broken = {
      ...env,
      ANALYTICS_DB: { prepare: () => ({ bind: () => ({}) }), batch: () => Promise.reject(new Error("away")) },
    };
    const answer = await query(analyst, { sql: N }, { deployment: broken as unknown as Environment });
    expect(await code(answer)).toBe("503 ANALYTICS.UNAVAILABLE");
  });

  it("is not to be had where the exact counters are all there is", async () => {
    const deployment = environment(() => ({}), { ANALYTICS: "rollup" as "engine" });
    expect(await code(query(analyst, { sql: N }, { deployment }))).toBe("409 ANALYTICS.SQL_UNAVAILABLE");
    expect(asked).toEqual([]);
  });
});
