/** Whether a brand can afford one SMS more today. */
import type { Admission } from "../board/sends.ts";
import type { Brand } from "../brands/brand.ts";
import { ask } from "../objects.ts";
import { brandBoard } from "./reach.ts";

/** One shard counts all of a brand's sends, so that the budget is one number. */
const COUNTING_SHARD = 0;

/**
 * Counts one send against the brand's day. An unreadable board lets it go: customer and number have exact budgets of
 * their own. Reaching 60 %, and the end, are told to the operator by name of brand alone.
 */
export async function affordable(env: Env, { pack }: Brand, correlator: string | undefined): Promise<Admission> {
  try {
    const admission = await ask(brandBoard(env, pack.id, COUNTING_SHARD), (board) => board.admitSend());
    if (admission !== "go") {
      const event = admission === "warn" ? "brand_budget_60_percent" : "brand_budget_used_up";
      console.warn(JSON.stringify({ level: "warn", event, brand: pack.id, correlator }));
    }
    return admission;
  } catch {
    return "go";
  }
}
