/** Which of our hosts a request is for; everything else of the request's address is ignored. */
import { createMiddleware } from "hono/factory";
import { type Brand, brandByHost } from "../brands/brand.ts";
import { config } from "../config.ts";
import { problem } from "../problem.ts";

export type Hosted = { Bindings: Env; Variables: { brand: Brand } };

/**
 * Admits requests to an exact host of this deployment: no user info, no other port, no suffix, no default.
 * Anything else is 421 without a brand. An alias is sent on to the brand's own host (308).
 */
export const knownHost = createMiddleware<{ Bindings: Env }>(async function knownHost(c, next) {
  const settings = config(c.env);
  const url = new URL(c.req.url);
  const hostname = url.hostname.replace(/\.$/, "");
  if (url.username || url.password) return problem(c, "REQUEST.HOST");
  const api = new URL(settings.apiOrigin);
  if (hostname === api.hostname && url.port === api.port) return next();
  const found = brandByHost(settings, hostname);
  if (!found || url.port !== new URL(found.brand.stepOrigin).port) return problem(c, "REQUEST.HOST");
  if (found.alias) return c.redirect(found.brand.stepOrigin + url.pathname, 308);
  return next();
});

/** Only on the API host; elsewhere the path does not exist. */
export const onApiHost = createMiddleware<{ Bindings: Env }>(async function onApiHost(c, next) {
  const { hostname } = new URL(c.req.url);
  if (hostname.replace(/\.$/, "") !== new URL(config(c.env).apiOrigin).hostname) return problem(c, "REQUEST.NOT_FOUND");
  return next();
});

/** Only on a brand's host; sets `brand`. */
export const onBrandHost = createMiddleware<Hosted>(async function onBrandHost(c, next) {
  const found = brandByHost(config(c.env), new URL(c.req.url).hostname.replace(/\.$/, ""));
  if (!found) return problem(c, "REQUEST.NOT_FOUND");
  c.set("brand", found.brand);
  return next();
});
