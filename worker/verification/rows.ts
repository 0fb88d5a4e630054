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

/** Stores `r`; `before` is what is stored already, so that only what differs is written. */
export function writeRecord(storage: DurableObjectStorage, r: Record, before: Record | undefined): void {
  const { kv } = storage;
  // Both rows or none: the disk may be full after the first, which then would tell of an opening that never was.
  if (!before || SETTLED.some((key) => before[key] !== r[key]))
    storage.transactionSync(() => {
      kv.put("opened", settled(r));
      kv.put("record", course(r));
    });
  else kv.put("record", course(r));
}

/** Takes the record away. */
export function deleteRecord(kv: SyncKvStorage): void {
  kv.delete("record");
  kv.delete("opened");
}

function settled(r: Record): Settled {
  return Object.fromEntries(SETTLED.map((key) => [key, r[key]])) as unknown as Settled;
}

/** Member by member: an object made by leaving the others out is several times as slow to make, and to store. */
function course(r: Record): Course {
  return {
    status: r.status,
    reason: r.reason,
    seq: r.seq,
    sealed: r.sealed,
    expiresAt: r.expiresAt,
    endedAt: r.endedAt,
    approvedAt: r.approvedAt,
    redeemBy: r.redeemBy,
    browser: r.browser,
    framed: r.framed,
    smsLocale: r.smsLocale,
    entry: r.entry,
    ...(r.network && { network: r.network }),
    epoch: r.epoch,
    codeFirstSentAt: r.codeFirstSentAt,
    codeExpiresAt: r.codeExpiresAt,
    sends: r.sends,
    refusals: r.refusals,
    refusedFor: r.refusedFor,
    retryAt: r.retryAt,
    wrong: r.wrong,
    guesses: r.guesses,
    redemption: r.redemption,
    leases: r.leases,
    told: r.told,
    withdrawal: r.withdrawal,
    denyToken: r.denyToken,
    outbox: r.outbox,
    tally: r.tally,
    errandsFrom: r.errandsFrom,
    alarmAt: r.alarmAt,
  };
}
