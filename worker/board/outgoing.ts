/**
 * `erasure.completed` on its way: kept by the board that keeps the receipt, because the verifications it tells of are
 * gone. One entry per erasure and only while it is tried; to be told once more it is made anew from the log.
 */
import type { EventType } from "../contract.ts";
import type { Letter } from "../webhooks/delivery.ts";
import { deliverAll, jitter, listening, say } from "../webhooks/endpoints.ts";
import { dead, deliveriesTo, depart, type Outbox, pending, type Underway } from "../webhooks/outbox.ts";
import type { Logged } from "./board.ts";

/** The event of the erasure with receipt `id`. */
interface Telling extends Outbox {
  id: string;
  brand: string;
}

const COMPLETED = "erasure.completed" satisfies EventType;
const PREFIX = "telling ";
/** Tried by one alarm, which has to end. */
const AT_ONCE = 50;

/** The keeper of what a board still has to tell. Whoever keeps it sets the alarm, for `next` at the latest. */
export class Outgoing {
  readonly #kv: SyncKvStorage;
  readonly #env: Env;
  readonly #log: (event: Logged) => void;

  constructor(kv: SyncKvStorage, env: Env, log: (event: Logged) => void) {
    this.#kv = kv;
    this.#env = env;
    this.#log = log;
  }

  /** Whether anybody at the brand wants to know. */
  wanted(brand: string): boolean {
    return listening(this.#env, brand, COMPLETED).length > 0;
  }

  /** Tells the log and, from now on, the brand's endpoints. `at`: when the erasure was done, epoch milliseconds. */
  tell(brand: string, id: string, at: number, how?: { replayed: true }): void {
    const deliveries = deliveriesTo(listening(this.#env, brand, COMPLETED), Date.now(), how);
    this.#keep({ id, brand, outbox: [{ seq: 0, type: COMPLETED, at, logged: false, deliveries }] });
  }

  /** Makes every try that is due, counted before it leaves. `closed`: endpoints that want no more. How many were due. */
  async deliver(closed: readonly string[]): Promise<number> {
    const now = Date.now();
    const due = this.#all().filter((telling) => pending(telling).some((at) => at <= now));
    const tried = due.slice(0, AT_ONCE).map(async (telling) => {
      const { record, leaving } = depart(telling, now, jitter());
      this.#keep(record);
      const letter = ({ at }: Underway) => completed(telling.id, at);
      const heard = await deliverAll(this.#env, telling.brand, leaving, letter, closed);
      // As it is by now: an operator may have asked for it once more.
      this.#keep(heard(this.#kv.get<Telling>(PREFIX + telling.id) ?? record));
    });
    return (await Promise.all(tried)).length;
  }

  /** When the next try is; Infinity where there is none. */
  next(): number {
    return Math.min(...this.#all().flatMap(pending));
  }

  #all(): Telling[] {
    return Array.from(this.#kv.list<Telling>({ prefix: PREFIX }), ([, telling]) => telling);
  }

  #keep(telling: Telling): void {
    const { id, brand, outbox } = telling;
    for (const event of outbox) {
      if (event.logged) continue;
      event.logged = true;
      this.#log({ ...completed(id, event.at), at: event.at, dead: dead(event) });
      if (dead(event)) say("error", "webhook_dead_letter", { brand, type: COMPLETED });
    }
    if (pending(telling).length > 0) this.#kv.put(PREFIX + id, telling);
    else this.#kv.delete(PREFIX + id);
  }
}

/** What log and webhooks say of it: the receipt's id, and nothing about a person. */
function completed(id: string, at: number): Letter {
  const timestamp = new Date(at).toISOString();
  return { id: `evt_${id}`, body: JSON.stringify({ type: COMPLETED, timestamp, data: { erasure: id } }) };
}
