/** Telling the ledgers what a verification used, and how it stands for its order. */
import { Buffer } from "node:buffer";
import type { Usage } from "../budget/lease.ts";
import type { Moved } from "../budget/ledger.ts";
import type { Final } from "../budget/order.ts";
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

/** Tells the order's ledger that `r` stands for its order for good. Throws where it cannot be reached. */
export async function finishOrder(env: Env, { row, id }: Pick<Record, "row" | "id">, as: Final): Promise<void> {
  const orders = within(env.ORDER_LEDGER, env);
  await askRow(
    (name) => (): Finishing => orders.getByName(shardOf(name)),
    row,
    (ledger, name) => ledger.finish(name, id, as),
  );
}

interface Finishing extends Renaming {
  finish(name: string, id: string, as: Final): Promise<Moved | undefined>;
}

interface Settling extends Renaming {
  settle(name: string, used: Usage): Promise<boolean | Moved>;
}

/** The shard of a keyed name, 0 to 255: its first byte. */
export function shardOf(name: string): string {
  return String(Buffer.from(name.slice(0, 4), "base64url")[0]);
}
