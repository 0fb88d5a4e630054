import { type Budget, idleFrom, type LeaseOutcome, lease, once, settle, UNUSED, type Usage } from "./lease.ts";
import { Ledger, type Moved } from "./ledger.ts";
import { hours, type Limits, NUMBER_CAPS } from "./limits.ts";

/** All that is kept of one number over its verifications, of every brand. */
export interface NumberRow {
  budget: Budget;
  /** Verifications that can still be denied by a reply from this number, per brand. */
  live: { brand: string; id: string; at: number }[];
}

/** Step, redeem window and hold window together, with room to spare. */
const DENIABLE = hours(4);

/** Numbers and their budgets over all brands, one of 256 fixed shards; a row per HMAC(platform pepper, E.164). */
export class NumberLedger extends Ledger<NumberRow> {
  /** Leases for a verification about to open. The same id is told the same again. */
  lease(
    number: string,
    of: { id: string; brand: string; limits: Pick<Limits, "guesses" | "sends"> },
  ): LeaseOutcome | Moved<NumberRow> {
    const now = Date.now();
    const found = this.find(number, now);
    if (found.moved !== undefined) return found;
    const before = found.row ?? { budget: UNUSED, live: [] };
    const { guesses, sends } = of.limits;
    const { budget, outcome } = lease(before.budget, { id: of.id, guesses, sends }, NUMBER_CAPS, now);
    const live = before.live.filter(({ id, at }) => id !== of.id && now < at + DENIABLE);
    if (outcome.ok) this.put(number, { budget, live: [...live, { brand: of.brand, id: of.id, at: now }] });
    return outcome;
  }

  /** Takes back what a verification did not use. False where this shard does not know the number. */
  settle(number: string, usage: Usage): boolean | Moved<NumberRow> {
    const now = Date.now();
    const found = this.find(number, now);
    if (found.moved !== undefined) return found;
    const { row } = found;
    const budget = row && settle(row.budget, usage, NUMBER_CAPS, now);
    // Where no text left there is none to reply to: opened and left a thousand times, they would drown the one that is live.
    const live = row?.live.filter(({ id }) => usage.sends > 0 || id !== usage.id) ?? [];
    if (budget && budget !== row.budget) this.put(number, { budget, live });
    return row !== undefined;
  }

  /**
   * Takes back what a verification did not use, as `settle` does, and counts one notice to the number's holder among its
   * sends. False where there was one within the day, of whichever brand, where no send is left, or where this shard does not
   * know the number. Who is not answered must not ask again for the same notice: it is counted.
   */
  notice(number: string, usage: Usage): boolean | Moved<NumberRow> {
    const now = Date.now();
    const found = this.find(number, now);
    if (found.moved !== undefined) return found;
    const { row } = found;
    const budget = row && once(settle(row.budget, usage, NUMBER_CAPS, now), "notice", NUMBER_CAPS, now);
    if (budget) this.put(number, { ...row, budget });
    return budget !== undefined;
  }

  /** The brand's verifications of this number that a reply may still stop. */
  deniable(number: string, brand: string): string[] | Moved<NumberRow> {
    const now = Date.now();
    const found = this.find(number, now);
    if (found.moved !== undefined) return found;
    return (found.row?.live ?? [])
      .filter((entry) => entry.brand === brand && now < entry.at + DENIABLE)
      .map(({ id }) => id);
  }

  protected override neededUntil({ budget, live }: NumberRow, now: number): number {
    const idle = idleFrom(budget, NUMBER_CAPS);
    const counters = Number.isFinite(idle) ? idle : now + hours(48);
    return Math.max(counters, ...live.map(({ at }) => at + DENIABLE), now);
  }
}
