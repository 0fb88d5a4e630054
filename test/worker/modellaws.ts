/** What must hold after every step, whatever the reference says: SECURITY.md 4, I1 to I6, read from what is stored. */
import { expect } from "vitest";
import type { Reason, Status } from "../../worker/contract.ts";
import type { Record } from "../../worker/verification/record.ts";
import { after, type Move, REASONS_OF } from "../../worker/verification/state.ts";
import { answered, ofBudgets, type Spending, unspent } from "./modelbudgets.ts";
import { isLive, type Shadow } from "./modelshadow.ts";
import { budgets, type Person } from "./modelworld.ts";

const ALL: readonly Move[] = [
  ...(["send", "approve", "exempt", "redeem", "deny", "exhaust", "expire", "abandon", "cancel"] as const),
  ...(["supersede", "block", "undeliver", "error", "revoke", "lapse"] as const),
];
const SURVIVES: readonly Status[] = ["approved", "redeemed", "revoked", "lapsed", "superseded"];

/** What the laws remember of a run. */
export interface Watched extends Spending {
  people: Person[];
  /** Forgotten a day after their end. */
  gone: Set<string>;
}

export function watch(people: Person[]): Watched {
  return { people, gone: new Set<string>(), ...unspent(people) };
}

/** Throws at the first law that does not hold; reads the ledgers anew where the step may have changed them. */
export async function check(run: Watched, { ledgers }: { ledgers: boolean }): Promise<void> {
  ofOrders(run);
  if (ledgers) run.rows = await budgets(run.people);
  for (const person of run.people) ofBudgets(run, person);
  for (const asked of run.asked.splice(0)) answered(run, asked);
}

/** The laws of one verification, as it is stored. */
export function ofOne(run: Watched, shadow: Shadow, r: Record): void {
  const name = `${r.status} verification`;
  expect(r.guesses.length, `guesses evaluated of a ${name}`).toBeLessThanOrEqual(r.limits.guesses);
  expect(r.limits.guesses, "guesses of one verification").toBeLessThanOrEqual(5);
  expect(r.sends.length, `texts counted of a ${name}`).toBeLessThanOrEqual(Math.min(3, r.limits.sends));
  expect(shadow.seen.length, "texts the gateway saw, of those counted").toBeLessThanOrEqual(r.sends.length);
  const approvals = r.guesses.filter(({ right }) => right).length + (r.network?.word === "ok" ? 1 : 0);
  expect(approvals, "approvals").toBeLessThanOrEqual(1);
  expect(shadow.checks, "codes taken from the operator").toBeLessThanOrEqual(1);
  const begun = run.records.get(r.id)?.network;
  if (begun) expect(r.network, "a silent check that was begun").toMatchObject(begun);
  const reasons: readonly (Reason | null)[] = isOver(r.status) ? REASONS_OF[r.status] : [null];
  expect(reasons, `reasons of a ${name}`).toContain(r.reason);
  if (isOver(r.status)) expect(r.sealed, `the number of a ${name}`).toBeNull();
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
