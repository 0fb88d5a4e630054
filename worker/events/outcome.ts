/** How a verification ended: the one outcome of each pair of status and reason. */
import type { Reason, Status } from "../contract.ts";

/** What was decided when it was opened: to ask for a code, to refuse, or to let it through. */
export type Decided = "challenge" | "block" | "exempt";

/** How a finished verification ended; created = the sum of all thirteen. */
export const OUTCOMES = [
  "exempt",
  "proceeded",
  "stopped",
  "unreported",
  "aborted",
  "expired",
  "locked",
  "undeliverable",
  "failed_technical",
  "denied",
  "blocked",
  "canceled",
  "superseded",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Outcomes of a challenge that came to nothing by the shopper or by us. */
export const FAILED = ["aborted", "expired", "locked", "undeliverable", "failed_technical"] as const;

// A new reason without a row does not compile.
const OUTCOME_OF = {
  code: { redeemed: "proceeded" },
  network: { redeemed: "proceeded" },
  policy: { redeemed: "exempt" },
  revoked_by_shop: { revoked: "stopped" },
  not_redeemed: { lapsed: "unreported" },
  left: { abandoned: "aborted" },
  no_access_to_number: { abandoned: "aborted" },
  expired_unopened: { expired: "expired" },
  expired_unentered: { expired: "expired" },
  guesses_exhausted: { failed: "locked" },
  not_delivered: { undeliverable: "undeliverable" },
  authority_failed: { errored: "failed_technical" },
  gateway_failed: { errored: "failed_technical" },
  internal: { errored: "failed_technical" },
  recipient_denied: { denied: "denied", revoked: "denied" },
  rule: { blocked: "blocked" },
  budget: { blocked: "blocked" },
  number_changed: { blocked: "blocked" },
  canceled_by_shop: { canceled: "canceled" },
  order_changed: { superseded: "superseded" },
} as const satisfies { [R in Reason]: { [S in Status]?: Outcome } };

type Unfinished = "created" | "sent" | "approved" | "exempt";
type Rowless = Exclude<Status, Unfinished | { [R in Reason]: keyof (typeof OUTCOME_OF)[R] }[Reason]>;

/**
 * The one outcome of a finished verification. Total: a status without a row makes the result `never`, a reason without
 * one does not compile either, and a pair that the state machine does not know counts as a fault of ours.
 */
export function outcome(
  decision: Decided,
  status: Status,
  reason: Reason,
): [Rowless] extends [never] ? Outcome : never {
  if (decision === "exempt") return "exempt";
  const row: { [S in Status]?: Outcome } = OUTCOME_OF[reason];
  return row[status] ?? "failed_technical";
}
