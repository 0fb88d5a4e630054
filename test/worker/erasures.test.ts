/** `erasure.completed` as a webhook: by the schedule of all others, although nothing is left that it tells of. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BrandBoard } from "../../worker/board/board.ts";
import type { ErasureEventView } from "../../worker/contract.ts";
import { boardShard } from "../../worker/webhooks/outbox.ts";
import { API_KEYS, type BrandId, WEBHOOK_SECRETS } from "../standins/secrets.ts";
import { migrated } from "./counted.ts";
import { type Arrived, api, behave, firstTry, listed, until, verified } from "./hooks.ts";
import { fresh, press } from "./opened.ts";
import { call } from "./subject.ts";

const START = Date.UTC(2031, 5, 1, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOOK = "/hooks/marisol";
let lines: string[] = [];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  lines = [];
  for (const level of ["log", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line: string) => void lines.push(String(line)));
  await migrated();
  await behave(HOOK, 204);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** An erasure that was answered; whose it is does not matter to its word. */
async function erased(brand: BrandId = "marisol", key = press()) {
  const subject = { customer_ref: `customer-marked-${key}` };
  const answer = await call(
    "POST",
    "/v1/erasures",
    { subject },
    { key: API_KEYS[brand], headers: { "idempotency-key": key } },
  );
  expect(answer.status).toBe(201);
  const { id } = await answer.json<{ id: string }>();
  const object = () =>
    env.BRAND_BOARD.getByName(`${brand}:${boardShard({ id })}`) as unknown as DurableObjectStub<BrandBoard>;
  return { id, event: `evt_${id}`, key, object, brand };
}
type Erased = Awaited<ReturnType<typeof erased>>;

const wake = (e: Erased, at: number) => until(e as unknown as ReturnType<typeof fresh>, at);
const ring = (e: Erased) => runDurableObjectAlarm(e.object());
/** The tries of its event that reached `path`. */
const tries = async ({ event }: Erased, path = HOOK) => {
  const arrived = await (await fetch(`http://receiver.test${path}`)).json<Arrived[]>();
  return arrived.filter(({ headers }) => headers["webhook-id"] === event);
};
const dead = async ({ event }: Erased) =>
  (await listed("marisol", "state=dead")).some((one) => (one as { id: string }).id === event);

describe("an erasure that is done", () => {
  it("is told once to who listens, signed, by the id of its receipt and nothing else", async () => {
    const e = await erased();
    await erased("marisol", e.key);
    await wake(e, START + HOUR);
    // The slower of two tries at once.
    await runInDurableObject(e.object(), (board) => board.finishErasure(e.id, "another receipt", "marisol"));
    await wake(e, START + 2 * HOUR);
    const [one, ...more] = await tries(e);
    expect(more).toEqual([]);
    const told = verified(one as Arrived, WEBHOOK_SECRETS.marisol) as unknown as ErasureEventView;
    const timestamp = new Date(START).toISOString();
    expect(told).toEqual({ type: "erasure.completed", timestamp, data: { erasure: e.id } });
    expect((one as Arrived).body).not.toContain("marked");
    const kept = await runInDurableObject(e.object(), (_, { storage }) => [...storage.kv.list()].map(([key]) => key));
    expect(
      kept.filter((key) => key.includes(e.id)),
      "nothing is left to be tried",
    ).toEqual([]);
  });

  it("is told only to endpoints that want to know", async () => {
    const e = await erased("rimal");
    await wake(e, START + MINUTE);
    expect([(await tries(e, "/hooks/rimal")).length, (await tries(e, "/hooks/rimal-stock")).length]).toEqual([1, 0]);
  });

  it("is told by the log alone where a Worker of before has finished it", async () => {
    const e = await erased();
    const id = `era_${"w".repeat(22)}`;
    await runInDurableObject(e.object(), (board) => {
      board.beginErasure(id, ["body"], { verifications: 0, orders: 0 });
      expect(board.finishErasure(id, "receipt")).toBe("receipt");
    });
    await wake(e, START + MINUTE);
    expect(await tries({ ...e, event: `evt_${id}` })).toEqual([]);
    expect((await listed("marisol")).map((one) => (one as { id: string }).id)).toContain(`evt_${id}`);
  });
});

