/** Bundles as production gets them: wrangler's own, minified, in a folder of their own. */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

/** The checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** The deployment whose bundle is measured. */
export const CONFIG = join(ROOT, "wrangler.toml");

/** One module as Miniflare wants it listed; the first of a bundle is its entry. */
export interface Module {
  type: "ESModule" | "Text" | "Data" | "CompiledWasm";
  path: string;
  contents: string | Uint8Array;
}

const TYPES: Record<string, Module["type"]> = {
  ".js": "ESModule",
  ".sql": "Text",
  ".html": "Text",
  ".txt": "Text",
  ".bin": "Data",
  ".wasm": "CompiledWasm",
};

const run = promisify(execFile);
const WRANGLER = join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "bin", "wrangler.js");

/** What `wrangler deploy` would upload for the deployment of `config`; nothing leaves the machine. */
export async function bundled(outdir: string, config = CONFIG): Promise<Module[]> {
  const args = ["deploy", "--dry-run", "--minify", "--env", "", "--config", config, "--outdir", outdir];
  await run(process.execPath, [WRANGLER, ...args], {
    cwd: ROOT,
    // Without its banner it does not ask the registry for a newer version; what it caches goes with the folder.
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", TMPDIR: dirname(outdir) },
  });
  const files = readdirSync(outdir).filter((file) => Object.hasOwn(TYPES, extname(file)));
  const modules = files.map((path) => {
    const bytes = readFileSync(join(outdir, path));
    const type = TYPES[extname(path)] as Module["type"];
    return { type, path, contents: type === "Data" || type === "CompiledWasm" ? bytes : bytes.toString() };
  });
  return modules.sort((a, b) => Number(b.type === "ESModule") - Number(a.type === "ESModule"));
}

/** The same for the Worker at `main`, under the platform settings of the real one. */
export async function bundledAlone(
  folder: string,
  main: string,
  platform: { compatibilityDate: string; compatibilityFlags: string[] },
): Promise<Module[]> {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, "wrangler.json");
  const { compatibilityDate: compatibility_date, compatibilityFlags: compatibility_flags } = platform;
  writeFileSync(config, JSON.stringify({ name: "bench", main, compatibility_date, compatibility_flags }));
  return bundled(join(folder, "out"), config);
}

/** Bytes of the bundle after gzip, as uploaded. */
export function gzipBytes(modules: readonly Module[]): number {
  return modules.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
}
