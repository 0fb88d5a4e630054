import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TEXTS } from "../../web/i18n/texts.ts";
import type { Outcome } from "../../web/step/calls.ts";
import { createStep } from "../../web/step/model.ts";
import { alertOf } from "../../web/step/sentence.ts";
import type { StepState } from "../../worker/contract.ts";

const START = Date.UTC(2026, 10, 22, 12, 0, 0);
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

function sent(over: Partial<StepState> = {}): StepState {
  const delivery = { status: "sent", code_expires_at: at(300), sends_remaining: 2, last_sent_at: at(0) } as const;
  return {
    status: "sent",
    attempts_remaining: 5,
    resend_available_at: at(30),
    expires_at: at(900),
    delivery,
    server_now: at(0),
    ...over,
  };
}

let answer: (outcome: Outcome) => void;
/** An answer that is out until `answer` brings it. */
const answered = () =>
  new Promise<Outcome>((arrive) => {
    answer = arrive;
  });

/** A step whose requests are answered one by one, in order. */
function opened(...answers: (Outcome | Promise<Outcome>)[]) {
  const posts: { call: string; body: object; key: string }[] = [];
  const went: string[] = [];
  const step = createStep(
    {
      view: "open",
      locale: "en",
      brand: { name: "T", shop: "/", phone: "1", hours: "", kept: "24 hours", autoSubmitTyped: false },
      texts: TEXTS.en,
      open: {
        digits: 6,
        order: { payee: "Shop", amount: { value: 1, currency: "EUR" }, summary: "x" },
        amount_text: "€0.01",
        number_ending: "42",
        state: sent(),
        press: "p",
        return_url: "/done",
        cancel_url: "/basket",
        support_reference: "ABCDEFGH",
        path: "/v/t",
      },
    },
    {
      calls: {
        post: async (call, body, key) => {
          posts.push({ call, body, key });
          return answers.shift() ?? { ok: false, problem: "lost" };
        },
        state: async () => answers.shift() ?? { ok: false, problem: "lost" },
      },
      framed: false,
      webotp: false,
      visit: (url) => {
        went.push(url);
        return new Promise((stay) => {
          setTimeout(stay, 4000);
        });
      },
      go: (url) => went.push(url),
    },
  );
  return { step, posts, went };
}

const wrong = (left: number, second: number): Outcome => ({
  ok: false,
  problem: "VERIFICATION.CODE_WRONG",
  state: sent({ attempts_remaining: left, server_now: at(second) }),
});

