/** Requirement D1 (GDPR art. 5(1)(c), 25(1)): everything that is stored of an order, down to the last member. A new one is a decision, made here. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Brand, brandOf } from "../../worker/brands/brand.ts";
import { config } from "../../worker/config.ts";
import { customerName, numberName, orderName } from "../../worker/routes/names.ts";
import { askLink, orderLedger } from "../../worker/routes/reach.ts";
import { settleWith, shardOf } from "../../worker/verification/settlement.ts";
import { PHONE, SEEN } from "./counted.ts";
import { fresh, opening, press } from "./opened.ts";
import { call, client, open, person } from "./subject.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2031, 5, 1, 12) });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a caller names itself, where one name of many stands for all. */
const OWN = /^(openings|metadata|tally\.events)\.[^.]+/;

/** The places of all values in `value`; an object without members is one. */
function places(value: unknown, at = ""): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [`${at}[]`] : value.flatMap((one) => places(one, `${at}[]`));
  if (typeof value !== "object" || value === null) return [at.replace(OWN, "$1.*")];
  return Object.entries(value).flatMap(([name, inner]) => places(inner, at === "" ? name : `${at}.${name}`));
}
const distinct = (...all: unknown[]) => [...new Set(all.flatMap((one) => places(one)))].sort();

/** The tables of an object, with their columns. */
const tables = (object: DurableObjectStub) =>
  runInDurableObject(object, (_, { storage }) =>
    storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'",
      )
      .toArray()
      .map(({ name }) => {
        const columns = storage.sql.exec<{ name: string }>(`PRAGMA table_info(${name})`).toArray();
        return `${name}: ${columns.map((column) => column.name).join(" ")}`;
      })
      .sort(),
  );
const stored = (object: DurableObjectStub, id: string) =>
  runInDurableObject(object, (_, { storage }) => {
    const [found] = storage.sql.exec<{ row: string }>("SELECT row FROM rows WHERE id = ?", id).toArray();
    return JSON.parse(found?.row ?? "{}").row as unknown;
  });

const under = (place: string, names: string) => names.split(" ").map((name) => `${place}.${name}`);
const BUDGET = [
  ...under("budget.leases[]", "at guesses id sends"),
  ...under("budget.spent[]", "at failures guesses id presumed sends"),
  ...under("budget", "inRow waitUntil"),
];
const RECORD = [
  ..."alarmAt approvedAt brand browser client codeExpiresAt codeFirstSentAt createdAt denyToken digest digits".split(
    " ",
  ),
  ..."endedAt entry epoch errandsFrom expiresAt framed guesses[] id kid leases reason redeemBy redemption".split(" "),
  ..."refusals refusedFor retryAt row sealed sends[] seq smsLocale status sub told v withdrawal wrong".split(" "),
  ...under("decision", "action reasons[]"),
  ...under("guesses[]", "mac right"),
  ...under("leases", "customer number"),
  ...under("limits", "codeTtl guesses redeemWindow resendWaits[] sends stepTtl verificationsPerOrder"),
  "metadata.*",
  ...under("network", "press tried word"),
  ...under("number", "changedAt ending macs[] source"),
  ...under("openings.*", "expiresAt retryAt status"),
  ...under("order", "amount.currency amount.value category id items_sha256 payee revision summary"),
  ...under("order.delivery", "address_changed_at address_sha256 type"),
  ...under("outbox[]", "at logged reason seq status type"),
  ...under("outbox[].deliveries[]", "diedAt endpoint nextAt tries"),
  ...under("presentation", "cancelUrl embedOrigin locale mode returnUrl"),
  ...under("redemption", "at key verdict"),
  ...under("sends[]", "at delivered fate ordinal press"),
  ...under("tally", "armed count country device events.* exempt from lost openedAt prefix receiptAt told"),
  ...under("tally.row", "at reason status"),
];

