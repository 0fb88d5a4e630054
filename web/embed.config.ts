/** The part of the build that shops load: the frame's loader, alone in one file. */
import { build, type Plugin } from "vite";
import loader from "./embed/loader.json" with { type: "json" };

/**
 * Builds `loader.file`. Its name carries the version and no hash of ours: shops write it into their pages together with
 * `loader.integrity`, so what is behind a name never changes again. A change is a new version; the old file stays in
 * `web/public/assets` for as long as shops load it.
 */
export function embed(): Plugin {
  return {
    name: "ringfence-embed",
    async closeBundle() {
      await build({
        configFile: false,
        root: import.meta.dirname,
        publicDir: false,
        logLevel: "warn",
        build: {
          outDir: "../dist",
          emptyOutDir: false,
          target: "es2022",
          lib: {
            entry: new URL("embed/loader.ts", import.meta.url).pathname,
            formats: ["iife"],
            name: "Ringfence",
            fileName: () => loader.file.slice(1),
          },
        },
      });
    },
  };
}