describe("the step's model", () => {
  beforeEach(() => void vi.useFakeTimers({ now: START }));
  afterEach(() => void vi.useRealTimers());

  it("sends a typed code only when asked, and says how many tries are left", async () => {
    const { step, posts } = opened(wrong(4, 1));
    for (const text of ["1", "12", "123", "1234", "12345", "123456"]) step.enter(text, "insertText");
    await vi.advanceTimersByTimeAsync(2000);
    expect(posts).toEqual([]);
    await step.submit();
    expect(posts[0]?.body).toEqual({ code: "123456", entry: "typed" });
    expect(step.view.value).toBe("wrong");
    expect(step.code.value).toBe("");
    expect(step.state.value?.attempts_remaining).toBe(4);
  });

  it("sends a pasted code by itself after 300 ms, unless a key is pressed first", async () => {
    const { step, posts } = opened(wrong(4, 1));
    step.enter("482 913", "insertFromPaste");
    await vi.advanceTimersByTimeAsync(299);
    expect(posts).toHaveLength(0);
    step.hesitate();
    await vi.advanceTimersByTimeAsync(1000);
    expect(posts).toHaveLength(0);
    step.enter("", "deleteContentBackward");
    step.enter("482 913", "insertFromPaste");
    await vi.advanceTimersByTimeAsync(300);
    expect(posts[0]?.body).toEqual({ code: "482913", entry: "paste" });
  });

  it("goes to the operator at a press, and has the text sent where that keeps the browser waiting", async () => {
    const created = sent({ status: "created", resend_available_at: at(0) });
    const { step, posts, went } = opened(
      { ok: true, state: { ...created, network_url: "/operator" } },
      { ok: true, state: sent() },
    );
    step.apply(created);
    step.asks.value = true;
    expect(step.view.value).toBe("asking");
    await step.resend();
    expect([posts[0]?.body, went, step.polite.value]).toEqual([
      expect.objectContaining({ network: true }),
      ["/operator"],
      TEXTS.en.checking,
    ]);
    await step.resend();
    expect(posts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(4000);
    expect(posts[1]?.body).toMatchObject({ network: false });
    expect(posts[1]?.key).not.toBe(posts[0]?.key);
    expect([step.view.value, went]).toEqual(["sent", ["/operator"]]);
  });

  it("makes a press that was lost on the way to the operator once more under its own name, and speaks of no code", async () => {
    const created = sent({ status: "created", resend_available_at: null });
    const { step, posts } = opened({ ok: false, problem: "lost" }, { ok: false, problem: "INTERNAL" });
    step.apply(created);
    step.asks.value = true;
    await step.resend();
    expect([step.view.value, alertOf(step), step.polite.value]).toEqual(["asking", TEXTS.en.lost, ""]);
    const press = step.resend();
    expect(alertOf(step)).toBe("");
    await press;
    expect([step.view.value, alertOf(step)]).toEqual(["asking", TEXTS.en.fault_send]);
    expect(posts.map(({ key, body }) => ({ key, ...body }))).toEqual(
      Array(2).fill(expect.objectContaining({ key: "p", network: true })),
    );
  });

  it("has the text sent in the operator's stead where that is wished, but not while the operator is asked", async () => {
    const created = sent({ status: "created", resend_available_at: null });
    const { step, posts, went } = opened({ ok: true, state: sent({ server_now: at(1) }) });
    step.apply(created);
    step.asks.value = true;
    step.call.value = "start";
    await step.start("early");
    expect([step.view.value, posts]).toEqual(["asking", []]);
    step.call.value = undefined;
    await step.start("wished");
    expect(posts).toEqual([{ call: "start", key: "wished", body: expect.objectContaining({ network: false }) }]);
    expect([step.view.value, went]).toEqual(["sent", []]);
  });

  it.each(["start", "resend"] as const)(
    "keeps a code that is sent off while the answer to the %s is out",
    async (on) => {
      const { step, posts } = opened(answered(), wrong(4, 2));
      step.apply(sent({ status: on === "start" ? "created" : "sent", resend_available_at: at(1), server_now: at(1) }));
      const asked = on === "start" ? step.start("k") : step.resend();
      for (const typed of ["12345", "123456"]) step.enter(typed, "insertText");
      await step.submit();
      await step.submit();
      expect(posts.map(({ call }) => call)).toEqual([on]);
      expect(step.view.value).toBe("checking");
      answer({ ok: true, state: sent({ server_now: at(41) }) });
      await asked;
      expect(posts.map(({ call }) => call)).toEqual([on, "check"]);
      expect(posts[1]?.body).toEqual({ code: "123456", entry: "typed" });
    },
  );

  it("hears a text that is here before the answer to the call for it", async () => {
    const { step, posts } = opened(answered(), wrong(4, 2));
    step.apply(sent({ status: "created", server_now: at(1) }));
    const asked = step.start("k");
    expect(step.heard("123456")).toBe(true);
    await vi.advanceTimersByTimeAsync(300);
    answer({ ok: true, state: sent({ server_now: at(2) }) });
    await asked;
    expect(posts.map(({ call }) => call)).toEqual(["start", "check"]);
    expect(posts[1]?.body).toEqual({ code: "123456", entry: "webotp" });
  });

  it("keeps it back where the text could not be sent, or where the code is changed", async () => {
    for (const change of [false, true]) {
      const { step, posts } = opened(answered());
      step.apply(sent({ status: "created", server_now: at(1) }));
      const asked = step.start("k");
      step.enter("123456", "insertText");
      await step.submit();
      if (change) step.enter("12345", "deleteContentBackward");
      answer(change ? { ok: true, state: sent({ server_now: at(2) }) } : { ok: false, problem: "GATEWAY.UNAVAILABLE" });
      await asked;
      expect(posts.map(({ call }) => call)).toEqual(["start"]);
      expect(step.view.value).toBe(change ? "typing" : "delivery_failed");
    }
  });

  it("refuses too few and too many digits without a request", async () => {
    const { step, posts } = opened();
    step.enter("123", "insertText");
    await step.submit();
    expect(step.trouble.value).toBe("too_few");
    step.enter("1234567", "insertText");
    await step.submit();
    expect(step.trouble.value).toBe("too_many");
    expect(posts).toEqual([]);
  });

  it("keeps one key per code over retries, and takes a new one for another code", async () => {
    const { step, posts } = opened({ ok: false, problem: "lost" }, wrong(4, 1), wrong(3, 2), wrong(3, 3));
    step.enter("111111", "insertText");
    step.hesitate();
    await step.submit();
    expect(step.view.value).toBe("offline");
    expect(step.code.value).toBe("111111");
    await step.retry();
    for (const code of ["222222", "111111"]) {
      step.enter(code, "insertText");
      step.hesitate();
      await step.submit();
    }
    const [first, again, other, back] = posts.map(({ key }) => key);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(back).toBe(first);
  });

  it("ignores a second press and typing while a check is in flight", async () => {
    const { step, posts } = opened(wrong(4, 1));
    step.enter("111111", "insertText");
    step.hesitate();
    const press = step.submit();
    await step.submit();
    expect(step.enter("9", "insertText")).toBe("111111");
    await press;
    expect(posts).toHaveLength(1);
  });

  it("drops an answer older than what it knows", () => {
    const { step } = opened();
    step.apply(sent({ attempts_remaining: 2, server_now: at(10) }));
    step.apply(sent({ attempts_remaining: 5, server_now: at(5) }));
    expect(step.state.value?.attempts_remaining).toBe(2);
  });

  it("says that no try was used only when the server's state shows it", async () => {
    const { step } = opened({ ok: false, problem: "INTERNAL" }, { ok: false, problem: "INTERNAL", state: sent() });
    step.enter("111111", "insertText");
    step.hesitate();
    await step.submit();
    expect(step.trouble.value).toBe("fault");
    await step.retry();
    expect(step.trouble.value).toBe("fault_free");
  });

  it("waits for the resend by the server's clock, and asks once", async () => {
    const { step, posts } = opened({
      ok: true,
      state: sent({ server_now: at(31), delivery: { ...sent().delivery, last_sent_at: at(31) } }),
    });
    await step.resend();
    expect(posts).toEqual([]);
    vi.setSystemTime(START + 31_000);
    step.apply(sent({ server_now: at(31) }));
    await step.resend();
    expect(posts.map(({ call }) => call)).toEqual(["resend"]);
    expect(step.view.value).toBe("resent");
  });

  it("hears a code only with exactly the right digits, and never after an end", async () => {
    const { step, posts } = opened({ ok: true, state: sent({ status: "approved", server_now: at(1) }) });
    step.heard("1234");
    await vi.advanceTimersByTimeAsync(400);
    expect(posts).toEqual([]);
    step.heard("482913");
    await vi.advanceTimersByTimeAsync(400);
    expect(posts[0]?.body).toEqual({ code: "482913", entry: "webotp" });
    expect(step.view.value).toBe("approved");
    step.heard("482913");
    await vi.advanceTimersByTimeAsync(400);
    expect(posts).toHaveLength(1);
  });

  it("asks before it leaves, then goes to the basket", async () => {
    const { step, posts, went } = opened({ ok: true, state: sent({ status: "abandoned", server_now: at(1) }) });
    step.askLeave("left");
    expect(posts).toEqual([]);
    await step.leave("left");
    expect(posts[0]?.body).toEqual({ reason: "left" });
    expect(went).toEqual(["/basket"]);
  });
});
