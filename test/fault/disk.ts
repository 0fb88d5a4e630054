/** A disk that can be filled and freed under a running workerd, without any right that a user has not got. */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * `tmpfs`: a small file system of its own, in workerd's own user and mount namespace, is filled to the last byte
 * (ENOSPC, which SQLite calls SQLITE_FULL). `limit`: the kernel lets none of its files grow (EFBIG, SQLITE_IOERR), for
 * containers and kernels that give no namespaces to users.
 */
export type Kind = "tmpfs" | "limit";

export interface Disk {
  /** What Miniflare has to start in place of workerd: the same, on this disk. */
  workerd: string;
  /** Fills it but for `leaving` bytes (`limit`: but for so many in each file). */
  fill(leaving?: number): void;
  /** Makes room again. */
  free(): void;
}

/** The kinds this platform offers, the best first, or `only` this one; none anywhere but on Linux. */
export function kinds(only?: string): Kind[] {
  const tries: [Kind, string, string[]][] = [
    ["tmpfs", "unshare", ["-rm", "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/tmp"]],
    ["limit", "prlimit", ["--pid", String(process.pid), "--fsize"]],
  ];
  return tries.flatMap(([kind, file, args]) => {
    if (only !== undefined && kind !== only) return [];
    try {
      execFileSync(file, args, { stdio: "ignore" });
      return [kind];
    } catch {
      return [];
    }
  });
}

const require = createRequire(import.meta.url);
const WORKERD = process.env.MINIFLARE_WORKERD_PATH ?? createRequire(require.resolve("miniflare"))("workerd").default;
const SIZE = 16 * 1024 * 1024;

/** A disk of this kind below the folder `data`, which holds the storage in `folder`. */
export function disk(kind: Kind, data: string, folder: string): Disk {
  mkdirSync(folder, { recursive: true });
  const [workerd, pid] = [join(data, "workerd"), join(data, "workerd.pid")];
  // Both give way to workerd itself, under the pid they had. A file that may not grow brings a signal that would kill it.
  const start = {
    tmpfs: `exec unshare -rm sh -c 'mount -t tmpfs -o size=${SIZE} tmpfs "$0" && exec "$@"' '${folder}' '${WORKERD}' "$@"`,
    limit: `trap '' XFSZ\nexec '${WORKERD}' "$@"`,
  };
  // It writes a page of log for each call that a full disk refuses.
  const lines = ["#!/bin/sh", `echo $$ > '${pid}'`, "exec > /dev/null 2>&1", start[kind], ""];
  writeFileSync(workerd, lines.join("\n"), { mode: 0o755 });
  const running = () => readFileSync(pid, "utf8").trim();
  const limited = (bytes: number | "unlimited") =>
    execFileSync("prlimit", ["--pid", running(), `--fsize=${bytes}:unlimited`]);
  const ballast = () => `/proc/${running()}/root${folder}/ballast`;
  return {
    workerd,
    fill(leaving = 0) {
      if (kind === "limit") return void limited(Math.max(1, leaving));
      filled(ballast(), leaving);
    },
    free() {
      if (kind === "limit") return void limited("unlimited");
      rmSync(ballast());
    },
  };
}

/** Writes until no byte is taken any more, then gives back what is to be left. */
function filled(path: string, leaving: number): void {
  const reserve = `${path}-reserve`;
  if (leaving > 0) writeFileSync(reserve, Buffer.alloc(leaving));
  const file = openSync(path, "w");
  for (let size = 1024 * 1024; size >= 1; size /= 2) {
    const block = Buffer.alloc(size);
    try {
      for (;;) writeSync(file, block);
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== "ENOSPC") throw fault;
    }
  }
  closeSync(file);
  if (leaving > 0) rmSync(reserve);
}
