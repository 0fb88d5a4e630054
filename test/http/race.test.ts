/** Parallel calls over real HTTP, their last bytes released together: what must happen once happens once. */
import { randomUUID } from "node:crypto";
import { describe, expect, inject, it } from "vitest";
import type { VerificationView } from "../../worker/contract.ts";
import { bytes, together } from "./burst.ts";
import { type Answer, type Call, clients, problemOf, read } from "./client.ts";
import { approved, type Browser, opened, sent, wrongCodes } from "./step.ts";

const at = clients(inject("ports"));
const { worker } = at.ports;

/** All `calls` of one browser at once. */
function pressed({ host, jar, state }: Browser, calls: Call[]): Promise<Answer[]> {
  const cookie = jar.cookie ?? "";
  return together(
    worker,
    calls.map((call) => bytes(worker, { host, ...call, headers: { cookie, ...call.headers } })),
    state,
  );
}

/** All `calls` of Tindra's order system at once. */
function asked(calls: { path: string; body: unknown; key: string }[]): Promise<Answer[]> {
  const { authorization } = { authorization: `Bearer ${at.key("tindra")}` };
  const requests = calls.map(({ path, body, key }) =>
    bytes(worker, {
      path: `/v1/verifications${path}`,
      headers: { authorization, ...at.json, "idempotency-key": key },
      body: JSON.stringify(body),
    }),
  );
  return together(worker, requests, () => at.shop("tindra").get(`/ver_${"A".repeat(43)}`));
}

const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const withStatus = (answers: Answer[], status: number) => answers.filter((answer) => answer.status === status);
const different = (answers: Answer[]) => new Set(answers.map(({ text }) => text)).size;

describe("guesses in flight together", () => {
  it.each([60, 200])("evaluates five of %i parallel wrong guesses, no more", async (count) => {
    const { id, code, visitor, shop } = await sent(at);
    const answers = await pressed(
      visitor,
      wrongCodes(code, count).map((guess) => visitor.press("check", { code: guess })),
    );
    expect(withStatus(answers, 422).map(problemOf)).toEqual(many(4, () => "VERIFICATION.CODE_WRONG"));
    expect(withStatus(answers, 409).map(problemOf)).toEqual(many(count - 4, () => "VERIFICATION.ENDED"));
    expect(await shop.view(id)).toMatchObject({ status: "failed", reason: "guesses_exhausted", attempts: 5 });
    expect(problemOf(await visitor.check(code))).toBe("VERIFICATION.ENDED");
  });

  it.each([0, 3, 7, 23, 41, 59])(
    "lets a right code at place %i of sixty win only among the first five",
    async (place) => {
      const { id, code, visitor, shop } = await sent(at);
      const guesses = wrongCodes(code, 60).with(place, code);
      const answers = await pressed(
        visitor,
        guesses.map((guess) => visitor.press("check", { code: guess })),
      );
      const { status, attempts, attempts_remaining } = await shop.view(id);
      const wrong = withStatus(answers, 422).length;
      if (status === "approved") {
        expect(attempts).toBe(wrong + 1);
        expect(withStatus(answers, 200)).toHaveLength(60 - wrong);
        expect(answers[place]?.status).toBe(200);
      } else {
        expect({ status, wrong, attempts_remaining }).toEqual({ status: "failed", wrong: 4, attempts_remaining: 0 });
        expect(withStatus(answers, 409)).toHaveLength(56);
      }
      expect(attempts).toBeLessThanOrEqual(5);
    },
  );

  it("approves once when fifty right codes arrive at once, and answers all of them alike", async () => {
    const { id, code, order, visitor, shop } = await sent(at);
    const answers = await pressed(
      visitor,
      many(50, () => visitor.press("check", { code })),
    );
    const states = answers.map((answer) => ({ ...read<object>(answer), server_now: "" }));
    expect(withStatus(answers, 200)).toHaveLength(50);
    expect(new Set(states.map((state) => JSON.stringify(state))).size).toBe(1);
    expect(states[0]).toMatchObject({ status: "approved", attempts_remaining: 5 });
    expect(await shop.view(id)).toMatchObject({ status: "approved", attempts: 1 });
    expect((await shop.post(`/${id}/redeem`, { order })).status).toBe(200);
  });

  it("evaluates one guess when sixty copies of one press arrive at once", async () => {
    const { id, code, visitor, shop } = await sent(at);
    const [guess = ""] = wrongCodes(code, 1);
    const key = randomUUID();
    const answers = await pressed(
      visitor,
      many(60, () => visitor.press("check", { code: guess }, key)),
    );
    expect(answers.map(problemOf)).toEqual(many(60, () => "VERIFICATION.CODE_WRONG"));
    expect(await shop.view(id)).toMatchObject({ attempts: 1, attempts_remaining: 4 });
  });
});

