import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StepOutcome } from "../../worker/verification/answers.ts";
import type { Verification } from "../../worker/verification/verification.ts";
import { approved, fresh, opening, press, sent } from "./opened.ts";

// Ahead of the real clock, because alarms follow that one: none may fire by itself in the middle of a test.
const START = Date.UTC(2031, 5, 1, 12);
const SECOND = 1000;
const MINUTE = 60 * SECOND;

const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
const problemOf = (outcome: StepOutcome) => (outcome.ok ? "ok" : outcome.problem);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("guessing", () => {
  it("compares five of sixty parallel guesses, no more", async () => {
    const v = await sent();
    const guesses = await Promise.all(Array.from({ length: 60 }, () => v.wrong()));
    const outcomes = await Promise.all(guesses.map((code) => v.guess(code, press())));
    expect(outcomes.filter((o) => problemOf(o) === "VERIFICATION.CODE_WRONG")).toHaveLength(4);
    const record = await v.record();
    expect(record.guesses).toHaveLength(5);
    expect(record).toMatchObject({ status: "failed", reason: "guesses_exhausted", wrong: 5 });
  });

  it("compares exactly five of two hundred around the right one, in a hundred trials", async () => {
    for (let trial = 0; trial < 100; trial += 1) {
      const v = await sent();
      const code = Number(await v.code());
      // The right one is among them, never among the five that come first.
      const place = 5 + ((trial * 37) % 195);
      const guesses = Array.from({ length: 200 }, (_, i) => String((code + 1_000_000 + i - place) % 1_000_000));
      const pressed = guesses.map((guess) => ({
        press: press(),
        code: guess.padStart(6, "0"),
        entry: "typed" as const,
      }));
      // From within: no queue stands before the object that could put them one after the other.
      const outcomes = await runInDurableObject(v.object() as DurableObjectStub<Verification>, (object) =>
        Promise.all(pressed.map((guess) => object.check({ ...v.visitor, ...guess }))),
      );
      const told = Object.groupBy(outcomes, problemOf);
      const { guesses: compared, status } = await v.record();
      expect([compared.length, status, told["VERIFICATION.CODE_WRONG"]?.length, told.ok]).toEqual([
        ...[5, "failed", 4, undefined],
      ]);
    }
  });

  it("approves once among fifty right codes at once, and tells all of them the same", async () => {
    const v = await sent();
    const code = await v.code();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => v.guess(code)));
    expect(outcomes.every((o) => o.ok && o.state.status === "approved")).toBe(true);
    const record = await v.record();
    expect(record.guesses).toHaveLength(1);
    expect(record).toMatchObject({ status: "approved", reason: "code", seq: 2 });
  });

  it("answers a repeated press as before, without a second guess; the same press with another code is a new one", async () => {
    const v = await sent();
    const wrong = await v.wrong();
    const name = press();
    await v.guess(wrong, name);
    const again = await v.guess(wrong, name);
    expect(again).toMatchObject({ ok: false, problem: "VERIFICATION.CODE_WRONG", state: { attempts_remaining: 4 } });
    expect((await v.guess(await v.code(), name)).ok).toBe(true);
    expect((await v.record()).guesses).toHaveLength(2);
  });

  it("keeps guesses spent over resends, evictions and a resuming create", async () => {
    const v = await sent();
    await v.guess(await v.wrong());
    later(31 * SECOND);
    await v.send("resend");
    await v.settle(2, "accepted");
    await v.guess(await v.wrong());
    await evictDurableObject(v.object());
    await v.open({ key: "key-2" });
    await v.send("start");
    const outcome = await v.guess(await v.wrong());
    expect(outcome).toMatchObject({ ok: false, state: { attempts_remaining: 2 } });
  });

  it("refuses every guess after the fifth, the right code too", async () => {
    const v = await sent();
    for (let n = 0; n < 5; n += 1) await v.guess(await v.wrong());
    expect(problemOf(await v.guess(await v.code()))).toBe("VERIFICATION.ENDED");
    expect((await v.record()).status).toBe("failed");
  });

  it("cannot match before anything was sent", async () => {
    const v = fresh();
    await v.open();
    expect(problemOf(await v.guess("000000"))).toBe("VERIFICATION.NO_CODE_SENT");
    expect((await v.record()).guesses).toHaveLength(0);
  });

  it("does not evaluate a code of another length, and charges nothing for it", async () => {
    const v = await sent();
    expect(problemOf(await v.guess("12345678"))).toBe("REQUEST.INVALID");
    expect((await v.record()).guesses).toHaveLength(0);
  });

  it("takes a right code that came before the gateway's word", async () => {
    const v = fresh();
    await v.open();
    await v.send("start");
    expect(await v.guess(await v.code())).toMatchObject({ ok: true, state: { status: "approved" } });
    expect(await v.settle(1, "accepted")).toMatchObject({ ok: true, state: { status: "approved" } });
  });

  it("refuses another browser and another brand", async () => {
    const v = await sent();
    const code = await v.code();
    const foreign = { press: press(), code, entry: "typed" as const };
    expect(problemOf(await v.stub().check({ brand: "tindra", browser: "browser-2", ...foreign }))).toBe(
      "VERIFICATION.ELSEWHERE",
    );
    expect(problemOf(await v.stub().check({ brand: "tindra", browser: null, ...foreign }))).toBe(
      "VERIFICATION.ELSEWHERE",
    );
    expect(problemOf(await v.stub().check({ brand: "marisol", browser: "browser-1", ...foreign }))).toBe(
      "VERIFICATION.NOT_FOUND",
    );
    expect((await v.record()).guesses).toHaveLength(0);
  });
});

