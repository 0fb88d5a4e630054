/** The judge on trial: a sound history passes, and each violation that is put into it is named. */
import { describe, expect, it } from "vitest";
import { type Asked, type Final, type Heard, type History, judged, type Text } from "./oracle.ts";

const ID = "ver_a";
const ORDER = '{"id":"o-1","revision":1}';
const NUMBER = "+4792000001";

let clock = 0;
function asked(op: Asked["op"], answer?: Asked["answer"], more: Partial<Asked> = {}): Asked {
  clock += 10;
  const base = { op, verification: ID, order: ORDER, key: `key-${clock}`, from: clock, to: clock + 5 };
  return { ...base, ...(answer && { answer }), ...more };
}
const wrong = (n: number) => asked("check", { status: 422, problem: "VERIFICATION.CODE_WRONG" }, { code: `00000${n}` });
const right = () => asked("check", { status: 200, state: "approved" }, { code: "123456" });
const heard = (seq: number, status: string, id = ID): Heard => ({
  id: `evt_${id}_${seq}`,
  type: `verification.${status}`,
  verification: id,
  seq,
});
const final: Final = { id: ID, order: ORDER, number: NUMBER, status: "redeemed", attempts: 2, sends: 1 };

/** One purchase: a wrong guess, a check whose answer was lost and repeated, a redemption. */
function sound(): History {
  const lost = asked("check", undefined, { code: "123456", key: "press-lost" });
  const repeated = { ...right(), key: "press-lost" };
  return {
    asked: [
      asked("open", { status: 201 }),
      asked("start", { status: 200, state: "sent" }),
      wrong(1),
      lost,
      repeated,
      asked("redeem", { status: 200, verdict: "verdict-1" }, { key: "redeem-1" }),
    ],
    texts: [{ number: NUMBER, at: 20 }],
    hooks: ["created", "sent", "approved", "redeemed"].map((status, seq) => heard(seq, status)),
    dead: [],
    finals: [final],
  };
}

const add = (...more: Asked[]) => ({ asked: [...sound().asked, ...more] });
const ending = (change: Partial<Final>) => ({ finals: [{ ...final, ...change }] });
const without = (op: Asked["op"]) => sound().asked.filter((one) => one.op !== op);

