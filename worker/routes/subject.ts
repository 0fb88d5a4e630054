/** What is kept of a subject, found through the ledgers: for an erasure and an export. */
import type { Placed } from "../board/board.ts";
import type { Client } from "../client.ts";
import type { Subject } from "../contract.ts";
import { ask, askRow } from "../objects.ts";
import type { Stores, Traces } from "../privacy/erasure.ts";
import type { Stored } from "../privacy/export.ts";
import { ledgerName } from "../verification/errands.ts";
import { boardShard } from "../webhooks/outbox.ts";
import { customerName, orderName } from "./names.ts";
import { brandBoard, customerLedger, orderLedger, verification } from "./reach.ts";

/** Everything that leads to the subject's data; nothing where the subject is not known. */
export function traces(env: Env, client: Client, subject: Subject): Promise<Traces> {
  return "customer_ref" in subject
    ? ofCustomer(env, client, subject.customer_ref)
    : ofOrder(env, client, subject.order_id);
}

async function ofCustomer(env: Env, client: Client, ref: string): Promise<Traces> {
  const row = await customerName(env, client, ref);
  const { index } = await customer(env, row);
  const orders = [...Map.groupBy(index, ({ order }) => order)].map(([name, entries]) => ({
    name,
    verifications: entries.map(({ id }) => id),
  }));
  const verifications = index.map(({ id }) => id);
  return { verifications, orders, customers: [{ name: row, verifications, whole: true }] };
}

async function ofOrder(env: Env, client: Client, order: string): Promise<Traces> {
  const row = await orderName(env, client, order);
  const found = await askRow(
    (name) => orderLedger(env, name),
    row,
    (ledger, name) => ledger.verifications(name),
  );
  const verifications = found.map(({ id }) => id);
  const customers = [...Map.groupBy(found, (entry) => entry.customer)].map(([name, entries]) => ({
    name,
    verifications: entries.map(({ id }) => id),
    whole: false,
  }));
  return { verifications, orders: found.length > 0 ? [{ name: row, verifications }] : [], customers };
}

/** Where the traces of a brand's subject are erased. */
export function stores(env: Env, brand: string): Stores {
  return {
    verification: (id) => ask(verification(env, id), (v) => v.erase(brand)),
    log: (ids) =>
      logsOf(env, brand, ids, (board, names) =>
        board.erase(
          names,
          names.map((name) => ledgerName(`ver_${name}`)),
        ),
      ),
    order: (row, ids) =>
      askRow(
        (name) => orderLedger(env, name),
        row,
        (ledger, name) => ledger.erase(name, ids),
      ),
    customer: (row, ids, whole) =>
      askRow(
        (name) => customerLedger(env, name),
        row,
        (ledger, name) => ledger.erase(name, ids, whole),
      ),
  };
}

/** All that is stored where the traces lead. */
export async function stored(env: Env, brand: string, { verifications, customers }: Traces): Promise<Stored> {
  const whole = customers.find((entry) => entry.whole);
  const [found, logs, row] = await Promise.all([
    Promise.all(verifications.map((id) => ask(verification(env, id), (v) => v.export(brand)))),
    logsOf<Placed[]>(env, brand, verifications, (board, names) => board.about(names)),
    whole && customer(env, whole.name),
  ]);
  const events = logs.flat().sort((a, b) => a.at - b.at);
  return { verifications: found.filter((one) => one !== undefined), events, customer: row };
}

function customer(env: Env, row: string) {
  return askRow(
    (name) => customerLedger(env, name),
    row,
    (ledger, name) => ledger.read(name),
  );
}

type Board = ReturnType<ReturnType<typeof brandBoard>>;

/** Asks each shard of the brand's log that has to do with these verifications; their ids go without prefix. */
async function logsOf<T>(
  env: Env,
  brand: string,
  verifications: readonly string[],
  act: (board: Board, names: string[]) => Promise<T>,
): Promise<T[]> {
  const shards = Map.groupBy(verifications, (id) => boardShard({ id }));
  return Promise.all(
    [...shards].map(([shard, ids]) =>
      ask(brandBoard(env, brand, shard), (board) =>
        act(
          board,
          ids.map((id) => id.slice(4)),
        ),
      ),
    ),
  );
}
