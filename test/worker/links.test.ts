/** Requirement H10: a link, a receipt or an id that was never given out is refused before any object is asked. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { config } from "../../worker/config.ts";
import app from "../../worker/index.ts";
import type { MasterKey } from "../../worker/verification/keys.ts";
import { linkToken, verificationId } from "../../worker/verification/link.ts";
import { twilioSignature } from "../standins/gateway.ts";
import { API_KEYS, GATEWAY } from "../standins/secrets.ts";
import { fresh } from "./opened.ts";

const STEP = "http://tindra.localhost:8787";
const masterOf = (brand: string) => config(env).secrets(brand)?.master[0] as MasterKey;
const NAMES = ["VERIFICATION", "ORDER_LEDGER", "CUSTOMER_LEDGER", "NUMBER_LEDGER", "DENY_LINK", "BRAND_BOARD"] as const;

/** The environment, and the objects that were reached for in it. */
function watched() {
  const touched: string[] = [];
  const watch = (name: (typeof NAMES)[number]) =>
    new Proxy(env[name], {
      get: (target, method) => {
        if (method === "get" || method === "getByName") touched.push(`${name}.${method}`);
        return Reflect.get(target, method).bind(target);
      },
    });
  return { touched, at: { ...env, ...Object.fromEntries(NAMES.map((name) => [name, watch(name)])) } as Env };
}

/** Every call of the step with `token` in it, the operator's way back and a receipt of the gateway's. */
function calls(token: string): Request[] {
  const headers = { origin: STEP, "content-type": "application/json", "idempotency-key": "a-press-of-ours" };
  const bodies = { start: {}, resend: {}, check: { code: "123456" }, leave: { reason: "left" }, network: {} };
  const receipt = `${env.API_ORIGIN}/receipts/twilio/tindra?ref=${token}&send=1`;
  const { account_sid, auth_token } = GATEWAY.tindra;
  const form = { AccountSid: account_sid, MessageSid: `SM${"0".repeat(32)}`, MessageStatus: "delivered" };
  const signed = twilioSignature(auth_token, receipt, form);
  return [
    ...["GET", "HEAD"].flatMap((method) =>
      ["", "/state"].map((tail) => new Request(`${STEP}/v/${token}${tail}`, { method })),
    ),
    ...Object.entries(bodies).map(
      ([action, body]) =>
        new Request(`${STEP}/v/${token}/${action}`, { method: "POST", headers, body: JSON.stringify(body) }),
    ),
    new Request(`${STEP}/network?state=${token}&code=x`),
    new Request(receipt, {
      method: "POST",
      headers: { "x-twilio-signature": signed },
      body: new URLSearchParams(form),
    }),
  ];
}

it("touches no object for a token that was not given out for this brand and use, and one for the right one", async () => {
  const { id } = fresh();
  const own = linkToken(masterOf("tindra"), "step link", id);
  const flipped = (at: number) => own.slice(0, at) + (own[at] === "A" ? "B" : "A") + own.slice(at + 1);
  const { touched, at } = watched();
  const dead = {
    "another brand's": linkToken(masterOf("marisol"), "step link", id),
    "a deny link's MAC": `${id.slice(4)}${"b".repeat(12)}`,
    "the MAC alone changed": flipped(own.length - 1),
    "the id alone changed": flipped(7),
    "no MAC": id.slice(4),
    "no form": "nothing",
    "much too long": own.repeat(60),
  };
  for (const [name, token] of Object.entries(dead)) {
    for (const request of calls(token)) await app.fetch(request, at, createExecutionContext());
    expect([name, touched]).toEqual([name, []]);
  }
  // Each purpose has a key of its own: a step link is no receipt and no way back, and they are no step link.
  const [step, receipt] = [own, linkToken(masterOf("tindra"), "receipt link", id)].map(calls);
  for (const request of [...(step?.slice(-2) ?? []), ...(receipt?.slice(0, -1) ?? [])])
    await app.fetch(request, at, createExecutionContext());
  expect(touched).toEqual([]);
  for (const request of [...(step?.slice(0, 8) ?? []), ...(receipt?.slice(-1) ?? [])]) {
    const before = touched.length;
    await app.fetch(request, at, createExecutionContext());
    expect([request.url, touched.length > before]).toEqual([request.url, true]);
  }
});

it("touches no object for an id that this platform has not given out", async () => {
  const { touched, at } = watched();
  const headers = { authorization: `Bearer ${API_KEYS.tindra}`, "content-type": "application/json" };
  const ask = (id: string) =>
    ["", "/redeem", "/cancel", "/revoke"].map((tail) => {
      const of = tail ? { method: "POST", body: "{}" } : {};
      return new Request(`${env.API_ORIGIN}/v1/verifications/${id}${tail}`, { ...of, headers });
    });
  for (const id of [verificationId("ab".repeat(32)), `ver_${"A".repeat(43)}`, "ver_", "x", "era_1"])
    for (const request of ask(id)) await app.fetch(request, at, createExecutionContext());
  expect(touched).toEqual([]);
  await app.fetch(ask(fresh().id)[0] as Request, at, createExecutionContext());
  expect(touched).not.toEqual([]);
});
