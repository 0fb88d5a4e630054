/** `npm start`: builds the page, starts the stand-ins and the Worker, says what to open. The tests start the same. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startAnalytics } from "./analytics-process.ts";
import { pickPorts } from "./ports.ts";
import { localEnv, SERVED } from "./secrets.ts";
import { type Origins, originsOn, type SystemPorts, startStandins } from "./system.ts";
import { buildWeb } from "./web-build.ts";
import { migrate, ROOT, startWorker, type WorkerProcess } from "./wrangler.ts";

/** A running local system. */
export interface Local {
  origins: Origins;
  ports: SystemPorts;
  data: string;
  /** Ends the Worker's process group and every stand-in; nothing is left. */
  stop(): Promise<void>;
  /** Ends the Worker with `signal` (SIGKILL for a crash) and starts it again over the same storage and port. */
  restartWorker(signal?: NodeJS.Signals): Promise<void>;
  /** Leader of the Worker's process group; another one after a restart. */
  workerPid(): number;
  /** Resolves with the Worker's last lines if it ends without having been asked to. */
  workerDied: Promise<string[]>;
}

/** Starts everything over the folder `data`. `ports: 0` takes free ones, a number the eight from there on; default 8787. */
export async function startLocal({
  data,
  ports: first,
  quiet,
  log,
}: {
  data: string;
  ports?: number;
  quiet?: boolean;
  /** A file that gets everything the Worker prints. */
  log?: string;
}): Promise<Local> {
  const say = (line: string) => void (quiet || console.log(line));
  mkdirSync(data, { recursive: true });
  if (existsSync(join(ROOT, ".dev.vars")))
    throw new Error(".dev.vars hides the local secrets from wrangler: move it away");
  const release = claim(data);
  say((await buildWeb()) ? "  web page built" : "  web page is up to date");
  const ports = await pickPorts(first, (port, instead) => say(`  port ${port} is busy, using ${instead}`));
  const [servers, engine] = await Promise.all([
    startStandins(data, ports),
    startAnalytics(ports.analytics, data, say),
    migrate(data),
  ]);
  const stopStandins = async () => void (await Promise.all([servers(), engine?.()]));
  say(`  shops, phone, gateway, authority and access${engine ? ", analytics" : ""} answer`);

  const origins = originsOn(ports);
  const { vars, secrets } = environment(ports, engine !== undefined);
  const died = Promise.withResolvers<string[]>();
  let worker = await begun();
  say("  the Worker answers");

  async function begun(): Promise<WorkerProcess> {
    const fresh = await startWorker(ports.worker, data, vars, secrets, log).catch(async (fault) => {
      await stopStandins();
      throw fault;
    });
    void fresh.endedByItself.then(() => died.resolve(fresh.lastLines()));
    return fresh;
  }
  return {
    origins,
    ports,
    data,
    workerPid: () => worker.pid,
    workerDied: died.promise,
    async stop() {
      await worker.end("SIGINT");
      await stopStandins();
      release();
    },
    async restartWorker(signal = "SIGKILL") {
      await worker.end(signal);
      worker = await begun();
    },
  };
}

/** What the Worker is told: `vars` may be seen by everybody. Without `analytics` it writes to no data set and shows its exact counters. */
function environment(ports: SystemPorts, analytics: boolean) {
  const origins = originsOn(ports);
  const env = localEnv({
    workerPort: ports.worker,
    gatewayPort: ports.gateway,
    authorityPort: ports.authority,
    shopPort: ports.shop,
    accessPort: ports.access,
    analyticsPort: analytics ? ports.analytics : undefined,
  });
  const secret = ([name]: [string, string]) => /^SECRETS_|_PEPPER$/.test(name);
  const vars = {
    ...Object.fromEntries(Object.entries(env).filter((entry) => !secret(entry))),
    CONTROL_ORIGIN: origins.control,
    ...(analytics && { ANALYTICS_ORIGIN: origins.analytics }),
  };
  return { vars, secrets: Object.fromEntries(Object.entries(env).filter(secret)) };
}

/** One system per data folder: two Workers on one storage would ruin it. A starter that is gone does not count. */
function claim(data: string): () => void {
  const file = join(data, "starter.pid");
  const other = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  if (other && other !== process.pid && alive(other)) {
    throw new Error(`${data} is in use by process ${other}: end it, or choose another folder with --data`);
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function whatToOpen({ origins }: Local): string {
  const rows = [
    ...SERVED.map((brand) => [`shop ${brand}`, origins.shop(brand)]),
    ["shop in a frame", origins.framing],
    ["phone", origins.phone],
    ["console", `${origins.console}/console`],
    ["everything", origins.control],
    ["api", origins.api],
  ];
  const table = rows.map(([name = "", address]) => `  ${name.padEnd(16)} ${address}`).join("\n");
  return `\n${table}\n\n  Try: buy the phone in a shop, press the last button of the checkout, read the code on the phone page.\n  Ctrl-C ends everything.\n`;
}

async function main() {
  const { values } = parseArgs({ options: { data: { type: "string" } } });
  const port = process.env.PORT ? Number(process.env.PORT) : undefined;
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_000))
    throw new Error("PORT: not a port");
  console.log("Ringfence, on this machine");
  let started = false;
  const signal = new Promise<undefined>((done) => {
    // Before everything runs there is nothing to save: leaving ends the Worker's group too.
    const ask = () => (started ? done(undefined) : process.exit(130));
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, ask);
  });
  const data = resolve(values.data ?? join(ROOT, ".ringfence"));
  const local = await startLocal({ data, ...(port === undefined ? {} : { ports: port }) });
  started = true;
  console.log(whatToOpen(local));
  const lines = await Promise.race([signal, local.workerDied]);
  await local.stop();
  if (lines) {
    console.error(`The Worker ended by itself. Its last lines:\n${lines.join("\n")}`);
    process.exitCode = 1;
  }
}

if (import.meta.main) {
  main().catch((fault: unknown) => {
    console.error(fault instanceof Error ? fault.message : fault);
    process.exit(1);
  });
}
