import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { brandById } from "../../worker/brands/brand.ts";
import { REASONS, type Reason, STATUSES, type Status } from "../../worker/contract.ts";
import { EVENT_BLOBS, EVENT_DOUBLES, HELP, SESSION_BLOBS, SESSION_DOUBLES } from "../../worker/events/columns.ts";
import { deviceOf } from "../../worker/events/device.ts";
import { OUTCOMES, outcome } from "../../worker/events/outcome.ts";
import { prefixOf } from "../../worker/events/prefix.ts";
import { banded, checked, EVENTS, type Happening, type Session } from "../../worker/events/rows.ts";
import { pointOf, write } from "../../worker/events/write.ts";
import { REASONS_OF } from "../../worker/verification/state.ts";
import { ENDS, later, MINUTE, PHONE, points, redeemed, seen, start, told } from "./counted.ts";
import { approved, fresh, opening, press, sent } from "./opened.ts";

// Ahead of the real clock, because alarms follow that one: none may fire by itself in the middle of a test.
const START = Date.UTC(2031, 5, 1, 12);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const session: Session = {
  version: "S1",
  outcome: "proceeded",
  decision: "challenge",
  rule: checked("rule", "number.changed_72h"),
  country: checked("country", "NO"),
  operator: "",
  gateway: "twilio",
  channel: "sms",
  prefix: checked("prefix", "4792"),
  band: "mid",
  from: checked("country", "SE"),
  device: "ios",
  reason: "code",
  brand: checked("brand", "tindra"),
  locale: checked("locale", "nb"),
  arm: "",
  worker: checked("worker", "0123abcd"),
  pseudonym: "",
  mode: "redirect",
  category: "hardware",
  created: 1_938_081_600,
  reach: 7,
  sends: 2,
  receipts: 1,
  refused: 3,
  resends: 1,
  switches: 0,
  guesses: 4,
  wrong: 3,
  approved: 1,
  approved_ms: 21_000,
  receipt_ms: 3_000,
  length_ms: 24_000,
  webotp: 2,
  value: 125_000,
  cost: 80_000,
  score: 5,
  opened: 1,
  entry: 4,
  review: 1,
};

const happening: Happening = {
  version: "E1",
  event: "code_sent",
  country: checked("country", "NO"),
  operator: "",
  gateway: "twilio",
  channel: "sms",
  prefix: checked("prefix", "4792"),
  band: "low",
  why: "",
  from: checked("country", "SE"),
  device: "ios",
  decision: "challenge",
  pseudonym: "",
  brand: checked("brand", "tindra"),
  ordinal: 2,
  since_ms: 31_000,
  latency_ms: 800,
  value: 125_000,
  cost: 0,
  score: 0,
  amount: 0,
  entry: 0,
  webotp: 1,
};

describe("the columns", () => {
  it("stand where they always stood", () => {
    expect(pointOf(session)).toEqual({
      indexes: ["tindra:NO"],
      blobs: [
        ...["S1", "proceeded", "challenge", "number.changed_72h", "NO", "", "twilio", "sms", "4792", "mid"],
        ...["SE", "ios", "code", "tindra", "nb", "", "0123abcd", "", "redirect", "hardware"],
      ],
      doubles: [
        ...[1_938_081_600, 7, 2, 1, 3, 1, 0, 4, 3, 1],
        ...[21_000, 3_000, 24_000, 2, 125_000, 80_000, 5, 1, 4, 1],
      ],
    });
    expect(pointOf(happening)).toEqual({
      indexes: ["tindra:NO"],
      blobs: [
        ...["E1", "code_sent", "NO", "", "twilio", "sms", "4792", "low", "", "SE", "ios", "challenge", "", "tindra"],
        ...["", "", "", "", "", ""],
      ],
      doubles: [2, 31_000, 800, 125_000, 0, 0, 0, 0, 1, ...Array(11).fill(0)],
    });
  });

  it("are all explained, each once, and there are twenty-five events and thirteen outcomes", () => {
    const all = [...SESSION_BLOBS, ...SESSION_DOUBLES, ...EVENT_BLOBS, ...EVENT_DOUBLES];
    expect(Object.keys(HELP).sort()).toEqual([...new Set(all)].sort());
    expect(new Set(EVENTS).size).toBe(25);
    expect(new Set(OUTCOMES).size).toBe(13);
  });

  it("take no text that is not of their form", () => {
    for (const text of ["+4792123456", "4792123456", "customer-77", "a.berg@tindra.example", "192.0.2.7", "two words"])
      for (const kind of ["country", "prefix", "locale", "rule", "worker"] as const)
        expect([kind, checked(kind, text)]).toEqual([kind, ""]);
    expect(checked("brand", "a.berg@tindra.example")).toBe("");
    expect(checked("rule", undefined)).toBe("");
  });

  it("keep of a number what ten thousand others share, in every country a brand sends to", () => {
    for (const id of ["tindra", "marisol", "rimal"])
      for (const country of brandById(id)?.countries ?? [])
        expect(prefixOf("+123456789012", country), country).toMatch(/^\d{4,5}$/);
    expect(prefixOf("+4792123456", "NO")).toBe("4792");
    expect(prefixOf("+4792123456", "XX")).toBe("");
  });

  it("keep of a browser its class and of an amount the middle of its band", () => {
    expect(deviceOf("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)")).toBe("ios");
    expect(deviceOf("Mozilla/5.0 (Linux; Android 16; Pixel 9)")).toBe("android");
    expect(deviceOf("Mozilla/5.0 (X11; Linux x86_64)")).toBe("desktop");
    expect(deviceOf("")).toBe("other");
    expect([0, 9_999, 10_000, 24_999, 50_000, 99_999, 100_000].map((value) => banded(value, 2))).toEqual([
      5_000, 5_000, 17_500, 17_500, 75_000, 75_000, 125_000,
    ]);
    expect(banded(120, 0)).toBe(175);
    expect(banded(120_000, 3)).toBe(175_000);
  });
});

