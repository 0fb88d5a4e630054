/** F19: an object that is thrown out of memory between any two calls says and keeps what one that stays does. */
import { abortAllDurableObjects, evictAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { config } from "../../worker/config.ts";
import { askLink, verification } from "../../worker/routes/reach.ts";
import { freshDenyToken } from "../../worker/verification/deny.ts";
import { liveCode, type MasterKey } from "../../worker/verification/keys.ts";
import { ring } from "./modelworld.ts";
import { open, person, row } from "./subject.ts";

const START = Date.UTC(2031, 5, 1, 12);
const SECOND = 1000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An order from its opening to "not my order", with `between` after each call; everything that was said, and is kept in the end. */
async function walked(between: () => Promise<void>): Promise<unknown[]> {
  vi.setSystemTime(START);
  const whom = person();
  const digest = "d".repeat(64);
  const { id } = await open(whom, `o-${whom.unique}`);
  const v = verification(env, id);
  const visitor = { brand: "tindra", browser: "browser" };
  const master = config(env).secrets("tindra")?.master[0] as MasterKey;
  const denyToken = freshDenyToken(master);
  const send = { ...visitor, framed: false, locale: null, denyToken };
  const code = liveCode(master, { id, digest, epoch: 0, digits: 6 });
  const wrong = (n: number) => String((Number(code) + n) % 1_000_000).padStart(6, "0");
  const guess = (press: string, typed: string) => v().check({ ...visitor, press, code: typed, entry: "typed" });
  const budget = async () => (await row(whom)).budget;
  const calls: (() => Promise<unknown>)[] = [
    async () => (await open(whom, `o-${whom.unique}`)).budget,
    () => v().reserveSend({ ...send, kind: "start", press: "press-1" }),
    () => v().reserveSend({ ...send, kind: "start", press: "press-1" }),
    () => askLink(env, denyToken, (links, link) => links.point(link, { brand: "tindra", verification: id })),
    () => v().settleSend("tindra", 1, { fate: "accepted" }),
    () => v().receipt("tindra", 1, true),
    () => guess("press-2", wrong(1)),
    () => guess("press-2", wrong(1)),
    () => v().page(visitor),
    async () => vi.setSystemTime(START + 31 * SECOND) && undefined,
    () => v().reserveSend({ ...send, kind: "resend", press: "press-3" }),
    () => v().settleSend("tindra", 2, { fate: "unclear" }),
    () => guess("press-4", wrong(2)),
    () => v().state(visitor),
    () => guess("press-5", code),
    () => guess("press-5", code),
    budget,
    () => v().offer("tindra", digest, "key"),
    () => v().redeem("tindra", digest, "key", "verdict"),
    () => v().redeem("tindra", digest, "key", "another verdict"),
    () => v().redeem("tindra", digest, "another key", "verdict"),
    async () => (await askLink(env, denyToken, (links, link) => links.target(link)))?.brand,
    () => v().deny("tindra"),
    () => v().redeem("tindra", digest, "key", "verdict"),
    () => ring(id),
    budget,
    async () => (await open(whom, `o-${whom.unique}`)).problem,
    () => v().read("tindra"),
    () => v().export("tindra"),
  ];
  const said: unknown[] = [];
  for (const call of calls) {
    said.push(await call());
    await between();
  }
  // Names differ from walk to walk: the verification's, the customer's, the link's and those of the ledgers' rows.
  const names = new RegExp(`${id}|${id.slice(4)}|${whom.unique}|${denyToken}|(?<=")[\\w-]{43}(?=")`, "g");
  return said.map((one) => JSON.stringify(one)?.replaceAll(names, "…"));
}

it.each([
  ["evicted", evictAllDurableObjects],
  ["aborted", abortAllDurableObjects],
])("an order goes its whole way though all objects are %s after each call", async (_, between) => {
  const undisturbed = await walked(async () => {});
  expect(new Set(undisturbed).size).toBeGreaterThan(15);
  expect(await walked(async () => between())).toEqual(undisturbed);
});
