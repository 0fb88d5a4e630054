/** F12: two calls at once leave what one of the two orders leaves that they could have come in. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ProblemCode } from "../../worker/contract.ts";
import { budgets, create, look, orderRow, type Pass, type Person, people, remote, ring } from "./modelworld.ts";
import { approved, fresh, press, sent } from "./opened.ts";

const START = Date.UTC(2031, 5, 1, 12);
const MINUTE = 60_000;
const TIMES = 4;

type Opened = Awaited<ReturnType<typeof sent>>;
type Call = (v: Opened) => Promise<unknown>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
const word = (told: { ok: boolean; problem?: ProblemCode }) => told.problem ?? "ok";

const right: Call = async (v) => word(await v.guess(await v.code()));
const wrong: Call = async (v) => word(await v.guess(await v.wrong()));
const resend: Call = async (v) => "send" in (await v.send("resend"));
const cancel: Call = async (v) => word(await v.stub().withdraw("tindra", "cancel", null));
const revoke: Call = async (v) => word(await v.stub().withdraw("tindra", "revoke", null));
const deny: Call = async (v) => (await v.stub().deny("tindra")).state;
const leave: Call = async (v) => word(await v.stub().leave({ ...v.visitor, reason: "left" }));
const supersede: Call = (v) => v.stub().supersede("tindra");
const alarm: Call = (v) => ring(v.id);
const read: Call = async (v) => (await v.stub().read("tindra"))?.status;
const redeem =
  (key: string): Call =>
  async (v) => {
    const offered = await v.stub().offer("tindra", "d".repeat(64), key);
    if (!offered.ok || !offered.offer) return word(offered);
    return word(await v.stub().redeem("tindra", "d".repeat(64), key, press()));
  };

const brought: Call = async (v) => "number" in (await v.stub().reserveNetwork(v.visitor));
const recognised: Call = async (v) => word(await v.stub().settleNetwork("tindra", "ok"));

/** The operator was asked, and a text was sent after all. */
const asked = async () => {
  const v = fresh();
  await v.open();
  const ask = { kind: "start", press: press(), framed: false, locale: null, denyToken: "bcdfghjk" } as const;
  await v.stub().reserveSend({ ...v.visitor, ...ask, network: true });
  await v.send("start");
  await v.settle(1, "accepted");
  return v;
};
/** The operator has been given the code, and not answered yet. */
const taken = async () => {
  const v = await asked();
  await brought(v);
  return v;
};
/** A text on the handset, and time for the next one. */
const due = async () => {
  const v = await sent();
  later(31_000);
  return v;
};
const almostOver = async () => {
  const v = await sent();
  for (let n = 0; n < 4; n += 1) await v.guess(await v.wrong());
  return v;
};
/** At the very moment at which the step ends. */
const atEnd = async () => {
  const v = await sent();
  later(14 * MINUTE);
  await v.send("resend");
  later(MINUTE);
  return v;
};
const atLapse = async () => {
  const v = await approved();
  later(5 * MINUTE);
  return v;
};

/** What is left of a verification, and what the two were told; nothing of names and times. */
async function left(v: Opened, told: unknown[]): Promise<object> {
  const { record: r } = await look(v.id, "tindra");
  const { status, reason, seq, wrong, guesses, sends, sealed, redemption, epoch } = r ?? {};
  const counts = { wrong, guesses: guesses?.length, sends: sends?.length, epoch };
  return { status, reason, seq, ...counts, sealed, redeemedWith: redemption?.key, told };
}

async function inTurn(setup: () => Promise<Opened>, first: Call, second: Call, swapped: boolean): Promise<object> {
  vi.setSystemTime(START);
  const v = await setup();
  const before = await first(v);
  const after = await second(v);
  return left(v, swapped ? [after, before] : [before, after]);
}

