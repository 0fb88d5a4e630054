import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { consoleConfig } from "../../worker/analytics/config.ts";
import app from "../../worker/index.ts";
import { withConsole } from "../standins/console.ts";
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
    expect((await app.fetch(bare, withConsole(env), { waitUntil() {} } as never)).status).toBe(200);
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
    const without = (...names: ("ANALYST_ORIGIN" | "ANALYSTS" | "ANALYTICS_TOKEN")[]) => {
      const deployment = environment();
      for (const name of names) delete deployment[name];
      return deployment;
    };
    const none = without("ANALYST_ORIGIN", "ANALYSTS");
    expect(await code(at("GET", "/console/me", { token: admin, deployment: none }))).toBe("421 REQUEST.HOST");
    for (const name of ["ANALYST_ORIGIN", "ANALYSTS", "ANALYTICS_TOKEN"] as const)
      expect(() => consoleConfig(without(name))).toThrow(new RegExp(`^${name}: missing`));
    const { sql: _, ...settings } = JSON.parse(env.ANALYSTS);
    expect(() => consoleConfig({ ...env, ANALYSTS: JSON.stringify(settings) })).toThrow(/^ANALYSTS.sql: missing/);
    const wrong = JSON.stringify({ ...settings, roles: { everybody: { role: "root", brands: "all" } } });
    expect(() => consoleConfig({ ...env, ANALYSTS: wrong })).toThrow(
      /^ANALYSTS.roles.everybody.role: missing or malformed/,
    );
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
    expect(me.questions).toHaveLength(30);
    const all = await (await at("GET", "/console/me", { token: admin })).json<{
      brands: { id: string }[];
      role: string;
    }>();
    expect([all.role, all.brands.map(({ id }) => id).sort()]).toEqual(["admin", ["marisol", "rimal", "tindra"]]);
  });
});

describe("the Worker behind the binding", () => {
  const body = { question: "outcomes", from: 1_790_000_000, to: 1_790_003_600 };
  const behind = (answer: (request: Request) => Response | Promise<Response>) =>
    ({ ...env, CONSOLE: { fetch: async (request: Request) => answer(request) } }) as unknown as Environment;
  const bare = (request: Request, deployment: Environment) =>
    app.fetch(request, deployment, { waitUntil() {} } as never);

  it("lets nobody outside name an order system: not on the analysts' host, nor by the host in between", async () => {
    expect(await code(at("POST", "/tindra/tindra-shop", { token: admin, body }))).toBe("404 REQUEST.NOT_FOUND");
    const origin = "https://order-systems.invalid";
    expect(await code(at("POST", "/tindra/tindra-shop", { body, origin }))).toBe("421 REQUEST.HOST");
    expect(asked).toEqual([]);
  });

  it("is told who asks and the correlator, and never sees an order system's key", async () => {
    const seen: Request[] = [];
    const deployment = behind((request) => {
      seen.push(request);
      return Response.json({ told: true }, { headers: { "x-frame-options": "ALLOW" } });
    });
    const headers = { authorization: `Bearer ${API_KEYS.tindra}`, "x-correlator": "c-1" };
    const address = `${env.API_ORIGIN}/v1/analytics/query`;
    const answer = await bare(new Request(address, { method: "POST", headers, body: "{}" }), deployment);
    expect([answer.status, answer.headers.get("x-correlator"), answer.headers.get("x-frame-options")]).toEqual([
      ...[200, "c-1", "DENY"],
    ]);
    const [request] = seen;
    expect([request?.url, request?.headers.get("x-correlator"), request?.headers.get("authorization")]).toEqual([
      ...["https://order-systems.invalid/tindra/tindra-shop", "c-1", null],
    ]);
    const none = new Request(address, { method: "POST", body: "{}" });
    expect((await bare(none, deployment)).status).toBe(401);
    expect(seen).toHaveLength(1);
  });

  it("is 503 while it is away, and there is nothing where none is bound", async () => {
    const page = () => new Request(`${ORIGIN}/console`);
    const away = behind(() => Promise.reject(new Error("away")));
    expect(await code(bare(page(), away))).toBe("503 SERVICE.UNAVAILABLE");
    const { CONSOLE: _, ...alone } = env;
    expect(await code(bare(page(), alone as Environment))).toBe("404 REQUEST.NOT_FOUND");
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
    for (const name of ["ANALYST_ORIGIN", "ANALYSTS"] as const) delete at[name];
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
