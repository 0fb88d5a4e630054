/** The real objects behind the model: calls as the routes make them, deaths of the Worker in between, and what is stored. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { brandById } from "../../worker/brands/brand.ts";
import type { BrandPack } from "../../worker/brands/schema.ts";
import type { Budget } from "../../worker/budget/lease.ts";
import type { ClaimOutcome } from "../../worker/budget/order.ts";
import { config } from "../../worker/config.ts";
import { leaseFor } from "../../worker/routes/lease.ts";
import { customerLedger, numberLedger, orderLedger, verification } from "../../worker/routes/reach.ts";
import type { FailureNotice, OpenOutcome } from "../../worker/verification/answers.ts";
import { hmac, liveCode, type MasterKey, token } from "../../worker/verification/keys.ts";
import { objectHex, verificationId } from "../../worker/verification/link.ts";
import type { Record } from "../../worker/verification/record.ts";
import { readRecord } from "../../worker/verification/rows.ts";
import { finishOrder, settleWith, shardOf, usage } from "../../worker/verification/settlement.ts";
import type { Verification } from "../../worker/verification/verification.ts";
import { settleable } from "../../worker/verification/waking.ts";
import type { Death } from "./modelsteps.ts";
import { opening } from "./opened.ts";

/** A customer of a brand; names are those of ledger rows. */
export interface Person {
  brand: "tindra" | "marisol";
  customer: string;
  number: string;
}

/** One create call of an order system. */
export interface Create {
  person: Person;
  order: string;
  digest: string;
  key: string;
}

/** One pass of a create through the objects: what they said on the way. */
export interface Pass {
  claim: Extract<ClaimOutcome, { ok: true }>;
  budget?: Awaited<ReturnType<typeof leaseFor>>["budget"];
  over?: boolean;
  /** Way was made: verifications of other revisions were told to give it. */
  made?: true;
  outcome?: OpenOutcome | undefined;
}

let runs = 0;
/** A keyed name. All begin alike, so that one shard of a ledger keeps them and is not started anew for each. */
function row(of: string): string {
  const name = hmac(new Uint8Array(32), of);
  name[0] = 0;
  return token(name);
}

/** Three customers nobody else uses; the first two have one number, at different brands. */
export function people(): Person[] {
  runs += 1;
  const name = (what: string) => row(`model ${runs} ${what}`);
  const [shared, own] = [name("number 1"), name("number 2")];
  return [
    { brand: "tindra", customer: name("customer 1"), number: shared },
    { brand: "marisol", customer: name("customer 2"), number: shared },
    { brand: "tindra", customer: name("customer 3"), number: own },
  ];
}

/** The ledger's row of one order of a customer. */
export const orderRow = (person: Person, order: number) => row(`${person.customer}|${order}`);

/** The Worker died just here: nobody is answered, nothing further is called. */
class Died extends Error {}
/** The environment of a Worker that dies as soon as one of the two ledgers has leased, before it reaches the other. */
function dying(person: Person, dies: Death): typeof env {
  const after = (leased: () => Promise<unknown>) => {
    const lease = async () => {
      await leased();
      throw new Died();
    };
    return { getByName: () => ({ lease }) } as unknown;
  };
  const customer = after(() => customerLedger(env, person.customer)().read(person.customer));
  const number = after(() => numberLedger(env, person.number)().deniable(person.number, person.brand));
  return {
    ...env,
    ...(dies === "customer" && { NUMBER_LEDGER: customer as typeof env.NUMBER_LEDGER }),
    ...(dies === "number" && { CUSTOMER_LEDGER: number as typeof env.CUSTOMER_LEDGER }),
  };
}

/**
 * `POST /v1/verifications` from the claim on, one call at a time: `between` runs before each, so that another create
 * can come in between. The passes so far are in `passes`, also where the Worker dies.
 */
export async function create(
  { person, order, digest, key }: Create,
  passes: Pass[],
  dies: Death = "never",
  between: () => Promise<void> = async () => {},
  mac = "number-mac",
): Promise<"answered" | "died" | "exhausted" | "later"> {
  const pack = brandById(person.brand) as BrandPack;
  const at = dying(person, dies);
  let instead: string | undefined;
  for (let n = 0; n < 2; n += 1) {
    const wish = { brand: person.brand, order, customer: person.customer, digest, key, body: digest };
    const candidate = verificationId(env.VERIFICATION.newUniqueId().toString());
    await between();
    const claim = (await orderLedger(env, order)().claim({
      ...wish,
      candidate,
      ...(instead && { instead }),
    })) as ClaimOutcome;
    if (!claim.ok) {
      if (passes.at(-1)?.claim.fresh && instead) await orderLedger(env, order)().unclaim({ order, key }, instead);
      return "exhausted";
    }
    const pass: Pass = { claim };
    passes.push(pass);
    if (dies === "claim") return "died";
    const { id } = claim;
    await between();
    for (const other of claim.supersedes) {
      const ended = await verification(env, other)().supersede(person.brand, "denied");
      if (ended === "denied") {
        pass.claim = { ...claim, old: true };
        await finishOrder(env, { row: order, id: other }, ended);
      } else if (ended) await settleWith(env, ended.leases, ended.used);
    }
    pass.made = true;
    if (dies === "supersede") return "died";
    await between();
    const of = { id, brand: pack, order, asks: true, old: pass.claim.old === true };
    const leased = await leaseFor(at, person, of).catch(() => undefined);
    if (!leased) return "died";
    pass.budget = leased.budget;
    pass.over = leased.over;
    if (dies === "lease") return "died";
    await between();
    const wished = opening({ brand: person.brand, key, digest, budget: leased.budget, row: order, over: pass.over });
    const number = { ...wished.number, macs: [mac] };
    const leases = leased.budget.ok ? { customer: person.customer, number: person.number } : null;
    pass.outcome = await verification(env, id)().open({ ...wished, number, leases });
    if (dies === "open") return "died";
    await between();
    if (!pass.outcome.leased) await leased.release();
    if (pass.outcome.ok) return "answered";
    const { ended } = pass.outcome;
    if (ended) await settleWith(env, ended.leases, ended.used);
    instead = id;
  }
  return "later";
}

