/** Answers of the console held against the truth, cell by cell. */
import type { Row } from "./truth.ts";

/** What a row of each question is about; every other column is a figure. */
export const KEYS: Record<string, readonly string[]> = {
  outcomes: ["outcome"],
  outcomesByDay: ["brand", "t", "outcome"],
  funnel: [],
  funnelByBrand: ["brand"],
  attempts: ["submits"],
  attemptsMean: [],
  hourly: ["t"],
  verifyTime: ["brand"],
  verifyTimeAutofill: ["webotp"],
  verifyTimeByCountry: ["country"],
  verifyTimeByGateway: ["provider"],
  verifyTimeByOperator: ["country", "operator"],
  deliveryByOperator: ["country", "operator"],
  deliveryByProvider: ["provider", "t"],
  resend: ["country"],
  webotp: ["brand", "device"],
  leaving: ["reach", "outcome"],
  countries: ["country"],
  reasons: ["reason"],
};

/** How much was read, not how much there is. */
const ABOUT_READING = /^var_|^rows_read$|^coarsest$/;

/** Every difference between what was true and what an unsampled answer says, in words; none where all is well. */
export function differences(question: string, truth: readonly Row[], told: readonly Row[]): string[] {
  const found: string[] = [];
  const rest = new Map(told.map((row) => [nameOf(question, row), row]));
  if (rest.size !== told.length) found.push(`${question}: a row comes twice`);
  for (const wanted of truth) {
    const name = nameOf(question, wanted);
    const row = rest.get(name);
    rest.delete(name);
    if (!row) {
      found.push(`${question} ${name}: missing`);
      continue;
    }
    const columns = new Set([...Object.keys(wanted), ...Object.keys(row)].filter((key) => !ABOUT_READING.test(key)));
    for (const column of columns) {
      if (!same(wanted[column], row[column]))
        found.push(`${question} ${name} ${column}: ${row[column]} instead of ${wanted[column]}`);
    }
  }
  for (const name of rest.keys()) found.push(`${question} ${name}: never happened`);
  return found;
}

/** One figure of a sampled answer beside the truth; `margin` as the console shows it (95 %). */
export interface Cell {
  name: string;
  truth: number;
  told: number;
  margin: number;
}

/**
 * Every figure with a margin that at least `least` verifications stand behind, each counted `copies` times; a row that
 * is lost says 0, give or take 0.
 */
export function cells(
  question: string,
  truth: readonly Row[],
  told: readonly Row[],
  copies: number,
  least: number,
): Cell[] {
  const rows = new Map(told.map((row) => [nameOf(question, row), row]));
  const margins = new Set(told.flatMap((row) => Object.keys(row).filter((column) => column.startsWith("var_"))));
  return truth.flatMap((wanted) => {
    const name = nameOf(question, wanted);
    const row = rows.get(name);
    return [...margins].flatMap((variance) => {
      const column = variance.slice(4);
      const real = Number(wanted[column]) * copies;
      const behind = column.endsWith("_cents") ? Number(wanted.sessions) * copies : real;
      if (!(behind >= least)) return [];
      const margin = 1.96 * Math.sqrt(Number(row?.[variance] ?? 0));
      return [{ name: `${question} ${name} ${column}`, truth: real, told: Number(row?.[column] ?? 0), margin }];
    });
  });
}

function nameOf(question: string, row: Row): string {
  return (KEYS[question] ?? []).map((key) => row[key]).join("/");
}

function same(wanted: Row[string] | undefined, told: Row[string] | undefined): boolean {
  if (typeof wanted !== "number" || typeof told !== "number") return wanted === told;
  return Math.abs(wanted - told) <= 1e-9 * Math.max(1, Math.abs(wanted));
}
