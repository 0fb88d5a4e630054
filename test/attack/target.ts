/** A running Worker to attack: on workerd's own socket, with its objects in a folder of their own and a clock to move. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { CONFIG, type Module, ROOT } from "../bench/bundles.ts";
import { storage } from "../bench/platform.ts";
import { type Options, started } from "../bench/workerd.ts";
import { type Clients, clients } from "../http/client.ts";
import { pickPorts } from "../standins/ports.ts";
import { localEnv } from "../standins/secrets.ts";
import type { SystemPorts } from "../standins/system.ts";
import { bundledWith, type Patch } from "./seeded.ts";

/** Where a running target is; plain values, so that the sound one can be handed from process to process. */
export interface Place {
  ports: SystemPorts;
  folder: string;
}

/** What an attack has in its hands. */
export interface Target {
  at: Clients;
  /** Moves the clock of Worker and objects to `ms` ahead of the real one. Their alarms stay on real time. */
  ahead(ms: number): Promise<void>;
  /** How many objects of a class exist: the files workerd keeps for them. */
  objects(className: string): number;
}

/**
 * What stands before the Worker in every target: it is production's entry that runs, on a clock that `/__clock` moves,
 * with the console's behind it in the same isolate. Worker and objects share one isolate, so one patch of `Date` reaches both.
 */
const CLOCK: Module = {
  type: "ESModule",
  path: "clock.js",
  contents: `import analysts from "./console.js";
import real from "./index.js";
export * from "./index.js";
const RealDate = Date;
let ahead = 0;
const now = () => RealDate.now() + ahead;
globalThis.Date = new Proxy(RealDate, {
  construct: (date, args, target) => Reflect.construct(date, args.length > 0 ? args : [now()], target),
  get: (date, member) => (member === "now" ? now : Reflect.get(date, member)),
});
let bound;
export default {
  async fetch(request, env, ctx) {
    bound ??= { ...env, CONSOLE: { fetch: async (asked) => analysts.fetch(asked, env) } };
    const url = new URL(request.url);
    if (url.pathname === "/__tables") {
      await env.ANALYTICS_DB.batch((await request.json()).map((sql) => env.ANALYTICS_DB.prepare(sql)));
      return new Response();
    }
    if (url.pathname !== "/__clock") return real.fetch(request, bound, ctx);
    ahead = Number(url.searchParams.get("ahead"));
    return new Response();
  },
};
`,
};

const MIGRATIONS = join(ROOT, "worker", "analytics", "migrations");

/** What makes the tables of D1, one statement each. */
function tables(): string[] {
  const files = readdirSync(MIGRATIONS).sort();
  const all = files.map((file) => readFileSync(join(MIGRATIONS, file), "utf8").replaceAll(/--.*/g, ""));
  return all
    .join("")
    .split(";")
    .filter((sql) => sql.trim() !== "");
}

/** The target at `place`. */
export function targetAt({ ports, folder }: Place): Target {
  return {
    at: clients(ports),
    async ahead(ms) {
      const { ok } = await fetch(`http://127.0.0.1:${ports.worker}/__clock?ahead=${ms}`);
      if (!ok) throw new Error("the target's clock does not move");
    },
    objects(className) {
      const space = join(folder, "do", `-${className}`);
      return existsSync(space) ? readdirSync(space).filter((file) => /^[0-9a-f]{64}\.sqlite$/.test(file)).length : 0;
    },
  };
}

/** Starts the Worker with `patches` before the stand-ins on `ports`. */
export async function start(ports: SystemPorts, patches: readonly Patch[]): Promise<Place & { stop(): Promise<void> }> {
  const [modules, { worker }] = await Promise.all([bundledWith(patches), pickPorts(0, () => undefined)]);
  const folder = mkdtempSync(join(storage(false), "ringfence-attack-"));
  const bindings = localEnv({
    workerPort: worker,
    gatewayPort: ports.gateway,
    authorityPort: ports.authority,
    shopPort: ports.shop,
    accessPort: ports.access,
    analyticsPort: ports.analytics,
  });
  const { modulesRules: _, ...options } = unstable_getMiniflareWorkerOptions(CONFIG).workerOptions as Options;
  const workerd = await started(worker, [CLOCK, ...modules], {
    ...options,
    serviceBindings: {}, // CLOCK has the console's
    bindings: { ...(options.bindings as object), ...bindings },
    resourcePersistencePath: folder,
    handleStructuredLogs: () => undefined, // a fault says much
  });
  await fetch(`http://127.0.0.1:${worker}/__tables`, { method: "POST", body: JSON.stringify(tables()) });
  return {
    ports: { ...ports, worker },
    folder,
    async stop() {
      await workerd.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
