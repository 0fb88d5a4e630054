import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hours, type LimitWishes, limitsOf, minutes, seconds } from "../../worker/budget/limits.ts";

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
