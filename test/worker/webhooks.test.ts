import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { shardOf } from "../../worker/verification/settlement.ts";
import type { Verification } from "../../worker/verification/verification.ts";
import { boardShard } from "../../worker/webhooks/outbox.ts";
import { WEBHOOK_SECRETS, webhookSecret } from "../standins/secrets.ts";
import { api, behave, firstTry, listed, ring, tries, until, verified } from "./hooks.ts";
import { fresh } from "./opened.ts";

// Ahead of the real clock, because alarms follow that one: none may ring by itself in the middle of a test.
const START = Date.UTC(2031, 5, 1, 12);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const HOOK = "/hooks/marisol";

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  await behave(HOOK, 204);
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Opened at a brand with an endpoint; nothing is delivered yet. */
async function opened(brand = "marisol") {
  const v = fresh(brand);
  await v.open();
  return v;
}
const ids = (arrived: { headers: Record<string, string> }[]) => arrived.map(({ headers }) => headers["webhook-id"]);
const eventOf = ({ id }: { id: string }, seq: number) => `evt_${id.slice(4)}_${seq}`;
const board = (v: { id: string }, brand = "marisol") => env.BRAND_BOARD.getByName(`${brand}:${boardShard(v)}`);
const alarm = (v: ReturnType<typeof fresh>) =>
  runInDurableObject(v.object() as DurableObjectStub<Verification>, (object) => object.alarm());

describe("a verification's events", () => {
  it("reach the shop signed, once each, one for every move, with nothing personal in them", async () => {
    const v = await opened();
    await ring(v);
    await v.send("start");
    await v.settle(1, "accepted");
    await ring(v);
    await v.stub().receipt("marisol", 1, true);
    await v.stub().receipt("marisol", 1, true);
    await ring(v);
    await v.guess(await v.code());
    await ring(v);
    await v.stub().redeem("marisol", "d".repeat(64), "key", "verdict");
    await until(v, START + HOUR);
    const arrived = await tries(HOOK, v);
    const told = arrived.map((one) => verified(one, WEBHOOK_SECRETS.marisol));
    expect(told.map(({ type, data }) => [type, data.seq])).toEqual([
      ["verification.created", 0],
      ["verification.sent", 1],
      ["verification.delivered", 2],
      ["verification.approved", 3],
      ["verification.redeemed", 4],
    ]);
    expect(told[3]).toEqual({
      type: "verification.approved",
      timestamp: "2031-06-01T12:00:00.000Z",
      data: { verification: v.id, order: { id: "o-1", revision: 1 }, status: "approved", reason: "code", seq: 3 },
    });
    expect(ids(arrived)).toEqual([0, 1, 2, 3, 4].map((seq) => eventOf(v, seq)));
    for (const { body } of arrived) expect(body.length).toBeLessThan(400);
  });

  it("are written nowhere where nobody listens", async () => {
    const v = await opened("tindra");
    await ring(v);
    expect((await v.record()).outbox).toEqual([]);
    expect((await api("tindra", "/v1/events")).body).toMatchObject({ data: [], has_more: false });
  });

  it("go to each endpoint that asked for their type, and one that is down holds up no other", async () => {
    await behave("/hooks/rimal-stock", 500);
    const v = await opened("rimal");
    await until(v, START + MINUTE);
    await v.send("start");
    await v.settle(1, "accepted");
    await until(v, START + 2 * MINUTE);
    expect(ids(await tries("/hooks/rimal", v))).toEqual([eventOf(v, 0), eventOf(v, 1)]);
    expect(ids(await tries("/hooks/rimal-stock", v))).toEqual([eventOf(v, 0), eventOf(v, 0)]);
    await behave("/hooks/rimal-stock", 200);
    await until(v, START + 6 * MINUTE);
    expect(await tries("/hooks/rimal-stock", v)).toHaveLength(3);
    expect(await tries("/hooks/rimal", v)).toHaveLength(2);
  });

  it("are signed with both secrets while one takes over from the other", async () => {
    const v = await opened("rimal");
    await ring(v);
    const [one] = await tries("/hooks/rimal", v);
    for (const secret of ["new", "old"].map(webhookSecret)) {
      expect(verified(one as NonNullable<typeof one>, secret).type).toBe("verification.created");
    }
    expect(() => verified(one as NonNullable<typeof one>, webhookSecret("stock"))).toThrow();
  });
});

