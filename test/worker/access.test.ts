import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { admitted } from "../../worker/analytics/access.ts";
import type { ConsoleConfig } from "../../worker/analytics/config.ts";
import { AUDIENCE, assertion, type Key, key, network } from "./console.ts";

const BRANDS = ["tindra", "marisol", "rimal"];
const ROLES: ConsoleConfig["roles"] = {
  "tindra-analysts": { role: "analyst", brands: ["tindra"] },
  "tindra-fraud": { role: "fraud", brands: ["tindra"] },
  "marisol-analysts": { role: "analyst", brands: ["marisol", "gone"] },
  everybody: { role: "operator", brands: "all" },
  "grafana.access": { role: "analyst", brands: ["rimal"] },
};
let teams = 0;
let mine: Key;
let next: Key;
let foreign: Key;

beforeAll(async () => {
  [mine, next, foreign] = await Promise.all([key("k1"), key("k2"), key("k1")]);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A team that nobody has asked yet, since keys are kept by team; `keys` is what it publishes. */
function team(keys: () => Key[] | undefined) {
  const issuer = `https://team${++teams}.example`;
  const settings = { team: issuer, audience: AUDIENCE, claim: "groups", roles: ROLES } as ConsoleConfig;
  const made = network(() => {
    const published = keys();
    return published
      ? Response.json({ keys: published.map((one) => one.published) })
      : new Response("", { status: 502 });
  });
  const asked = (token: string | undefined, atMs = Date.now()) => admitted(token, settings, BRANDS, atMs);
  const signed = (claims: object = {}, by = mine, header = {}) => assertion(by, { iss: issuer, ...claims }, header);
  return { issuer, made, asked, signed };
}

const said = async (admission: ReturnType<typeof admitted>) => {
  const told = await admission;
  return told.ok ? told.analyst : told.problem;
};
const NOBODY = "ANALYST.UNAUTHENTICATED";

describe("an assertion of the access proxy", () => {
  it("says who is asking and what the groups may see, wherever Access puts them", async () => {
    const { issuer, made, asked, signed } = team(() => [mine]);
    const expected = { name: "a@tindra.example", machine: false, roles: { tindra: "analyst" } };
    expect(await said(asked(await signed()))).toMatchObject(expected);
    expect(await said(asked(await signed({ custom: {}, groups: "tindra-analysts" })))).toMatchObject(expected);
    expect(made.map(([url]) => url)).toEqual([`${issuer}/cdn-cgi/access/certs`]);
  });

  it("gives rights brand by brand: those of one are none at another", async () => {
    const { asked, signed } = team(() => [mine]);
    const groups = ["marisol-analysts", "tindra-fraud", "tindra-analysts", "unknown", "__proto__"];
    expect(await said(asked(await signed({ groups, custom: {} })))).toMatchObject({
      roles: { marisol: "analyst", tindra: "fraud" },
    });
    expect(await said(asked(await signed({ groups: ["everybody"], custom: {} })))).toMatchObject({
      roles: { tindra: "operator", marisol: "operator", rimal: "operator" },
    });
  });

  it("knows machines by the client id of their service token, and no groups of theirs", async () => {
    const { asked, signed } = team(() => [mine]);
    const claims = { email: undefined, common_name: "grafana.access", groups: ["everybody"] };
    expect(await said(asked(await signed(claims)))).toMatchObject({
      name: "grafana.access",
      machine: true,
      roles: { rimal: "analyst" },
    });
  });

  it("of somebody without any right is known and refused", async () => {
    const { asked, signed } = team(() => [mine]);
    for (const groups of [[], ["strangers"], ["constructor"], undefined, 7])
      expect(await said(asked(await signed({ groups, custom: {} })))).toBe("ANALYST.FORBIDDEN");
    expect(await said(asked(await signed({ email: undefined, common_name: "tindra" })))).toBe("ANALYST.FORBIDDEN");
  });

  const now = () => Math.floor(Date.now() / 1000);
  const forged: [string, (of: ReturnType<typeof team>) => Promise<string | undefined>][] = [
    ["is missing", async () => undefined],
    ["is empty", async () => ""],
    ["is over", (of) => of.signed({ exp: now() })],
    ["begins later", (of) => of.signed({ nbf: now() + 60 })],
    ["has no end", (of) => of.signed({ exp: undefined })],
    ["ends in a text", (of) => of.signed({ exp: "9999999999" })],
    ["is for another application", (of) => of.signed({ aud: ["1".repeat(64)] })],
    ["is for nobody", (of) => of.signed({ aud: undefined })],
    ["is of another team", (of) => of.signed({ iss: "https://other.example" })],
    ["is of a team whose name ours begins", (of) => of.signed({ iss: `${of.issuer}.evil.example` })],
    ["is signed by another key of the same id", (of) => of.signed({}, foreign)],
    ["is signed by an unknown key", (of) => of.signed({}, next)],
    ["names no key", (of) => of.signed({}, mine, { kid: undefined })],
    ["demands what nobody understands", (of) => of.signed({}, mine, { crit: ["b64"] })],
    ["names no algorithm", (of) => of.signed({}, mine, { alg: "none" })],
    ["names another algorithm", (of) => of.signed({}, mine, { alg: "RS512" })],
    ["names a symmetric one", (of) => of.signed({}, mine, { alg: "HS256" })],
    ["has no signature", async (of) => (await of.signed()).replace(/[^.]+$/, "")],
    ["has two parts", async (of) => (await of.signed()).split(".").slice(0, 2).join(".")],
    ["has four parts", async (of) => `${await of.signed()}.x`],
    [
      "has the claims of another",
      async (of) => {
        const [head, , signature] = (await of.signed()).split(".");
        const [, body] = (await of.signed({ groups: ["everybody"] })).split(".");
        return `${head}.${body}.${signature}`;
      },
    ],
    ["is no JSON", async () => "e30.e30.e30"],
    ["names nobody", (of) => of.signed({ email: undefined })],
    ["is quoted", async (of) => `"${await of.signed()}"`],
    ["is a bearer token", async (of) => `Bearer ${await of.signed()}`],
  ];
  it.each(forged)("is refused that %s", async (_, token) => {
    const of = team(() => [mine]);
    expect(await said(of.asked(await token(of)))).toBe(NOBODY);
    expect(await said(of.asked(await of.signed()))).toMatchObject({ roles: { tindra: "analyst" } });
  });
});

describe("the keys of the access proxy", () => {
  const HOUR = 3_600_000;

  it("are fetched once an hour", async () => {
    const { made, asked, signed } = team(() => [mine]);
    const at = Date.now();
    const token = await signed({ exp: Math.floor(at / 1000) + 8000 });
    for (const later of [0, 1, HOUR - 1]) await asked(token, at + later);
    expect(made).toHaveLength(1);
    await asked(token, at + HOUR);
    expect(made).toHaveLength(2);
  });

  it("are fetched for an unknown one at most once a minute", async () => {
    let keys = [mine];
    const { made, asked, signed } = team(() => keys);
    const at = Date.now();
    const [old, fresh] = [await signed(), await signed({}, next)];
    await asked(old, at);
    keys = [next, mine];
    for (const later of [1, 30_000, 59_999]) expect(await said(asked(fresh, at + later))).toBe(NOBODY);
    expect(made).toHaveLength(1);
    expect(await said(asked(fresh, at + 60_000))).toMatchObject({ name: "a@tindra.example" });
    expect(await said(asked(old, at + 60_001))).toMatchObject({ name: "a@tindra.example" });
    expect(made).toHaveLength(2);
  });

  it("count no longer once they are withdrawn and the hour is over", async () => {
    let keys = [mine];
    const { asked, signed } = team(() => keys);
    const at = Date.now();
    const token = await signed({ exp: Math.floor(at / 1000) + 8000 });
    await asked(token, at);
    keys = [next];
    expect(await said(asked(token, at + HOUR))).toBe(NOBODY);
  });

  it("that cannot be had admit nobody, and say so", async () => {
    let keys: Key[] | undefined;
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { asked, signed } = team(() => keys);
    const at = Date.now();
    const token = await signed({ exp: Math.floor(at / 1000) + 8000 });
    expect(await said(asked(token, at))).toBe("SERVICE.UNAVAILABLE");
    keys = [mine];
    expect(await said(asked(token, at))).toMatchObject({ name: "a@tindra.example" });
    keys = undefined;
    expect(await said(asked(token, at + HOUR - 1))).toMatchObject({ name: "a@tindra.example" });
    expect(await said(asked(token, at + HOUR))).toBe("SERVICE.UNAVAILABLE");
  });
});
