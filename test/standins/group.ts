/** A child in a process group of its own, so that all of it can be ended, or killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A running group, named by its leader's process id. */
export interface Group {
  pid: number;
  child: ChildProcess;
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
const PATIENCE_MS = 5_000;

/** Starts `file` under this Node; `log` is a file that gets everything it prints. */
export function startGroup(file: string, args: string[], env: Record<string, string>, log?: string): Group {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
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
  return {
    pid,
    child,
    lastLines: () => [...lines],
    endedByItself: new Promise((resolve) => void exited.then(() => meant || resolve())),
    async end(signal) {
      meant = true;
      await ended(pid, signal);
      await exited;
      groups.delete(pid);
    },
  };
}

/** Signals the whole group and waits until none of it is left. */
async function ended(group: number, signal: NodeJS.Signals): Promise<void> {
  signalled(group, signal);
  const askedAt = Date.now();
  // Orphans that were killed stay zombies where nobody reaps them (some containers): not worth waiting for.
  // Asked again and again: nobody is told of the end of a child's children.
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
