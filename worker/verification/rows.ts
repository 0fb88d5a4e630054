/**
 * How a record lies in its object's storage: what an opening settles in one row, what happens after it in another. A guess
 * then writes a row that fits into one page of the database, without the order, addresses and limits beside it.
 */
import type { Record } from "./record.ts";

/** What no press of the shopper changes. */
const SETTLED = [
  "v",
  "id",
  "brand",
  "order",
  "digest",
  "client",
  "sub",
  "number",
  "decision",
  "presentation",
  "metadata",
  "kid",
  "digits",
  "limits",
  "createdAt",
  "openings",
  "row",
] as const satisfies readonly (keyof Record)[];

type Settled = Pick<Record, (typeof SETTLED)[number]>;
type Course = Omit<Record, keyof Settled>;

/** The record as it is stored; undefined where there is none. */
export function readRecord(kv: SyncKvStorage): Record | undefined {
  const course = kv.get<Course>("record");
  return course && { ...(kv.get<Settled>("opened") as Settled), ...course };
}

/** Stores `r`; `before` is what is stored already, so that only what differs is written. One transaction: the caller does not wait in between. */
export function writeRecord(kv: SyncKvStorage, r: Record, before: Record | undefined): void {
  if (!before || SETTLED.some((key) => before[key] !== r[key])) kv.put("opened", settled(r));
  const { v, id, brand, order, digest, client, sub, number, decision, presentation, metadata, kid, ...rest } = r;
  const { digits, limits, createdAt, openings, row, ...course } = rest;
  kv.put<Course>("record", course);
}

/** Takes the record away. */
export function deleteRecord(kv: SyncKvStorage): void {
  kv.delete("record");
  kv.delete("opened");
}

function settled(r: Record): Settled {
  return Object.fromEntries(SETTLED.map((key) => [key, r[key]])) as unknown as Settled;
}
