import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { productionBundle } from "./bundle.ts";
import { TARGET, trimmed } from "./numbers.ts";
import { API_KEYS, localEnv } from "./standins/secrets.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const DIST = join(ROOT, "dist");

const assets = readdirSync(DIST, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
let bundle: Map<string, Buffer>;

beforeAll(() => {
  bundle = productionBundle();
});

/** The text of everything that is deployed: Worker and assets. */
const deployed = () =>
  [...[...bundle.values()], ...assets.map((file) => readFileSync(file))]
    .map((bytes) => bytes.toString("utf8"))
    .join("\n");

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
      "CONTROL_ORIGIN",
      "stand-in",
      ...Object.values(API_KEYS),
      ...secrets,
      env.NUMBER_PEPPER as string,
    ]) {
      expect(text.includes(mark), mark.slice(0, 12)).toBe(false);
    }
  });

  it("would notice a stand-in that slipped in", () => {
    expect(readFileSync(join(ROOT, "test/standins/worker.ts"), "utf8")).toContain("__clock");
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