describe("what is stored", () => {
  it("of a verification is on this list", async () => {
    const order = {
      ...opening().order,
      items_sha256: "a".repeat(64),
      delivery: { type: "address", address_sha256: "b".repeat(64), address_changed_at: "2031-01-01T00:00:00Z" },
    } as const;
    const presentation = { ...opening().presentation, embedOrigin: "https://shop.example" };
    const leases = { customer: "AAAA", number: "AAAA" };
    const full = fresh("marisol");
    await full.open({ order, presentation, phone: PHONE, metadata: { channel: "web" }, leases });
    const asks = { ...full.visitor, framed: true, locale: "es", denyToken: "bcdfghjk", seen: SEEN };
    await full.stub().reserveSend({ ...asks, kind: "start", press: press(), network: true });
    await full.stub().reserveNetwork(full.visitor);
    await full.stub().settleNetwork("marisol", "no");
    await full.stub().reserveSend({ ...asks, kind: "start", press: press() });
    await full.settle(1, "accepted");
    await full.stub().receipt("marisol", 1, true);
    await full.guess(await full.wrong());
    await full.guess(await full.code());
    await full.stub().redeem("marisol", opening().digest, "key", "verdict");
    const refused = fresh("marisol");
    await refused.open({ budget: { ok: false, waitMs: 1 } });
    expect(distinct(await full.record(), await refused.record())).toEqual(RECORD.sort());
    const keys = await runInDurableObject(full.object(), (_, { storage }) =>
      [...storage.kv.list()].map(([key]) => key),
    );
    expect(keys).toEqual(["opened", "record"]);
  });

  it("of a customer, a number, an order and a link is on this list, under names that say nothing", async () => {
    const whom = person();
    const order = `o-${whom.unique}`;
    const { id } = await open(whom, order);
    await open(whom, `o-2-${whom.unique}`);
    const names = {
      order: await orderName(env, client(env), order),
      customer: await customerName(env, client(env), whom.ref),
      number: await numberName(env, whom.number),
    };
    await settleWith(env, names, { id, evaluated: 2, wrong: 2, right: false, sends: 1 });
    vi.setSystemTime(Date.now() + 2 * 3_600_000);
    const unlock = { customer: { ref: whom.ref }, reason: "seen in the shop" };
    // Two hours later the second one counts as presumed; whoever looks writes that down.
    await open(whom, `o-3-${whom.unique}`);
    await orderLedger(env, names.order)().finish(names.order, id, "denied");
    const ledgers = {
      order: env.ORDER_LEDGER.getByName(shardOf(names.order)) as DurableObjectStub,
      customer: env.CUSTOMER_LEDGER.getByName(shardOf(names.customer)) as DurableObjectStub,
      number: env.NUMBER_LEDGER.getByName(shardOf(names.number)) as DurableObjectStub,
    };
    const counted = await stored(ledgers.number, names.number);
    expect(distinct(counted)).toEqual([...BUDGET, ...under("live[]", "at brand id")].sort());
    const before = await stored(ledgers.customer, names.customer);
    await call("POST", "/v1/customers/unlock", unlock);
    const after = await stored(ledgers.customer, names.customer);
    expect(distinct(before, after)).toEqual(
      [...BUDGET, ...under("index[]", "at id order"), "unlocks[]", ...under("unlocks[]", "at by reason")].sort(),
    );
    const kept = await stored(ledgers.order, names.order);
    await orderLedger(env, names.order)().erase(names.order, [id]);
    const erased = await stored(ledgers.order, names.order);
    expect(distinct(kept, erased)).toEqual(
      [
        ..."denied erased keys[] verifications[]".split(" "),
        ...under("keys[]", "at body id key"),
        ...under("verifications[]", "at customer digest final id"),
      ].sort(),
    );
    let link = "";
    await askLink(env, "bcdfghjk", (links, name) => {
      link = name;
      return links.point(name, { brand: "tindra", verification: id });
    });
    const links = env.DENY_LINK.getByName(shardOf(link)) as DurableObjectStub;
    expect(distinct(await stored(links, link))).toEqual(["brand", "verification"]);
    for (const ledger of [...Object.values(ledgers), links])
      expect(await tables(ledger)).toEqual(["rows: id row expires_at"]);
    const all = JSON.stringify([counted, before, after, kept, erased, names]);
    for (const hidden of [whom.ref, whom.unique, whom.number, whom.number.slice(-9)]) expect(all).not.toContain(hidden);
  });

  it("of a brand lies in these tables", async () => {
    const board = env.BRAND_BOARD.getByName("tindra:0") as DurableObjectStub;
    expect(await tables(board)).toEqual([
      "closed: endpoint at",
      "dead: n id",
      "ledger: day id gen entry was",
      "log: n id at body",
      "receipts: id body verifications orders at receipt",
      "totals: name at keys gen sums",
      "touched: day",
      "used: name until",
    ]);
  });

  it("of one person has another name at every brand, and under every pepper", async () => {
    const [whom, tindra] = [person(), client(env)];
    const secrets = { ...tindra.secrets, pepper: [new Uint8Array(32).fill(9)] };
    const marisol = { ...tindra, brand: brandOf(config(env), "marisol") as Brand };
    const names = await Promise.all([
      customerName(env, tindra, whom.ref),
      customerName(env, marisol, whom.ref),
      customerName(env, { ...tindra, secrets }, whom.ref),
      orderName(env, tindra, whom.ref),
      numberName(env, whom.number),
      numberName({ ...env, NUMBER_PEPPER: "B".repeat(43) }, whom.number),
    ]);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[\w-]{43}$/);
  });
});
