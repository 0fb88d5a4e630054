/** "Not my order", at `/d` on the brand's host: GET shows, POST stops. Reachable from the SMS alone. */
import type { Context } from "hono";
import { Hono } from "hono/tiny";
import { config } from "../config.ts";
import { ask } from "../objects.ts";
import { type DenyPage, denyHtml, sheetSource } from "../page/deny.tsx";
import { pickLocale } from "../page/look.ts";
import type { DenyView } from "../verification/answers.ts";
import { isDenyToken } from "../verification/deny.ts";
import { type Hosted, onDenyHost, ownOrigin } from "./hosts.ts";
import { createPace, networkOf } from "./pace.ts";
import { askLink, notAllowed, verification } from "./reach.ts";

/** Every answer without an order takes this long, so that ended, unknown and forged links cannot be told apart. */
const NEUTRAL_MS = 200;
/** The same beyond the free misses of a network. */
const SLOWED_MS = 2000;

type Seen = DenyView | { state: "fault" };

const CLOSED: Seen = { state: "closed" };
const FAULT: Seen = { state: "fault" };
const missed = createPace();

export const deny = new Hono<Hosted>()
  .use("/d/*", onDenyHost)
  .get("/d/:token", (c) => answered(c, "deniable"))
  .post("/d/:token", ownOrigin, (c) => answered(c, "deny"))
  .all("/d/:token", notAllowed("GET, POST"));

async function answered(c: Context<Hosted, "/d/:token">, act: "deny" | "deniable"): Promise<Response> {
  const since = Date.now();
  const secrets = config(c.env).secrets(c.var.brand.pack.id);
  if (!secrets) return page(c, FAULT);
  const token = c.req.param("token");
  // A forged token touches no object: its MAC is read before anything else is asked.
  const seen = isDenyToken(secrets.master, token) ? await reached(c, token, act) : CLOSED;
  if (seen.state === "closed") await neutral(c, since);
  return page(c, seen);
}

/** What the verification behind the token says; `deny` stops it. */
async function reached(c: Context<Hosted>, token: string, act: "deny" | "deniable"): Promise<Seen> {
  const { id: brand } = c.var.brand.pack;
  try {
    const target = await askLink(c.env, token, (links, link) => links.target(link));
    if (target?.brand !== brand) return CLOSED;
    return await ask(verification(c.env, target.verification), (v) => v[act](brand));
  } catch (error) {
    // A person in alarm gets a page and a number to call; loading it again tells what became of the press.
    const name = error instanceof Error ? error.name : "unknown";
    console.error(JSON.stringify({ level: "error", event: "deny_failed", correlator: c.get("correlator"), name }));
    return FAULT;
  }
}

/** Counts the miss, and waits until all misses have waited as long. A link that leads somewhere is never slowed. */
async function neutral(c: Context<Hosted>, since: number): Promise<void> {
  const network = networkOf(c.req.header("cf-connecting-ip") ?? "");
  const slowed = network !== undefined && missed(network, since);
  if (slowed) console.warn(JSON.stringify({ level: "warn", event: "deny_misses", brand: c.var.brand.pack.id }));
  await scheduler.wait(Math.max(0, (slowed ? SLOWED_MS : NEUTRAL_MS) - (Date.now() - since)));
}

function page(c: Context<Hosted>, seen: Seen): Promise<Response> {
  return plain(c, shown(c, seen), "locale" in seen ? seen.locale : undefined);
}

/** A page without script; 503 for one that says that something went wrong. `told` is the language it was spoken in before. */
export async function plain(c: Context<Hosted>, shown: DenyPage, told?: string | null): Promise<Response> {
  const { pack } = c.var.brand;
  const lang = pack.locales.find((known) => known === c.req.query("lang"));
  const locale = pickLocale(pack, lang, told, c.req.header("accept-language"));
  const style = `style-src ${await sheetSource(c.env.ASSETS, pack)}`;
  const policy = ["default-src 'none'", style, "img-src 'self'", "form-action 'self'"];
  c.header("content-security-policy", [...policy, "base-uri 'none'", "frame-ancestors 'none'"].join("; "));
  c.header("cache-control", "no-store");
  c.header("x-robots-tag", "noindex");
  return c.html(await denyHtml(c.env.ASSETS, pack, shown, locale, lang), shown.view === "fault" ? 503 : 200);
}

function shown(c: Context<Hosted>, seen: Seen): DenyPage {
  if (seen.state !== "open") return { view: seen.state };
  if (c.req.method !== "POST" && c.req.query("mine") !== undefined) return { view: "mine" };
  return { view: "open", sent: { amount: seen.amount, agoMs: Date.now() - seen.sentAt } };
}
