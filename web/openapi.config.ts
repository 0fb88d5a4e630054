/** The part of the build that writes what order systems read: the description of their API. */
import { build, type Plugin, type Rolldown } from "vite";

interface Documents {
  openApi(): object;
}

/**
 * Emits `openapi.json` for the Worker, which puts its own origin in. The document is made here and not there: schemas of
 * answers and the converter would be a fifth of the Worker.
 */
export function openapi(): Plugin {
  return {
    name: "ringfence-openapi",
    apply: "build",
    async generateBundle() {
      const { openApi } = await documents();
      this.emitFile({ type: "asset", fileName: "openapi.json", source: JSON.stringify(openApi()) });
    },
  };
}

/** The Worker's room that describes it, as a module of this process. */
async function documents(): Promise<Documents> {
  const built = (await build({
    configFile: false,
    root: import.meta.dirname,
    publicDir: false,
    logLevel: "warn",
    ssr: { noExternal: true },
    build: {
      ssr: new URL("../worker/openapi/document.ts", import.meta.url).pathname,
      write: false,
      target: "es2024",
      rolldownOptions: { external: [/^cloudflare:/, /^node:/], moduleTypes: { ".sql": "text" } }, // as wrangler takes it
    },
  })) as Rolldown.RolldownOutput;
  const { code } = built.output[0];
  return import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}
