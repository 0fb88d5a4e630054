/** The Worker of the storm: workerd on a socket of its own, in a process group that can be killed as a whole. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledAlone, type Module, ROOT } from "../bench/bundles.ts";
import { type Platform, platform } from "../bench/platform.ts";
import { type Options, started } from "../bench/workerd.ts";
import { localEnv } from "../standins/secrets.ts";
import { originsOn, type SystemPorts } from "../standins/system.ts";

/** What has to be started, by the child or by a test itself. */
export interface Plan {
  port: number;
  modules: Module[];
  options: Options;
}

export interface StormWorker {
  ports: SystemPorts;
  start(): Promise<void>;
  /** `kill -9` of the whole group; resolves when nothing of it listens any more. */
  kill(): Promise<void>;
}

/** The local entry of `[env.dev]` over the storage in `data`, bundled once; every start takes a fraction of a second. */
export async function stormWorker(data: string): Promise<StormWorker> {
  const { ports, real, bare } = await platform();
  const plan = join(data, "plan.json");
  writeFileSync(plan, JSON.stringify(await planned(data, ports, { real, bare })));
  let child: ChildProcess | undefined;
  return {
    ports,
    async start() {
      // A group of its own: workerd belongs to it, so that no part outlives the kill.
      const begun = fork(fileURLToPath(import.meta.url), [plan], { detached: true });
      child = begun;
      const ended = once(begun, "exit").then(() => Promise.reject(new Error("the Worker did not start")));
      ended.catch(() => undefined); // every one is killed in the end
      await Promise.race([once(begun, "message"), ended]);
    },
    async kill() {
      if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      process.kill(-child.pid, "SIGKILL");
      await exit;
      // Its children die on their own; a port that is free again tells nobody.
      while (await listening(ports.worker));
    },
  };
}

/** The local entry of `[env.dev]` on its port, over the storage in `data`. */
export async function planned(
  data: string,
  ports: SystemPorts,
  { real, bare }: Pick<Platform, "real" | "bare">,
): Promise<Plan> {
  const modules = await bundledAlone(join(data, "bundle"), join(ROOT, "test/standins/worker.ts"), bare);
  const { worker: workerPort, gateway: gatewayPort, authority: authorityPort, shop: shopPort } = ports;
  const bindings = {
    ...localEnv({ workerPort, gatewayPort, authorityPort, shopPort }),
    CONTROL_ORIGIN: originsOn(ports).control,
  };
  // Where wrangler would keep it, since the clock of the stand-ins looks there for sleeping objects.
  const resourcePersistencePath = join(data, "worker", "v3");
  return { port: ports.worker, modules, options: { ...real, bindings, resourcePersistencePath } };
}

function listening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(port, "127.0.0.1", () => resolve(probe.destroy() !== undefined));
    probe.once("error", () => resolve(false));
  });
}

if (import.meta.main) {
  const { port, modules, options } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Plan;
  process.on("disconnect", () => process.exit()); // the test is gone
  await started(port, modules, options);
  process.send?.("ready");
}
