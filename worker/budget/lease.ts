/**
 * What is left of a budget, and for whom it is reserved. Pure. A verification leases its guesses and sends when it
 * opens and settles when it ends, so that a check is one hop; what was never settled counts as used in full.
 */
import type { Ms } from "./limits.ts";

/** Guesses and sends taken by one verification. */
export interface Lease {
  /** The verification; leasing and settling are idempotent by it. */
  id: string;
  at: number;
  guesses: number;
  sends: number;
}

/** What a verification turned out to have used; `presumed` until it says so itself. */
interface Spent extends Lease {
  presumed?: true;
  /** Of the failures in a row, those that came with it; absent where none did, or all were cleared since. */
  failures?: number;
}

/** The row of one customer or one number. */
export interface Budget {
  leases: Lease[];
  spent: Spent[];
  /** Wrong guesses since the last right one, over all verifications, with those that are only presumed. */
  inRow: number;
  /** No lease before this: the stages that the failures in a row have reached, each from when it was. */
  waitUntil: number;
}

/** How much may be used within a rolling window, and in a row. */
export interface Caps {
  window: Ms;
  guesses: number;
  sends: number;
  /** After this long a lease that was not settled counts as used in full: its verification is long over. */
  leaseLife: Ms;
  /** Failures in a row → how long to wait, smallest first. Empty where only the window counts. */
  stages: readonly { failures: number; wait: Ms }[];
  /** Failures in a row that stop until an operator unlocks; Infinity where there is no stop. */
  stop: number;
}

/**
 * `failures` are those in a row; `known` = leased before, `over` = and settled: nothing of it is left to be used, so
 * nobody may open anything on it. `waitMs` is null where only an operator can help.
 */
export type LeaseOutcome =
  | { ok: true; known: boolean; over: boolean; guesses: number; sends: number; failures: number }
  | { ok: false; waitMs: number | null };

/** What a verification used, told when it has ended. */
export interface Usage {
  id: string;
  evaluated: number;
  wrong: number;
  right: boolean;
  sends: number;
}

/** The row of somebody who was never seen. */
export const UNUSED: Budget = { leases: [], spent: [], inRow: 0, waitUntil: 0 };

/** Takes up to `wish` for the verification `wish.id`; the same id is told the same again. */
export function lease(
  before: Budget,
  wish: Pick<Lease, "id" | "guesses" | "sends">,
  caps: Caps,
  now: number,
): { budget: Budget; outcome: LeaseOutcome } {
  const budget = matured(before, caps, now);
  const open = budget.leases.find(({ id }) => id === wish.id);
  const known = open ?? budget.spent.find(({ id }) => id === wish.id);
  if (known) {
    const { guesses, sends } = known;
    return {
      budget,
      outcome: { ok: true, known: true, over: open === undefined, guesses, sends, failures: budget.inRow },
    };
  }
  if (budget.inRow >= caps.stop) return { budget, outcome: { ok: false, waitMs: null } };
  if (now < budget.waitUntil) return { budget, outcome: { ok: false, waitMs: budget.waitUntil - now } };
  const out = total(budget.leases);
  const used = total(budget.spent);
  const guesses = Math.min(
    wish.guesses,
    caps.guesses - used.guesses - out.guesses,
    // Even if everything out is guessed wrong, the stop is not overrun.
    caps.stop - budget.inRow - out.guesses,
  );
  const sends = Math.min(wish.sends, caps.sends - used.sends - out.sends);
  if (guesses <= 0 || sends <= 0)
    return { budget, outcome: { ok: false, waitMs: Math.max(1, freedAt(budget, caps) - now) } };
  return {
    budget: { ...budget, leases: [...budget.leases, { id: wish.id, at: now, guesses, sends }] },
    outcome: { ok: true, known: false, over: false, guesses, sends, failures: budget.inRow },
  };
}

