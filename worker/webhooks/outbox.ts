/**
 * Events on their way out. Pure; the object that keeps them writes what comes back. Receivers get each event at least once under one
 * id, in no promised order: `seq` orders them.
 */
import { hours, type Ms, minutes, seconds } from "../budget/limits.ts";
import type { EventType } from "../contract.ts";
import type { Outgoing, Record } from "../verification/record.ts";
import type { Letter } from "./delivery.ts";

/** One event on its way to the brand's webhook endpoints. */
export interface Underway {
  /** Orders the events of one object; unique there. */
  seq: number;
  type: EventType;
  at: number;
  /** Whether the brand's log has it. */
  logged: boolean;
  deliveries: Delivery[];
}

/** One event's way to one endpoint. */
export interface Delivery {
  endpoint: string;
  /** Counted before they leave. */
  tries: number;
  /** Null when it is over: delivered, or given up. */
  nextAt: number | null;
  /** When it was given up: a dead letter. */
  diedAt: number | null;
  /** An operator asked for it: tried even where the endpoint wanted no more. */
  replayed?: true;
}

/** Whatever keeps events until they are delivered. */
export interface Outbox {
  outbox: Underway[];
}

/** Waits before tries 1 to 10: 75 h 35 min 5 s in all (Standard Webhooks 1.0.0, "Deliverability and reliability"). */
export const RETRY_WAITS: readonly Ms[] = [
  seconds(0),
  seconds(5),
  minutes(5),
  minutes(30),
  hours(2),
  hours(5),
  hours(10),
  hours(14),
  hours(20),
  hours(24),
];

/** For this long the last try may still be answered; a run that died with it is told from a slow one by that. */
const LAST_WORD = minutes(1);

/** A brand's log of events is spread over this many objects. */
export const BOARD_SHARDS = 4;

/**
 * What an endpoint made of one try. `gone`: it does not want to be called any more (410), or is not configured any
 * more. `waitMs`: how long it asked to be left alone.
 */
export type Word = { word: "taken" } | { word: "gone" } | { word: "failed"; waitMs?: number };

/** A dead letter can be replayed for this long: over a weekend. */
export const REPLAYABLE = hours(72);

/** A try that was counted and has to be made now. */
export interface Leaving<E extends Underway = Underway> {
  event: E;
  delivery: Delivery;
}

/** The record with one more event to tell, where anybody listens. */
export function announce(r: Record, type: EventType, at: number, endpoints: readonly string[]): Record {
  if (endpoints.length === 0) return r;
  const { seq, status, reason } = r;
  const deliveries = deliveriesTo(endpoints, at);
  return { ...r, outbox: [...r.outbox, { seq, type, at, status, reason, logged: false, deliveries }] };
}

/** The way to each of `endpoints`, from `at` on. */
export function deliveriesTo(endpoints: readonly string[], at: number, how?: Pick<Delivery, "replayed">): Delivery[] {
  return endpoints.map((endpoint) => ({ endpoint, tries: 0, nextAt: at, diedAt: null, ...how }));
}

/**
 * The name of an event, the same over all its tries: `evt_`, the verification, the move. No full stop in it, because
 * full stops separate what is signed (Standard Webhooks 1.0.0, "Signature scheme").
 */
export function eventId({ id }: Pick<Record, "id">, { seq }: Pick<Outgoing, "seq">): string {
  return `evt_${id.slice(4)}_${seq}`;
}

/** What the id of an event names; undefined where it has not the form of one. */
export function eventOf(id: string): { verification: string; seq: number } | undefined {
  const [, name, seq] = /^evt_([A-Za-z0-9_-]{43})_(0|[1-9]\d{0,5})$/.exec(id) ?? [];
  return name === undefined ? undefined : { verification: `ver_${name}`, seq: Number(seq) };
}

/** Whether `id` has the form of an erasure's receipt; its event is named by it. */
export function isReceipt(id: string): boolean {
  return /^era_[A-Za-z0-9_-]{22}$/.test(id);
}

/** The thin payload: what happened to which verification and order, nothing personal; the rest is a `GET` away. */
export function letter(r: Pick<Record, "id" | "order">, event: Outgoing): Letter {
  const body = JSON.stringify({
    type: event.type,
    timestamp: new Date(event.at).toISOString(),
    data: {
      verification: r.id,
      order: { id: r.order.id, revision: r.order.revision },
      status: event.status,
      reason: event.reason,
      seq: event.seq,
    },
  });
  return { id: eventId(r, event), body };
}

