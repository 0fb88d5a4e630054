import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Budget, lease, settle, UNUSED, type Usage, unlocked } from "../../worker/budget/lease.ts";
import { CUSTOMER_CAPS, hours, minutes, NUMBER_CAPS } from "../../worker/budget/limits.ts";

const DAY = hours(24);
const used = (id: string, wrong: number, right = false, sends = 1): Usage => ({
  id,
  evaluated: wrong + (right ? 1 : 0),
  wrong,
  right,
  sends,
});

const wish = (id: string) => ({ id, guesses: 5, sends: 3 });
const leased = (row: Budget, id: string, at: number) => lease(row, wish(id), CUSTOMER_CAPS, at).budget;
const told = (row: Budget, id: string, wrong: number, at: number, right = false) =>
  settle(row, used(id, wrong, right), CUSTOMER_CAPS, at);

/** Opens and fails verifications one after the other; tells how each lease went and when. */
function failing(times: number, from = 0, budget: Budget = UNUSED) {
  let now = from;
  let row = budget;
  for (let n = 0; n < times; n += 1) {
    const asked = lease(row, { id: `v${from}-${n}`, guesses: 5, sends: 3 }, CUSTOMER_CAPS, now);
    row = asked.budget;
    if (!asked.outcome.ok) {
      if (asked.outcome.waitMs === null) return { row, now, stopped: true };
      now += asked.outcome.waitMs;
      n -= 1;
      continue;
    }
    row = settle(row, used(`v${from}-${n}`, asked.outcome.guesses), CUSTOMER_CAPS, now);
  }
  return { row, now, stopped: false };
}

