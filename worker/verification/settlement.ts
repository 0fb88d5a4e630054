/** Telling the ledgers what a verification used. */
import { Buffer } from "node:buffer";
import type { Usage } from "../budget/lease.ts";
import type { Moved } from "../budget/ledger.ts";
import { askRow, type Renaming, within } from "../objects.ts";
import type { Record } from "./record.ts";

/** What a verification that is over turned out to have used. */
export function usage(r: Record): Usage {
  return {
    id: r.id,
    evaluated: r.guesses.length,
    wrong: r.wrong,
    right: r.guesses.some(({ right }) => right),
    sends: r.sends.length,
  };
}

/** Settles with both ledgers, also where a row was renamed by a pepper's rotation. Throws where one cannot be reached. */
export async function settleWith(env: Env, leases: NonNullable<Record["leases"]>, used: Usage): Promise<void> {
  const customers = within(env.CUSTOMER_LEDGER, env);
  const numbers = within(env.NUMBER_LEDGER, env);
  const settle = (ledger: Settling, name: string) => ledger.settle(name, used);
  await Promise.all([
    askRow((name) => (): Settling => customers.getByName(shardOf(name)), leases.customer, settle),
    askRow((name) => (): Settling => numbers.getByName(shardOf(name)), leases.number, settle),
  ]);
}

interface Settling extends Renaming {
  settle(name: string, used: Usage): Promise<boolean | Moved>;
}

/** The shard of a keyed name, 0 to 255: its first byte. */
export function shardOf(name: string): string {
  return String(Buffer.from(name.slice(0, 4), "base64url")[0]);
}
