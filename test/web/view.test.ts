import { describe, expect, it } from "vitest";
import { type Facts, hasField, troubleOf, viewOf } from "../../web/step/view.ts";
import { STATUSES, type StepState } from "../../worker/contract.ts";

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

function state(over: Partial<StepState> = {}, delivery: Partial<StepState["delivery"]> = {}): StepState {
  return {
    status: "sent",
    attempts_remaining: 5,
    resend_available_at: at(30),
    expires_at: at(900),
    delivery: { status: "sent", code_expires_at: at(300), sends_remaining: 2, last_sent_at: at(0), ...delivery },
    server_now: at(0),
    ...over,
  };
}

const facts = (over: Partial<Facts> = {}): Facts => ({
  page: "open",
  asks: false,
  now: NOW,
  call: undefined,
  trouble: undefined,
  typed: 0,
  filled: false,
  resent: false,
  returned: false,
  ...over,
});

describe("the view", () => {
  it.each([
    ["created", "sending"],
    ["sent", "sent"],
    ["approved", "approved"],
    ["redeemed", "approved"],
    ["exempt", "approved"],
    ["failed", "failed"],
    ["blocked", "blocked"],
    ["errored", "blocked"],
    ["expired", "step_expired"],
    ["undeliverable", "undeliverable"],
    ["canceled", "order_changed"],
    ["superseded", "order_changed"],
    ["abandoned", "closed"],
    ["revoked", "closed"],
    ["lapsed", "closed"],
  ] as const)("of a %s verification is %s", (status, view) => {
    expect(viewOf(state({ status }), facts())).toBe(view);
  });

  it("waits for a press while nothing is sent and the operator is asked, and shows no field", () => {
    const waiting = state({ status: "created" }, { status: "none" });
    expect(viewOf(waiting, facts({ asks: true }))).toBe("asking");
    expect(hasField("asking", waiting)).toBe(false);
    expect(viewOf(state(), facts({ asks: true }))).toBe("sent");
    for (const trouble of ["lost", "fault_send"] as const)
      expect(viewOf(waiting, facts({ asks: true, trouble }))).toBe("asking");
    expect(viewOf(waiting, facts({ asks: true, trouble: "gateway" }))).toBe("delivery_failed");
  });

  it("exists for every status the page can be told", () => {
    for (const status of STATUSES.filter((s) => s !== "denied")) {
      expect(viewOf(state({ status }), facts())).toBeTypeOf("string");
    }
  });

  it("follows what the browser knows while a code can be typed", () => {
    expect(viewOf(state(), facts({ typed: 3 }))).toBe("typing");
    expect(viewOf(state(), facts({ typed: 6, filled: true }))).toBe("filled");
    expect(viewOf(state(), facts({ typed: 6, call: "check" }))).toBe("checking");
    expect(viewOf(state(), facts({ trouble: "wrong" }))).toBe("wrong");
    expect(viewOf(state(), facts({ trouble: "lost", typed: 6 }))).toBe("offline");
    expect(viewOf(state(), facts({ trouble: "fault_free" }))).toBe("fault");
    expect(viewOf(state(), facts({ resent: true }))).toBe("resent");
    expect(viewOf(state(), facts({ returned: true }))).toBe("returned");
    expect(viewOf(state({}, { status: "failed" }), facts())).toBe("delivery_failed");
  });

  it("ends code and step by the server's clock, at the millisecond", () => {
    expect(viewOf(state(), facts({ now: NOW + 299_999 }))).toBe("sent");
    expect(viewOf(state(), facts({ now: NOW + 300_000 }))).toBe("code_expired");
    expect(viewOf(state(), facts({ now: NOW + 900_000 }))).toBe("step_expired");
  });

  it("lets an end win over everything the browser is doing", () => {
    const busy = facts({ call: "check", trouble: "lost", typed: 6, filled: true });
    expect(viewOf(state({ status: "failed" }), busy)).toBe("failed");
  });

  it("shows nothing of an order elsewhere, closed or empty", () => {
    for (const page of ["elsewhere", "closed", "empty"] as const) expect(viewOf(undefined, facts({ page }))).toBe(page);
    expect(viewOf(state(), facts({ page: "elsewhere" }))).toBe("elsewhere");
  });

  it("offers the field only where a code can be right", () => {
    expect(hasField("wrong", state())).toBe(true);
    expect(hasField("delivery_failed", state())).toBe(true);
    expect(hasField("delivery_failed", state({ status: "created" }))).toBe(false);
    expect(hasField("code_expired", state())).toBe(false);
    expect(hasField("failed", state())).toBe(false);
  });

  it("takes an unknown problem for a fault of ours and an end for no sentence", () => {
    expect(troubleOf("INTERNAL")).toBe("fault");
    expect(troubleOf("VERIFICATION.ENDED")).toBeUndefined();
    expect(troubleOf("VERIFICATION.ELSEWHERE")).toBeUndefined();
    expect(troubleOf("VERIFICATION.CODE_WRONG")).toBe("wrong");
  });
});
