import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = new URL("..", import.meta.url).pathname;

/** What is deployed to production, the analysts' console first: the shoppers' Worker is bound to it. */
export const DEPLOYMENTS = { console: "worker/analytics/wrangler.toml", shoppers: "wrangler.toml" } as const;

/** Every file that `wrangler deploy` would upload for one of them, by name, source maps left out. Needs no account. */
export function productionBundle(deployment: keyof typeof DEPLOYMENTS): Map<string, Buffer> {
  const outdir = mkdtempSync(join(tmpdir(), "ringfence-bundle-"));
  const bin = join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "bin", "wrangler.js");
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" };
  const args = ["deploy", "--dry-run", "--minify", "--env", "", "--config", DEPLOYMENTS[deployment]];
  execFileSync(process.execPath, [bin, ...args, "--outdir", outdir], { cwd: ROOT, env, stdio: "pipe" });
  const files = readdirSync(outdir).filter((name) => !/\.map$|^README\.md$/.test(name));
  const bundle = new Map(files.map((name) => [name, readFileSync(join(outdir, name))]));
  rmSync(outdir, { recursive: true });
  return bundle;
}
