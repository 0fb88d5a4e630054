import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hours, limitsOf, minutes } from "../../worker/budget/limits.ts";
import { born } from "../../worker/verification/opening.ts";
import type { Record } from "../../worker/verification/record.ts";
import { forgettable, keptUntil, wakeAt } from "../../worker/verification/waking.ts";
import { wordOf } from "../../worker/webhooks/delivery.ts";
import {
  announce,
  dead,
  depart,
  eventId,
  eventOf,
  heard,
  REPLAYABLE,
  RETRY_WAITS,
  revived,
  type Word,
} from "../../worker/webhooks/outbox.ts";
import { opening } from "./opened.ts";

const ID = `ver_${"A".repeat(43)}`;
const failed: Word = { word: "failed" };

/** A canceled verification, told to `endpoints`, its log up to date. */
function told(...endpoints: string[]): Record {
  const { record } = born(opening(), { id: ID, digits: 6, limits: limitsOf(), superseded: false }, 0);
  const fresh = { ...record, status: "canceled", endedAt: 0 } as const;
  const r = announce(fresh, "verification.canceled", 0, endpoints);
  return { ...r, outbox: r.outbox.map((event) => ({ ...event, logged: true })) };
}

/** Every try until the end, where each is answered by `word`; when each was made. */
function all(from: Record, word: Word, jitter: number, start = 0): { r: Record; at: number[] } {
  let r = from;
  const at: number[] = [];
  for (let now = start; r.outbox.some(({ deliveries }) => deliveries.some(({ nextAt }) => nextAt !== null)); ) {
    now = Math.max(now, ...r.outbox.flatMap(({ deliveries }) => deliveries.flatMap(({ nextAt }) => nextAt ?? [])));
    const gone = depart(r, now, jitter);
    at.push(...gone.leaving.map(() => now));
    r = gone.leaving.reduce((record, leaves) => heard(record, leaves, word, now), gone.record);
  }
  return { r, at };
}

describe("the schedule of tries", () => {
  it("is ten tries over 75 h 35 min 5 s, a tenth longer at most", () => {
    const { r, at } = all(told("shop"), failed, 0);
    expect(at).toHaveLength(10);
    expect(at.at(-1)).toBe(hours(75) + minutes(35) + 5000);
    expect(dead(r.outbox[0] as Record["outbox"][number])).toBe(true);
    expect(all(told("shop"), failed, 1).at.at(-1)).toBe(Math.round((at.at(-1) as number) * 1.1));
    expect(RETRY_WAITS).toHaveLength(10);
  });

  it("ends with the first try that is taken, or that says the endpoint is gone", () => {
    expect(all(told("shop"), { word: "taken" }, 0).at).toEqual([0]);
    const gone = all(told("shop"), { word: "gone" }, 0);
    expect(gone.at).toEqual([0]);
    expect(gone.r.outbox[0]).toMatchObject({ logged: false, deliveries: [{ diedAt: 0, nextAt: null }] });
  });

  it("waits longer where it is asked to, never shorter", () => {
    const { record, leaving } = depart(told("shop"), 0, 0);
    const nextAt = (waitMs: number) =>
      heard(record, leaving[0] as (typeof leaving)[0], { word: "failed", waitMs }, 0).outbox[0]?.deliveries[0]?.nextAt;
    expect(nextAt(hours(1))).toBe(hours(1));
    expect(nextAt(1)).toBe(5000);
  });

  it("never makes one try twice and always ends, whatever is lost, doubled, late, early or replayed", () => {
    const step = fc.record({
      gap: fc.nat(hours(30)),
      word: fc.constantFrom<Word | "lost">("lost", failed, { word: "failed", waitMs: hours(20) }, { word: "taken" }),
      replay: fc.integer({ min: 0, max: 30 }).map((n) => n === 0),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let r = told("shop", "stock");
        let now = 0;
        let made = new Set<string>();
        for (const { gap, word, replay } of steps) {
          now += gap;
          if (replay) {
            r = revived(r, 0, now) ?? r;
            made = new Set();
          }
          const first = depart(r, now, 0.5);
          // The same run twice at once: the second one reads what the first one wrote.
          expect(depart(first.record, now, 0.5).leaving).toEqual([]);
          for (const { delivery } of first.leaving) {
            const name = `${delivery.endpoint} ${delivery.tries}`;
            expect(made.has(name)).toBe(false);
            expect(delivery.tries).toBeLessThanOrEqual(10);
            made.add(name);
          }
          r = first.record;
          if (word !== "lost") for (const leaves of first.leaving) r = heard(r, leaves, word, now);
          expect(wakeAt(r, now)).toBeGreaterThanOrEqual(now);
          // A wake at once only for what is still to be told, else it would ring for ever.
          if (r.outbox.every(({ logged }) => logged) && !forgettable(r, now))
            expect(wakeAt(r, now)).toBeGreaterThan(now);
        }
        expect(all(r, failed, 0, now).r.outbox[0]?.deliveries.every(({ nextAt }) => nextAt === null)).toBe(true);
      }),
    );
  });
});

