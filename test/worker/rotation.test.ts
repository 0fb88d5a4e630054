import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CustomerRow } from "../../worker/budget/customer.ts";
import { customerName, numberName } from "../../worker/routes/names.ts";
import { customerLedger, numberLedger, verification } from "../../worker/routes/reach.ts";
import { derive, hmac, token } from "../../worker/verification/keys.ts";
import { settleWith } from "../../worker/verification/settlement.ts";
import { press } from "./opened.ts";
import { call, client, type Environment, environment, open, person, row } from "./subject.ts";

const START = Date.UTC(2031, 5, 1, 12);
const MINUTE = 60_000;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

const pepper = (n: number) => Buffer.from(hmac(new Uint8Array([n]), "test")).toString("base64url");
const with_ = (brand: string, platform: string) =>
  environment(() => ({ pepper: brand }), { NUMBER_PEPPER: platform } as Partial<Environment>);
/** The same deployment before, while and after both peppers are rotated. */
const BEFORE = with_(pepper(1), pepper(11));
const OVERLAP = with_(`${pepper(2)},${pepper(1)}`, `${pepper(12)},${pepper(11)}`);
const AFTER = with_(pepper(2), pepper(12));

type Whom = ReturnType<typeof person>;
const bytes = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));
const nameUnder = (n: number, whom: Whom) => token(derive(bytes(pepper(n)), "customer name", `tindra|${whom.ref}`));

const usage = (id: string, wrong: number) => ({ id, evaluated: wrong, wrong, right: false, sends: 1 });
async function namesOf(whom: Whom, at: Environment) {
  return {
    customer: await customerName(at, client(at), whom.ref),
    number: await numberName(at, whom.number),
  };
}

/** Uses both of the day's verifications up under `at`, ten wrong guesses in all. */
async function exhausted(whom: Whom, at: Environment) {
  const opened = await Promise.all([1, 2].map((n) => open(whom, `o-${n}-${whom.unique}`, at)));
  const names = await namesOf(whom, at);
  for (const { id } of opened) await settleWith(env, names, usage(id, 5));
}

