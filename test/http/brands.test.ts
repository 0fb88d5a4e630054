/** Whom we send to, and what one brand may know of another: nothing. */
import { randomUUID } from "node:crypto";
import { describe, expect, inject, it } from "vitest";
import type { VerificationView } from "../../worker/contract.ts";
import { BRANDS } from "../standins/secrets.ts";
import { type Answer, clients, problemOf, read, send } from "./client.ts";
import { approved, sent } from "./step.ts";

const at = clients(inject("ports"));

/** All that an answer says, without what is new in every answer. */
function face({ status, headers, text }: Answer, ...blanks: string[]): string {
  const { date: _, "x-correlator": __, ...kept } = headers;
  const nonce = /nonce-([^']+)/.exec(String(kept["content-security-policy"]))?.[1];
  const known = JSON.stringify([status, kept]) + text;
  return [...blanks, ...(nonce ? [nonce] : [])].reduce((all, blank) => all.replaceAll(blank, "…"), known);
}

const STRANGER = `ver_${"Q".repeat(42)}A`;

describe("three brands on one platform", () => {
  it.each(BRANDS)("%s completes an order of its own", async (brand) => {
    const { id, order, shop, body } = await approved(at, brand);
    const redeemed = await shop.post(`/${id}/redeem`, { order });
    expect(redeemed.status).toBe(200);
    expect(body.split("\n").at(-1)).toMatch(new RegExp(`^@${brand}\\.localhost #\\d{6}$`));
  });

  it("answers for another brand's verification exactly as for one that never was", async () => {
    for (const mine of BRANDS) {
      const { id, order } = await approved(at, mine);
      for (const other of BRANDS.filter((brand) => brand !== mine)) {
        const shop = at.shop(other);
        const calls = [
          (of: string) => shop.get(`/${of}`),
          (of: string) => shop.post(`/${of}/redeem`, { order }),
          (of: string) => shop.post(`/${of}/cancel`, {}),
          (of: string) => shop.post(`/${of}/revoke`, {}),
        ];
        for (const call of calls) {
          const [theirs, unknown] = [await call(id), await call(STRANGER)];
          expect(problemOf(theirs)).toBe("VERIFICATION.NOT_FOUND");
          expect(face(theirs, id)).toBe(face(unknown, STRANGER));
        }
        const [byOrder, byNone] = [await shop.get(`?order_id=${order.id}`), await shop.get("?order_id=o-none")];
        expect(byOrder.status).toBe(404);
        expect(face(byOrder)).toBe(face(byNone));
      }
      expect((await at.shop(mine).post(`/${id}/redeem`, { order })).status).toBe(200);
    }
  });

  it("shows a step token on another brand's host exactly as a forged one", async () => {
    for (const mine of BRANDS) {
      const { id, number, visitor, shop } = await sent(at, mine);
      const forged = visitor.path.slice(0, -12) + "A".repeat(12);
      for (const other of BRANDS.filter((brand) => brand !== mine)) {
        const host = `${other}.localhost:${at.ports.worker}`;
        const headers = { origin: `http://${host}`, ...at.json, cookie: visitor.jar.cookie ?? "" };
        for (const action of ["", "/state", "/start", "/resend", "/check", "/leave"]) {
          const [method, body] = action === "" || action === "/state" ? ["GET", ""] : ["POST", '{"code":"123456"}'];
          const key = { "idempotency-key": randomUUID() };
          const to = (path: string) =>
            send(at.ports.worker, { method, host, path, headers: { ...headers, ...key }, body });
          const [theirs, unknown] = [await to(visitor.path + action), await to(forged + action)];
          expect(theirs.status).toBe(404);
          expect(face(theirs, visitor.path)).toBe(face(unknown, forged));
        }
      }
      expect(await shop.view(id)).toMatchObject({ status: "sent", attempts: 0, sends: 1 });
      expect(await at.texts(number)).toBe(1);
    }
  });

  it("refuses to send a shopper of one brand back to the shop of another", async () => {
    const { ref } = await at.customer("rimal");
    const body = at.opening("rimal", ref);
    const presentation = at.opening("tindra", ref).presentation;
    const answer = await at.shop("rimal").post("", { ...body, presentation });
    expect(problemOf(answer)).toBe("ORDER.RETURN_ADDRESS");
  });
});

describe("the number on file", () => {
  it.each([
    ["c10", "CUSTOMER.NO_NUMBER"],
    ["c11", "CUSTOMER.NO_NUMBER"],
    ["c14", "CUSTOMER.NUMBER_REFUSED"],
    ["c15", "CUSTOMER.NUMBER_REFUSED"],
    ["c16", "CUSTOMER.NUMBER_REFUSED"],
    ["nobody", "CUSTOMER.UNKNOWN"],
  ])("of %s opens nothing: %s", async (ref, code) => {
    for (const brand of BRANDS) {
      const answer = await at.shop(brand).post("", at.opening(brand, ref));
      expect([brand, answer.status, problemOf(answer)]).toEqual([brand, 422, code]);
    }
  });

  it("that changed two hours ago gets no hardware, and the order system learns why", async () => {
    const shop = at.shop("tindra");
    const answer = await shop.post("", at.opening("tindra", "c12"));
    expect(answer.status).toBe(201);
    const decision = { action: "deny", reasons: ["number.changed_24h"] };
    expect(read(answer)).toMatchObject({ status: "blocked", url: null, decision, next_action: "none" });
    const { id } = read<VerificationView>(answer);
    expect(await shop.view(id)).toMatchObject({ status: "blocked", reason: "rule" });
    const service = at.opening("tindra", "c12", at.order("tindra", { category: "service" }));
    const reviewed = { status: "created", decision: { action: "review", reasons: ["number.changed_24h"] } };
    expect(read(await shop.post("", service))).toMatchObject(reviewed);
  });

  it("never comes from a request", async () => {
    const { ref, number } = await at.customer("tindra");
    const body = at.opening("tindra", ref);
    for (const name of ["phone", "phone_number", "msisdn", "number", "to"]) {
      const { customer, order } = body;
      for (const wrong of [
        { ...body, [name]: number },
        { ...body, customer: { ...customer, [name]: number } },
        { ...body, order: { ...order, [name]: number } },
      ]) {
        const answer = await at.shop("tindra").post("", wrong);
        expect([answer.status, problemOf(answer), answer.text.includes(number)]).toEqual([
          400,
          "REQUEST.INVALID",
          false,
        ]);
      }
    }
    expect(await at.texts(number)).toBe(0);
  });

  it("is that of the customer's own token, where the shop has one", async () => {
    const { ref } = await at.customer("tindra");
    const { auth_token } = await at.control<{ auth_token: string }>("GET", `/customers/tindra/${ref}`);
    const shop = at.shop("tindra");
    const open = (token: string) =>
      shop.post("", { ...at.opening("tindra", ref), customer: { ref, auth_token: token } });
    expect((await open(auth_token)).status).toBe(201);
    const { auth_token: stranger } = await at.control<{ auth_token: string }>("GET", "/customers/tindra/c1");
    expect(problemOf(await open(stranger))).toBe("CUSTOMER.AUTH_TOKEN");
    expect(problemOf(await open("made-up-token"))).toBe("CUSTOMER.AUTH_TOKEN");
  });
});