describe("time", () => {
  it("takes a code one second before its end and does not evaluate it one second after", async () => {
    const [early, late] = [await sent(), await sent()];
    const codes = [await early.code(), await late.code()] as const;
    later(5 * MINUTE - SECOND);
    expect((await early.guess(codes[0])).ok).toBe(true);
    later(2 * SECOND);
    expect(problemOf(await late.guess(codes[1]))).toBe("VERIFICATION.CODE_EXPIRED");
    expect((await late.record()).guesses).toHaveLength(0);
  });

  it("repeats the living code on a resend and extends it, never past ten minutes from its first send", async () => {
    const v = await sent();
    const code = await v.code();
    later(4 * MINUTE);
    await v.send("resend");
    expect(await v.code()).toBe(code);
    expect((await v.record()).codeExpiresAt).toBe(START + 9 * MINUTE);
    later(4 * MINUTE);
    await v.send("resend");
    expect((await v.record()).codeExpiresAt).toBe(START + 10 * MINUTE);
  });

  it("makes a new code only after the old one has expired, and the old one is then a wrong guess", async () => {
    const v = await sent();
    const old = await v.code();
    later(6 * MINUTE);
    await v.send("resend");
    expect(await v.code()).not.toBe(old);
    expect(problemOf(await v.guess(old))).toBe("VERIFICATION.CODE_WRONG");
    expect((await v.guess(await v.code())).ok).toBe(true);
  });

  it("ends an unopened and an unentered step with the reason of each, without any alarm", async () => {
    const unopened = fresh();
    await unopened.open();
    const unentered = await sent();
    later(15 * MINUTE);
    expect(await unopened.stub().read("tindra")).toMatchObject({ status: "expired", reason: "expired_unopened" });
    expect(await unentered.stub().read("tindra")).toMatchObject({ status: "expired", reason: "expired_unentered" });
    expect(problemOf(await unentered.guess("123456"))).toBe("VERIFICATION.EXPIRED");
  });

  it("gives a resumed step more time, but never more than thirty minutes in all", async () => {
    const v = fresh();
    await v.open();
    later(10 * MINUTE);
    await v.open({ key: "key-2" });
    expect((await v.record()).expiresAt).toBe(START + 25 * MINUTE);
    later(10 * MINUTE);
    await v.open({ key: "key-3" });
    expect((await v.record()).expiresAt).toBe(START + 30 * MINUTE);
  });

  it("is not revived by a clock that jumps back", async () => {
    const v = await sent();
    const code = await v.code();
    later(16 * MINUTE);
    await v.stub().read("tindra");
    later(-16 * MINUTE);
    expect(problemOf(await v.guess(code))).toBe("VERIFICATION.EXPIRED");
  });

  it("forgets the number at once when nothing can be sent any more, and everything a day after the end", async () => {
    const v = await approved();
    expect((await v.record()).sealed).toBeNull();
    later(5 * MINUTE);
    await v.stub().read("tindra");
    later(25 * 60 * MINUTE);
    await runDurableObjectAlarm(v.object());
    await runInDurableObject(v.object(), (_, state) => expect([...state.storage.kv.list()]).toEqual([]));
    expect(await v.stub().read("tindra")).toBeUndefined();
  });

  it("tolerates an alarm that comes early, twice and late", async () => {
    const v = await sent();
    const code = await v.code();
    await runDurableObjectAlarm(v.object());
    await runDurableObjectAlarm(v.object());
    expect((await v.guess(code)).ok).toBe(true);
    await runInDurableObject(v.object(), async (_, state) =>
      expect(await state.storage.getAlarm()).toBe(START + 15 * MINUTE),
    );
  });
});

