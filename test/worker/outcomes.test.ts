import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FRAUD_KINDS, OUTCOME_TYPES } from "../../worker/contract.ts";
import { ledgerName } from "../../worker/verification/errands.ts";
import { verificationId } from "../../worker/verification/link.ts";
import { API_KEYS } from "../standins/secrets.ts";
import { boardOf, later, MINUTE, migrated, points, redeemed, rolledUp, seen, sums, told } from "./counted.ts";
import { approved, fresh, sent } from "./opened.ts";
import { call, environment } from "./subject.ts";

const DAY = 24 * 60 * MINUTE;
let day = Date.UTC(2032, 5, 1, 12);

beforeEach(async () => {
  day += 10 * DAY;
  vi.useFakeTimers({ toFake: ["Date"], now: day });
  await migrated();
  await rolledUp();
  await migrated();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const path = (id: string) => `/v1/verifications/${id}/outcomes`;

/** One outcome, reported by Tindra's order system unless another key is given. */
async function report(id: string, outcome: object, key?: string) {
  const answer = await call("POST", path(id), outcome, key ? { key } : {});
  return { status: answer.status, body: await answer.json<Record<string, unknown>>() };
}

async function batch(outcomes: unknown) {
  const answer = await call("POST", "/v1/outcomes", { outcomes });
  return { status: answer.status, body: await answer.json<{ data?: object[]; code?: string; field?: string }>() };
}

const gone = () => verificationId(env.VERIFICATION.newUniqueId().toString());

describe("an outcome", () => {
  it("is recorded once for a verification and type, however often it is told", async () => {
    const v = await redeemed(await seen());
    const written = points();
    expect(await report(v.id, { type: "order.completed" })).toEqual({
      status: 200,
      body: { object: "outcome", verification: v.id, type: "order.completed", recorded: true },
    });
    expect((await report(v.id, { type: "order.completed" })).body).toMatchObject({ recorded: false });
    expect((await report(v.id, { type: "order.shipped" })).body).toMatchObject({ recorded: true });
    const [first] = written.thin();
    expect(written.thin().map(({ why }) => why)).toEqual(["order.completed", "order.shipped"]);
    expect(first).toMatchObject({
      event: "outcome_reported",
      country: "NO",
      prefix: "4792",
      device: "ios",
      value: 125_000,
    });
    expect(written.wide()).toEqual([]);
    await told(v);
    await rolledUp();
    expect(await sums("rollup_event", "n", "event = 'outcome_reported'")).toEqual({ n: 2 });
    expect(await sums("rollup_hour", "created")).toEqual({ created: 1 });
  });

  it("takes every type there is, and every kind of a confirmed fraud", async () => {
    const v = await sent();
    for (const type of OUTCOME_TYPES.filter((type) => type !== "fraud.confirmed"))
      expect((await report(v.id, { type })).status).toBe(200);
    for (const kind of FRAUD_KINDS) {
      const { status, body } = await report((await sent()).id, { type: "fraud.confirmed", kind });
      expect([status, body.type]).toEqual([200, "fraud.confirmed"]);
    }
  });

  it("comes weeks later, when the verification itself is gone, and still knows what it was about", async () => {
    const v = await redeemed(await seen());
    await told(v);
    await rolledUp();
    later(40 * DAY);
    expect(await v.stub().read("tindra")).toBeUndefined();
    const written = points();
    const said = {
      type: "chargeback.fraud",
      amount: { value: 99_900, currency: "NOK" },
      occurred_at: "2032-07-20T10:00:00Z",
    };
    expect((await report(v.id, said)).body).toMatchObject({ recorded: true });
    expect(written.thin()).toMatchObject([{ country: "NO", prefix: "4792", why: "chargeback.fraud", amount: 99_900 }]);
    await rolledUp();
    const { results } = await env.ANALYTICS_DB.prepare("SELECT * FROM rollup_loss").all();
    const began = Number(new Date(day).toISOString().slice(0, 10).replaceAll("-", ""));
    const reported = Number(new Date().toISOString().slice(0, 10).replaceAll("-", ""));
    expect(results).toMatchObject([
      {
        brand: "tindra",
        day: reported,
        created: String(began),
        currency: "NOK",
        kind: "chargeback.fraud",
        country: "NO",
        reports: 1,
        amount: 99_900,
      },
    ]);
  });

  it("that is older than the ledger counts by the day it was told alone", async () => {
    const written = points();
    expect((await report(gone(), { type: "chargeback.fraud" })).body).toMatchObject({ recorded: true });
    expect(written.thin()).toMatchObject([{ country: "", prefix: "", index: "tindra:ZZ", brand: "tindra" }]);
    await rolledUp();
    expect(await sums("rollup_loss", "reports", "created = ''")).toEqual({ reports: 1 });
    expect(await sums("rollup_hour", "created")).toEqual({ created: 0 });
  });

  it("that is a fraud books one loss, whose kind a later one corrects", async () => {
    const v = await redeemed(await seen());
    await told(v);
    const amount = { value: 114_900, currency: "NOK" };
    await report(v.id, { type: "fraud.confirmed", kind: "sim_swap", amount });
    await rolledUp();
    expect(await sums("rollup_loss", "reports amount", "kind = 'fraud.confirmed:sim_swap'")).toEqual({
      reports: 1,
      amount: 114_900,
    });
    later(3 * DAY);
    await report(v.id, { type: "chargeback.fraud", amount });
    await rolledUp();
    expect(await sums("rollup_loss", "reports amount")).toEqual({ reports: 1, amount: 114_900 });
    expect(await sums("rollup_loss", "reports", "kind = 'chargeback.fraud'")).toEqual({ reports: 1 });
    expect(await sums("rollup_event", "n", "event = 'outcome_reported'")).toEqual({ n: 2 });
  });

  it("of an order that was completed without being redeemed warns, whether it comes before or after the lapse", async () => {
    const [before, after] = [await approved(), await approved()];
    await report(before.id, { type: "order.completed" });
    for (const v of [before, after]) await told(v);
    await rolledUp();
    expect(await sums("rollup_hour", "unreported completed_without_redeem")).toEqual({
      unreported: 2,
      completed_without_redeem: 1,
    });
    await report(after.id, { type: "order.completed" });
    await report(after.id, { type: "order.completed" });
    await rolledUp();
    expect(await sums("rollup_hour", "unreported completed_without_redeem")).toEqual({
      unreported: 2,
      completed_without_redeem: 2,
    });
  });

  it("says of a rule that it has blocked an honest order", async () => {
    const v = fresh();
    await v.open({ decision: { action: "deny", reasons: ["number.changed_24h"] } });
    await told(v);
    await report(v.id, { type: "legitimate.confirmed" });
    await rolledUp();
    expect(await sums("rollup_rule", "sessions legitimate", "rule = 'number.changed_24h'")).toEqual({
      sessions: 1,
      legitimate: 1,
    });
  });

  it("of an erased verification leads to nobody", async () => {
    const v = await redeemed(await seen());
    await told(v);
    await v.stub().erase("tindra");
    await boardOf(v).erase([v.id.slice(4)], [ledgerName(v.id)]);
    const written = points();
    expect((await report(v.id, { type: "order.returned" })).body).toMatchObject({ recorded: true });
    expect(written.thin()).toMatchObject([{ country: "", device: "", prefix: "", value: 0 }]);
    await rolledUp();
    expect(await sums("rollup_hour", "created proceeded")).toEqual({ created: 1, proceeded: 1 });
  });

  it("is recorded once where twenty come at the same time", async () => {
    const v = await redeemed(await seen());
    const all = await Promise.all(Array.from({ length: 20 }, () => report(v.id, { type: "order.completed" })));
    expect(all.filter(({ body }) => body.recorded === true)).toHaveLength(1);
  });
});

describe("a report that is wrong", () => {
  it("is refused with the member that is", async () => {
    const v = await sent();
    const wrong: [object, string][] = [
      [{}, "type"],
      [{ type: "order.eaten" }, "type"],
      [{ type: "fraud.confirmed" }, "kind"],
      [{ type: "fraud.confirmed", kind: "by my neighbour" }, "kind"],
      [{ type: "order.completed", kind: "sim_swap" }, "kind"],
      [{ type: "order.completed", note: "free text" }, "unknown property"],
      [{ type: "order.completed", amount: { value: 1.5, currency: "NOK" } }, "amount.value"],
      [{ type: "order.completed", occurred_at: "yesterday" }, "occurred_at"],
    ];
    for (const [body, field] of wrong) {
      const answer = await report(v.id, body);
      expect([answer.status, answer.body.code, answer.body.field]).toEqual([400, "REQUEST.INVALID", field]);
    }
  });

  it("about a verification of another brand, or of nobody, is not found", async () => {
    const v = await redeemed(await seen());
    expect(await report(v.id, { type: "order.completed" }, API_KEYS.marisol)).toMatchObject({
      status: 404,
      body: { code: "VERIFICATION.NOT_FOUND" },
    });
    for (const id of ["ver_short", `ver_${"A".repeat(43)}`, "order-marked-77"])
      expect((await report(id, { type: "order.completed" })).status).toBe(404);
    expect((await report(v.id, { type: "order.completed" })).body).toMatchObject({ recorded: true });
  });

  it("needs the scope for it", async () => {
    const at = environment((brand) => ({
      api_keys: (brand as unknown as { api_keys: { scopes: string[] }[] }).api_keys.map((key) => ({
        ...key,
        scopes: key.scopes.filter((scope) => scope !== "outcomes"),
      })),
    }));
    for (const where of [path(gone()), "/v1/outcomes"])
      expect((await call("POST", where, { type: "order.completed" }, { at })).status).toBe(403);
    expect((await call("POST", path(gone()), { type: "order.completed" }, { key: "nobody's key at all" })).status).toBe(
      401,
    );
    for (const where of [path(gone()), "/v1/outcomes"]) expect((await call("GET", where)).status).toBe(405);
  });
});

describe("a batch of outcomes", () => {
  it("is answered one by one, in the order it came in, and a wrong one spoils no other", async () => {
    const [one, two] = [await redeemed(await seen()), await redeemed(await seen())];
    const nobody = gone();
    const { status, body } = await batch([
      { verification: one.id, type: "order.completed" },
      { verification: "order-marked-77", type: "order.completed" },
      { verification: two.id, type: "fraud.confirmed" },
      { verification: one.id, type: "order.completed" },
      { verification: two.id, type: "fraud.confirmed", kind: "other", amount: { value: 1, currency: "NOK" } },
      { verification: nobody, type: "order.returned" },
    ]);
    expect(status).toBe(200);
    expect(body).toEqual({
      object: "list",
      data: [
        { verification: one.id, type: "order.completed", recorded: true },
        { verification: "", problem: "VERIFICATION.NOT_FOUND" },
        { verification: two.id, problem: "REQUEST.INVALID", field: "kind" },
        { verification: one.id, type: "order.completed", recorded: false },
        { verification: two.id, type: "fraud.confirmed", recorded: true },
        { verification: nobody, type: "order.returned", recorded: true },
      ],
    });
  });

  it("holds a hundred outcomes with all their members, and not one more", async () => {
    const one = {
      type: "fraud.confirmed",
      kind: "social_engineering",
      amount: { value: 100_000_00, currency: "NOK" },
      occurred_at: "2032-06-01T12:00:00.000Z",
    };
    const outcomes = Array.from({ length: 100 }, () => ({ verification: gone(), ...one }));
    const { status, body } = await batch(outcomes);
    expect([status, body.data?.length]).toEqual([200, 100]);
    expect(
      await batch([
        ...outcomes.map(({ verification }) => ({ verification, type: "order.shipped" })),
        { verification: gone(), type: "order.shipped" },
      ]),
    ).toMatchObject({
      status: 400,
      body: { field: "outcomes" },
    });
    expect((await batch([])).status).toBe(400);
    expect((await batch({})).status).toBe(400);
    expect((await batch([1])).status).toBe(400);
    expect((await batch([[], {}])).body.data).toEqual(
      Array(2).fill({ verification: "", problem: "VERIFICATION.NOT_FOUND" }),
    );
    const nested = JSON.parse(`${"[".repeat(7000)}${"]".repeat(7000)}`);
    const names = ["", 1, null, { toString: null }, { toString: 1, valueOf: 1 }, nested];
    expect(await batch(names.map((verification) => ({ verification, type: "order.completed" })))).toEqual({
      status: 200,
      body: { object: "list", data: names.map(() => ({ verification: "", problem: "VERIFICATION.NOT_FOUND" })) },
    });
    expect((await call("POST", "/v1/outcomes", { outcomes: [], more: "x".repeat(40_000) })).status).toBe(413);
  });
});

describe("what is kept of an outcome", () => {
  it("is its type, its times and its amount, under a name that says nothing", async () => {
    const v = await redeemed(await seen());
    await report(v.id, { type: "fraud.confirmed", kind: "first_party", amount: { value: 5, currency: "NOK" } });
    const rows = await runInDurableObject(boardOf(v), (_, { storage }) =>
      storage.sql
        .exec<{ id: string; entry: string }>("SELECT id, entry FROM ledger WHERE id = ?", ledgerName(v.id))
        .toArray(),
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.id).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.parse(rows[0]?.entry ?? "{}").reported).toEqual([
      {
        type: "fraud.confirmed",
        as: "fraud.confirmed:first_party",
        at: day / 1000,
        occurred: null,
        amount: 5,
        currency: "NOK",
      },
    ]);
  });
});
