import { type Budget, idleFrom, type LeaseOutcome, lease, settle, UNUSED, type Usage, unlocked } from "./lease.ts";
import { Ledger, type Moved } from "./ledger.ts";
import { CUSTOMER_CAPS, FINDABLE, hours, type Limits } from "./limits.ts";

/** All that is kept of one customer over their verifications. */
export interface CustomerRow {
  budget: Budget;
  /** Verifications of this customer and keyed names of their orders, newest last: for erasure and export. */
  index: { id: string; order: string; at: number }[];
  /** Who lifted a stop, when and why; newest last. */
  unlocks: { at: number; by: string; reason: string }[];
}

/** Newest verifications an index names; no customer comes near it. */
const INDEX_MAX = 500;
/** Failures in a row outlive the days: an attacker who waits finds them where they were. */
const FAILURES_LIFE = hours(24 * 400);

const NOBODY: CustomerRow = { budget: UNUSED, index: [], unlocks: [] };

/** Customers of a brand and their budgets, one of 256 fixed shards; a row per HMAC(brand pepper, customer ref). */
export class CustomerLedger extends Ledger<CustomerRow> {
  /** Leases for a verification about to open, and remembers it, refused ones too. The same id is told the same again. */
  lease(
    customer: string,
    of: { id: string; order: string; limits: Pick<Limits, "guesses" | "sends"> },
  ): LeaseOutcome | Moved<CustomerRow> {
    const now = Date.now();
    const found = this.find(customer, now);
    if (found.moved !== undefined) return found;
    const before = found.row ?? NOBODY;
    const { guesses, sends } = of.limits;
    const { budget, outcome } = lease(before.budget, { id: of.id, guesses, sends }, CUSTOMER_CAPS, now);
    const known = before.index.some(({ id }) => id === of.id);
    if (outcome.ok || !known) this.put(customer, { ...before, budget, index: indexed(before, of, now) });
    return outcome;
  }

  /** Remembers a verification that leases nothing, so that an export and an erasure find it. */
  remember(customer: string, of: { id: string; order: string }): Moved<CustomerRow> | undefined {
    const now = Date.now();
    const found = this.find(customer, now);
    if (found.moved !== undefined) return found;
    const before = found.row ?? NOBODY;
    this.put(customer, { ...before, index: indexed(before, of, now) });
    return undefined;
  }

  /** Takes back what a verification did not use. False where this shard does not know the customer. */
  settle(customer: string, usage: Usage): boolean | Moved<CustomerRow> {
    const now = Date.now();
    const found = this.find(customer, now);
    if (found.moved !== undefined) return found;
    const { row } = found;
    const budget = row && settle(row.budget, usage, CUSTOMER_CAPS, now);
    // Whoever is told twice writes once.
    if (budget && budget !== row.budget) this.put(customer, { ...row, budget });
    return row !== undefined;
  }

  /** Lifts a customer's waits and stop; what was used within the day stays used. */
  unlock(customer: string, by: string, reason: string): { failures: number } | Moved<CustomerRow> {
    const now = Date.now();
    const found = this.find(customer, now);
    if (found.moved !== undefined) return found;
    const before = found.row ?? NOBODY;
    const unlocks = [...before.unlocks.slice(-9), { at: now, by, reason }];
    this.put(customer, { ...before, budget: unlocked(before.budget, CUSTOMER_CAPS, now), unlocks });
    return { failures: before.budget.inRow };
  }

  /** All that is kept of the customer here; nothing of a stranger. */
  read(customer: string): CustomerRow | Moved<CustomerRow> {
    const found = this.find(customer, Date.now());
    return found.moved !== undefined ? found : (found.row ?? NOBODY);
  }

  /**
   * Forgets that there were these verifications and, of somebody who is erased `whole`, who lifted which stop. The
   * bare counters live on until their windows close. One that was opened meanwhile stays known, so that it is found.
   */
  erase(customer: string, ids: readonly string[], whole: boolean): Moved<CustomerRow> | undefined {
    const found = this.find(customer, Date.now());
    if (found.moved !== undefined) return found;
    const { row } = found;
    if (!row) return undefined;
    const index = row.index.filter(({ id }) => !ids.includes(id));
    this.put(customer, { ...row, index, unlocks: whole ? [] : row.unlocks });
    return undefined;
  }

  protected override neededUntil({ budget, index, unlocks }: CustomerRow, now: number): number {
    const idle = idleFrom(budget, CUSTOMER_CAPS);
    const counters = Number.isFinite(idle) ? idle : now + FAILURES_LIFE;
    return Math.max(
      counters,
      ...index.map(({ at }) => at + FINDABLE),
      ...unlocks.map(({ at }) => at + FAILURES_LIFE),
      now,
    );
  }
}

function indexed(
  { index }: Pick<CustomerRow, "index">,
  { id, order }: { id: string; order: string },
  now: number,
): CustomerRow["index"] {
  const others = index.filter((entry) => entry.id !== id && now < entry.at + FINDABLE);
  return [...others.slice(1 - INDEX_MAX), { id, order, at: now }];
}
