import { Ledger } from "./ledger.ts";
import { hours } from "./limits.ts";

/** What a deny token leads to. */
export interface DenyTarget {
  brand: string;
  verification: string;
}

/** Step (30 min), redeem window (30 min) and hold window (2 h): no link outlives all three. */
const LINK_LIFE = hours(3);

/**
 * The "not my order" links, one of 256 fixed shards; a row per hash of a link's token, until nothing can be stopped any
 * more. Shards like the other ledgers: an object per link would be one more to make on the path of every first SMS.
 */
export class DenyLink extends Ledger<DenyTarget> {
  /** Points a link at a verification. False where it already leads to another one: that token must not be sent. */
  point(link: string, target: DenyTarget): boolean {
    const held = this.get(link, Date.now());
    if (held && (held.verification !== target.verification || held.brand !== target.brand)) return false;
    this.put(link, target);
    return true;
  }

  /** Where a link leads; undefined where it never did, or does not any more. */
  target(link: string): DenyTarget | undefined {
    return this.get(link, Date.now());
  }

  protected override neededUntil(_target: DenyTarget, now: number): number {
    return now + LINK_LIFE;
  }
}