describe("a receiver that fails", () => {
  it.each([
    ["an hour", HOUR, 4],
    ["a day", 24 * HOUR, 7],
  ])("that was down for %s is told once it is back, under the same id", async (_, down, missed) => {
    await behave(HOOK, 500);
    const v = await opened();
    const created = async () => (await tries(HOOK, v)).filter(({ headers }) => headers["webhook-id"] === eventOf(v, 0));
    expect(await until(v, START + down)).toBeLessThan(20);
    expect(await created()).toHaveLength(missed);
    await behave(HOOK, 200);
    await until(v, START + 80 * HOUR);
    const arrived = await created();
    expect(arrived).toHaveLength(missed + 1);
    expect(new Set(arrived.map(({ headers }) => headers["webhook-timestamp"])).size).toBe(arrived.length);
    expect(new Set(arrived.map(({ headers }) => headers["webhook-signature"])).size).toBe(arrived.length);
    expect(new Set(arrived.map(({ body }) => body)).size).toBe(1);
    for (const one of arrived) verified(one, WEBHOOK_SECRETS.marisol);
  });

  it("gets ten tries over 76 hours; then the event is a dead letter, listed, and replayable for three days", async () => {
    await behave(HOOK, 500);
    const v = await opened();
    await v.stub().withdraw("marisol", "cancel", null);
    const wakes = await until(v, START + 84 * HOUR);
    expect(await tries(HOOK, v)).toHaveLength(20);
    expect(wakes).toBeLessThan(30);
    const mine = async (query: string) =>
      (await listed("marisol", query)).filter(({ data }) => data.verification === v.id);
    expect((await mine("state=dead")).map(({ id, dead }) => [id, dead])).toEqual([
      [eventOf(v, 0), true],
      [eventOf(v, 1), true],
    ]);
    await behave(HOOK, 200);
    expect(await api("tindra", `/v1/events/${eventOf(v, 0)}/replay`, "POST")).toMatchObject({ status: 404 });
    expect(await api("marisol", `/v1/events/${eventOf(v, 7)}/replay`, "POST")).toMatchObject({
      status: 404,
      body: { code: "EVENT.NOT_FOUND" },
    });
    const said = vi.spyOn(console, "log");
    expect(await api("marisol", `/v1/events/${eventOf(v, 0)}/replay`, "POST")).toMatchObject({ status: 202 });
    expect(JSON.parse(String(said.mock.calls.at(-1)?.[0]))).toMatchObject({
      event: "audit",
      action: "event.replay",
      client: "marisol-shop",
      target: eventOf(v, 0),
      correlator: expect.any(String),
    });
    await until(v, Date.now() + MINUTE);
    expect(ids(await tries(HOOK, v)).at(-1)).toBe(eventOf(v, 0));
    expect((await mine("state=dead")).map(({ id }) => id)).toEqual([eventOf(v, 1)]);
    expect((await mine("limit=200")).map(({ dead }) => dead)).toEqual([false, true]);
    await until(v, START + 84 * HOUR + 72 * HOUR);
    expect(await v.record()).toBeUndefined();
    expect((await api("marisol", `/v1/events/${eventOf(v, 1)}/replay`, "POST")).status).toBe(404);
    expect(await mine("state=dead")).toHaveLength(1);
  });

  it("is not followed where it redirects", async () => {
    await behave(HOOK, 302, { headers: { location: "http://127.0.0.1:8788/hooks/elsewhere" } });
    const v = await opened();
    await ring(v);
    expect((await v.record()).outbox[0]?.deliveries[0]).toMatchObject({ tries: 1, nextAt: expect.any(Number) });
    expect(await tries("/hooks/elsewhere", v)).toEqual([]);
  });

  it("is left alone for as long as it asks, and for a minute when it is under load", async () => {
    await behave(HOOK, 429, { headers: { "retry-after": "7200" } });
    const [asking, busy] = [await opened(), await opened()];
    await ring(asking);
    expect((await asking.record()).outbox[0]?.deliveries[0]?.nextAt).toBe(START + 2 * HOUR);
    await behave(HOOK, 504);
    await ring(busy);
    expect((await busy.record()).outbox[0]?.deliveries[0]?.nextAt).toBe(START + MINUTE);
  });

  it("may be slow, but not slower than fifteen seconds", { timeout: 25_000 }, async () => {
    await behave(HOOK, 200, { delayMs: 300 });
    const slow = await opened();
    await ring(slow);
    expect((await slow.record()).outbox[0]?.deliveries[0]?.nextAt).toBeNull();
    await behave(HOOK, null);
    const hung = await opened();
    await ring(hung);
    expect((await hung.record()).outbox[0]?.deliveries[0]).toMatchObject({ tries: 1, nextAt: expect.any(Number) });
  });

  it("that answers 410 is called no more by any verification of the brand, until a replay gets through", async () => {
    await behave(HOOK, 410);
    const v = await opened();
    await until(v, START + MINUTE);
    await behave(HOOK, 200);
    const others = await Promise.all(Array.from({ length: 8 }, () => opened()));
    for (const other of others) {
      await until(other, START + MINUTE);
      expect(await tries(HOOK, other)).toEqual([]);
    }
    const deadLetters = (await listed("marisol", "state=dead")).map(({ id }) => id);
    for (const one of [v, ...others]) expect(deadLetters).toContain(eventOf(one, 0));

    const [other] = others as [ReturnType<typeof fresh>];
    expect((await api("marisol", `/v1/events/${eventOf(other, 0)}/replay`, "POST")).status).toBe(202);
    await until(other, START + 2 * MINUTE);
    expect(ids(await tries(HOOK, other))).toEqual([eventOf(other, 0)]);
    for (const later of await Promise.all(Array.from({ length: 8 }, () => opened()))) {
      await ring(later);
      expect(await tries(HOOK, later)).toHaveLength(1);
    }
  });
});

