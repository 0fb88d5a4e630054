import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { OrderClaim, OrderLedger } from "../../worker/budget/order.ts";
import { askRow } from "../../worker/objects.ts";
import { orderLedger } from "../../worker/routes/reach.ts";
import { shardOf } from "../../worker/verification/settlement.ts";

const START = Date.UTC(2031, 5, 1, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** All names of this file begin alike, so one shard keeps them. */
const SHARED = "order-";
let orders = 0;

/** A claim of an order that no other test uses. */
function claiming(): (change?: Partial<OrderClaim>) => OrderClaim {
  orders += 1;
  const order = `order-${orders}`;
  return (change = {}) => ({
    brand: "tindra",
    order,
    customer: "customer-of-order",
    digest: "d1",
    key: "k1",
    body: "b1",
    candidate: `ver_${orders}_1`,
    ...change,
  });
}

const ask = <T>(act: (ledger: ReturnType<ReturnType<typeof orderLedger>>) => Promise<T>) =>
  askRow(() => orderLedger(env, SHARED), SHARED, act);
const ledger = () => ({
  /** Without what only tells the caller whether it was the first. */
  claim: async (c: OrderClaim) => {
    const outcome = await ask((shard) => shard.claim(c));
    if (!outcome.ok) return outcome;
    const { fresh: _, ...told } = outcome;
    return told;
  },
  latest: (order: string) => ask((shard) => shard.latest(order)),
});
const stub = () => env.ORDER_LEDGER.getByName(shardOf(SHARED)) as DurableObjectStub<OrderLedger>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("an order's claim", () => {
  it("gives a repeated key the same verification, also after eviction", async () => {
    const claim = claiming();
    const first = await ledger().claim(claim());
    await evictDurableObject(stub());
    expect(await ledger().claim(claim({ candidate: "ver_x" }))).toEqual(first);
  });

  it("refuses a key that comes back with another body", async () => {
    const claim = claiming();
    await ledger().claim(claim());
    expect(await ledger().claim(claim({ body: "b2" }))).toEqual({ ok: false, problem: "IDEMPOTENCY.KEY_REUSED" });
  });

  it("gives the same digest the same verification, whatever the key", async () => {
    const claim = claiming();
    const first = await ledger().claim(claim());
    expect(await ledger().claim(claim({ key: "k2", candidate: "ver_y" }))).toEqual(first);
  });

  it("gives one verification to sixty creates at once", async () => {
    const claim = claiming();
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, n) => ledger().claim(claim({ key: `k${n}`, candidate: `ver_${n}` }))),
    );
    expect(new Set(outcomes.map((o) => o.ok && o.id)).size).toBe(1);
  });

  it("opens a new verification for another digest and names those it takes the place of", async () => {
    const claim = claiming();
    const first = await ledger().claim(claim());
    const second = await ledger().claim(claim({ key: "k2", digest: "d2", candidate: "ver_second" }));
    expect(second).toEqual({ ok: true, id: "ver_second", supersedes: [first.ok && first.id] });
  });

  it("replaces an ended verification once, also when two creates find it ended at the same time", async () => {
    const claim = claiming();
    const first = await ledger().claim(claim());
    const instead = first.ok ? first.id : "";
    await ledger().claim(claim({ key: "k2", candidate: "ver_n" }));
    await ledger().claim(claim({ key: "k3", candidate: "ver_m" }));
    const a = await ledger().claim(claim({ key: "k2", candidate: "ver_a", instead }));
    const b = await ledger().claim(claim({ key: "k3", candidate: "ver_b", instead }));
    expect(a).toEqual({ ok: true, id: "ver_a", supersedes: [] });
    expect(b).toEqual(a);
    expect(await ledger().claim(claim())).toEqual(first);
  });

  it.each([
    ["by the same call once more", {}],
    ["by another call", { key: "k2" }],
  ])("is not taken back once it was joined %s", async (_, joining) => {
    const claim = claiming();
    const { order, key, candidate } = claim();
    await ledger().claim(claim());
    await ledger().claim(claim(joining));
    await ask((shard) => shard.unclaim({ order, key }, candidate));
    expect(await ledger().latest(order)).toBe(candidate);
    const alone = claiming()();
    await ledger().claim(alone);
    await ask((shard) => shard.unclaim(alone, alone.candidate));
    expect(await ledger().latest(alone.order)).toBeUndefined();
  });

  it("stops at three verifications an order, over all revisions", async () => {
    const claim = claiming();
    for (const n of [1, 2, 3])
      expect((await ledger().claim(claim({ key: `k${n}`, digest: `d${n}`, candidate: `ver_${n}` }))).ok).toBe(true);
    expect(await ledger().claim(claim({ key: "k4", digest: "d4" }))).toEqual({
      ok: false,
      problem: "ORDER.VERIFICATIONS_EXHAUSTED",
    });
    expect((await ledger().claim(claim({ key: "k1", digest: "d1" }))).ok).toBe(true);
  });

  it("forgets a key after a day and a whole order after a month, and nothing sooner", async () => {
    const claim = claiming();
    await ledger().claim(claim());
    vi.setSystemTime(START + 23 * HOUR);
    expect((await ledger().claim(claim({ body: "b2" }))).ok).toBe(false);
    vi.setSystemTime(START + 25 * HOUR);
    expect((await ledger().claim(claim({ body: "b2" }))).ok).toBe(true);
    vi.setSystemTime(START + 30 * DAY);
    expect(await ledger().latest(claim().order)).toBeDefined();
    vi.setSystemTime(START + 33 * DAY);
    expect(await ledger().latest(claim().order)).toBeUndefined();
    await runDurableObjectAlarm(stub());
    expect((await ledger().claim(claim({ candidate: "ver_again" }))).ok).toBe(true);
  });
});
