/** What must hold after every step, whatever the reference says: SECURITY.md 4, I1 to I6, read from what is stored. */
import { expect } from "vitest";
import type { Budget } from "../../worker/budget/lease.ts";
import type { Reason, Status } from "../../worker/contract.ts";
import type { Record } from "../../worker/verification/record.ts";
import { after, type Move, REASONS_OF } from "../../worker/verification/state.ts";
import { isLive, type Shadow } from "./modelshadow.ts";
import { type Budgets, budgets, type Pass, type Person } from "./modelworld.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LEASE_LIFE = HOUR;
/** DESIGN.md 5, by hand. */
const CAPS = { customer: { guesses: 10, texts: 6, stop: 30 }, number: { guesses: 15, texts: 10 } };
const ALL: readonly Move[] = [
  ...(["send", "approve", "exempt", "redeem", "deny", "exhaust", "expire", "abandon", "cancel"] as const),
  ...(["supersede", "block", "undeliver", "error", "revoke", "lapse"] as const),
];
const SURVIVES: readonly Status[] = ["approved", "redeemed", "revoked", "lapsed", "superseded"];

/** One answer of the ledgers to an open, with what they knew before. */
export interface Asked {
  person: Person;
  before: Budgets;
  budget: NonNullable<Pass["budget"]>;
  at: number;
}

/** What the laws remember of a run. */
export interface Watched {
  people: Person[];
  shadows: Shadow[];
  owners: Map<string, Person>;
  /** Forgotten a day after their end. */
  gone: Set<string>;
  unlocked: Set<string>;
  asked: Asked[];
  /** When a customer who had to wait was told to come back, and after how many failures. */
  promises: Map<string, { failures: number; until: number }>;
  /** Each record as it was stored when last looked at. */
  records: Map<string, Record>;
  rows: Budgets;
  /** Settlements as the customers' rows took them, in their order. */
  told: Map<string, { id: string; wrong: number; right: boolean }[]>;
}

export function watch(people: Person[]): Watched {
  return {
    ...{ people, shadows: [], owners: new Map(), gone: new Set<string>(), unlocked: new Set<string>() },
    ...{
      asked: [],
      records: new Map(),
      rows: new Map(),
      promises: new Map(),
      told: new Map(people.map(({ customer }) => [customer, []])),
    },
  };
}

/** Throws at the first law that does not hold; reads the ledgers anew where the step may have changed them. */
export async function check(run: Watched, { ledgers }: { ledgers: boolean }): Promise<void> {
  ofOrders(run);
  if (ledgers) run.rows = await budgets(run.people);
  for (const person of run.people) ofBudgets(run, person);
  for (const asked of run.asked.splice(0)) ofRefusal(run, asked);
}

/** The laws of one verification, as it is stored. */
export function ofOne(run: Watched, shadow: Shadow, r: Record): void {
  const name = `${r.status} verification`;
  expect(r.guesses.length, `guesses evaluated of a ${name}`).toBeLessThanOrEqual(r.limits.guesses);
  expect(r.limits.guesses, "guesses of one verification").toBeLessThanOrEqual(5);
  expect(r.sends.length, `texts counted of a ${name}`).toBeLessThanOrEqual(Math.min(3, r.limits.sends));
  expect(shadow.seen.length, "texts the gateway saw, of those counted").toBeLessThanOrEqual(r.sends.length);
  expect(r.guesses.filter(({ right }) => right).length, "approvals").toBeLessThanOrEqual(1);
  const reasons: readonly (Reason | null)[] = isOver(r.status) ? REASONS_OF[r.status] : [null];
  expect(reasons, `reasons of a ${name}`).toContain(r.reason);
  if (isOver(r.status)) expect(r.number.sealed, `the number of a ${name}`).toBeNull();
  if (shadow.acknowledged) expect(SURVIVES, "an approval that was answered").toContain(r.status);
  const before = run.records.get(r.id)?.status ?? r.status;
  expect(reachable(before), `moves from ${before}`).toContain(r.status);
  run.records.set(r.id, r);
}

/** At most one verification of an order can be used, and each revision is redeemed once. */
function ofOrders({ shadows: all, records }: Watched): void {
  const orders = Map.groupBy(all, ({ order }) => order);
  for (const shadows of orders.values()) {
    const usable = shadows.filter((s) => isLive(s) || s.status === "approved");
    expect(usable.length, "verifications of an order that can be used").toBeLessThanOrEqual(1);
    const redemptions = shadows.flatMap(({ id, digest }) => (records.get(id)?.redemption ? [digest] : []));
    expect(new Set(redemptions).size, "redemptions, one a revision").toBe(redemptions.length);
  }
}

