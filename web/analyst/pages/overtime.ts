/** Hourly answers in the buckets of a chart. */
import type { Times } from "../charts/Axes.tsx";
import { type Figure, margin } from "../figures.ts";
import type { Answer } from "../given.ts";
import { bucketAt, buckets, type Range, stepOf, summed } from "../period.ts";
import { figure, number } from "../tally.ts";

/** The buckets of `range`; those that hold or follow `settledUntil` are open. */
export function timesOf(range: Range, zone: string, settledUntil: number): Times {
  const step = stepOf(range);
  const starts = buckets(range, step, zone);
  const open = Math.max(0, bucketAt(starts, settledUntil));
  return { starts, step, zone, ...(settledUntil < range.to && { open }) };
}

/** A column of hourly rows per bucket. */
export function over(answer: Answer, column: string, { starts }: Times): Figure[] {
  const at = (row: Answer["data"][number]) => number(row, "t");
  const values = summed(answer.data, starts, at, (row) => number(row, column));
  const variances = summed(answer.data, starts, at, (row) => (figure(answer, row, column).margin / 1.96) ** 2);
  const rows = summed(answer.data, starts, at, (row) => number(row, "rows_read"));
  return values.map((value, i) => ({ value, margin: margin(variances[i] ?? 0), ...(rows[i] && { rows: rows[i] }) }));
}
