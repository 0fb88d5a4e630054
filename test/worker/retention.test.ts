import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { customerName, numberName, orderName } from "../../worker/routes/names.ts";
import { verification } from "../../worker/routes/reach.ts";
import { settleWith, shardOf } from "../../worker/verification/settlement.ts";
import { approved, fresh, sent } from "./opened.ts";
import { client, open, person } from "./subject.ts";

// Ahead of the real clock, because alarms follow that one: none may ring by itself in the middle of a test.
const START = Date.UTC(2031, 5, 1, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

/** All keys in an object's storage, and whether an alarm is set. */
const kept = (object: DurableObjectStub) =>
  runInDurableObject(object, async (_, { storage }) => ({
    keys: [...(await storage.list()).keys()],
    alarm: (await storage.getAlarm()) !== null,
  }));

describe("the number of a verification", () => {
  it.each([
    ["is canceled", (v: Awaited<ReturnType<typeof sent>>) => v.stub().withdraw("tindra", "cancel", null)],
    ["is superseded", (v: Awaited<ReturnType<typeof sent>>) => v.stub().supersede("tindra")],
    ["is denied", (v: Awaited<ReturnType<typeof sent>>) => v.stub().deny("tindra")],
    ["is left", (v: Awaited<ReturnType<typeof sent>>) => v.stub().leave({ ...v.visitor, reason: "left" })],
    ["is approved", async (v: Awaited<ReturnType<typeof sent>>) => v.guess(await v.code())],
  ])("is gone in the moment it %s", async (_, end) => {
    const v = await sent();
    expect((await v.record()).sealed).toBe("sealed-number");
    await end(v);
    expect(await v.record()).toMatchObject({ sealed: null, number: { ending: "42" } });
  });

  it("is gone when its time is over, by the alarm or by the first read, however late", async () => {
    const [rung, read] = [await sent(), await sent()];
    later(16 * MINUTE);
    await runDurableObjectAlarm(rung.object());
    expect((await rung.record()).sealed).toBeNull();
    later(HOUR);
    await read.stub().read("tindra");
    expect((await read.record()).sealed).toBeNull();
  });

  it("was never there where a rule denied", async () => {
    const v = fresh();
    await v.open({ decision: { action: "deny", reasons: ["number.changed_24h"] } });
    expect((await v.record()).sealed).toBeNull();
  });
});

describe("the record of a verification", () => {
  it("can be read for a day after its end, and is gone after it, alarms doubled or not", async () => {
    const v = await sent();
    await v.stub().withdraw("tindra", "cancel", null);
    later(DAY - MINUTE);
    await runDurableObjectAlarm(v.object());
    expect(await v.stub().read("tindra")).toMatchObject({ status: "canceled" });
    later(2 * MINUTE);
    for (const _ of [1, 2, 3]) {
      await runInDurableObject(v.object(), (object) => (object as unknown as { alarm(): Promise<void> }).alarm());
      expect(await v.stub().read("tindra")).toBeUndefined();
    }
    expect(await kept(v.object())).toEqual({ keys: [], alarm: false });
  });

  it("is read by nobody after its day, also when its alarm was lost", async () => {
    const v = await approved();
    later(6 * MINUTE);
    expect(await v.stub().read("tindra")).toMatchObject({ status: "lapsed" });
    await runInDurableObject(v.object(), (_, { storage }) => storage.deleteAlarm());
    await evictDurableObject(v.object());
    later(DAY);
    expect(await v.stub().read("tindra")).toBeUndefined();
    expect(await v.stub().export("tindra")).toBeUndefined();
    expect(await v.stub().page(v.visitor)).toEqual({ view: "closed" });
    expect((await kept(v.object())).keys).not.toContain("record");
    expect((await kept(v.object())).keys).not.toContain("opened");
    await runDurableObjectAlarm(v.object());
    expect(await kept(v.object())).toEqual({ keys: [], alarm: false });
  });

  it("is rung again by the next write where an alarm was lost before the end", async () => {
    const v = await sent();
    await runInDurableObject(v.object(), (_, { storage }) => storage.deleteAlarm());
    later(16 * MINUTE);
    await v.stub().state(v.visitor);
    expect((await kept(v.object())).alarm).toBe(true);
  });

  it("leaves its id to nobody: the same order opens under another one", async () => {
    const whom = person();
    const order = `o-${whom.unique}`;
    const first = await open(whom, order);
    await verification(env, first.id)().withdraw("tindra", "cancel", null);
    const object = env.VERIFICATION.idFromString(Buffer.from(first.id.slice(4), "base64url").toString("hex"));
    await runDurableObjectAlarm(env.VERIFICATION.get(object));
    later(26 * HOUR);
    const next = await open(whom, order);
    expect(next.id).not.toBe(first.id);
    expect(next.budget).toMatchObject({ ok: true, guesses: 5 });
  });
});

describe("a ledger's row", () => {
  const rows = (object: DurableObjectStub, id: string) =>
    runInDurableObject(object, (_, { storage }) =>
      storage.sql.exec<{ id: string }>("SELECT id FROM rows WHERE id = ?", id).toArray(),
    );

  it("is gone when nothing in it counts, and its shard keeps looking", async () => {
    const whom = person();
    const order = `o-${whom.unique}`;
    const { id } = await open(whom, order);
    const system = client(env);
    const names = {
      order: await orderName(env, system, order),
      customer: await customerName(env, system, whom.ref),
      number: await numberName(env, whom.number),
    };
    await settleWith(env, names, { id, evaluated: 1, wrong: 0, right: true, sends: 1 });
    const shards = {
      order: env.ORDER_LEDGER.getByName(shardOf(names.order)) as DurableObjectStub,
      customer: env.CUSTOMER_LEDGER.getByName(shardOf(names.customer)) as DurableObjectStub,
      number: env.NUMBER_LEDGER.getByName(shardOf(names.number)) as DurableObjectStub,
    };
    const left = async () => {
      for (const shard of Object.values(shards)) await runDurableObjectAlarm(shard);
      const found = await Promise.all(
        (["order", "customer", "number"] as const).map(async (kind) => (await rows(shards[kind], names[kind])).length),
      );
      return found.join("");
    };
    expect(await left()).toBe("111");
    later(DAY - MINUTE);
    expect(await left()).toBe("111");
    later(2 * MINUTE);
    expect(await left()).toBe("110");
    later(31 * DAY);
    expect(await left()).toBe("000");
    for (const shard of Object.values(shards)) expect((await kept(shard)).alarm).toBe(true);
  });

  it("with failures in a row outlives the days, without them it does not", async () => {
    const whom = person();
    const { id } = await open(whom, `o-${whom.unique}`);
    const names = {
      customer: await customerName(env, client(env), whom.ref),
      number: await numberName(env, whom.number),
    };
    await settleWith(env, names, { id, evaluated: 5, wrong: 5, right: false, sends: 1 });
    later(300 * DAY);
    const shard = env.CUSTOMER_LEDGER.getByName(shardOf(names.customer)) as DurableObjectStub;
    await runDurableObjectAlarm(shard);
    expect(await rows(shard, names.customer)).toHaveLength(1);
    later(101 * DAY);
    await runDurableObjectAlarm(shard);
    expect(await rows(shard, names.customer)).toHaveLength(0);
  });

  it("whose time is over counts for nobody, also before the alarm has taken it away", async () => {
    const whom = person();
    await Promise.all([1, 2].map((n) => open(whom, `o-${n}-${whom.unique}`)));
    expect((await open(whom, `o-3-${whom.unique}`)).budget?.ok).toBe(false);
    // Never settled: used in full, one failure a guess, for as long as failures are remembered.
    later(402 * DAY);
    expect((await open(whom, `o-4-${whom.unique}`)).budget).toMatchObject({ ok: true, guesses: 5 });
  });
});
