import { evictAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import app from "../../worker/index.ts";
import { sha256Hex } from "../../worker/verification/keys.ts";
import { BOARD_SHARDS } from "../../worker/webhooks/outbox.ts";
import { API_KEYS } from "../standins/secrets.ts";
import { call, type Environment, environment } from "./subject.ts";

const SCOPES = ["operations", "outcomes"];
const NOW = Date.UTC(2026, 10, 22, 12);
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

async function pair(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const { d } = await exportJWK(privateKey);
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid }, d };
}
type Pair = Awaited<ReturnType<typeof pair>>;
const [ONE, TWO] = await Promise.all([pair("one"), pair("two")]);
const keyed = (key: string) => ({ id: "tindra-shop", sha256: sha256Hex(key), scopes: SCOPES });

/** Tindra with one client that signs with these keys, and these API keys. */
const signing = (pairs: { jwk: object }[], scopes = SCOPES, api_keys: object[] = []) =>
  environment(() => ({
    api_keys,
    oauth_clients: [{ id: "orders", scopes, jwks: { keys: pairs.map(({ jwk }) => jwk) } }],
  }));

function asserted({ privateKey, jwk }: Pair, change: object = {}): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const usual = { iss: "orders", sub: "orders", aud: env.API_ORIGIN, iat, exp: iat + 60, jti: crypto.randomUUID() };
  return new SignJWT({ ...usual, ...change }).setProtectedHeader({ alg: "ES256", kid: jwk.kid }).sign(privateKey);
}

async function asked(at: Environment, proof: string | { client: string; key: string }) {
  const signed = typeof proof === "string";
  const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    ...(signed && { client_assertion_type: type, client_assertion: proof }),
  });
  const headers = signed ? {} : { authorization: `Basic ${btoa(`${proof.client}:${proof.key}`)}` };
  const request = new Request(`${at.API_ORIGIN}/oauth/token`, { method: "POST", headers, body });
  const context = { waitUntil() {}, passThroughOnException() {}, props: {} };
  const answer = await app.fetch(request, at, context as never);
  const said = await answer.json<{ access_token: string; error: string }>();
  return { status: answer.status, ...said };
}

const unlock = async (at: Environment, key: string) =>
  (await call("POST", "/v1/customers/unlock", { customer: { ref: "client-test" }, reason: "test" }, { at, key }))
    .status;

describe("a token in time", () => {
  it("is good for ten minutes, and over at once after them", async () => {
    const at = signing([ONE]);
    const { access_token } = await asked(at, await asserted(ONE));
    for (const [later, status] of [
      [0, 200],
      [599_000, 200],
      [600_000, 401],
      [86_400_000, 401],
    ] as const) {
      vi.setSystemTime(NOW + later);
      expect([later, await unlock(at, access_token)]).toEqual([later, status]);
    }
  });
});