describe("a dead letter", () => {
  it("is replayed to the endpoints where it died, with all its tries; any other event to all", () => {
    const { record, leaving } = depart(told("shop", "stock"), 0, 0);
    const [shop, stock] = leaving as [(typeof leaving)[0], (typeof leaving)[0]];
    const r = heard(heard(record, shop, { word: "taken" }, 0), stock, { word: "gone" }, 0);
    expect(revived(r, 0, 9)?.outbox[0]).toMatchObject({
      logged: false,
      deliveries: [
        { endpoint: "shop", nextAt: null },
        { endpoint: "stock", nextAt: 9, tries: 0, diedAt: null, replayed: true },
      ],
    });
    expect(
      depart(revived(all(told("shop", "stock"), { word: "taken" }, 0).r, 0, 9) as Record, 9, 0).leaving,
    ).toHaveLength(2);
    expect(revived(r, 1, 9)).toBeUndefined();
  });

  it("keeps the record for three days, and a delivery that is due keeps it for as long as it takes", () => {
    const { r, at } = all(told("shop"), failed, 0);
    expect(keptUntil(r)).toBeGreaterThanOrEqual((at.at(-1) as number) + REPLAYABLE);
    const logged = { ...r, outbox: r.outbox.map((event) => ({ ...event, logged: true })) };
    expect(keptUntil(logged)).toBe((at.at(-1) as number) + REPLAYABLE);
    expect(forgettable(logged, keptUntil(logged))).toBe(true);
    expect(forgettable(told("shop"), hours(1000))).toBe(false);
    expect(forgettable(told(), hours(24))).toBe(true);
    expect(wakeAt(told(), 0)).toBe(hours(24));
  });
});

describe("an event's id", () => {
  it("carries verification and seq, and no full stop, which separates what is signed", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{43}$/), fc.nat(99_999), (name, seq) => {
        const id = eventId({ id: `ver_${name}` }, { seq });
        expect(id).not.toContain(".");
        expect(eventOf(id)).toEqual({ verification: `ver_${name}`, seq });
      }),
    );
    const name = "A".repeat(43);
    for (const id of [
      "",
      `evt_${name}`,
      `evt_${name}_`,
      `evt_${name}_01`,
      `evt_${name}_1 `,
      `evt_${name}x_1`,
      `ver_${name}_1`,
    ])
      expect(eventOf(id), id).toBeUndefined();
  });
});

describe("a receiver's answer", () => {
  const now = Date.UTC(2031, 0, 1);
  it.each<[number, string | null, Word]>([
    [200, null, { word: "taken" }],
    [204, null, { word: "taken" }],
    [299, "60", { word: "taken" }],
    [199, null, failed],
    [301, null, failed],
    [302, null, failed],
    [304, null, failed],
    [308, "30", { word: "failed", waitMs: 30_000 }],
    [400, null, failed],
    [404, null, failed],
    [410, "60", { word: "gone" }],
    [429, null, { word: "failed", waitMs: 60_000 }],
    [429, "5", { word: "failed", waitMs: 60_000 }],
    [429, "3600", { word: "failed", waitMs: 3_600_000 }],
    [500, null, failed],
    [502, null, { word: "failed", waitMs: 60_000 }],
    [503, "120", { word: "failed", waitMs: 120_000 }],
    [503, "Wed, 01 Jan 2031 01:00:00 GMT", { word: "failed", waitMs: 3_600_000 }],
    [503, "Tue, 31 Dec 2030 01:00:00 GMT", failed],
    [503, "999999999", { word: "failed", waitMs: 86_400_000 }],
    [503, "1.5", failed],
    [503, "-5", failed],
    [503, "soon", failed],
    [504, null, { word: "failed", waitMs: 60_000 }],
  ])("%i with Retry-After %s is %o", (status, retryAfter, word) => {
    expect(wordOf(status, retryAfter, now)).toEqual(word);
  });
});
