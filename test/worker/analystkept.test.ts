import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { admin, analyst, asked, at, both, code, fraud, HOUR, mine, N, network, query, staged } from "./console.ts";
import type { Environment } from "./subject.ts";

staged();

describe("a kept statement", () => {
  const entry = (brands = "tindra") => ({ title: "Outcomes <img>", sql: N, brands });
  const keep = async (token: string, body: object) =>
    (await at("POST", "/console/saved", { token, body })).json<{ id: string }>();
  const seen = async (token: string) => {
    const { data } = await (await at("GET", "/console/saved", { token })).json<{
      data: { id: string; mine: boolean }[];
    }>();
    return data;
  };
  const run = (token: string, saved: string) => query(token, { saved });

  it("is seen and run by its owner and by who shares a brand, each over own brands", async () => {
    const { id } = await keep(both, entry("tindra,marisol"));
    expect((await seen(both)).find((one) => one.id === id)).toMatchObject({ mine: true });
    expect((await seen(analyst)).find((one) => one.id === id)).toMatchObject({ mine: false, title: "Outcomes <img>" });
    expect((await run(analyst, id)).status).toBe(200);
    expect(asked.at(-1)).toContain("blob14 IN ('tindra')");
  });

  it("of another brand is as if it were not there", async () => {
    const { id } = await keep(both, entry("marisol"));
    expect((await seen(analyst)).some((one) => one.id === id)).toBe(false);
    expect(await code(run(analyst, id))).toBe("404 REQUEST.NOT_FOUND");
    expect(await code(at("PUT", `/console/saved/${id}`, { token: analyst, body: entry() }))).toBe(
      "404 REQUEST.NOT_FOUND",
    );
    expect(await code(at("DELETE", `/console/saved/${id}`, { token: analyst }))).toBe("404 REQUEST.NOT_FOUND");
    for (const wild of ["%", "_", "sav_%", "' OR '1' = '1"])
      expect(await code(run(analyst, wild))).toBe("404 REQUEST.NOT_FOUND");
    expect((await run(both, id)).status).toBe(200);
  });

  it("is changed and thrown away by its owner alone, or by an admin", async () => {
    const { id } = await keep(analyst, entry());
    const change = { ...entry(), title: "Other" };
    expect(await code(at("PUT", `/console/saved/${id}`, { token: fraud, body: change }))).toBe("404 REQUEST.NOT_FOUND");
    expect(await (await at("PUT", `/console/saved/${id}`, { token: analyst, body: change })).json()).toMatchObject({
      id,
      title: "Other",
    });
    expect(await code(at("DELETE", `/console/saved/${id}`, { token: fraud }))).toBe("404 REQUEST.NOT_FOUND");
    expect((await at("DELETE", `/console/saved/${id}`, { token: admin })).status).toBe(204);
    const second = await keep(analyst, entry());
    expect((await at("DELETE", `/console/saved/${second.id}`, { token: analyst })).status).toBe(204);
    expect((await seen(analyst)).some((one) => one.id === second.id)).toBe(false);
  });

  it("is refused for other brands and outside the subset", async () => {
    expect(await code(at("POST", "/console/saved", { token: analyst, body: entry("marisol") }))).toBe(
      "403 ANALYST.FORBIDDEN",
    );
    const wrong = { ...entry(), sql: "SELECT 1" };
    expect(await code(at("POST", "/console/saved", { token: analyst, body: wrong }))).toBe("422 ANALYTICS.SQL_REFUSED");
    const blank = { ...entry(), title: " " };
    expect(await code(at("POST", "/console/saved", { token: analyst, body: blank }))).toBe("400 REQUEST.INVALID title");
  });
});

describe("the health of the numbers", () => {
  /** What the board of Tindra has put down for the newest hours that are settled: `created` verifications, `ended` of them. */
  const counted = (created: number, ended: number) => {
    const hour = Math.floor((Date.now() / 1000 - 8 * HOUR) / HOUR) * HOUR;
    const sums = { created, proceeded: ended, points_lost: 2, completed_without_redeem: 1 };
    return env.ANALYTICS_DB.prepare(
      "INSERT OR REPLACE INTO total (brand, shard, name, at, keys, sums) VALUES (?, ?, ?, ?, ?, ?)",
    )
      .bind("tindra", "0", "hour", hour, '["NO","ios","twilio"]', JSON.stringify(sums))
      .run();
  };
  const health = async (brand = "tindra") =>
    (await at("GET", `/console/health?brand=${brand}`, { token: analyst })).json<
      Record<string, Record<string, unknown>>
    >();
  const sampled = (sessions: number, coarsest: number) => {
    const rest = { rf_rows: sessions / coarsest, rf_coarsest: coarsest };
    network((url, { body }) => {
      if (url.endsWith("/certs")) return Response.json({ keys: [mine.published] });
      const fresh = String(body).includes("newest");
      const data = fresh
        ? { newest: 1793600000, oldest: 1793500000, ...rest }
        : { sessions, var_sessions: 400, ...rest };
      const meta = Object.keys(data).map((name) => ({ name, type: "Float64" }));
      return Response.json({ meta, data: [data] });
    });
  };

  it("sets what the engine has beside what was counted exactly, and what began beside what ended", async () => {
    await counted(1000, 990);
    sampled(980, 10);
    const told = await health();
    expect(told).toMatchObject({
      engine: "engine",
      freshness: { newest: 1793600000, oldest: 1793500000 },
      completeness: { engine: 980, rollup: 990, share: 980 / 990, margin: 1.96 * 20 },
      sampling: { coarsest: 10, rows_read: 98, share: 0.9 },
      identity: { created: 1000, outcomes: 990, difference: 10 },
      points_lost: 2,
      completed_without_redeem: 1,
      schema: { otp_sessions: ["S1"], otp_events: ["E1"] },
      retention: { engine_days: 92, rollup_months: 25, log_days: 90 },
    });
    // Fifteen minutes of step, five to redeem, five for an alarm that is late.
    expect(Math.abs(Number(told.settled_until) - (Date.now() / 1000 - 25 * 60))).toBeLessThan(60);
  });

  it("of another brand is not told", async () => {
    expect(await code(at("GET", "/console/health?brand=marisol", { token: analyst }))).toBe("403 ANALYST.FORBIDDEN");
  });

  it("is 503 where the exact counters cannot be read", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const away = {
      prepare() {
        throw new Error("away");
      },
    };
    const deployment = { ...env, ANALYTICS_DB: away } as unknown as Environment;
    expect(await code(at("GET", "/console/health", { token: analyst, deployment }))).toBe("503 ANALYTICS.UNAVAILABLE");
  });
});