describe("the outcome", () => {
  it("has a row for exactly the statuses and reasons that an end can have", () => {
    const unfinished: Status[] = ["created", "sent", "approved", "exempt"];
    for (const status of STATUSES)
      for (const reason of REASONS) {
        const possible = REASONS_OF[status].includes(reason) && !unfinished.includes(status);
        const found = outcome("challenge", status, reason);
        // What has no row counts as a fault of ours, and no other pair than these may.
        if (!possible || status === "errored")
          expect([status, reason, found]).toEqual([status, reason, "failed_technical"]);
        else expect([status, reason, found]).not.toEqual([status, reason, "failed_technical"]);
      }
  });

  it("of an exempt verification is never an authentication", () => {
    const ends: [Status, Reason][] = [
      ["redeemed", "policy"],
      ["lapsed", "not_redeemed"],
      ["revoked", "revoked_by_shop"],
    ];
    for (const [status, reason] of ends) expect(outcome("exempt", status, reason)).toBe("exempt");
  });

  it.each(ENDS)("of a verification that is %s is %s, in one wide row", async (_, expected, act) => {
    const written = points();
    const v = await act();
    const { status, reason } = await v.record();
    await runDurableObjectAlarm(v.object());
    await runDurableObjectAlarm(v.object());
    later(3 * 60 * MINUTE);
    await v.stub().read("tindra");
    expect(written.wide()).toHaveLength(1);
    expect(written.wide()[0]).toMatchObject({ version: "S1", outcome: expected, reason, brand: "tindra" });
    expect(written.thin().filter(({ event }) => event === "created")).toHaveLength(1);
    expect(written.thin().filter(({ event }) => event === status)).toHaveLength(1);
    expect(written.count()).toBeLessThanOrEqual(12);
  });

  it("of all of them are as many as were created", async () => {
    const written = points();
    for (const [, , act] of ENDS) await act();
    const created = written.thin().filter(({ event }) => event === "created");
    expect(written.wide()).toHaveLength(created.length);
    expect(created).toHaveLength(ENDS.length);
  });

  it("does not change when an order is stopped after it was redeemed", async () => {
    const written = points();
    const v = await redeemed();
    await v.stub().withdraw("tindra", "revoke", null);
    expect(written.wide().map((row) => row.outcome)).toEqual(["proceeded"]);
    expect(written.thin().at(-1)).toMatchObject({ event: "revoked", why: "revoked_by_shop" });
  });

  it("is not there while the verification can still go on", async () => {
    const written = points();
    await approved();
    expect(written.wide()).toEqual([]);
  });
});

