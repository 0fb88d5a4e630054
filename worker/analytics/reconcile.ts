/** What Analytics Engine has of a day beside what was counted exactly. Pure. */
import type { Answer } from "./answer.ts";

/** One UTC day of one brand in both stores. Times in epoch seconds, `until` exclusive; `margin` as a 95 % interval. */
export interface Finding {
  day: number;
  until: number;
  exact: number;
  engine: number;
  margin: number;
  /** The stores differ by more than sampling and one in a hundred explain. */
  off: boolean;
  /** By outcome what the engine has more or less, where that is more than its margin. */
  differs: Record<string, number>;
}

/** A UTC day in seconds; leap seconds are none (POSIX). */
export const DAY_S = 86_400;
/** Share of what was counted exactly that may be missing, or be too much. */
const TOLERATED = 0.01;
/** Two-sided, 95 %. */
const Z = 1.96;

/**
 * The days of [`from`, `until`) as two answers to `outcomesByDay` have them: the sums, and outcome by outcome, so that one
 * lost and one counted twice do not make up for each other; a day that neither knows has none. The margin of an outcome is the larger
 * of what its rows say and what sampling would do to the exact count: an outcome of which no row was kept says nothing.
 */
export function findings(exact: Answer, engine: Answer, from: number, until: number): Finding[] {
  const counted = byDay(exact);
  const seen = byDay(engine);
  const found: Finding[] = [];
  for (let day = from; day < until; day += DAY_S) {
    const rows = [counted.get(day) ?? new Map(), seen.get(day) ?? new Map()] as const;
    const outcomes = [...new Set(rows.flatMap((of) => [...of.keys()]))].sort();
    const parts = outcomes.map((outcome) => {
      const [is, said] = rows.map((of) => of.get(outcome) ?? NONE) as [Count, Count];
      const variance = engine.exact ? 0 : Math.max(said.variance, is.n * (engine.coarsest - 1));
      return { outcome, is: is.n, said: said.n, variance, margin: Z * Math.sqrt(variance) };
    });
    if (parts.length === 0) continue;
    const sum = (of: (part: (typeof parts)[number]) => number) => parts.reduce((all, part) => all + of(part), 0);
    const [all, had] = [sum(({ is }) => is), sum(({ said }) => said)];
    const margin = Z * Math.sqrt(sum(({ variance }) => variance));
    const apart = sum(({ is, said, margin }) => Math.abs(said - is) - margin);
    const differing = parts.filter(({ is, said, margin }) => Math.abs(said - is) > margin);
    found.push({
      ...{ day, until: Math.min(day + DAY_S, until), exact: all, engine: had, margin },
      off: Math.max(Math.abs(had - all) - margin, apart) > TOLERATED * all,
      differs: Object.fromEntries(differing.map(({ outcome, is, said }) => [outcome, said - is])),
    });
  }
  return found;
}

interface Count {
  n: number;
  variance: number;
}

const NONE: Count = { n: 0, variance: 0 };

function byDay({ data }: Answer): Map<number, Map<string, Count>> {
  const days = new Map<number, Map<string, Count>>();
  for (const { t, outcome, sessions, var_sessions } of data) {
    const of = days.get(Number(t)) ?? new Map<string, Count>();
    days.set(Number(t), of.set(String(outcome), { n: Number(sessions), variance: Number(var_sessions ?? 0) }));
  }
  return days;
}
