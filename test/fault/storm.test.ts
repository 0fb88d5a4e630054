/** F1: twelve times `kill -9` in the middle of sixteen customers' purchases, over one storage; then all logs are judged. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventView, VerificationView } from "../../worker/contract.ts";
import { type Clients, clients, read, send } from "../http/client.ts";
import { BRANDS, type BrandId } from "../standins/secrets.ts";
import { startStandins } from "../standins/system.ts";
import { type Final, type Heard, type History, judged } from "./oracle.ts";
import { chance, customer, type Log } from "./stormclients.ts";
import { type StormWorker, stormWorker } from "./stormworker.ts";

const SEED = Number(process.env.STORM_SEED ?? 20_260_701);
const ROUNDS = 12;
const CUSTOMERS = 16;
/** A try that a kill took with it comes again after 5 s, 5 min and 30 min. */
const NEXT_TRY_MS = 400_000;
const DRAINS = 8;

const data = mkdtempSync(join(tmpdir(), "ringfence-storm-"));
let worker: StormWorker;
let stopStandins: () => Promise<void>;
let at: Clients;

beforeAll(async () => {
  worker = await stormWorker(data);
  stopStandins = await startStandins(data, worker.ports);
  at = clients(worker.ports);
  await worker.start();
}, 60_000);
afterAll(async () => {
  await worker.kill();
  await stopStandins();
  rmSync(data, { recursive: true, force: true });
});

/** Sixteen customers buy while the Worker is killed at moments of the seed's; what they saw. */
async function stormed(): Promise<Log> {
  const log: Log = { asked: [], bought: new Map() };
  const random = chance(SEED);
  const ended = new AbortController();
  let up = Promise.resolve();
  const weather = { up: () => up, over: () => ended.signal.aborted };
  const buying = Array.from({ length: CUSTOMERS }, (_, i) => customer(at, log, weather, SEED + 1 + i));
  // Meanwhile one brand's shop takes no events: all of them have to come again.
  await hooksAre("500");
  for (let round = 0; round < ROUNDS; round += 1) {
    await after(150 + random() * 500); // the moment of the kill is the fault itself
    const restarted = Promise.withResolvers<void>();
    up = restarted.promise;
    await worker.kill();
    await worker.start();
    restarted.resolve();
  }
  ended.abort();
  await Promise.all(buying);
  await hooksAre("ok");
  return log;
}

const hooksAre = (mode: string) => at.control("PUT", "/faults", { part: "hooks", brand: "rimal", mode });

const heard = ({ id, type, data: { verification, seq } }: EventView): Heard => ({ id, type, verification, seq });

async function hooks(): Promise<Heard[]> {
  const told = BRANDS.map(async (brand) => {
    const { host } = new URL(at.origins.shop(brand));
    return read<{ events: EventView[] }>(await send(at.ports.shop, { path: "/api/events", host })).events.map(heard);
  });
  return (await Promise.all(told)).flat();
}

async function deadLetters(brand: BrandId): Promise<Heard[]> {
  const headers = { authorization: `Bearer ${at.key(brand)}` };
  const path = "/v1/events?state=dead&limit=200";
  return read<{ data: EventView[] }>(await send(at.ports.worker, { path, headers })).data.map(heard);
}

async function finals({ bought }: Log): Promise<Final[]> {
  const views: Final[] = [];
  for (const [id, { brand, number, order }] of bought) {
    const answer = await at.shop(brand).get(`/${id}`);
    if (answer.status !== 200) continue;
    const { status, attempts, sends } = read<VerificationView>(answer);
    views.push({ id, order, number, status, attempts, sends });
  }
  return views;
}

/** All there is to judge, once every event has had the time to arrive that its schedule gives it. */
async function history(log: Log): Promise<History> {
  const ends = await finals(log);
  const texts: History["texts"][number][] = [];
  for (const { number } of log.bought.values()) {
    const query = `/messages?all=true&number=${encodeURIComponent(number)}`;
    for (const { at: when, code } of await at.control<{ at: string; code: string | null }[]>("GET", query))
      texts.push({ number, at: Date.parse(when), ...(code === null && { notice: true }) });
  }
  const sofar = { asked: log.asked, texts, finals: ends };
  let dead: Heard[] = [];
  for (let n = 0; n < DRAINS; n += 1) {
    const open = judged({ ...sofar, hooks: await hooks(), dead });
    if (!open.some((line) => line.startsWith("I7"))) break;
    const seen = (await hooks()).length;
    await at.control("POST", "/clock", { shift_ms: NEXT_TRY_MS });
    // Nothing may come: what is due has been lost, or is over.
    await expect
      .poll(async () => (await hooks()).length, { timeout: 3_000, interval: 50 })
      .toBeGreaterThan(seen)
      .catch(() => undefined);
    dead = (await Promise.all(BRANDS.map(deadLetters))).flat();
  }
  return { ...sofar, hooks: await hooks(), dead };
}

describe("a Worker that is killed twelve times under load", () => {
  it("loses nothing it has answered, no count of a text, no event", async () => {
    const log = await stormed();
    const all = await history(log);
    expect(judged(all), `seed ${SEED}`).toEqual([]);
    // The storm was one: much was bought, and answers were lost.
    const bought = all.finals.filter(({ status }) => status === "redeemed").length;
    const lost = log.asked.filter(({ answer }) => answer === undefined).length;
    expect({ bought: bought >= 5, lost: lost >= ROUNDS }, `${bought} bought, ${lost} lost`).toEqual({
      bought: true,
      lost: true,
    });
  }, 120_000);
});
