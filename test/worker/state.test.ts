import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REASONS, STATUSES, type Status } from "../../worker/contract.ts";
import {
  live,
  type Move,
  after as moved,
  REASONS_OF,
  redeemable,
  reopenable,
} from "../../worker/verification/state.ts";

const MOVES: Move[] = [
  "send",
  "approve",
  "exempt",
  "redeem",
  "deny",
  "exhaust",
  "expire",
  "abandon",
  "cancel",
  "supersede",
  "block",
  "undeliver",
  "error",
  "revoke",
  "lapse",
];

/** DESIGN, "States": `from → to` pairs that may ever happen. */
const ALLOWED = new Set([
  "created>sent",
  "created>approved",
  "created>exempt",
  ...["denied", "expired", "abandoned", "canceled", "superseded", "blocked", "undeliverable", "errored"].flatMap(
    (end) => [`created>${end}`, `sent>${end}`],
  ),
  "sent>approved",
  "sent>failed",
  ...["approved", "exempt"].flatMap((from) =>
    ["redeemed", "revoked", "lapsed", "superseded"].map((to) => `${from}>${to}`),
  ),
  "redeemed>revoked",
]);

describe("the state machine", () => {
  it("makes only the documented moves over 10,000 random steps", () => {
    let steps = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...MOVES), { minLength: 100, maxLength: 100 }), (walk) => {
        let status: Status = "created";
        for (const move of walk) {
          const next = moved(status, move);
          if (next) expect(ALLOWED).toContain(`${status}>${next}`);
          status = next ?? status;
          steps += 1;
        }
      }),
      { numRuns: 120 },
    );
    expect(steps).toBeGreaterThanOrEqual(10_000);
  });

  it("can reach every state", () => {
    const reached = new Set<Status>(["created"]);
    for (let before = 0; before !== reached.size; ) {
      before = reached.size;
      for (const status of [...reached]) for (const move of MOVES) reached.add(moved(status, move) ?? status);
    }
    expect([...reached].sort()).toEqual([...STATUSES].sort());
  });

  it("never leads back from an end to a state in which a code could be sent or guessed", () => {
    for (const status of STATUSES.filter((s) => !live(s))) {
      for (const move of MOVES) expect(live(moved(status, move) ?? status)).toBe(false);
    }
  });

  it("gives every end at least one reason, every reason an end, and a live state none", () => {
    for (const status of STATUSES) expect(REASONS_OF[status].length > 0).toBe(!live(status));
    expect(new Set(Object.values(REASONS_OF).flat())).toEqual(new Set(REASONS));
  });

  it("lets no order be verified again after it was settled or stopped by a person", () => {
    for (const status of ["redeemed", "denied", "revoked", "approved", "exempt"] as const)
      expect(reopenable(status)).toBe(false);
    for (const status of ["failed", "expired", "abandoned", "lapsed"] as const) expect(reopenable(status)).toBe(true);
    expect(STATUSES.filter(redeemable)).toEqual(["approved", "exempt"]);
  });
});
