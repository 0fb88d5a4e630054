/** What anybody may know of a brand's step: keys, limits, problem codes. */
import { Hono } from "hono/tiny";
import type { Caps } from "../budget/lease.ts";
import { CUSTOMER_CAPS, HOLD_WINDOW, limitsOf, NUMBER_CAPS } from "../budget/limits.ts";
import { config } from "../config.ts";
import { catalogue, problem } from "../problem.ts";
import { publicKeys } from "../verification/jws.ts";
import { acceptable } from "./accept.ts";
import { type Hosted, onBrandHost } from "./hosts.ts";
import { notAllowed } from "./reach.ts";

export const wellKnown = new Hono<Hosted>()
  .use("/.well-known/*", onBrandHost, acceptable("application/json", "application/jwk-set+json"))
  .get("/.well-known/jwks.json", (c) => {
    const secrets = config(c.env).secrets(c.var.brand.pack.id);
    if (!secrets) return problem(c, "BRAND.UNAVAILABLE", { waitS: 60 });
    return c.json(publicKeys(secrets.signing), 200, {
      "cache-control": "public, max-age=300",
      "content-type": "application/jwk-set+json",
    });
  })
  .get("/.well-known/checkout-verification", (c) => {
    const { pack, stepOrigin } = c.var.brand;
    const limits = limitsOf(pack.limits);
    return c.json(
      {
        issuer: stepOrigin,
        jwks_uri: `${stepOrigin}/.well-known/jwks.json`,
        openapi: `${config(c.env).apiOrigin}/openapi.json`,
        verdict: { alg: "ES256", typ: "verdict+jwt", max_age_s: limits.redeemWindow / 1000 },
        locales: pack.locales,
        digits: pack.policy.digits,
        limits: {
          guesses: limits.guesses,
          sends: limits.sends,
          resend_waits_s: limits.resendWaits.map((wait) => wait / 1000),
          code_ttl_s: limits.codeTtl / 1000,
          step_ttl_s: limits.stepTtl / 1000,
          verifications_per_order: limits.verificationsPerOrder,
          customer: budget(CUSTOMER_CAPS),
          number_over_all_brands: budget(NUMBER_CAPS),
          hold_window_s: HOLD_WINDOW / 1000,
          idempotency_key_ttl_s: 86_400,
          body_bytes: 8192,
        },
        problems: catalogue(),
      },
      200,
      { "cache-control": "public, max-age=300" },
    );
  })
  .all("/.well-known/jwks.json", notAllowed("GET"))
  .all("/.well-known/checkout-verification", notAllowed("GET"));

/** A budget in words: how much within which time, and what failures in a row come to. */
function budget({ window, guesses, sends, stages, stop }: Caps) {
  const waits = stages.map(({ failures, wait }) => ({ failures_in_a_row: failures, wait_s: wait / 1000 }));
  const inRow = { waits, stop_at_failures_in_a_row: stop };
  return { window_s: window / 1000, guesses, sends, ...(waits.length > 0 && inRow) };
}
