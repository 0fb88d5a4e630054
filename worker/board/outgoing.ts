/**
 * `erasure.completed` on its way: kept by the board that keeps the receipt, because the verifications it tells of are
 * gone. One entry per erasure and only while it is tried; to be told once more it is made anew from the log.
 */
import type { EventType } from "../contract.ts";
import type { Letter } from "../webhooks/delivery.ts";
import { type Outbox, pending } from "../webhooks/outbox.ts";

/** The event of the erasure with receipt `id`. */
export interface Telling extends Outbox {
  id: string;
}

export const COMPLETED = "erasure.completed" satisfies EventType;

const PREFIX = "telling ";
/** Tried by one alarm, which has to end. */
const AT_ONCE = 50;

/** What log and webhooks say of it: the receipt's id, and nothing about a person. `at` in epoch milliseconds. */
export function completed(id: string, at: number): Letter {
  const timestamp = new Date(at).toISOString();
  return { id: `evt_${id}`, body: JSON.stringify({ type: COMPLETED, timestamp, data: { erasure: id } }) };
}

/** Keeps it until it was told, or given up. */
export function hold(kv: SyncKvStorage, telling: Telling): void {
  const key = PREFIX + telling.id;
  if (pending(telling).length > 0) kv.put(key, telling);
  else kv.delete(key);
}

/** What has to be tried by `now`, and when to come back for the rest; Infinity where there is none. */
export function held(kv: SyncKvStorage, now: number): { due: Telling[]; next: number } {
  const all = Array.from(kv.list<Telling>({ prefix: PREFIX }), ([, telling]) => telling);
  const due = all.filter((telling) => pending(telling).some((at) => at <= now)).slice(0, AT_ONCE);
  return { due, next: Math.min(...all.flatMap(pending)) };
}