describe("the oracle", () => {
  it("has nothing to say about a sound history, also where answers were lost and a dead letter stands in", () => {
    expect(judged(sound())).toEqual([]);
    const { hooks } = sound();
    expect(judged({ ...sound(), hooks: hooks.slice(0, 3), dead: hooks.slice(3) })).toEqual([]);
    expect(judged({ ...sound(), ...add(asked("redeem"), asked("start"), asked("check")) })).toEqual([]);
  });

  it.each<[violation: string, invariant: string, seeded: () => Partial<History>]>([
    ["a sixth guess is evaluated", "I1", () => ending({ attempts: 6 })],
    ["a sixth guess is answered", "I1", () => add(wrong(2), wrong(3), wrong(4), wrong(5), wrong(6))],
    ["an answered guess is given back", "I1", () => ending({ attempts: 1 })],
    ["a repeated press is counted twice", "I1", () => ending({ attempts: 3 })],
    ["it fails before the fifth guess", "I1", () => ({ ...ending({ status: "failed" }), asked: without("redeem") })],
    ["an approval is doubled", "I3", () => ({ hooks: [...sound().hooks, heard(7, "approved")] })],
    ["two codes are right", "I3", () => add(asked("check", { status: 200, state: "approved" }, { code: "654321" }))],
    ["an order is redeemed twice", "I3", () => add(asked("redeem", { status: 200, verdict: "verdict-2" }))],
    [
      "an order is redeemed by two verifications",
      "I3",
      () => add({ ...asked("redeem", { status: 200, verdict: "verdict-2" }), verification: "ver_b" }),
    ],
    [
      "another order is accepted",
      "I4",
      () => ({ asked: sound().asked.map((one) => (one.op === "redeem" ? { ...one, order: "{}" } : one)) }),
    ],
    ["an order is accepted without an approval", "I4", () => ({ asked: without("check") })],
    [
      "an answered approval is lost",
      "I5",
      () => ({ ...ending({ status: "sent" }), asked: without("redeem"), hooks: sound().hooks.slice(0, 2) }),
    ],
    ["an answered approval lapses early", "I5", () => lapsed(Date.now() - 60_000)],
    ["an answered redemption is lost", "I5", () => ending({ status: "approved" })],
    ["an answered revocation is lost", "I5", () => add(asked("revoke", { status: 200, state: "revoked" }))],
    ["a verification is gone", "I5", () => ({ finals: [], texts: [] })],
    ["an answered text is not counted", "I5", () => ({ ...ending({ sends: 0 }), texts: [] })],
    ["a text is not counted", "I6", () => ({ texts: [20, 30].map((at) => ({ number: NUMBER, at })) })],
    ["a verification sends a fourth text", "I6", () => ending({ sends: 4 })],
    ["a number gets an eleventh text", "I6", () => crowd(11)],
    ["a notice is sent although nothing failed", "I6", () => ({ texts: [...sound().texts, notice(30)] })],
    ["a failure is told twice", "I6", () => failed([notice(30), notice(40)])],
    ["two failures of one day are both told", "I6", () => failed([notice(30), notice(40)], 2)],
    ["a stranger gets a text", "I6", () => ({ texts: [{ number: "+4792999999", at: 20 }] })],
    ["an end is not told", "I7", () => ({ hooks: sound().hooks.slice(0, 3) })],
    ["an end comes under two ids", "I7", () => ({ hooks: [...sound().hooks, heard(9, "redeemed")] })],
    ["an id names two events", "I7", () => ({ hooks: [...sound().hooks, { ...heard(3, "revoked"), seq: 4 }] })],
  ])("shouts when %s (%s)", (_, invariant, seeded) => {
    const complaints = judged({ ...sound(), ...seeded() });
    expect(complaints.some((line) => line.startsWith(`${invariant} `))).toBe(true);
  });

  it("accepts an approval that ended as somebody wanted it, or as time did", () => {
    const revoke = asked("revoke", { status: 200, state: "revoked" });
    const hooks = [...sound().hooks, heard(4, "revoked")];
    expect(judged({ ...sound(), ...ending({ status: "revoked" }), ...add(revoke), hooks })).toEqual([]);
    expect(judged({ ...sound(), ...lapsed(Date.now() - 400_000) })).toEqual([]);
  });

  it("lets one notice follow a failure, and another one the day after", () => {
    expect(judged({ ...sound(), ...failed([notice(30)]) })).toEqual([]);
    expect(judged({ ...sound(), ...failed([]) })).toEqual([]);
    expect(judged({ ...sound(), ...failed([notice(30), notice(30 + 86_400_000)], 2) })).toEqual([]);
  });

  it("does not hold a cancellation against anybody that was never answered", () => {
    expect(judged({ ...sound(), ...add(asked("cancel"), asked("cancel", { status: 409 })) })).toEqual([]);
  });
});

/** The same purchase, never redeemed; its approval was answered at `at`. */
function lapsed(at: number): Partial<History> {
  const hooks = [...sound().hooks.slice(0, 3), heard(3, "lapsed")];
  const approved = without("redeem").map((one) => (one.op === "check" ? { ...one, from: at, to: at } : one));
  return { ...ending({ status: "lapsed" }), asked: approved, hooks };
}

const notice = (at: number): Text => ({ number: NUMBER, at, notice: true });

/** As many purchases that ended by five wrong guesses, and the texts after their codes. */
function failed(notices: Text[], count = 1): Partial<History> {
  const ids = Array.from({ length: count }, (_, i) => `ver_${i}`);
  const guesses = ids.flatMap((id) => [1, 2, 3, 4, 5].map((n) => ({ ...wrong(n), verification: id })));
  return {
    asked: guesses,
    finals: ids.map((id) => ({ ...final, id, status: "failed", attempts: 5 })),
    hooks: ids.map((id) => heard(1, "failed", id)),
    texts: [...ids.map((_, i) => ({ number: NUMBER, at: i })), ...notices],
  };
}

/** So many texts to one number, each of them counted by a verification of its own. */
function crowd(count: number): Partial<History> {
  const others = Array.from({ length: count - 1 }, (_, i) => ({
    ...final,
    id: `ver_${i}`,
    status: "sent",
    attempts: 0,
  }));
  return { finals: [final, ...others], texts: Array.from({ length: count }, (_, i) => ({ number: NUMBER, at: i })) };
}
