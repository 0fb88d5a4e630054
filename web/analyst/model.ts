/** All the console knows and can do. Components only read it; no DOM, so a test calls it bare. */
import { batch, computed, type Signal, signal } from "@preact/signals-core";
import type { Calls } from "./calls.ts";
import { type Filters, type Page, readFilters, writeFilters } from "./filters.ts";
import type { Answer, Ask, Fault, Health, Me, Outcome } from "./given.ts";
import { needsOf } from "./pages/needs.ts";
import { sight } from "./sight.ts";

/** Answers are asked for again after this long, while somebody looks. */
const FRESH_MS = 60_000;
/** A period that ended so long ago holds no verification that is still under way. */
const CLOSED_MS = 2 * 3_600_000;

/** What is known of one thing asked: its last value and when it came (epoch ms), and why there is no newer one. */
export interface Known<T> {
  value?: T;
  at?: number;
  fault?: Fault;
}

/** What the model needs of the outside. `now` in epoch ms; `address` is the query string, `visit` makes it a new entry of the history. */
export interface Outside {
  calls: Calls;
  now(): number;
  address(): string;
  visit(search: string): void;
}

/** What components read and press. */
export type Console = ReturnType<typeof createConsole>;

/** The console of one reader. `begin` asks who that is. */
export function createConsole({ calls, now, address, visit }: Outside) {
  const filters = signal<Filters>(readFilters(address()));
  const me = signal<Known<Me>>({});
  const clock = signal(now());
  const known = signal<ReadonlyMap<string, Known<Answer>>>(new Map());
  const health = signal<ReadonlyMap<string, Known<Health>>>(new Map());
  const ended = signal(false);
  /** The server's clock is the one that counts; what the reader's is off by is learned with the first answer. */
  let offsetMs = 0;
  const serverNow = () => now() + offsetMs;
  const inFlight = new Set<string>();
  const asked = new Map<string, number>();

  const seen = computed(() => (me.value.value ? sight(me.value.value, filters.value, clock.value / 1000) : undefined));

  /** Takes an outcome beside what was known before: a fault never takes a value away. */
  function settle<T>(before: Known<T> | undefined, outcome: Outcome<T>): Known<T> {
    if (outcome.ok) return { value: outcome.value, at: serverNow() };
    if (outcome.fault.code === "ANALYST.UNAUTHENTICATED") ended.value = true;
    return { ...before, fault: outcome.fault };
  }

  /** Runs `fetch` unless it is under way or its answer is fresh. */
  async function once<T>(key: string, fetch: () => Promise<Outcome<T>>, take: (outcome: Outcome<T>) => void) {
    if (ended.peek() || inFlight.has(key) || now() - (asked.get(key) ?? 0) < FRESH_MS) return;
    inFlight.add(key);
    asked.set(key, now());
    const outcome = await fetch();
    inFlight.delete(key);
    if (!outcome.ok) asked.set(key, now() - FRESH_MS + (outcome.fault.waitS ?? 30) * 1000);
    take(outcome);
  }

  function put<T>(map: Signal<ReadonlyMap<string, Known<T>>>, key: string, outcome: Outcome<T>) {
    map.value = new Map(map.value).set(key, settle(map.value.get(key), outcome));
  }

  /** Asks for whatever the page shows and is not fresh. Closed periods do not change: once is enough. */
  function load() {
    const { value: sees } = seen;
    if (!sees) return;
    for (const ask of needsOf(sees)) {
      const key = keyOf(ask);
      const closed = ask.to * 1000 < serverNow() - CLOSED_MS;
      const held = known.peek().get(key);
      if (closed && held?.value && !held.fault && !held.value.age_s) continue;
      void once(
        key,
        () => calls.ask(ask),
        (outcome) => put(known, key, outcome),
      );
    }
    if (sees.filters.page !== "data") return;
    for (const { id } of sees.brands) {
      void once(
        `health ${id}`,
        () => calls.health(id),
        (outcome) => put(health, id, outcome),
      );
    }
  }

  return {
    filters,
    me,
    clock,
    ended,
    seen,
    calls,
    health,
    /** What is known of `ask`. */
    known: (ask: Ask): Known<Answer> => known.value.get(keyOf(ask)) ?? {},
    load,

    /** Asks who reads, then for the page. */
    async begin() {
      const outcome = await calls.me();
      if (outcome.ok) offsetMs = Date.parse(outcome.value.server_now) - now();
      batch(() => {
        clock.value = serverNow();
        me.value = settle(me.peek(), outcome);
      });
      load();
    },

    /** Looks at something else; the address follows. */
    look(change: Partial<Filters>) {
      const next = { ...filters.peek(), ...change };
      visit(writeFilters(next));
      batch(() => {
        clock.value = serverNow();
        filters.value = next;
      });
      load();
    },

    /** Follows the address after back or forward. */
    follow() {
      batch(() => {
        clock.value = serverNow();
        filters.value = readFilters(address());
      });
      load();
    },

    /** A minute has passed, or the reader came back. While something is not answered the bounds stay: new ones would have no numbers at all. */
    tick() {
      const asks = seen.value ? needsOf(seen.value) : [];
      if (!asks.some((ask) => known.peek().get(keyOf(ask))?.fault)) clock.value = serverNow();
      load();
    },

    /** Asks again now, whatever the server said about waiting. */
    retry() {
      asked.clear();
      if (me.peek().value) load();
      else void this.begin();
    },

    /** Where a link to `change` leads. */
    link: (change: Partial<Filters>) => `/console${writeFilters({ ...filters.value, ...change })}`,
  };
}

/** One name for one question, whatever the order of its members. */
export function keyOf(ask: Ask): string {
  return JSON.stringify(Object.entries(ask).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Pages and their titles, in the order of the bar. */
export const TITLES: Record<Page, string> = {
  overview: "Overview",
  funnel: "Funnel",
  delivery: "Delivery",
  sql: "SQL",
  data: "Data",
};
