/** Orders the brand asks no proof for: nothing is sent, nothing is leased, and the verdict says that nothing was proven. */
import { decodeJwt } from "jose";
import { describe, expect, inject, it } from "vitest";
import type { VerdictClaims, VerificationView } from "../../worker/contract.ts";
import { type Clients, clients, problemOf, read } from "./client.ts";
import { told } from "./told.ts";

const at: Clients = clients(inject("ports"));
const marisol = at.shop("marisol");
const topUp = (value = 2000, change = {}) =>
  at.order("marisol", { category: "service", amount: { value, currency: "EUR" }, ...change });

describe("a small service of Marisol", () => {
  it("is redeemed without a text, by a verdict that says so, and only once", async () => {
    const { ref, number } = await at.customer("marisol");
    const order = topUp();
    const opened = read<VerificationView>(await marisol.post("", at.opening("marisol", ref, order)));
    const decision = { action: "exempt", reasons: ["policy.exempt"] };
    expect(opened).toMatchObject({ status: "exempt", url: null, next_action: "redeem", decision });
    expect(await marisol.view(opened.id)).toMatchObject({
      status: "exempt",
      reason: "policy",
      sends: 0,
      ended_at: null,
    });
    const { verdict } = read<{ verdict: string }>(await marisol.post(`/${opened.id}/redeem`, { order }));
    const said = decodeJwt<VerdictClaims>(verdict);
    expect(said).toMatchObject({ amr: [], attempts: 0, resends: 0, risk: { band: "low", reasons: ["policy.exempt"] } });
    expect(said).not.toHaveProperty("auth_time");
    expect(said).not.toHaveProperty("entry");
    expect(problemOf(await marisol.post(`/${opened.id}/redeem`, { order }))).toBe("VERIFICATION.ALREADY_REDEEMED");
    expect(await at.texts(number)).toBe(0);
    const events = await told(at, "marisol", opened.id, 3);
    expect(events.map(({ type }) => type).sort()).toEqual(
      ["created", "exempt", "redeemed"].map((status) => `verification.${status}`),
    );
  });

  it("is proven like any other where there is doubt, or it is not small, or not a service", async () => {
    const [known, fresh] = [await at.customer("marisol"), Math.floor(Date.now() / 1000) - 3600];
    const changed = await at.customer("marisol", { updated_at: fresh });
    const asked = async (ref: string, order = topUp()) =>
      read<VerificationView>(await marisol.post("", at.opening("marisol", ref, order))).decision.action;
    expect(await asked(changed.ref)).toBe("review");
    expect(await asked(known.ref, topUp(3000))).toBe("allow");
    expect(await asked(known.ref, topUp(100, { category: "hardware" }))).toBe("allow");
    const { ref } = await at.customer("tindra");
    const service = at.order("tindra", { category: "service", amount: { value: 100, currency: "EUR" } });
    const elsewhere = read<VerificationView>(await at.shop("tindra").post("", at.opening("tindra", ref, service)));
    expect(elsewhere.status).toBe("created");
  });

  it("takes nothing from the customer's day", async () => {
    const { ref } = await at.customer("marisol");
    for (let n = 0; n < 12; n += 1) await marisol.post("", at.opening("marisol", ref, topUp()));
    const phone = read<VerificationView>(await marisol.post("", at.opening("marisol", ref)));
    expect(await marisol.view(phone.id)).toMatchObject({ status: "created", attempts_remaining: 5 });
  });
});