describe("order systems that call twice", () => {
  it("opens one verification for sixty creates with one key", async () => {
    const { ref } = await at.customer("tindra");
    const call = { path: "", body: at.opening("tindra", ref), key: randomUUID() };
    const answers = await asked(many(60, () => call));
    expect(withStatus(answers, 201)).toHaveLength(60);
    expect(different(answers)).toBe(1);
  });

  it("opens one verification for sixty creates of one order with different keys", async () => {
    const { ref } = await at.customer("tindra");
    const body = at.opening("tindra", ref);
    const answers = await asked(many(60, () => ({ path: "", body, key: randomUUID() })));
    expect(withStatus(answers, 201)).toHaveLength(60);
    expect(new Set(answers.map((answer) => read<VerificationView>(answer).id)).size).toBe(1);
  });

  it("leaves one live verification at most when thirty revisions of an order are opened at once", async () => {
    const { ref } = await at.customer("tindra");
    const order = at.order("tindra");
    const bodies = many(30, (i) => at.opening("tindra", ref, { ...order, revision: i + 1 }));
    const answers = await asked(bodies.map((body) => ({ path: "", body, key: randomUUID() })));
    expect(withStatus(answers, 201)).toHaveLength(3);
    expect(withStatus(answers, 429).map(problemOf)).toEqual(many(27, () => "ORDER.VERIFICATIONS_EXHAUSTED"));
    const ids = withStatus(answers, 201).map((answer) => read<VerificationView>(answer).id);
    const views = await Promise.all(ids.map((id) => at.shop("tindra").view(id)));
    // One is live, or none where the others' leases were still out when it asked for its own.
    const statuses = views.map(({ status }) => status);
    expect(statuses.filter((status) => status === "created").length).toBeLessThanOrEqual(1);
    expect(statuses.every((status) => ["created", "superseded", "blocked"].includes(status))).toBe(true);
  });

  it("redeems once when thirty redeems with different keys arrive at once", async () => {
    const { id, order } = await approved(at);
    const answers = await asked(many(30, () => ({ path: `/${id}/redeem`, body: { order }, key: randomUUID() })));
    expect(withStatus(answers, 200)).toHaveLength(1);
    expect(withStatus(answers, 409).map(problemOf)).toEqual(many(29, () => "VERIFICATION.ALREADY_REDEEMED"));
  });

  it("answers thirty redeems with one key by one verdict, byte for byte", async () => {
    const { id, order } = await approved(at);
    const key = randomUUID();
    const answers = await asked(many(30, () => ({ path: `/${id}/redeem`, body: { order }, key })));
    expect(withStatus(answers, 200)).toHaveLength(30);
    expect(different(answers)).toBe(1);
  });

  it("ends revoked, whoever wins, when a revoke meets fifteen redeems", async () => {
    const { id, order, shop } = await approved(at);
    const redeems = many(15, () => ({ path: `/${id}/redeem`, body: { order } as unknown, key: randomUUID() }));
    const answers = await asked(redeems.toSpliced(7, 0, { path: `/${id}/revoke`, body: {}, key: randomUUID() }));
    expect(answers[7]?.status).toBe(200);
    const redeemed = answers.toSpliced(7, 1);
    expect(withStatus(redeemed, 200).length).toBeLessThanOrEqual(1);
    expect(withStatus(redeemed, 423).length + withStatus(redeemed, 409).length).toBeGreaterThanOrEqual(14);
    expect(await shop.view(id)).toMatchObject({ status: "revoked", reason: "revoked_by_shop" });
  });
});

describe("presses that ask for a text", () => {
  it("sends one text for thirty starts of one browser, and another one for thirty resends", async () => {
    const { id, number, visitor, shop } = await opened(at);
    visitor.jar.cookie = `__Host-ringfence=${"c".repeat(43)}`;
    const starts = await pressed(
      visitor,
      many(30, () => visitor.press("start")),
    );
    expect(withStatus(starts, 200)).toHaveLength(30);
    expect(await at.texts(number)).toBe(1);
    await at.control("POST", "/clock", { shift_ms: 31_000 });
    try {
      const resends = await pressed(
        visitor,
        many(30, () => visitor.press("resend")),
      );
      expect(withStatus(resends, 200)).toHaveLength(1);
      expect(withStatus(resends, 429).map(problemOf)).toEqual(many(29, () => "VERIFICATION.RESEND_TOO_EARLY"));
    } finally {
      await at.control("POST", "/clock", { reset: true });
    }
    expect(await at.texts(number)).toBe(2);
    expect((await shop.view(id)).sends).toBe(2);
  });

  it("lets one of thirty browsers in when all of them start at once", async () => {
    const { number, visitor } = await opened(at);
    const calls = many(30, () => visitor.press("start"));
    const answers = await together(
      worker,
      calls.map((call) => bytes(worker, { host: visitor.host, ...call })),
      visitor.page,
    );
    expect(withStatus(answers, 200)).toHaveLength(1);
    expect(withStatus(answers, 403).map(problemOf)).toEqual(many(29, () => "VERIFICATION.ELSEWHERE"));
    expect(await at.texts(number)).toBe(1);
  });
});