/** Gives back what `usage.id` did not use. Settling twice, or what was never leased, gives `before` itself. */
export function settle(before: Budget, usage: Usage, caps: Caps, now: number): Budget {
  const budget = matured(before, caps, now);
  const { id, evaluated, wrong, sends } = usage;
  const open = budget.leases.find((lease) => lease.id === id);
  const presumed = budget.spent.find((spent) => spent.id === id && spent.presumed);
  if (!open && !presumed) return before;
  // What comes late was used before it was presumed to be: its day and its wait count from there.
  const told: Spent = { id, at: presumed?.at ?? now, guesses: evaluated, sends, ...(wrong > 0 && { failures: wrong }) };
  const row = {
    leases: budget.leases.filter((lease) => lease !== open),
    spent: presumed ? budget.spent.map((spent) => (spent === presumed ? told : spent)) : [...budget.spent, told],
    inRow: budget.inRow - (presumed?.failures ?? 0) + wrong,
  };
  return usage.right ? cleared(row) : waiting(row, caps);
}

/**
 * Counts one send that no verification has leased, under a `name` that is good for one a window. Undefined where that was
 * used, or no send is left.
 */
export function once(before: Budget, name: string, caps: Caps, now: number): Budget | undefined {
  const budget = matured(before, caps, now);
  const { leases, spent } = budget;
  const left = caps.sends - total([...leases, ...spent]).sends;
  if (left <= 0 || spent.some(({ id }) => id === name)) return undefined;
  return { ...budget, spent: [...spent, { id: name, at: now, guesses: 0, sends: 1 }] };
}

/** Lifts waits and the stop, also those of what was never settled; what was used within the window stays used. */
export function unlocked(before: Budget, caps: Caps, now: number): Budget {
  return cleared(matured(before, caps, now));
}

/** When nothing of the row counts any more; Infinity while failures in a row are remembered. */
export function idleFrom({ inRow, leases, spent, waitUntil }: Budget, { window, leaseLife }: Caps): number {
  if (inRow > 0) return Number.POSITIVE_INFINITY;
  return Math.max(waitUntil, ...leases.map(({ at }) => at + leaseLife + window), ...spent.map(({ at }) => at + window));
}

/** The row as `now` sees it: the window moves, and leases that nobody settled in time count as used in full. */
function matured(budget: Budget, caps: Caps, now: number): Budget {
  const dead = budget.leases.filter(({ at }) => now >= at + caps.leaseLife);
  // Their day and their wait begin when they were given up, not when somebody looks: until then they may have been used.
  const presumed = dead.map((l): Spent => ({ ...l, at: l.at + caps.leaseLife, presumed: true, failures: l.guesses }));
  const row = {
    ...budget,
    leases: budget.leases.filter((l) => !dead.includes(l)),
    spent: [...budget.spent, ...presumed].filter(({ at }) => now < at + caps.window),
    inRow: budget.inRow + total(dead).guesses,
  };
  return dead.length > 0 ? waiting(row, caps) : row;
}

/** No failures in a row any more, wherever they came from. */
function cleared({ leases, spent }: Pick<Budget, "leases" | "spent">): Budget {
  return { leases, spent: spent.map(({ failures: _, ...s }) => s), inRow: 0, waitUntil: 0 };
}

/** The row with the waits that its failures have begun: told again from all that counts, since a late word takes some back. */
function waiting(row: Omit<Budget, "waitUntil">, { stages }: Caps): Budget {
  // Failures older than the window are over with their waits: none of those is longer.
  let failures = row.spent.reduce((left, spent) => left - (spent.failures ?? 0), row.inRow);
  let waitUntil = 0;
  for (const spent of row.spent) {
    const before = failures;
    failures += spent.failures ?? 0;
    const crossed = stages.filter((stage) => before < stage.failures && failures >= stage.failures);
    waitUntil = Math.max(waitUntil, ...crossed.map(({ wait }) => spent.at + wait));
  }
  return { ...row, waitUntil };
}

/** When the oldest thing that counts stops counting. */
function freedAt({ spent, leases }: Budget, { window, leaseLife }: Caps): number {
  return Math.min(...spent.map(({ at }) => at + window), ...leases.map(({ at }) => at + leaseLife));
}

function total(leases: readonly Lease[]): { guesses: number; sends: number } {
  return {
    guesses: leases.reduce((sum, l) => sum + l.guesses, 0),
    sends: leases.reduce((sum, l) => sum + l.sends, 0),
  };
}
