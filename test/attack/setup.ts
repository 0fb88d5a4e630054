import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startAnalytics } from "../standins/analytics-process.ts";
import { pickPorts } from "../standins/ports.ts";
import { startStandins } from "../standins/system.ts";
import { buildWeb } from "../standins/web-build.ts";
import { type Place, start } from "./target.ts";

declare module "vitest" {
  interface ProvidedContext {
    sound: Place;
  }
}

/** Stand-ins for all targets, and the sound one: the Worker as it is. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  process.env.WRANGLER_LOG ??= "error"; // it would say which secrets a deployment still lacks
  await buildWeb();
  const data = mkdtempSync(join(tmpdir(), "ringfence-attack-"));
  const ports = await pickPorts(0, () => undefined);
  const [stopStandins, stopEngine] = await Promise.all([
    startStandins(data, ports),
    startAnalytics(ports.analytics, data, console.warn),
  ]);
  const { stop, ...sound } = await start(ports, []);
  project.provide("sound", sound);
  return async () => {
    await stop();
    await Promise.all([stopStandins(), stopEngine?.()]);
    rmSync(data, { recursive: true, force: true });
  };
}