describe("sending", () => {
  it("counts a send before it leaves and sends once per press", async () => {
    const v = fresh();
    await v.open();
    const name = press();
    expect(await v.send("start", name)).toMatchObject({ ok: true, send: { ordinal: 1, epoch: 0 } });
    expect((await v.record()).sends).toHaveLength(1);
    expect((await v.send("start", name)) as StepOutcome).toMatchObject({
      ok: true,
      state: { status: "created", delivery: { status: "sending" } },
    });
    expect((await v.send("start")) as StepOutcome).not.toHaveProperty("send");
  });

  it("waits 30 and 60 seconds, sends three times and then never again", async () => {
    const v = await sent();
    later(29 * SECOND);
    expect((await v.send("resend")) as StepOutcome).toMatchObject({
      ok: false,
      problem: "VERIFICATION.RESEND_TOO_EARLY",
      waitS: 1,
    });
    later(SECOND);
    expect(await v.send("resend")).toHaveProperty("send");
    later(59 * SECOND);
    expect(problemOf((await v.send("resend")) as StepOutcome)).toBe("VERIFICATION.RESEND_TOO_EARLY");
    later(SECOND);
    expect(await v.send("resend")).toHaveProperty("send");
    later(5 * MINUTE);
    expect(problemOf((await v.send("resend")) as StepOutcome)).toBe("VERIFICATION.SENDS_EXHAUSTED");
  });

  it("sends once for sixty presses at once", async () => {
    const v = await sent();
    later(30 * SECOND);
    const outcomes = await Promise.all(Array.from({ length: 60 }, () => v.send("resend")));
    expect(outcomes.filter((o) => "send" in o && o.send)).toHaveLength(1);
  });

  it("leaves no code alive where the gateway refused the first text of a new one: the old code costs no guess", async () => {
    const v = fresh();
    await v.open();
    later(14 * MINUTE);
    await v.send("start");
    await v.settle(1, "accepted");
    const old = await v.code();
    // The code ends where the step would have ended, a minute later; the step goes on.
    await v.open({ key: "key-2" });
    await v.send("start");
    later(65 * SECOND);
    await v.send("resend");
    await v.settle(2, "refused");
    for (const code of [old, await v.code()]) expect(problemOf(await v.guess(code))).toBe("VERIFICATION.CODE_EXPIRED");
    later(5 * SECOND);
    await v.send("resend");
    expect(problemOf(await v.guess(await v.code()))).toBe("ok");
    expect((await v.record()).wrong).toBe(0);
  });

  it("gives a send back only when the gateway certainly refused it", async () => {
    const refused = fresh();
    await refused.open();
    await refused.send("start");
    expect(await refused.settle(1, "refused")).toMatchObject({
      ok: false,
      problem: "GATEWAY.UNAVAILABLE",
      waitS: 5,
      state: { status: "created", delivery: { status: "failed", sends_remaining: 3 } },
    });
    later(5 * SECOND);
    expect(await refused.send("start")).toMatchObject({ send: { ordinal: 2 } });

    const unclear = fresh();
    await unclear.open();
    await unclear.send("start");
    expect(await unclear.settle(1, "unclear")).toMatchObject({
      ok: true,
      state: { status: "sent", delivery: { sends_remaining: 2 } },
    });
  });

  it("ends as gateway_failed after five refusals, as not_delivered when no send can arrive", async () => {
    const dead = fresh();
    await dead.open();
    for (let n = 1; n <= 5; n += 1) {
      await dead.send("start");
      await dead.settle(n, "refused");
      later(5 * SECOND);
    }
    expect(await dead.stub().read("tindra")).toMatchObject({ status: "errored", reason: "gateway_failed" });

    const unreachable = await sent();
    await unreachable.stub().receipt("tindra", 1, false);
    later(MINUTE);
    await unreachable.send("resend");
    await unreachable.settle(2, "rejected");
    later(MINUTE);
    await unreachable.send("resend");
    await unreachable.settle(3, "accepted");
    expect((await unreachable.record()).status).toBe("sent");
    await unreachable.stub().receipt("tindra", 3, false);
    expect(await unreachable.stub().read("tindra")).toMatchObject({ status: "undeliverable", reason: "not_delivered" });
  });

  it("believes the first receipt of a send and ignores doubled, late and unknown ones", async () => {
    const v = await sent();
    const { seq } = await v.record();
    await Promise.all(Array.from({ length: 50 }, () => v.stub().receipt("tindra", 1, true)));
    await v.stub().receipt("tindra", 1, false);
    await v.stub().receipt("tindra", 9, false);
    expect((await v.record()).seq).toBe(seq + 1);
    await v.stub().receipt("marisol", 1, false);
    expect(await v.stub().state(v.visitor)).toMatchObject({
      ok: true,
      state: { status: "sent", delivery: { status: "delivered" } },
    });
  });

  it("counts a send that nobody settled", async () => {
    const v = fresh();
    await v.open();
    await v.send("start");
    later(16 * SECOND);
    expect(await v.stub().state(v.visitor)).toMatchObject({
      ok: true,
      state: { status: "sent", delivery: { sends_remaining: 2 } },
    });
  });

  it("uses the brand's own tighter limits", async () => {
    const v = fresh("rimal");
    await v.open();
    const { limits } = await v.record();
    expect(limits.sends).toBe(2);
    expect(limits.stepTtl).toBe(10 * MINUTE);
  });
});

