/** Numbers as a table and as a file. */
import { type Cell, csv } from "./csv.ts";
import { duration, mean } from "./figures.ts";

/** How a column is read: text, a count, a share of 1, milliseconds, a price, a mean, or a number as it came. */
export interface Column {
  name: string;
  as: "text" | "count" | "share" | "ms" | "price" | "mean" | "number";
}

/** A table; an empty text stands for a cell nobody knows. */
export interface Sheet {
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
}

/** The sheet as it is looked at: a margin that is 0 in every row says only that all is exact. */
export function withoutZeroMargins({ columns, rows }: Sheet): Sheet {
  const keep = columns.map(({ name }, c) => !name.endsWith(", margin") || rows.some((row) => Number(row[c]) > 0));
  return {
    columns: columns.filter((_, c) => keep[c]),
    rows: rows.map((row) => row.filter((_, c) => keep[c])),
  };
}

const counts = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 3, maximumFractionDigits: 3 });

const WRITTEN: Record<Column["as"], (value: number) => string> = {
  text: String,
  count: (value) => counts.format(value),
  share: (value) => `${(value * 100).toFixed(1)} %`,
  ms: duration,
  price: (value) => fine.format(value),
  mean,
  number: (value) => String(Number.isInteger(value) ? value : Number(value.toPrecision(6))),
};

/** The sheet under its caption; it scrolls sideways where it is too wide, also by keyboard. */
export function Table({ name, sheet }: { name: string; sheet: Sheet }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="sheet" tabIndex={0} aria-label={`Table: ${name}`}>
      <table>
        <caption class="unseen">{name}</caption>
        <thead>
          <tr>
            {sheet.columns.map(({ name: column, as }) => (
              <th key={column} scope="col" class={as === "text" ? "" : "n"}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sheet.rows.map((row, r) => (
            <tr key={`${r} ${row[0]}`}>
              {row.map((value, c) => {
                const { as, name: column } = sheet.columns[c] ?? { as: "text", name: "" };
                const unknown = value === "" && as !== "text";
                const said = typeof value === "number" ? (WRITTEN[as] ?? String)(value) : unknown ? "–" : value;
                return c === 0 ? (
                  <th key={column} scope="row" class={as === "text" ? "" : "n"}>
                    {said}
                  </th>
                ) : (
                  <td key={column} class={as === "text" ? "" : "n"}>
                    {said}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Saves `content` as a file of that name. */
export function download(content: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has taken its own hold of the content once the click is through.
  setTimeout(() => URL.revokeObjectURL(link.href));
}

/** The sheet as CSV in UTF-8, numbers unrounded. */
export function asFile({ columns, rows }: Sheet): Blob {
  return new Blob(
    [
      csv(
        columns.map(({ name }) => name),
        rows,
      ),
    ],
    { type: "text/csv;charset=utf-8" },
  );
}
