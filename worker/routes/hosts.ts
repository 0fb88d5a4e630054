/** Which of our hosts a request is for; everything else of the request's address is ignored. */
import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { type Brand, type BrandHost, brandByHost } from "../brands/brand.ts";
import { config } from "../config.ts";
import { problem } from "../problem.ts";

/** No host of ours, nor of anybody (RFC 6761): what the console's Worker is asked for an order system is asked there. */
export const ORDER_SYSTEMS = "order-systems.invalid";

/** Where a request has come in: the API host, one of a brand's, or the analysts'. */
type Place = "api" | "analyst" | BrandHost;

/** `origin` is that of the host asked, from configuration. */
export type Hosted = {
  Bindings: Env;
  Variables: { place: Place; brand: Brand; origin: string; correlator?: string };
};

/** The place a request's address names exactly: no user info, no other port, no suffix, no default. */
export function placeOf(env: Env, { hostname, port, username, password }: URL): Place | undefined {
  const settings = config(env);
  if (username || password) return undefined;
  const host = hostname.replace(/\.$/, "") + (port && `:${port}`);
  if (host === settings.apiHost) return "api";
  return brandByHost(settings, host) ?? (host === settings.analystHost ? "analyst" : undefined);
}

/** Admits requests to a place of this deployment; anything else is 421 without a brand. An alias is sent on to the brand's own host (308). */
export const knownHost = createMiddleware<Hosted>(async function knownHost(c, next) {
  const url = new URL(c.req.url);
  const place = placeOf(c.env, url);
  if (!place) return problem(c, "REQUEST.HOST");
  if (typeof place !== "string" && place.serves === "alias") return c.redirect(place.origin + url.pathname, 308);
  if (place === "analyst" && url.pathname === "/") return c.redirect("/console", 302);
  // The router lets one slash more pass, which would be a second address of everything.
  if (/.\/$/.test(c.req.path)) return problem(c, "REQUEST.NOT_FOUND");
  c.set("place", place);
  return next();
});

/** Only on the API host; elsewhere the path does not exist. */
export const onApiHost: MiddlewareHandler = async function onApiHost(c, next) {
  return c.get("place") === "api" ? next() : problem(c, "REQUEST.NOT_FOUND");
};

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
 * Whether a call comes from our own page on the host of `origin` (requirement H8): `Origin` must be that; where a browser
 * sends none, `Sec-Fetch-Site` must say `same-origin`; neither is a refusal.
 */
export function fromOwnPage(headers: Headers, origin: string): boolean {
  const said = headers.get("origin");
  return said === null ? headers.get("sec-fetch-site") === "same-origin" : said === origin;
}

/** Admits a state change only from our own page. */
export const ownOrigin = createMiddleware<Hosted>(async function ownOrigin(c, next) {
  return fromOwnPage(c.req.raw.headers, c.var.origin) ? next() : problem(c, "REQUEST.ORIGIN");
});
