/** "Not my order", from the text message to the order system: over HTTP, as a handset, a scanner and a thief would. */
import { brotliCompressSync } from "node:zlib";
import { afterEach, describe, expect, inject, it } from "vitest";
import { localFetch } from "../standins/http.ts";
import { BRANDS, type BrandId } from "../standins/secrets.ts";
import { type Call, clients, problemOf, send } from "./client.ts";
import { approved, opened, sent } from "./step.ts";

const at = clients(inject("ports"));
afterEach(() => at.control("POST", "/clock", { reset: true }));

const NEUTRAL = { tindra: "ikke lenger aktiv", marisol: "ya no está activo", rimal: "لم يعد هذا الرابط فعالا" };

/** The link in a text, as a handset would tap it. */
function linkIn(body: string): { link: string; token: string } {
  const [link = "", token = ""] = /http:\/\/tindra\.localhost:\d+\/d\/([A-Za-z]{8})(?=\n)/.exec(body) ?? [];
  expect(body).toContain(`${link}\n@tindra.localhost #`);
  return { link, token };
}

/** What a browser on `brand`'s host does with a deny link; `own` adds what its own page's form sends. */
function visit(token: string, brand: BrandId = "tindra") {
  const { host, origin } = new URL(at.origins.brand(brand));
  const ask = (call: Partial<Call> = {}) => send(at.ports.worker, { host, path: `/d/${token}`, ...call });
  return { host, origin, ask, stop: () => ask({ method: "POST", headers: { origin } }) };
}

const answer = (brand: BrandId, number: string, body: string) =>
  at.control<{ status: number }>("POST", "/inbound", { brand, number, body });

describe("the link in the text", () => {
  it("shows brand, amount and time by GET, HEAD or prefetch, and denies nothing", async () => {
    const known = await sent(at, "tindra", { summary: "Zebra phone", payee: "Zebra shop" });
    const { token } = linkIn(known.body);
    expect(known.link).not.toContain(token);
    const { ask } = visit(token);
    for (const headers of [{}, { "sec-purpose": "prefetch" }, { "user-agent": "WhatsApp/2.23" }]) {
      for (const path of [`/d/${token}`, `/d/${token}?mine`, `/d/${token}?lang=de`, `/d/${token}?x=1`]) {
        for (const method of ["GET", "HEAD"])
          expect((await ask({ path, method, headers: headers as Record<string, string> })).status).toBe(200);
      }
    }
    const page = await ask();
    expect(page.text).toContain("Har du bestilt dette?");
    expect(page.text).toMatch(/11\s490,00\skr|kr\s11\s490,00/);
    expect(page.text).toContain("for 1 minutt siden");
    expect((await ask({ path: `/d/${token}?lang=en` })).text).toContain("1 minute ago");
    for (const private_ of ["Zebra", known.number, known.number.slice(-8), known.code, known.id, known.ref, token])
      expect(page.text).not.toContain(private_);
    expect((await ask({ path: `/d/${token}?mine&lang=en` })).text).toContain("Nothing was changed");
    expect(await known.shop.view(known.id)).toMatchObject({ status: "sent", reason: null });
    expect((await known.visitor.check(known.code)).status).toBe(200);
  });

  it("stops the order by POST, for good, and tells the shopper's screen nothing of it", async () => {
    const known = await sent(at);
    const { token } = linkIn(known.body);
    const { stop, ask } = visit(token);
    const pages = await Promise.all([stop(), stop(), stop()]);
    for (const page of [...pages, await ask()]) {
      expect([page.status, page.text.includes("Vi har stoppet bestillingen")]).toEqual([200, true]);
      expect(page.text).toContain('href="tel:80010310"');
    }
    expect(await known.shop.view(known.id)).toMatchObject({ status: "denied", reason: "recipient_denied" });
    expect((await known.visitor.state()).status).toBe("blocked");
    expect(problemOf(await known.visitor.check(known.code))).toBe("VERIFICATION.ENDED");
    const repeated = await known.shop.post("", at.opening("tindra", known.ref, known.order));
    expect(repeated.text).not.toContain('"next_action":"redirect"');
  });

  it("holds an approved order: whoever redeems it, or had redeemed it, is told 423", async () => {
    const waiting = await approved(at);
    const page = await visit(linkIn(waiting.body).token).stop();
    expect(page.text).toContain("Vi har bedt om at bestillingen holdes tilbake");
    const refused = await waiting.shop.post(`/${waiting.id}/redeem`, { order: waiting.order });
    expect([refused.status, problemOf(refused)]).toEqual([423, "VERIFICATION.REVOKED"]);

    const redeemed = await approved(at);
    const redeem = () => redeemed.shop.post(`/${redeemed.id}/redeem`, { order: redeemed.order }, "the-same-key-twice");
    expect((await redeem()).status).toBe(200);
    await at.control("POST", "/clock", { shift_ms: 119 * 60_000 });
    const { ask, stop } = visit(linkIn(redeemed.body).token);
    expect((await ask({ headers: { "accept-language": "de" } })).text).toContain("vor 2 Stunden");
    expect((await stop()).text).toContain("holdes tilbake");
    expect(await redeemed.shop.view(redeemed.id)).toMatchObject({ status: "revoked", reason: "recipient_denied" });
    expect([(await redeem()).status, problemOf(await redeem())]).toEqual([423, "VERIFICATION.REVOKED"]);
  });

  it("ends two hours after the approval, and leads nowhere on another brand's host", async () => {
    const known = await approved(at);
    expect((await known.shop.post(`/${known.id}/redeem`, { order: known.order })).status).toBe(200);
    const { token } = linkIn(known.body);
    expect((await visit(token, "marisol").stop()).text).toContain(NEUTRAL.marisol);
    await at.control("POST", "/clock", { shift_ms: 121 * 60_000 });
    expect((await visit(token).stop()).text).toContain(NEUTRAL.tindra);
    expect(await known.shop.view(known.id)).toMatchObject({ status: "redeemed" });
  });
});