describe("a wide row", () => {
  it("tells a long way in numbers", async () => {
    const written = points();
    const v = fresh();
    await v.open({ phone: PHONE, decision: { action: "review", reasons: ["number.changed_72h"] } });
    later(2_000);
    await start(v);
    later(500);
    await v.settle(1, "accepted");
    later(2_500);
    await v.stub().receipt("tindra", 1, true);
    await v.stub().receipt("tindra", 1, true);
    await v.guess(await v.wrong());
    later(30_000);
    await v.send("resend");
    await v.settle(2, "unclear");
    const master = await v.code();
    await v.stub().check({ ...v.visitor, press: press(), code: master, entry: "webotp" });
    later(4_000);
    await v.stub().redeem("tindra", "d".repeat(64), "redeem-key", "verdict");
    expect(written.wide()).toEqual([
      {
        index: "tindra:NO",
        ...{ version: "S1", outcome: "proceeded", decision: "challenge", rule: "number.changed_72h", country: "NO" },
        ...{ operator: "", gateway: "twilio", channel: "sms", prefix: "4792", band: "mid", from: "SE", device: "ios" },
        ...{ reason: "code", brand: "tindra", locale: "", arm: "", worker: expect.stringMatching(/^([0-9a-f]{8})?$/) },
        ...{ pseudonym: "", mode: "redirect", category: "hardware" },
        ...{ created: START / 1000, reach: 7, sends: 2, receipts: 1, refused: 0, resends: 1, switches: 0 },
        ...{ guesses: 2, wrong: 1, approved: 1, approved_ms: 35_000, receipt_ms: 3_000, length_ms: 39_000 },
        ...{ webotp: 2, value: 125_000, cost: 0, score: 0, opened: 1, entry: 4, review: 1 },
      },
    ]);
    expect(written.thin().map(({ event, ordinal }) => [event, ordinal])).toEqual([
      ["created", 0],
      ["opened", 0],
      ["code_sent", 1],
      ["code_delivered", 1],
      ["code_wrong", 1],
      ["code_sent", 2],
      ["approved", 0],
      ["redeemed", 0],
    ]);
    expect(written.thin()[2]).toMatchObject({ latency_ms: 500, since_ms: 2_500, webotp: 1 });
    expect(written.thin()[3]).toMatchObject({ latency_ms: 3_000 });
  });

  it.each([
    [1, "blocked at once", async () => (await ENDS.find(([name]) => name === "denied by a rule"))?.[2]()],
    [2, "never opened", async () => (await ENDS.find(([name]) => name === "never opened"))?.[2]()],
    [3, "refused by the gateway", async () => (await ENDS.find(([name]) => name === "refused by the gateway"))?.[2]()],
    [4, "left", async () => (await ENDS.find(([name]) => name === "left"))?.[2]()],
    [5, "guessed up", async () => (await ENDS.find(([name]) => name === "guessed up"))?.[2]()],
    [6, "never redeemed", async () => (await ENDS.find(([name]) => name === "never redeemed"))?.[2]()],
  ])("reaches %s where it was %s", async (reach, _, act) => {
    const written = points();
    await act();
    expect(written.wide()[0]).toMatchObject({ reach });
  });

  it("does not take for opened what somebody has only left", async () => {
    const written = points();
    const v = fresh();
    await v.open();
    await v.stub().leave({ ...v.visitor, reason: "left" });
    expect(written.wide()[0]).toMatchObject({ reach: 2, opened: 0, outcome: "aborted" });
    expect(written.thin().map(({ event }) => event)).toEqual(["created", "abandoned"]);
  });

  it("leaves the value of a basket out that is not in the brand's currency", async () => {
    const written = points();
    const v = fresh();
    const { order } = opening();
    await v.open({ order: { ...order, amount: { value: 99_900, currency: "EUR" } } });
    await v.stub().withdraw("tindra", "cancel", null);
    expect(written.wide()[0]).toMatchObject({ value: 0, index: "tindra:ZZ" });
  });

  it("counts no guess that was malformed or repeated", async () => {
    const written = points();
    const v = await sent();
    const wrong = await v.wrong();
    const name = press();
    await v.guess(wrong, name);
    await v.guess(wrong, name);
    await v.guess("12345678");
    await v.stub().leave({ ...v.visitor, reason: "left" });
    expect(written.wide()[0]).toMatchObject({ guesses: 1, wrong: 1 });
    expect(written.thin().filter(({ event }) => event === "code_wrong")).toHaveLength(1);
  });
});

