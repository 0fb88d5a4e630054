/** What must hold of the budgets after every step: SECURITY.md 4, I2 and I6, and 9.2, from what the ledgers have stored. */
import { expect } from "vitest";
import type { Budget } from "../../worker/budget/lease.ts";
import type { Record } from "../../worker/verification/record.ts";
import type { Shadow } from "./modelshadow.ts";
import type { Budgets, Pass, Person } from "./modelworld.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LEASE_LIFE = HOUR;
/** DESIGN.md 5 and SECURITY.md C9, by hand. */
const CAPS = { customer: { guesses: 10, texts: 6 }, number: { guesses: 15, texts: 10 } };
const STOP = 30;
const STAGES = [5, 10, 15, 20, 25];

/** One answer of the ledgers to an open, with what they knew before. */
export interface Asked {
  person: Person;
  before: Budgets;
  pass: Pass;
  at: number;
}

/** A customer's failures, as their settlements came in. */
interface Failures {
  told: { id: string; wrong: number; right: boolean }[];
  /** Leases as they were last seen. */
  open: Map<string, { at: number; guesses: number }>;
  /** Those that count in full because nobody settled them in time, until they are told of after all. */
  presumed: Map<string, number>;
  /** No lease before this. */
  waitUntil: number;
}

/** What the laws remember of budgets. */
export interface Spending {
  shadows: Shadow[];
  owners: Map<string, Person>;
  /** Each record as it was stored when last looked at. */
  records: Map<string, Record>;
  rows: Budgets;
  unlocked: Set<string>;
  asked: Asked[];
  failures: Map<string, Failures>;
  /** When a customer who had to wait was told to come back, and after how many failures. */
  promises: Map<string, { failures: number; until: number }>;
  /** When which number was told that its codes were guessed. */
  notices: { number: string; at: number }[];
}

export function unspent(people: readonly Person[]): Spending {
  const none = (): Failures => ({ told: [], open: new Map(), presumed: new Map(), waitUntil: 0 });
  return {
    ...{
      shadows: [],
      owners: new Map(),
      records: new Map(),
      rows: new Map(),
      promises: new Map(),
      asked: [],
      notices: [],
    },
    ...{ unlocked: new Set<string>(), failures: new Map(people.map(({ customer }) => [customer, none()])) },
  };
}

/** The laws of one customer and their number. */
export function ofBudgets(run: Spending, person: Person): void {
  for (const whose of ["customer", "number"] as const) {
    const row = run.rows.get(person[whose]);
    const shadows = run.shadows.filter(({ id }) => run.owners.get(id)?.[whose] === person[whose]);
    const { guesses, texts } = CAPS[whose];
    const evaluated = shadows.flatMap((s) => s.guesses.map(({ at }) => at));
    expect(busiest(evaluated), `guesses of a ${whose} in a day`).toBeLessThanOrEqual(guesses);
    const notices = run.notices.filter(({ number }) => number === person[whose]).map(({ at }) => at);
    expect(busiest(notices), `notices to a ${whose} in a day`).toBeLessThanOrEqual(1);
    expect(
      busiest([...notices, ...shadows.flatMap(({ seen }) => seen)]),
      `texts to a ${whose} in a day`,
    ).toBeLessThanOrEqual(texts);
    const ids = [...(row?.leases ?? []), ...(row?.spent ?? [])].map(({ id }) => id);
    expect(new Set(ids).size, `leases of a ${whose}, one a verification`).toBe(ids.length);
    for (const lease of row?.leases ?? []) {
      // Not of the life before it: an id whose verification was forgotten may be leased for once more.
      const since = (times: readonly { at: number }[] = []) => times.filter(({ at }) => at >= lease.at).length;
      const used = shadows.find(({ id }) => id === lease.id);
      expect(since(used?.guesses), `guesses on a ${whose}'s lease`).toBeLessThanOrEqual(lease.guesses);
      expect(since(used?.texts), `texts on a ${whose}'s lease`).toBeLessThanOrEqual(lease.sends);
    }
  }
  const row = run.rows.get(person.customer);
  const failures = run.failures.get(person.customer);
  if (row && failures) inARow(run, person, row, failures);
}

function inARow(run: Spending, { customer }: Person, row: Budget, failures: Failures): void {
  for (const [id, { at, guesses }] of failures.open)
    if (Date.now() >= at + LEASE_LIFE && !row.leases.some((one) => one.id === id && one.at === at))
      failures.presumed.set(id, guesses);
  failures.open = new Map(row.leases.map((lease) => [lease.id, lease]));
  if (run.unlocked.delete(customer)) cleared(failures, "an operator");
  for (const { id, presumed } of row.spent) {
    if (!presumed && !failures.told.some((one) => one.id === id)) heard(run, failures, id);
  }
  expect(row.inRow, "failures in a row").toBe(since(failures));
  // A wait is as long as its failures deserve, and none outlives them.
  const wait = waitAfter(row.inRow);
  expect(row.waitUntil, "the end of a wait").toBeLessThanOrEqual(wait && Date.now() + wait);
  const out = row.leases.reduce((sum, { guesses }) => sum + guesses, 0);
  expect(row.inRow + out, "failures in a row with all that is leased").toBeLessThanOrEqual(STOP);
}