describe("opening", () => {
  it("gives a repeated key the first answer and changes nothing", async () => {
    const v = await sent();
    later(MINUTE);
    const before = await v.record();
    const again = await v.open({ key: "key-1" });
    expect(again).toMatchObject({ ok: true, opened: { status: "created", expiresAt: START + 15 * MINUTE } });
    expect(await v.record()).toEqual(before);
  });

  it("lets the next browser in after a resuming create, and the old one out", async () => {
    const v = await sent();
    await v.open({ key: "key-2" });
    const second = { brand: "tindra", browser: "browser-2" };
    const entered = await v
      .stub()
      .reserveSend({ ...second, kind: "start", press: press(), framed: false, locale: null, denyToken: "zzzzzzzz" });
    expect(entered).toMatchObject({ ok: true, state: { status: "sent", delivery: { sends_remaining: 2 } } });
    expect(await v.stub().page(v.visitor)).toEqual({ view: "elsewhere" });
    expect(problemOf(await v.stub().state(v.visitor))).toBe("VERIFICATION.ELSEWHERE");
  });

  it("ends when the authority's number changed in between, so that the new number needs a new verification", async () => {
    const v = await sent();
    expect(await v.open({ key: "key-2", number: { ...opening().number, macs: ["another-mac"] } })).toMatchObject({
      ok: false,
      reopenable: true,
    });
    expect(await v.stub().read("tindra")).toMatchObject({ status: "blocked", reason: "number_changed" });
  });

  it("is blocked from the start when a rule denies, and sends nothing", async () => {
    const v = fresh();
    await v.open({ decision: { action: "deny", reasons: ["number.changed_24h"] } });
    expect(await v.stub().read("tindra")).toMatchObject({ status: "blocked", reason: "rule" });
    expect(problemOf((await v.send("start")) as StepOutcome)).toBe("VERIFICATION.ENDED");
  });

  it("shows a page to nobody but the browser it is bound to", async () => {
    const v = fresh();
    await v.open();
    expect(await v.stub().page({ brand: "tindra", browser: null })).toMatchObject({ view: "open", ending: "42" });
    await v.send("start");
    expect(await v.stub().page({ brand: "tindra", browser: null })).toEqual({ view: "elsewhere" });
    expect(await v.stub().page({ brand: "marisol", browser: "browser-1" })).toEqual({ view: "closed" });
  });
});

