/** One round: the floor and the calls of a checkout, one after the other, at one number of connections. */
import type { SystemPorts } from "../standins/system.ts";
import { connect, type Send } from "./load.ts";
import { type Customer, check, lastCode, open, type Step, start } from "./shopper.ts";
import type { Workerd } from "./workerd.ts";

/** What is measured. `bare open + start` makes all the calls of `open + start`, and decides nothing. */
export type Work =
  | "floor"
  | "fresh floor"
  | "bare open + start"
  | "wrong check"
  | "last wrong check"
  | "right check"
  | "open + start";

/** One stretch of one kind of work. */
export interface Sample {
  work: Work;
  connections: number;
  /** CPU of the workerd process per job, in milliseconds. */
  cpuMs: number;
  /** Wall time of each job, in milliseconds, ascending. */
  times: number[];
}

/** Who is loaded, and by whom. */
export interface Bench {
  ports: SystemPorts;
  real: Workerd;
  floor: Workerd;
  /** Customers whose guesses are all used up: each is asked for once. */
  guessers: Iterator<Customer>;
  /** Customers who get it right; they come round again. */
  buyers: Iterator<Customer>;
}

const GUESSES = 5;
/** Work of an answer that goes on after it, such as a late garbage collection, belongs to it. */
const SETTLE_MS = 20;
/** So does what the last wrong guess sets off: an alarm that settles with the ledgers. */
const ERRANDS_MS = 300;

/** How many verifications a round spends on wrong and on right codes. */
export const SIZES = { 64: { wrong: 60, right: 100 }, 1: { wrong: 16, right: 30 } } as const;

/** Runs one round; `tell` hears what is about to be measured. The floor comes between the guesses, for its minute to be theirs. */
export async function round(
  { ports, real, floor, guessers, buyers }: Bench,
  connections: keyof typeof SIZES,
  tell: (work: Work) => void,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const lines = connect(connections);
  const measure = async (work: Work, workerd: Workerd, jobs: ((send: Send) => Promise<void>)[], after = SETTLE_MS) => {
    tell(work);
    const before = workerd.cpuMs();
    const times = await lines.load(jobs);
    await new Promise((resolve) => setTimeout(resolve, after));
    const cpuMs = (workerd.cpuMs() - before) / jobs.length;
    samples.push({ work, connections, cpuMs, times: times.sort((a, b) => a - b) });
  };
  const size = SIZES[connections];
  const guessing = taken(guessers, size.wrong);
  const buying = taken(buyers, size.right);

  const objects: string[] = [];
  const write = (id: string) => async (send: Send) => {
    const { status, body } = await send({ port: floor.port, path: `/${id}` });
    if (status !== 200) throw new Error(`the floor answered ${status}`);
    if (!id) objects.push((JSON.parse(body) as { id: string }).id);
  };
  const openings = Array.from({ length: size.wrong + size.right }, () => "");
  await measure("fresh floor", floor, openings.map(write));
  await measure(
    "bare open + start",
    floor,
    openings.map(() => bareOpen(floor)),
  );
  const steps = new Map<Customer, Step>();
  const openAndStart = (customer: Customer) => async (send: Send) => {
    const step = await open(send, ports, customer);
    await start(send, ports, step);
    steps.set(customer, step);
  };
  await measure("open + start", real, [...guessing, ...buying].map(openAndStart));
  const opened = (customer: Customer) => steps.get(customer) as Step;

  // The same spread as the guesses: so many objects, two calls each, never two at once for one.
  const some = objects.slice(0, size.wrong);
  const floored = () => measure("floor", floor, [...some, ...some].map(write));
  const guess = (n: number) => (customer: Customer) => (send: Send) =>
    check(send, ports, opened(customer), String(n).padStart(6, "0"), n < GUESSES ? 422 : 409);
  for (let n = 1; n < GUESSES; n += 2) {
    await floored();
    await measure("wrong check", real, [...guessing.map(guess(n)), ...guessing.map(guess(n + 1))]);
  }
  await floored();
  await measure("last wrong check", real, guessing.map(guess(GUESSES)), ERRANDS_MS);

  const codes = await Promise.all(buying.map((customer) => lastCode(ports, customer)));
  const buys = buying.map((customer, i) => (send: Send) => {
    return check(send, ports, opened(customer), codes[i] as string, 200);
  });
  await measure("right check", real, buys);
  await floored();
  lines.close();
  return samples;
}

/** As long as what an order system sends. */
const ORDER = JSON.stringify({ order: "x".repeat(500) });

/** Opens and starts on the floor. */
export function bareOpen({ port }: Workerd) {
  const headers = { "content-type": "application/json" };
  return async (send: Send) => {
    const opened = await send({ port, path: "/open", headers, body: ORDER });
    const { id } = JSON.parse(opened.body) as { id: string };
    const started = await send({
      port,
      path: `/start/${id}`,
      headers,
      body: JSON.stringify({ framed: false, locale: "en" }),
    });
    if (started.status !== 200) throw new Error(`the floor answered ${started.status}`);
  };
}

function taken<T>(from: Iterator<T>, count: number): T[] {
  return Array.from({ length: count }, () => {
    const { done, value } = from.next();
    if (done) throw new Error("no customers are left");
    return value;
  });
}
