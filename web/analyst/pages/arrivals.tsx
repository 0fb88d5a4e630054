/** The tables of Delivery: what became of the texts by gateway, operator and country, and how long it took. */
import { FEW_ROWS_QUANTILE, type Figure, rate } from "../figures.ts";
import type { Answer, Row } from "../given.ts";
import { countryName } from "../labels.ts";
import type { Drawn } from "../Panel.tsx";
import { type Column, type Sheet, Table, withoutZeroMargins } from "../Table.tsx";
import { about, counted, figure, number, sum, text } from "../tally.ts";

/**
 * Answers to "how long": from the first text to its receipt, and from the beginning to the right code; `open` is not known
 * yet, `unkept` is known to nobody.
 */
export interface Times {
  receipt: Answer | "open" | "unkept" | undefined;
  approval: Answer | "open" | "unkept" | undefined;
}

/** Columns that belong together, and what they say of the thing that has `keys`. */
interface Part {
  columns: readonly Column[];
  cells(keys: Row): (number | string)[];
}

const READ = ", rows read";

/** A figure and its margin. */
function measured(name: string, as: Column["as"], of: (keys: Row) => Figure | undefined): Part {
  const columns = [
    { name, as },
    { name: `${name}, margin`, as },
  ];
  return {
    columns,
    cells(keys) {
      const found = of(keys);
      return [found?.value ?? "", found?.margin ?? ""];
    },
  };
}

/** Median and 95th percentile, from how many rows; below a hundred they say nothing (a quantile has no simple margin). */
function lasting(name: string, answer: Times["receipt"], by: readonly string[]): Part[] {
  if (typeof answer !== "object") return [];
  const columns: Column[] = [
    { name: `${name}, ${about(answer)}median`, as: "ms" },
    { name: `${name}, ${about(answer)}95\u00a0%`, as: "ms" },
    { name: name + READ, as: "count" },
  ];
  const cells = (keys: Row) => {
    const row = answer.data.find((other) => by.every((key) => text(other, key) === text(keys, key)));
    const read = number(row, "rows_read");
    const [p50, p95] = ["p50_ms", "p95_ms"].map((q) => (read >= FEW_ROWS_QUANTILE ? number(row, q) : ""));
    return [p50 ?? "", p95 ?? "", read];
  };
  return [{ columns, cells }];
}

function timed({ receipt, approval }: Times, ...by: string[]): Part[] {
  return [...lasting("receipt after", receipt, by), ...lasting("authenticated after", approval, by)];
}

/** The parts of `rows` beside each other, behind what they are called; `named` has one text a column. */
function sheetOf(
  rows: readonly Row[],
  named: readonly [string, (row: Row) => string][],
  parts: readonly Part[],
): Sheet {
  return {
    columns: [...named.map(([name]): Column => ({ name, as: "text" })), ...parts.flatMap(({ columns }) => columns)],
    rows: rows.map((row) => [...named.map(([, say]) => say(row)), ...parts.flatMap(({ cells }) => cells(row))]),
  };
}

/** A table to look at: without margins and rows read where all rows were. */
function drawn(name: string, sheet: Sheet, summary: string, times: Times, more = ""): Drawn {
  const sampled = [times.receipt, times.approval].some((answer) => typeof answer === "object" && !answer.exact);
  const keep = sheet.columns.map(({ name }) => sampled || !name.endsWith(READ));
  const shown: Sheet = {
    columns: sheet.columns.filter((_, c) => keep[c]),
    rows: sheet.rows.map((row) => row.filter((_, c) => keep[c])),
  };
  const missing = [
    times.receipt === "unkept" && "The time to a receipt is not kept this way.",
    times.approval === "unkept" && "The time to an authentication is not kept this way.",
  ];
  const note = [more, `Times are shown from ${FEW_ROWS_QUANTILE} receipts or authentications on.`, ...missing]
    .filter(Boolean)
    .join(" ");
  return { summary, plain: true, chart: <Table name={name} sheet={withoutZeroMargins(shown)} />, note, sheet };
}

