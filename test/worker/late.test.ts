/** What comes late, or was cut short, and what it must not change: each as the shortest story that shows it. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { orderLedger } from "../../worker/routes/reach.ts";
import { objectHex } from "../../worker/verification/link.ts";
import type { Verification } from "../../worker/verification/verification.ts";
import { play } from "./modelplay.ts";
import type { Step } from "./modelsteps.ts";
import {
  budgets,
  codeOf,
  create,
  orderRow,
  type Pass,
  type Person,
  people,
  redeem,
  remote,
  ring,
} from "./modelworld.ts";
import { fresh } from "./opened.ts";

const START = Date.UTC(2031, 5, 1, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A create of a customer's order, as the route makes it; the id that stands for it afterwards. */
async function opens(person: Person, order: number, revision = 1, key = `key-${Math.random()}`): Promise<string> {
  const passes: Pass[] = [];
  const digest = String(revision).repeat(64);
  await create({ person, order: orderRow(person, order), digest, key }, passes);
  return passes.at(-1)?.claim.id ?? "";
}

const visitor = ({ brand }: Person) => ({ brand, browser: "browser", press: "press" });
/** The first text is on its way. */
const pressed = (person: Person, id: string) =>
  remote(id).reserveSend({ ...visitor(person), kind: "start", framed: false, locale: null, denyToken: "bcdfghjk" });

describe("a wait", () => {
  it("ends when it was said to, also for a verification that was refused before", async () => {
    const wrong: Step = { do: "guess", of: 0, code: "wrong", twice: false };
    const open = (order: number): Step => ({ do: "open", who: 0, order, revision: 1, key: "new", dies: "never" });
    const text: Step = { do: "text", of: 0, fate: "accepted", twice: false };
    const failed = [open(0), text, wrong, wrong, wrong, wrong, wrong, { do: "alarm", of: 0 }] satisfies Step[];
    // The second one is never heard of again; the third finds no budget on that day and is asked for on the next.
    const untold: Step[] = [{ do: "wait", s: 960 }, open(1), open(2)];
    await play([...failed, ...untold, { do: "wait", s: 26 * 3_600 }, open(2), { do: "wait", s: 3_601 }, open(2)]);
  });
});

describe("what was never settled", () => {
  it("is not leased, and counted, once more when its order is opened again and the Worker dies", async () => {
    const [person] = people() as [Person];
    const id = await opens(person, 0);
    later(25 * HOUR);
    const passes: Pass[] = [];
    await create({ person, order: orderRow(person, 0), digest: "1".repeat(64), key: "again" }, passes, "lease");
    expect(passes[0]?.claim).toMatchObject({ id, old: true });
    later(2 * HOUR);
    const next = await opens(person, 0);
    const row = (await budgets([person])).get(person.customer);
    expect({ leases: row?.leases.map((one) => one.id), failures: row?.inRow }).toEqual({ leases: [next], failures: 5 });
  });
});

describe("a right code", () => {
  it("clears the failures in a row also where the Worker dies right after the redemption", async () => {
    const [person] = people() as [Person];
    const id = await opens(person, 0);
    await pressed(person, id);
    const it = { id, brand: person.brand, digest: "1".repeat(64) };
    await remote(id).check({ ...visitor(person), code: codeOf(it, 0), entry: "typed" });
    await redeem(it, "key", "verdict", true);
    // Every alarm rings, as often as it likes.
    for (let hour = 0; hour < 3; hour += 1) {
      await ring(id);
      later(HOUR);
    }
    const passes: Pass[] = [];
    await create({ person, order: orderRow(person, 1), digest: "1".repeat(64), key: "next" }, passes);
    const row = (await budgets([person])).get(person.customer);
    expect({ failures: row?.inRow, next: passes[0]?.budget?.ok }).toEqual({ failures: 0, next: true });
  });
});

describe("a number that has changed at the authority", () => {
  it("gives back what the verification of the old one had leased from it", async () => {
    const [before, other] = people() as [Person, Person];
    const now = { ...before, number: `${other.number.slice(0, -4)}AAAA` };
    await opens(before, 0);
    const passes: Pass[] = [];
    const digest = "1".repeat(64);
    await create(
      { person: now, order: orderRow(before, 0), digest, key: "new number" },
      passes,
      "never",
      undefined,
      "other-mac",
    );
    const leases = (await budgets([now])).get(now.number)?.leases.map((one) => one.id);
    expect(leases).toEqual([passes.at(-1)?.claim.id]);
  });

  it("leases nothing from the new one for an approval of the old one, which still stands", async () => {
    const [before, other] = people() as [Person, Person];
    const now = { ...before, number: `${other.number.slice(0, -4)}BBBB` };
    const id = await opens(before, 0);
    await pressed(before, id);
    const digest = "1".repeat(64);
    const code = codeOf({ id, brand: before.brand, digest }, 0);
    await remote(id).check({ ...visitor(before), code, entry: "typed" });
    const passes: Pass[] = [];
    const again = { person: now, order: orderRow(before, 0), digest, key: "new number" };
    await create(again, passes, "never", undefined, "other-mac");
    expect(passes[0]?.outcome).toMatchObject({ ok: true, opened: { status: "approved" } });
    expect((await budgets([now])).get(now.number)?.leases).toEqual([]);
  });
});

