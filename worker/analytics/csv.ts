/** Numbers as a file for a spreadsheet (RFC 4180). */
import type { Answer } from "./answer.ts";
import { HIDDEN } from "./dialect.ts";

/** A spreadsheet takes a text that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
/** Two-sided, 95 %. */
const Z = 1.96;

/**
 * The answer with a header, UTF-8: each count followed by its margin where its variance is known, and the rows read and
 * the coarsest sample at the end of every row. Texts that look like formulas begin with an apostrophe (requirement H17).
 */
export function csv({ meta, data, rows_read, coarsest }: Answer): string {
  const names = meta.map(({ name }) => name).filter((name) => !/^(?:var_.*|rows_read|coarsest)$/.test(name));
  const columns = names.flatMap((name) => {
    const varied = meta.some((one) => one.name === `var_${name}`);
    return varied ? [name, `${name}_margin`] : [name];
  });
  const line = (row: Answer["data"][number]) => [
    ...columns.map((name) => (names.includes(name) ? row[name] : margin(row[`var_${name.slice(0, -7)}`]))),
    row[HIDDEN.rows] ?? rows_read,
    row.coarsest ?? coarsest,
  ];
  return [[...columns, "rows_read", "coarsest"], ...data.map(line)]
    .map((cells) => `${cells.map(cell).join(",")}\r\n`)
    .join("");
}

const margin = (variance: unknown) => Number((Z * Math.sqrt(Number(variance ?? 0))).toFixed(2));

function cell(value: string | number | null | undefined): string {
  if (typeof value !== "string") return value === null || value === undefined ? "" : String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
