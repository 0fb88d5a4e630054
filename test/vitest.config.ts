import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { unstable_readConfig } from "wrangler";
import { receiver } from "./receiver.ts";
import { Count } from "./reporter.ts";
import { localEnv, webhookSecret } from "./standins/secrets.ts";

// Nobody listens there: what runs inside workerd has no network but the receiver of its webhooks.
const local = localEnv({ workerPort: 8787, gatewayPort: 1, authorityPort: 1, shopPort: 8788 });
const env = { ...local, ...withHooks(local) };
Object.assign(
  process.env,
  Object.fromEntries(Object.entries(env).filter(([name]) => /^SECRETS_|_PEPPER$|_TOKEN$/.test(name))),
);

/** Tindra without an endpoint, Marisol with one, Rimal with two, whose secrets are being rotated. */
function withHooks({ BRANDS = "", SECRETS_RIMAL = "" }: Record<string, string>): Record<string, string> {
  const { tindra, marisol, rimal } = JSON.parse(BRANDS);
  const stock = {
    id: "stock",
    url: "http://127.0.0.1:8788/hooks/rimal-stock",
    types: ["verification.created", "verification.canceled"],
  };
  const webhooks = { shop: ["new", "old"].map(webhookSecret), stock: ["stock"].map(webhookSecret) };
  return {
    BRANDS: JSON.stringify({
      tindra: { ...tindra, webhooks: [] },
      marisol,
      rimal: { ...rimal, webhooks: [...rimal.webhooks, stock] },
    }),
    SECRETS_RIMAL: JSON.stringify({ ...JSON.parse(SECRETS_RIMAL), webhooks }),
  };
}

// One isolate runs both Workers: it has the variables of both, and the tests bind one to the other.
const analysts = unstable_readConfig({
  config: new URL("../worker/analytics/wrangler.toml", import.meta.url).pathname,
});

const root = new URL("..", import.meta.url).pathname;

/** Tests over HTTP and in the browser, one file after the other on a local system of their own. */
function onSystem(name: string, include: string, retry = 0): TestProjectInlineConfiguration {
  return {
    root,
    test: {
      name,
      include: [include],
      globalSetup: ["test/system.ts"],
      fileParallelism: false,
      testTimeout: 60_000,
      hookTimeout: 120_000,
      retry,
    },
  };
}

export default defineConfig({
  root,
  test: {
    reporters: ["default", new Count()],
    projects: [
      {
        root,
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: { ...analysts.vars, ...env },
              serviceBindings: { CONSOLE: () => new Response(null, { status: 503 }) },
              outboundService: receiver(),
            },
          }),
        ],
        test: { name: "worker", include: ["test/worker/**/*.test.ts"] },
      },
      {
        root,
        test: { name: "plain", include: ["test/*.test.ts", "test/web/**/*.test.ts"] },
      },
      // Two local systems, each with one clock for all of its tests, run side by side.
      onSystem("system", "test/{http,fault}/**/*.test.ts"),
      // A browser beside two other kinds of tests on two cores is late now and then: once more, and the report says so.
      onSystem("journey", "test/journey/**/*.test.ts", 1),
      {
        root,
        test: {
          name: "attack",
          include: ["test/attack/**/*.test.ts"],
          globalSetup: ["test/attack/setup.ts"],
          // After the others and one by one: what is told by time must not be drowned by their noise.
          sequence: { groupOrder: 1 },
          fileParallelism: false,
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
