/** `npm run bench`: server CPU, latency, rows and size against the budgets the product keeps. README.md says how to read it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Figure, judged, measured, missed, ratios } from "./budgets.ts";
import { bundled, bundledAlone, gzipBytes, type Module } from "./bundles.ts";
import { load } from "./load.ts";
import { type Cost, costOf, startCpuMs } from "./once.ts";
import { here, type Platform, platform, standins, storage } from "./platform.ts";
import { type Bench, bareOpen, round, type Sample, type SIZES } from "./rounds.ts";
import { customers, receipts, wake } from "./shopper.ts";
import { started, TELLS_CPU } from "./workerd.ts";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean" },
    strict: { type: "boolean" },
    disk: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const ROUNDS = options.quick ? 2 : 6;
const STARTS = options.quick ? 3 : 7;
/** A Worker is warm all day; the floor's few lines are compiled by their second round, ours take longer. */
const WARM_UPS = options.quick ? 1 : 3;
/** A slow machine gets fewer rounds, not a longer run. */
const ROUNDS_END_MS = options.quick ? 14_000 : 50_000;
const CONNECTIONS: (keyof typeof SIZES)[] = [64, 1];

interface Bundles {
  real: Module[];
  floor: Module[];
  hello: Module[];
}

async function main() {
  process.env.TMPDIR = storage(options.disk); // Miniflare keeps its databases there too
  const folder = mkdtempSync(join(tmpdir(), "ringfence-bench-"));
  const at = await platform();
  const stopStandins = await standins(folder, at);
  try {
    if (!TELLS_CPU) console.log("This platform does not tell a process's CPU: wall time stands in for it.");
    const bundles = await bundle(folder, at);
    const kB = gzipBytes(bundles.real) / 1000;
    console.log(`Bundle: ${kB.toFixed(1)} kB gzip. Databases in ${tmpdir()}.`);
    const cost = await costOf(folder, at);
    const rounds = await rounded(at, bundles);
    const added = await addedStart(at, bundles);
    const busy = rounds.map((samples) => samples.filter(({ connections }) => connections === 64));
    const figures: Figure[] = [
      ...ratios(busy),
      { what: "rows, one approved and redeemed", value: total(cost.rows), unit: "rows", must: 16, aim: 12 },
      { what: "object calls, the same", value: total(cost.calls), unit: "calls" },
      { what: "requests sent out, the same", value: total(cost.requests), unit: "calls" },
      { what: "data points, the same", value: total(cost.points), unit: "points" },
      { what: "Worker bundle, gzip", value: kB, unit: "kB", must: 100, aim: 60 },
      { what: "start, added to a Hono hello's, CPU", value: added, unit: "ms", must: 50, aim: 15 },
    ];
    console.log(`${measured(rounds)}\n\n${judged(figures)}\n\n${spent(cost)}`);
    if (options.json) writeFileSync(options.json, `${JSON.stringify(report(figures, rounds, cost), null, 2)}\n`);
    if (options.strict && figures.some(missed)) process.exitCode = 1;
  } finally {
    stopStandins();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundle(folder: string, { bare }: Platform): Promise<Bundles> {
  const [real, floor, hello] = await Promise.all([
    bundled(join(folder, "real")),
    bundledAlone(join(folder, "floor"), here("floor.ts"), bare),
    bundledAlone(join(folder, "hello"), here("hello.ts"), bare),
  ]);
  return { real, floor, hello };
}

/** The rounds, after those that only warm up. */
async function rounded({ ports, floorPort, outsidePort, real, bare }: Platform, bundles: Bundles): Promise<Sample[][]> {
  const workerd = await started(ports.worker, bundles.real, real);
  const floor = await started(floorPort, bundles.floor, {
    ...bare,
    durableObjects: { ROW: { className: "Row" }, SHARD: { className: "Shard" } },
    bindings: { OUTSIDE: `http://127.0.0.1:${outsidePort}/` },
  });
  const rounds: Sample[][] = [];
  try {
    await receipts(ports, "lost"); // they would come while something else is measured
    progress("waking the ledgers");
    await wake(ports);
    await load(
      16,
      Array.from({ length: 512 }, () => bareOpen(floor)),
    );
    const all = customers();
    const third = all.length / 3;
    const guessers = all.slice(third).values();
    const buyers = endless(all.slice(0, third));
    const bench: Bench = { ports, real: workerd, floor, guessers, buyers };
    const begun = performance.now();
    for (let n = 1 - WARM_UPS; n <= ROUNDS && (n < 2 || performance.now() - begun < ROUNDS_END_MS); n++) {
      const samples: Sample[] = [];
      for (const connections of n < 1 ? CONNECTIONS.slice(0, 1) : CONNECTIONS) {
        const name = n < 1 ? "warming up" : `round ${n} of ${ROUNDS}`;
        samples.push(...(await round(bench, connections, (work) => progress(`${name}: ${work} at ${connections}`))));
      }
      if (n > 0) rounds.push(samples);
    }
  } finally {
    progress("");
    await Promise.all([workerd.stop(), floor.stop()]);
  }
  return rounds;
}

/**
 * Of each the least of several starts: what else the machine does can only add. The hello has our bindings, because what
 * stands in for database and assets here starts with them, and is not ours; it has no classes for objects.
 */
async function addedStart({ ports, floorPort, real }: Platform, bundles: Bundles): Promise<number> {
  const [hello, ours]: [number[], number[]] = [[], []];
  const { durableObjects: _, ...same } = real;
  for (let n = 1; n <= STARTS; n++) {
    progress(`start ${n} of ${STARTS}`);
    hello.push(await startCpuMs(floorPort, bundles.hello, same));
    ours.push(await startCpuMs(ports.worker, bundles.real, real));
  }
  progress("");
  return Math.min(...ours) - Math.min(...hello);
}

function* endless<T>(values: readonly T[]): Generator<T> {
  while (true) yield* values;
}

function total(tally: Cost[keyof Cost]): number {
  return Object.values(tally).reduce((sum, n) => sum + n, 0);
}

/** What one verification's cost is made of, a line per kind. */
function spent(cost: Cost): string {
  const lines = Object.entries(cost).map(([kind, tally]) => {
    const parts = Object.entries(tally).map(([what, n]) => `${what} ${n}`);
    return `  ${kind}: ${parts.join(", ") || "none"}.`;
  });
  return `One verification, approved and redeemed\n${lines.join("\n")}`;
}

function report(figures: Figure[], rounds: Sample[][], cost: Cost) {
  const model = cpus()[0]?.model;
  const machine = {
    platform: process.platform,
    storage: tmpdir(),
    node: process.version,
    cpus: cpus().length,
    model,
    cpu: TELLS_CPU,
  };
  return { at: new Date().toISOString(), machine, figures, cost, rounds };
}

/** One line that overwrites itself on a terminal; elsewhere each new stage is a line. */
function progress(line: string) {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
  const [stage = ""] = line.split(":");
  if (!process.stdout.isTTY && stage && stage !== lastStage) console.log(stage);
  lastStage = stage;
}
let lastStage = "";

await main();
