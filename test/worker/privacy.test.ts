import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { config } from "../../worker/config.ts";
import type { ErasureClaims, ErasureEventView, ProblemBody } from "../../worker/contract.ts";
import { brandBoard, verification } from "../../worker/routes/reach.ts";
import { publicKeys } from "../../worker/verification/jws.ts";
import { boardShard } from "../../worker/webhooks/outbox.ts";
import { API_KEYS } from "../standins/secrets.ts";
import { fresh, press } from "./opened.ts";
import { call, open, person, row } from "./subject.ts";

const START = Date.UTC(2031, 5, 1, 12);
let lines: string[] = [];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  lines = [];
  for (const level of ["log", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line: string) => void lines.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

interface Erasure {
  id: string;
  status: string;
  receipt: string;
}

const erase = (subject: object, key = press(), more: object = {}) =>
  call("POST", "/v1/erasures", { subject, ...more }, { headers: { "idempotency-key": key } });

async function claimsOf(receipt: string) {
  const keys = createLocalJWKSet(publicKeys(config(env).secrets("tindra")?.signing ?? []));
  const options = { algorithms: ["ES256"], typ: "erasure+jwt", audience: "tindra-shop", currentDate: new Date() };
  return (await jwtVerify<ErasureClaims>(receipt, keys, options)).payload;
}

describe("an erasure", () => {
  it("takes every verification of the customer, its order and its log, and proves it without naming anybody", async () => {
    const whom = person();
    const first = await open(whom, `o-1-${whom.unique}`);
    const second = await open(whom, `o-2-${whom.unique}`);
    const board = brandBoard(env, "tindra", boardShard(first));
    const event = { id: `evt_${first.id.slice(4)}_1`, at: START, body: "{}", dead: false };
    await board().log([event, { ...event, id: `evt_${"x".repeat(43)}_1` }]);
    const answer = await erase({ customer_ref: whom.ref });
    expect(answer.status).toBe(201);
    const { id, status, receipt } = await answer.json<Erasure>();
    expect(status).toBe("completed");
    expect(await claimsOf(receipt)).toMatchObject({
      jti: id,
      erased: { verifications: 2, orders: 2 },
      limits_kept: true,
      recovery_tail_days: 30,
    });
    expect(decodeProtectedHeader(receipt)).toMatchObject({ alg: "ES256", typ: "erasure+jwt" });
    for (const v of [first, second]) expect(await verification(env, v.id)().read("tindra")).toBeUndefined();
    expect((await call("GET", `/v1/verifications?order_id=o-1-${whom.unique}`)).status).toBe(404);
    expect((await board().about([first.id.slice(4)])).length).toBe(0);
    expect((await board().about(["x".repeat(43)])).length).toBe(1);
    expect(await row(whom)).toMatchObject({ index: [], unlocks: [] });
    expect(`${JSON.stringify(await claimsOf(receipt))}${id}`).not.toContain("marked");
  });

  it("is told in the brand's log once, by the name of its receipt and nothing else", async () => {
    const whom = person();
    await open(whom, `o-${whom.unique}`);
    const key = press();
    const { id } = await (await erase({ customer_ref: whom.ref }, key)).json<Erasure>();
    vi.setSystemTime(START + 60_000);
    await erase({ customer_ref: whom.ref }, key);
    const all = await (await call("GET", "/v1/events?limit=200")).json<{ data: ErasureEventView[] }>();
    const timestamp = new Date(START).toISOString();
    expect(all.data.filter((event) => event.id === `evt_${id}`)).toEqual([
      { id: `evt_${id}`, object: "event", type: "erasure.completed", timestamp, data: { erasure: id }, dead: false },
    ]);
    expect((await call("POST", `/v1/events/evt_${id}/replay`)).status).toBe(404);
  });

  it("leaves in the verification's storage only that there was one, for an hour, then nothing", async () => {
    const whom = person();
    const { id } = await open(whom, `o-${whom.unique}`);
    await erase({ customer_ref: whom.ref });
    const object = env.VERIFICATION.get(
      env.VERIFICATION.idFromString(Buffer.from(id.slice(4), "base64url").toString("hex")),
    );
    const kept = () => runInDurableObject(object, async (_, { storage }) => [...(await storage.list())]);
    expect(await kept()).toEqual([["erased", START + 3_600_000]]);
    vi.setSystemTime(START + 61 * 60_000);
    await runDurableObjectAlarm(object);
    expect(await kept()).toEqual([]);
  });

  it("resets no limit: not the customer's, not the order's", async () => {
    const whom = person();
    const order = `o-${whom.unique}`;
    for (const n of [1, 2]) {
      expect((await open(whom, order)).budget).toMatchObject({ ok: true, guesses: 5 });
      expect((await erase({ customer_ref: whom.ref })).status).toBe(201);
      // What it had not used is settled, so only the count of the order's verifications is spent.
      expect((await row(whom)).budget.leases).toEqual([]);
      expect((await row(whom)).budget.spent).toHaveLength(n);
    }
    await open(whom, order);
    await erase({ order_id: order });
    expect(await open(whom, order)).toMatchObject({ problem: "ORDER.VERIFICATIONS_EXHAUSTED" });
  });

  it("does not give guesses back by erasing what had used them", async () => {
    const whom = person();
    const { id } = await open(whom, `o-${whom.unique}`);
    const visitor = { brand: "tindra", browser: "b" };
    const v = verification(env, id);
    await v().reserveSend({
      ...visitor,
      kind: "start",
      press: press(),
      framed: false,
      locale: null,
      denyToken: "bcdfghjk",
    });
    await v().settleSend("tindra", 1, { fate: "accepted" });
    for (const code of ["000001", "000002", "000003", "000004", "000005"])
      await v().check({ ...visitor, press: press(), code, entry: "typed" });
    await erase({ customer_ref: whom.ref });
    const { budget } = await row(whom);
    expect(budget.inRow).toBeGreaterThanOrEqual(4);
    expect(budget.spent[0]?.guesses).toBeGreaterThanOrEqual(4);
  });

  it("never lets an id that was erased stand for a new verification, should a crash have left it claimed", async () => {
    const whom = person();
    const order = `o-${whom.unique}`;
    const { id } = await open(whom, order);
    await verification(env, id)().erase("tindra");
    const next = await open(whom, order);
    expect(next.id).not.toBe(id);
    expect(next.budget).toMatchObject({ ok: true });
    expect((await row(whom)).budget.leases.map((lease) => lease.id)).toEqual([next.id]);
  });

  it("nor one that was asked for no proof, and so has leased nothing that could tell", async () => {
    const v = fresh();
    const exempt = { decision: { action: "exempt" as const, reasons: ["policy.exempt"] } };
    await v.open(exempt);
    await v.stub().erase("tindra");
    expect(await v.open(exempt)).toMatchObject({ ok: false, reopenable: true });
    expect(await v.stub().read("tindra")).toBeUndefined();
  });

  it("answers a repeated key with the same receipt, and refuses the key with another subject", async () => {
    const whom = person();
    await open(whom, `o-${whom.unique}`);
    const key = press();
    const first = await (await erase({ customer_ref: whom.ref }, key)).json<Erasure>();
    await open(whom, `o-later-${whom.unique}`);
    const again = await erase({ customer_ref: whom.ref }, key);
    expect([again.status, await again.json()]).toEqual([201, first]);
    expect((await row(whom)).index).toHaveLength(1);
    const other = await erase({ customer_ref: `${whom.ref}x` }, key);
    expect([other.status, (await other.json<ProblemBody>()).code]).toEqual([422, "IDEMPOTENCY.KEY_REUSED"]);
    const shown = await call("GET", `/v1/erasures/${first.id}`);
    expect([shown.status, await shown.json()]).toEqual([200, first]);
    const theirs = await call("GET", `/v1/erasures/${first.id}`, undefined, { key: API_KEYS.marisol });
    expect(theirs.status).toBe(404);
  });

  it("gives two calls at once with one key the same receipt", async () => {
    const whom = person();
    await open(whom, `o-${whom.unique}`);
    const key = press();
    const answers = await Promise.all([1, 2, 3].map(() => erase({ customer_ref: whom.ref }, key)));
    const said = await Promise.all(answers.map((answer) => answer.json<Erasure>()));
    expect(new Set(said.map(({ receipt }) => receipt)).size).toBe(1);
    expect((await claimsOf((said[0] as Erasure).receipt)).erased).toEqual({ verifications: 1, orders: 1 });
  });

  it("finishes what a crash cut short, and counts it in full", async () => {
    const whom = person();
    const order = `o-${whom.unique}`;
    const { id } = await open(whom, order);
    await open(whom, `o-2-${whom.unique}`);
    const key = press();
    const begin = vi.spyOn(crypto.subtle, "sign").mockRejectedValueOnce(new Error("killed"));
    expect((await erase({ customer_ref: whom.ref }, key)).status).toBe(500);
    begin.mockRestore();
    expect(await verification(env, id)().read("tindra")).toBeUndefined();
    const answer = await (await erase({ customer_ref: whom.ref }, key)).json<Erasure>();
    expect((await claimsOf(answer.receipt)).erased).toEqual({ verifications: 2, orders: 2 });
  });

  it("of one order leaves the customer's others, and the row of nobody", async () => {
    const whom = person();
    const kept = await open(whom, `o-kept-${whom.unique}`);
    const gone = await open(whom, `o-gone-${whom.unique}`);
    await erase({ order_id: `o-gone-${whom.unique}` });
    expect(await verification(env, gone.id)().read("tindra")).toBeUndefined();
    expect(await verification(env, kept.id)().read("tindra")).toMatchObject({ status: "created" });
    expect((await row(whom)).index.map(({ id }) => id)).toEqual([kept.id]);
  });

  it("of somebody unknown is proven too, and touches nobody else's", async () => {
    const whom = person();
    const { id } = await open(whom, `o-${whom.unique}`);
    const theirs = await call(
      "POST",
      "/v1/erasures",
      { subject: { customer_ref: whom.ref } },
      { key: API_KEYS.marisol },
    );
    expect(theirs.status).toBe(201);
    expect(await verification(env, id)().read("tindra")).toMatchObject({ status: "created" });
  });

  it("takes one subject in the body, with a key, and nothing else", async () => {
    const cases: [unknown, string][] = [
      [{ subject: {} }, "REQUEST.INVALID"],
      [{ subject: { customer_ref: "a", order_id: "b" } }, "REQUEST.INVALID"],
      [{ subject: { customer_ref: "a b" } }, "REQUEST.INVALID"],
      [{ subject: { phone: "+4792123456" } }, "REQUEST.INVALID"],
      [{ customer_ref: "a" }, "REQUEST.INVALID"],
    ];
    for (const [body, code] of cases)
      expect((await (await call("POST", "/v1/erasures", body)).json<ProblemBody>()).code).toBe(code);
    const bare = await call(
      "POST",
      "/v1/erasures",
      { subject: { order_id: "o" } },
      { headers: { "idempotency-key": "" } },
    );
    expect((await bare.json<ProblemBody>()).code).toBe("IDEMPOTENCY.KEY_MISSING");
    expect((await call("GET", "/v1/erasures/era_nothing")).status).toBe(404);
    expect((await call("DELETE", "/v1/erasures")).headers.get("allow")).toBe("POST");
  });

  it("is recorded with who, when and how many, and never whose", async () => {
    const whom = person();
    await open(whom, `o-${whom.unique}`);
    await call("POST", "/v1/exports", { subject: { customer_ref: whom.ref } });
    await erase({ customer_ref: whom.ref }, press(), { reason: `${whom.ref} asked` });
    const audits = lines.map((line) => JSON.parse(line));
    expect(audits).toMatchObject([
      { event: "privacy.exported", client: "tindra-shop", at: new Date(START).toISOString() },
      { event: "privacy.erased", client: "tindra-shop", counts: { verifications: 1, orders: 1 } },
    ]);
    expect(audits.every(({ correlator }) => /^[0-9a-f-]{36}$/.test(correlator))).toBe(true);
    for (const secret of [whom.ref, whom.unique, whom.number]) expect(lines.join("\n")).not.toContain(secret);
  });
});

describe("an export", () => {
  it("holds all that is kept of the customer in words, and no key, code or full number", async () => {
    const whom = person();
    const { id } = await open(whom, `o-${whom.unique}`);
    await brandBoard(env, "tindra", boardShard({ id }))().log([
      { id: `evt_${id.slice(4)}_1`, at: START, body: '{"type":"verification.created"}', dead: false },
    ]);
    await call("POST", "/v1/customers/unlock", { customer: { ref: whom.ref }, reason: "called the desk" });
    const answer = await call("POST", "/v1/exports", { subject: { customer_ref: whom.ref } });
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({
      object: "export",
      customer: {
        wrong_guesses_in_a_row: 0,
        reserved: [{ verification: id, guesses: 5, sends: 3 }],
        verifications: [{ id }],
        unlocks: [{ by: "tindra-shop", reason: "called the desk" }],
      },
      verifications: [{ id, status: "created", number: { ending: "42", source: "oidc" } }],
      events: [{ id: `evt_${id.slice(4)}_1`, payload: { type: "verification.created" } }],
    });
    for (const hidden of [whom.number, whom.ref, "sealed", "number-mac", "macs", "kid", "denyToken", "browser"])
      expect(text, hidden).not.toContain(hidden);
  });

  it("of one order tells of that order alone", async () => {
    const whom = person();
    const { id } = await open(whom, `o-1-${whom.unique}`);
    await open(whom, `o-2-${whom.unique}`);
    const answer = await call("POST", "/v1/exports", { subject: { order_id: `o-1-${whom.unique}` } });
    const body = await answer.json<{ verifications: { id: string }[]; customer?: object }>();
    expect(body.verifications.map((v) => v.id)).toEqual([id]);
    expect(body.customer).toBeUndefined();
  });

  it("finds refused verifications as well", async () => {
    const whom = person();
    await Promise.all([open(whom, `o-1-${whom.unique}`), open(whom, `o-2-${whom.unique}`)]);
    const refused = await open(whom, `o-3-${whom.unique}`);
    expect(refused.budget?.ok).toBe(false);
    expect((await row(whom)).index.map(({ id }) => id)).toContain(refused.id);
  });
});

describe("an operator", () => {
  it("lifts a stop with a reason that stays in the row and out of the log", async () => {
    const whom = person();
    const answer = await call("POST", "/v1/customers/unlock", {
      customer: { ref: whom.ref },
      reason: `${whom.ref} called`,
    });
    expect([answer.status, await answer.json()]).toEqual([200, { unlocked: true, failures: 0 }]);
    expect((await row(whom)).unlocks).toEqual([{ at: START, by: "tindra-shop", reason: `${whom.ref} called` }]);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ event: "customer.unlocked", client: "tindra-shop" });
    expect(lines[0]).not.toContain(whom.unique);
    expect((await call("POST", "/v1/customers/unlock", { customer: { ref: whom.ref } })).status).toBe(400);
  });
});
