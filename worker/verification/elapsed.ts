/** What time alone decides. Pure. Every read asks, so that no alarm has to come on time. */
import { SETTLE_AFTER } from "../budget/limits.ts";
import type { Due, Record } from "./record.ts";
import { live, redeemable } from "./state.ts";

/** The move that time has made on `r` by `now`; undefined where it has made none. */
export function elapsed(r: Record, now: number): Due | undefined {
  if (live(r.status) && now >= r.expiresAt) return expired(r);
  if (redeemable(r.status) && r.redeemBy !== null && now >= r.redeemBy)
    return { move: "lapse", reason: "not_redeemed", at: r.redeemBy };
  const last = r.sends.at(-1);
  // A send that nobody settled: the Worker died in between. Counted, and the SMS may well be there.
  if (r.status === "created" && last?.fate === "reserved" && now >= last.at + SETTLE_AFTER)
    return { move: "send", reason: null, at: now };
  return undefined;
}

function expired({ sends, refusals, refusedFor, browser, expiresAt: at }: Record): Due {
  if (sends.length > 0) return { move: "expire", reason: "expired_unentered", at };
  if (refusals > 0) return { move: "error", reason: refusedFor, at };
  return { move: "expire", reason: browser === null ? "expired_unopened" : "expired_unentered", at };
}
