/** F25: what a deployment lacks is named and stops what it concerns, and no value is ever written down. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConfigError, config } from "../../worker/config.ts";
import app from "../../worker/index.ts";
import { within } from "../../worker/objects.ts";
import { API_KEYS, localEnv } from "../standins/secrets.ts";

const local = localEnv({ workerPort: 1, gatewayPort: 1, authorityPort: 1, shopPort: 1 });
const MARK = "zq7marked";

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** What the start says to these variables; undefined where it starts. */
function complaint(change: Record<string, string | undefined>): string | undefined {
  try {
    config({ ...local, ...change });
    return undefined;
  } catch (fault) {
    if (fault instanceof ConfigError) return fault.message;
    throw fault;
  }
}

describe("a variable of the platform", () => {
  it("stands, in each of them, as the local system sets it", () => {
    expect(complaint({})).toBeUndefined();
  });

  it.each<[name: string, ...values: (string | undefined)[]]>([
    [
      "API_ORIGIN",
      undefined,
      "",
      MARK,
      "http://api.example",
      `https://${MARK}.example/path`,
      `https://u:${MARK}@a.example`,
    ],
    ["JURISDICTION", undefined, "", "us", MARK],
    ["ANALYTICS", undefined, MARK],
    ["BRANDS", undefined, "", "{", "7", `{"tindra":{"${MARK}":1}}`, `{"${MARK} x":{}}`],
    [
      "NUMBER_PEPPER",
      undefined,
      "",
      MARK,
      `${"A".repeat(43)},${MARK}`,
      ["A", "B", "C"].map((c) => c.repeat(43)).join(),
    ],
    ["ANALYST_ORIGIN", MARK, "http://console.example"],
  ])("stops the start where %s is missing or malformed, and only its name is told", (name, ...values) => {
    for (const value of values) {
      const said = complaint({ [name]: value });
      expect([value, said?.startsWith(name)]).toEqual([value, true]);
      if (name !== "BRANDS") expect(said).not.toContain(MARK);
    }
  });

  it("cannot switch the jurisdiction off for a service that is deployed", () => {
    const deployed = { API_ORIGIN: "https://api.ringfence.example" };
    expect(complaint({ ...deployed, JURISDICTION: "none" })).toMatch(/^JURISDICTION: /);
    expect(complaint({ ...deployed, JURISDICTION: "eu" })).toBeUndefined();
  });
});

describe("the jurisdiction", () => {
  it("is asked of the platform for every object, unless it is switched off", () => {
    const namespace = { jurisdiction: (name: string) => `inside ${name}` };
    const where = (JURISDICTION: string) =>
      within(namespace as never, { ...local, API_ORIGIN: "http://127.0.0.1:1", JURISDICTION });
    expect([where("eu"), where("none")]).toEqual(["inside eu", namespace]);
  });
});

describe("a brand's secrets", () => {
  const known = JSON.parse(local.SECRETS_TINDRA as string);
  const { signing, master, gateway } = known;
  const without = ({ d: _, ...jwk }: Record<string, string>) => jwk;
  const broken: Record<string, string | undefined> = {
    "are missing": undefined,
    "are no JSON": "{",
    "have no master key": JSON.stringify({ ...known, master: [] }),
    "have a short master key": JSON.stringify({ ...known, master: [{ ...master[0], key: MARK }] }),
    "have no signing key": JSON.stringify({ ...known, signing: [] }),
    "have a signing key without its private half": JSON.stringify({ ...known, signing: signing.map(without) }),
    "have a signing key that was cut short": JSON.stringify({ ...known, signing: [{ ...signing[0], d: MARK }] }),
    "have a signing key of another curve": JSON.stringify({ ...known, signing: [{ ...signing[0], crv: "P-384" }] }),
    "have a short pepper": JSON.stringify({ ...known, pepper: MARK }),
    "have an API key in clear": JSON.stringify({ ...known, api_keys: [{ id: "x", scopes: [], sha256: MARK }] }),
    "have a gateway without a token": JSON.stringify({ ...known, gateway: { ...gateway, auth_token: "" } }),
    "hold what nobody knows": JSON.stringify({ ...known, [MARK]: 1 }),
  };

  it.each(Object.entries(broken))(
    "that %s stop that brand alone, are told once by their place, and never spelled",
    (_, SECRETS_TINDRA) => {
      const { secrets } = config({ ...local, SECRETS_TINDRA });
      expect([secrets("tindra"), secrets("tindra"), secrets("marisol") !== undefined]).toEqual([
        undefined,
        undefined,
        true,
      ]);
      expect(lines).toHaveLength(1);
      expect(JSON.parse(lines[0] ?? "")).toMatchObject({
        event: "brand_stopped",
        variable: expect.stringMatching(/^SECRETS_TINDRA/),
      });
      if (!SECRETS_TINDRA?.includes(`"${MARK}":1`)) expect(lines[0]).not.toContain(MARK);
      for (const secret of [master[0].key, signing[0].d, known.pepper, gateway.auth_token])
        expect(lines[0]).not.toContain(secret);
    },
  );

  it("that are missing leave it a page with a number to call, and nobody a key, a text or a verdict", async () => {
    const at = { ...env, SECRETS_TINDRA: "{" };
    const ask = (url: string, init: RequestInit = {}) =>
      app.fetch(new Request(url, init), at as Env, createExecutionContext());
    const step = "http://tindra.localhost:8787";
    const token = "A".repeat(55);
    const press = { method: "POST", headers: { origin: step, "idempotency-key": "a-press-of-ours" }, body: "{}" };
    const answers = [
      await ask(`${step}/v/${token}/state`),
      await ask(`${step}/v/${token}/check`, press),
      await ask(`${step}/v/${token}/start`, press),
      await ask(`${step}/.well-known/jwks.json`),
    ];
    for (const answer of answers) {
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "60"]);
      expect(await answer.json()).toMatchObject({ code: "BRAND.UNAVAILABLE" });
    }
    const people = [
      await ask(`${step}/v/${token}`),
      await ask(`${step}/d/bcdfghjk`, { method: "POST", headers: { origin: step } }),
    ];
    for (const answer of people)
      expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("tel:80010310")]);
    const shop = (key: string) =>
      ask(`${env.API_ORIGIN}/v1/verifications?order_id=o-1`, { headers: { authorization: `Bearer ${key}` } });
    expect([(await shop(API_KEYS.tindra)).status, (await shop(API_KEYS.marisol)).status]).toEqual([401, 404]);
    expect((await ask("http://marisol.localhost:8787/.well-known/jwks.json")).status).toBe(200);
  });
});
