/** `x-correlator`, as CAMARA defines it. */
import { createMiddleware } from "hono/factory";

/** CAMARA common, `XCorrelator`. */
const FORM = /^[a-zA-Z0-9-_:;./<>{}]{1,256}$/;

/** The caller's, if it has the form of one, or a fresh one. */
export function correlatorOf(headers: Headers): string {
  const given = headers.get("x-correlator");
  return given && FORM.test(given) ? given : crypto.randomUUID();
}

/** Sets `correlator` and answers with it, so that a call can be found in both sides' logs. */
export const correlated = createMiddleware<{ Variables: { correlator: string } }>(async function correlated(c, next) {
  c.set("correlator", correlatorOf(c.req.raw.headers));
  await next();
  c.res.headers.set("x-correlator", c.get("correlator"));
});
