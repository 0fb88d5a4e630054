/** What is measured once: rows written by one verification, and the CPU a start takes. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundledAlone, type Module, ROOT } from "./bundles.ts";
import { load } from "./load.ts";
import { here, type Platform } from "./platform.ts";
import { check, customers, lastCode, open, receipts, redeem, start } from "./shopper.ts";
import { type Options, started } from "./workerd.ts";

/** Rows written by what wrote them, as `rows.ts` counts them. */
export type Rows = Record<string, number>;

/**
 * Rows of one verification that was opened, sent, delivered, approved and redeemed. It is the second revision of
 * its order, so that the ledger shards are awake: what their first waking writes is shared by all later orders.
 */
export async function rowsWritten(folder: string, { ports, real, bare }: Platform): Promise<Rows> {
  const classes = Object.values(real.durableObjects ?? {}).map(({ className }) => className);
  const entry = join(folder, "rows.js");
  writeFileSync(entry, countingEntry(classes));
  const modules = await bundledAlone(join(folder, "rows"), entry, bare);
  const worker = await started(ports.worker, modules, real);
  try {
    let counts: Rows[] = [];
    const buyer = customers()[0] as ReturnType<typeof customers>[number];
    await receipts(ports, "ok");
    await load(1, [
      async (send) => {
        const count = async (): Promise<Rows> =>
          JSON.parse((await send({ port: ports.worker, method: "GET", path: "/__rows" })).body);
        for (const revision of [1, 2]) {
          const before = await count();
          const step = await open(send, ports, buyer, { id: "bench-rows", revision });
          await start(send, ports, step);
          await new Promise((resolve) => setTimeout(resolve, 300)); // the delivery receipts come by themselves
          await check(send, ports, step, await lastCode(ports, buyer), 200);
          await redeem(send, ports, step);
          counts = [before, await count()];
        }
      },
    ]);
    const [before = {}, after = {}] = counts;
    const written = Object.entries(after).map(([what, n]) => [what, n - (before[what] ?? 0)] as const);
    return Object.fromEntries(written.filter(([, n]) => n > 0));
  } finally {
    await worker.stop();
  }
}

/** The real Worker with each object's storage counted, and one more path that tells the counts. */
function countingEntry(classes: readonly string[]): string {
  const real = JSON.stringify(join(ROOT, "worker/index.ts"));
  return [
    `import app, * as real from ${real};`,
    `import { counted, rows } from ${JSON.stringify(here("rows.ts"))};`,
    `export * from ${real};`,
    ...classes.map(
      (name) =>
        `export class ${name} extends real.${name} { constructor(ctx, env) { super(counted(ctx, "${name}"), env); } }`,
    ),
    `export default { fetch: (request, env, ctx) => new URL(request.url).pathname === "/__rows" ? Response.json(rows) : app.fetch(request, env, ctx) };`,
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