describe("a text that cannot even be written, its key being gone", () => {
  const unwritten = { fate: "refused", retryAfterS: 1, ours: true } as const;
  const failed = async (times: number) => {
    const v = fresh();
    await v.open();
    for (let n = 1; n <= times; n += 1) {
      await v.send("start");
      await v.stub().settleSend("tindra", n, unwritten);
      later(2_000);
    }
    return v;
  };

  it("is given back and tried again, as another Worker may have the key", async () => {
    const v = await failed(4);
    await v.send("start");
    await v.settle(5, "accepted");
    expect(await v.stub().read("tindra")).toMatchObject({ status: "sent", reason: null, sends: 1 });
  });

  it("ends the verification as our fault at the fifth time, and at the end of its time", async () => {
    const [often, late] = [await failed(5), await failed(1)];
    expect(await often.stub().read("tindra")).toMatchObject({ status: "errored", reason: "internal", sends: 0 });
    later(15 * MINUTE);
    expect(await late.stub().read("tindra")).toMatchObject({ status: "errored", reason: "internal", sends: 0 });
  });
});

describe("redeeming", () => {
  const digest = opening().digest;

  it("hands the approval to one of thirty at once", async () => {
    const v = await approved();
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, n) => v.stub().redeem("tindra", digest, `key-${n}`, "jws")),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.filter((o) => !o.ok && o.problem === "VERIFICATION.ALREADY_REDEEMED")).toHaveLength(29);
  });

  it("repeats its answer for the same key, with the verdict that was kept first", async () => {
    const v = await approved();
    expect(await v.stub().offer("tindra", digest, "key-a")).toMatchObject({ ok: true, verdict: null });
    const [one, two] = await Promise.all(
      ["jws-1", "jws-2"].map((jws) => v.stub().redeem("tindra", digest, "key-a", jws)),
    );
    expect(two).toEqual(one);
    later(60 * MINUTE);
    expect(await v.stub().redeem("tindra", digest, "key-a", "jws-3")).toEqual(one);
    expect(await v.stub().offer("tindra", digest, "key-a")).toMatchObject({ ...one, offer: null });
    expect(await v.stub().offer("tindra", digest, "key-b")).toEqual({
      ok: false,
      problem: "VERIFICATION.ALREADY_REDEEMED",
    });
  });

  it("refuses another order without consuming the approval", async () => {
    const v = await approved();
    expect(await v.stub().redeem("tindra", "e".repeat(64), "key-a", "jws")).toEqual({
      ok: false,
      problem: "VERIFICATION.ORDER_MISMATCH",
    });
    expect((await v.stub().redeem("tindra", digest, "key-b", "jws")).ok).toBe(true);
  });

  it("lapses after five minutes", async () => {
    const v = await approved();
    later(5 * MINUTE);
    expect(await v.stub().redeem("tindra", digest, "key-a", "jws")).toEqual({
      ok: false,
      problem: "VERIFICATION.EXPIRED",
    });
    expect(await v.stub().read("tindra")).toMatchObject({ status: "lapsed", reason: "not_redeemed" });
  });

  it("refuses what was not approved, was revoked, or belongs to another brand", async () => {
    const waiting = await sent();
    expect(await waiting.stub().redeem("tindra", digest, "k", "jws")).toEqual({
      ok: false,
      problem: "VERIFICATION.NOT_APPROVED",
    });
    const revoked = await approved();
    await revoked.stub().withdraw("tindra", "revoke", null);
    expect(await revoked.stub().redeem("tindra", digest, "k", "jws")).toEqual({
      ok: false,
      problem: "VERIFICATION.REVOKED",
    });
    const foreign = await approved();
    expect(await foreign.stub().redeem("marisol", digest, "k", "jws")).toEqual({
      ok: false,
      problem: "VERIFICATION.NOT_FOUND",
    });
  });

  it("keeps an approval through eviction", async () => {
    const v = await approved();
    await evictDurableObject(v.object());
    expect((await v.stub().redeem("tindra", digest, "k", "jws")).ok).toBe(true);
  });
});

