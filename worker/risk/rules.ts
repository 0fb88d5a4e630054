/** What the evidence says before anything is sent. Pure. */
import type { Decision, Order } from "../contract.ts";

/** What is known about the number and the order; undefined is "unknown", which is never "fine". */
export interface Evidence {
  category: Order["category"];
  /** Milliseconds since the authority's number changed. */
  numberAgeMs: number | undefined;
}

const DENY_BELOW_MS = 24 * 3_600_000;
const REVIEW_BELOW_MS = 72 * 3_600_000;

/**
 * The decision on one order. A number that changed within a day may be the thief's own: no hardware on it;
 * within three days the brand should look (NIST SP 800-63B-4 3.1.3.3, 4.1.2).
 */
export function decide({ category, numberAgeMs }: Evidence): Decision {
  if (numberAgeMs === undefined) return { action: "allow", reasons: ["number.age_unknown"] };
  if (numberAgeMs < DENY_BELOW_MS)
    return { action: category === "hardware" ? "deny" : "review", reasons: ["number.changed_24h"] };
  if (numberAgeMs < REVIEW_BELOW_MS) return { action: "review", reasons: ["number.changed_72h"] };
  return { action: "allow", reasons: [] };
}