describe("two calls at once", () => {
  it.each<[name: string, setup: () => Promise<Opened>, one: Call, other: Call]>([
    ["a right and a wrong guess", sent, right, wrong],
    ["a right and the last wrong guess", almostOver, right, wrong],
    ["two right guesses", sent, right, right],
    ["a check and a resend", due, right, resend],
    ["a wrong check and a resend", due, wrong, resend],
    ["two resends", due, resend, resend],
    ["a check and a cancel", sent, right, cancel],
    ["a check and a deny", sent, right, deny],
    ["a check and the shopper who leaves", sent, right, leave],
    ["a check and a newer revision", sent, right, supersede],
    ["a check and an alarm", sent, right, alarm],
    ["a check and the end of the step", atEnd, right, alarm],
    ["a check and a read at the end of the step", atEnd, right, read],
    ["a cancel and a deny", sent, cancel, deny],
    ["two codes from the operator", asked, brought, brought],
    ["the operator's word and a right guess", taken, recognised, right],
    ["the operator's word and a cancel", taken, recognised, cancel],
    ["two words of the operator", taken, recognised, recognised],
    ["two redeems with different keys", approved, redeem("a"), redeem("b")],
    ["two redeems with one key", approved, redeem("a"), redeem("a")],
    ["a redeem and a revoke", approved, redeem("a"), revoke],
    ["a redeem and a deny", approved, redeem("a"), deny],
    ["a redeem and a newer revision", approved, redeem("a"), supersede],
    ["a redeem and the end of its time", atLapse, redeem("a"), alarm],
    ["a revoke and a deny", approved, revoke, deny],
  ])("leave what an order of them leaves: %s", async (_, setup, one, other) => {
    const serial = [await inTurn(setup, one, other, false), await inTurn(setup, other, one, true)];
    for (let n = 0; n < TIMES; n += 1) {
      vi.setSystemTime(START);
      const v = await setup();
      const calls = n % 2 === 0 ? [one(v), other(v)] : [other(v), one(v)].reverse();
      expect(serial).toContainEqual(await left(v, await Promise.all(calls)));
    }
  });
});

/** Two creates of one customer, as they differ; and what they leave behind, without names. */
interface Creates {
  orders: [number, number];
  revisions: [number, number];
  keys: [string, string];
  /** Guesses the customer has used today. */
  used: boolean;
}

async function created({ orders, revisions, keys, used }: Creates, run: (one: Begun, other: Begun) => Promise<void>) {
  vi.setSystemTime(START);
  const [person] = people() as [Person];
  if (used) await failing(person);
  const passes: [Pass[], Pass[]] = [[], []];
  const begun = ([0, 1] as const).map(
    (i): Begun =>
      (between) => {
        const digest = String(revisions[i]).repeat(64);
        return create(
          { person, order: orderRow(person, orders[i]), digest, key: keys[i] },
          passes[i],
          "never",
          between,
        );
      },
  );
  await run(begun[0] as Begun, begun[1] as Begun);
  const ids = passes.map((one) => one.at(-1)?.claim.id ?? "");
  const views = await Promise.all([...new Set(ids)].map((id) => look(id, person.brand)));
  const rows = await budgets([person]);
  const out = [person.customer, person.number].map((name) =>
    rows
      .get(name)
      ?.leases.map(({ guesses }) => guesses)
      .sort(),
  );
  const states = views.map(({ facts }) => `${facts?.status} ${facts?.attemptsRemaining}`).sort();
  return { same: ids[0] === ids[1], states, out };
}

type Begun = (between?: () => Promise<void>) => Promise<unknown>;

/** Five wrong guesses and the wait after them. */
async function failing(person: Person): Promise<void> {
  const passes: Pass[] = [];
  await create({ person, order: orderRow(person, 9), digest: "9".repeat(64), key: "used" }, passes);
  const id = passes[0]?.claim.id ?? "";
  const visitor = { brand: person.brand, browser: "browser" };
  const ask = { kind: "start", framed: false, locale: null, denyToken: "bcdfghjk", press: "text" } as const;
  await remote(id).reserveSend({ ...visitor, ...ask });
  for (let n = 0; n < 5; n += 1)
    await remote(id).check({ ...visitor, press: `p${n}`, code: `00000${n}`, entry: "typed" });
  await ring(id);
  later(16 * MINUTE);
}

describe("two creates at once, one step of each at a time", () => {
  it.each<[name: string, creates: Creates]>([
    ["of one order with one key", { orders: [0, 0], revisions: [1, 1], keys: ["a", "a"], used: false }],
    ["of one order with two keys", { orders: [0, 0], revisions: [1, 1], keys: ["a", "b"], used: false }],
    ["of two revisions", { orders: [0, 0], revisions: [1, 2], keys: ["a", "b"], used: false }],
    ["of two orders", { orders: [0, 1], revisions: [1, 1], keys: ["a", "b"], used: false }],
    ["of two orders, with budget for one", { orders: [0, 1], revisions: [1, 1], keys: ["a", "b"], used: true }],
  ])("leave what an order of them leaves: %s", async (_, creates) => {
    const serial = [
      await created(creates, async (one, other) => {
        await one();
        await other();
      }),
      await created(creates, async (one, other) => {
        await other();
        await one();
      }),
    ];
    const interleaved = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const between = () => scheduler.schedule(Promise.resolve());
      const result = await created(creates, async (one, other) => {
        await scheduler.waitFor(Promise.all([one(between), other(between)]));
      });
      expect(serial).toContainEqual(result);
    });
    await fc.assert(interleaved, { numRuns: 8, seed: 7 });
  });
});
