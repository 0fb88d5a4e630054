/** `x-correlator`, as CAMARA defines it: the caller's, if it has the form of one, or a fresh one. */
import { createMiddleware } from "hono/factory";

/** CAMARA common, `XCorrelator`. */
const FORM = /^[a-zA-Z0-9-_:;./<>{}]{1,256}$/;

/** Sets `correlator` and answers with it, so that a call can be found in both sides' logs. */
export const correlated = createMiddleware<{ Variables: { correlator: string } }>(async function correlated(c, next) {
  const given = c.req.header("x-correlator");
  c.set("correlator", given && FORM.test(given) ? given : crypto.randomUUID());
  await next();
  c.res.headers.set("x-correlator", c.get("correlator"));
});
