/** The state machine of a verification: states, moves, legal steps. No clock, no storage. */
import type { Final } from "../budget/order.ts";
import type { Reason, Status } from "../contract.ts";

export type Move =
  | "send"
  | "approve"
  | "exempt"
  | "redeem"
  | "deny"
  | "exhaust"
  | "expire"
  | "abandon"
  | "cancel"
  | "supersede"
  | "block"
  | "undeliver"
  | "error"
  | "revoke"
  | "lapse";

const MOVES: Record<Move, Partial<Record<Status, Status>>> = {
  send: { created: "sent" },
  // From `created` only the silent network check approves; a code needs a send first.
  approve: { created: "approved", sent: "approved" },
  exempt: { created: "exempt" },
  redeem: { approved: "redeemed", exempt: "redeemed" },
  deny: { created: "denied", sent: "denied", approved: "revoked", exempt: "revoked", redeemed: "revoked" },
  exhaust: { sent: "failed" },
  expire: { created: "expired", sent: "expired" },
  abandon: { created: "abandoned", sent: "abandoned" },
  cancel: { created: "canceled", sent: "canceled" },
  supersede: { created: "superseded", sent: "superseded", approved: "superseded", exempt: "superseded" },
  block: { created: "blocked", sent: "blocked" },
  undeliver: { created: "undeliverable", sent: "undeliverable" },
  error: { created: "errored", sent: "errored" },
  revoke: { approved: "revoked", exempt: "revoked", redeemed: "revoked" },
  lapse: { approved: "lapsed", exempt: "lapsed" },
};

/** Where `move` leads from `status`; undefined where it is not legal. */
export function after(status: Status, move: Move): Status | undefined {
  return MOVES[move][status];
}

/** The reasons a status may carry; a live status carries none. */
export const REASONS_OF: Record<Status, readonly Reason[]> = {
  created: [],
  sent: [],
  approved: ["code", "network"],
  redeemed: ["code", "network", "policy"],
  denied: ["recipient_denied"],
  failed: ["guesses_exhausted"],
  expired: ["expired_unopened", "expired_unentered"],
  abandoned: ["left", "no_access_to_number"],
  canceled: ["canceled_by_shop"],
  superseded: ["order_changed"],
  blocked: ["rule", "budget", "number_changed"],
  exempt: ["policy"],
  undeliverable: ["not_delivered"],
  errored: ["authority_failed", "gateway_failed", "internal"],
  revoked: ["revoked_by_shop", "recipient_denied"],
  lapsed: ["not_redeemed"],
};

/** Whether the shopper can still send, guess or leave. */
export function live(status: Status): boolean {
  return status === "created" || status === "sent";
}

/** Whether the order system can still redeem. */
export function redeemable(status: Status): boolean {
  return status === "approved" || status === "exempt";
}

/**
 * Whether a new create for the same order may open a fresh verification in place of one that ended so.
 * Not after the order was settled (`redeemed`) or stopped by a person (`denied`, `revoked`).
 */
export function reopenable(status: Status): boolean {
  return !live(status) && !redeemable(status) && status !== "redeemed" && status !== "denied" && status !== "revoked";
}

/** How a verification stands for its order for good; undefined where another one may take its place. */
export function finality(status: Status, reason: Reason | null): Final | undefined {
  if (reason === "recipient_denied") return "denied";
  return status === "redeemed" || status === "revoked" ? status : undefined;
}
