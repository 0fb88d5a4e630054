/** The web build, only when a source is newer than what was built. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ROOT } from "./wrangler.ts";

const SOURCES = [
  "web",
  "worker/brands",
  "worker/contract.ts",
  "worker/events",
  "worker/analytics/questions",
  "package-lock.json",
];

/** Builds `dist/` if it is missing or older than its sources; whether it did. Throws with Vite's words when that fails. */
export async function buildWeb(): Promise<boolean> {
  const built = join(ROOT, "dist", "step", "index.html");
  const builtAt = existsSync(built) ? statSync(built).mtimeMs : 0;
  if (SOURCES.every((source) => newest(join(ROOT, source)) < builtAt)) return false;
  const bin = join(dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin", "vite.js");
  const child = spawn(process.execPath, [bin, "build", "--config", "web/vite.config.ts"], {
    cwd: ROOT,
    // Not the test runner's own, which would make it a build for developers, too heavy for its budgets.
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`the web build failed:\n${said.join("")}`);
  return true;
}

function newest(path: string): number {
  if (!existsSync(path)) return 0;
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
