/** The brand's policy on proof: which orders are too small to ask for one. Pure. */
import type { BrandPack } from "../brands/schema.ts";
import type { Decision, Order } from "../contract.ts";

/**
 * The decision, `exempt` where the brand asks no proof for such an order. Never in doubt: what a rule denies or wants
 * to be looked at stays so. The pack cannot exempt hardware.
 */
export function exempted(decision: Decision, { category, amount }: Order, { policy: { exempt } }: BrandPack): Decision {
  const small = amount.value < (exempt?.below[amount.currency] ?? 0);
  return decision.action === "allow" && small && exempt?.category.some((one) => one === category)
    ? { action: "exempt", reasons: [...decision.reasons, "policy.exempt"] }
    : decision;
}
