/** Tables as files (RFC 4180). */

/** Text, or a number that stays one. */
export type Cell = string | number;

/** Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers stay numbers. */
function cell(value: Cell): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The rows under their header, CRLF after each line; UTF-8 when written. */
export function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
