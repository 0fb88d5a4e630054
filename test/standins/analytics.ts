/**
 * Workers Analytics Engine, in a process of its own: the embedded engine is large, and a crash of it must take nothing
 * else along. Points come from the local entry, statements from the Worker, switches from the control API.
 */
import { parseArgs } from "node:util";
import { answerStatement, MODES, type Mode, type Said, SQL_PATH } from "./analytics-api.ts";
import { rowOf, type Written } from "./analytics-points.ts";
import { CLEAR, type Lens, openStore } from "./analytics-store.ts";
import { type Call, json, serve } from "./http.ts";
import { openNews } from "./news.ts";

/** What the control API sets; `times` spoils so many statements, without it all until it is set back. */
interface Switches extends Lens {
  mode: Mode;
  times?: number;
}

/** One statement the API was asked, for tests and the curious. */
interface Asked extends Said {
  at: string;
  sql: string;
  ms: number;
}

const ASKED_MAX = 500;

/** Serves the folder on the port until the process is asked to end. */
async function main(port: number, folder: string): Promise<void> {
  const store = await openStore(folder);
  const asked: Asked[] = [];
  let switches: Switches = { ...CLEAR, mode: "ok" };
  let dropped = 0;
  const news = openNews();

  async function statement(call: Call): Promise<void> {
    const { mode, times } = switches;
    // A counted fault is used up by asking.
    if (times !== undefined) switches = { ...switches, times: times - 1, ...(times === 1 && { mode: "ok" }) };
    const begun = performance.now();
    const said = await answerStatement(call, store, mode);
    const ms = Math.round(performance.now() - begun);
    asked.push({ at: new Date().toISOString(), sql: call.body, ...said, ms });
    if (asked.length > ASKED_MAX) asked.shift();
  }

  async function change({ body, response }: Call): Promise<void> {
    const wished: Switches = { ...CLEAR, mode: "ok", ...(JSON.parse(body) as Partial<Switches>) };
    const { sample, copies, salt, delayMs, mode } = wished;
    if (!MODES.includes(mode)) return json(response, 400, { error: `mode: one of ${MODES.join(", ")}` });
    if (![sample - 1, copies - 1, salt, delayMs].every((n) => Number.isSafeInteger(n) && n >= 0))
      return json(response, 400, { error: "sample, copies: integers from 1; salt, delayMs: from 0" });
    switches = wished;
    await store.look(wished);
    return json(response, 200, switches);
  }

  /** What there is, with `set` and `rows` as soon as the data set has that many. */
  async function told({ url, response }: Call): Promise<void> {
    const { set = "", rows = 0 } = Object.fromEntries(url.searchParams);
    const all = await news.until(() => (set && (store.rows()[set] ?? 0) < Number(rows) ? undefined : store.rows()));
    return json(response, all ? 200 : 408, { ...switches, rows: store.rows(), dropped });
  }

  const served = await serve(port, (call) => {
    const { method, url, body, response } = call;
    const path = `${method} ${url.pathname}`;
    if (method === "POST" && SQL_PATH.test(url.pathname)) return statement(call);
    if (path === "POST /points") {
      const rows = (JSON.parse(body) as Written[]).map((written) => [written.set, rowOf(written)] as const);
      for (const [set, row] of rows) row && store.add(set, row);
      dropped += rows.filter(([, row]) => !row).length;
      news.tell();
      return void response.writeHead(204).end();
    }
    if (path === "PUT /switches") return change(call);
    if (path === "GET /switches") return told(call);
    if (path === "GET /statements") return json(response, 200, asked);
    return json(response, 404, { error: "not_found" });
  });
  const end = async () => {
    await served.close();
    await store.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void end());
  console.log("listening"); // for who started it
}

const { values } = parseArgs({ options: { port: { type: "string" }, data: { type: "string" } } });
await main(Number(values.port), String(values.data));