describe("writing", () => {
  it("writes nothing the platform would drop without a word", () => {
    expect(pointOf({ ...session, approved_ms: Number.NaN })).toBeUndefined();
    expect(pointOf({ ...session, cost: Number.POSITIVE_INFINITY })).toBeUndefined();
    expect(pointOf({ ...session, brand: "b".repeat(95) as Session["brand"] })).toBeUndefined();
    expect(pointOf({ ...session, locale: "l".repeat(16 * 1024) as Session["locale"] })).toBeUndefined();
    const { locale: _, ...rest } = session;
    expect(pointOf(rest as Session)).toBeUndefined();
    const point = pointOf(session);
    expect([point?.indexes.length, point?.blobs.length, point?.doubles.length]).toEqual([1, 20, 20]);
    expect(write(env, { ...session, cost: Number.NaN })).toBe(1);
  });

  it("writes nothing where the deployment keeps its numbers to itself, and loses none by it", () => {
    const written = points();
    expect(write({ ...env, ANALYTICS: "rollup" as never }, session)).toBe(0);
    expect(written.count()).toBe(0);
  });

  const faults: [string, () => void][] = [
    [
      "throws",
      () => {
        for (const binding of [env.FUNNEL, env.EVENTS])
          vi.spyOn(binding, "writeDataPoint").mockImplementation(() => {
            throw new Error("no more points");
          });
      },
    ],
    [
      "never comes back",
      () => {
        for (const binding of [env.FUNNEL, env.EVENTS])
          vi.spyOn(binding, "writeDataPoint").mockImplementation(() => new Promise<never>(() => {}) as never);
      },
    ],
    [
      "is missing",
      () => {
        for (const name of ["FUNNEL", "EVENTS"] as const) Reflect.set(env, name, undefined);
      },
    ],
  ];

  it.each(faults)("changes no outcome where the binding %s", async (name, fault) => {
    const { FUNNEL, EVENTS: THIN } = env;
    fault();
    const v = await redeemed(await seen());
    const record = await v.record();
    Object.assign(env, { FUNNEL, EVENTS: THIN });
    expect(record).toMatchObject({ status: "redeemed", reason: "code", seq: 3 });
    expect(record.tally.row).toMatchObject({ status: "redeemed", reason: "code" });
    expect(record.tally).toMatchObject({ count: 5, lost: name === "never comes back" ? 0 : 6 });
  });

  it("counts as lost what a binding that is not there did not take", () => {
    const without = { ...env, FUNNEL: undefined as never, EVENTS: undefined as never };
    expect(write(without, session)).toBe(1);
    expect(write(without, happening)).toBe(1);
  });

  it("lets nothing out that is about a person", async () => {
    const written = points();
    const order = {
      ...opening().order,
      id: "order-marked-77",
      payee: "Marked Payee",
      summary: "marked summary",
    };
    const ids: string[] = [];
    const codes: string[] = [];
    for (const [, , act] of ENDS) ids.push((await act()).id);
    const v = fresh();
    ids.push(v.id);
    await v.open({
      phone: PHONE,
      order,
      sub: "customer-marked-77",
      client: "client-marked",
      metadata: { note: "marked-metadata" },
      decision: { action: "review", reasons: ["customer-marked-77 +4792123456"] },
      number: { sealed: "sealed-marked", macs: ["mac-marked"], ending: "42", source: "oidc", changedAt: null },
    });
    await start(v);
    await v.settle(1, "accepted");
    codes.push(await v.code());
    await v.guess(await v.wrong());
    await v.stub().withdraw("tindra", "cancel", "marked withdrawal");
    await told(v);
    const text = JSON.stringify(written.raw());
    expect(text).not.toContain("marked");
    for (const id of ids) expect(text).not.toContain(id.slice(4, 16));
    const blobs = written.raw().flatMap((point) => [...(point.blobs ?? []), ...(point.indexes ?? [])].map(String));
    for (const blob of blobs) {
      for (const code of codes) expect(blob).not.toBe(code);
      expect(blob).not.toMatch(/\d{9}|@|\d+\.\d+\.\d+\.\d+|eyJ|Mozilla|\?|\/\//);
      expect(blob).toMatch(/^[A-Za-z0-9_.:-]{0,40}$/);
    }
  });
});

describe("what is recorded", () => {
  it("is in the record before it is written, so that a run that dies writes no second row", async () => {
    const flags: unknown[] = [];
    const v = await sent();
    const stored = () =>
      runInDurableObject(
        v.object(),
        (_, state) => state.storage.kv.get<{ tally: { row: unknown } }>("record")?.tally.row,
      );
    vi.spyOn(env.FUNNEL, "writeDataPoint").mockImplementation(() => {
      flags.push("written");
      throw new Error("killed");
    });
    await v.stub().withdraw("tindra", "cancel", null);
    expect(await stored()).toMatchObject({ status: "canceled" });
    await runDurableObjectAlarm(v.object());
    await v.stub().withdraw("tindra", "cancel", null);
    expect(flags).toEqual(["written"]);
  });
});
