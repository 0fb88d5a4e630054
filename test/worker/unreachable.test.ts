import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { ask, Unreachable } from "../../worker/objects.ts";
import { digestOf } from "../../worker/routes/open.ts";
import type { Verification } from "../../worker/verification/verification.ts";
import { approved, fresh, opening, press, sent } from "./opened.ts";
import { call } from "./subject.ts";

const failing = (flags: object) => Object.assign(new Error("the platform's own words"), flags);

/** Calls that pass through `fail`, which may throw before or after the object has done its work. */
function through<T>(act: () => Promise<T>, fail: (call: number) => { before?: unknown; after?: unknown }) {
  let calls = 0;
  const stubs: object[] = [];
  const called = async (stub: object) => {
    stubs.push(stub);
    const { before, after } = fail(++calls);
    if (before) throw before;
    const outcome = await act();
    if (after) throw after;
    return outcome;
  };
  return { outcome: ask(() => ({}), called), stubs };
}

describe("a call to an object that fails", () => {
  it("is tried once more, on a new stub, where the platform says that helps", async () => {
    const { outcome, stubs } = through(
      async () => "answer",
      (call) => (call === 1 ? { before: failing({ retryable: true }) } : {}),
    );
    expect(await outcome).toBe("answer");
    expect(stubs).toHaveLength(2);
    expect(stubs[0]).not.toBe(stubs[1]);
  });

  it.each([
    ["overloaded", { overloaded: true }, 1],
    ["overloaded, said to be retryable", { overloaded: true, retryable: true }, 1],
    ["of a kind nobody knows", {}, 1],
    ["retryable again", { retryable: true }, 2],
  ])("is given up where it is %s, and no word of it gets out", async (_, flags, calls) => {
    const { outcome, stubs } = through(
      async () => "answer",
      () => ({ before: failing(flags) }),
    );
    const error = await outcome.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Unreachable);
    expect(String(error)).not.toContain("own words");
    expect(stubs).toHaveLength(calls);
  });

  it("burns one guess where the answer was lost after it had counted", async () => {
    const v = await sent();
    const [wrong, name] = [await v.wrong(), press()];
    const { outcome } = through(
      () => v.guess(wrong, name),
      (call) => (call === 1 ? { after: failing({ retryable: true }) } : {}),
    );
    expect(await outcome).toMatchObject({ problem: "VERIFICATION.CODE_WRONG", state: { attempts_remaining: 4 } });
    expect(await v.record()).toMatchObject({ wrong: 1 });
  });

  it("sends one text where the answer to the reservation was lost", async () => {
    const v = fresh();
    await v.open();
    const name = press();
    const { outcome } = through(
      () => v.send("start", name),
      (call) => (call === 1 ? { after: failing({ retryable: true }) } : {}),
    );
    expect(await outcome).toMatchObject({ ok: true });
    expect((await v.record()).sends).toHaveLength(1);
  });

  it("redeems once, with the verdict that was kept, where the first answer was lost", async () => {
    const v = await approved();
    const verdicts = ["verdict-1", "verdict-2"].values();
    const { outcome } = through(
      () => v.stub().redeem("tindra", "d".repeat(64), "key", verdicts.next().value as string),
      (call) => (call === 1 ? { after: failing({ retryable: true }) } : {}),
    );
    expect(await outcome).toMatchObject({ ok: true, verdict: "verdict-1" });
  });

  it("is unreachable, not approved, where the object is of a version without the method", async () => {
    const v = await sent();
    const newer = () => v.stub() as unknown as { settleEverything(): Promise<{ ok: true }> };
    await expect(ask(newer, (stub) => stub.settleEverything())).rejects.toBeInstanceOf(Unreachable);
    expect(await v.record()).toMatchObject({ status: "sent" });
  });
});

/** Lets the `nth` write from now on fail as a full disk makes it fail; resolves to a function that makes room again. */
async function full(v: ReturnType<typeof fresh>, nth = 1): Promise<() => Promise<void>> {
  const at = v.object() as DurableObjectStub<Verification>;
  await runInDurableObject(at, (_, { storage }) => {
    const { kv } = storage;
    const put = kv.put.bind(kv);
    let writes = 0;
    kv.put = (...row: Parameters<typeof put>) => {
      writes += 1;
      if (writes >= nth) throw new Error("database or disk is full: SQLITE_FULL");
      put(...row);
    };
  });
  return () =>
    runInDurableObject(at, (_, { storage }) => {
      Reflect.deleteProperty(storage.kv, "put");
    });
}

describe("an object whose storage is full", () => {
  it("approves nothing, and approves with the same press once there is room", async () => {
    const v = await sent();
    const room = await full(v);
    const [code, name] = [await v.code(), press()];
    await expect(ask(v.stub, () => v.guess(code, name))).rejects.toBeInstanceOf(Unreachable);
    expect(await v.record()).toMatchObject({ status: "sent", guesses: [] });
    await room();
    expect(await v.guess(code, name)).toMatchObject({ ok: true, state: { status: "approved" } });
    expect((await v.record()).guesses).toHaveLength(1);
  });

  it("reserves no send, so that no text leaves uncounted", async () => {
    const v = fresh();
    await v.open();
    const room = await full(v);
    await expect(ask(v.stub, () => v.send("start"))).rejects.toBeInstanceOf(Unreachable);
    expect((await v.record()).sends).toEqual([]);
    await room();
    expect(await v.send("start")).toMatchObject({ ok: true, send: { ordinal: 1 } });
  });

  it("tells nobody that a wrong code is wrong before that is counted", async () => {
    const v = await sent();
    const room = await full(v);
    for (let n = 0; n < 8; n += 1)
      await expect(ask(v.stub, async () => v.guess(await v.wrong()))).rejects.toBeInstanceOf(Unreachable);
    await room();
    expect(await v.guess(await v.wrong())).toMatchObject({ state: { attempts_remaining: 4 } });
  });

  it("consumes no approval, and redeems once there is room", async () => {
    const v = await approved();
    const room = await full(v);
    const redeem = () => v.stub().redeem("tindra", "d".repeat(64), "key", "verdict-1");
    await expect(ask(v.stub, redeem)).rejects.toBeInstanceOf(Unreachable);
    expect(await v.record()).toMatchObject({ status: "approved", redemption: null });
    await room();
    expect(await redeem()).toMatchObject({ ok: true, verdict: "verdict-1" });
  });
});

describe("a verdict that cannot be signed", () => {
  it("is not given without a signature, and the approval is still there", async () => {
    const { order } = opening();
    const v = fresh();
    await v.open({ digest: digestOf(order) });
    await v.send("start");
    await v.guess(await v.code());
    const redeem = () => call("POST", `/v1/verifications/${v.id}/redeem`, { order });
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    vi.spyOn(crypto.subtle, "sign").mockRejectedValueOnce(new Error("the platform's own words"));
    const failed = await redeem();
    vi.restoreAllMocks();
    const text = await failed.text();
    expect([failed.status, JSON.parse(text).code, text.includes("own words")]).toEqual([500, "INTERNAL", false]);
    expect(said).toHaveBeenCalledOnce();
    expect(await v.record()).toMatchObject({ status: "approved", redemption: null });
    const { verdict } = await (await redeem()).json<{ verdict: string }>();
    expect(verdict).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{86}$/);
  });
});
