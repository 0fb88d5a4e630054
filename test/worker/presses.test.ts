import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { config } from "../../worker/config.ts";
import app from "../../worker/index.ts";
import { visitorOf } from "../../worker/routes/visitor.ts";
import type { MasterKey } from "../../worker/verification/keys.ts";
import { linkToken } from "../../worker/verification/link.ts";
import { API_KEYS } from "../standins/secrets.ts";
import { fresh, press } from "./opened.ts";

const API = env.API_ORIGIN;
const STEP = "http://tindra.localhost:8787";
const COOKIE = `__Host-ringfence=${"c".repeat(43)}`;
const ACTIONS = ["start", "resend", "check", "leave"];

/** A step that this browser has started: its verification, and where its page lies. */
async function started(cookie = COOKIE) {
  const v = fresh();
  const { visitor } = visitorOf(new Headers({ cookie }), { brand: "tindra", id: v.id });
  await v.open();
  const send = { kind: "start", press: press(), framed: false, locale: null, denyToken: "bcdfghjk" } as const;
  await v.stub().reserveSend({ ...visitor, ...send });
  await v.settle(1, "accepted");
  const master = config(env).secrets("tindra")?.master[0] as MasterKey;
  return { ...v, path: `/v/${linkToken(master, "step link", v.id)}` };
}

const HEADERS = {
  "content-type": "application/json",
  "idempotency-key": "a-press-of-ours",
  cookie: COOKIE,
  origin: STEP,
};
type Change = Record<string, string | undefined>;

/** A call with headers changed, or left out where the change is undefined. */
async function call(url: string, method = "GET", body?: string, change: Change = {}, at: object = env) {
  const headers = Object.entries({ ...HEADERS, ...change }).filter((pair): pair is [string, string] =>
    Boolean(pair[1]),
  );
  const request = new Request(url, { method, headers, ...(body !== undefined && { body }) });
  return app.fetch(request, at as Env, createExecutionContext());
}

/** The whole answer, with what no two answers share left out. */
async function face(answer: Response) {
  const headers = Object.fromEntries(answer.headers);
  expect(headers["x-correlator"]).toMatch(/^[0-9a-f-]{36}$/);
  const text = (await answer.text()).replace(/(?<="server_now":")[^"]+/, "…");
  return { status: answer.status, headers: { ...headers, "x-correlator": "…" }, text };
}

/** Asks the order system's calls, which the router answers, as Tindra's shop. */
const shop = (path: string, body: string, change: Change = {}) =>
  call(`${API}/v1/verifications/${path}`, "POST", body, { authorization: `Bearer ${API_KEYS.tindra}`, ...change });

/** The environment in which asking for a verification goes wrong. */
const broken = (member: "get" | "idFromString") => {
  const fail = () => {
    throw new Error("marked-by-the-test");
  };
  const VERIFICATION = new Proxy(env.VERIFICATION, {
    get: (target, name) => (name === member ? fail : Reflect.get(target, name).bind(target)),
  });
  return { ...env, VERIFICATION };
};

