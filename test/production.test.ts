import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { beforeAll, describe, expect, it } from "vitest";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { DEPLOYMENTS, productionBundle } from "./bundle.ts";
import { TARGET, trimmed } from "./numbers.ts";
import { API_KEYS, localEnv } from "./standins/secrets.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const DIST = join(ROOT, "dist");

const assets = readdirSync(DIST, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
let bundles: Record<keyof typeof DEPLOYMENTS, Map<string, Buffer>>;
let shoppers: string;
let analysts: string;

beforeAll(() => {
  bundles = { console: productionBundle("console"), shoppers: productionBundle("shoppers") };
  shoppers = [...bundles.shoppers.values()].join("\n");
  analysts = [...bundles.console.values()].join("\n");
});

/** The text of everything that is deployed: Workers and assets. */
const deployed = () => [shoppers, analysts, ...assets.map((file) => readFileSync(file, "utf8"))].join("\n");

describe("what is deployed", () => {
  it("contains no stand-in, no clock control and no local secret", () => {
    const text = deployed();
    const env = localEnv({ workerPort: 1, gatewayPort: 1, authorityPort: 1, shopPort: 1 });
    const secrets = ["SECRETS_TINDRA", "SECRETS_MARISOL", "SECRETS_RIMAL"].flatMap((name) => {
      const { master, signing, pepper, webhooks, gateway, authority } = JSON.parse(env[name] as string);
      return [master[0].key, signing[0].d, pepper, webhooks.shop[0], gateway.auth_token, authority.client_secret];
    });
    for (const mark of [
      "standins",
      "__clock",
      "__hourly",
      "CONTROL_ORIGIN",
      "stand-in",
      ...Object.values(API_KEYS),
      ...secrets,
      env.NUMBER_PEPPER as string,
      env.ANALYTICS_TOKEN as string,
    ]) {
      expect(text.includes(mark), mark.slice(0, 12)).toBe(false);
    }
  });

  it("would notice a stand-in that slipped in", () => {
    expect(readFileSync(join(ROOT, "test/standins/worker.ts"), "utf8")).toContain("__clock");
  });

  it("keeps the console out of the Worker that serves shoppers", () => {
    const own = ["saved_question", "query_log", "analytics_engine/sql", "cf-access-jwt-assertion", "otp_sessions"];
    expect(own.filter((mark) => shoppers.includes(mark))).toEqual([]);
    expect(own.filter((mark) => !analysts.includes(mark))).toEqual([]);
    expect(["SECRETS_", "NUMBER_PEPPER"].filter((mark) => !shoppers.includes(mark))).toEqual([]);
  });

  it("gives the console no way in but the binding, and both Workers the same origin, numbers and tables", () => {
    const [console, main] = [DEPLOYMENTS.console, DEPLOYMENTS.shoppers].map((config) =>
      unstable_readConfig({ config: join(ROOT, config) }),
    );
    expect([console?.routes ?? [], console?.route, main?.triggers.crons ?? []]).toEqual([[], undefined, []]);
    // What it does by itself, once an hour.
    expect(console?.triggers.crons).toEqual([expect.stringMatching(/^\d+ \* \* \* \*$/)]);
    expect([console?.workers_dev, console?.preview_urls]).toEqual([false, false]);
    expect(main?.services).toMatchObject([{ binding: "CONSOLE", service: console?.name }]);
    for (const name of ["ANALYST_ORIGIN", "ANALYTICS"]) expect(console?.vars[name], name).toBe(main?.vars[name]);
    const tables = (config: typeof main) =>
      config?.d1_databases.map(({ database_id, binding }: Record<string, unknown>) => [database_id, binding]);
    expect(tables(console)).toEqual(tables(main));
    for (const same of ["compatibility_date", "compatibility_flags"] as const)
      expect(console?.[same]).toEqual(main?.[same]);
    expect([main?.secrets?.required?.includes("ANALYTICS_TOKEN"), console?.secrets?.required]).toEqual([
      false,
      ["ANALYTICS_TOKEN"],
    ]);
  });

  it("has one way to derive a code, used to text it and to compare it", () => {
    const uses = readdirSync(join(ROOT, "worker"), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .filter((name) => /\bliveCode\(/.test(readFileSync(join(ROOT, "worker", name), "utf8")));
    expect(uses.sort()).toEqual(["routes/text.ts", "verification/guess.ts", "verification/keys.ts"]);
  });

  it("knows the numbering plans of exactly the packs' countries", () => {
    expect(readFileSync(TARGET, "utf8")).toBe(trimmed());
  });
});

describe("the two Workers as they are deployed", () => {
  const local = localEnv({ workerPort: 1, gatewayPort: 1, authorityPort: 1, shopPort: 1 });
  const secrets = Object.fromEntries(Object.entries(local).filter(([name]) => /^SECRETS_|_PEPPER$|_TOKEN$/.test(name)));

  /** One of them under its own settings, with the local secrets. */
  function worker(deployment: keyof typeof DEPLOYMENTS) {
    const config = join(ROOT, DEPLOYMENTS[deployment]);
    const {
      modulesRules: _,
      bindings,
      ...options
    } = unstable_getMiniflareWorkerOptions(config).workerOptions as Record<string, unknown>;
    const modules = [...bundles[deployment]]
      .filter(([path]) => /\.(js|sql)$/.test(path))
      .map(([path, bytes]) => ({ type: path.endsWith(".js") ? "ESModule" : "Text", path, contents: bytes.toString() }))
      .sort(({ type }) => (type === "ESModule" ? -1 : 1));
    const { name } = unstable_readConfig({ config });
    return { ...options, name, modules, bindings: { ...(bindings as object), ...secrets } };
  }

  it("answer as one: the console over its binding, under the other's hosts and headers", async () => {
    process.env.WRANGLER_LOG ??= "error"; // it would say which secrets a deployment still lacks
    const workers = [worker("shoppers"), worker("console")];
    const options = { workers, cf: false, log: new Log(LogLevel.NONE) };
    const miniflare = new Miniflare(
      convertV4MiniflareOptions(options as unknown as Parameters<typeof convertV4MiniflareOptions>[0]),
    );
    const call = async (address: string, method = "GET", headers: Record<string, string> = {}) => {
      const body = method === "GET" ? null : JSON.stringify({ sql: "DROP TABLE otp_events" });
      const init = { method, body, headers: { "x-correlator": "c-1", ...headers } };
      const answer = await miniflare.dispatchFetch(address, init);
      const { code } = (await answer.json()) as { code?: string };
      const seen = ["x-correlator", "x-frame-options", "content-security-policy"].map((one) => answer.headers.get(one));
      return [answer.status, code, ...seen];
    };
    const usual = ["c-1", "DENY", "default-src 'none'; frame-ancestors 'none'"];
    try {
      const page = await call("https://console.ringfence.example/console");
      expect(page).toEqual([401, "ANALYST.UNAUTHENTICATED", ...usual]);
      const headers = { authorization: `Bearer ${API_KEYS.tindra}`, "content-type": "application/json" };
      const asked = await call("https://api.ringfence.example/v1/analytics/query", "POST", headers);
      expect(asked).toEqual([422, "ANALYTICS.SQL_REFUSED", ...usual]);
    } finally {
      await miniflare.dispose();
    }
  });
});
