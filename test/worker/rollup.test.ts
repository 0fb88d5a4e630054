import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Filter } from "../../worker/analytics/answer.ts";
import { QUESTIONS, type Question, questionTree } from "../../worker/analytics/questions.ts";
import { rollupStore } from "../../worker/analytics/rollup.ts";
import { bucketOf, type Counted } from "../../worker/board/cells.ts";
import { calendar } from "../../worker/brands/calendar.ts";
import { OUTCOMES } from "../../worker/events/outcome.ts";
import { checked } from "../../worker/events/rows.ts";
import { ledgerName } from "../../worker/verification/errands.ts";
import { verificationId } from "../../worker/verification/link.ts";
import {
  boardOf,
  ENDS,
  later,
  MINUTE,
  migrated,
  type Opened,
  PHONE,
  points,
  redeemed,
  rolledUp,
  seen,
  sums,
  told,
} from "./counted.ts";
import { fresh, opening } from "./opened.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
// Every test has a day of its own: boards remember.
let day = Date.UTC(2031, 5, 1, 12);

beforeEach(async () => {
  day += 10 * DAY;
  vi.useFakeTimers({ toFake: ["Date"], now: day });
  await migrated();
  // What the tests before have left is counted, and the database is empty.
  await rolledUp();
  await migrated();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const whole = (): Filter => ({
  brands: ["tindra"],
  from: day / 1000 - 3600,
  to: day / 1000 + 86_400,
  zone: "Europe/Oslo",
});
const ask = async (question: Question, more: Partial<Filter> = {}) => {
  const told = await rollupStore(env).ask(question, { ...whole(), ...more });
  if (!told.ok) throw new Error(told.problem);
  return told.answer;
};

/** What a verification that nobody has opened could have told; for tests that need many. */
function counted(change: Partial<Counted["session"]> = {}, more: Partial<Counted> = {}): Counted {
  return {
    session: {
      version: "S1",
      outcome: "proceeded",
      decision: "challenge",
      rule: "",
      country: PHONE.country,
      operator: "",
      gateway: "twilio",
      channel: "sms",
      prefix: PHONE.prefix,
      band: "low",
      from: "",
      device: "ios",
      reason: "code",
      brand: "tindra" as never,
      locale: "",
      arm: "",
      worker: "",
      pseudonym: "",
      mode: "redirect",
      category: "hardware",
      created: day / 1000,
      reach: 7,
      sends: 1,
      receipts: 1,
      refused: 0,
      resends: 0,
      switches: 0,
      guesses: 1,
      wrong: 0,
      approved: 1,
      approved_ms: 20_000,
      receipt_ms: 2_000,
      length_ms: 25_000,
      webotp: 0,
      value: 125_000,
      cost: 40_000,
      score: 0,
      opened: 1,
      entry: 1,
      review: 0,
      ...change,
    },
    amount: 114_900,
    currency: "NOK",
    late: "",
    lost: 0,
    events: { [`${day / 1000} created`]: 1, [`${day / 1000} code_sent`]: 1 },
    ...more,
  };
}

/** Tells a board of a verification that stands for itself. */
async function tell(one: Counted, id = verificationId(env.VERIFICATION.newUniqueId().toString())): Promise<string> {
  await boardOf({ id }).log([], { name: ledgerName(id), counted: one });
  return id;
}

describe("the exact counters", () => {
  it("count every end once, and created is the sum of all outcomes", async () => {
    const written = points();
    const all: Opened[] = [];
    for (const [, , act] of ENDS) {
      vi.setSystemTime(day);
      all.push(await act());
    }
    for (const v of all) await told(v);
    await rolledUp();
    const hour = await sums("rollup_hour", `created ${OUTCOMES.join(" ")}`);
    const { created = 0, ...ends } = hour;
    expect(created).toBe(ENDS.length);
    expect(Object.values(ends).reduce((a, b) => a + b, 0)).toBe(created);
    const outcomes = written.wide().map(({ outcome }) => String(outcome));
    for (const outcome of OUTCOMES)
      expect([outcome, ends[outcome]]).toEqual([outcome, outcomes.filter((one) => one === outcome).length]);
    // The same happened as was told to the other store.
    const { data } = await ask("eventCounts");
    const events = written.thin().map(({ event }) => String(event));
    for (const { event, n } of data) expect([event, n]).toEqual([event, events.filter((one) => one === event).length]);
    expect(data.reduce((sum, { n }) => sum + Number(n), 0)).toBe(events.length);
  });

  it("count once what is told twice, over alarms that ring twice and a board that has died", async () => {
    const v = await redeemed(await seen());
    await told(v);
    await told(v);
    await rolledUp();
    await rolledUp();
    expect(await sums("rollup_hour", "created proceeded sends")).toEqual({ created: 1, proceeded: 1, sends: 1 });
    const id = await tell(counted());
    await tell(counted(), id);
    await rolledUp();
    await evictDurableObject(boardOf({ id }));
    await tell(counted(), id);
    const another = { name: ledgerName(verificationId(env.VERIFICATION.newUniqueId().toString())), counted: counted() };
    await boardOf({ id }).log([], another);
    await rolledUp();
    expect(await sums("rollup_hour", "created proceeded sends")).toEqual({ created: 3, proceeded: 3, sends: 3 });
  });

  it("count a revoke after the redeem in the hour in which the verification began", async () => {
    const v = await redeemed(await seen());
    await told(v);
    await rolledUp();
    later(HOUR);
    await v.stub().withdraw("tindra", "revoke", null);
    await runDurableObjectAlarm(v.object());
    await rolledUp();
    const began = `hour = ${day / 1000}`;
    expect(await sums("rollup_hour", "created proceeded revoked_after_redeem denied_after_redeem", began)).toEqual({
      created: 1,
      proceeded: 1,
      revoked_after_redeem: 1,
      denied_after_redeem: 0,
    });
    expect(await sums("rollup_event", "n", "event = 'revoked'")).toEqual({ n: 1 });
  });

  it("correct themselves where a later word changes what was counted", async () => {
    const id = await tell(counted({ outcome: "unreported" }));
    await rolledUp();
    await tell(counted({ receipts: 2 }), id);
    await rolledUp();
    expect(await sums("rollup_hour", "created proceeded unreported receipts")).toEqual({
      created: 1,
      proceeded: 1,
      unreported: 0,
      receipts: 2,
    });
  });

  it("reach D1 with the next alarm where D1 was away, and none is lost", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const id = await tell(counted());
    const board = boardOf({ id });
    vi.spyOn(env.ANALYTICS_DB, "batch").mockRejectedValueOnce(new Error("D1 is away"));
    await runDurableObjectAlarm(board);
    expect(await sums("rollup_hour", "created")).toEqual({ created: 0 });
    expect(log.mock.calls.flat().map(String)).toEqual([expect.stringContaining('"rollup_failed"')]);
    const again = await runInDurableObject(board, (_, { storage }) => storage.getAlarm());
    expect(again).toBe(Date.now() + 5 * MINUTE);
    await tell(counted());
    await rolledUp();
    expect(await sums("rollup_hour", "created")).toEqual({ created: 2 });
  });

  it("take more totals than one statement holds", async () => {
    const id = verificationId(env.VERIFICATION.newUniqueId().toString());
    const one = counted(
      { country: checked("country", "DE") },
      { events: Object.fromEntries(Array.from({ length: 1200 }, (_, n) => [`${day / 1000 - n * 3600} created`, 1])) },
    );
    await boardOf({ id }).log([], { name: ledgerName(id), counted: one });
    await rolledUp();
    expect(await sums("rollup_event", "n", "country = 'DE'")).toEqual({ n: 1200 });
  });

  it("cost one row for a verification, and none for a repetition", async () => {
    await tell(counted());
    const id = verificationId(env.VERIFICATION.newUniqueId().toString());
    const board = boardOf({ id });
    await board.log([], {
      name: ledgerName(verificationId(env.VERIFICATION.newUniqueId().toString())),
      counted: counted(),
    });
    const rows = await runInDurableObject(board, async (instance, { storage }) => {
      const written: number[] = [];
      const exec = storage.sql.exec.bind(storage.sql);
      vi.spyOn(storage.sql, "exec").mockImplementation((query: string, ...values: unknown[]) => {
        const cursor = exec(query, ...values);
        if (/^INSERT/.test(query)) written.push(cursor.rowsWritten);
        return cursor as never;
      });
      const told = { name: ledgerName(id), counted: counted() };
      (instance as { log(events: [], told: object): unknown }).log([], told);
      (instance as { log(events: [], told: object): unknown }).log([], told);
      return written.reduce((a, b) => a + b, 0);
    });
    expect(rows).toBe(1);
  });

  it("have nothing to tell of a brand whose boards are asleep", async () => {
    await expect(ask("funnel", { brands: ["rimal"] })).resolves.toMatchObject({ data: [], rows: 0, exact: true });
  });
});

describe("a ledger", () => {
  it("lets go of a verification's name and keeps what was counted, when it is erased", async () => {
    const v = await redeemed(await seen());
    await told(v);
    const name = ledgerName(v.id);
    const names = () =>
      runInDurableObject(boardOf(v), (_, { storage }) =>
        storage.sql.exec<{ id: string; entry: string }>("SELECT id, entry FROM ledger").toArray(),
      );
    expect((await names()).filter(({ id }) => id === name)).toHaveLength(1);
    await boardOf(v).erase([v.id.slice(4)], [name]);
    const left = await names();
    expect(left.find(({ id }) => id === name)?.entry).toBe('{"reported":[],"erased":true}');
    // A word that was on its way while it was erased counts nothing twice.
    await tell(counted(), v.id);
    await rolledUp();
    expect(await sums("rollup_hour", "created")).toEqual({ created: 1 });
  });

  it("counts a verification that is erased before its board has heard of it", async () => {
    const v = await seen();
    await v.stub().erase("tindra");
    await rolledUp();
    expect(await sums("rollup_hour", "created canceled")).toEqual({ created: 1, canceled: 1 });
  });

  it("has no trace of a person", async () => {
    const v = fresh();
    await v.open({
      phone: PHONE,
      order: { ...opening().order, id: "order-marked-77", payee: "Marked Payee" },
      sub: "customer-marked",
      metadata: { note: "marked" },
    });
    await v.stub().withdraw("tindra", "cancel", "marked");
    await told(v);
    const rows = await runInDurableObject(boardOf(v), (_, { storage }) =>
      JSON.stringify(storage.sql.exec("SELECT * FROM ledger").toArray()),
    );
    expect(rows).not.toMatch(/marked/i);
    expect(rows).not.toContain(v.id.slice(4));
  });

  it("forgets after 180 days, and totals after 200", async () => {
    const id = await tell(counted());
    await rolledUp();
    const left = () =>
      runInDurableObject(boardOf({ id }), (_, { storage }) => [
        storage.sql.exec("SELECT * FROM ledger WHERE id = ?", ledgerName(id)).toArray().length,
        storage.sql
          .exec("SELECT * FROM totals WHERE at IN (?, ?)", day / 1000, calendar("Europe/Oslo")(day / 1000))
          .toArray().length,
      ]);
    const [row, totals] = await left();
    expect(row).toBe(1);
    later(179 * DAY);
    await rolledUp();
    expect(await left()).toEqual([1, totals]);
    later(3 * DAY);
    await rolledUp();
    expect(await left()).toEqual([0, totals]);
    later(19 * DAY);
    await rolledUp();
    expect(await left()).toEqual([0, 0]);
  });
});

describe("a question", () => {
  /** Ten of one kind and five of another, over two hours, told to boards of all shards. */
  async function traffic(): Promise<void> {
    for (let n = 0; n < 10; n += 1)
      await tell(counted({ guesses: 1 + (n % 2), wrong: n % 2, webotp: n < 4 ? 2 : 0, approved_ms: 10_000 + n }));
    for (let n = 0; n < 5; n += 1)
      await tell(
        counted(
          {
            ...{
              created: day / 1000 + 3600,
              outcome: "aborted",
              reason: "left",
              reach: 4,
              approved: 0,
              approved_ms: 0,
            },
            ...{ guesses: 0, receipts: 0, device: "android", resends: 1, sends: 2, band: "mid" },
          },
          { currency: "EUR", amount: 20_000 },
        ),
      );
    await tell(
      counted({
        outcome: "blocked",
        decision: "block",
        reason: "rule",
        rule: "number.changed_24h" as never,
        reach: 1,
        sends: 0,
        approved: 0,
        guesses: 0,
        band: "high",
        receipts: 0,
      }),
    );
    await rolledUp();
  }

  it("is answered under every name that the exact counters can answer, with the rows behind each", async () => {
    await traffic();
    // By minute only the boards know; by gateway no receipt's time is kept, by operator no approval's, and no release.
    const others: Question[] = ["liveMinutes", "prefixWindow", "latencyByGateway", "verifyTimeByOperator", "releases"];
    for (const question of QUESTIONS.filter((name) => !others.includes(name))) {
      const answer = await ask(question);
      expect([question, answer.exact, answer.coarsest, answer.rows]).toEqual([question, true, 1, answer.data.length]);
      for (const row of answer.data) expect([question, row.rf_rows]).toEqual([question, expect.any(Number)]);
      expect(answer.meta.map(({ name }) => name)).not.toContain("rf_rows");
      if (question !== "losses" && question !== "pumping")
        expect([question, answer.rows > 0]).toEqual([question, true]);
    }
    for (const question of others)
      expect(await rollupStore(env).ask(question, whole())).toMatchObject({
        ok: false,
        problem: "ANALYTICS.SQL_UNAVAILABLE",
      });
  });

  it("has the columns of its statement for the other store", async () => {
    await traffic();
    for (const question of QUESTIONS) {
      const told = await rollupStore(env).ask(question, whole());
      if (!told.ok || told.answer.rows === 0) continue;
      const wanted = questionTree(question)
        .items.map(({ alias }) => alias)
        .filter((alias) => !/^var_|^rows_read$|^coarsest$/.test(alias));
      expect([question, told.answer.meta.map(({ name }) => name)]).toEqual([question, expect.arrayContaining(wanted)]);
    }
  });

  it("gives the funnel, the outcomes and the attempts of what was told", async () => {
    await traffic();
    expect((await ask("funnel")).data).toEqual([
      {
        ...{
          created: 16,
          challenged: 15,
          opened: 15,
          sent: 15,
          submitted: 10,
          approved: 10,
          proceeded: 10,
          delivered: 10,
          ...{ attempts: 15, wrong: 5 },
        },
        rf_rows: 16,
      },
    ]);
    expect((await ask("outcomes")).data).toEqual([
      { outcome: "proceeded", sessions: 10, value_cents: 1_250_000, rf_rows: 10 },
      { outcome: "aborted", sessions: 5, value_cents: 625_000, rf_rows: 5 },
      { outcome: "blocked", sessions: 1, value_cents: 125_000, rf_rows: 1 },
    ]);
    expect((await ask("attempts")).data.map(({ submits, sessions }) => [submits, sessions])).toEqual([
      [0, 5],
      [1, 5],
      [2, 5],
    ]);
    expect((await ask("attemptsMean")).data).toEqual([{ submits_per_session: 1.5, first_try: 0.5, rf_rows: 10 }]);
    expect((await ask("hourly")).data.map(({ t, created, aborted }) => [t, created, aborted])).toEqual([
      [day / 1000, 11, 0],
      [day / 1000 + 3600, 5, 5],
    ]);
    expect((await ask("reasons")).data).toEqual([{ reason: "left", sessions: 5, rf_rows: 5 }]);
    expect((await ask("leaving")).data).toEqual([{ reach: 4, outcome: "aborted", sessions: 5, rf_rows: 5 }]);
  });

  it("never adds two currencies", async () => {
    await traffic();
    const { data } = await ask("money");
    expect(
      data.map(({ band, currency, value_cents, not_authenticated_cents, proceeded_cents }) => [
        band,
        currency,
        value_cents,
        not_authenticated_cents,
        proceeded_cents,
      ]),
    ).toEqual([
      ["high", "NOK", 114_900, 0, 0],
      ["low", "NOK", 1_149_000, 0, 1_149_000],
      ["mid", "EUR", 100_000, 100_000, 0],
    ]);
    expect((await ask("rules")).data).toEqual([
      { rule: "number.changed_24h", currency: "NOK", sessions: 1, value_cents: 114_900, legitimate: 0, rf_rows: 1 },
    ]);
  });

  it("gives durations within their bucket", async () => {
    await traffic();
    const [row] = (await ask("verifyTime")).data;
    expect(bucketOf(10_000)).toBe(bucketOf(Number(row?.p50_ms)));
    expect(bucketOf(10_009)).toBe(bucketOf(Number(row?.p95_ms)));
    expect((await ask("verifyTimeAutofill")).data.map(({ webotp, approved }) => [webotp, approved])).toEqual([
      [0, 6],
      [2, 4],
    ]);
    expect([0, 1000, 1001, 1400, 1401, 1e9].map(bucketOf)).toEqual([0, 0, 1, 1, 2, 19]);
  });

  it("gives the quantiles of a group from all its buckets, most first, never from quantiles of its parts", async () => {
    const slow = {
      country: checked("country", "SE"),
      device: "android",
      receipt_ms: 60_000,
      approved_ms: 90_000,
    } as const;
    for (let n = 0; n < 6; n += 1) await tell(counted({ receipt_ms: 2_000, approved_ms: 20_000 }));
    for (let n = 0; n < 3; n += 1) await tell(counted({ device: "android", receipt_ms: 30_000, approved_ms: 80_000 }));
    for (let n = 0; n < 2; n += 1) await tell(counted(slow));
    await tell(
      counted({ ...slow, receipt_ms: 0, receipts: 0, approved: 0, approved_ms: 0, outcome: "expired", reach: 4 }),
    );
    await rolledUp();
    const said = async (question: Question) =>
      (await ask(question)).data.map(({ p50_ms, p95_ms, ...row }) => [
        row,
        ...[p50_ms, p95_ms].map(Number).map(bucketOf),
      ]);
    const [quick, late, last] = [2_000, 30_000, 60_000].map(bucketOf);
    const rows = (n: number) => ({ rows_read: n, rf_rows: n });
    expect(await said("latencyByCountry")).toEqual([
      [{ country: "NO", confirmed: 9, ...rows(9) }, quick, late],
      [{ country: "SE", confirmed: 2, ...rows(2) }, last, last],
    ]);
    expect(await said("latencyByOperator")).toEqual([
      [{ country: "NO", operator: "", confirmed: 9, ...rows(9) }, quick, late],
      [{ country: "SE", operator: "", confirmed: 2, ...rows(2) }, last, last],
    ]);
    expect(await said("verifyTimeByGateway")).toEqual([
      [{ provider: "twilio", approved: 11, ...rows(11) }, bucketOf(20_000), bucketOf(90_000)],
    ]);
    expect((await ask("verifyTimeByCountry")).data.map(({ country, approved }) => [country, approved])).toEqual([
      ["NO", 9],
      ["SE", 2],
    ]);
  });

  it("by UTC day gives every outcome of every day", async () => {
    await traffic();
    await tell(counted({ created: day / 1000 + 43_200 }));
    await rolledUp();
    const midnight = day / 1000 - 43_200;
    expect((await ask("outcomesByDay", { to: day / 1000 + 86_400 })).data).toEqual([
      { brand: "tindra", t: midnight, outcome: "aborted", sessions: 5, rf_rows: 5 },
      { brand: "tindra", t: midnight, outcome: "blocked", sessions: 1, rf_rows: 1 },
      { brand: "tindra", t: midnight, outcome: "proceeded", sessions: 10, rf_rows: 10 },
      { brand: "tindra", t: midnight + 86_400, outcome: "proceeded", sessions: 1, rf_rows: 1 },
    ]);
  });

  it("is narrowed by what its table keeps, and refused where it would take the whole for a part", async () => {
    await traffic();
    expect((await ask("funnel", { device: "android" })).data).toMatchObject([{ created: 5 }]);
    expect((await ask("funnel", { country: "SE" })).data).toEqual([]);
    expect((await ask("funnel", { brands: ["marisol"] })).data).toEqual([]);
    expect((await ask("funnel", { to: day / 1000 + 3600 })).data).toMatchObject([{ created: 11 }]);
    for (const [question, narrow] of [
      ["money", { device: "ios" }],
      ["latencyByCountry", { device: "ios" }],
      ["funnel", { category: "hardware" }],
      ["funnel", { autofill: "used" }],
      ["funnel", { mode: "frame" }],
      ["funnel", { release: "0123abcd" }],
    ] as const)
      expect(await rollupStore(env).ask(question, { ...whole(), ...narrow })).toEqual({
        ok: false,
        problem: "ANALYTICS.SQL_UNAVAILABLE",
      });
  });

  it("is answered as unavailable where D1 is", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    vi.spyOn(env.ANALYTICS_DB, "batch").mockRejectedValue(new Error("D1 is away"));
    expect(await rollupStore(env).ask("funnel", whole())).toEqual({
      ok: false,
      problem: "ANALYTICS.UNAVAILABLE",
      waitS: 60,
    });
  });

  it("counts the points that the other store did not get", async () => {
    vi.spyOn(env.FUNNEL, "writeDataPoint").mockImplementation(() => {
      throw new Error("no more points");
    });
    const v = await redeemed(await seen());
    await told(v);
    await rolledUp();
    expect(await rollupStore(env).counters("tindra", day / 1000, day / 1000 + 3600)).toEqual({
      created: 1,
      points_lost: 1,
      completed_without_redeem: 0,
    });
    expect(await rollupStore(env).freshness("tindra")).toEqual({ newest: day / 1000, oldest: day / 1000 });
    expect((await ask("funnel")).as_of).toBe(Math.floor(Date.now() / 1000));
  });
});

describe("a day", () => {
  it("is the brand's own, over the change of the clock", () => {
    const oslo = calendar("Europe/Oslo");
    const at = (text: string) => Date.parse(text) / 1000;
    expect(
      [
        at("2026-10-24T21:59:59Z"),
        at("2026-10-24T22:00:00Z"),
        at("2026-10-25T22:59:59Z"),
        at("2026-10-25T23:00:00Z"),
      ].map(oslo),
    ).toEqual([20261024, 20261025, 20261025, 20261026]);
    expect(calendar("UTC")(at("2026-10-25T23:59:59Z"))).toBe(20261025);
  });
});