function ofBudgets(run: Watched, person: Person): void {
  const { rows } = run;
  for (const whose of ["customer", "number"] as const) {
    const row = rows.get(person[whose]);
    const shadows = run.shadows.filter(({ id }) => run.owners.get(id)?.[whose] === person[whose]);
    const { guesses, texts } = CAPS[whose];
    expect(
      busiest(shadows.flatMap((s) => s.guesses.map(({ at }) => at))),
      `guesses of a ${whose} in a day`,
    ).toBeLessThanOrEqual(guesses);
    expect(busiest(shadows.flatMap(({ seen }) => seen)), `texts to a ${whose} in a day`).toBeLessThanOrEqual(texts);
    for (const lease of row?.leases ?? []) {
      const used = run.records.get(lease.id);
      expect(used?.guesses.length ?? 0, `guesses on a ${whose}'s lease`).toBeLessThanOrEqual(lease.guesses);
      expect(used?.sends.length ?? 0, `texts on a ${whose}'s lease`).toBeLessThanOrEqual(lease.sends);
    }
  }
  const row = rows.get(person.customer);
  if (row) inARow(run, person, row);
}

function inARow(run: Watched, { customer }: Person, row: Budget): void {
  const told = run.told.get(customer) ?? [];
  // An operator's word counts like a right code.
  if (run.unlocked.delete(customer)) told.push({ id: "unlocked", wrong: 0, right: true });
  for (const { id } of row.spent.filter(({ presumed }) => !presumed)) {
    if (told.some((one) => one.id === id)) continue;
    const guesses = run.shadows.find((s) => s.id === id)?.guesses ?? [];
    told.push({ id, wrong: guesses.filter(({ right }) => !right).length, right: guesses.some(({ right }) => right) });
  }
  const since = told.slice(told.findLastIndex(({ right }) => right) + 1);
  const failures = since.reduce((sum, { wrong }) => sum + wrong, 0);
  expect(row.inRow, "failures in a row since the last right code was told").toBeGreaterThanOrEqual(failures);
  const out = row.leases.reduce((sum, { guesses }) => sum + guesses, 0);
  expect(row.inRow + out, "failures in a row with all that is leased").toBeLessThanOrEqual(CAPS.customer.stop);
}

/** Nobody is refused whose budgets are not used up or who need not wait; and a wait that was told is not begun anew. */
function ofRefusal(run: Watched, { person, before, budget, at }: Asked): void {
  if (budget.ok) {
    run.promises.delete(person.customer);
    expect(budget.guesses, "guesses leased").toBeLessThanOrEqual(5);
    return void expect(budget.sends, "texts leased").toBeLessThanOrEqual(3);
  }
  const [customer, number] = [before.get(person.customer), before.get(person.number)];
  if (usedUp(customer, CAPS.customer, at) || usedUp(number, CAPS.number, at)) return;
  const failures = failuresBy(customer, at);
  const wait = failures >= 15 ? DAY : failures >= 10 ? HOUR : failures >= 5 ? HOUR / 4 : 0;
  const promise = run.promises.get(person.customer);
  const due = promise?.failures === failures ? promise.until : at + wait;
  if (!stopped(customer)) expect(due, "the end of a wait, for somebody who is refused").toBeGreaterThan(at);
  if (budget.waitMs !== null) run.promises.set(person.customer, { failures, until: at + budget.waitMs });
}

/** Failures in a row as `now` sees them: what was leased and never settled counts in full. */
function failuresBy(row: Budget | undefined, now: number): number {
  const dead = (row?.leases ?? []).filter(({ at }) => now >= at + LEASE_LIFE);
  return (row?.inRow ?? 0) + dead.reduce((sum, { guesses }) => sum + guesses, 0);
}

function stopped(row: Budget | undefined): boolean {
  const out = (row?.leases ?? []).reduce((sum, { guesses }) => sum + guesses, 0);
  return (row?.inRow ?? 0) + out >= CAPS.customer.stop;
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

function isOver(status: Status): boolean {
  return status !== "created" && status !== "sent";
}

/** Where a status can lead by any number of legal moves, itself among them. */
function reachable(status: Status, known = new Set<Status>()): Set<Status> {
  if (known.has(status)) return known;
  known.add(status);
  for (const move of ALL) {
    const next = after(status, move);
    if (next) reachable(next, known);
  }
  return known;
}
