import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mobileNumber } from "../../worker/customer/number.ts";
import { claims, retryAfterS } from "../../worker/customer/oidc.ts";

const COUNTRIES = ["NO", "SE", "DE", "ES", "AE"];

describe("the number on file", () => {
  it.each([
    ["+4792123456", "+4792123456", "NO"],
    ["+47 921 23 456", "+4792123456", "NO"],
    ["+46 (0)70-123 45 67", "+46701234567", "SE"],
    ["+49 1512 3456789", "+4915123456789", "DE"],
    ["+34612345678", "+34612345678", "ES"],
    ["+971501234567", "+971501234567", "AE"],
  ])("is read from %s", (written, number, country) => {
    expect(mobileNumber(written, COUNTRIES)).toEqual({ number, country, ending: number.slice(-2) });
  });

  it.each([
    ["a national form", "92123456"],
    ["an international prefix other than +", "004792123456"],
    ["a form without +", "4792123456"],
    ["a URI", "tel:+4792123456"],
    ["an extension", "+4792123456;ext=12"],
    ["an extension in words", "+4792123456 ext 5"],
    ["two numbers", "+4792123456, +4792123457"],
    ["two numbers without a comma", "+4792123456 +4792123457"],
    ["full-width digits", "+４７９２１２３４５６"],
    ["Arabic-Indic digits", "+٤٧٩٢١٢٣٤٥٦"],
    ["too few digits", "+479212345"],
    ["too many digits", "+47921234567"],
    ["a land line", "+4722123456"],
    ["premium rate in Norway", "+4782012345"],
    ["premium rate in Spain", "+34803123456"],
    ["shared cost in Germany", "+491801234567"],
    ["toll-free in the Emirates", "+971800123456"],
    ["a satellite phone of Globalstar", "+881612345678"],
    ["a satellite phone of Inmarsat", "+870773111632"],
    ["an international network", "+882131234567"],
    ["international premium rate", "+979123456789"],
    ["a mobile in a country the brand does not serve", "+254712345678"],
    ["words", "call me maybe"],
    ["nothing", ""],
    ["a plus", "+"],
    ["five thousand digits", `+47${"9".repeat(5000)}`],
  ])("is refused when it is %s", (_, written) => {
    expect(mobileNumber(written, COUNTRIES)).toBeUndefined();
  });

  it("is refused for a satellite phone even where no country is listed or an empty one is", () => {
    for (const list of [[], [""], ["001"], ["undefined"]]) expect(mobileNumber("+881612345678", list)).toBeUndefined();
  });

  it("is E.164 in a listed country or nothing, for any text", () => {
    const digits = fc.stringMatching(/^\+(47|46|49|34|971)[0-9 -]{6,12}$/);
    fc.assert(
      fc.property(fc.oneof(digits, fc.string(), fc.string({ unit: "binary" })), (written) => {
        const mobile = mobileNumber(written, COUNTRIES);
        if (!mobile) return;
        expect(mobile.number).toMatch(/^\+[1-9]\d{6,14}$/);
        expect(mobile.number.endsWith(mobile.ending)).toBe(true);
        expect(COUNTRIES).toContain(mobile.country);
        expect(mobileNumber(mobile.number, COUNTRIES)).toEqual(mobile);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the authority's answer", () => {
  const now = Date.UTC(2026, 10, 22);
  const ref = "c1";
  const stranger = { ok: false, why: "auth_token_refused" } as const;
  const unavailable = { ok: false, why: "unavailable", retryAfterS: 5 };
  const right = { sub: ref, phone_number: "+4792123456", phone_number_verified: true, updated_at: 1_700_000_000 };
  const read = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
    claims(new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers }), {
      ref,
      now,
      stranger,
    });

  it("gives the verified number and when the record changed", async () => {
    expect(await read(right)).toEqual({ ok: true, phone: "+4792123456", changedAt: 1_700_000_000_000 });
    expect(await read({ ...right, name: "ignored", extra: [1] })).toMatchObject({ ok: true });
  });

  it("leaves the time of the last change unknown when it is absent, null, zero or negative", async () => {
    for (const updated_at of [undefined, null, 0, -1]) {
      expect(await read({ ...right, updated_at })).toEqual({ ok: true, phone: "+4792123456", changedAt: undefined });
    }
  });

  it("reads a change in the future as one of this moment", async () => {
    expect(await read({ ...right, updated_at: now / 1000 + 60 })).toMatchObject({ changedAt: now });
    expect(await read({ ...right, updated_at: 1_700_000_000_000 })).toMatchObject({ changedAt: now });
  });

  it("never takes another customer's number", async () => {
    for (const sub of ["c2", "C1", "c1 ", "c1\0", "", "c11"]) expect(await read({ ...right, sub })).toEqual(stranger);
    expect(await read(`{"sub":"c1","sub":"c2","phone_number":"+4792123456","phone_number_verified":true}`)).toEqual(
      stranger,
    );
  });

  it("is no number when there is none or it is not verified", async () => {
    for (const change of [
      { phone_number: undefined },
      { phone_number: null },
      { phone_number: "" },
      { phone_number_verified: false },
      { phone_number_verified: undefined },
      { phone_number_verified: null },
    ]) {
      expect(await read({ ...right, ...change })).toEqual({ ok: false, why: "no_number" });
    }
  });

  it("is unavailable when a member has the wrong type", async () => {
    for (const change of [
      { phone_number: ["+4792123456", "+4792123457"] },
      { phone_number: 4792123456 },
      { phone_number: { value: "+4792123456" } },
      { phone_number_verified: "true" },
      { phone_number_verified: 1 },
      { updated_at: "1700000000" },
      { updated_at: "2023-11-14" },
      { sub: undefined },
      { sub: 1 },
      { sub: [ref] },
    ]) {
      expect(await read({ ...right, ...change })).toEqual(unavailable);
    }
  });

  it("is unavailable when it is not a JSON object", async () => {
    for (const body of [
      "",
      "{",
      '{"sub": "c1", "phone_nu',
      "null",
      "[]",
      '"c1"',
      "<html>",
      "eyJhbGciOiJub25lIn0.e30.",
    ]) {
      expect(await read(body)).toEqual(unavailable);
    }
  });

  it("tells an unknown customer from a fault", async () => {
    expect(await read({ error: "unknown_subject" }, 404)).toEqual({ ok: false, why: "unknown_customer" });
    for (const status of [201, 202, 301, 302, 400, 401, 403, 409, 410, 429, 500, 502, 503]) {
      expect(await read(right, status)).toEqual(unavailable);
    }
    expect(await read("", 429, { "retry-after": "2" })).toEqual({ ok: false, why: "unavailable", retryAfterS: 2 });
  });

  it("is a number only from a 200 that names the customer, whatever else it holds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 200, max: 599 }), fc.json(), async (status, body) => {
        if ([204, 205, 304].includes(status)) return;
        expect((await read(body, status)).ok).toBe(false);
      }),
    );
  });

  it.each([
    [undefined, 5],
    ["", 5],
    ["soon", 5],
    ["0", 1],
    ["7", 7],
    ["1.5", 5],
    ["999999999999999999999", 120],
    [new Date(now + 30_000).toUTCString(), 30],
    [new Date(now - 30_000).toUTCString(), 1],
  ])("reads Retry-After %s as %d seconds", (asked, waitS) => {
    expect(retryAfterS(new Headers(asked === undefined ? {} : { "retry-after": asked }), now)).toBe(waitS);
  });
});
