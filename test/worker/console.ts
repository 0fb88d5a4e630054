/** The console as the routes see it: Access with keys of the test's own, an engine that answers what a test wants, a real D1. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, vi } from "vitest";
import totals from "../../worker/analytics/migrations/0001_totals.sql";
import saved from "../../worker/analytics/migrations/0002_console.sql";
import reconciliation from "../../worker/analytics/migrations/0003_reconciliation.sql";
import type { ProblemBody } from "../../worker/contract.ts";
import app from "../../worker/index.ts";
import { withConsole } from "../standins/console.ts";
import type { Environment } from "./subject.ts";

/** Cloudflare Access as the test configuration names it. */
export const TEAM = "https://ringfence.cloudflareaccess.com";
export const AUDIENCE = "0".repeat(64);
export const ORIGIN = "https://console.ringfence.example";

const RS256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const encoded = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");

/** A key of an issuer, and its public half as the issuer publishes it. */
export interface Key {
  kid: string;
  secret: CryptoKey;
  published: object;
}

/** A fresh RSA key. */
export async function key(kid: string): Promise<Key> {
  const pair = await crypto.subtle.generateKey(
    { ...RS256, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ["sign", "verify"],
  );
  const { publicKey, privateKey } = pair as CryptoKeyPair;
  const jwk = (await crypto.subtle.exportKey("jwk", publicKey)) as JsonWebKey;
  return { kid, secret: privateKey, published: { ...jwk, kid, alg: "RS256", use: "sig" } };
}

/** An assertion of an analyst of Tindra, good for an hour; `claims` and `header` replace the usual ones, undefined leaves one out. */
export async function assertion({ kid, secret }: Key, claims: object = {}, header: object = {}): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const usual = { iss: TEAM, aud: [AUDIENCE], iat, nbf: iat, exp: iat + 3600, sub: "s-1", email: "a@tindra.example" };
  const head = encoded({ alg: "RS256", kid, typ: "JWT", ...header });
  const body = encoded({ ...usual, custom: { groups: ["tindra-analysts"] }, ...claims });
  const signature = await crypto.subtle.sign(RS256, secret, new TextEncoder().encode(`${head}.${body}`));
  return `${head}.${body}.${Buffer.from(signature).toString("base64url")}`;
}

/** Lets the network be `answer`; returns the requests made. */
export function network(
  answer: (url: string, init: RequestInit) => Response | Promise<Response>,
): [string, RequestInit][] {
  const made: [string, RequestInit][] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url, init = {}) => {
    made.push([String(url), init as RequestInit]);
    return answer(String(url), init as RequestInit);
  });
  return made;
}

/** The tables of the exact counters and of the console. */
export async function tables(): Promise<void> {
  const statements = (totals + saved + reconciliation)
    .replaceAll(/--.*/g, "")
    .replaceAll(/CREATE (TABLE|VIEW|INDEX)/g, "CREATE $1 IF NOT EXISTS");
  const all = statements.split(";").filter((sql) => sql.trim());
  await env.ANALYTICS_DB.batch(all.map((sql) => env.ANALYTICS_DB.prepare(sql)));
}

/** A call at the console, from its own page. */
export function at(
  method: string,
  path: string,
  { token, body, headers = {}, origin = ORIGIN, deployment = env }: Partial<Call> = {},
): Promise<Response> {
  const request = new Request(`${origin}${path}`, {
    method,
    headers: {
      ...(token && { "cf-access-jwt-assertion": token }),
      ...(method !== "GET" && { origin }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    redirect: "manual",
  });
  return Promise.resolve(
    app.fetch(request, withConsole(deployment), { waitUntil() {}, passThroughOnException() {}, props: {} } as never),
  );
}

interface Call {
  token: string;
  body: unknown;
  headers: Record<string, string>;
  origin: string;
  deployment: Environment;
}

/** A statement over outcomes. */
export const N = "SELECT blob2 AS outcome, SUM(_sample_interval) AS n FROM otp_sessions GROUP BY outcome";
export const HOUR = 3600;

/** What Access signs with in this file's tests, and the assertions of those who come by. */
export let mine: Key;
export let analyst: string;
export let fraud: string;
export let both: string;
export let admin: string;
export let machine: string;
/** Statements the engine was asked since the test began. */
export let asked: string[];
/** What the engine answers to each; a test may change it. */
export let rows: Record<string, unknown>[];
/** A period of its own for every test: answers are kept. */
export let period: { from: number; to: number };
let tests = 0;

/** Sets the scene before every test of a file. */
export function staged(): void {
  beforeAll(async () => {
    await tables();
    mine = await key("console-1");
    const of = (email: string, ...groups: string[]) => assertion(mine, { email, groups, custom: {} });
    [analyst, fraud, both, admin, machine] = await Promise.all([
      of("a@tindra.example", "tindra-analysts"),
      of("f@tindra.example", "tindra-fraud"),
      of("o@ringfence.example", "operators"),
      of("root@ringfence.example", "admins"),
      assertion(mine, { email: undefined, common_name: "tindra-analysts" }),
    ]);
  });
  beforeEach(() => {
    asked = [];
    rows = [
      { outcome: "proceeded", n: "120", rf_rows: "120", rf_coarsest: 1 },
      { outcome: "=locked", n: "4", rf_rows: "4", rf_coarsest: 1 },
    ];
    const to = Math.floor(Date.now() / 1000 / HOUR) * HOUR - ++tests * HOUR;
    period = { from: to - 24 * HOUR, to };
    network((url, { body }) => {
      if (url.endsWith("/certs")) return Response.json({ keys: [mine.published] });
      asked.push(String(body));
      const meta = [{ name: "outcome", type: "String" }, ...["n", "rf_rows"].map((name) => ({ name, type: "UInt64" }))];
      return Response.json({ meta: [...meta, { name: "rf_coarsest", type: "UInt32" }], data: rows, rows: rows.length });
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
}

/** A query of the console about this test's period. */
export const query = (token: string, body: object, more = {}) =>
  at("POST", "/console/query", { token, body: { ...period, ...body }, ...more });

/** Status, code and field of a problem. */
export async function code(answer: Response | Promise<Response>): Promise<string> {
  const { status, ...rest } = await (await answer).json<ProblemBody>();
  return `${status} ${rest.code}${rest.field ? ` ${rest.field}` : ""}`;
}

/** The newest statement on record. */
export async function log(): Promise<Record<string, unknown> | undefined> {
  return (await env.ANALYTICS_DB.prepare("SELECT * FROM query_log ORDER BY rowid DESC LIMIT 1").all()).results[0];
}
