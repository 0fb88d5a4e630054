/** Builds the browser's part: one script, and a template with slots that `worker/page/step.tsx` fills. */
import { readFile } from "node:fs/promises";
import { build, defineConfig, minify, type Plugin, transformWithOxc } from "vite";
import { DENY_CSS } from "./deny/sheet.ts";
import { embed } from "./embed.config.ts";
import { headers } from "./headers.config.ts";
import { DENY_TEXTS } from "./i18n/deny/texts.ts";
import { TEXTS } from "./i18n/texts.ts";
import { inTone, TONES } from "./i18n/tone.ts";
import { openapi } from "./openapi.config.ts";
import { precache } from "./precache.config.ts";

const SHELL = [
  '<link rel="manifest" href="/manifest.webmanifest">',
  '<link rel="icon" type="image/svg+xml" href="%ICON%">',
  '<link rel="apple-touch-icon" href="%TOUCH%">',
].join("");

/** CSS and the head script go inline: HTML and one script are the only two requests before the page is usable. */
function inline(): Plugin {
  return {
    name: "ringfence-inline",
    transformIndexHtml: {
      order: "post",
      async handler(html, { bundle }) {
        const files = Object.values(bundle ?? {});
        const sheets = files.filter((file) => file.type === "asset" && /^assets\/.*\.css$/.test(file.fileName));
        const css = sheets.map((file) => (file.type === "asset" ? String(file.source) : "")).join("");
        for (const { fileName } of sheets) delete bundle?.[fileName];
        const early = new URL("step/early.ts", import.meta.url);
        const { code } = await transformWithOxc(await readFile(early, "utf8"), early.pathname, { target: "es2022" });
        const script = (await minify("early.js", code)).code.trim();
        return html
          .replace(/\s*<link rel="stylesheet"[^>]*>/g, "")
          .replace("<!--shell-->", SHELL)
          .replace("<!--early-->", () => `<script nonce="%NONCE%">${script}</script>`)
          .replace(/<html[^>]*>/, '<html lang="%LANG%" dir="%DIR%" data-path="%PATH%" data-status="%STATUS%">')
          .replace("<!--top-->", "%TOP%")
          .replace("<!--foot-->", "%FOOT%")
          .replace("<!--data-->", '<script type="application/json" id="brand-data" nonce="%NONCE%">%DATA%</script>')
          .replace("<!--style-->", () => `<style id="brand" nonce="%NONCE%">%THEME%${css.trim()}</style>`)
          .replace(/>\s+</g, "><");
      },
    },
  };
}

/** Files of texts per page, locale and tone, and the sheet of the page without script, for the Worker alone: every page passes through it. */
function texts(): Plugin {
  return {
    name: "ringfence-texts",
    generateBundle() {
      const write = (fileName: string, source: string) => this.emitFile({ type: "asset", fileName, source });
      for (const [page, texts] of Object.entries({ step: TEXTS, deny: DENY_TEXTS }))
        for (const [locale, said] of Object.entries(texts))
          for (const tone of TONES) write(`${page}/${locale}-${tone}.json`, JSON.stringify(inTone(said, tone)));
      write("deny/deny.css", DENY_CSS);
    },
  };
}

/** The analysts' console, built by itself: in one build the two pages would share a file, and the step would load it. */
function analyst(): Plugin {
  return {
    name: "ringfence-analyst",
    apply: "build",
    async closeBundle() {
      const input = { analyst: new URL("analyst/index.html", import.meta.url).pathname };
      await build({
        configFile: false,
        logLevel: "warn",
        root: import.meta.dirname,
        publicDir: false,
        html: { cspNonce: "%NONCE%" },
        oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
        build: {
          outDir: "../dist",
          emptyOutDir: false,
          target: "es2022",
          assetsInlineLimit: 0,
          modulePreload: false,
          rolldownOptions: { input },
        },
      });
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [precache(), inline(), texts(), openapi(), embed(), analyst(), headers()],
  html: { cspNonce: "%NONCE%" },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: { step: new URL("step/index.html", import.meta.url).pathname } },
  },
});
