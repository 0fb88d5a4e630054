/** Lets a plan happen: the clock goes from act to act, and what falls together is done together. */
import { BRANDS, type BrandId } from "../standins/secrets.ts";
import { act, faults, type Places, type Scene, type Walk, walkOf } from "./acts.ts";
import { client, type Send } from "./client.ts";
import { type Plan, type Story, storiesOf } from "./stories.ts";
import type { Fact } from "./truth.ts";

/** What is to be done at a moment; `alone` = nothing else meanwhile, because it changes the world for all. */
interface Task {
  alone: boolean;
  run: () => Promise<void>;
}

/** How far a run has come. */
export interface Progress {
  done: number;
  of: number;
  /** Epoch milliseconds of the system's clock. */
  now: number;
}

const HOUR = 3600;
/** Whose alarms do what counts; the ledgers' only clean up, hour by hour in hundreds of objects. */
const AWAKE = ["Verification", "BrandBoard"];
/** Acts happen at multiples of so many seconds, so that those of several people fall together. */
const GRID_S = 6;
/** No act in the last seconds of an hour: which hour it counts in must be beyond doubt. */
const CLEAR_S = 20;

/**
 * Plays `plan` on the system whose control API is at `control`: everything that was seen, and when the clock stopped
 * (epoch seconds). Leaves the stand-ins without a fault, also when `signal` breaks it off.
 */
export async function drive(
  control: string,
  plan: Plan,
  progress: (state: Progress) => void,
  signal?: AbortSignal,
): Promise<{ facts: Fact[]; end: number }> {
  const { send, close } = client();
  try {
    const { body: places } = await send<Places>({ origin: control, path: "/origins" }, 200);
    const clock = await clockOf(send, control);
    await clock.to(plan.begin, true);
    const scene: Scene = {
      send,
      places,
      now: () => clock.now() / 1000,
      pass: (seconds) => clock.to(clock.now() / 1000 + seconds, false),
      lives: await livesOf(send, places),
      facts: [],
    };
    const agenda = openAgenda();
    const { stories, outage } = storiesOf(plan);
    let done = 0;
    const ended = () => progress({ done: ++done, of: stories.length, now: clock.now() });
    for (const [n, story] of stories.entries()) {
      agenda.add(story.at, beginning(scene, agenda, story, nthOf(plan, n), ended));
    }
    // Hour by hour at least, so that what wakes by itself wakes about when it wanted to.
    for (let at = plan.begin; at < plan.begin + plan.days * 24 * HOUR; at += HOUR)
      agenda.add(at, { alone: false, run: async () => {} });
    if (outage) {
      const gateway = { part: "gateway", brand: outage.brand };
      agenda.add(outage.from, { alone: true, run: () => faults(scene, { ...gateway, mode: "503" }) });
      agenda.add(outage.to, { alone: true, run: () => faults(scene, { ...gateway, mode: "ok" }) });
    }
    for (let next = agenda.next(); next; next = agenda.next()) {
      signal?.throwIfAborted();
      await clock.to(next.at, false);
      await Promise.all(next.tasks.filter(({ alone }) => !alone).map(({ run }) => run()));
      for (const { run } of next.tasks.filter(({ alone }) => alone)) await run();
    }
    // To the end of the last hour, and with it all alarms that are still to come.
    const end = plan.begin + plan.days * 24 * HOUR;
    await clock.to(end, true);
    return { facts: scene.facts, end };
  } finally {
    await send({ origin: control, path: "/faults", method: "PUT", body: { mode: "ok" } }, 200).catch(() => {});
    close();
  }
}

/** A story's acts, one after the other: each puts the next one on the agenda. */
function beginning(scene: Scene, agenda: Agenda, story: Story, nth: number, ended: () => void): Task {
  let walk: Walk | undefined;
  const taskOf = (n: number): Task => ({
    alone: story.beats[n]?.spoiled !== undefined,
    run: async () => {
      const beat = story.beats[n];
      if (!beat) return;
      walk ??= await walkOf(scene, story, nth);
      await act(scene, walk, beat);
      const next = story.beats[n + 1];
      // On a busy machine the clock may be far ahead of the agenda: then from when it really was.
      const late = scene.now() - agenda.at() > GRID_S / 2;
      if (next) agenda.add((late ? scene.now() : agenda.at()) + next.after, taskOf(n + 1));
      else ended();
    },
  });
  return taskOf(0);
}

/** Customers of the crowd are not asked again within days, whatever was run before. */
function nthOf({ begin, seed }: Plan, n: number): number {
  return 1 + ((Math.floor(begin / 86_400) * 1009 + seed * 101 + n) % 99_000);
}

interface Agenda {
  add(at: number, task: Task): void;
  /** The earliest moment that has tasks, with all of them; undefined when nothing is left. */
  next(): { at: number; tasks: Task[] } | undefined;
  /** The moment that was given out last, epoch seconds. */
  at(): number;
}

function openAgenda(): Agenda {
  const moments = new Map<number, Task[]>();
  const order: number[] = [];
  let current = 0;
  return {
    add(wished, task) {
      const at = clear(Math.max(wished, current));
      const tasks = moments.get(at);
      if (tasks) return void tasks.push(task);
      moments.set(at, [task]);
      let [low, high] = [0, order.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((order[middle] as number) > at) low = middle + 1;
        else high = middle;
      }
      order.splice(low, 0, at);
    },
    next() {
      const at = order.pop();
      if (at === undefined) return undefined;
      current = at;
      const tasks = moments.get(at) ?? [];
      moments.delete(at);
      return { at, tasks };
    },
    at: () => current,
  };
}

/** A moment of the grid, moved out of the last ones of an hour. */
function clear(at: number): number {
  const rounded = Math.ceil(at / GRID_S) * GRID_S;
  return rounded % HOUR >= HOUR - CLEAR_S ? Math.ceil(rounded / HOUR) * HOUR : rounded;
}

/** The shared clock, which only goes forward but for the first step. */
async function clockOf(send: Send, control: string) {
  type Told = { offset_ms: number };
  let { offset_ms: offset } = (await send<Told>({ origin: control, path: "/clock" }, 200)).body;
  const now = () => Date.now() + offset;
  return {
    now,
    /** Moves to `at` (epoch seconds) where that is still to come; `all` takes every alarm along, not only what is due. */
    async to(at: number, all: boolean) {
      const shift = Math.ceil(at * 1000 - now());
      if (shift <= 0 && !all) return;
      const body = { shift_ms: shift, ...(!all && { due: AWAKE }) };
      ({ offset_ms: offset } = (await send<Told>({ origin: control, path: "/clock", body }, 200)).body);
    },
  };
}

/** How long a step lives, as each brand publishes it. */
async function livesOf(send: Send, { api }: Places): Promise<Record<BrandId, number>> {
  const { port } = new URL(api);
  const lives = BRANDS.map(async (brand) => {
    const origin = `http://${brand}.localhost:${port}`;
    const { body } = await send<{ limits: { step_ttl_s: number } }>(
      { origin, path: "/.well-known/checkout-verification" },
      200,
    );
    return [brand, body.limits.step_ttl_s * 1000];
  });
  return Object.fromEntries(await Promise.all(lives));
}
