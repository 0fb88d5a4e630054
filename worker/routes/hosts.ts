/** Which of our hosts a request is for; everything else of the request's address is ignored. */
import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { type Brand, type BrandHost, brandByHost } from "../brands/brand.ts";
import { config } from "../config.ts";
import { problem } from "../problem.ts";

/** Where a request has come in: the API host, one of a brand's, or the analysts'. */
type Place = "api" | "analyst" | BrandHost;

/** `origin` is that of the host asked, from configuration. */
export type Hosted = {
  Bindings: Env;
  Variables: { place: Place; brand: Brand; origin: string; correlator?: string };
};

/**
 * Admits requests to an exact host of this deployment: no user info, no other port, no suffix, no default.
 * Anything else is 421 without a brand. An alias is sent on to the brand's own host (308).
 */
export const knownHost = createMiddleware<Hosted>(async function knownHost(c, next) {
  const settings = config(c.env);
  const url = new URL(c.req.url);
  const host = url.hostname.replace(/\.$/, "") + (url.port && `:${url.port}`);
  const analyst = host === settings.console?.host ? "analyst" : undefined;
  const place = host === settings.apiHost ? "api" : (brandByHost(settings, host) ?? analyst);
  if (!place || url.username || url.password) return problem(c, "REQUEST.HOST");
  if (typeof place !== "string" && place.serves === "alias") return c.redirect(place.origin + url.pathname, 308);
  if (place === "analyst" && url.pathname === "/") return c.redirect("/console", 302);
  c.set("place", place);
  return next();
});

/** Only on the API host; elsewhere the path does not exist. */
export const onApiHost: MiddlewareHandler = async function onApiHost(c, next) {
  return c.get("place") === "api" ? next() : problem(c, "REQUEST.NOT_FOUND");
};

/** Only on the analysts' host, which no brand shares; sets `origin`. */
export const onAnalystHost = createMiddleware<Hosted>(async function onAnalystHost(c, next) {
  const { console: settings } = config(c.env);
  if (c.var.place !== "analyst" || !settings) return problem(c, "REQUEST.NOT_FOUND");
  c.set("origin", settings.origin);
  return next();
});

/** Only on the host of a brand's step; sets `brand` and `origin`. */
export const onBrandHost = brandHost("step");

/** Only where a brand's deny link may lead: its own short host, or the step's. */
export const onDenyHost = brandHost("step", "deny");

function brandHost(...serving: ("step" | "deny")[]) {
  return createMiddleware<Hosted>(async function onHost(c, next) {
    const { place } = c.var;
    if (typeof place === "string" || !serving.some((one) => one === place.serves))
      return problem(c, "REQUEST.NOT_FOUND");
    c.set("brand", place.brand);
    c.set("origin", place.origin);
    return next();
  });
}

/**
 * Admits a state change only from our own page (requirement H8): `Origin` must be that of this host; where a browser
 * sends none, `Sec-Fetch-Site` must say `same-origin`; neither is a refusal.
 */
export const ownOrigin = createMiddleware<Hosted>(async function ownOrigin(c, next) {
  const origin = c.req.header("origin");
  const same = origin === undefined ? c.req.header("sec-fetch-site") === "same-origin" : origin === c.var.origin;
  return same ? next() : problem(c, "REQUEST.ORIGIN");
});
