/** Two phones for one approval: redeemed twice, for another order, too late, or opened twice. */
import { randomUUID } from "node:crypto";
import type { Order } from "../../worker/contract.ts";
import { problemOf, read } from "../http/client.ts";
import { approved } from "../http/step.ts";
import { attacked, findings, patch } from "./attack.ts";
import { count, fromShop, many } from "./burst.ts";
import type { Target } from "./target.ts";

const OBJECT = "worker/verification/verification.ts";
const ANSWERS = "worker/verification/answers.ts";
const LEDGER = "worker/budget/order.ts";
const REDEEMED_BEFORE =
  'if (r.redemption) return r.redemption.key === key ? undefined : "VERIFICATION.ALREADY_REDEEMED";';
const TWICE = {
  name: "an approval is not used up",
  patches: [patch(ANSWERS, REDEEMED_BEFORE, "if (r.redemption) return undefined;")],
};

async function redeemedTwice({ at }: Target): Promise<string[]> {
  const { id, order, shop } = await approved(at);
  const key = randomUUID();
  const first = await shop.post(`/${id}/redeem`, { order }, key);
  const repeated = await shop.post(`/${id}/redeem`, { order }, key);
  const second = await shop.post(`/${id}/redeem`, { order });
  await shop.post(`/${id}/revoke`, {});
  const revoked = await shop.post(`/${id}/redeem`, { order }, key);
  return findings(
    [first.status !== 200 || repeated.text !== first.text, `one key got ${first.status}, then ${repeated.status}`],
    [second.status !== 409, `a second redemption got ${second.status}`],
    [revoked.status !== 423, `an approval that was taken back got ${revoked.status}`],
  );
}

attacked("redeeming one approval twice", redeemedTwice, [
  { ...TWICE, shows: /a second redemption got 200/ },
  {
    name: "a redeemed approval cannot be taken back",
    patches: [patch(ANSWERS, 'if (r.status === "revoked") return "VERIFICATION.REVOKED";', "")],
    shows: /taken back got 200/,
  },
]);

async function redeemedAtOnce({ at }: Target): Promise<string[]> {
  const { id, order } = await approved(at);
  const redeems = many(30, () => ({ path: `/${id}/redeem`, body: { order }, key: randomUUID() }));
  const taken = count(await fromShop(at, "tindra", redeems), 200);
  return findings([taken !== 1, `${taken} of 30 redemptions at once brought a verdict`]);
}

attacked("redeeming thirty times at once", redeemedAtOnce, [
  { ...TWICE, shows: /30 of 30/ },
  {
    name: "the object waits between reading and consuming",
    patches: [
      patch(
        OBJECT,
        "return this.#of<RedeemOutcome>(brand, (r, now) => {",
        "return this.#of(brand, async (r, now) => {\n      await scheduler.wait(50);",
      ),
    ],
    shows: /(?:[2-9]|\d\d) of 30/,
  },
]);

/** The order with one thing of it changed, each in turn. */
function otherOrders(order: Order): [what: string, order: Order][] {
  const { amount, delivery } = order;
  return [
    ["order id", { ...order, id: `${order.id}x` }],
    ["revision", { ...order, revision: order.revision + 1 }],
    ["amount", { ...order, amount: { ...amount, value: amount.value - 1 } }],
    ["currency", { ...order, amount: { ...amount, currency: "SEK" } }],
    ["payee", { ...order, payee: `${order.payee}.` }],
    ["items", { ...order, items_sha256: "c".repeat(64) }],
    ["delivery type", { ...order, delivery: { ...delivery, type: "store" } }],
    ["address", { ...order, delivery: { ...delivery, address_sha256: "b".repeat(64) } }],
  ];
}

async function redeemedForAnotherOrder({ at }: Target): Promise<string[]> {
  const { id, order, shop } = await approved(at, "tindra", { items_sha256: "b".repeat(64) });
  const found: string[] = [];
  for (const [what, other] of otherOrders(order)) {
    const answer = await shop.post(`/${id}/redeem`, { order: other });
    if (answer.status === 200) found.push(`a verdict for an order of another ${what}`);
    else if (problemOf(answer) !== "VERIFICATION.ORDER_MISMATCH") found.push(`another ${what}: ${answer.status}`);
  }
  const right = await shop.post(`/${id}/redeem`, { order });
  return [...found, ...findings([right.status !== 200, `the right order got ${right.status} after the wrong ones`])];
}

