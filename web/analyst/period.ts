/** From the names of the period picker to bounds in epoch seconds, and the buckets of a chart. */
import { addDays, dayOf, dayStart, daysBetween, yearBefore } from "./zone.ts";

/** Periods with a name; all but `yesterday` reach into the running hour. */
export const PRESETS = ["today", "yesterday", "7d", "14d", "28d"] as const;
export type Preset = (typeof PRESETS)[number];

/** A named period, or the days `first..last`, both counted. */
export type Period = Preset | `${string}..${string}`;

/** What a period is held against. */
export const COMPARES = ["previous", "weekday", "year", "none"] as const;
export type Compare = (typeof COMPARES)[number];

/** A period in a zone: its days, both counted, and its bounds in epoch seconds, `to` exclusive, on whole hours. */
export interface Range {
  first: string;
  last: string;
  from: number;
  to: number;
}

const HOUR = 3600;
const DAYS: Record<Preset, [back: number, length: number]> = {
  today: [0, 1],
  yesterday: [1, 1],
  "7d": [6, 7],
  "14d": [13, 14],
  "28d": [27, 28],
};

/** The bounds of `period` as seen at `now` (epoch seconds) in `zone`. Whole hours, so that answers cache and compare. */
export function rangeOf(period: Period, zone: string, now: number): Range {
  const today = dayOf(now, zone);
  const [back, length] = DAYS[period as Preset] ?? [];
  const [given = today, end = given] = period.split("..");
  const first = back === undefined ? given : addDays(today, -back);
  const last = back === undefined ? end : addDays(first, (length ?? 1) - 1);
  return bounded(first, last, zone, Math.ceil(now / HOUR) * HOUR);
}

function bounded(first: string, last: string, zone: string, atMost = Number.POSITIVE_INFINITY): Range {
  const whole = (t: number) => Math.floor(t / HOUR) * HOUR;
  const from = whole(dayStart(first, zone));
  return { first, last, from, to: Math.max(from + HOUR, Math.min(atMost, whole(dayStart(addDays(last, 1), zone)))) };
}

/** The period that `range` is compared with: as many days, and of a running day only as much as has passed. */
export function compared(range: Range, compare: Compare, zone: string): Range | undefined {
  if (compare === "none") return undefined;
  const days = daysBetween(range.first, range.last);
  const back = compare === "weekday" ? Math.ceil(days / 7) * 7 : days;
  const shift = (day: string) => (compare === "year" ? yearBefore(day) : addDays(day, -back));
  const [first, last] = [shift(range.first), shift(range.last)];
  const full = bounded(first, last, zone);
  const running = range.to < bounded(range.last, range.last, zone).to;
  if (!running) return full;
  const into = range.to - bounded(range.last, range.last, zone).from;
  return { ...full, to: Math.max(full.from + HOUR, Math.min(full.to, bounded(last, last, zone).from + into)) };
}

/** How fine a chart over time is. */
export type Step = "hour" | "day";

/** Hours up to three days, days beyond. */
export function stepOf({ first, last }: Range): Step {
  return daysBetween(first, last) <= 3 ? "hour" : "day";
}

/** Starts of the buckets of `range`, epoch seconds; days begin at midnight of `zone`, also over a clock change. */
export function buckets(range: Range, step: Step, zone: string): number[] {
  if (step === "hour") {
    return Array.from({ length: Math.ceil((range.to - range.from) / HOUR) }, (_, i) => range.from + i * HOUR);
  }
  const starts = Array.from({ length: daysBetween(range.first, range.last) }, (_, i) =>
    i === 0 ? range.from : Math.floor(dayStart(addDays(range.first, i), zone) / HOUR) * HOUR,
  );
  return starts.filter((t) => t < range.to);
}

/** Sums `value` of hourly `rows` into the buckets that begin at `starts`; rows before the first are left out. */
export function summed<Row>(
  rows: readonly Row[],
  starts: readonly number[],
  at: (row: Row) => number,
  value: (row: Row) => number,
): number[] {
  const sums = starts.map(() => 0);
  for (const row of rows) {
    const i = bucketAt(starts, at(row));
    if (i >= 0) sums[i] = (sums[i] ?? 0) + value(row);
  }
  return sums;
}

/** Index of the bucket that holds `t`; -1 before the first. */
export function bucketAt(starts: readonly number[], t: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
