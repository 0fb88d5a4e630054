/** Leasing for a verification about to open: from the customer and from the number, both or neither. */
import type { BrandPack } from "../brands/schema.ts";
import { LAST_STAGE, limitsOf } from "../budget/limits.ts";
import { askRow } from "../objects.ts";
import type { Opening } from "../verification/answers.ts";
import { customerLedger, numberLedger } from "./reach.ts";

/** What was granted, and how to give it back should the verification not use it. */
export interface Leased {
  budget: Opening["budget"];
  /** Whether the customer is one stage before the stop, which has to be announced. */
  lastStage: boolean;
  /** Whether this id had its lease before and has settled it: its verification is over, kept or not. */
  over: boolean;
  /** Gives back what this very call took; what was leased before stays with its verification. */
  release(): Promise<void>;
}

/** A verification that is about to open, and what is known of it. */
export interface Opens {
  id: string;
  brand: BrandPack;
  /** Keyed name of its order's row. */
  order: string;
  /** Whether a proof will be asked for. */
  asks: boolean;
  /** It was claimed more than a day ago: it is over, and nobody can use anything on it again. */
  old?: boolean;
}

/**
 * Leases from both ledgers at once; where one refuses, the other gets its part back. Where nothing will be sent nothing
 * is leased, and the customer's row only learns that there is one.
 */
export async function leaseFor(env: Env, names: { customer: string; number: string }, of: Opens): Promise<Leased> {
  const { id, order } = of;
  const nothing = { budget: { ok: true, guesses: 0, sends: 0 }, lastStage: false, release: async () => {} } as const;
  if (of.old) return { ...nothing, over: true };
  const customers = (name: string) => customerLedger(env, name);
  if (!of.asks) {
    await askRow(customers, names.customer, (ledger, name) => ledger.remember(name, { id, order }));
    return { ...nothing, over: false };
  }
  const { guesses, sends } = limitsOf(of.brand.limits);
  const limits = { guesses, sends };
  const numbers = (name: string) => numberLedger(env, name);
  const [customer, number] = await Promise.all([
    askRow(customers, names.customer, (ledger, name) => ledger.lease(name, { id, order, limits })),
    askRow(numbers, names.number, (ledger, name) => ledger.lease(name, { id, brand: of.brand.id, limits })),
  ]);
  const unused = { id, evaluated: 0, wrong: 0, right: false, sends: 0 };
  const release = async () => {
    await Promise.all([
      customer.ok && !customer.known
        ? askRow(customers, names.customer, (ledger, name) => ledger.settle(name, unused))
        : undefined,
      number.ok && !number.known
        ? askRow(numbers, names.number, (ledger, name) => ledger.settle(name, unused))
        : undefined,
    ]);
  };
  const over = (customer.ok && customer.over) || (number.ok && number.over);
  if (customer.ok && number.ok) {
    const granted = {
      guesses: Math.min(customer.guesses, number.guesses),
      sends: Math.min(customer.sends, number.sends),
    };
    return { budget: { ok: true, ...granted }, lastStage: customer.failures >= LAST_STAGE, over, release };
  }
  const waits = [customer, number].map((outcome) => (outcome.ok ? 0 : outcome.waitMs));
  return {
    budget: { ok: false, waitMs: waits.includes(null) ? null : Math.max(...waits.map(Number)) },
    lastStage: false,
    over,
    release,
  };
}
