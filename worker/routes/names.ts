/** Keyed names of ledger rows: who sees a name learns nothing, and a pepper's rotation resets nothing. */
import type { Client } from "../client.ts";
import { config } from "../config.ts";
import { ask, carried, type Renaming } from "../objects.ts";
import { derive, token } from "../verification/keys.ts";
import { customerLedger, numberLedger, orderLedger } from "./reach.ts";

/** The row of an order. */
export function orderName(env: Env, { brand, secrets }: Client, orderId: string): Promise<string> {
  const names = secrets.pepper.map((pepper) => token(derive(pepper, "order name", `${brand.pack.id}|${orderId}`)));
  return current(names, (name) => orderLedger(env, name));
}

/** The row of a customer of one brand. */
export function customerName(env: Env, { brand, secrets }: Client, ref: string): Promise<string> {
  const names = secrets.pepper.map((pepper) => token(derive(pepper, "customer name", `${brand.pack.id}|${ref}`)));
  return current(names, (name) => customerLedger(env, name));
}

/** The row of a number, the same for all brands. */
export function numberName(env: Env, number: string): Promise<string> {
  const names = config(env).numberPeppers.map((pepper) => token(derive(pepper, "number name", number)));
  return current(names, (name) => numberLedger(env, name));
}

interface Ledgers<Row> extends Renaming {
  handOver(name: string, to: string): Promise<Row | undefined>;
}

/**
 * The name under the newest pepper. While two are configured, the one under the older is first closed behind a note and
 * its row carried over. The note is left even where there was no row: a Worker that knows the older pepper alone, as in
 * a gradual deployment, is then sent after it and cannot begin a second budget.
 */
async function current<Row>(names: readonly string[], ledgerOf: (name: string) => () => Ledgers<Row>): Promise<string> {
  const [name = "", older] = names;
  if (older === undefined) return name;
  const row = await ask(ledgerOf(older), (ledger) => ledger.handOver(older, name));
  if (row !== undefined) await carried(ledgerOf, row, older, name);
  return name;
}