const DIGEST = "worker/verification/digest.ts";
attacked("redeeming an approval for another order", redeemedForAnotherOrder, [
  {
    name: "the order is not compared",
    patches: [patch(ANSWERS, 'if (r.digest !== digest) return "VERIFICATION.ORDER_MISMATCH";', "")],
    shows: /another order id/,
  },
  {
    name: "the amount is not bound",
    patches: [patch(DIGEST, "amount: order.amount.value,", "amount: 0,")],
    shows: /another amount/,
  },
  {
    name: "the currency is not bound",
    patches: [patch(DIGEST, "currency: order.amount.currency,", 'currency: "",')],
    shows: /another currency/,
  },
  {
    name: "the items are not bound",
    patches: [patch(DIGEST, "order.items_sha256 ?? null", "null")],
    shows: /another items/,
  },
  {
    name: "the address is not bound",
    patches: [patch(DIGEST, "order.delivery.address_sha256 ?? null", "null")],
    shows: /another address/,
  },
]);

async function openedTwice({ at }: Target): Promise<string[]> {
  const { ref } = await at.customer("tindra");
  const shop = at.shop("tindra");
  const body = at.opening("tindra", ref);
  const key = randomUUID();
  const [first, repeated] = [await shop.post("", body, key), await shop.post("", body, key)];
  const otherKey = await shop.post("", body);
  const dearer = { ...body, order: { ...body.order, amount: { ...body.order.amount, value: 1 } } };
  const reused = await shop.post("", dearer, key);
  const { id } = read<{ id: string }>(first);
  const keyless = await shop.post("", at.opening("tindra", ref), "");
  return findings(
    [repeated.text !== first.text, `the same create was answered by ${repeated.status} and another body`],
    [read<{ id: string }>(otherKey).id !== id, "the same order got a second verification"],
    [reused.status !== 422, `a used key with another body got ${reused.status}`],
    [keyless.status !== 400, `a create without a key got ${keyless.status}`],
  );
}

attacked("opening one order twice", openedTwice, [
  {
    name: "every create opens a verification",
    patches: [patch(LEDGER, "if (standing && standing.id !== c.instead) {", "if (standing && c.order === c.id) {")],
    shows: /second verification/,
  },
  {
    name: "a key is not compared with the body it came with",
    patches: [patch(LEDGER, "if (used && used.body !== c.body) return", "if (used && used.body === undefined) return")],
    shows: /used key with another body got 201/,
  },
  {
    name: "a create without a key is taken",
    patches: [
      patch(
        "worker/routes/shop.ts",
        'if (!key || !KEY.test(key)) return problem(c, "IDEMPOTENCY.KEY_MISSING");\n    const body = await readJson(c, openSchema);',
        "const body = await readJson(c, openSchema);",
      ),
      patch(
        "worker/routes/shop.ts",
        "{ key: sha256Hex(key), body: sha256Hex(body.text) }",
        '{ key: sha256Hex(key ?? ""), body: sha256Hex(body.text) }',
      ),
    ],
    shows: /without a key got 201/,
  },
]);

async function openedAtOnce({ at }: Target): Promise<string[]> {
  const { ref } = await at.customer("tindra");
  const [one, other] = [at.opening("tindra", ref), at.opening("tindra", ref)];
  const key = randomUUID();
  const sameKey = await fromShop(
    at,
    "tindra",
    many(20, () => ({ path: "", body: one, key })),
  );
  const keys = await fromShop(
    at,
    "tindra",
    many(20, () => ({ path: "", body: other, key: randomUUID() })),
  );
  const ids = (answers: typeof keys) => new Set(answers.map(({ text }) => JSON.parse(text).id)).size;
  const revisions = many(6, (i) => ({ ...one, order: { ...at.order("tindra"), id: "", revision: i + 1 } }));
  const id = `o-${randomUUID()}`;
  const bodies = revisions.map((body) => ({
    path: "",
    body: { ...body, order: { ...body.order, id } },
    key: randomUUID(),
  }));
  const revised = count(await fromShop(at, "tindra", bodies), 201);
  return findings(
    [ids(sameKey) !== 1 || count(sameKey, 201) !== 20, `20 creates with one key opened ${ids(sameKey)} verifications`],
    [ids(keys) !== 1, `20 creates of one order opened ${ids(keys)} verifications`],
    [revised > 3, `one order had ${revised} verifications`],
  );
}

attacked("opening one order many times at once", openedAtOnce, [
  {
    name: "the ledger waits between reading and claiming",
    patches: [
      patch(LEDGER, "  claim(c: OrderClaim):", "  async claim(c: OrderClaim):"),
      patch(
        LEDGER,
        "const row = found.row ?? { verifications: [], keys: [] };",
        "const row = found.row ?? { verifications: [], keys: [] };\n    await scheduler.wait(50);",
      ),
    ],
    shows: /20 creates of one order opened (?:[2-9]|\d\d) verifications/,
  },
  {
    name: "an order may have any number of verifications",
    patches: [patch(LEDGER, ">= limitsOf(brand?.limits).verificationsPerOrder) return", "< 0) return")],
    shows: /one order had 6 verifications/,
  },
]);
