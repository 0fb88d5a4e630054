import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { config } from "../../worker/config.ts";
import { API_KEYS } from "../standins/secrets.ts";
import { admin, analyst, asked, at, code, log, machine, N, ORIGIN, period, query, staged } from "./console.ts";
import { call, type Environment, environment } from "./subject.ts";

const PAGE = '<!doctype html><script nonce="%NONCE%" src="/assets/analyst.js"></script><style nonce="%NONCE%"></style>';

staged();

describe("the analysts' host", () => {
  const page = { ...env, ASSETS: { fetch: async () => new Response(PAGE) } } as unknown as Environment;

  it("shows its page under a policy of its own, with a nonce of this answer alone", async () => {
    const answers = await Promise.all([0, 1].map(() => at("GET", "/console", { token: analyst, deployment: page })));
    const policies = answers.map(({ headers }) => headers.get("content-security-policy") ?? "");
    const nonces = policies.map((policy) => /script-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1]);
    expect(new Set(nonces).size).toBe(2);
    for (const [i, answer] of answers.entries()) {
      expect(await answer.text()).toBe(PAGE.replaceAll("%NONCE%", nonces[i] as string));
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("strict-transport-security")).toContain("includeSubDomains");
    }
    expect(policies[0]).toContain("form-action 'none'; base-uri 'none'; frame-ancestors 'none'");
    expect(policies[0]).not.toMatch(/unsafe|https?:|\*/);
  });

  it("says nothing to who is not signed in, whatever is asked", async () => {
    for (const [method, path] of [
      ["GET", "/console"],
      ["GET", "/console/me"],
      ["GET", "/console/health"],
      ["POST", "/console/query"],
      ["GET", "/console/saved"],
      ["POST", "/console/saved"],
      ["DELETE", "/console/saved/sav_1"],
      ["GET", "/console/nowhere"],
    ] as const)
      expect(await code(at(method, path, { body: method === "POST" ? {} : undefined }))).toBe(
        "401 ANALYST.UNAUTHENTICATED",
      );
    const cookie = { headers: { cookie: `CF_Authorization=${analyst}` } };
    expect(await code(at("GET", "/console/me", cookie))).toBe("401 ANALYST.UNAUTHENTICATED");
  });

  it("is the only one that has a console, and has nothing else", async () => {
    const step = JSON.parse(env.BRANDS).tindra.step_origin as string;
    for (const origin of [env.API_ORIGIN, step])
      for (const path of ["/console", "/console/me"])
        expect(await code(at("GET", path, { token: admin, origin }))).toBe("404 REQUEST.NOT_FOUND");
    for (const path of ["/v1/verifications", "/v1/events", "/v/x/state", "/.well-known/jwks.json", "/d/x"])
      expect(await code(at("GET", path, { token: admin }))).toBe("404 REQUEST.NOT_FOUND");
    expect(await code(at("GET", "/console/me", { token: admin, origin: `${ORIGIN}.evil.example` }))).toBe(
      "421 REQUEST.HOST",
    );
    expect((await at("GET", "/")).headers.get("location")).toBe("/console");
  });

  it("lets no other site's page change or ask anything, and needs no origin of a machine", async () => {
    const body = { sql: N };
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "https://verify.tindra.example" },
    ])
      expect(await code(query(analyst, body, { headers }))).toBe("403 REQUEST.ORIGIN");
    expect((await query(analyst, body)).status).toBe(200);
    const bare = new Request(`${ORIGIN}/console/query`, {
      method: "POST",
      headers: { "cf-access-jwt-assertion": machine, "content-type": "text/plain" },
      body: N,
    });
    const { default: app } = await import("../../worker/index.ts");
    expect((await app.fetch(bare, env, { waitUntil() {} } as never)).status).toBe(200);
  });

  it("knows its methods and its media types", async () => {
    const wrong = await at("PUT", "/console/query", { token: analyst, body: {} });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST"]);
    const bare = { token: analyst, headers: { origin: "https://evil.example" } };
    expect([(await at("HEAD", "/console/me", bare)).status, (await at("GET", "/console/me", bare)).status]).toEqual([
      200, 200,
    ]);
    expect(await code(query(analyst, {}, { headers: { "content-type": "text/html" } }))).toBe("415 REQUEST.MEDIA_TYPE");
    expect(await code(query(analyst, { sql: "x".repeat(9000) }))).toBe("413 REQUEST.TOO_LARGE");
  });

  it("does not exist where the configuration names none, and a half of it stops the start", async () => {
    const without = (...names: ("ANALYST_ORIGIN" | "CONSOLE" | "ANALYTICS_TOKEN")[]) => {
      const deployment = environment();
      for (const name of names) delete deployment[name];
      return deployment;
    };
    const none = without("ANALYST_ORIGIN", "CONSOLE");
    expect(await code(at("GET", "/console/me", { token: admin, deployment: none }))).toBe("421 REQUEST.HOST");
    for (const name of ["ANALYST_ORIGIN", "CONSOLE", "ANALYTICS_TOKEN"] as const)
      expect(() => config(without(name))).toThrow(new RegExp(`^${name}: missing`));
    const { sql: _, ...settings } = JSON.parse(env.CONSOLE as string);
    expect(() => config({ ...env, CONSOLE: JSON.stringify(settings) })).toThrow(/^CONSOLE.sql: missing/);
    const wrong = JSON.stringify({ ...settings, roles: { everybody: { role: "root", brands: "all" } } });
    expect(() => config({ ...env, CONSOLE: wrong })).toThrow(/^CONSOLE.roles.everybody.role: missing or malformed/);
  });

  it("tells who one is, with the brands one may see", async () => {
    const me = await (await at("GET", "/console/me", { token: analyst })).json<Record<string, unknown>>();
    expect(me).toMatchObject({
      name: "a@tindra.example",
      role: "analyst",
      brands: [{ id: "tindra", name: "Tindra Mobil", currency: "NOK", zone: "Europe/Oslo" }],
      zone: "Europe/Oslo",
      engine: "engine",
    });
    expect(me.questions).toHaveLength(22);
    const all = await (await at("GET", "/console/me", { token: admin })).json<{
      brands: { id: string }[];
      role: string;
    }>();
    expect([all.role, all.brands.map(({ id }) => id).sort()]).toEqual(["admin", ["marisol", "rimal", "tindra"]]);
  });
});

