/** Delivery receipts: lost, doubled, out of order, forged, somebody else's. They inform; they decide nothing. */
import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, inject, it } from "vitest";
import { clients, problemOf, send } from "../http/client.ts";
import { opened, sent } from "../http/step.ts";
import { twilioSignature } from "../standins/gateway.ts";
import { type BrandId, GATEWAY } from "../standins/secrets.ts";

const at = clients(inject("ports"));
const fault = (mode: string) => at.control("PUT", "/faults", { part: "receipts", brand: "tindra", mode });
const move = (shift_ms: number) => at.control("POST", "/clock", { shift_ms });
/** How the receipts of the gateway stand-in were answered since the beginning, once there are more than `after`. */
const answered = async (after?: number) =>
  (await at.control<{ fault: string }[]>("GET", `/requests?part=receipts&brand=tindra&after=${after ?? ""}`)).map(
    (seen) => seen.fault,
  );

afterEach(async () => {
  await at.control("PUT", "/faults", { mode: "ok" });
  await at.control("POST", "/clock", { reset: true });
});

/** A receipt of our own making, signed with the account of `signer` for the address `path`. */
function receipt(path: string, status: string, signer: BrandId, more: Record<string, string> = {}) {
  const { account_sid, auth_token } = GATEWAY[signer];
  const form = {
    AccountSid: account_sid,
    MessageSid: `SM${randomBytes(16).toString("hex")}`,
    MessageStatus: status,
    ...more,
  };
  return send(at.ports.worker, {
    method: "POST",
    path,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": twilioSignature(auth_token, at.origins.api + path, form),
    },
    body: new URLSearchParams(form).toString(),
  });
}

describe("the gateway's receipts", () => {
  it.each([
    ["ok", "delivered", ["sent → 204", "delivered → 204"]],
    ["doubled", "delivered", ["sent → 204", "sent → 204", "delivered → 204", "delivered → 204"]],
    ["reversed", "delivered", ["delivered → 204", "sent → 204"]],
    ["failed", "failed", ["sent → 204", "undelivered → 204"]],
    ["wrong_signature", "sent", ["sent → 401", "delivered → 401"]],
  ])("that come %s leave the delivery %s and the code as good as before", async (mode, delivery, answers) => {
    await fault(mode);
    const before = (await answered()).length;
    const { id, number, visitor, shop } = await opened(at);
    expect((await visitor.post("start")).status).toBe(200);
    expect((await answered(before + answers.length - 1)).slice(before)).toEqual(answers);
    expect((await visitor.state()).delivery).toMatchObject({ status: delivery, sends_remaining: 2 });
    expect(await shop.view(id)).toMatchObject({ status: "sent", attempts: 0, sends: 1 });
    const { messages } = await at
      .control<{ messages: never }>("GET", `/messages/next?number=${number}&wait_ms=0`)
      .catch(() => ({ messages: undefined }));
    if (mode === "failed") expect(messages).toBeUndefined();
    else expect((await visitor.check((await at.text(number)).code)).status).toBe(200);
  });

  it("that are lost cost nothing", async () => {
    await fault("lost");
    const { visitor, code } = await sent(at);
    expect((await visitor.state()).delivery.status).toBe("sent");
    expect((await visitor.check(code)).status).toBe(200);
  });

  it("end the verification only when no send is left and none can arrive", async () => {
    await fault("failed");
    const { id, visitor, shop } = await opened(at);
    for (const action of ["start", "resend", "resend"]) {
      const before = (await answered()).length;
      expect((await visitor.post(action)).status).toBe(200);
      expect((await answered(before + 1)).slice(before)).toEqual(["sent → 204", "undelivered → 204"]);
      if (action !== "resend") expect((await shop.view(id)).status).toBe("sent");
      await move(61_000);
    }
    expect(await shop.view(id)).toMatchObject({ status: "undeliverable", reason: "not_delivered", sends: 3 });
  });
});

describe("a receipt of somebody else's making", () => {
  it("is refused without the account's signature over exactly our address", async () => {
    const { id, visitor, shop } = await sent(at);
    const path = "/receipts/twilio/tindra?ref=x&send=1";
    const signed = twilioSignature(GATEWAY.tindra.auth_token, at.origins.api + path, { MessageStatus: "failed" });
    const good = { method: "POST", path, body: "MessageStatus=failed" };
    const type = { "content-type": "application/x-www-form-urlencoded" };
    for (const signature of [
      "",
      "AAAA",
      signed.toLowerCase(),
      signed.slice(0, -2),
      twilioSignature("x".repeat(20), path, {}),
    ]) {
      const answer = await send(at.ports.worker, { ...good, headers: { ...type, "x-twilio-signature": signature } });
      expect([answer.status, problemOf(answer)]).toEqual([401, "GATEWAY.SIGNATURE"]);
    }
    const headers = { ...type, "x-twilio-signature": signed };
    expect((await send(at.ports.worker, { ...good, headers })).status).toBe(204);
    for (const change of [
      { path: `${path}1` },
      { body: "MessageStatus=failed&To=%2B47" },
      { body: "MessageStatus=sent" },
    ]) {
      const answer = await send(at.ports.worker, { ...good, ...change, headers });
      expect([change, answer.status]).toEqual([change, 401]);
    }
    expect(await shop.view(id)).toMatchObject({ status: "sent" });
    expect((await visitor.state()).delivery.status).not.toBe("failed");
  });

  it("is refused from another brand's account, and changes nothing for a verification it does not know", async () => {
    const { visitor, id, shop, code } = await sent(at);
    const mine = "/receipts/twilio/tindra?ref=forged&send=1";
    expect((await receipt(mine, "failed", "marisol")).status).toBe(401);
    expect((await receipt("/receipts/twilio/nobody?ref=x&send=1", "failed", "tindra")).status).toBe(404);
    const token = visitor.path.slice(3);
    // A step link names the verification, but with the MAC of another purpose; a foreign brand has another key.
    for (const ref of ["", "x", token, `${token.slice(0, -12)}${"A".repeat(12)}`]) {
      expect((await receipt(`/receipts/twilio/tindra?ref=${ref}&send=1`, "failed", "tindra")).status).toBe(204);
      expect((await receipt(`/receipts/twilio/marisol?ref=${ref}&send=1`, "failed", "marisol")).status).toBe(204);
    }
    expect((await visitor.state()).delivery.status).not.toBe("failed");
    expect(await shop.view(id)).toMatchObject({ status: "sent", sends: 1 });
    expect((await visitor.check(code)).status).toBe(200);
  });
});
