/** What the step in a frame and the page around it say to each other, version 1. A reader checks who speaks; this file checks what is said. */

/** How the step ended. `stopped` says no more on purpose: blocked, denied, undeliverable and closed are one word. */
export const OUTCOMES = ["approved", "failed", "expired", "abandoned", "canceled", "stopped"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** From the step: `ready` by `postMessage` to the one origin that may frame it, all else through the port. */
export type FromStep =
  | { v: 1; type: "ready"; nonce: string }
  /** CSS pixels of the content. */
  | { v: 1; type: "resize"; height: number }
  /** The server's status of the verification; the page is never told `denied`. */
  | { v: 1; type: "state"; status: string }
  /** A hint: only a redeemed verdict counts. */
  | { v: 1; type: "result"; verification: string; outcome: Outcome }
  /** The frame should go. `storage`: it cannot keep its cookie here and has asked for nothing yet. */
  | { v: 1; type: "escape"; reason: "done" | "storage" };

/** To the step: `init` by `postMessage`, with the port; all else through it. */
export type ToStep = { v: 1; type: "init"; nonce: string } | { v: 1; type: "cancel" } | { v: 1; type: "focus" };

/** A message as it arrives: flat, and with whatever values. */
export interface Heard {
  type: string;
  [member: string]: string | number;
}

const MAX = 1024;

/** A message of this version: one flat object of texts and numbers, at most 1 KB as JSON. Undefined for anything else; never throws. */
export function read(data: unknown): Heard | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const heard = data as Heard & { v: unknown };
  const flat = Object.values(heard).every((value) => typeof value === "string" || typeof value === "number");
  return heard.v === 1 && typeof heard.type === "string" && flat && JSON.stringify(heard).length <= MAX
    ? heard
    : undefined;
}
