import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hours, type LimitWishes, limitsOf, minutes, seconds } from "../../worker/budget/limits.ts";
import app from "../../worker/index.ts";

/** What a brand's host says of itself to order systems. */
async function published(brand: string) {
  const request = new Request(`http://${brand}.localhost:8787/.well-known/checkout-verification`);
  const answer = await app.fetch(request, env, createExecutionContext());
  return answer.json<{ digits: number; limits: object; verdict: object; problems: { code: string }[] }>();
}

describe("the limits of a brand", () => {
  it("are those that are published where it wishes for nothing", () => {
    expect(limitsOf()).toEqual({
      guesses: 5,
      sends: 3,
      resendWaits: [seconds(30), seconds(60), seconds(120)],
      codeTtl: minutes(5),
      stepTtl: minutes(15),
      redeemWindow: minutes(5),
      verificationsPerOrder: 3,
    });
  });

  it("are told to order systems, those of customer and number too, and how long a key is kept", async () => {
    const { limits, verdict, digits, problems } = await published("tindra");
    const waits = [[5, 900], [10, 3600], ...[15, 20, 25].map((failures) => [failures, 86_400])].map(
      ([failures_in_a_row, wait_s]) => ({ failures_in_a_row, wait_s }),
    );
    expect({ digits, ...limits, ...verdict }).toEqual({
      ...{ digits: 6, alg: "ES256", typ: "verdict+jwt", max_age_s: 300 },
      ...{ guesses: 5, sends: 3, resend_waits_s: [30, 60, 120], code_ttl_s: 300, step_ttl_s: 900 },
      ...{ verifications_per_order: 3, idempotency_key_ttl_s: 86_400, body_bytes: 8192, hold_window_s: 7200 },
      customer: { window_s: 86_400, guesses: 10, sends: 6, waits, stop_at_failures_in_a_row: 30 },
      number_over_all_brands: { window_s: 86_400, guesses: 15, sends: 10 },
    });
    expect(problems.map(({ code }) => code)).toContain("VERIFICATION.CODE_WRONG");
    expect((await published("rimal")).limits).toMatchObject({ sends: 2, step_ttl_s: 600 });
  });

  it("stay within the hard bounds, whatever it wishes for", () => {
    const wish = fc.option(fc.oneof(fc.integer(), fc.integer({ min: -10, max: 4_000 })), { nil: undefined });
    const wishes: fc.Arbitrary<LimitWishes> = fc.record({
      ...{ guesses: wish, sends: wish, code_ttl_s: wish, step_ttl_s: wish, redeem_window_s: wish },
      verifications_per_order: wish,
      resend_waits_s: fc.option(fc.array(fc.integer({ min: -10, max: 4_000 }), { minLength: 1 }), { nil: undefined }),
    });
    const bounds = (value: number, least: number, most: number) => {
      expect(value).toBeGreaterThanOrEqual(least);
      expect(value).toBeLessThanOrEqual(most);
    };
    fc.assert(
      fc.property(wishes, (wished) => {
        const limits = limitsOf(wished);
        bounds(limits.guesses, 1, 5);
        bounds(limits.sends, 1, 5);
        for (const wait of limits.resendWaits) bounds(wait, seconds(20), hours(1));
        bounds(limits.codeTtl, minutes(2), minutes(10));
        bounds(limits.stepTtl, minutes(2), minutes(30));
        bounds(limits.redeemWindow, seconds(30), minutes(30));
        bounds(limits.verificationsPerOrder, 1, 5);
      }),
      { numRuns: 500 },
    );
  });
});