describe("alarms", () => {
  it("that ring early, twice and twice at once deliver an event once", async () => {
    const v = await opened();
    await Promise.all([alarm(v), alarm(v)]);
    await alarm(v);
    await ring(v);
    expect(await tries(HOOK, v)).toHaveLength(1);
    await behave(HOOK, 500);
    await v.stub().withdraw("marisol", "cancel", null);
    await alarm(v);
    await alarm(v);
    expect(ids(await tries(HOOK, v))).toEqual([eventOf(v, 0), eventOf(v, 1)]);
  });

  it("that ring days too late deliver before anything is forgotten", async () => {
    const v = await opened();
    vi.setSystemTime(START + 60 * HOUR);
    await until(v, START + 61 * HOUR);
    expect(ids(await tries(HOOK, v))).toEqual([eventOf(v, 0), eventOf(v, 1)]);
    await until(v, START + 62 * HOUR);
    expect(await v.record()).toBeUndefined();
    expect((await listed("marisol")).filter(({ data }) => data.verification === v.id)).toHaveLength(2);
  });

  it("that are killed in the middle count the try they made, and make the next one under the same id", async () => {
    await behave(HOOK, null);
    const v = await opened();
    const killed = alarm(v).catch(() => "killed");
    await firstTry(HOOK, eventOf(v, 0));
    await runInDurableObject(v.object(), (_, state) => state.abort("killed")).catch(() => undefined);
    expect(await killed).toBe("killed");
    await behave(HOOK, 200);
    await alarm(v);
    expect(await tries(HOOK, v)).toHaveLength(1);
    await until(v, START + MINUTE);
    expect(ids(await tries(HOOK, v))).toEqual([eventOf(v, 0), eventOf(v, 0)]);
  });

  it("deliver though the log is broken, log though a ledger is, and come back each minute, not at once", async () => {
    const v = await opened();
    await runInDurableObject(board(v), (_, state) => state.storage.sql.exec("DROP TABLE log"));
    const wakes = await until(v, START + 10 * MINUTE);
    expect(await tries(HOOK, v)).toHaveLength(1);
    expect(wakes).toBeLessThanOrEqual(12);
    await evictDurableObject(board(v));
    await until(v, START + 12 * MINUTE);
    expect((await v.record()).outbox[0]?.logged).toBe(true);

    const leases = { customer: "AAAA", number: "AAAA" };
    const ledger = env.CUSTOMER_LEDGER.getByName(shardOf(leases.customer));
    await runInDurableObject(ledger, (_, state) => state.storage.sql.exec("DROP TABLE rows"));
    const owing = fresh("marisol");
    await owing.open({ leases });
    await owing.stub().withdraw("marisol", "cancel", null);
    await behave(HOOK, 500);
    await ring(owing);
    const { errandsFrom } = await owing.record();
    expect(errandsFrom).toBe(Date.now() + MINUTE);
    await until(owing, Date.now() + 10 * SECOND);
    expect(await tries(HOOK, owing)).toHaveLength(4);
    expect((await owing.record()).errandsFrom).toBe(errandsFrom);
    await behave(HOOK, 204);
    expect(await until(owing, START + 22 * MINUTE)).toBeLessThanOrEqual(14);
    expect(await tries(HOOK, owing)).toHaveLength(6);
    expect(await owing.record()).toMatchObject({ leases, outbox: [{ logged: true }, { logged: true }] });
    await evictDurableObject(ledger);
    await until(owing, START + 24 * MINUTE);
    expect((await owing.record()).leases).toBeNull();
  });
});

