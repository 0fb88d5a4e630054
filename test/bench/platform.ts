/** The Workers of one bench run: where they listen, what they are bound to, and the stand-ins behind them. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { pickPorts } from "../standins/ports.ts";
import { localEnv } from "../standins/secrets.ts";
import type { SystemPorts } from "../standins/system.ts";
import { CONFIG } from "./bundles.ts";
import type { Options } from "./workerd.ts";

/** Where everything is, and the options of the real Worker and of a bare one beside it. */
export interface Platform {
  ports: SystemPorts;
  floorPort: number;
  /** Answers whatever the bare Worker asks outside. */
  outsidePort: number;
  real: Options;
  bare: { compatibilityDate: string; compatibilityFlags: string[] };
}

/** Path of a file of this folder. */
export const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const MEMORY = "/dev/shm";
const ROOM = 1e9;

/**
 * Where the databases lie: in memory where the platform can, because the CPU of a local disk's fsync is neither ours
 * nor the edge's, and hides the difference between ours and the floor's.
 */
export function storage(disk: boolean): string {
  if (disk || !existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ROOM ? MEMORY : tmpdir(); // containers often get 64 MB
}

/** Free ports, and the deployment's own settings with the local bindings in place of its own. */
export async function platform(): Promise<Platform> {
  process.env.WRANGLER_LOG ??= "error"; // it would say which secrets a deployment still lacks
  const ports = await pickPorts(0, () => undefined);
  const { worker: floorPort, gateway: outsidePort } = await pickPorts(0, () => undefined);
  const { modulesRules: _, ...options } = unstable_getMiniflareWorkerOptions(CONFIG).workerOptions as Options;
  // Nobody asks for numbers here: no analysts' host, and no Worker behind it.
  const { ANALYST_ORIGIN: _host, ...vars } = options.bindings as Record<string, unknown>;
  const { compatibilityDate, compatibilityFlags } = options as Platform["bare"];
  const bindings = localEnv({
    workerPort: ports.worker,
    gatewayPort: ports.gateway,
    authorityPort: ports.authority,
    shopPort: ports.shop,
  });
  // Webhooks are measured apart: what they cost depends on how many endpoints a brand has.
  const brands: Record<string, object> = JSON.parse(bindings.BRANDS ?? "{}");
  const silent = Object.entries(brands).map(([id, settings]) => [id, { ...settings, webhooks: [] }]);
  const BRANDS = JSON.stringify(Object.fromEntries(silent));
  const real = { ...options, serviceBindings: {}, bindings: { ...vars, ...bindings, BRANDS } };
  return { ports, floorPort, outsidePort, real, bare: { compatibilityDate, compatibilityFlags } };
}

/** The stand-ins in a process of their own; the returned function ends it. */
export async function standins(folder: string, { ports, outsidePort }: Platform): Promise<() => void> {
  const child = fork(here("standins.ts"), [join(folder, "standins"), JSON.stringify(ports), String(outsidePort)]);
  await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(new Error("the stand-ins did not start"))),
  ]);
  return () => child.kill();
}