/** When tries are due. */
export function pending({ outbox }: Outbox): number[] {
  return outbox.flatMap(({ deliveries }) => deliveries.flatMap(({ nextAt }) => nextAt ?? []));
}

/** The shard of its brand's log that a verification writes to, always the same one. */
export function boardShard({ id }: Pick<Record, "id">): number {
  // The end of an object's id is a MAC, so it spreads evenly.
  return id.charCodeAt(id.length - 2) % BOARD_SHARDS;
}

/**
 * Counts a try of all that is due, before anything leaves: a run that is killed, or runs twice, repeats none. Until
 * the endpoint's word is known a try counts as failed. The next one waits as the schedule says and up to a tenth
 * more (`jitter`, 0 to 1), so that a receiver that comes back is not met by everybody at once.
 */
export function depart<R extends Outbox>(
  r: R,
  now: number,
  jitter: number,
): { record: R; leaving: Leaving<R["outbox"][number]>[] } {
  const leaving: Leaving<R["outbox"][number]>[] = [];
  const events: R["outbox"][number][] = r.outbox;
  const outbox = events.map((event) => {
    let given = false;
    const deliveries = event.deliveries.map((before): Delivery => {
      if (before.nextAt === null || before.nextAt > now) return before;
      given = true;
      // The run that made the last try never came back.
      if (before.tries >= RETRY_WAITS.length) return { ...before, nextAt: null, diedAt: now };
      const tries = before.tries + 1;
      const wait = RETRY_WAITS[tries];
      const nextAt = now + (wait === undefined ? LAST_WORD : Math.round(wait * (1 + jitter / 10)));
      const delivery = { ...before, tries, nextAt };
      leaving.push({ event, delivery });
      return delivery;
    });
    return given ? relogged(event, deliveries) : event;
  });
  return leaving.length > 0 || outbox.some((event, i) => event !== r.outbox[i])
    ? { record: { ...r, outbox }, leaving }
    : { record: r, leaving };
}

/** The record once an endpoint's word on a try is known; a word on any other try than the last one changes nothing. */
export function heard<R extends Outbox>(r: R, { event, delivery }: Leaving, word: Word, now: number): R {
  const outbox = r.outbox.map((known) => {
    if (known.seq !== event.seq) return known;
    const deliveries = known.deliveries.map((d) =>
      d.endpoint === delivery.endpoint && d.tries === delivery.tries && d.nextAt !== null
        ? after(d, d.nextAt, word, now)
        : d,
    );
    return relogged(known, deliveries);
  });
  return { ...r, outbox };
}

function after(d: Delivery, nextAt: number, word: Word, now: number): Delivery {
  if (word.word === "taken") return { ...d, nextAt: null };
  if (word.word === "gone" || d.tries >= RETRY_WAITS.length) return { ...d, nextAt: null, diedAt: now };
  return { ...d, nextAt: Math.max(nextAt, now + (word.waitMs ?? 0)) };
}

/** An event that became a dead letter, or is none any more, is told to the log once more. */
function relogged<E extends Underway>(event: E, deliveries: Delivery[]): E {
  return { ...event, deliveries, logged: event.logged && dead(event) === dead({ deliveries }) };
}

/** Whether an event stands as a dead letter: some endpoint's tries are used up. */
export function dead({ deliveries }: Pick<Underway, "deliveries">): boolean {
  return deliveries.some(({ diedAt }) => diedAt !== null);
}

/**
 * Event `seq` on its way again, now and with all its tries: to the endpoints where it died or, where it died nowhere,
 * to all of them. Undefined where there is no such event.
 */
export function revived<R extends Outbox>(r: R, seq: number, now: number): R | undefined {
  const event = r.outbox.find((known) => known.seq === seq);
  if (!event) return undefined;
  const all = !dead(event);
  const deliveries = event.deliveries.map(
    (d): Delivery => (all || d.diedAt !== null ? { ...d, tries: 0, nextAt: now, diedAt: null, replayed: true } : d),
  );
  return { ...r, outbox: r.outbox.map((known) => (known === event ? relogged(event, deliveries) : known)) };
}
