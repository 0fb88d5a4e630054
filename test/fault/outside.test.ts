/** Authority, gateway and receipts at fault: nothing is approved, nothing is charged that was not seen, others go on. */
import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, inject, it } from "vitest";
import type { StepState, VerificationView } from "../../worker/contract.ts";
import { type Answer, clients, problemOf, read } from "../http/client.ts";
import { approved, opened, sent } from "../http/step.ts";

const at = clients(inject("ports"));
const fault = (part: string, mode: string, more: object = {}) =>
  at.control("PUT", "/faults", { part, brand: "tindra", mode, ...more });
const move = (shift_ms: number) => at.control("POST", "/clock", { shift_ms });
/** The requests that a stand-in saw, once there are more than `after`. */
const seen = async (part: string, after?: number) =>
  at.control<{ path: string; fault: string }[]>("GET", `/requests?part=${part}&brand=tindra&after=${after ?? ""}`);
/** Discovery is kept for an hour, a token for minutes: each case goes one more hour ahead. */
const HOUR_MS = 3_700_000;
let ages = 0;
const waitOf = ({ headers }: Answer) => Number(headers["retry-after"]);

afterEach(async () => {
  await at.control("PUT", "/faults", { mode: "ok" });
  await at.control("POST", "/clock", { reset: true });
});

describe("the customer authority", () => {
  it.each([
    ["userinfo", "hang", {}],
    ["userinfo", "slow", { delay_ms: 4000 }],
    ["userinfo", "500", {}],
    ["userinfo", "429", {}],
    ["userinfo", "malformed", {}],
    ["userinfo", "wrong_subject", {}],
    ["token", "500", {}],
    ["discovery", "malformed", {}],
  ] as const)(
    "whose %s is at fault (%s) opens nothing, and the same key opens it afterwards",
    async (part, mode, more) => {
      const { ref, number } = await at.customer("tindra");
      if (part !== "userinfo") await move(++ages * HOUR_MS); // past the life of what was kept before
      const body = at.opening("tindra", ref);
      const key = randomUUID();
      await fault(part, mode, more);
      const began = Date.now();
      const [down, other] = await Promise.all([at.shop("tindra").post("", body, key), approved(at, "marisol")]);
      expect([down.status, problemOf(down)]).toEqual([503, "CUSTOMER.AUTHORITY_UNAVAILABLE"]);
      expect(waitOf(down)).toBe(mode === "429" ? 2 : 5);
      expect(Date.now() - began).toBeLessThan(5000);
      expect((await other.shop.post(`/${other.id}/redeem`, { order: other.order })).status).toBe(200);
      await fault(part, "ok");
      const up = await at.shop("tindra").post("", body, key);
      expect([up.status, await at.texts(number)]).toEqual([201, 0]);
      expect((await at.shop("tindra").view(read<VerificationView>(up).id)).status).toBe("created");
    },
  );

  it("that does not answer a second create ends what was not sent yet, and the next create opens another", async () => {
    const { ref, number } = await at.customer("tindra");
    const body = at.opening("tindra", ref);
    const shop = at.shop("tindra");
    const first = read<VerificationView>(await shop.post("", body));
    await fault("userinfo", "500");
    const down = await shop.post("", body);
    expect([down.status, problemOf(down), waitOf(down)]).toEqual([503, "CUSTOMER.AUTHORITY_UNAVAILABLE", 5]);
    expect(await shop.view(first.id)).toMatchObject({ status: "errored", reason: "authority_failed", sends: 0 });
    await fault("userinfo", "ok");
    const next = read<VerificationView>(await shop.post("", body));
    expect([next.status, next.id === first.id, await at.texts(number)]).toEqual(["created", false, 0]);
  });

  it("that does not answer a second create takes no code from a shopper who has it", async () => {
    const { ref, order, id, shop, visitor, code } = await sent(at);
    await fault("userinfo", "500");
    expect((await shop.post("", at.opening("tindra", ref, order))).status).toBe(503);
    expect(read<StepState>(await visitor.check(code)).status).toBe("approved");
    await fault("userinfo", "ok");
    expect((await shop.post(`/${id}/redeem`, { order })).status).toBe(200);
  });

  it("that is only slow is waited for", async () => {
    const { ref } = await at.customer("tindra");
    await fault("userinfo", "slow", { delay_ms: 700 });
    expect((await at.shop("tindra").post("", at.opening("tindra", ref))).status).toBe(201);
  });

  it("that fails once is asked once more, within the same call", async () => {
    const { ref } = await at.customer("tindra");
    await fault("userinfo", "500", { times: 1 });
    expect((await at.shop("tindra").post("", at.opening("tindra", ref))).status).toBe(201);
  });
});