describe("the list of events", () => {
  it("skips nothing and doubles nothing while it grows between pages, and keeps each verification in order", async () => {
    const before = await listed("marisol");
    const all = Array.from({ length: 6 }, () => fresh("marisol"));
    for (const v of all) await v.open().then(() => ring(v));
    const seen: string[] = [];
    let { data, next, has_more } = (await api("marisol", "/v1/events?limit=3")).body;
    for (let page = 0; has_more; page += 1) {
      seen.push(...data.map(({ id }) => id));
      const v = all[page];
      if (v)
        await v
          .stub()
          .withdraw("marisol", "cancel", null)
          .then(() => ring(v));
      ({ data, next, has_more } = (await api("marisol", `/v1/events?limit=3&after=${next}`)).body);
    }
    seen.push(...data.map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
    const expected = all.flatMap((v) => [eventOf(v, 0), eventOf(v, 1)]);
    expect(seen.slice().sort()).toEqual([...before.map(({ id }) => id), ...expected].sort());
    for (const v of all) expect(seen.indexOf(eventOf(v, 0))).toBeLessThan(seen.indexOf(eventOf(v, 1)));
    expect((await api("marisol", `/v1/events?after=${next}`)).body).toMatchObject({ data: [], has_more: false });
  });

  it.each(["after=x", "limit=0", "limit=201", "limit=1e2", "state=alive", "state=dead&after=YWxsLjAuMC4wLjA"])(
    "refuses %s",
    async (query) => {
      expect(await api("marisol", `/v1/events?${query}`)).toMatchObject({
        status: 400,
        body: { code: "REQUEST.INVALID" },
      });
    },
  );

  it("forgets a verification that is erased, and everything after thirty days", async () => {
    const [erased, kept] = [await opened(), await opened()];
    for (const v of [erased, kept]) await ring(v);
    const names = async () => (await listed("marisol")).map(({ data }) => data.verification);
    await board(erased).erase([erased.id.slice(4)]);
    expect(await names()).not.toContain(erased.id);
    expect(await names()).toContain(kept.id);
    vi.setSystemTime(START + 31 * 24 * HOUR);
    await runInDurableObject(board(kept), (object) => object.alarm());
    expect(await names()).not.toContain(kept.id);
  });
});