describe("ending", () => {
  it("tells the shopper nothing of a denial but that the order is blocked", async () => {
    const v = await sent();
    await runInDurableObject(v.object(), (_, state) => {
      state.storage.kv.put("record", {
        ...(state.storage.kv.get("record") as object),
        status: "denied",
        reason: "recipient_denied",
      });
    });
    await evictDurableObject(v.object());
    expect(await v.stub().state(v.visitor)).toMatchObject({ ok: true, state: { status: "blocked" } });
  });

  it("takes leaving, canceling and superseding once, and keeps the first reason", async () => {
    const left = await sent();
    expect(await left.stub().leave({ ...left.visitor, reason: "no_access_to_number" })).toMatchObject({
      ok: true,
      state: { status: "abandoned" },
    });
    expect((await left.stub().leave({ ...left.visitor, reason: "left" })).ok).toBe(true);
    expect(await left.stub().read("tindra")).toMatchObject({ status: "abandoned", reason: "no_access_to_number" });

    const canceled = await sent();
    await canceled.stub().withdraw("tindra", "cancel", null);
    expect((await canceled.stub().withdraw("tindra", "cancel", null)).ok).toBe(true);
    await canceled.stub().supersede("tindra");
    expect(await canceled.stub().read("tindra")).toMatchObject({ status: "canceled", reason: "canceled_by_shop" });

    const superseded = await approved();
    await superseded.stub().supersede("tindra");
    expect(await superseded.stub().read("tindra")).toMatchObject({ status: "superseded", reason: "order_changed" });
  });
});

describe("what is stored", () => {
  it("holds neither the code nor anything that leads to it without the keys", async () => {
    const v = await sent();
    await v.guess(await v.wrong());
    const stored = JSON.stringify(await v.record());
    expect(stored).not.toContain(await v.code());
  });
});

describe("a gateway's late word", () => {
  it("on a verification that is over changes no end", async () => {
    const v = fresh();
    await v.open({ budget: { ok: true, guesses: 5, sends: 1 } });
    await v.send("start");
    await v.stub().withdraw("tindra", "cancel", null);
    expect(problemOf(await v.settle(1, "rejected"))).toBe("ok");
    expect(await v.stub().read("tindra")).toMatchObject({ status: "canceled", reason: "canceled_by_shop" });
  });
});
