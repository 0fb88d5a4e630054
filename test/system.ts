import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { type Local, startLocal } from "./standins/start.ts";

declare module "vitest" {
  interface ProvidedContext {
    ports: Local["ports"];
  }
}

/** One local system for every test over HTTP and in the browser: free ports, an empty data folder, gone afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const data = mkdtempSync(join(tmpdir(), "ringfence-"));
  const local = await startLocal({ data, ports: 0, quiet: true });
  project.provide("ports", local.ports);
  return async () => {
    await local.stop();
    rmSync(data, { recursive: true, force: true });
  };
}