describe("the gateway", () => {
  it.each([
    ["500", 5, 0],
    ["429", 2, 0],
    ["401", 5, 0],
  ])("that refuses (%s) charges no send, says when to come back, and then sends", async (mode, waitS, arrived) => {
    const { id, number, visitor, shop } = await opened(at);
    await fault("gateway", mode);
    const key = randomUUID();
    const refused = await visitor.post("start", {}, key);
    expect([refused.status, problemOf(refused), waitOf(refused)]).toEqual([503, "GATEWAY.UNAVAILABLE", waitS]);
    const { step } = read<{ step: StepState }>(refused);
    expect(step).toMatchObject({
      status: "created",
      delivery: { status: "failed", sends_remaining: 3, code_expires_at: null },
    });
    expect([(await shop.view(id)).sends, await at.texts(number)]).toEqual([0, arrived]);
    expect(problemOf(await visitor.check("123456"))).toBe("VERIFICATION.NO_CODE_SENT");
    await fault("gateway", "ok");
    const early = await visitor.post("start", {}, key);
    expect([early.status, problemOf(early)]).toEqual([503, "GATEWAY.UNAVAILABLE"]);
    await move(waitS * 1000);
    expect((await visitor.post("start", {}, key)).status).toBe(200);
    const { code } = await at.text(number);
    expect((await visitor.check(code)).status).toBe(200);
    expect(await shop.view(id)).toMatchObject({ status: "approved", sends: 1 });
  });

  it("that refuses five times ends the verification, and none of them was a text", async () => {
    const { id, number, visitor, shop } = await opened(at);
    await fault("gateway", "500");
    for (let i = 0; i < 4; i++) {
      expect((await visitor.post("start")).status).toBe(503);
      await move(5000);
    }
    expect(problemOf(await visitor.post("start"))).toBe("VERIFICATION.ENDED");
    expect(await shop.view(id)).toMatchObject({
      status: "errored",
      reason: "gateway_failed",
      sends: 0,
      next_action: "none",
    });
    expect(await at.texts(number)).toBe(0);
  });

  it.each([
    ["malformed", 1],
    ["close", 1],
    ["huge", 1],
    ["error_body", 0],
  ])("whose answer cannot be trusted (%s) leaves the send counted", async (mode, arrived) => {
    const { id, number, visitor, shop } = await opened(at);
    await fault("gateway", mode, { times: 1 });
    const answer = await visitor.post("start");
    expect([answer.status, read<StepState>(answer).delivery.sends_remaining]).toEqual([200, 2]);
    expect([(await shop.view(id)).sends, await at.texts(number)]).toEqual([1, arrived]);
    await move(31_000);
    expect((await visitor.post("resend")).status).toBe(200);
    const { code } = await at.text(number, arrived);
    expect((await visitor.check(code)).status).toBe(200);
    expect(await shop.view(id)).toMatchObject({ status: "approved", sends: 2 });
  });

  it("that hangs is given up after three seconds, counted, and holds up neither its own step nor another", async () => {
    const [hung, other] = [await opened(at), await sent(at, "marisol")];
    hung.visitor.jar.cookie = `__Host-ringfence=${"h".repeat(43)}`;
    await fault("gateway", "hang", { times: 1 });
    const before = (await seen("gateway")).length;
    const began = Date.now();
    const start = hung.visitor.post("start");
    await seen("gateway", before);
    expect((await hung.visitor.state()).delivery).toMatchObject({ status: "sending", sends_remaining: 2 });
    expect(read<StepState>(await hung.visitor.post("start")).delivery.status).toBe("sending");
    expect((await other.visitor.check(other.code)).status).toBe(200);
    expect(Date.now() - began).toBeLessThan(2500);
    const answer = await start;
    expect(read<StepState>(answer).delivery).toMatchObject({ status: "sent", sends_remaining: 2 });
    expect(Date.now() - began).toBeLessThan(4500);
    expect([(await hung.shop.view(hung.id)).sends, await at.texts(hung.number)]).toEqual([1, 0]);
  });

  it("that took the text and then hung has its code accepted meanwhile", async () => {
    const { id, number, visitor, shop } = await opened(at);
    visitor.jar.cookie = `__Host-ringfence=${"h".repeat(43)}`;
    await fault("gateway", "hang_delivered", { times: 1 });
    const start = visitor.post("start");
    const { code } = await at.text(number);
    expect((await visitor.check(code)).status).toBe(200);
    expect(read<StepState>(await start).status).toBe("approved");
    expect(await shop.view(id)).toMatchObject({ status: "approved", sends: 1 });
  });

  it("that is slow is waited for", async () => {
    const { number, visitor } = await opened(at);
    await fault("gateway", "slow", { delay_ms: 1000, times: 1 });
    expect(read<StepState>(await visitor.post("start")).status).toBe("sent");
    expect(await at.texts(number)).toBe(1);
  });
});
