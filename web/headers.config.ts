/** The part of the build that says how long browsers may keep which built file. */
import { appendFileSync, readdirSync } from "node:fs";
import type { Plugin } from "vite";

const DIST = new URL("../dist/", import.meta.url);

/**
 * Adds a rule to `_headers` for each file whose name changes with what is in it. By name, because a rule for the whole
 * folder holds for what is missing too: asked for in the middle of a deployment, it would stay missing for a year.
 */
export function headers(): Plugin {
  return {
    name: "ringfence-headers",
    apply: "build",
    closeBundle: {
      order: "post",
      sequential: true, // after the builds that other plugins end with
      handler() {
        const files = readdirSync(new URL("assets/", DIST), { withFileTypes: true }).filter((entry) => entry.isFile());
        const rules = files.map(
          ({ name }) => `\n/assets/${name}\n  Cache-Control: public, max-age=31536000, immutable\n`,
        );
        appendFileSync(new URL("_headers", DIST), rules.join(""));
      },
    },
  };
}
