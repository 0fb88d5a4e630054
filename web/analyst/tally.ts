/** From answers to the numbers of the pages. */
import { type Figure, margin, rate, varianceAtMost } from "./figures.ts";
import type { Answer, Row } from "./given.ts";
import { FAILED } from "./labels.ts";

const Z95_SQUARED = 1.96 ** 2;

/** A text of a row; empty when absent. */
export function text(row: Row | undefined, column: string): string {
  return String(row?.[column] ?? "");
}

/** A number of a row; 0 when absent or unknown. */
export function number(row: Row | undefined, column: string): number {
  return Number(row?.[column] ?? 0);
}

/** A count of a row with its margin. Without a variance beside it, no row weighs more than the answer's coarsest. */
export function figure(answer: Answer, row: Row | undefined, column: string): Figure {
  const value = number(row, column);
  const given = row?.[`var_${column}`];
  const variance = answer.exact ? 0 : given === undefined ? varianceAtMost(value, answer.coarsest) : Number(given);
  const own = row?.rows_read;
  return { value, margin: margin(variance), rows: own === undefined || own === null ? answer.rows_read : Number(own) };
}

/** The sum of counts of different verifications: values add, and so do variances. */
export function sum(figures: readonly Figure[]): Figure {
  const value = figures.reduce((total, f) => total + f.value, 0);
  const variance = figures.reduce((total, f) => total + f.margin ** 2 / Z95_SQUARED, 0);
  const rows = Math.max(0, ...figures.map((f) => f.rows ?? 0));
  return { value, margin: margin(variance), rows };
}

/** The count of the rows for which `picks` holds. */
export function counted(answer: Answer, column: string, picks: (row: Row) => boolean): Figure {
  const found = answer.data.filter(picks).map((row) => figure(answer, row, column));
  return found.length ? sum(found) : { value: 0, margin: 0, rows: answer.rows_read };
}

/** Verifications with one of `outcomes`; all of them without. */
export function withOutcome(answer: Answer, ...outcomes: readonly string[]): Figure {
  return counted(answer, "sessions", (row) => !outcomes.length || outcomes.includes(text(row, "outcome")));
}

/** *failed*: expired, locked, undeliverable, failed_technical. */
export const failed = (answer: Answer): Figure => withOutcome(answer, ...FAILED);

/** *number of attempts*: evaluated guesses, right and wrong, from the histogram of them. */
export function attempts(answer: Answer): Figure {
  const parts = answer.data.map((row) => {
    const { value, margin } = figure(answer, row, "sessions");
    const each = number(row, "submits");
    return { value: value * each, margin: margin * each };
  });
  return { ...sum(parts), rows: answer.rows_read };
}

/** Verifications per number of guesses, 0 to 5. */
export function histogram(answer: Answer): Figure[] {
  return [0, 1, 2, 3, 4, 5].map((n) => counted(answer, "sessions", (row) => number(row, "submits") === n));
}

/** Approvals that came by a code the page was given, of all approvals. */
export function autofillShare(answer: Answer): Figure | undefined {
  const all = counted(answer, "approved", () => true);
  return rate(
    counted(answer, "approved_autofill", () => true),
    all,
  );
}

/** Before a quantile: nothing where every row was read; sums know a duration's bucket only, and a sample not all of them. */
export function about(answer: Answer): "" | "≈ " {
  return answer.exact && answer.sql ? "" : "≈ ";
}
