/** A Worker on workerd's own socket, without the entry worker Miniflare puts before it, and its CPU time. */
import { readdirSync, readFileSync } from "node:fs";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import type { Module } from "./bundles.ts";

/** A running workerd with one Worker. */
export interface Workerd {
  port: number;
  /** CPU time of the process so far, in milliseconds; wall time where the platform does not tell. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** Whether `cpuMs` is CPU time here, or only wall time. */
export const TELLS_CPU = process.platform === "linux";

/** Options of one worker of Miniflare, without its source. */
export interface Options {
  durableObjects?: { [binding: string]: { className: string } };
  [option: string]: unknown;
}

/** Starts `modules` on `port`. Every object stays in memory once woken, on the floor as in the real Worker. */
export async function started(port: number, modules: readonly Module[], options: Options): Promise<Workerd> {
  const objects = Object.entries(options.durableObjects ?? {}).map(([binding, object]) => {
    return [binding, { ...object, useSQLite: true, unsafePreventEviction: true }];
  });
  const before = new Set(children());
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...options,
      log: new Log(LogLevel.ERROR),
      cf: false,
      durableObjects: Object.fromEntries(objects),
      modules: directly(modules),
      unsafeDirectSockets: [{ host: "127.0.0.1", port, entrypoint: ENTRYPOINT }],
    } as Parameters<typeof convertV4MiniflareOptions>[0]),
  );
  await miniflare.ready;
  const pids = children().filter((pid) => !before.has(pid));
  return {
    port,
    cpuMs: () => (TELLS_CPU ? pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0) : performance.now()),
    stop: () => miniflare.dispose(),
  };
}

const ENTRYPOINT = "direct";

/**
 * `modules` with the same handler under a name of its own: before the default entry point of a Worker with assets
 * Miniflare puts two Workers of its own, whose CPU would pass for ours.
 */
function directly(modules: readonly Module[]): Module[] {
  const real = JSON.stringify(`./${modules[0]?.path}`);
  const contents = `import real from ${real};
export * from ${real};
export default real;
export const ${ENTRYPOINT} = { fetch: (request, env, ctx) => real.fetch(request, env, ctx) };
`;
  return [{ type: "ESModule", path: "direct.js", contents }, ...modules];
}

/** Nanosecond clocks of every thread: the ticks of /proc/{pid}/stat are 10 ms, as much as twenty requests. */
function cpuMsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ns = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, "utf8").split(" ")[0]));
  return ns.reduce((sum, each) => sum + each, 0) / 1e6;
}

function children(): number[] {
  if (!TELLS_CPU) return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => parentOf(pid) === process.pid);
}

function parentOf(pid: number): number | undefined {
  try {
    // The command's name stands in parentheses and may hold anything, so the fields count from its end.
    return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);
  } catch {
    return undefined; // gone in the meantime
  }
}
