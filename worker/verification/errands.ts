/** What a verification has to tell the outside, run from its alarm: ledgers, log, endpoints. */
import type { Told } from "../board/board.ts";
import { minutes, seconds } from "../budget/limits.ts";
import { before, board, deliverAll, jitter, PATIENCE, say } from "../webhooks/endpoints.ts";
import { boardShard, dead, depart, type Leaving as LeavingOf, letter } from "../webhooks/outbox.ts";
import { termsOf } from "./counting.ts";
import type { Kept } from "./kept.ts";
import { sha256Hex } from "./keys.ts";
import type { Outgoing, Record } from "./record.ts";
import { finishOrder, settleWith, usage } from "./settlement.ts";
import { countedOf, uncounted } from "./tally.ts";
import { settleable, unfinished, untold } from "./waking.ts";

/** Applied to the record as it is after the errands: meanwhile a shopper may have moved it on. */
type Patch = (after: Record) => Record;
type Leaving = LeavingOf<Outgoing>;

/** What failed is tried again after this long. */
const AGAIN = minutes(1);
/** Deliveries wait this long, no longer, to hear which endpoints are closed. */
const GLANCE = seconds(1);

const unchanged: Patch = (after) => after;

/**
 * What the alarm does: tells the ledgers, the brand's log and its endpoints. Idempotent by state, since alarms run
 * twice. Never throws.
 */
export async function alarmed(env: Env, kept: Kept): Promise<void> {
  try {
    const r = kept.recall(Date.now());
    if (!r) return await kept.tidy(Date.now());
    // Tries are counted before they leave: a run that is killed, or runs twice, repeats none.
    const { record, leaving } = depart(r, Date.now(), jitter());
    if (record !== r) kept.write({ ...record, alarmAt: null });
    const patch = await runErrands(env, record, leaving, Date.now());
    const after = kept.recall(Date.now());
    // It has rung, early or late: none is set, so the write below sets one.
    if (after) kept.put({ ...patch(after), alarmAt: null });
    // Erased meanwhile: what the errands have told the log since then goes as well.
    else if (kept.remembers("erased"))
      await board(env, r.brand, boardShard(r)).erase([r.id.slice(4)], [ledgerName(r.id)]);
  } catch (error) {
    const name = error instanceof Error ? error.name : "unknown";
    console.error(JSON.stringify({ level: "error", event: "alarm_failed", name }));
    // An alarm that throws is retried six times and then lost: come back by ourselves instead.
    await kept.wake(Date.now() + AGAIN);
  }
}

/**
 * Runs all errands of `r` at once and independently; `leaving` are the tries it has counted for that. Never throws.
 * A slow endpoint can hold the next run back, for its 15 s and no longer.
 */
async function runErrands(env: Env, r: Record, leaving: readonly Leaving[], now: number): Promise<Patch> {
  const mayRun = now >= r.errandsFrom;
  const telling = mayRun || leaving.length > 0 ? tellBoard(env, r, leaving.length > 0) : undefined;
  const [settled, finished, told, delivered] = await Promise.allSettled([
    mayRun ? settleLeases(env, r) : unchanged,
    mayRun ? tellOrder(env, r) : unchanged,
    telling?.then(({ patch }) => patch) ?? unchanged,
    deliverTold(env, r, leaving, telling),
  ]);
  const results = [settled, finished, told, delivered];
  return (before) => {
    const after = results.reduce(
      (record, result) => (result.status === "fulfilled" ? result.value(record) : record),
      before,
    );
    const failed = results.some(({ status }) => status === "rejected");
    if (!unfinished(after)) return { ...after, errandsFrom: 0 };
    if (failed) return { ...after, errandsFrom: Date.now() + AGAIN };
    return { ...after, errandsFrom: mayRun ? 0 : after.errandsFrom };
  };
}

async function settleLeases(env: Env, r: Record): Promise<Patch> {
  if (!r.leases || !settleable(r)) return unchanged;
  await before(PATIENCE, settleWith(env, r.leases, usage(r)));
  return (after) => ({ ...after, leases: null });
}

/** The order's ledger learns of what stands for its order for good. */
async function tellOrder(env: Env, r: Record): Promise<Patch> {
  const final = untold(r);
  if (!final) return unchanged;
  await before(PATIENCE, finishOrder(env, r, final));
  return (after) => ({ ...after, told: final });
}

/** All that the ledgers have to know of a verification that is about to be forgotten. Throws where one cannot be reached. */
export async function closing(env: Env, r: Record): Promise<void> {
  const final = untold(r);
  await Promise.all([
    r.leases && settleWith(env, r.leases, usage(r)),
    final && finishOrder(env, r, final),
    // An erasure does not wait for a counter.
    tellBoard(env, r, false).catch(() => {}),
  ]);
}

/** The board learns of events and of an end that it does not know yet, and says which endpoints are closed. */
async function tellBoard(env: Env, r: Record, asking: boolean): Promise<{ patch: Patch; closed: string[] }> {
  const fresh = r.outbox.filter(({ logged }) => !logged);
  const counting = uncounted(r) ? toldOf(env, r) : undefined;
  if (fresh.length === 0 && !counting && !asking) return { patch: unchanged, closed: [] };
  const known = fresh.map((event) => ({ ...letter(r, event), at: event.at, dead: dead(event) }));
  const closed = await before(PATIENCE, board(env, r.brand, boardShard(r)).log(known, counting));
  for (const event of fresh.filter(dead)) say("error", "webhook_dead_letter", { brand: r.brand, type: event.type });
  const told = new Map(fresh.map((event) => [event.seq, dead(event)]));
  const patch: Patch = (after) => ({
    ...after,
    // What was told is true only while it has not changed in between.
    outbox: after.outbox.map((o) => (told.get(o.seq) === dead(o) ? { ...o, logged: true } : o)),
    tally: counting ? { ...after.tally, told: r.tally.count } : after.tally,
  });
  return { patch, closed };
}

/** What the brand's ledger takes of a verification that is over; undefined as long as it is not. */
export function toldOf(env: Env, r: Record): Told | undefined {
  const counted = countedOf(r, termsOf(env, r.brand));
  return counted && { name: ledgerName(r.id), counted };
}

/** What the ledger knows a verification by: a hash of an id that nobody can guess, the same through all rotations. */
export function ledgerName(id: string): string {
  return sha256Hex(`ledger|${id}`).slice(0, 32);
}

async function deliverTold(
  env: Env,
  r: Record,
  leaving: readonly Leaving[],
  telling: Promise<{ closed: string[] }> | undefined,
): Promise<Patch> {
  if (leaving.length === 0 || !telling) return unchanged;
  // A log that is down or slow delays no delivery: then an endpoint that had closed is asked once more.
  const { closed } = await before(GLANCE, telling).catch(() => ({ closed: [] }));
  return deliverAll(env, r.brand, leaving, (event) => letter(r, event), closed);
}
