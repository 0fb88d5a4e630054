import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { authentic, deliveryReport, fateOf, inbound } from "../../worker/sms/twilio.ts";

describe("the gateway's answer", () => {
  const now = Date.UTC(2026, 10, 22);
  const sid = `SM${"0123456789abcdef".repeat(2)}`;
  const error = (code: number, status: number) => JSON.stringify({ code, message: "m", more_info: "u", status });
  const fate = (status: number, body?: string, headers: Record<string, string> = {}) =>
    fateOf(status, new Headers(headers), body, now);
  const refused = { fate: "refused", retryAfterS: 5 };

  it("is accepted with a message id, and with nothing less", () => {
    expect(fate(201, JSON.stringify({ sid, status: "queued" }))).toEqual({ fate: "accepted", messageId: sid });
    for (const body of [
      undefined,
      "",
      "{",
      `{"sid":"SM0123`,
      "null",
      "[]",
      `{"sid":5}`,
      `{"sid":"CA${sid.slice(2)}"}`,
      "<html>",
    ]) {
      expect(fate(201, body)).toEqual({ fate: "unclear" });
    }
    expect(fate(200, error(21610, 400))).toEqual({ fate: "unclear" });
  });

  it.each([21211, 21408, 21610, 21612, 21614, 21635])("is final when error %d blames the destination", (code) => {
    expect(fate(400, error(code, 400))).toEqual({ fate: "rejected" });
  });

  it("gives the send back on every other 4xx, whoever wrote the body", () => {
    expect(fate(400, error(21603, 400))).toEqual(refused);
    expect(fate(401, error(20003, 401))).toEqual(refused);
    expect(fate(429, error(20429, 429), { "retry-after": "2" })).toEqual({ fate: "refused", retryAfterS: 2 });
    for (const status of [400, 401, 403, 404, 408, 429, 499]) expect(fate(status, "<html>")).toEqual(refused);
    expect(fate(404)).toEqual(refused);
  });

  it("gives the send back on a 5xx only when Twilio itself, or a 503, says so", () => {
    for (const status of [500, 502, 503, 504]) expect(fate(status, error(20500, status))).toEqual(refused);
    expect(fate(503, "upstream", { "retry-after": "30" })).toEqual({ fate: "refused", retryAfterS: 30 });
    for (const status of [500, 502, 504, 520, 301, 307]) expect(fate(status, "<html>")).toEqual({ fate: "unclear" });
    expect(fate(500)).toEqual({ fate: "unclear" });
  });

  it.each([
    ["0", 1],
    ["86400", 120],
    ["-4", 5],
    ["soon", 5],
    [new Date(now + 17_000).toUTCString(), 17],
    [new Date(now - 17_000).toUTCString(), 1],
  ])("reads Retry-After %s as %d seconds", (asked, waitS) => {
    expect(fate(429, undefined, { "retry-after": asked })).toEqual({ fate: "refused", retryAfterS: waitS });
  });

  it("never calls a send accepted or given back without a reason in the answer", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }),
        fc.option(fc.oneof(fc.json(), fc.string()), { nil: undefined }),
        (status, body) => {
          const { fate: what } = fate(status, body);
          expect(what).not.toBe("accepted");
          if (status < 400) expect(what).toBe("unclear");
        },
      ),
    );
  });
});

describe("a status callback", () => {
  const url = "https://mycompany.com/myapp.php?foo=1&bar=2";
  const token = "12345";
  const form = {
    CallSid: "CA1234567890ABCDE",
    Caller: "+14158675309",
    Digits: "1234",
    From: "+14158675309",
    To: "+18005551212",
  };
  const signed = "RSOYDt4T1cUTdK1PDd93/VVr8B8="; // https://www.twilio.com/docs/usage/security, the worked example

  it("is authentic with the signature of Twilio's own example", () => {
    const text = `${url}CallSidCA1234567890ABCDECaller+14158675309Digits1234From+14158675309To+18005551212`;
    expect(createHmac("sha1", token).update(text).digest("base64")).toBe(signed);
    expect(authentic(url, new URLSearchParams(form), signed, token)).toBe(true);
    expect(authentic(url, new URLSearchParams(Object.entries(form).reverse()), signed, token)).toBe(true);
  });

  it("is forged when the address, a value, a name, the token or the signature differs", () => {
    expect(authentic(url.replace("https", "http"), new URLSearchParams(form), signed, token)).toBe(false);
    expect(authentic(url, new URLSearchParams({ ...form, Digits: "1235" }), signed, token)).toBe(false);
    expect(authentic(url, new URLSearchParams({ ...form, Extra: "" }), signed, token)).toBe(false);
    expect(authentic(url, new URLSearchParams(form), signed, "12346")).toBe(false);
    for (const other of ["", "=", signed.slice(0, -1), `${signed} `, signed.toLowerCase(), "é".repeat(28)]) {
      expect(authentic(url, new URLSearchParams(form), other, token)).toBe(false);
    }
  });

  it("signs each different value of a repeated name once", () => {
    const twice = new URLSearchParams("a=2&a=1&a=2&b=3");
    const mac = createHmac("sha1", token).update(`${url}a1a2b3`).digest("base64");
    expect(authentic(url, twice, mac, token)).toBe(true);
  });

  const sid = `SM${"ab".repeat(16)}`;
  it.each([
    ["sent", "sent"],
    ["delivered", "delivered"],
    ["undelivered", "failed"],
    ["failed", "failed"],
  ])("reports %s as %s", (status, read) => {
    expect(deliveryReport(new URLSearchParams({ MessageSid: sid, MessageStatus: status }))).toEqual({
      status: read,
      messageId: sid,
    });
  });

  it("is ignored when it says nothing new, nothing known, or two things", () => {
    for (const status of ["accepted", "queued", "sending", "read", "", "constructor", "DELIVERED"]) {
      expect(deliveryReport(new URLSearchParams({ MessageSid: sid, MessageStatus: status }))).toEqual({
        status: "ignored",
      });
    }
    for (const query of [
      "",
      "MessageStatus=sent",
      `MessageSid=${sid}`,
      "MessageSid=x&MessageStatus=sent",
      `MessageSid=${sid}&MessageStatus=sent&MessageStatus=failed`,
    ]) {
      expect(deliveryReport(new URLSearchParams(query))).toEqual({ status: "ignored" });
    }
  });
});

describe("an inbound message", () => {
  it("is read with one sender and one body, and nothing else", () => {
    const form = { From: "+971501234567", Body: "لا", To: "4310", MessageSid: "SM1", SmsStatus: "received" };
    const read = (change: object = {}) => inbound(new URLSearchParams({ ...form, ...change }));
    expect(read()).toEqual({ from: "+971501234567", body: "لا" });
    expect(read({ Body: "" })).toEqual({ from: "+971501234567", body: "" });
    expect(read({ MessageStatus: "delivered" })).toBeUndefined();
    for (const From of ["", "4310", "Tindra", "+0123456789", "whatsapp:+971501234567"])
      expect(read({ From })).toBeUndefined();
    expect(inbound(new URLSearchParams(`${new URLSearchParams(form)}&Body=NO`))).toBeUndefined();
    expect(inbound(new URLSearchParams("From=%2B971501234567"))).toBeUndefined();
  });
});
