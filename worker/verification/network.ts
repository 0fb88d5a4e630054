/** The silent check by the mobile network: what it does to the record. Pure; the object writes what comes back. */
import type { Change, Record } from "./record.ts";

/** The one silent check of a verification. */
export interface NetworkCheck {
  /** The press that was sent to the operator: repeated, it goes there again. */
  press: string;
  /** Whether a code of the operator's has been taken, right or not: there is no second one. */
  tried?: true;
  /** What the operator said of the device. */
  word?: "ok" | "no" | "unknown";
}

/** Whether the operator can be asked: once, repeated by the same `press`, before anything was sent, and never from within a frame. */
export function askable(r: Record, press?: string): boolean {
  const { network } = r;
  const open = network === undefined || (network.press === press && !network.tried);
  return open && r.status === "created" && r.sends.length === 0 && r.presentation.mode === "redirect";
}

/** Takes the operator's word: `ok` approves, anything else leaves all as it was. A `no` is kept for whoever decides on the order. */
export function heard(r: Record, word: NonNullable<NetworkCheck["word"]>, now: number): Change | undefined {
  const { network, decision } = r;
  if (!network?.tried || network.word) return undefined;
  const record = { ...r, network: { ...network, word } };
  if (word === "ok") {
    const approved = { ...record, approvedAt: now, redeemBy: now + r.limits.redeemWindow };
    return { record: approved, moves: [{ move: "approve", reason: "network", at: now }] };
  }
  const reasons = word === "no" ? [...decision.reasons, "network.other_number"] : decision.reasons;
  return { record: { ...record, decision: { ...decision, reasons } }, moves: [] };
}
