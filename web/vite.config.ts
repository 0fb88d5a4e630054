/** Builds the browser's part: one script, and a template with slots that `worker/page/step.tsx` fills. */
import { readFile } from "node:fs/promises";
import { defineConfig, minify, type Plugin, transformWithOxc } from "vite";
import { DENY_CSS } from "./deny/sheet.ts";
import { DENY_TEXTS } from "./deny/texts.ts";
import { TEXTS } from "./i18n/texts.ts";

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

/** Files of texts per locale and page, and the sheet of the page without script, for the Worker alone: every page passes through it. */
function texts(): Plugin {
  return {
    name: "ringfence-texts",
    generateBundle() {
      const write = (fileName: string, source: string) => this.emitFile({ type: "asset", fileName, source });
      for (const [page, texts] of Object.entries({ step: TEXTS, deny: DENY_TEXTS })) {
        for (const [locale, said] of Object.entries(texts)) write(`${page}/${locale}.json`, JSON.stringify(said));
      }
      write("deny/deny.css", DENY_CSS);
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [inline(), texts()],
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