describe("rotating a pepper", () => {
  it("refuses an exhausted customer before, while and after", async () => {
    const whom = person();
    await exhausted(whom, BEFORE);
    for (const at of [BEFORE, OVERLAP, AFTER]) {
      const { budget } = await open(whom, `o-next-${whom.unique}-${press()}`, at);
      expect(budget).toEqual({ ok: false, waitMs: 60 * MINUTE });
      expect((await row(whom, at)).budget.inRow).toBe(10);
    }
  });

  it("keeps the stop at thirty in a row, and an unlock under the new name lifts it", async () => {
    const whom = person();
    const old = nameUnder(1, whom);
    for (let n = 0; n < 6; n += 1) {
      vi.setSystemTime(Date.now() + 25 * 60 * MINUTE);
      await customerLedger(env, old)().lease(old, { id: `v${n}`, order: "o", limits: { guesses: 5, sends: 1 } });
      await customerLedger(env, old)().settle(old, usage(`v${n}`, 5));
    }
    expect((await open(whom, `o-${whom.unique}`, OVERLAP)).budget).toEqual({ ok: false, waitMs: null });
    const unlocked = await call(
      "POST",
      "/v1/customers/unlock",
      { customer: { ref: whom.ref }, reason: "seen in the shop" },
      { at: OVERLAP },
    );
    expect(await unlocked.json()).toEqual({ unlocked: true, failures: 30 });
    vi.setSystemTime(Date.now() + 25 * 60 * MINUTE);
    expect((await open(whom, `o-2-${whom.unique}`, AFTER)).budget).toMatchObject({ ok: true });
  });

  it("settles under the new name what was leased under the old", async () => {
    const whom = person();
    const { id } = await open(whom, `o-${whom.unique}`, BEFORE);
    const names = await namesOf(whom, BEFORE);
    expect((await row(whom, OVERLAP)).budget.leases).toMatchObject([{ id }]);
    await settleWith(env, names, usage(id, 2));
    expect((await row(whom, OVERLAP)).budget).toMatchObject({ leases: [], inRow: 2, spent: [{ id, guesses: 2 }] });
    await settleWith(env, names, usage(id, 2));
    expect((await row(whom, AFTER)).budget).toMatchObject({ inRow: 2, spent: [{ guesses: 2 }] });
  });

  it("finds an order's verification under the new name", async () => {
    const whom = person();
    const before = await open(whom, `o-${whom.unique}`, BEFORE);
    for (const at of [OVERLAP, AFTER, OVERLAP, BEFORE])
      expect((await open(whom, `o-${whom.unique}`, at)).id).toBe(before.id);
    expect((await row(whom, AFTER)).index).toHaveLength(1);
  });

  it("gives Workers before and after it one budget, also when they open at once and nobody was there before", async () => {
    for (let n = 0; n < 10; n += 1) {
      const whom = person();
      const sides = [BEFORE, OVERLAP, BEFORE, OVERLAP, BEFORE, OVERLAP];
      const opened = await Promise.all(sides.map((at, i) => open(whom, `o-${i}-${whom.unique}`, at)));
      const guesses = opened.map(({ budget }) => (budget?.ok ? budget.guesses : 0));
      expect(guesses.reduce((sum, one) => sum + one, 0)).toBe(10);
      expect((await row(whom, OVERLAP)).budget.leases).toHaveLength(2);
    }
  });

  it("gives one order one verification, whichever side claims it first", async () => {
    for (let n = 0; n < 10; n += 1) {
      const whom = person();
      const sides = n % 2 ? [BEFORE, OVERLAP, OVERLAP, BEFORE] : [OVERLAP, BEFORE, BEFORE, OVERLAP];
      const opened = await Promise.all(sides.map((at) => open(whom, `o-${whom.unique}`, at)));
      expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
    }
  });

  it("loses nothing where the one who carried a row died on the way", async () => {
    const whom = person();
    const [old, fresh] = [nameUnder(1, whom), nameUnder(2, whom)];
    const { id } = await open(whom, `o-${whom.unique}`, BEFORE);
    const ledger = (name: string) => customerLedger(env, name)();
    // Killed between closing the old name and adopting under the new.
    expect(await ledger(old).handOver(old, fresh)).toMatchObject({ index: [{ id }] });
    expect(await ledger(fresh).read(fresh)).toMatchObject({ index: [] });
    // A Worker of before leases: it carries the row first, so no second budget begins.
    await open(whom, `o-2-${whom.unique}`, BEFORE);
    expect((await open(whom, `o-3-${whom.unique}`, BEFORE)).budget?.ok).toBe(false);
    expect((await row(whom, OVERLAP)).budget.leases).toHaveLength(2);
    expect(await ledger(old).read(old)).toEqual({ moved: fresh });
  });

  it("settles rightly where it finds a row on its way", async () => {
    const whom = person();
    const [old, fresh] = [nameUnder(1, whom), nameUnder(2, whom)];
    const { id } = await open(whom, `o-${whom.unique}`, BEFORE);
    const names = await namesOf(whom, BEFORE);
    await customerLedger(env, old)().handOver(old, fresh);
    const number = numberLedger(env, names.number);
    await number().handOver(names.number, await numberNameUnder(12, whom));
    await settleWith(env, names, usage(id, 3));
    expect((await row(whom, OVERLAP)).budget).toMatchObject({ inRow: 3, leases: [] });
    expect((await open(whom, `o-2-${whom.unique}`, AFTER)).budget).toMatchObject({ ok: true, guesses: 5 });
  });

  it("may be turned back", async () => {
    const whom = person();
    const { id } = await open(whom, `o-${whom.unique}`, BEFORE);
    await open(whom, `o-2-${whom.unique}`, OVERLAP);
    const back = with_(`${pepper(1)},${pepper(2)}`, `${pepper(11)},${pepper(12)}`);
    for (const at of [back, BEFORE, OVERLAP, AFTER, back])
      expect((await open(whom, `o-3-${whom.unique}-${press()}`, at)).budget?.ok).toBe(false);
    expect((await row(whom, back)).index.map((entry) => entry.id)).toContain(id);
  });

  it("finds an erasure's subject and its receipt on both sides", async () => {
    const whom = person();
    const { id } = await open(whom, `o-${whom.unique}`, BEFORE);
    const key = press();
    const erase = (at: Environment) =>
      call(
        "POST",
        "/v1/erasures",
        { subject: { customer_ref: whom.ref } },
        { at, headers: { "idempotency-key": key } },
      );
    const first = await (await erase(OVERLAP)).json();
    expect(await verification(env, id)().read("tindra")).toBeUndefined();
    expect(await (await erase(AFTER)).json()).toEqual(first);
    const other = person();
    await open(other, `o-${other.unique}`, BEFORE);
    const old: CustomerRow = await row(other, BEFORE);
    expect(old.index).toHaveLength(1);
  });
});

async function numberNameUnder(n: number, { number }: Whom): Promise<string> {
  return token(derive(bytes(pepper(n)), "number name", number));
}
