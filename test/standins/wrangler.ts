/** The Worker as a process: `wrangler dev` in a process group of its own, and the migrations of its databases. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Group, ROOT, startGroup } from "./group.ts";
import { localFetch } from "./http.ts";

export { ROOT };

export type WorkerProcess = Omit<Group, "child">;

const BIN = join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "bin", "wrangler.js");
const READY_MS = 60_000;
const QUIET = {
  NO_COLOR: "1",
  FORCE_COLOR: "0",
  X_LOCAL_OBSERVABILITY: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
};

const storageOf = (data: string) => join(data, "worker");

/** Starts the Worker on `port` and waits until it answers. `vars` go by argument, `secrets` by environment: no file is written. */
export async function startWorker(
  port: number,
  data: string,
  vars: Record<string, string>,
  secrets: Record<string, string>,
  /** A file that gets everything it prints, for who wants to search it. */
  log?: string,
): Promise<WorkerProcess> {
  const args = ["dev", "--env", "dev", "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"];
  args.push(
    "--persist-to",
    storageOf(data),
    "--show-interactive-dev-session=false",
    "--log-level",
    log ? "log" : "info",
  );
  for (const [name, value] of Object.entries(vars)) args.push("--var", `${name}:${value}`);
  const worker = startGroup(BIN, args, { ...secrets, ...QUIET }, log);
  await ready(port, worker).catch(async (fault) => {
    await worker.end("SIGKILL");
    throw fault;
  });
  return worker;
}

const MIGRATIONS = join(ROOT, "worker", "analytics", "migrations");

/** Brings the local database to its newest migration, as a deployment does; over a folder that has them it does nothing. */
export async function migrate(data: string): Promise<void> {
  const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql"));
  const digest = createHash("sha256");
  for (const name of files.sort()) digest.update(name).update(readFileSync(join(MIGRATIONS, name)));
  const mark = join(data, "migrated");
  const wanted = digest.digest("hex");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  const args = ["d1", "migrations", "apply", "ANALYTICS_DB", "--local", "--env", "dev"];
  const wrangler = startGroup(BIN, [...args, "--persist-to", storageOf(data)], { ...QUIET, CI: "1" });
  const [status] = await once(wrangler.child, "exit");
  await wrangler.end("SIGKILL");
  if (status !== 0) throw new Error(`the migrations failed:\n${wrangler.lastLines().join("\n")}`);
  writeFileSync(mark, wanted);
}

/** Asks until any HTTP answer comes, since nothing else shows that it answers; throws with the last lines when the process ends first or takes too long. */
async function ready(port: number, { child, lastLines }: Group): Promise<void> {
  const until = Date.now() + READY_MS;
  while (child.exitCode === null && child.signalCode === null && Date.now() < until) {
    const answer = await localFetch(`http://127.0.0.1:${port}/.well-known/ready`).catch(() => undefined);
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the Worker did not start:\n${lastLines().join("\n")}`);
}
