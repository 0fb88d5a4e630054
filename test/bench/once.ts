/** What is measured once: what one verification costs, and the CPU a start takes. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundledAlone, type Module, ROOT } from "./bundles.ts";
import type { tallies } from "./cost.ts";
import { load } from "./load.ts";
import { here, type Platform } from "./platform.ts";
import { check, customers, lastCode, open, receipts, redeem, start } from "./shopper.ts";
import { type Options, started } from "./workerd.ts";

/** What one verification costs, each by what it was spent on, as `cost.ts` counts it. */
export type Cost = Record<keyof typeof tallies, Record<string, number>>;

/**
 * The cost of one verification that was opened, sent, delivered, approved and redeemed. It is the second revision of
 * its order, so that the ledger shards are awake: what their first waking writes is shared by all later orders.
 */
export async function costOf(folder: string, { ports, real, bare }: Platform): Promise<Cost> {
  const classes = Object.entries(real.durableObjects ?? {}).map(([binding, { className }]) => [binding, className]);
  const entry = join(folder, "cost.js");
  writeFileSync(entry, countingEntry(Object.fromEntries(classes)));
  const modules = await bundledAlone(join(folder, "cost"), entry, bare);
  const worker = await started(ports.worker, modules, real);
  try {
    let counts: Cost[] = [];
    const buyer = customers()[0] as ReturnType<typeof customers>[number];
    await receipts(ports, "ok");
    await load(1, [
      async (send) => {
        const count = async (): Promise<Cost> =>
          JSON.parse((await send({ port: ports.worker, method: "GET", path: "/__cost" })).body);
        for (const revision of [1, 2]) {
          const before = await count();
          const step = await open(send, ports, buyer, { id: "bench-rows", revision });
          await start(send, ports, step);
          await new Promise((resolve) => setTimeout(resolve, 300)); // the delivery receipts come by themselves
          await check(send, ports, step, await lastCode(ports, buyer), 200);
          await redeem(send, ports, step);
          await new Promise((resolve) => setTimeout(resolve, 300)); // what it leased is given back after the answer
          counts = [before, await count()];
        }
      },
    ]);
    const [before, after] = counts as [Cost, Cost];
    const spent = Object.entries(after).map(([name, tally]) => [name, grown(before[name as keyof Cost], tally)]);
    return Object.fromEntries(spent) as Cost;
  } finally {
    await worker.stop();
  }
}

function grown(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const more = Object.entries(after).map(([what, n]) => [what, n - (before[what] ?? 0)] as const);
  return Object.fromEntries(more.filter(([, n]) => n > 0));
}

/** The real Worker with storage and bindings counted, and one more path that tells the counts; `classes` by binding. */
function countingEntry(classes: Record<string, string>): string {
  const real = JSON.stringify(join(ROOT, "worker/index.ts"));
  return [
    `import app, * as real from ${real};`,
    `import { counted, countedEnv, countFetches, tallies } from ${JSON.stringify(here("cost.ts"))};`,
    `export * from ${real};`,
    `const classes = ${JSON.stringify(classes)};`,
    "countFetches();",
    ...Object.values(classes).map(
      (name) =>
        `export class ${name} extends real.${name} { constructor(ctx, env) { super(counted(ctx, "${name}"), countedEnv(env, classes)); } }`,
    ),
    `export default { fetch: (request, env, ctx) => new URL(request.url).pathname === "/__cost" ? Response.json(tallies) : app.fetch(request, countedEnv(env, classes), ctx) };`,
  ].join("\n");
}

/** CPU in milliseconds from the start of the process to its first answer, whatever that is. */
export async function startCpuMs(port: number, modules: readonly Module[], options: Options): Promise<number> {
  const worker = await started(port, modules, options);
  try {
    await load(1, [async (send) => void (await send({ port, method: "GET", path: "/" }))]);
    return worker.cpuMs();
  } finally {
    await worker.stop();
  }
}
