/** Small groups: what few people are behind is not shown to everybody. */
import type { Answer } from "./answer.ts";
import { HIDDEN } from "./dialect.ts";

const SMALLEST = 5;

/** `answer` without the rows that fewer than five rows of the data set stand behind; they are not in its total either. */
export function withoutSmallCells(answer: Answer): Answer {
  const data = answer.data.filter((row) => rowsBehind(row) >= SMALLEST);
  return { ...answer, data, rows: data.length, rows_read: data.reduce((sum, row) => sum + rowsBehind(row), 0) };
}

/** The rows as they are given out, without the column of rows behind each. */
export function shown({ data }: Answer): Answer["data"] {
  return data.map(({ [HIDDEN.rows]: _, ...row }) => row);
}

/** Unknown is none: a row that does not say how many stand behind it is a small one. */
function rowsBehind(row: Answer["data"][number]): number {
  return Number(row[HIDDEN.rows] ?? 0);
}
