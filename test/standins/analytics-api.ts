/** One statement asked of the SQL API: `POST /client/v4/accounts/{account}/analytics_engine/sql`. */
import { setTimeout as pause } from "node:timers/promises";
import { parse } from "../../worker/analytics/dialect.ts";
import type { Store } from "./analytics-store.ts";
import { type Call, json } from "./http.ts";
import { ANALYTICS } from "./secrets.ts";

/** How the API answers; `ok` is no fault. */
export const MODES = ["ok", "429", "500", "503", "hang", "slow"] as const;
export type Mode = (typeof MODES)[number];

/** Where statements go; the account is its first group. */
export const SQL_PATH = /^\/client\/v4\/accounts\/([^/]+)\/analytics_engine\/sql$/;

/** What was answered; status 0 = nothing at all. */
export interface Said {
  status: number;
  rows: number;
}

const SLOW_MS = 2_500;
const FORMATS = ["JSON", "JSONEachRow", "TabSeparated"];

/** Answers as the real service does: its JSON without an envelope, complaints in plain text with 422, a bad token with 403. */
export async function answerStatement(call: Call, store: Store, mode: Mode): Promise<Said> {
  const { response, headers, url, body } = call;
  const plain = (status: number, text: string): Said => {
    response.writeHead(status, { "content-type": "text/plain" }).end(text);
    return { status, rows: 0 };
  };
  if (mode === "hang") return { status: 0, rows: 0 };
  if (mode === "slow") await pause(SLOW_MS);
  if (mode === "500" || mode === "503") return plain(Number(mode), "upstream connect error");
  if (mode === "429") return wrapped(call, 429, 971, "Please wait and consider throttling your request speed");
  const account = SQL_PATH.exec(url.pathname)?.[1];
  if (account !== ANALYTICS.account || headers.authorization !== `Bearer ${ANALYTICS.token}`)
    return wrapped(call, 403, 10000, "Authentication error");
  const [, sql = "", format = "JSON"] = /^(.*?)(?:\s+FORMAT\s+(\w+))?\s*$/is.exec(body) ?? [];
  const complaint = complaintOf(body, store) ?? (FORMATS.includes(format) ? undefined : `unsupported format ${format}`);
  if (complaint) return plain(422, `Input was invalid: ${complaint}`);
  const text = await store.query(sql, format).catch((error: Error) => error);
  if (text instanceof Error) return plain(422, `Input was invalid: ${text.message.split("\n")[0]}`);
  if (format !== "JSON") return plain(200, text);
  const { meta, data, rows, rows_before_limit_at_least = rows } = JSON.parse(text);
  json(response, 200, { meta, data, rows, rows_before_limit_at_least });
  return { status: 200, rows };
}

/** An error as Cloudflare's API wraps it. */
function wrapped({ response }: Call, status: number, code: number, message: string): Said {
  const headers: Record<string, string> = status === 429 ? { "retry-after": "60" } : {};
  json(response, status, { success: false, errors: [{ code, message }], messages: [], result: null }, headers);
  return { status, rows: 0 };
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
  const absent = bare.match(/\b(?:blob|double)\d+\b/g)?.find((column) => !store.has(set, column));
  return absent && `unable to find type of column: ${absent}`;
}
