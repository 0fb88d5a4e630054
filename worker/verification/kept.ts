/** The one record of a verification in its object's storage: how it is read, changed, woken for and forgotten. */
import type { EventType, Reason } from "../contract.ts";
import { listening } from "../webhooks/endpoints.ts";
import { announce } from "../webhooks/outbox.ts";
import { announceCounts, note } from "./counting.ts";
import { elapsed } from "./elapsed.ts";
import type { Change, Due, Record } from "./record.ts";
import { deleteRecord, readRecord, writeRecord } from "./rows.ts";
import { after, live, type Move, redeemable } from "./state.ts";
import { forgettable, wakeAt } from "./waking.ts";

/** What is remembered where there is no record: without it a call that comes late would begin anew. */
const FACTS = ["superseded", "erased"] as const;
type Fact = (typeof FACTS)[number];

/** The keeper of the record. Synchronous but for `tidy`: nothing comes in between a read and the write that follows. */
export class Kept {
  readonly #storage: DurableObjectStorage;
  readonly #env: Env;
  /** As it is stored, since it was last read or written: what a write is compared with. */
  #stored: Record | undefined;
  #touched = false;

  constructor({ storage }: DurableObjectState, env: Env) {
    this.#storage = storage;
    this.#env = env;
  }

  /** The record as it is at `now`: what time alone decides is decided here, the alarm only tidies up. */
  read(now: number): Record | undefined {
    this.#touched = true;
    this.#stored = readRecord(this.#storage.kv);
    return this.#asOf(this.#stored, now);
  }

  /** The same without asking the storage again for what this object wrote itself. Whoever asks so must `touch` after it. */
  recall(now: number): Record | undefined {
    if (!this.#stored) return this.read(now);
    this.#touched = false;
    return this.#asOf(this.#stored, now);
  }

  /**
   * Asks the storage for anything where nothing was written since the record was recalled: an object that was replaced
   * by another one does not know it until then, and must not answer. Throws where it was.
   */
  touch(): void {
    if (!this.#touched) this.#storage.kv.get("");
  }

  #asOf(r: Record | undefined, now: number): Record | undefined {
    if (!r) return undefined;
    if (forgettable(r, now)) return this.#forget();
    const due = elapsed(r, now);
    return due ? this.take({ record: r, moves: [due] }) : r;
  }

  /** The one door: every change of state passes here. */
  take({ record, moves }: Change): Record {
    return this.put(moves.reduce((r, due) => this.#next(r, due), record));
  }

  /** One move alone. */
  move(record: Record, move: Move, at: number, reason: Reason | null): Record {
    return this.take({ record, moves: [{ move, reason, at }] });
  }

  /**
   * Writes, sees to it that an alarm rings when the record next needs one, and has counted what happened since it was
   * read: noted in the record first, told to the data sets after.
   */
  put(r: Record): Record {
    const now = Date.now();
    const noted = note(this.#stored, r, now);
    const wake = wakeAt(noted.record, now);
    const ringing = r.alarmAt !== null && r.alarmAt > now && r.alarmAt <= wake;
    const record = ringing ? noted.record : { ...noted.record, alarmAt: wake };
    this.write(record);
    if (!ringing) void this.#storage.setAlarm(wake);
    const counted = announceCounts(this.#env, noted, record, now);
    if (counted !== record) this.write(counted);
    return counted;
  }

  /** Writes while an alarm is running, which sets the next one itself. */
  write(r: Record): void {
    const before = this.#stored;
    this.#stored = undefined; // should the storage refuse
    writeRecord(this.#storage, r, before);
    this.#stored = r;
    this.#touched = true;
  }

  /** The record with one more event to tell of it; `seq` counts them. */
  told(r: Record, type: EventType, at: number): Record {
    return announce({ ...r, seq: r.seq + 1 }, type, at, listening(this.#env, r.brand, type));
  }

  /** Sets the alarm, whatever the record needs. */
  wake(at: number): Promise<void> {
    return this.#storage.setAlarm(at);
  }

  /** Keeps one fact until then. */
  remember(fact: Fact, until: number): void {
    this.#storage.kv.put(fact, until);
    void this.#storage.setAlarm(until);
  }

  remembers(fact: Fact): boolean {
    return this.#storage.kv.get(fact) !== undefined;
  }

  /** Takes everything away; not before the facts have had their time, because an alarm may ring early. */
  async tidy(now: number): Promise<void> {
    const until = Math.max(...FACTS.map((fact) => this.#storage.kv.get<number>(fact) ?? 0));
    if (now < until) return this.#storage.setAlarm(until);
    await this.clear();
  }

  /** Takes everything away. */
  async clear(): Promise<void> {
    this.#stored = undefined;
    await this.#storage.deleteAll();
  }

  #next(r: Record, { move, at, reason }: Due): Record {
    const status = after(r.status, move);
    if (!status) throw new Error(`illegal move ${move} from ${r.status}`);
    const over = !live(status);
    const moved: Record = {
      ...r,
      status,
      reason,
      endedAt: over && !redeemable(status) ? at : null,
      // Nothing can be sent any more: the number has no reason to stay.
      sealed: over ? null : r.sealed,
    };
    return this.told(moved, `verification.${status}`, at);
  }

  /** Its time is over although no alarm said so: nobody reads it any more, and the next alarm takes the rest away. */
  #forget(): undefined {
    this.#stored = undefined;
    this.#touched = true;
    deleteRecord(this.#storage.kv);
    void this.#storage.setAlarm(Date.now());
  }
}
