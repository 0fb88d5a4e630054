/** The part of the build that serves returning and offline shoppers: `sw.js`, and per brand a manifest and offline pages. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { build, type Plugin, type Rolldown } from "vite";
import type { Tone } from "./i18n/messages.ts";
import { TEXTS } from "./i18n/texts.ts";
import { inTone } from "./i18n/tone.ts";
import { manifest, offlineHtml, type Shell } from "./offline.ts";
import { type Look, themeCss } from "./theme.ts";

const PACKS = new URL("../worker/brands/packs/", import.meta.url);

const require = createRequire(import.meta.url);
const { version: WORKBOX_VERSION } = require("workbox-window/package.json") as { version: string };
/** Its version is its name: like all below `/assets/` it is cached for a year. */
const WORKBOX = `assets/workbox-window-${WORKBOX_VERSION}.js`;

type Pack = Shell & Look & { id: string; locales: (keyof typeof TEXTS)[]; tone: Tone };

/**
 * Emits `step/{brand}.webmanifest` and `step/{brand}.{locale}.offline.html` for the Worker, and builds `sw.js` over the
 * step's files. Runs before the step's CSS goes inline, because the offline page wears it too.
 */
export function precache(): Plugin {
  let files: string[] = [];
  let version = "";
  return {
    name: "ringfence-precache",
    enforce: "pre",
    config: () => ({ define: { WORKBOX: JSON.stringify(`/${WORKBOX}`) } }),
    generateBundle(_, bundle) {
      const css = Object.values(bundle)
        .filter((file) => file.type === "asset" && /\/step-[^/]+\.css$/.test(file.fileName))
        .map((file) => String((file as Rolldown.OutputAsset).source))
        .join("");
      const module = require.resolve("workbox-window/build/workbox-window.prod.mjs");
      const source = readFileSync(module, "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "");
      this.emitFile({ type: "asset", fileName: WORKBOX, source });
      files = [...filesOf(bundle), `/${WORKBOX}`];
      const hash = createHash("sha256").update(files.join());
      const emit = (fileName: string, source: string) => {
        hash.update(source);
        this.emitFile({ type: "asset", fileName: `step/${fileName}`, source });
      };
      for (const name of readdirSync(PACKS).sort()) {
        const pack = JSON.parse(readFileSync(new URL(name, PACKS), "utf8")) as Pack;
        const style = themeCss(pack) + css.trim();
        emit(`${pack.id}.webmanifest`, JSON.stringify(manifest(pack)));
        for (const tag of pack.locales)
          emit(`${pack.id}.${tag}.offline.html`, offlineHtml(pack, tag, inTone(TEXTS[tag], pack.tone), style));
      }
      version = hash.digest("hex").slice(0, 16);
    },
    async closeBundle() {
      // Set in the environment of one build to take the service worker back from every phone.
      await serviceWorker({ files, version, retired: process.env.RETIRE_SERVICE_WORKER === "1" }, true);
    },
  };
}

/** Builds `sw.js` over `files`, into `dist/` where `write` says so; resolves to its text. */
export async function serviceWorker(
  { files, version, retired }: { files: string[]; version: string; retired: boolean },
  write: boolean,
): Promise<string> {
  const [built] = (await build({
    configFile: false,
    root: import.meta.dirname,
    publicDir: false,
    logLevel: "warn",
    define: { FILES: JSON.stringify(files), VERSION: JSON.stringify(version), RETIRED: String(retired) },
    build: {
      write,
      outDir: "../dist",
      emptyOutDir: false,
      target: "es2022",
      lib: {
        entry: new URL("sw.ts", import.meta.url).pathname,
        formats: ["iife"],
        name: "sw",
        fileName: () => "sw.js",
      },
    },
  })) as Rolldown.RolldownOutput[];
  return built?.output[0].code ?? "";
}

/** The step's script and what it imports; nothing of another page. */
function filesOf(bundle: Rolldown.OutputBundle): string[] {
  const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
  const found = new Set<string>();
  const add = (name: string) => {
    const chunk = chunks.find(({ fileName }) => fileName === name);
    if (!chunk || found.has(name)) return;
    found.add(name);
    for (const next of chunk.imports) add(next);
  };
  for (const { isEntry, name, fileName } of chunks) if (isEntry && name === "step") add(fileName);
  return [...found].map((name) => `/${name}`);
}
