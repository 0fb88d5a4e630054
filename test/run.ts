/**
 * `npm test` after the build: the kinds of tests side by side, each in a process of its own, because most of them wait
 * for other processes; then the attacks alone, since what is told by time must not be drowned by noise. Ends with the
 * sum as `N passed, N failed, N skipped`; with arguments it passes them on to one run.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = new URL("..", import.meta.url).pathname;
const BIN = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const WAVES = [[["worker", "plain"], ["system"], ["journey"]], [["attack"]]];
const SUM = /^(\d+) passed, (\d+) failed, (\d+) skipped$/;

/** Runs vitest on `projects`; its lines come out as they come in. Resolves with its counts: a run without a sum has failed. */
function run(projects: string[]): Promise<number[]> {
  const only = projects.flatMap((name) => ["--project", name]);
  const args = [BIN, "run", "--config", "test/vitest.config.ts", ...only, ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  let counts: number[] | undefined;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [, ...sum] = SUM.exec(line) ?? [];
    if (sum.length > 0) counts = sum.map(Number);
    else console.log(line);
  });
  return new Promise((done) =>
    child.on("close", (code) => done(counts && (code === 0 || counts[1]) ? counts : [0, 1, 0])),
  );
}

const sums: number[][] = [];
for (const wave of WAVES) sums.push(...(await Promise.all(wave.map(run))));
const [passed = 0, failed = 0, skipped = 0] = [0, 1, 2].map((n) => sums.reduce((sum, one) => sum + (one[n] ?? 0), 0));
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
if (failed > 0) process.exitCode = 1;