describe("a press, answered before the router", () => {
  let lines: Record<string, unknown>[];
  beforeEach(() => {
    lines = [];
    vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(JSON.parse(line)));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each(ACTIONS)("has the router's face where %s has no place, no token or no right to be", async (action) => {
    const { path } = await started();
    const forged = `${path.slice(0, -1)}${path.endsWith("A") ? "B" : "A"}`;
    const stopped = { ...env, SECRETS_TINDRA: "{" };
    const evil = { origin: "https://evil.example" };
    const post = (url: string, change?: Change, at?: object) => call(`${url}/${action}`, "POST", "{}", change, at);
    const twins = {
      "another host": [post(`http://evil.example${path}`), call(`http://evil.example${path}`)],
      "the API's host": [post(API + path), call(API + path)],
      "a user name": [
        post(`http://user@tindra.localhost:8787${path}`),
        call(`http://user@tindra.localhost:8787${path}`),
      ],
      "a slash more": [call(`${STEP}${path}/${action}/`, "POST", "{}"), call(`${STEP}${path}/`)],
      "a forged token": [post(STEP + forged), call(`${STEP}${forged}/state`)],
      "no token": [post(`${STEP}/v/%00`), call(`${STEP}/v/%00/state`)],
      "a stopped brand": [post(STEP + path, {}, stopped), call(`${STEP}${path}/state`, "GET", undefined, {}, stopped)],
      "another origin": [post(STEP + path, evil), call(`${STEP}/d/bcdfghjk`, "POST", "", evil)],
      "no origin": [
        post(STEP + path, { origin: undefined }),
        call(`${STEP}/d/bcdfghjk`, "POST", "", { origin: undefined }),
      ],
    };
    for (const [name, [ours, theirs]] of Object.entries(twins))
      expect([name, await face((await ours) as Response)]).toEqual([name, await face((await theirs) as Response)]);
  });

  it.each(ACTIONS)("has the router's face where %s says nothing that can be read", async (action) => {
    const { id, path, record } = await started();
    const post = (body: string, change?: Change) => call(`${STEP}${path}/${action}`, "POST", body, change);
    const cancel = (body: string, change?: Change) => shop(`${id}/cancel`, body, change);
    const known = { leave: '"reason":"left"', check: '"code":"123456"' }[action] ?? '"framed":false';
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const twins = {
      ...Object.fromEntries(
        ["text/plain", "application/json; charset=latin1", "*/*", undefined].map((type) => {
          const change = { "content-type": type };
          return [`type ${type}`, [post("{}", change), cancel("{}", change)]];
        }),
      ),
      encoding: [post("{}", { "content-encoding": "gzip" }), cancel("{}", { "content-encoding": "gzip" })],
      "too much": [post(" ".repeat(8193)), cancel(" ".repeat(8193))],
      "too much of a form": [post(`press=${"x".repeat(9000)}`, form), cancel(" ".repeat(9000))],
      "no JSON": [post("{"), cancel("{")],
      "a list": [post(`{${known},"x":[]}`), cancel('{"x":[]}')],
      "an unknown member": [post(`{${known},"x":1}`), cancel('{"x":1}')],
      "no object": [post("1"), cancel("1")],
      "no key": [
        post("{}", { "idempotency-key": undefined }),
        shop(`${id}/redeem`, "{}", { "idempotency-key": undefined }),
      ],
    };
    for (const [name, [ours, theirs]] of Object.entries(twins))
      expect([name, await face((await ours) as Response)]).toEqual([name, await face((await theirs) as Response)]);
    expect(await record()).toMatchObject({ status: "sent", guesses: [], sends: [{ ordinal: 1 }] });
  });

  it("has the router's face where it comes from another browser", async () => {
    const { path } = await started();
    const cookie = COOKIE.replaceAll("c", "d").replace("d", "c");
    const state = await face(await call(`${STEP}${path}/state`, "GET", undefined, { cookie }));
    expect(state.status).toBe(403);
    for (const [action, body] of [
      ["check", '{"code":"123456"}'],
      ["start", "{}"],
      ["leave", '{"reason":"left"}'],
    ])
      expect(await face(await call(`${STEP}${path}/${action}`, "POST", body, { cookie }))).toEqual(state);
  });

  it.each(["get", "idFromString"] as const)(
    "fails as the router does, in answer and log, where %s throws",
    async (member) => {
      const { path } = await started();
      const at = broken(member);
      const state = await face(await call(`${STEP}${path}/state`, "GET", undefined, {}, at));
      const check = await face(await call(`${STEP}${path}/check`, "POST", '{"code":"123456"}', {}, at));
      expect(check).toEqual(state);
      expect(check.status).toBe(member === "get" ? 503 : 500);
      const [routers, ours] = lines.map(({ correlator: _, frames, ...line }) => ({
        ...line,
        frames: Array.isArray(frames),
      }));
      expect(ours).toEqual(routers);
      expect(JSON.stringify(lines)).not.toContain("marked-by-the-test");
    },
  );

  it.each([
    ["overloaded", { overloaded: true, retryable: true }, 1],
    ["unreachable twice", { retryable: true }, 2],
  ])(
    "says when to come back where its object is %s, and asks it no more often than that helps",
    async (_, flags, calls) => {
      const { path } = await started();
      let asked = 0;
      const check = async () => {
        asked += 1;
        throw Object.assign(new Error("marked-by-the-test"), flags);
      };
      const VERIFICATION = new Proxy(env.VERIFICATION, {
        get: (target, name) => (name === "get" ? () => ({ check }) : Reflect.get(target, name).bind(target)),
      });
      const answer = await call(`${STEP}${path}/check`, "POST", '{"code":"123456"}', {}, { ...env, VERIFICATION });
      expect([answer.status, answer.headers.get("retry-after"), asked]).toEqual([503, "2", calls]);
      expect(await answer.json()).toMatchObject({ status: 503, code: "SERVICE.UNAVAILABLE" });
    },
  );

  it("tells the state as the router tells it, and takes the caller's correlator", async () => {
    const { path } = await started();
    const left = await call(`${STEP}${path}/leave`, "POST", '{"reason":"left"}', { "x-correlator": "theirs-1" });
    expect(left.headers.get("x-correlator")).toBe("theirs-1");
    const again = await call(`${STEP}${path}/leave`, "POST", '{"reason":"left"}', { "x-correlator": "a b" });
    expect(await face(again)).toEqual(await face(await call(`${STEP}${path}/state`)));
  });

  it("is known by the router's spelling of its path, and by POST alone", async () => {
    const { path } = await started();
    const spelled = path.replace("/v/", "/%76/");
    expect((await call(`${STEP}${spelled}/%63heck`, "POST", "{")).status).toBe(400);
    for (const method of ["GET", "PUT", "DELETE"]) {
      const answer = await call(`${STEP}${path}/check`, method);
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
    }
  });
});

describe("a person whose step cannot be reached", () => {
  beforeEach(() => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("is shown a page that says so, to be loaded again, with a number to call, and nothing else", async () => {
    const { path } = await started();
    const page = await call(`${STEP}${path}?lang=en`, "GET", undefined, {}, broken("get"));
    expect([page.status, page.headers.get("retry-after"), page.headers.get("set-cookie")]).toEqual([503, "2", null]);
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(page.headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    const text = await page.text();
    for (const part of ["Something went wrong on our side", "tel:80010310", 'href="?lang=en"'])
      expect(text).toContain(part);
    // The page that it stands in for asks for a code itself.
    expect(text).not.toMatch(/never ask|marked-by-the-test|<script/);
    expect((await call(`${STEP}${path}`)).status).toBe(200);
  });

  it.each(ACTIONS)("is led back to the page, not left with a problem, after %s without script", async (action) => {
    const { path } = await started();
    const form = { "content-type": "application/x-www-form-urlencoded", "idempotency-key": undefined };
    const stopped = { ...env, SECRETS_TINDRA: "{" };
    for (const at of [broken("get"), broken("idFromString"), stopped]) {
      const answer = await call(`${STEP}${path}/${action}`, "POST", "press=a-press-of-ours&code=123456", form, at);
      expect([answer.status, answer.headers.get("location")]).toEqual([303, `${path}?r=fault`]);
      expect((await call(`${STEP}${path}/${action}`, "POST", "{}", {}, at)).headers.get("content-type")).toBe(
        "application/problem+json",
      );
    }
  });
});

describe("a brand's day of texts", () => {
  beforeEach(() => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const start = async (admitSend: () => Promise<string>) => {
    const v = fresh();
    await v.open();
    const master = config(env).secrets("tindra")?.master[0] as MasterKey;
    const at = { ...env, BRAND_BOARD: { getByName: () => ({ admitSend }) } };
    const answer = await call(`${STEP}/v/${linkToken(master, "step link", v.id)}/start`, "POST", "{}", {}, at);
    return [answer.status, (await answer.json<{ code: string }>()).code, await v.record()];
  };

  it("that is over ends the verification, tells the shop why, and sends nothing", async () => {
    const [status, code, record] = await start(async () => "stop");
    expect([status, code]).toEqual([409, "VERIFICATION.ENDED"]);
    expect(record).toMatchObject({ status: "blocked", reason: "budget", refusals: 0, sealed: null });
  });

  it("that cannot be read stops nobody: customer and number have exact budgets of their own", async () => {
    // As far as the gateway's door: the test's number cannot be unsealed.
    const [status, code, record] = await start(() => Promise.reject(new Error("gone")));
    expect([status, code]).toEqual([503, "GATEWAY.UNAVAILABLE"]);
    expect(record).toMatchObject({ status: "created", refusals: 1 });
  });
});

describe("a network that asks for much", () => {
  let waits: number[];
  let lines: string[];
  beforeEach(() => {
    waits = [];
    lines = [];
    vi.spyOn(scheduler, "wait").mockImplementation(async (ms) => void waits.push(ms));
    vi.spyOn(console, "warn").mockImplementation((line: string) => void lines.push(line));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const slowed = () => waits.filter((ms) => ms === 2_000).length;

  it("has its texts slowed beyond twenty in ten minutes, whatever else it says of where it is, and none refused for it", async () => {
    const start = async (change: Change) => {
      const v = fresh();
      await v.open();
      const master = config(env).secrets("tindra")?.master[0] as MasterKey;
      const answer = await call(`${STEP}/v/${linkToken(master, "step link", v.id)}/start`, "POST", "{}", change);
      return [answer.status, (await v.record()).refusals];
    };
    const lies = (n: number) =>
      Object.fromEntries(
        ["x-forwarded-for", "forwarded", "true-client-ip", "x-real-ip"].map((name) => [name, `203.0.${n}.9`]),
      );
    // The test's number cannot be unsealed, so each of them ends at the gateway's door, the slow ones as well.
    for (let n = 1; n <= 25; n += 1) {
      expect(await start({ "cf-connecting-ip": `198.51.100.${n}`, ...lies(n) })).toEqual([503, 1]);
      expect(slowed()).toBe(Math.max(0, n - 20));
    }
    for (let n = 1; n <= 5; n += 1)
      await start({ "cf-connecting-ip": `192.0.${n}.7`, "x-forwarded-for": "198.51.100.7" });
    expect(slowed()).toBe(5);
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      Array(5).fill({ level: "warn", event: "network_sends", brand: "tindra" }),
    );
  });

  it("pays no guess for a hundred codes of no form, and is slowed beyond the twentieth", async () => {
    const { path, code, record } = await started();
    const from = { "cf-connecting-ip": "2001:db8::1" };
    const check = (body: string, change: Change = {}) =>
      call(`${STEP}${path}/check`, "POST", body, { ...from, ...change });
    const form = { "content-type": "application/x-www-form-urlencoded" };
    for (let n = 0; n < 100; n += 1) {
      const answer = n % 2 ? await check(`{"code":"${n}"}`) : await check(`press=press-of-ours&code=${n}`, form);
      expect(answer.status).toBe(n % 2 ? 400 : 303);
    }
    expect(slowed()).toBe(80);
    expect(await record()).toMatchObject({ status: "sent", guesses: [], wrong: 0 });
    expect((await check(JSON.stringify({ code: await code() }))).status).toBe(200);
    expect(slowed()).toBe(80);
  });
});
