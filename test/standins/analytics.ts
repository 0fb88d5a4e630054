/**
 * The SQL API of Workers Analytics Engine, in a process of its own: the embedded engine is large, and a crash of it must
 * take nothing else along. Points come from the local entry, switches and counts go to the control API.
 */
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { parse } from "../../worker/analytics/dialect.ts";
import { rowOf, type Written } from "./analytics-points.ts";
import { CLEAR, type Lens, openStore, type Store } from "./analytics-store.ts";
import { type Call, json, serve } from "./http.ts";
import { ANALYTICS } from "./secrets.ts";

/** How the API answers; `ok` is no fault. */
const MODES = ["ok", "429", "500", "503", "hang", "slow"] as const;

/** What the control API sets; `times` spoils so many statements, without it all until it is set back. */
interface Switches extends Lens {
  mode: (typeof MODES)[number];
  times?: number;
}

/** One statement the API was asked, for tests and the curious. */
interface Asked {
  at: string;
  sql: string;
  status: number;
  rows: number;
  ms: number;
}

const ASKED_MAX = 500;
const SLOW_MS = 2_500;
const API = /^\/client\/v4\/accounts\/([^/]+)\/analytics_engine\/sql$/;
const FORMATS = ["JSON", "JSONEachRow", "TabSeparated"];

/** Serves the folder on the port until the process is asked to end. */
async function main(port: number, folder: string): Promise<void> {
  const store = await openStore(folder);
  const asked: Asked[] = [];
  let switches: Switches = { ...CLEAR, mode: "ok" };
  let dropped = 0;

  /** The fault of this statement; a counted one is used up by asking. */
  function fault(): Switches["mode"] {
    const { mode, times } = switches;
    if (times === 1) switches = { ...CLEAR, ...switches, mode: "ok", times: 0 };
    else if (times) switches = { ...switches, times: times - 1 };
    return mode;
  }

  async function answered(call: Call): Promise<{ status: number; rows: number } | undefined> {
    const { response, headers, url, body } = call;
    const said = (status: number, rows = 0) => ({ status, rows });
    const refused = (status: number, text: string) => {
      response.writeHead(status, { "content-type": "text/plain" }).end(text);
      return said(status);
    };
    const mode = fault();
    if (mode === "hang") return undefined;
    if (mode === "slow") await pause(SLOW_MS);
    if (mode === "429") {
      json(response, 429, problem(971, "Please wait and consider throttling your request speed"), {
        "retry-after": "60",
      });
      return said(429);
    }
    if (mode === "500" || mode === "503") return refused(Number(mode), "upstream connect error");
    const account = API.exec(url.pathname)?.[1];
    if (account !== ANALYTICS.account || headers.authorization !== `Bearer ${ANALYTICS.token}`) {
      json(response, 403, problem(10000, "Authentication error"));
      return said(403);
    }
    const complaint = complaintOf(body, store);
    if (complaint) return refused(422, `Input was invalid: ${complaint}`);
    const [, sql = "", format = "JSON"] = /^(.*?)(?:\s+FORMAT\s+(\w+))?\s*$/is.exec(body) ?? [];
    if (!FORMATS.includes(format)) return refused(422, `Input was invalid: unsupported format ${format}`);
    const text = await store.query(sql, format).catch((error: Error) => error);
    if (text instanceof Error) return refused(422, `Input was invalid: ${text.message.split("\n")[0]}`);
    if (format !== "JSON") {
      response.writeHead(200, { "content-type": "text/plain" }).end(text);
      return said(200);
    }
    const { meta, data, rows, rows_before_limit_at_least = rows } = JSON.parse(text);
    json(response, 200, { meta, data, rows, rows_before_limit_at_least });
    return said(200, rows);
  }

  const served = await serve(port, async (call) => {
    const { method, url, body, response } = call;
    const path = `${method} ${url.pathname}`;
    if (method === "POST" && API.test(url.pathname)) {
      const begun = performance.now();
      const answer = await answered(call);
      const ms = Math.round(performance.now() - begun);
      asked.push({ at: new Date().toISOString(), sql: body, ...(answer ?? { status: 0, rows: 0 }), ms });
      if (asked.length > ASKED_MAX) asked.shift();
      return;
    }
    if (path === "POST /points") {
      for (const written of JSON.parse(body) as Written[]) {
        const row = rowOf(written);
        if (row) store.add(written.set, row);
        else dropped += 1;
      }
      return void response.writeHead(204).end();
    }
    if (path === "PUT /switches") {
      const wished = { ...CLEAR, mode: "ok" as const, ...(JSON.parse(body) as Partial<Switches>) };
      if (!MODES.includes(wished.mode)) return json(response, 400, { error: `mode: one of ${MODES.join(", ")}` });
      const { mode: _, times: __, ...lens } = wished;
      if (!numbersOf(lens).every((n) => Number.isSafeInteger(n) && n >= 0) || !lens.sample || !lens.copies)
        return json(response, 400, { error: "sample, copies: integers from 1; salt, delayMs: from 0" });
      switches = wished;
      await store.look(lens);
      return json(response, 200, switches);
    }
    if (path === "GET /switches") return json(response, 200, { ...switches, rows: store.rows(), dropped });
    if (path === "GET /statements") return json(response, 200, asked);
    return json(response, 404, { error: "not_found" });
  });

  const end = async () => {
    await served.close();
    await store.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void end());
  console.log("listening");
}

const numbersOf = ({ sample, salt, copies, delayMs }: Lens) => [sample, salt, copies, delayMs];

/** An error as Cloudflare's API wraps it. */
function problem(code: number, message: string) {
  return { success: false, errors: [{ code, message }], messages: [], result: null };
}

/**
 * Why the real service would refuse a statement that ClickHouse takes: it is outside the common subset, or it names a
 * data set nothing was written to, or a column that no row has. Undefined where it would not.
 */
function complaintOf(sql: string, store: Store): string | undefined {
  const parsed = parse(sql, "printed");
  if (Array.isArray(parsed)) return parsed.map(({ text }) => text).join("; ");
  const bare = sql.replaceAll(/'(?:[^']|'')*'/g, "''");
  const set = /\bFROM\s+(\w+)/i.exec(bare)?.[1] ?? "";
  if (!store.has(set, "timestamp")) return `unable to find type of table: ${set}`;
  const [absent] = bare.match(/\b(?:blob|double)\d+\b/g)?.filter((column) => !store.has(set, column)) ?? [];
  return absent && `unable to find type of column: ${absent}`;
}

const { values } = parseArgs({ options: { port: { type: "string" }, data: { type: "string" } } });
await main(Number(values.port), String(values.data));
