/** Which view the shopper sees: a pure function of the server's state and of what the browser knows. */
import type { Notice, ProblemCode, StepState } from "../../worker/contract.ts";
import type { Given } from "./given.ts";

/** Every view of the step. In *asking* nothing is sent yet: the shopper approves, and the operator may know the phone. *leaving* is a dialog above one of these, so that saying "no" changes nothing. */
export type View =
  | "asking"
  | "sending"
  | "sent"
  | "returned"
  | "typing"
  | "filled"
  | "checking"
  | "wrong"
  | "code_expired"
  | "resent"
  | "delivery_failed"
  | "offline"
  | "fault"
  | "failed"
  | "blocked"
  | "step_expired"
  | "undeliverable"
  | "approved"
  | "order_changed"
  | "elsewhere"
  | "closed"
  | "empty";

/** What stands in the way; one at a time. `lost` is the network. */
export type Trouble = Notice | "lost" | "no_paste" | "fault_free" | "fault_send";

/** A request of the page. */
export type Call = "start" | "check" | "resend" | "leave";

/** What the browser knows beside the server's state. `now` is the server's clock, in ms. */
export interface Facts {
  page: Given["view"];
  /** Whether the operator is asked before a text is sent. */
  asks: boolean;
  now: number;
  call: Call | undefined;
  trouble: Trouble | undefined;
  typed: number;
  filled: boolean;
  resent: boolean;
  returned: boolean;
}

const ENDS: Partial<Record<StepState["status"], View>> = {
  approved: "approved",
  redeemed: "approved",
  exempt: "approved",
  failed: "failed",
  blocked: "blocked",
  errored: "blocked",
  expired: "step_expired",
  undeliverable: "undeliverable",
  canceled: "order_changed",
  superseded: "order_changed",
  abandoned: "closed",
  revoked: "closed",
  lapsed: "closed",
};

/** The view of this moment. */
export function viewOf(state: StepState | undefined, facts: Facts): View {
  if (facts.page !== "open" || !state) return facts.page === "open" ? "closed" : facts.page;
  const end = ENDS[state.status];
  if (end) return end;
  if (facts.now >= Date.parse(state.expires_at)) return "step_expired";
  if (facts.call === "check") return "checking";
  // A press that was lost or failed is made once more where it was made: as long as nothing is sent, no other view is true.
  if (facts.asks && state.status === "created" && facts.trouble !== "gateway") return "asking";
  if (facts.trouble === "lost") return "offline";
  if (facts.trouble?.startsWith("fault")) return "fault";
  if (facts.trouble === "gateway" || state.delivery.status === "failed") return "delivery_failed";
  if (state.status === "created") return "sending";
  const codeEnd = state.delivery.code_expires_at;
  if (facts.trouble === "code_expired" || (codeEnd !== null && facts.now >= Date.parse(codeEnd))) return "code_expired";
  if (facts.trouble === "wrong") return "wrong";
  if (facts.filled) return "filled";
  if (facts.typed > 0) return "typing";
  if (facts.resent) return "resent";
  return facts.returned ? "returned" : "sent";
}

const ENDED: ReadonlySet<View> = new Set([...Object.values(ENDS), "elsewhere", "empty"]);

/** Whether nothing more can be done here: no field, no timer, no listening. */
export const isEnd = (view: View): boolean => ENDED.has(view);

/** Whether the view has the code field. Without a code on its way, and after its life, it would only mislead. */
export const hasField = (view: View, state: StepState | undefined): boolean =>
  !isEnd(view) &&
  view !== "code_expired" &&
  view !== "asking" &&
  !(view === "delivery_failed" && state?.status === "created");

const TROUBLES: Partial<Record<ProblemCode | "lost", Trouble | undefined>> = {
  lost: "lost",
  "VERIFICATION.CODE_WRONG": "wrong",
  "VERIFICATION.CODE_EXPIRED": "code_expired",
  "VERIFICATION.NO_CODE_SENT": "no_code",
  "VERIFICATION.RESEND_TOO_EARLY": "too_early",
  "VERIFICATION.SENDS_EXHAUSTED": "sends_exhausted",
  "GATEWAY.UNAVAILABLE": "gateway",
  // These change the view; a sentence beside it would say the same twice.
  "VERIFICATION.ENDED": undefined,
  "VERIFICATION.EXPIRED": undefined,
  "VERIFICATION.ELSEWHERE": undefined,
  "VERIFICATION.NOT_FOUND": undefined,
};

/** Problem code → what the page says; what it does not know is a fault of ours. */
export const troubleOf = (problem: ProblemCode | "lost"): Trouble | undefined =>
  problem in TROUBLES ? TROUBLES[problem] : "fault";

/** Whether another text can be asked for, now or after the wait. */
export const canResend = (state: StepState): boolean =>
  state.delivery.sends_remaining > 0 && (state.status === "created" || state.resend_available_at !== null);
