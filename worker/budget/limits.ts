/** Every limit of a verification: its default, its hard bound, and how a brand may tighten it. Pure. */

import type { Caps } from "./lease.ts";

/** A duration in milliseconds. */
export type Ms = number & { readonly unit: "ms" };

/** `n` seconds. */
export const seconds = (n: number): Ms => (n * 1000) as Ms;
/** `n` minutes. */
export const minutes = (n: number): Ms => seconds(n * 60);
/** `n` hours. */
export const hours = (n: number): Ms => minutes(n * 60);

/** A code lives at most this long after its first send, whatever is resent (NIST SP 800-63B-4 3.1.3.2). */
export const CODE_LIFE_MAX = minutes(10);
/** A step lives at most this long, however often it is resumed. */
export const STEP_LIFE_MAX = minutes(30);
/** A send that was never settled counts as sent after this long: its fate is unknown, not undone. */
export const SETTLE_AFTER = seconds(15);
/** A verification stays readable this long after its end, and an idempotency key after its first use. */
export const KEPT = hours(24);
/** Anything that is kept of a verification (the brand's log of its events, 30 days) is gone after this long, and found until then. */
export const FINDABLE = hours(24 * 31);
/** The window of every daily budget, rolling. */
export const DAY = hours(24);
/** After an approval, how long the recipient's "not my order" still takes it back. */
export const HOLD_WINDOW = hours(2);

/** Customer: guesses and sends a day, growing waits, and the stop that only an operator lifts (NIST SP 800-63B-4 3.2.2 allows 100). */
export const CUSTOMER_CAPS: Caps = {
  window: DAY,
  guesses: 10,
  sends: 6,
  leaseLife: hours(1),
  stages: [
    { failures: 5, wait: minutes(15) },
    { failures: 10, wait: hours(1) },
    ...[15, 20, 25].map((failures) => ({ failures, wait: hours(24) })),
  ],
  stop: 30,
};
/** Failures in a row from which a block is announced: one stage before the stop (RTS (EU) 2018/389 art. 4(4)). */
export const LAST_STAGE = 25;
/** Number, over all brands. */
export const NUMBER_CAPS: Caps = {
  window: DAY,
  guesses: 15,
  sends: 10,
  leaseLife: hours(1),
  stages: [],
  stop: Number.POSITIVE_INFINITY,
};

/** How often a gateway may refuse before the verification ends as `gateway_failed`. */
export const REFUSALS_MAX = 5;

/** What a brand pack may say about limits; absent members take the default. */
export interface LimitWishes {
  guesses?: number | undefined;
  sends?: number | undefined;
  resend_waits_s?: readonly number[] | undefined;
  code_ttl_s?: number | undefined;
  step_ttl_s?: number | undefined;
  redeem_window_s?: number | undefined;
  verifications_per_order?: number | undefined;
}

export interface Limits {
  /** Wrong guesses over all sends. */
  guesses: number;
  sends: number;
  /** Wait before send 2, 3, ...; the last one repeats. */
  resendWaits: readonly Ms[];
  codeTtl: Ms;
  stepTtl: Ms;
  redeemWindow: Ms;
  verificationsPerOrder: number;
}

/** The limits in force for a brand: its wishes inside the hard bounds, defaults elsewhere. */
export function limitsOf(wishes: LimitWishes = {}): Limits {
  return {
    guesses: within(wishes.guesses, 5, 1, 5),
    sends: within(wishes.sends, 3, 1, 5),
    resendWaits: (wishes.resend_waits_s ?? [30, 60, 120]).map((s) => seconds(within(s, 30, 20, 600))),
    codeTtl: seconds(within(wishes.code_ttl_s, 300, 120, 600)),
    stepTtl: seconds(within(wishes.step_ttl_s, 900, 120, 1800)),
    redeemWindow: seconds(within(wishes.redeem_window_s, 300, 30, 1800)),
    verificationsPerOrder: within(wishes.verifications_per_order, 3, 1, 5),
  };
}

function within(wish: number | undefined, fallback: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, wish ?? fallback));
}