describe("a token that is given", () => {
  it("leaves a line that says who, when and which, and nothing to call with", async () => {
    const lines: string[] = [];
    const said = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
    const proof = await asserted(ONE);
    const { access_token } = await asked(signing([ONE]), proof);
    said.mockRestore();
    const [line = "", ...more] = lines;
    const { jti } = decodeJwt(access_token);
    expect(more).toEqual([]);
    expect(JSON.parse(line)).toEqual({
      ...{ level: "info", event: "audit", at: new Date(NOW).toISOString(), action: "token.issue" },
      ...{ client: "orders", brand: "tindra", target: jti, correlator: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    for (const secret of [access_token, proof]) expect(line).not.toContain(secret.split(".")[2]);
  });
});

describe("a credential that is taken away", () => {
  it("takes the tokens with it that it was good for, whatever else its client has", async () => {
    const [old, next] = [API_KEYS.tindra, "rk_test_the_next_key_of_tindra_0002"];
    const both = signing([ONE], SCOPES, [keyed(old), keyed(next)]);
    const [first, second] = [old, next].map((key) => asked(both, { client: "tindra-shop", key }));
    const [mine, theirs] = [(await first)?.access_token ?? "", (await second)?.access_token ?? ""];
    const after = signing([ONE], SCOPES, [keyed(next)]);
    expect([await unlock(both, mine), await unlock(both, theirs)]).toEqual([200, 200]);
    expect([await unlock(after, mine), await unlock(after, theirs)]).toEqual([401, 200]);
  });

  it("does the same where it is a key that signs; a second one beside it disturbs nobody", async () => {
    const { access_token } = await asked(signing([ONE]), await asserted(ONE));
    expect(await unlock(signing([TWO, ONE]), access_token)).toBe(200);
    expect(await unlock(signing([TWO]), access_token)).toBe(401);
    expect((await asked(signing([TWO]), await asserted(ONE))).error).toBe("invalid_client");
    expect((await asked(signing([TWO, ONE]), await asserted(TWO))).status).toBe(200);
  });

  it("narrows the tokens that are out where it may do less", async () => {
    const { access_token } = await asked(signing([ONE]), await asserted(ONE));
    expect(await unlock(signing([ONE], ["outcomes"]), access_token)).toBe(403);
    expect((await asked(signing([ONE], []), await asserted(ONE))).error).toBe("invalid_scope");
  });

  it("leaves tokens good over a rotation of the brand's own keys, until the old one is gone", async () => {
    const own = JSON.parse(env.SECRETS_TINDRA).signing as object[];
    const next = { ...TWO.jwk, d: TWO.d };
    const ring = (keys: object[]) => {
      const at = signing([ONE]);
      return {
        ...at,
        SECRETS_TINDRA: JSON.stringify({ ...JSON.parse(at.SECRETS_TINDRA), signing: keys }),
      } as Environment;
    };
    const { access_token } = await asked(ring(own), await asserted(ONE));
    expect(await unlock(ring([next, ...own]), access_token)).toBe(200);
    expect(await unlock(ring([next]), access_token)).toBe(401);
  });

  it("is not taken into the configuration with its private half", async () => {
    const quiet = vi.spyOn(console, "error").mockImplementation(() => {});
    const pasted = { jwk: { ...ONE.jwk, d: ONE.d } };
    expect((await asked(signing([pasted]), await asserted(ONE))).error).toBe("invalid_client");
    expect(quiet.mock.calls.join()).toMatch(/SECRETS_TINDRA\.oauth_clients\.0\.jwks\.keys\.0\.d/);
    quiet.mockRestore();
  });
});

describe("an assertion", () => {
  const boards = () =>
    Array.from({ length: BOARD_SHARDS }, (_, n) => env.BRAND_BOARD.get(env.BRAND_BOARD.idFromName(`tindra:${n}`)));
  const remembered = async () => {
    const rows = await Promise.all(
      boards().map((board) =>
        runInDurableObject(board, (_, { storage }) => storage.sql.exec("SELECT * FROM used").toArray()),
      ),
    );
    return rows.flat();
  };

  it("is used once, by one of many at a time, whatever is forgotten in between", async () => {
    const at = signing([ONE]);
    const once = await asserted(ONE, { exp: NOW / 1000 + 300 });
    const burst = await Promise.all(Array.from({ length: 20 }, () => asked(at, once)));
    expect(burst.filter(({ status }) => status === 200)).toHaveLength(1);
    await evictAllDurableObjects();
    vi.setSystemTime(NOW + 299_000);
    expect((await asked(at, once)).error).toBe("invalid_client");
  });

  it("is remembered by a hash, until it would be over anyway", async () => {
    const jti = "a-name-that-nobody-must-find";
    const before = await remembered();
    await asked(signing([ONE]), await asserted(ONE, { jti }));
    const after = await remembered();
    expect(after).toHaveLength(before.length + 1);
    expect(JSON.stringify(after)).not.toContain(jti);
    const tidied = () => Promise.all(boards().map((board) => runDurableObjectAlarm(board)));
    vi.setSystemTime(NOW + 59_000);
    await tidied();
    expect(JSON.stringify(await remembered())).toContain(`"until":${NOW / 1000 + 60}`);
    vi.setSystemTime(NOW + 3_600_000);
    await tidied();
    expect(await remembered()).toEqual([]);
  });
});
