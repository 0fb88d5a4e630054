/** The contract with a brand's order system: open, read, redeem, end; and nothing of another brand's. */
import { randomUUID } from "node:crypto";
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { afterEach, describe, expect, inject, it } from "vitest";
import type { VerdictClaims, VerificationView } from "../../worker/contract.ts";
import { localFetch } from "../standins/http.ts";
import { clients, problemOf, read } from "./client.ts";
import { approved, opened, sent, wrongCodes } from "./step.ts";

const at = clients(inject("ports"));
const tindra = at.shop("tindra");
const move = (shift_ms: number) => at.control("POST", "/clock", { shift_ms });
afterEach(async () => {
  await at.control("POST", "/clock", { reset: true });
  await at.control("PUT", "/faults", { mode: "ok" });
});

describe("an order that is proven", () => {
  it("yields a verdict that says what was proven, for whom and for which order, and never the code or number", async () => {
    const { id, link, order, number, code, visitor, shop, ref } = await sent(at);
    const [wrong = ""] = wrongCodes(code, 1);
    expect(problemOf(await visitor.check(wrong))).toBe("VERIFICATION.CODE_WRONG");
    const right = await visitor.check(code);
    expect(read<{ status: string }>(right).status).toBe("approved");
    expect(await shop.view(id)).toMatchObject({ status: "approved", reason: "code", next_action: "redeem", url: null });
    const redeemed = await shop.post(`/${id}/redeem`, { order });
    expect(redeemed.status).toBe(200);
    const { verdict } = read<{ verdict: string }>(redeemed);
    const { origin } = new URL(link);
    const keys = (await (await localFetch(`${origin}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    expect(JSON.stringify(keys)).not.toContain('"d":');
    const { payload } = await jwtVerify<VerdictClaims>(verdict, createLocalJWKSet(keys), {
      algorithms: ["ES256"],
      typ: "verdict+jwt",
      issuer: origin,
      audience: "tindra-shop",
      requiredClaims: ["sub", "jti", "iat", "exp", "auth_time"],
    });
    expect(Object.keys(decodeProtectedHeader(verdict)).sort()).toEqual(["alg", "kid", "typ"]);
    const { value: amount, currency } = order.amount;
    expect(payload).toMatchObject({
      vid: id,
      txn: { order_id: order.id, revision: 1, amount, currency, payee: order.payee },
      amr: ["otp", "sms"],
      attempts: 2,
      resends: 0,
      entry: "typed",
      number: { source: "oidc", age_band: "over_30d", changed_recently: false },
    });
    expect(payload.exp - payload.iat).toBe(300);
    const told = [right, redeemed, await shop.get(`/${id}`)].map(({ text, headers }) => text + JSON.stringify(headers));
    const all = told.join("\n") + JSON.stringify(payload);
    for (const secret of [number, number.slice(1), ref]) expect(all).not.toContain(secret);
    expect(told.join("\n").replaceAll(id, "").replaceAll(verdict, "")).not.toContain(code);
  });

  it("is not redeemed for any other order, and then still for the right one", async () => {
    const { id, order, shop } = await approved(at);
    const { amount, delivery } = order;
    const changes = [
      { id: `${order.id}x` },
      { revision: 2 },
      { amount: { ...amount, value: amount.value + 1 } },
      { amount: { ...amount, currency: "SEK" } },
      { payee: "Somebody else" },
      { items_sha256: "c".repeat(64) },
      { delivery: { ...delivery, type: "store" } },
      { delivery: { ...delivery, address_sha256: "d".repeat(64) } },
    ];
    for (const change of changes) {
      const answer = await shop.post(`/${id}/redeem`, { order: { ...order, ...change } });
      expect([JSON.stringify(change), answer.status, problemOf(answer)]).toEqual([
        JSON.stringify(change),
        409,
        "VERIFICATION.ORDER_MISMATCH",
      ]);
    }
    const key = randomUUID();
    const first = await shop.post(`/${id}/redeem`, { order }, key);
    expect(first.status).toBe(200);
    expect((await shop.post(`/${id}/redeem`, { order }, key)).text).toBe(first.text);
    expect(problemOf(await shop.post(`/${id}/redeem`, { order }))).toBe("VERIFICATION.ALREADY_REDEEMED");
    expect(await shop.view(id)).toMatchObject({ status: "redeemed", reason: "code" });
  });

  it("is redeemed within five minutes or not at all, and not before it is proven", async () => {
    const early = await sent(at);
    expect(problemOf(await early.shop.post(`/${early.id}/redeem`, { order: early.order }))).toBe(
      "VERIFICATION.NOT_APPROVED",
    );
    const { id, order, shop } = await approved(at);
    await move(301_000);
    const late = await shop.post(`/${id}/redeem`, { order });
    expect([late.status, problemOf(late)]).toEqual([410, "VERIFICATION.EXPIRED"]);
    expect(await shop.view(id)).toMatchObject({ status: "lapsed", reason: "not_redeemed" });
  });

  it("is taken back by revoke, before and after the redeem, as often as asked", async () => {
    for (const redeem of [false, true]) {
      const { id, order, shop } = await approved(at);
      if (redeem) expect((await shop.post(`/${id}/redeem`, { order })).status).toBe(200);
      const [once, twice] = [
        await shop.post(`/${id}/revoke`, { reason: "fraud" }),
        await shop.post(`/${id}/revoke`, {}),
      ];
      expect([once.status, twice.text]).toEqual([200, once.text]);
      expect(read(once)).toMatchObject({ status: "revoked", reason: "revoked_by_shop" });
      const after = await shop.post(`/${id}/redeem`, { order });
      expect([after.status, problemOf(after)]).toEqual([423, "VERIFICATION.REVOKED"]);
    }
  });

  it("is canceled while it is open, as often as asked, and then opens no door", async () => {
    const { id, order, code, visitor, shop } = await sent(at);
    const [once, twice] = [await shop.post(`/${id}/cancel`, {}), await shop.post(`/${id}/cancel`, { reason: "again" })];
    expect([once.status, twice.text]).toEqual([200, once.text]);
    expect(read(once)).toMatchObject({
      status: "canceled",
      reason: "canceled_by_shop",
      next_action: "none",
      url: null,
    });
    expect(problemOf(await visitor.check(code))).toBe("VERIFICATION.ENDED");
    expect(problemOf(await shop.post(`/${id}/redeem`, { order }))).toBe("VERIFICATION.ENDED");
    expect(problemOf(await shop.post(`/${id}/revoke`, {}))).toBe("VERIFICATION.ENDED");
  });
});

describe("creates that are repeated", () => {
  it("get the same answer for the same key and body, and a refusal for another body", async () => {
    const { ref } = await at.customer("tindra");
    const body = at.opening("tindra", ref);
    const key = randomUUID();
    const first = await tindra.post("", body, key);
    await move(60_000);
    const again = await tindra.post("", body, key);
    expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
    expect(first.headers.location).toBe(`/v1/verifications/${read<VerificationView>(first).id}`);
    const other = await tindra.post("", { ...body, metadata: { a: "b" } }, key);
    expect([other.status, problemOf(other)]).toEqual([422, "IDEMPOTENCY.KEY_REUSED"]);
  });

  it("keep a key to its order, as published: another order with the same key is another verification", async () => {
    const { ref } = await at.customer("tindra");
    const key = randomUUID();
    const [one, two] = [at.opening("tindra", ref), at.opening("tindra", ref)];
    const first = read<VerificationView>(await tindra.post("", one, key));
    const second = read<VerificationView>(await tindra.post("", two, key));
    expect(second.id).not.toBe(first.id);
    expect(read<VerificationView>(await tindra.post("", one, key)).id).toBe(first.id);
  });

  it("resume the same verification for the same order, and refill nothing", async () => {
    const { id, ref, order, code, visitor, shop } = await sent(at);
    for (const wrong of wrongCodes(code, 2)) await visitor.check(wrong);
    const again = read<VerificationView>(await shop.post("", at.opening("tindra", ref, order)));
    expect(again.id).toBe(id);
    expect(await shop.view(id)).toMatchObject({ attempts: 2, attempts_remaining: 3, sends: 1 });
  });

  it("put a newer revision in the place of the older one, whose code is void", async () => {
    const { id, ref, order, code, visitor, shop } = await sent(at);
    const dearer = { ...order, revision: 2, amount: { ...order.amount, value: order.amount.value * 2 } };
    const fresh = read<VerificationView>(await shop.post("", at.opening("tindra", ref, dearer)));
    expect(fresh.id).not.toBe(id);
    expect(await shop.view(id)).toMatchObject({ status: "superseded", reason: "order_changed", url: null });
    expect(problemOf(await visitor.check(code))).toBe("VERIFICATION.ENDED");
    const byOrder = await shop.get(`?order_id=${order.id}`);
    expect(read(byOrder)).toMatchObject({ id: fresh.id, order: { id: order.id, revision: 2 } });
    expect(byOrder.text).toBe((await shop.get(`/${fresh.id}`)).text);
  });

  it("supersede an older revision also while its own create is still on the way", async () => {
    const { ref } = await at.customer("tindra");
    const order = at.order("tindra");
    const asked = async (after?: number) =>
      (await at.control<unknown[]>("GET", `/requests?part=authority&brand=tindra&after=${after ?? ""}`)).length;
    await tindra.post("", at.opening("tindra", ref)); // discovery and service token are at hand
    const before = await asked();
    await at.control("PUT", "/faults", { part: "userinfo", brand: "tindra", mode: "slow", delay_ms: 1500, times: 1 });
    const slow = tindra.post("", at.opening("tindra", ref, order));
    await asked(before);
    const quick = await tindra.post("", at.opening("tindra", ref, { ...order, revision: 2 }));
    expect(quick.status).toBe(201);
    const late = read<VerificationView>(await slow);
    expect((await tindra.view(late.id)).status).toBe("superseded");
  });

  it("still show the order's verification when a newer create found no authority", async () => {
    const { id, ref, order, shop } = await opened(at);
    await at.control("PUT", "/faults", { part: "userinfo", brand: "tindra", mode: "500" });
    expect((await shop.post("", at.opening("tindra", ref, { ...order, revision: 2 }))).status).toBe(503);
    expect(read(await shop.get(`?order_id=${order.id}`))).toMatchObject({ id });
  });

  it("end the open one when the number on file has changed in between", async () => {
    const { id, ref, order, code, visitor, shop } = await sent(at);
    const { number } = await at.customer("tindra");
    await at.control("PUT", `/customers/tindra/${ref}`, { phone_number: number });
    const fresh = read<VerificationView>(await shop.post("", at.opening("tindra", ref, order)));
    expect(fresh.id).not.toBe(id);
    expect(await shop.view(id)).toMatchObject({ status: "blocked", reason: "number_changed" });
    expect(problemOf(await visitor.check(code))).toBe("VERIFICATION.ENDED");
  });
});