describe("a customer's budget", () => {
  it("leases at most what is left of ten guesses and six sends a day", () => {
    let row = lease(UNUSED, { id: "a", guesses: 5, sends: 3 }, CUSTOMER_CAPS, 0).budget;
    row = lease(row, { id: "b", guesses: 5, sends: 3 }, CUSTOMER_CAPS, 0).budget;
    expect(lease(row, { id: "c", guesses: 5, sends: 3 }, CUSTOMER_CAPS, 0).outcome.ok).toBe(false);
    row = settle(row, used("a", 1, true), CUSTOMER_CAPS, minutes(1));
    expect(lease(row, { id: "c", guesses: 5, sends: 3 }, CUSTOMER_CAPS, minutes(2)).outcome).toMatchObject({
      ok: true,
      guesses: 3,
      sends: 2,
    });
  });

  it("has six texts a day, though none of them was guessed at", () => {
    let row: Budget = UNUSED;
    for (const id of ["a", "b"]) row = settle(leased(row, id, 0), used(id, 0, false, 3), CUSTOMER_CAPS, 0);
    expect(lease(row, wish("c"), CUSTOMER_CAPS, DAY - 1).outcome).toEqual({ ok: false, waitMs: 1 });
    expect(lease(row, wish("c"), CUSTOMER_CAPS, DAY).outcome).toMatchObject({ ok: true, sends: 3 });
  });

  it("gives the same verification the same lease, and settles it once", () => {
    const first = lease(UNUSED, { id: "a", guesses: 5, sends: 3 }, CUSTOMER_CAPS, 0);
    const again = lease(first.budget, { id: "a", guesses: 5, sends: 3 }, CUSTOMER_CAPS, minutes(5));
    expect(again.outcome).toEqual({ ...first.outcome, known: true });
    const settled = settle(again.budget, used("a", 2), CUSTOMER_CAPS, minutes(6));
    expect(settle(settled, used("a", 2), CUSTOMER_CAPS, minutes(7))).toEqual(settled);
    expect(settled.inRow).toBe(2);
  });

  it("waits 15 minutes, an hour and a day after 5, 10 and 15 failures in a row, and a day after each further five", () => {
    const waits: (number | null)[] = [];
    let row: Budget = UNUSED;
    // Days lie between them, so that neither the window nor an earlier wait is what refuses.
    for (const now of [2, 4, 6, 8, 10].map((day) => day * DAY)) {
      row = told(leased(row, `v${now}`, now), `v${now}`, 5, now);
      const next = lease(row, wish("next"), CUSTOMER_CAPS, now).outcome;
      waits.push(next.ok ? 0 : next.waitMs);
    }
    expect(waits).toEqual([minutes(15), hours(1), DAY, DAY, DAY]);
  });

  it("stops at thirty in a row, 96 hours after the first, and only an unlock lifts it", () => {
    const { row, now, stopped } = failing(7);
    expect(stopped).toBe(true);
    expect(row.inRow).toBe(30);
    expect(now).toBe(hours(96));
    for (const years of [1, 2, 10]) {
      expect(lease(row, { id: "later", guesses: 5, sends: 3 }, CUSTOMER_CAPS, now + years * 365 * DAY).outcome).toEqual(
        { ok: false, waitMs: null },
      );
    }
    expect(
      lease(unlocked(row, CUSTOMER_CAPS, now), { id: "later", guesses: 5, sends: 3 }, CUSTOMER_CAPS, now + DAY).outcome
        .ok,
    ).toBe(true);
  });

  it("stops whoever leases all that can be had at a time, and fails, after 48 hours, not before", () => {
    let row: Budget = UNUSED;
    let now = 0;
    for (let serial = 0; row.inRow < 30; ) {
      const out: string[] = [];
      for (;;) {
        const { budget, outcome } = lease(row, wish(`v${serial}`), CUSTOMER_CAPS, now);
        row = budget;
        if (outcome.ok) out.push(`v${serial++}`);
        else {
          if (out.length === 0) now += outcome.waitMs ?? Number.NaN;
          break;
        }
      }
      for (const id of out) row = told(row, id, 5, now);
    }
    expect([row.inRow, now]).toEqual([30, hours(48)]);
  });

  it("clears failures in a row with a right code, but neither guesses nor texts that were used that day", () => {
    const opened = (row: Budget, id: string) => lease(row, wish(id), CUSTOMER_CAPS, 0);
    let row = settle(opened(UNUSED, "a").budget, used("a", 4, false, 3), CUSTOMER_CAPS, 0);
    row = settle(opened(row, "b").budget, used("b", 3, true, 2), CUSTOMER_CAPS, 0);
    expect(row.inRow).toBe(0);
    expect(opened(row, "c").outcome).toMatchObject({ ok: true, guesses: 2, sends: 1 });
  });

  it("counts a lease that nobody settles as used in full, and corrects it when the word comes late", () => {
    const leased = lease(UNUSED, { id: "a", guesses: 5, sends: 3 }, CUSTOMER_CAPS, 0).budget;
    const later = lease(leased, { id: "b", guesses: 5, sends: 3 }, CUSTOMER_CAPS, hours(1) + minutes(10));
    expect(later.budget.inRow).toBe(5);
    expect(later.outcome.ok).toBe(false);
    const corrected = settle(later.budget, used("a", 1), CUSTOMER_CAPS, hours(3));
    expect(corrected.inRow).toBe(1);
  });

  it("never lets failures in a row and what is out exceed thirty, nor a day exceed ten, in any order of events", () => {
    const event = fc.record({
      id: fc.nat(9),
      act: fc.constantFrom("lease", "settle", "lose"),
      wrong: fc.nat(5),
      right: fc.boolean(),
      gap: fc.nat(minutes(400)),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120 }), (events) => {
        let row: Budget = UNUSED;
        let now = 0;
        const evaluated: { at: number; n: number }[] = [];
        const out = new Map<string, { guesses: number; at: number }>();
        let serial = 0;
        for (const { id, act, wrong, right, gap } of events) {
          now += gap;
          const name = `v${id}-${Math.floor(serial / 10)}`;
          serial += 1;
          if (act === "lease") {
            const asked = lease(row, { id: name, guesses: 5, sends: 3 }, CUSTOMER_CAPS, now);
            row = asked.budget;
            if (asked.outcome.ok && !asked.outcome.known) out.set(name, { guesses: asked.outcome.guesses, at: now });
          }
          const held = out.get(name);
          if (act === "settle" && held) {
            const n = Math.min(wrong, held.guesses);
            row = settle(row, used(name, n, right && n < held.guesses), CUSTOMER_CAPS, now);
            // However late the word: nothing was guessed after the end of the lease.
            evaluated.push({ at: Math.min(now, held.at + CUSTOMER_CAPS.leaseLife), n });
            out.delete(name);
          }
          const leasedNow = row.leases.reduce((sum, l) => sum + l.guesses, 0);
          expect(row.inRow + leasedNow).toBeLessThanOrEqual(30);
          const day = evaluated.filter(({ at }) => now < at + DAY).reduce((sum, { n }) => sum + n, 0);
          expect(day + leasedNow).toBeLessThanOrEqual(10);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a lease that was never settled", () => {
  it("has its wait end with the failures it was presumed for", () => {
    const late = told(leased(UNUSED, "a", 0), "a", 1, hours(1.1));
    expect(late.inRow).toBe(1);
    expect(lease(late, wish("b"), CUSTOMER_CAPS, hours(1.1)).outcome.ok).toBe(true);
  });

  it("counts for a day from when it can last have been used, not from when it was leased", () => {
    // Ten guesses, up to half an hour after they were leased; nobody ever tells of them.
    const full = leased(leased(UNUSED, "a", 0), "b", 0);
    const seen = unlocked(full, CUSTOMER_CAPS, hours(2));
    expect(lease(seen, wish("c"), CUSTOMER_CAPS, DAY).outcome.ok, "a day after the lease").toBe(false);
  });

  it.each(["a right code", "an operator"])("does not take others' failures with it once %s has cleared it", (by) => {
    const presumed = lease(leased(UNUSED, "a", 0), wish("b"), CUSTOMER_CAPS, hours(1.5)).budget;
    expect(presumed.inRow).toBe(5);
    const proven = () => told(leased(presumed, "b", hours(2)), "b", 0, hours(2), true);
    const cleared =
      by === "an operator" ? unlocked(told(presumed, "b", 0, hours(2)), CUSTOMER_CAPS, hours(2)) : proven();
    const failed = told(leased(cleared, "c", hours(2.1)), "c", 4, hours(2.2));
    expect(failed.inRow).toBe(4);
    expect(told(failed, "a", 0, hours(2.3)).inRow, "after the late word").toBe(4);
  });

  it("leaves no longer a wait than the others deserve, once its word has come", () => {
    const both = leased(leased(UNUSED, "a", 0), "b", minutes(5));
    const presumed = lease(both, wish("c"), CUSTOMER_CAPS, hours(1.2)).budget;
    expect(presumed).toMatchObject({ inRow: 10, waitUntil: hours(1) + minutes(5) + hours(1) });
    expect(told(presumed, "a", 0, hours(1.2))).toMatchObject({
      inRow: 5,
      waitUntil: hours(1) + minutes(5) + minutes(15),
    });
    expect(told(presumed, "a", 0, hours(1.2), true)).toMatchObject({ inRow: 0, waitUntil: 0 });
  });

  it("is lifted by an operator together with the rest, and writes nothing where it is told of twice", () => {
    const lifted = unlocked(leased(UNUSED, "a", 0), CUSTOMER_CAPS, hours(2));
    expect(lifted).toMatchObject({ inRow: 0, waitUntil: 0, spent: [{ id: "a", guesses: 5 }] });
    const late = told(lifted, "a", 0, hours(3));
    expect(late.spent).toEqual([{ id: "a", at: hours(1), guesses: 0, sends: 1 }]);
    expect(told(late, "a", 0, hours(4))).toBe(late);
  });
});

describe("a number's budget", () => {
  it("allows fifteen guesses and ten sends a day over all brands and knows no stages", () => {
    let row: Budget = UNUSED;
    for (const n of [1, 2, 3])
      row = settle(
        lease(row, { id: `v${n}`, guesses: 5, sends: 3 }, NUMBER_CAPS, 0).budget,
        used(`v${n}`, 5, false, 3),
        NUMBER_CAPS,
        0,
      );
    expect(lease(row, { id: "v4", guesses: 5, sends: 3 }, NUMBER_CAPS, 0).outcome).toEqual({ ok: false, waitMs: DAY });
    expect(lease(row, { id: "v4", guesses: 5, sends: 3 }, NUMBER_CAPS, DAY).outcome.ok).toBe(true);
  });

  it("counts texts apart from guesses: the tenth is the last of the day, though none was guessed at", () => {
    let row: Budget = UNUSED;
    const sends = ["a", "b", "c", "d", "e"].map((id) => {
      const { budget, outcome } = lease(row, wish(id), NUMBER_CAPS, 0);
      const granted = outcome.ok ? outcome.sends : 0;
      row = settle(budget, used(id, 0, false, granted), NUMBER_CAPS, 0);
      return granted;
    });
    expect(sends).toEqual([3, 3, 3, 1, 0]);
  });
});
