/** The part of the build that writes what order systems read: the description of their API. */
import { build, type Plugin, type Rolldown } from "vite";

interface Documents {
  openApi(): object;
  AUTHORIZATION_SERVER: object;
}

/**
 * Emits `openapi.json` and `oauth.json` for the Worker, which puts its own origin in. They are made here and not there: the
 * schemas of answers and the converter are no use to a Worker that serves shoppers.
 */
export function openapi(): Plugin {
  return {
    name: "ringfence-openapi",
    apply: "build",
    async generateBundle() {
      const { openApi, AUTHORIZATION_SERVER } = await documents();
      const write = (fileName: string, of: object) =>
        this.emitFile({ type: "asset", fileName, source: JSON.stringify(of) });
      write("openapi.json", openApi());
      write("oauth.json", AUTHORIZATION_SERVER);
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
