/** A new revision of an order that somebody has just stopped, or used, before the order's ledger heard of it. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { orderName } from "../../worker/routes/names.ts";
import { digestOf } from "../../worker/routes/open.ts";
import { orderLedger, verification } from "../../worker/routes/reach.ts";
import { verificationId } from "../../worker/verification/link.ts";
import type { Record } from "../../worker/verification/record.ts";
import { readRecord } from "../../worker/verification/rows.ts";
import type { Verification } from "../../worker/verification/verification.ts";
import { codeOf, ring } from "./modelworld.ts";
import { fresh, opening, press } from "./opened.ts";
import { call, client, person, row } from "./subject.ts";

const ISSUER = "http://127.0.0.1:1/tindra";
const START = Date.UTC(2031, 5, 1, 12);
const numbers = new Map<string, string>();

/** The customer authority, which is the only one these tests call. */
async function authority(url: unknown, init?: RequestInit): Promise<Response> {
  const path = String(url).replace(ISSUER, "");
  if (path === "/token") return Response.json({ access_token: "token", token_type: "Bearer", expires_in: 600 });
  if (path !== "/userinfo")
    return Response.json({
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/token`,
      userinfo_endpoint: `${ISSUER}/userinfo`,
    });
  const sub = new URLSearchParams(String(init?.body)).get("sub") ?? "";
  return Response.json({ sub, phone_number: numbers.get(sub), phone_number_verified: true });
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  vi.spyOn(globalThis, "fetch").mockImplementation(authority as typeof fetch);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

type Whom = ReturnType<typeof person>;

const orderOf = ({ unique }: Whom, revision: number) => ({ ...opening().order, id: `o-${unique}`, revision });

/** The order system creates: what it is told, and which verification it is about. */
async function creates(whom: Whom, revision = 1, key = press()) {
  numbers.set(whom.ref, whom.number);
  const order = orderOf(whom, revision);
  const urls = {
    return_url: "http://shop.tindra.localhost:8788/return",
    cancel_url: "http://shop.tindra.localhost:8788/",
  };
  const body = { order, customer: { ref: whom.ref }, presentation: { mode: "redirect", ...urls } };
  const answer = await call("POST", "/v1/verifications", body, { headers: { "idempotency-key": key } });
  const told = await answer.json<{ id?: string; status: string | number; code?: string }>();
  return { http: answer.status, id: told.id ?? "", status: told.status, code: told.code };
}

/** The shopper has a text, and the errands of what follows wait: an alarm rings only where a test rings it. */
async function texted(id: string) {
  const visitor = { brand: "tindra", browser: "browser" };
  const ask = { ...visitor, press: press(), framed: false, locale: null, denyToken: "bcdfghjk" };
  await verification(env, id)().reserveSend({ ...ask, kind: "start" });
  await runInDurableObject(object(id), (_, { storage }) => storage.deleteAlarm());
  return visitor;
}
const object = (id: string) =>
  env.VERIFICATION.get(
    env.VERIFICATION.idFromString(Buffer.from(id.slice(4), "base64url").toString("hex")),
  ) as DurableObjectStub<Verification>;

const denied = async (id: string) => {
  await texted(id);
  await verification(env, id)().deny("tindra");
};
const proven = async (id: string) => {
  const visitor = await texted(id);
  const { digest } = await runInDurableObject(object(id), (_, { storage }) => readRecord(storage.kv) as Record);
  const code = codeOf({ id, brand: "tindra", digest }, 0);
  const checked = await verification(env, id)().check({ ...visitor, press: press(), code, entry: "typed" });
  expect(checked.ok, "the code is right").toBe(true);
  return digest;
};
const redeemed = async (id: string) => {
  const digest = await proven(id);
  await verification(env, id)().redeem("tindra", digest, "key", "verdict");
};

const rowOf = async (whom: Whom) => {
  const name = await orderName(env, client(env), `o-${whom.unique}`);
  return { name, ledger: orderLedger(env, name)() };
};
const leases = async (whom: Whom) => (await row(whom)).budget.leases.map(({ id }) => id);

describe("an order that its recipient has denied, before its ledger was told", () => {
  it.each<[when: string, end: (id: string) => Promise<void>]>([
    ["before a code was entered", denied],
    [
      "after the approval",
      async (id) => {
        await proven(id);
        await verification(env, id)().deny("tindra");
      },
    ],
    [
      "after the redemption",
      async (id) => {
        await redeemed(id);
        await verification(env, id)().deny("tindra");
      },
    ],
  ])("opens no other revision: denied %s", async (_, end) => {
    const whom = person();
    const { id } = await creates(whom);
    await end(id);
    const before = await leases(whom);
    const key = press();
    const refused = { http: 409, id: "", status: 409, code: "ORDER.DENIED" };
    expect(await creates(whom, 2, key)).toEqual(refused);
    expect(await leases(whom), "nothing is leased, and nothing given back").toEqual(before);
    const { name, ledger } = await rowOf(whom);
    expect(await ledger.verifications(name), "the claim is taken back").toMatchObject([{ id }]);
    // The ledger knows by itself now, also where what was denied is gone; its errand may say so again.
    await ring(id);
    await runInDurableObject(object(id), (_, { storage }) => storage.deleteAll());
    expect(await creates(whom, 2, key)).toEqual(refused);
    expect(await creates(whom, 3)).toEqual(refused);
  });

  it("is answered as the ledger answers, which was told", async () => {
    const answers = [];
    for (const told of [false, true]) {
      const whom = person();
      const { id } = await creates(whom);
      await denied(id);
      if (told) await ring(id);
      const same = await creates(whom);
      answers.push([await creates(whom, 2), { ...same, id: same.id === id }]);
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  it("refuses also several at once, and one whose create had died on the way, when nothing is left of what was denied", async () => {
    const whom = person();
    const { id } = await creates(whom);
    await denied(id);
    const { name, ledger } = await rowOf(whom);
    const candidate = verificationId(env.VERIFICATION.newUniqueId().toString());
    const digest = digestOf(orderOf(whom, 3));
    await ledger.claim({ brand: "tindra", order: name, customer: "c", digest, key: press(), body: "body", candidate });
    const told = await Promise.all([creates(whom, 2), creates(whom, 2), creates(whom, 3)]);
    expect(told.map(({ code }) => code)).toEqual(Array(3).fill("ORDER.DENIED"));
    await runInDurableObject(object(id), (_, { storage }) => storage.deleteAll());
    for (const revision of [2, 3]) expect(await creates(whom, revision)).toMatchObject({ code: "ORDER.DENIED" });
    expect(await verification(env, candidate)().read("tindra")).toBeUndefined();
  });

  it("leaves the later revision that had opened in between to whoever has it", async () => {
    const whom = person();
    const { id } = await creates(whom);
    await redeemed(id);
    const key = press();
    const later = await creates(whom, 2, key);
    await verification(env, id)().deny("tindra");
    expect(await creates(whom, 2, key), "a repeated call gets its answer").toMatchObject({ http: 201, id: later.id });
    expect(await creates(whom, 3)).toMatchObject({ code: "ORDER.DENIED" });
  });
});

describe("an order that was used, or taken back by its shop, before its ledger was told", () => {
  it.each([false, true])("opens its next revision just as after it was told (%s)", async (told) => {
    for (const end of ["redeem", "revoke"]) {
      const whom = person();
      const { id } = await creates(whom);
      if (end === "redeem") await redeemed(id);
      else await proven(id);
      if (end === "revoke") await verification(env, id)().withdraw("tindra", "revoke", null);
      if (told) await ring(id);
      expect(await creates(whom), "the same revision").toMatchObject({ http: 201, id });
      const next = await creates(whom, 2);
      expect(next).toMatchObject({ http: 201, status: "created" });
      expect(next.id).not.toBe(id);
    }
  });
});

describe("a Worker of before, which asks only for what was leased", () => {
  it("reads no denial in the answer", async () => {
    const v = fresh();
    await v.open();
    await v.send("start");
    await v.stub().deny("tindra");
    expect(await v.stub().supersede("tindra")).toBeUndefined();
    expect(await v.stub().supersede("tindra", "denied")).toBe("denied");
    expect(await v.stub().supersede("marisol", "denied")).toBeUndefined();
  });
});