describe("a verification that is over", () => {
  it.each(["rejected", "refused"] as const)("takes the gateway's late word that the last text was %s", async (fate) => {
    const v = fresh();
    await v.open({ budget: { ok: true, guesses: 5, sends: 1 } });
    for (let n = 1; n < 5 && fate === "refused"; n += 1) {
      await v.send("start");
      await v.settle(n, "refused");
      later(5_000);
    }
    await v.send("start");
    await v.stub().withdraw("tindra", "cancel", null);
    const told = await v.settle(fate === "refused" ? 5 : 1, fate).catch(() => "thrown");
    expect(told).not.toBe("thrown");
    expect(await v.stub().read("tindra")).toMatchObject({ status: "canceled" });
  });

  it.each(["denied", "redeemed"])(
    "and was %s stands for its order also after the day in which it can be read",
    async (by) => {
      const [person] = people() as [Person];
      const id = await opens(person, 0);
      const digest = "1".repeat(64);
      await pressed(person, id);
      if (by === "denied") await remote(id).deny(person.brand);
      else
        await remote(id).check({
          ...visitor(person),
          code: codeOf({ id, brand: person.brand, digest }, 0),
          entry: "typed",
        });
      if (by === "redeemed") await remote(id).redeem(person.brand, digest, "key", "verdict");
      expect(await remote(id).read(person.brand)).toMatchObject({ status: by });
      await ring(id);
      later(DAY + HOUR);
      expect(await opens(person, 0), `a ${by} order is not opened once more`).toBe("");
    },
  );

  it("and was denied lets no other revision of its order ask again, also after both are erased", async () => {
    const [person] = people() as [Person];
    const id = await opens(person, 0);
    await pressed(person, id);
    await remote(id).deny(person.brand);
    await ring(id);
    expect(await opens(person, 0, 2)).toBe("");
    expect(await opens(person, 0), "the same revision is told how it ended").toBe(id);
    const row = orderRow(person, 0);
    await orderLedger(env, row)().erase(row, [id]);
    const wish = { brand: person.brand, order: row, customer: person.customer, digest: "2".repeat(64) };
    const told = await orderLedger(env, row)().claim({ ...wish, key: "next", body: "body", candidate: id });
    expect(told).toEqual({ ok: false, problem: "ORDER.DENIED" });
  });

  it("and was denied has its order told before it is erased", async () => {
    const [person] = people() as [Person];
    const id = await opens(person, 0);
    await pressed(person, id);
    await remote(id).deny(person.brand);
    await remote(id).erase(person.brand);
    expect(await opens(person, 0, 2)).toBe("");
  });

  it("and is denied while it is being erased has its order told all the same", async () => {
    const [person] = people() as [Person];
    const id = await opens(person, 0);
    await pressed(person, id);
    const digest = "1".repeat(64);
    await remote(id).check({
      ...visitor(person),
      code: codeOf({ id, brand: person.brand, digest }, 0),
      entry: "typed",
    });
    const object = env.VERIFICATION.get(env.VERIFICATION.idFromString(objectHex(id) ?? ""));
    await runInDurableObject(object as DurableObjectStub<Verification>, async (one) => {
      const erasing = one.erase(person.brand);
      expect(one.deny(person.brand)).toMatchObject({ state: "held" });
      await erasing;
    });
    expect(await remote(id).read(person.brand)).toBeUndefined();
    expect(await opens(person, 0, 2)).toBe("");
  });

  it("and was redeemed lets the next revision be proven", async () => {
    const [person] = people() as [Person];
    const id = await opens(person, 0);
    await pressed(person, id);
    const it = { id, brand: person.brand, digest: "1".repeat(64) };
    await remote(id).check({ ...visitor(person), code: codeOf(it, 0), entry: "typed" });
    await redeem(it, "key", "verdict");
    await ring(id);
    expect(await remote(await opens(person, 0, 2)).read(person.brand)).toMatchObject({ status: "created" });
  });
});

describe("a revision that gave way before it was opened", () => {
  it("gives way also when the alarm of its object has rung early", async () => {
    const [person] = people() as [Person];
    const row = orderRow(person, 0);
    const passes: Pass[] = [];
    const first = { person, order: row, digest: "1".repeat(64), key: "first" };
    await create(first, passes, "lease");
    const late = passes[0]?.claim.id ?? "";
    const live = await opens(person, 0, 2);
    await ring(late);
    await create(first, []);
    const statuses = await Promise.all([late, live].map((id) => remote(id).read(person.brand)));
    expect(statuses.map((facts) => facts?.status)).toEqual(["superseded", "created"]);
  });
});
