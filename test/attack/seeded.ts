/** The Worker with one fault in it: its sources as they are, but for a few words, bundled as production's are. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Rolldown } from "vite";
import { type Module, ROOT } from "../bench/bundles.ts";

/** One change of one source file. `find` stands there exactly once, or the seed has rotten and says so. */
export interface Patch {
  file: string;
  find: string;
  replace: string;
}

/** The sources that `patches` change, by path, as they then are. Throws where one does not apply exactly once. */
function changed(patches: readonly Patch[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const { file, find, replace } of patches) {
    const path = join(ROOT, file);
    const text = files.get(path) ?? readFileSync(path, "utf8");
    const times = text.split(find).length - 1;
    if (times !== 1) throw new Error(`a seed has rotten: ${file} has it ${times} times, not once: ${find}`);
    files.set(
      path,
      text.replace(find, () => replace),
    );
  }
  return files;
}

/**
 * The Workers of `worker/index.ts` and `worker/console.ts` with `patches`, in memory: no file is written. All targets are bundled in this way, the
 * sound one too, so that a target differs from it by its seed and by nothing else.
 */
export async function bundledWith(patches: readonly Patch[]): Promise<Module[]> {
  const files = changed(patches);
  const read = new Set<string>();
  const seeded = {
    name: "seeded",
    enforce: "pre" as const,
    load(id: string) {
      const text = files.get(id);
      if (text !== undefined) read.add(id);
      return text;
    },
  };
  const result = await build({
    configFile: false,
    root: ROOT,
    logLevel: "warn",
    plugins: [seeded],
    resolve: {
      alias: {
        "libphonenumber-js/core": join(ROOT, "node_modules/libphonenumber-js/es6-modern/parsePhoneNumber.js"), // as wrangler.toml has it
      },
    },
    ssr: { noExternal: true, target: "webworker" },
    build: {
      ssr: true,
      write: false,
      minify: false,
      target: "es2024",
      rolldownOptions: {
        input: { index: "worker/index.ts", console: "worker/console.ts" },
        external: [/^cloudflare:/, /^node:/],
        moduleTypes: { ".sql": "text" }, // as wrangler takes it
      },
    },
  });
  const unread = [...files.keys()].filter((file) => !read.has(file));
  if (unread.length > 0) throw new Error(`a seed is in no bundle: ${unread}`);
  const { output } = result as Rolldown.RolldownOutput;
  const chunks = output.filter((file) => file.type === "chunk");
  return chunks.map(({ fileName: path, code: contents }) => ({ type: "ESModule", path, contents }));
}
