/** When a verification has to wake next, and when it may be forgotten. Pure. */
import { hours, KEPT } from "../budget/limits.ts";
import type { Final } from "../budget/order.ts";
import { pending, REPLAYABLE } from "../webhooks/outbox.ts";
import type { Record } from "./record.ts";
import { finality, live, redeemable } from "./state.ts";
import { uncounted } from "./tally.ts";

/** What ledgers or log still have to be told waits for them this long after the end. */
const PATIENCE = hours(24 * 7);

/** Whether what was leased can be given back: nothing more will be guessed or sent, and the approval is used or gone. */
export function settleable(r: Record): boolean {
  return r.leases !== null && !live(r.status) && !redeemable(r.status);
}

/** What the order's ledger still has to be told: that `r` stands for its order for good, and how. */
export function untold(r: Record): Final | undefined {
  const final = finality(r.status, r.reason);
  return final === r.told ? undefined : final;
}

/** Whether the ledgers or the brand's board still have to be told something. */
export function unfinished(r: Record): boolean {
  return pressing(r) || uncounted(r);
}

function pressing(r: Record): boolean {
  return settleable(r) || untold(r) !== undefined || r.outbox.some(({ logged }) => !logged);
}

/** Until when the record has to be kept at least: it stays readable a day, and what is on its way needs it. */
export function keptUntil(r: Record): number {
  if (r.endedAt === null) return Number.POSITIVE_INFINITY;
  const deliveries = r.outbox.flatMap((event) => event.deliveries);
  return Math.max(
    // Nothing is kept for a counter.
    r.endedAt + (pressing(r) ? PATIENCE : KEPT),
    ...deliveries.flatMap(({ diedAt }) => (diedAt === null ? [] : diedAt + REPLAYABLE)),
  );
}

/** Whether nothing is left to do or to ask for. A delivery that is still due, however late, is made first. */
export function forgettable(r: Record, now: number): boolean {
  return now >= keptUntil(r) && pending(r).length === 0;
}

/** When the object must wake next; never in the past, so that one wake is enough for all that is due. */
export function wakeAt(r: Record, now: number): number {
  const steps = pending(r);
  // After a redemption the ledgers can wait for the alarm that is set for the step's end anyway; it was settled already.
  if (pressing(r)) steps.push(r.status === "redeemed" ? Math.max(r.errandsFrom, r.expiresAt) : r.errandsFrom);
  // So can the counters, always.
  if (uncounted(r)) steps.push(Math.max(r.errandsFrom, r.expiresAt));
  if (live(r.status)) steps.push(r.expiresAt);
  // A read decides a lapse to the second; to tell of it, the alarm that is set for the step's end anyway is soon enough.
  if (redeemable(r.status)) steps.push(Math.max(r.redeemBy ?? 0, r.expiresAt));
  // Deliveries decide first: they have an end of their own, and while one is out nothing can be forgotten.
  if (r.endedAt !== null && pending(r).length === 0) steps.push(keptUntil(r));
  return steps.length === 0 ? now + KEPT : Math.max(now, Math.min(...steps));
}