describe("an order system with scope analytics", () => {
  it("asks about its own brand alone, by the same guard", async () => {
    const answer = await call("POST", "/v1/analytics/query", { sql: N.replace(" GROUP", " WHERE TRUE GROUP") });
    expect(answer.status).toBe(200);
    expect(asked[0]).toContain("blob14 IN ('tindra') AND blob1 IN ('S1') AND TRUE");
    expect(await log()).toMatchObject({ who: "tindra/tindra-shop", brands: "tindra" });
    expect(await code(call("POST", "/v1/analytics/query", { sql: N, brand: "marisol" }))).toBe("403 ANALYST.FORBIDDEN");
    await call("POST", "/v1/analytics/query", { question: "outcomes", ...period }, { key: API_KEYS.marisol });
    expect(asked.at(-1)).toContain("blob14 IN ('marisol')");
  });

  it("needs no console: where there is none, named questions are answered all the same", async () => {
    const at = environment(() => ({}), { ANALYTICS: "rollup" as "engine" });
    for (const name of ["ANALYST_ORIGIN", "CONSOLE"] as const) delete at[name];
    const answer = await call("POST", "/v1/analytics/query", { question: "outcomes", ...period }, { at });
    expect([answer.status, asked]).toEqual([200, []]);
    expect(await code(call("POST", "/v1/analytics/query", { sql: N }, { at }))).toBe("409 ANALYTICS.SQL_UNAVAILABLE");
  });

  it("needs the scope", async () => {
    const at = environment(({ api_keys }: Record<string, never>) => ({
      api_keys: (api_keys as unknown as object[]).map((one) => ({ ...one, scopes: ["verifications"] })),
    }));
    expect(await code(call("POST", "/v1/analytics/query", { sql: N }, { at }))).toBe("403 CLIENT.FORBIDDEN");
    expect(await code(call("POST", "/v1/analytics/query", { sql: N }, { key: "none".repeat(5) }))).toBe(
      "401 CLIENT.UNAUTHENTICATED",
    );
  });
});
