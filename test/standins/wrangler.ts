/** The Worker as a process: `wrangler dev` in a process group of its own, so that all of it can be ended, or killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { localFetch } from "./http.ts";

/** The checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface WorkerProcess {
  pid: number;
  /** Everything it printed lately. */
  lastLines: () => string[];
  /** Resolves when the whole group is gone. SIGINT asks politely and insists after five seconds. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Resolves when it ended without `end` having been called. */
  endedByItself: Promise<void>;
}

/** Process groups still running: a starter that dies takes them along. */
const groups = new Set<number>();
process.once("exit", () => {
  for (const group of groups) signalled(group, "SIGKILL");
});

const LINES_KEPT = 40;
const READY_MS = 60_000;
const PATIENCE_MS = 5_000;

/** Starts the Worker on `port` and waits until it answers. `vars` go by argument, `secrets` by environment: no file is written. */
export async function startWorker(
  port: number,
  data: string,
  vars: Record<string, string>,
  secrets: Record<string, string>,
  /** A file that gets everything it prints, for who wants to search it. */
  log?: string,
): Promise<WorkerProcess> {
  const bin = join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "bin", "wrangler.js");
  const args = ["dev", "--env", "dev", "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"];
  args.push(
    "--persist-to",
    join(data, "worker"),
    "--show-interactive-dev-session=false",
    "--log-level",
    log ? "log" : "info",
  );
  for (const [name, value] of Object.entries(vars)) args.push("--var", `${name}:${value}`);
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      ...secrets,
      NO_COLOR: "1",
      FORCE_COLOR: "0",
      X_LOCAL_OBSERVABILITY: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_SEND_METRICS: "false",
    },
  });
  const lines: string[] = [];
  const listen = (chunk: Buffer) => {
    if (log) appendFileSync(log, chunk);
    lines.push(
      ...chunk
        .toString()
        .split("\n")
        .filter((line) => line.trim()),
    );
    lines.splice(0, Math.max(0, lines.length - LINES_KEPT));
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  const pid = child.pid ?? 0;
  if (pid) groups.add(pid);
  let meant = false;
  const exited = once(child, "exit").then(() => undefined);
  const worker: WorkerProcess = {
    pid,
    lastLines: () => [...lines],
    endedByItself: new Promise((resolve) => void exited.then(() => meant || resolve())),
    async end(signal) {
      meant = true;
      await ended(pid, signal);
      await exited;
      groups.delete(pid);
    },
  };
  await ready(port, child, lines).catch(async (fault) => {
    await worker.end("SIGKILL");
    throw fault;
  });
  return worker;
}

/** Asks until any HTTP answer comes; throws with the last lines when the process ends first or takes too long. */
async function ready(port: number, child: ChildProcess, lines: string[]): Promise<void> {
  const until = Date.now() + READY_MS;
  while (child.exitCode === null && child.signalCode === null && Date.now() < until) {
    const answer = await localFetch(`http://127.0.0.1:${port}/.well-known/ready`).catch(() => undefined);
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the Worker did not start:\n${lines.join("\n")}`);
}

/** Signals the whole group and waits until none of it is left. */
async function ended(group: number, signal: NodeJS.Signals): Promise<void> {
  signalled(group, signal);
  const askedAt = Date.now();
  // Orphans that were killed stay zombies where nobody reaps them (some containers): not worth waiting for.
  while (signalled(group, 0) && Date.now() < askedAt + 2 * PATIENCE_MS) {
    if (Date.now() > askedAt + PATIENCE_MS) signalled(group, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

function signalled(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return group > 0 && process.kill(-group, signal);
  } catch {
    return false; // nobody left
  }
}
