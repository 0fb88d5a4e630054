import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { days, moment, ticks } from "../../web/analyst/charts/time.ts";
import { bucketAt, buckets, compared, rangeOf, stepOf, summed } from "../../web/analyst/period.ts";
import { addDays, dayOf, dayStart, daysBetween, hourOf, yearBefore } from "../../web/analyst/zone.ts";

const at = (iso: string) => Date.parse(iso) / 1000;
const BERLIN = "Europe/Berlin";

describe("a day in a zone", () => {
  it("begins at its own midnight, also on the day the clocks change", () => {
    expect(dayStart("2026-10-25", BERLIN)).toBe(at("2026-10-24T22:00:00Z"));
    expect(dayStart("2026-10-26", BERLIN)).toBe(at("2026-10-25T23:00:00Z"));
    expect(dayStart("2026-03-29", BERLIN)).toBe(at("2026-03-28T23:00:00Z"));
    expect(dayStart("2026-03-30", BERLIN)).toBe(at("2026-03-29T22:00:00Z"));
    // New Zealand, 27 September 2026: the clocks change before it is that day in Greenwich.
    expect(dayStart("2026-09-27", "Pacific/Auckland")).toBe(at("2026-09-26T12:00:00Z"));
    expect(dayStart("2026-10-25", "Asia/Dubai")).toBe(at("2026-10-24T20:00:00Z"));
  });

  it("begins when the clocks have been put forward, where they skip midnight", () => {
    // Chile, 6 September 2026: 00:00 becomes 01:00.
    expect(dayStart("2026-09-06", "America/Santiago")).toBe(at("2026-09-06T04:00:00Z"));
  });

  it("is the day of its first moment, and the moment before belongs to the day before", () => {
    const zone = fc.constantFrom(BERLIN, "Asia/Dubai", "America/Santiago", "Asia/Kolkata", "Pacific/Auckland", "UTC");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1200 }), zone, (n, where) => {
        const day = addDays("2024-01-01", n);
        const start = dayStart(day, where);
        expect(dayOf(start, where)).toBe(day);
        expect(dayOf(start - 1, where)).toBe(addDays(day, -1));
      }),
    );
  });

  it("is counted as people count", () => {
    expect(daysBetween("2026-10-17", "2026-10-30")).toBe(14);
    expect(yearBefore("2028-02-29")).toBe("2027-02-28");
    expect(hourOf(at("2026-10-25T00:30:00Z"), BERLIN)).toBe(2);
    expect(hourOf(at("2026-10-25T01:30:00Z"), BERLIN)).toBe(2);
  });
});