/** Gateways over the whole period, from their hours. */
export function drawnGateways(hours: Answer, times: Times): Drawn | undefined {
  const of = (column: string) => (row: Row) =>
    sum(
      hours.data
        .filter((hour) => text(hour, "provider") === text(row, "provider"))
        .map((h) => figure(hours, h, column)),
    );
  const rows = [...new Set(hours.data.map((row) => text(row, "provider")))]
    .map((provider): Row => ({ provider }))
    .filter((row) => of("sent")(row).value + of("refused")(row).value > 0);
  if (!rows.length) return undefined;
  const sheet = sheetOf(
    rows,
    [["gateway", (row) => text(row, "provider") || "unknown"]],
    [
      measured("texts", "count", of("sent")),
      measured("confirmed", "share", (row) => rate(of("receipts")(row), of("sent")(row))),
      measured("refused", "count", of("refused")),
      ...timed(times, "provider"),
    ],
  );
  return drawn("Gateways", sheet, `${rows.length} ${rows.length === 1 ? "gateway" : "gateways"}.`, times);
}

/** Operators, most texts first. */
export function drawnOperators(answer: Answer, times: Times): Drawn | undefined {
  const rows = answer.data.filter((row) => number(row, "sends") > 0);
  const [best] = rows;
  if (!best) return undefined;
  const of = (column: string) => (row: Row) => figure(answer, row, column);
  const sheet = sheetOf(
    rows,
    [
      ["operator", (row) => text(row, "operator") || "unknown"],
      ["country", (row) => countryName(text(row, "country"))],
    ],
    [
      measured("texts", "count", of("sends")),
      measured("confirmed", "share", (row) => rate(of("receipts")(row), of("sends")(row))),
      measured("refused", "count", of("refused")),
      measured("authenticated", "share", (row) => rate(of("approved")(row), of("sessions_sent")(row))),
      ...timed(times, "country", "operator"),
    ],
  );
  const summary = `${rows.length} ${rows.length === 1 ? "operator" : "operators"}; most texts to ${text(best, "operator") || "unknown"}, ${countryName(text(best, "country"))}.`;
  return drawn("Operators", sheet, summary, times);
}

/** Countries, most codes first. */
export function drawnCountries(resend: Answer, countries: Answer, cost: Answer, times: Times): Drawn | undefined {
  const rows = resend.data.filter((row) => number(row, "sent") > 0);
  if (!rows.length) return undefined;
  const of = (column: string) => (row: Row) => figure(resend, row, column);
  const here = (row: Row) => (other: Row) => text(other, "country") === text(row, "country");
  const price = (row: Row) => {
    const micro = counted(cost, "cost_micro", here(row)).value;
    const approved = counted(cost, "approved", here(row)).value;
    return approved > 0 && micro > 0 ? micro / 1e6 / approved : "";
  };
  const authenticated = (row: Row) => {
    const own = countries.data.find(here(row));
    return own && rate(figure(countries, own, "approved"), figure(countries, own, "sent"));
  };
  const sheet = sheetOf(
    rows,
    [["country", (row) => countryName(text(row, "country"))]],
    [
      measured("sent a code", "count", of("sent")),
      measured("asked again", "share", (row) => rate(of("resent")(row), of("sent")(row))),
      measured("then authenticated", "share", (row) => rate(of("approved_after_resend")(row), of("resent")(row))),
      measured("changed to text", "count", of("switched")),
      measured("authenticated", "share", authenticated),
      { columns: [{ name: "cost per authentication, EUR", as: "price" }], cells: (row) => [price(row)] },
      ...timed(times, "country"),
    ],
  );
  const summary = `${rows.length} ${rows.length === 1 ? "country" : "countries"}; most codes to ${countryName(text(rows[0], "country"))}.`;
  return drawn("Countries", sheet, summary, times, "Cost covers prefixes with at least 20 verifications.");
}
