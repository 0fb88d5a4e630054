/** The console's Worker: the page, who one is, questions and statements; and the same guard for order systems. */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { Hono } from "hono/tiny";
import * as v from "valibot";
import { type Analyst, admitted, strongest } from "../analytics/access.ts";
import { consoleConfig } from "../analytics/config.ts";
import { parse } from "../analytics/dialect.ts";
import { QUESTIONS } from "../analytics/questions.ts";
import { type Saved, save, savedById, savedFor, unsave } from "../analytics/saved.ts";
import { mediaType, readJson, readPlain } from "../body.ts";
import { brandById, brandIds } from "../brands/brand.ts";
import { problem } from "../problem.ts";
import { answered, asking, brandList, brandsOf } from "./asking.ts";
import { nonce } from "./headers.ts";
import { health } from "./health.ts";
import { fromOwnPage } from "./hosts.ts";
import { notAllowed } from "./reach.ts";

type Console = { Bindings: ConsoleEnv; Variables: { analyst: Analyst } };

/** Admits who Cloudflare Access vouches for; sets `analyst`. A browser changes nothing from another site's page. */
const signedIn = createMiddleware<Console>(async function signedIn(c, next) {
  const settings = consoleConfig(c.env);
  if (!settings) return problem(c, "REQUEST.NOT_FOUND");
  const said = await admitted(c.req.header("cf-access-jwt-assertion"), settings, brandIds(), Date.now());
  if (!said.ok) return problem(c, said.problem, said.problem === "SERVICE.UNAVAILABLE" ? { waitS: 5 } : {});
  c.set("analyst", said.analyst);
  const harmless = /^(?:GET|HEAD)$/.test(c.req.method) || said.analyst.machine;
  return harmless || fromOwnPage(c.req.raw.headers, settings.origin) ? next() : problem(c, "REQUEST.ORIGIN");
});

const kept = v.strictObject({
  title: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80), v.regex(/^\P{Cc}+$/u)),
  sql: v.string(),
  brands: brandList,
});

export const analyst = new Hono<Console>()
  .use("/console/*", signedIn)
  .get("/console", page)
  .get("/console/me", me)
  .get("/console/health", health)
  .post("/console/query", async (c) => {
    if (mediaType(c.req.raw) !== "text/plain") return query(c);
    const body = await readPlain(c);
    return body.ok ? answered(c, c.var.analyst, { sql: body.value }, "engine") : body.response;
  })
  .get("/console/saved", async (c) => {
    const reader = readerOf(c.var.analyst);
    const all = await savedFor(c.env.ANALYTICS_DB, reader);
    return c.json({ object: "list", data: all.map((one) => told(one, reader.name)) });
  })
  .post("/console/saved", (c) => keep(c, `sav_${crypto.randomUUID().replaceAll("-", "")}`, 201))
  .put("/console/saved/:id", async (c) => {
    const id = c.req.param("id");
    const reader = readerOf(c.var.analyst);
    const before = await savedById(c.env.ANALYTICS_DB, reader, id);
    return before?.owner === reader.name ? keep(c, id, 200) : problem(c, "REQUEST.NOT_FOUND");
  })
  .delete("/console/saved/:id", async (c) => {
    const { name, roles } = c.var.analyst;
    const owner = strongest(roles) === "admin" ? undefined : name;
    const gone = await unsave(c.env.ANALYTICS_DB, c.req.param("id"), owner);
    return gone ? c.body(null, 204) : problem(c, "REQUEST.NOT_FOUND");
  })
  .all("/console", notAllowed("GET"))
  .all("/console/me", notAllowed("GET"))
  .all("/console/health", notAllowed("GET"))
  .all("/console/query", notAllowed("POST"))
  .all("/console/saved", notAllowed("GET, POST"))
  .all("/console/saved/:id", notAllowed("PUT, DELETE"));

/** Order systems ask about their own brand, as its analysts do: who asks is in the path, and was authenticated before. */
export const orderSystem = new Hono<{ Bindings: ConsoleEnv }>().post("/:brand/:client", async (c) => {
  const body = await readJson(c, asking);
  if (!body.ok) return body.response;
  const { brand, client } = c.req.param();
  return answered(c, { name: `${brand}/${client}`, roles: { [brand]: "analyst" } }, body.value, body.value.format);
});

async function query(c: Context<Console>): Promise<Response> {
  const body = await readJson(c, asking);
  return body.ok ? answered(c, c.var.analyst, body.value, body.value.format) : body.response;
}

async function page(c: Context<Console>): Promise<Response> {
  const built = await c.env.ASSETS.fetch(new URL("https://assets.invalid/analyst/index.html"));
  if (!built.ok) throw new Error("a built file is missing: run the build");
  const secret = nonce();
  const policy = [
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
  ];
  c.header("content-security-policy", policy.join("; "));
  c.header("cache-control", "no-store");
  return c.html((await built.text()).replaceAll("%NONCE%", secret));
}

function me(c: Context<Console>): Response {
  const { name, roles, expires } = c.var.analyst;
  const ids = Object.keys(roles);
  const brands = ids.flatMap((id) => {
    const pack = brandById(id);
    return pack ? [{ id, name: pack.name, currency: pack.currency, zone: pack.zone, countries: pack.countries }] : [];
  });
  return c.json({
    object: "analyst",
    name,
    role: strongest(roles),
    roles: [...new Set(Object.values(roles))],
    brands,
    zone: brands[0]?.zone,
    engine: consoleConfig(c.env)?.sql ? "engine" : "rollup",
    questions: QUESTIONS,
    expires_at: new Date(expires * 1000).toISOString(),
    server_now: new Date().toISOString(),
  });
}

async function keep(c: Context<Console>, id: string, status: 200 | 201): Promise<Response> {
  const body = await readJson(c, kept);
  if (!body.ok) return body.response;
  const { title, sql, brands: named } = body.value;
  const brands = brandsOf(c.var.analyst, named);
  if (!brands) return problem(c, "ANALYST.FORBIDDEN");
  const tree = parse(sql);
  if (Array.isArray(tree)) return problem(c, "ANALYTICS.SQL_REFUSED", { complaints: tree });
  const owner = c.var.analyst.name;
  const entry: Saved = { id, title, sql, owner, brands, updatedAt: Math.floor(Date.now() / 1000) };
  if (!(await save(c.env.ANALYTICS_DB, entry))) return problem(c, "REQUEST.NOT_FOUND");
  return c.json(told(entry, owner), status);
}

function told({ updatedAt, ...one }: Saved, reader: string) {
  return { ...one, mine: one.owner === reader, updated_at: new Date(updatedAt * 1000).toISOString() };
}

function readerOf({ name, roles }: Analyst) {
  return { name, brands: Object.keys(roles) };
}
