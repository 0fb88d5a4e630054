import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { Count } from "./reporter.ts";
import { localEnv } from "./standins/secrets.ts";

// Nobody listens there: what runs inside workerd has no network at all.
const env = localEnv({ workerPort: 8787, gatewayPort: 1, authorityPort: 1, shopPort: 8788 });
Object.assign(process.env, Object.fromEntries(Object.entries(env).filter(([name]) => /^SECRETS_|_PEPPER$/.test(name))));

const root = new URL("..", import.meta.url).pathname;

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
              bindings: env,
              outboundService: () => {
                throw new Error("no network inside workerd");
              },
            },
          }),
        ],
        test: { name: "worker", include: ["test/worker/**/*.test.ts"] },
      },
      {
        root,
        test: { name: "plain", include: ["test/*.test.ts", "test/web/**/*.test.ts"] },
      },
      {
        root,
        test: {
          name: "system",
          include: ["test/{http,journey,fault}/**/*.test.ts"],
          globalSetup: ["test/system.ts"],
          // One local system and one clock for all of them.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
