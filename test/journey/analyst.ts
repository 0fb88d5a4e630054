/** A server of the console's page with made-up traffic behind it: every state of the page can be had at will. */

import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Health, Me, Saved } from "../../web/analyst/given.ts";
import { answerTo, BRANDS, nothing } from "./traffic.ts";

const DIST = new URL("../../dist/", import.meta.url).pathname;
const TYPES: Record<string, string> = { ".js": "text/javascript", ".css": "text/css" };

/** The policy of the console's page. */
const POLICY = (secret: string) =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${secret}'`,
    `style-src 'self' 'nonce-${secret}'`,
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types ringfence",
  ].join("; ");

/** What the server says next. `weigh`: one row in so many was kept. */
export interface Mood {
  store: "answers" | "fails" | "hangs" | "empty" | "out";
  weigh: number;
  engine: Me["engine"];
  /** Epoch seconds. */
  now: number;
}

/** A running server. `asked` are the bodies of queries so far. */
export interface AnalystServer {
  origin: string;
  mood: Mood;
  asked: Record<string, unknown>[];
  close(): void;
}

/** Starts it on a free port; `now` is the moment the traffic ends. */
export async function analystServer(now: number): Promise<AnalystServer> {
  const mood: Mood = { store: "answers", weigh: 1, engine: "engine", now };
  const asked: Record<string, unknown>[] = [];
  const saved: Saved[] = [];
  const server: Server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const { pathname } = new URL(request.url ?? "/", "http://x");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = chunks.length ? (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>) : {};
    const json = (value: object, status = 200, headers: Record<string, string> = {}) => {
      response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers });
      response.end(JSON.stringify(value));
    };
    if (mood.store === "out" && pathname !== "/console" && !pathname.startsWith("/assets/")) {
      return json({ code: "ANALYST.UNAUTHENTICATED", title: "Sign in" }, 401);
    }
    if (pathname === "/console") {
      response.writeHead(200, {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": POLICY("n0nce"),
      });
      return response.end(readFileSync(join(DIST, "analyst/index.html"), "utf8").replaceAll("%NONCE%", "n0nce"));
    }
    if (pathname.startsWith("/assets/") && TYPES[extname(pathname)]) {
      response.writeHead(200, { "content-type": TYPES[extname(pathname)] });
      return response.end(readFileSync(join(DIST, pathname)));
    }
    if (pathname === "/console/me") return json(me(mood));
    if (pathname === "/console/saved" && request.method === "POST") {
      const { title, sql, brands } = body as { title: string; sql: string; brands: string };
      const entry = {
        id: `sav_${saved.length}`,
        title,
        sql,
        owner: "analyst",
        mine: true,
        brands: brands.split(","),
        updated_at: "",
      };
      saved.push(entry);
      return json(entry, 201);
    }
    if (pathname === "/console/saved") return json({ object: "list", data: saved });
    if (pathname === "/console/health" || pathname === "/console/query") {
      if (mood.store === "hangs") return;
      if (mood.store === "fails") {
        return json({ code: "ANALYTICS.UNAVAILABLE", title: "Not now" }, 503, { "retry-after": "30" });
      }
      if (pathname === "/console/health") return json(health(mood));
      asked.push(body);
      return query(body, json, response);
    }
    response.writeHead(404).end();
  }

  function query(
    body: Record<string, unknown>,
    json: (value: object, status?: number) => void,
    response: ServerResponse,
  ) {
    const sql = typeof body.sql === "string" ? body.sql : "";
    const at = sql.indexOf("uniq(");
    if (at >= 0) {
      const complaints = [{ at, length: 4, text: "uniq is not one of the functions here" }];
      return json({ code: "ANALYTICS.SQL_REFUSED", title: "Refused", complaints }, 422);
    }
    const question = String(body.question ?? (/AS t\b/.test(sql) ? "hourly" : "outcomes"));
    const answer = mood.store === "empty" ? nothing(mood.now) : answerTo({ ...body, question }, mood.now, mood.weigh);
    const sums = mood.engine === "rollup";
    if (sums && ["latencyByGateway", "verifyTimeByOperator", "releases"].includes(question))
      return json({ code: "ANALYTICS.SQL_UNAVAILABLE", title: "Not here" }, 409);
    if (body.format !== "csv") return json(sums ? { ...answer, sql: null } : answer);
    response.writeHead(200, { "content-type": "text/csv; charset=utf-8" });
    response.end("outcome,sessions\r\n");
  }

  return { origin: `http://127.0.0.1:${port}`, mood, asked, close: () => server.close() };
}

function me({ engine, now }: Mood): Me {
  const brands = BRANDS.map(({ id, name, currency, zone, countries }) => ({ id, name, currency, zone, countries }));
  const server_now = new Date(now * 1000).toISOString();
  return { name: "an analyst", role: "analyst", brands, zone: "Europe/Oslo", engine, questions: [], server_now };
}

function health({ engine, now, store, weigh }: Mood): Health {
  const empty = store === "empty";
  const counted = empty ? 0 : 12_350;
  return {
    engine,
    brand: "tindra",
    freshness: { newest: empty ? null : now - 90, oldest: empty ? null : now - 14 * 86_400, as_of: now },
    completeness: {
      from: now - 86_400,
      to: now,
      engine: counted,
      rollup: counted,
      share: empty ? null : 0.9996,
      margin: 0,
    },
    sampling: { coarsest: weigh, rows_read: counted / weigh, share: 1 - 1 / weigh },
    reconciled: empty ? null : reconciled(now, engine),
    settled_until: now - 1500,
    identity: { created: counted, outcomes: counted, difference: 0 },
    points_lost: 0,
    completed_without_redeem: 0,
    schema: { otp_sessions: ["S1"], otp_events: ["E1"] },
    retention: { engine_days: 92, rollup_months: 25, log_days: 90 },
  };
}

/** Compared three minutes ago; of yesterday some rows are missing. */
function reconciled(now: number, engine: Me["engine"]): Health["reconciled"] {
  if (engine === "rollup") return { state: "exact", tried_at: now - 180, done_at: null, days: [] };
  const midnight = now - (now % 86_400);
  const days = [0, 1, 2, 3].map((ago) => {
    const day = midnight - ago * 86_400;
    const until = ago ? day + 86_400 : now - (now % 3600) - 3 * 3600;
    const [exact, missing] = [1420 - 11 * ago, ago === 1 ? 34 : 0];
    const differs: Record<string, number> = missing ? { proceeded: -30, expired: -4 } : {};
    return { day, until, exact, engine: exact - missing, margin: 0, off: missing > 0, differs };
  });
  return { state: "done", tried_at: now - 180, done_at: now - 180, days };
}
