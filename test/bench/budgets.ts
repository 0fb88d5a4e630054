/** The budgets the product keeps, and what was measured against them. */
import type { Sample, Work } from "./rounds.ts";

/** One line of the result. `must` and `aim` are upper bounds; without them the line only informs. */
export interface Figure {
  what: string;
  value: number;
  unit: "×" | "ms" | "kB" | "rows" | "calls" | "points";
  must?: number;
  aim?: number;
}

/** The judged ratios: work against its floor, from the samples at 64 connections. */
const RATIOS: { what: string; work: Work; to: Work; of: (sample: Sample) => number; must?: number; aim?: number }[] = [
  { what: "wrong check, server CPU", work: "wrong check", to: "floor", of: cpu, must: 2.0, aim: 1.5 },
  { what: "right check, server CPU", work: "right check", to: "floor", of: cpu, must: 2.5, aim: 1.7 },
  // As a check is judged by its one call: by its own, of which one makes an object and two leave the house.
  {
    what: "open + start, server CPU, to its bare calls",
    work: "open + start",
    to: "bare open + start",
    of: cpu,
    must: 2.0,
    aim: 1.5,
  },
  { what: "open + start, server CPU, to a fresh floor", work: "open + start", to: "fresh floor", of: cpu },
  { what: "its bare calls, to a fresh floor", work: "bare open + start", to: "fresh floor", of: cpu },
  { what: "open + start, server CPU, to the floor", work: "open + start", to: "floor", of: cpu },
  { what: "fresh floor, server CPU, to the floor", work: "fresh floor", to: "floor", of: cpu },
  { what: "last wrong check, with its end's errands", work: "last wrong check", to: "floor", of: cpu },
  { what: "wrong check, p99", work: "wrong check", to: "floor", of: p99, must: 2.0, aim: 1.3 },
  { what: "wrong check, p50", work: "wrong check", to: "floor", of: p50 },
];

function cpu({ cpuMs }: Sample): number {
  return cpuMs;
}

function p50({ times }: Sample): number {
  return quantile(times, 0.5);
}

function p99({ times }: Sample): number {
  return quantile(times, 0.99);
}

/** Value below which the share `q` of the ascending `times` lies. */
export function quantile(times: readonly number[], q: number): number {
  return times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? Number.NaN;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? Number.NaN) + (sorted[sorted.length >> 1] ?? Number.NaN)) / 2;
}

/** Per ratio the median over the rounds; within a round against the mean of that round's floors, so that a slow minute slows both. */
export function ratios(rounds: readonly (readonly Sample[])[]): Figure[] {
  return RATIOS.map(({ work, to, of, ...rest }) => {
    const values = rounds.map((samples) => mean(samples, work, of) / mean(samples, to, of));
    return { ...rest, value: median(values), unit: "×" as const };
  });
}

function mean(samples: readonly Sample[], work: Work, of: (sample: Sample) => number): number {
  const values = samples.filter((sample) => sample.work === work).map(of);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Whether a `must` is missed. */
export function missed({ value, must }: Figure): boolean {
  return must !== undefined && !(value <= must);
}

/** The figures as a table for people. */
export function judged(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, value, unit, must, aim } = figure;
    const word = missed(figure) ? "MISSED" : must === undefined ? "" : value <= (aim ?? 0) ? "aim met" : "met";
    return [what, `${shown(value)} ${unit}`, bound(must), bound(aim), word];
  });
  return table([["", "measured", "must", "aim", ""], ...rows]);
}

/** CPU and latency of each kind of work, medians over the rounds. */
export function measured(rounds: readonly (readonly Sample[])[]): string {
  const samples = rounds.flat();
  const kinds = new Map(samples.map((sample) => [`${sample.work} ${sample.connections}`, sample]));
  const rows = [...kinds.values()].map(({ work, connections }) => {
    const same = samples.filter((sample) => sample.work === work && sample.connections === connections);
    return [work, String(connections), ...[cpu, p50, p99].map((of) => shown(median(same.map(of))))];
  });
  return table([["", "connections", "CPU ms", "p50 ms", "p99 ms"], ...rows]);
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 0);
}

function bound(value: number | undefined): string {
  return value === undefined ? "" : `≤ ${value}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ");
  return rows.map((row) => `  ${line(row)}`.trimEnd()).join("\n");
}