describe("a receiver that fails", () => {
  it("that was down for an hour is told once it is back, under the same id, though the board was moved", async () => {
    await behave(HOOK, 500);
    const e = await erased();
    await wake(e, START + HOUR);
    expect(await tries(e)).toHaveLength(4);
    await runInDurableObject(e.object(), (_, state) => state.abort("moved")).catch(() => undefined);
    await behave(HOOK, 200);
    await wake(e, START + 9 * HOUR);
    const arrived = await tries(e);
    expect(arrived).toHaveLength(5);
    expect(new Set(arrived.map(({ headers }) => headers["webhook-timestamp"])).size).toBe(5);
    for (const one of arrived) verified(one, WEBHOOK_SECRETS.marisol);
  });

  it("gets ten tries over 76 hours; then it is a dead letter that is said, listed and replayed", async () => {
    await behave(HOOK, 500);
    const e = await erased();
    // Housekeeping rings each hour as ever; tries do not add to it.
    expect(await wake(e, START + 84 * HOUR)).toBeLessThan(84 + 15);
    expect(await tries(e)).toHaveLength(10);
    expect(await dead(e)).toBe(true);
    expect(lines.map((line) => JSON.parse(line))).toContainEqual({
      ...{ level: "error", event: "webhook_dead_letter", brand: "marisol", type: "erasure.completed" },
    });
    await behave(HOOK, 200);
    expect(await api("tindra", `/v1/events/${e.event}/replay`, "POST")).toMatchObject({ status: 404 });
    expect(await api("marisol", `/v1/events/${e.event}x/replay`, "POST")).toMatchObject({ status: 404 });
    expect(await api("marisol", `/v1/events/${e.event}/replay`, "POST")).toMatchObject({ status: 202 });
    await wake(e, Date.now() + MINUTE);
    expect(await tries(e)).toHaveLength(11);
    expect(new Set((await tries(e)).map(({ body }) => body)).size, "the same word as ever").toBe(1);
    expect(await dead(e)).toBe(false);
    expect(lines.join("\n")).not.toContain("marked");
  });

  it("is left alone for as long as it asks", async () => {
    await behave(HOOK, 429, { headers: { "retry-after": "7200" } });
    const e = await erased();
    await wake(e, START + 2 * HOUR - 1);
    expect(await tries(e)).toHaveLength(1);
    await wake(e, START + 2 * HOUR);
    expect(await tries(e)).toHaveLength(2);
  });

  it("that answers 410 hears of no other erasure, and of no verification, until a replay gets through", async () => {
    await behave(HOOK, 410);
    const e = await erased();
    await wake(e, START + MINUTE);
    await behave(HOOK, 200);
    const others = [await erased(), await erased(), await erased(), await erased(), await erased()];
    for (const other of others) {
      await wake(other, Date.now() + MINUTE);
      expect([(await tries(other)).length, await dead(other)]).toEqual([0, true]);
    }
    const v = fresh("marisol");
    await v.open();
    await until(v, Date.now() + MINUTE);
    expect((await v.record()).outbox[0]?.deliveries[0]).toMatchObject({ nextAt: null });
    expect((await api("marisol", `/v1/events/${e.event}/replay`, "POST")).status).toBe(202);
    await wake(e, Date.now() + MINUTE);
    expect(await tries(e)).toHaveLength(2);
    const next = await erased();
    await ring(next);
    expect(await tries(next)).toHaveLength(1);
  });

  it("and is still at it when an operator replays does not take the replay away with its answer", async () => {
    await behave(HOOK, 410, { delayMs: 200 });
    const e = await erased();
    const ringing = ring(e);
    await vi.waitUntil(async () => (await tries(e)).length === 1);
    expect((await api("marisol", `/v1/events/${e.event}/replay`, "POST")).status).toBe(202);
    await behave(HOOK, 200);
    await ringing;
    await wake(e, Date.now() + MINUTE);
    expect([(await tries(e)).length, await dead(e)]).toEqual([2, false]);
  });
});

describe("the board's alarm", () => {
  it("that rings early, twice and twice at once delivers once, and comes back for the next try by itself", async () => {
    await behave(HOOK, 500);
    const e = await erased();
    const twice = () => runInDurableObject(e.object(), (board) => Promise.all([board.alarm(), board.alarm()]));
    await twice();
    await twice();
    expect(await tries(e)).toHaveLength(1);
    const next = await runInDurableObject(e.object(), (_, { storage }) => storage.getAlarm());
    expect((next ?? 0) - Date.now()).toBeLessThanOrEqual(5_500);
  });

  it("that is killed in the middle has counted its try, and makes the next one under the same id", async () => {
    await behave(HOOK, null);
    const e = await erased();
    const killed = runInDurableObject(e.object(), (board) => board.alarm()).catch(() => "killed");
    await firstTry(HOOK, e.event);
    await runInDurableObject(e.object(), (_, state) => state.abort("killed")).catch(() => undefined);
    expect(await killed).toBe("killed");
    await behave(HOOK, 200);
    await ring(e);
    expect(await tries(e)).toHaveLength(1);
    await wake(e, START + MINUTE);
    expect(await tries(e)).toHaveLength(2);
  });
});