describe("the page", () => {
  it("has no script, no cookie, no field, little weight, and a policy that admits none", async () => {
    const known = await sent(at);
    const { ask, stop } = visit(linkIn(known.body).token);
    for (const page of [await ask(), await ask({ path: "/d/nothing" }), await stop()]) {
      expect(page.text).not.toMatch(/<(script|input|select|textarea|iframe|object|embed|base|link)\b/i);
      expect(page.text).not.toMatch(/\son\w+=|\sstyle=|javascript:/i);
      expect(page.text.match(/<form\b/g)?.length ?? 0).toBeLessThanOrEqual(1);
      expect(page.text).toContain("Vi spør aldri om kode, passord eller kort her.");
      expect(brotliCompressSync(page.text).length).toBeLessThanOrEqual(4096);
      const policy = String(page.headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/script-src|unsafe|\*/);
      expect(page.headers["set-cookie"]).toBeUndefined();
      expect(page.headers["cache-control"]).toBe("no-store");
      expect(page.headers["x-robots-tag"]).toBe("noindex");
      expect(page.text).toContain('<meta name="robots" content="noindex"');
      expect(page.headers["referrer-policy"]).toBe("same-origin");
    }
  });

  it.each(BRANDS)("of %s is the same, byte by byte, for forged and for unknown links", async (brand) => {
    const { ask, stop } = visit("bcdfghjk", brand);
    const pages = [await ask(), await ask({ path: "/d/BCDFGHJK" }), await ask({ path: "/d/x" }), await stop()];
    expect(new Set(pages.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(pages[0]?.status).toBe(200);
    expect(pages[0]?.text).toContain(NEUTRAL[brand]);
  });

  it("takes a press from its own origin alone, and no other method", async () => {
    const known = await sent(at);
    const { ask, origin } = visit(linkIn(known.body).token);
    for (const headers of [{}, { origin: "null" }, { origin: at.origins.shop("tindra") }, { origin: `${origin}0` }]) {
      const refused = await ask({ method: "POST", headers: headers as Record<string, string> });
      expect([refused.status, problemOf(refused)]).toEqual([403, "REQUEST.ORIGIN"]);
    }
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const refused = await ask({ method, headers: { origin } });
      expect([refused.status, refused.headers.allow]).toEqual([405, "GET, POST"]);
    }
    const { token } = linkIn(known.body);
    for (const host of [`127.0.0.1:${at.ports.worker}`, "127.0.0.1"])
      expect([404, 421]).toContain((await ask({ host, path: `/d/${token}` })).status);
    expect(await known.shop.view(known.id)).toMatchObject({ status: "sent" });
  });
});

describe("an answer to the text", () => {
  it("stops what this number was texted about, at this brand alone", async () => {
    const known = await sent(at, "rimal");
    expect(known.body).toMatch(/أجب لا\.\n@rimal\.localhost #\d{6}$/);
    expect(await answer("rimal", known.number, "نعم")).toEqual({ status: 204 });
    expect(await answer("rimal", "+971509999999", "لا")).toEqual({ status: 204 });
    expect(await answer("tindra", known.number, "NO")).toEqual({ status: 204 });
    expect(await known.shop.view(known.id)).toMatchObject({ status: "sent" });
    for (const _ of [1, 2]) expect(await answer("rimal", known.number, " لا! ")).toEqual({ status: 204 });
    expect(await known.shop.view(known.id)).toMatchObject({ status: "denied", reason: "recipient_denied" });
  });

  it("holds an order that was approved, and counts only when the gateway signed it", async () => {
    const known = await approved(at, "rimal");
    const form = new URLSearchParams({ From: known.number, To: "4310", Body: "NO", MessageSid: "SM1" });
    const headers = { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": "AAAA" };
    const forged = { method: "POST", path: "/receipts/twilio/rimal", headers, body: String(form) };
    expect(problemOf(await send(at.ports.worker, forged))).toBe("GATEWAY.SIGNATURE");
    expect(await known.shop.view(known.id)).toMatchObject({ status: "approved" });
    expect(await answer("rimal", known.number, "no")).toEqual({ status: 204 });
    const refused = await known.shop.post(`/${known.id}/redeem`, { order: known.order });
    expect([refused.status, problemOf(refused)]).toEqual([423, "VERIFICATION.REVOKED"]);
  });

  it("is written on the handset, where the sender is a number", async () => {
    const known = await sent(at, "rimal");
    const reply = (number: string, body: string) =>
      localFetch(`${at.origins.phone}/reply?number=${encodeURIComponent(number)}`, { method: "POST", body });
    expect((await reply(known.number, "لا")).status).toBe(200);
    expect(await known.shop.view(known.id)).toMatchObject({ status: "denied" });
    const named = await sent(at, "marisol");
    expect(named.body).toContain("No eres tu? Llama al 900 10 04 40.");
    expect((await reply(named.number, "NO")).status).toBe(409);
  });

  it("finds nothing before a text was sent", async () => {
    const known = await opened(at, "rimal");
    expect(await answer("rimal", known.number, "NO")).toEqual({ status: 204 });
    expect(await known.shop.view(known.id)).toMatchObject({ status: "created" });
  });
});