/** The object of a verification, for what only tests do to one. */
export const object = (id: string) =>
  env.VERIFICATION.get(env.VERIFICATION.idFromString(objectHex(id) ?? "")) as DurableObjectStub<Verification>;

/** Takes an object out of memory. One that has called a webhook would be waited for as long as that call may last. */
export async function evict(id: string, brand: string): Promise<void> {
  if (brand === "tindra") await evictDurableObject(object(id));
}
export const ring = (id: string) => runDurableObjectAlarm(object(id));
export const remote = (id: string) => verification(env, id)();

/** Calls once, or twice where the first answer is lost; the object may be moved in between. */
export async function called<T>(of: { id: string; brand: string }, twice: boolean, call: () => Promise<T>): Promise<T> {
  if (!twice) return call();
  await call();
  await evict(of.id, of.brand);
  return call();
}

/** What a caller was told, in a word. */
export const said = (told: { ok: boolean; problem?: string }) => (told.ok ? "ok" : told.problem);

/** The code of one epoch, as the Worker derives it for the SMS. */
export function codeOf({ id, brand, digest }: { id: string; brand: string; digest: string }, epoch: number): string {
  const master = config(env).secrets(brand)?.master[0] as MasterKey;
  return liveCode(master, { id, digest, epoch, digits: 6 });
}

/** What a verification says of itself, and what it then has stored. */
export const look = (id: string, brand: string) =>
  runInDurableObject(object(id), (verification, { storage }) => {
    const facts = verification.read(brand);
    return { facts, record: readRecord(storage.kv) };
  });

/** `POST /v1/verifications/{id}/redeem`, without the signature; `dies` before the ledgers were told. */
export async function redeem(
  { id, brand, digest }: { id: string; brand: string; digest: string },
  key: string,
  verdict: string,
  dies = false,
): Promise<{ ok: boolean; problem?: string }> {
  const it = remote(id);
  const offered = await it.offer(brand, digest, key);
  if (!offered.ok || !offered.offer) return offered;
  const told = await it.redeem(brand, digest, key, verdict);
  if (told.ok && told.ended && !dies) await settleWith(env, told.ended.leases, told.ended.used);
  return told;
}

/** The ledgers are told what a verification that is over has used, and it does not note that they were. */
export async function forgetSettling(record: Record | undefined): Promise<void> {
  if (record?.leases && settleable(record)) await settleWith(env, record.leases, usage(record));
}

const shards = (): DurableObjectStub[] => [
  env.CUSTOMER_LEDGER.getByName(shardOf(row("any"))) as unknown as DurableObjectStub,
  env.NUMBER_LEDGER.getByName(shardOf(row("any"))) as unknown as DurableObjectStub,
];

/** Budgets as stored, by the name of their row. */
export type Budgets = Map<string, Budget>;

/** The budgets of these customers and of their numbers. */
export async function budgets(of: readonly Person[]): Promise<Budgets> {
  const names = JSON.stringify(of.flatMap(({ customer, number }) => [customer, number]));
  const found = await Promise.all(
    shards().map((shard) =>
      runInDurableObject(shard, (_, { storage }) =>
        storage.sql
          .exec<{ id: string; row: string }>(
            "SELECT id, row FROM rows WHERE id IN (SELECT value FROM json_each(?))",
            names,
          )
          .toArray(),
      ),
    ),
  );
  return new Map(found.flat().map(({ id, row }) => [id, (JSON.parse(row) as { row: { budget: Budget } }).row.budget]));
}

/** Rings the alarms of the ledgers and takes them out of memory. */
export async function tidy(): Promise<void> {
  for (const shard of shards()) {
    await runDurableObjectAlarm(shard);
    await evictDurableObject(shard);
  }
}

/** Counts a notice to the holder of a number, as the Worker does before it texts one; whether it may. */
export const noticed = ({ row, used }: FailureNotice) => numberLedger(env, row)().notice(row, used);

/** An operator lifts a customer's waits and stop. */
export const unlock = (person: Person) =>
  customerLedger(env, person.customer)().unlock(person.customer, "test", "model");