/** A verification has told what it used. */
function heard(run: Spending, failures: Failures, id: string): void {
  const late = failures.presumed.delete(id);
  const before = since(failures);
  const guesses = run.shadows.find((s) => s.id === id)?.guesses ?? [];
  const wrong = guesses.filter(({ right }) => !right).length;
  if (wrong < guesses.length) return void cleared(failures, id);
  failures.told.push({ id, wrong, right: false });
  const stage = STAGES.findLast((one) => before < one && before + wrong >= one);
  // What comes late has had its wait when it was presumed.
  if (stage && !late) failures.waitUntil = Math.max(failures.waitUntil, Date.now() + waitAfter(stage));
}

function cleared(failures: Failures, by: string): void {
  failures.told.push({ id: by, wrong: 0, right: true });
  failures.presumed.clear();
  failures.waitUntil = 0;
}

function since({ told, presumed }: Failures): number {
  const heard = told.slice(told.findLastIndex(({ right }) => right) + 1).reduce((sum, { wrong }) => sum + wrong, 0);
  return [...presumed.values()].reduce((sum, guesses) => sum + guesses, heard);
}

function waitAfter(failures: number): number {
  return failures >= 15 ? DAY : failures >= 10 ? HOUR : failures >= 5 ? HOUR / 4 : 0;
}

/** Nobody gets more than there is, or before their wait is over; nobody is refused without a reason. */
export function answered(run: Spending, { person, before, pass, at }: Asked): void {
  const { budget, claim, outcome } = pass;
  if (outcome && !outcome.leased) {
    const left = (rows: Budgets) =>
      [person.customer, person.number].flatMap(
        (name) => rows.get(name)?.leases.filter(({ id }) => id === claim.id) ?? [],
      );
    expect(left(run.rows).length, "leases of one that uses none").toBeLessThanOrEqual(left(before).length);
  }
  if (!budget || claim.old) return;
  if (!budget.ok) return void refused(run, person, before, budget.waitMs, at);
  run.promises.delete(person.customer);
  expect(budget.guesses, "guesses leased").toBeLessThanOrEqual(5);
  expect(budget.sends, "texts leased").toBeLessThanOrEqual(3);
  if (claim.fresh)
    expect(at, "an open after the wait").toBeGreaterThanOrEqual(run.failures.get(person.customer)?.waitUntil ?? 0);
}

/** A wait that was told is not begun anew when it is over. */
function refused(run: Spending, person: Person, before: Budgets, waitMs: number | null, at: number): void {
  const [customer, number] = [before.get(person.customer), before.get(person.number)];
  // A wait that stands is kept, whatever became of the failures it began with.
  if (at < (customer?.waitUntil ?? 0) || usedUp(customer, CAPS.customer, at) || usedUp(number, CAPS.number, at)) return;
  const failures = failuresBy(customer, at);
  const promise = run.promises.get(person.customer);
  const due = promise?.failures === failures ? promise.until : at + waitAfter(failures);
  if (!stopped(customer)) expect(due, "the end of a wait, for somebody who is refused").toBeGreaterThan(at);
  if (waitMs !== null) run.promises.set(person.customer, { failures, until: at + waitMs });
}

/** Failures in a row as `now` sees them: what was leased and never settled counts in full. */
function failuresBy(row: Budget | undefined, now: number): number {
  const dead = (row?.leases ?? []).filter(({ at }) => now >= at + LEASE_LIFE);
  return (row?.inRow ?? 0) + dead.reduce((sum, { guesses }) => sum + guesses, 0);
}

function stopped(row: Budget | undefined): boolean {
  const out = (row?.leases ?? []).reduce((sum, { guesses }) => sum + guesses, 0);
  return (row?.inRow ?? 0) + out >= STOP;
}

function usedUp(row: Budget | undefined, cap: { guesses: number; texts: number }, now: number): boolean {
  const spent = (row?.spent ?? []).filter(({ at }) => now < at + DAY);
  const out = (row?.leases ?? []).filter(({ at }) => now < at + LEASE_LIFE + DAY);
  const sum = (of: "guesses" | "sends") => [...spent, ...out].reduce((n, one) => n + one[of], 0);
  return sum("guesses") >= cap.guesses || sum("sends") >= cap.texts;
}

/** The most that ever fell into one day. */
function busiest(times: readonly number[]): number {
  return Math.max(0, ...times.map((end) => times.filter((at) => at <= end && at > end - DAY).length));
}