describe("a period", () => {
  const now = at("2026-10-30T14:20:00Z");

  it("is bounded by midnights of its zone and by the running hour", () => {
    expect(rangeOf("14d", BERLIN, now)).toEqual({
      first: "2026-10-17",
      last: "2026-10-30",
      from: at("2026-10-16T22:00:00Z"),
      to: at("2026-10-30T15:00:00Z"),
    });
    expect(rangeOf("yesterday", BERLIN, now)).toMatchObject({
      from: at("2026-10-28T23:00:00Z"),
      to: at("2026-10-29T23:00:00Z"),
    });
    expect(rangeOf("2026-10-25..2026-10-25", BERLIN, now)).toMatchObject({
      from: at("2026-10-24T22:00:00Z"),
      to: at("2026-10-25T23:00:00Z"),
    });
  });

  it("follows the zone that is chosen", () => {
    const late = at("2026-10-30T21:30:00Z");
    expect(rangeOf("today", "Asia/Dubai", late).first).toBe("2026-10-31");
    expect(rangeOf("today", BERLIN, late).first).toBe("2026-10-30");
  });

  it("of a running day is held against as much of a day", () => {
    const today = rangeOf("today", BERLIN, now);
    const before = compared(today, "weekday", BERLIN);
    expect(before).toEqual({
      first: "2026-10-23",
      last: "2026-10-23",
      from: at("2026-10-22T22:00:00Z"),
      // Sixteen hours of the day, by the clock of that week.
      to: at("2026-10-23T14:00:00Z"),
    });
  });

  it("is held against the days before it, the same weekdays, or the year before", () => {
    const range = rangeOf("2026-10-20..2026-10-29", BERLIN, now);
    expect(compared(range, "previous", BERLIN)).toMatchObject({ first: "2026-10-10", last: "2026-10-19" });
    expect(compared(range, "weekday", BERLIN)).toMatchObject({ first: "2026-10-06", last: "2026-10-15" });
    expect(compared(range, "year", BERLIN)).toMatchObject({ first: "2025-10-20", last: "2025-10-29" });
    expect(compared(range, "none", BERLIN)).toBeUndefined();
  });

  it("never overlaps with the one before it", () => {
    const period = fc.constantFrom(
      "today" as const,
      "yesterday" as const,
      "7d" as const,
      "14d" as const,
      "28d" as const,
    );
    fc.assert(
      fc.property(period, fc.integer({ min: 0, max: 400 * 24 }), (name, hours) => {
        const range = rangeOf(name, BERLIN, at("2026-01-01T00:10:00Z") + hours * 3600);
        const before = compared(range, "previous", BERLIN);
        expect(before?.to).toBeLessThanOrEqual(range.from);
        expect(before?.from).toBeLessThan(before?.to ?? 0);
      }),
    );
  });

  it("is written once where both ends share a year", () => {
    expect(days(rangeOf("14d", BERLIN, now), BERLIN)).toMatch(/^17\s?–\s?30 Oct 2026$/);
    expect(days(rangeOf("today", BERLIN, now), BERLIN)).toBe("30 Oct 2026");
  });
});

describe("the buckets of a chart", () => {
  const range = rangeOf("2026-10-24..2026-10-26", BERLIN, at("2026-11-02T00:00:00Z"));

  it("hold 73 hours over the three days around the clock change, and every hour once", () => {
    const hours = buckets(range, "hour", BERLIN);
    expect(hours).toHaveLength(73);
    expect(new Set(hours.map((t) => moment(t, BERLIN))).size).toBe(73);
    const twins = hours.filter((t) => moment(t, BERLIN).startsWith("Sun 25 Oct, 02:00"));
    expect(twins.map((t) => moment(t, BERLIN))).toEqual(["Sun 25 Oct, 02:00 GMT+2", "Sun 25 Oct, 02:00 GMT+1"]);
  });

  it("are days that begin at midnight, one of them an hour longer", () => {
    const starts = buckets(range, "day", BERLIN);
    expect(starts.map((t) => moment(t, BERLIN, "day"))).toEqual(["Sat 24 Oct", "Sun 25 Oct", "Mon 26 Oct"]);
    expect((starts[2] ?? 0) - (starts[1] ?? 0)).toBe(25 * 3600);
    const rows = buckets(range, "hour", BERLIN).map((t) => ({ t, n: 1 }));
    expect(
      summed(
        rows,
        starts,
        ({ t }) => t,
        ({ n }) => n,
      ),
    ).toEqual([24, 25, 24]);
  });

  it("get finer where there are few", () => {
    expect(stepOf(rangeOf("today", BERLIN, range.to))).toBe("hour");
    expect(stepOf(rangeOf("7d", BERLIN, range.to))).toBe("day");
    expect([99, 100, 199, 200, 350].map((t) => bucketAt([100, 200, 300], t))).toEqual([-1, 0, 0, 1, 2]);
  });

  it("have labels that do not meet, and name a repeated hour once", () => {
    const hours = buckets(rangeOf("2026-10-25..2026-10-25", BERLIN, range.to), "hour", BERLIN);
    const all = ticks(hours, "hour", BERLIN, 2000).map(({ label }) => label);
    expect(all.filter((label) => label === "02:00")).toHaveLength(1);
    expect(ticks(hours, "hour", BERLIN, 320).length).toBeLessThanOrEqual(5);
  });
});
