import { readFileSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { type Locale, money } from "../../web/i18n/index.ts";
import { count } from "../../web/i18n/messages.ts";
import { TEXTS } from "../../web/i18n/texts.ts";
import { clock } from "../../web/step/clock.ts";
import marisol from "../../worker/brands/packs/marisol.json" with { type: "json" };
import rimal from "../../worker/brands/packs/rimal.json" with { type: "json" };
import tindra from "../../worker/brands/packs/tindra.json" with { type: "json" };
import { brandPackSchema } from "../../worker/brands/schema.ts";
import { smsText } from "../../worker/sms/message.ts";

const PACKS = [tindra, marisol, rimal];
const accepts = (pack: unknown) => v.safeParse(brandPackSchema, pack).success;

describe("a brand pack", () => {
  it.each(PACKS)("$id passes the schema", (pack) => {
    expect(v.safeParse(brandPackSchema, pack).issues).toBeUndefined();
  });

  it("is refused with an unknown key at any depth", () => {
    expect(accepts({ ...tindra, script: "x" })).toBe(false);
    expect(accepts({ ...tindra, color: { ...tindra.color, text: "#ffffff" } })).toBe(false);
    expect(accepts({ ...tindra, limits: { guess: 3 } })).toBe(false);
  });

  it.each([
    ["a limit looser than the product's", { limits: { guesses: 6 } }],
    ["shorter waits", { limits: { resend_waits_s: [5] } }],
    ["CSS in a colour", { color: { ...tindra.color, brand: "red;}" } }],
    ["a remote logo", { logo: { ...tindra.logo, light: "https://cdn.example/logo.svg" } }],
    ["another brand's logo", { logo: { ...tindra.logo, light: "/assets/brands/rimal/logo-v1.svg" } }],
    ["a path in an origin", { origins: { ...tindra.origins, return: ["https://www.tindra.example/x"] } }],
    ["plain http", { origins: { ...tindra.origins, return: ["http://www.tindra.example"] } }],
    ["an SMS host that is not the step's", { hosts: { ...tindra.hosts, sms: "tindra.example" } }],
    ["a default language it does not speak", { defaultLocale: "ar" }],
    ["a language without support hours", { locales: ["nb", "en", "de", "es"] }],
    ["a reply keyword but a sender nobody can answer", { sms: { ...tindra.sms, deny: ["keyword"] } }],
    ['no decision on how the SMS says "not you?"', { sms: { ...tindra.sms, deny: undefined } }],
    ["a deny host with a port", { hosts: { ...tindra.hosts, deny: "t.example:8443" } }],
    [
      "hardware without proof",
      { policy: { ...tindra.policy, exempt: { category: ["hardware"], below: { NOK: 100 } } } },
    ],
    [
      "large orders without proof",
      { policy: { ...tindra.policy, exempt: { category: ["service"], below: { NOK: 40_000 } } } },
    ],
    [
      "no proof in a currency it does not take",
      { policy: { ...tindra.policy, exempt: { category: ["service"], below: { SEK: 100 } } } },
    ],
    ["a support number like a code", { support: { ...tindra.support, phone: "800103" } }],
  ])("is refused with %s", (_, over) => {
    expect(accepts({ ...tindra, ...over })).toBe(false);
  });

  it.each(PACKS)("$id has logos of at most 5 KB without script or reference", ({ logo }) => {
    for (const file of Object.values(logo).filter((value) => typeof value === "string")) {
      const svg = readFileSync(new URL(`../../web/public${file}`, import.meta.url), "utf8");
      expect(svg.length).toBeLessThan(5000);
      expect(svg).not.toMatch(/<script|href|\bon\w+=|url\(/);
    }
  });
});

describe("a translation", () => {
  const places = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
  it.each(Object.entries(TEXTS))("%s has the places of the English text", (_, texts) => {
    for (const [id, english] of Object.entries(TEXTS.en)) {
      const text = texts[id as keyof typeof texts];
      if (typeof english === "string") expect([id, places(text as string)]).toEqual([id, places(english)]);
    }
  });

  it("counts in the plural forms of its language", () => {
    expect(count(TEXTS.ar.tries, 2, "ar")).toBe("بقيت محاولتان.");
    expect(count(TEXTS.ar.tries, 3, "ar")).toBe("بقيت 3 محاولات.");
    expect(count(TEXTS.en.tries, 1, "en")).toBe("1 try left.");
  });
});

describe("an amount", () => {
  it("stands on the page as in the text message, sign for sign", () => {
    for (const locale of Object.keys(TEXTS) as Locale[])
      for (const currency of ["NOK", "SEK", "EUR", "GBP", "AED", "SAR", "JOD", "EGP", "USD", "JPY", "PLN", "KWD"])
        for (const value of [0, 5, 99_900, 114_900, 279_900, 1_234_567_890]) {
          const content = { locale, brand: "B", amount: { value, currency }, code: "0", host: "h.example" };
          const said = /\(\S+ (.+?)\)/.exec(smsText(content))?.[1];
          expect([locale, money(value, currency, locale)]).toEqual([locale, said]);
        }
  });

  it("groups thousands in every language, and gives a dirham its code", () => {
    expect(money(114_900, "EUR", "es")).toBe("1.149,00 €");
    expect(money(114_900, "EUR", "pt")).toBe("1 149,00 €");
    expect(money(279_900, "AED", "ar")).toBe("2,799.00 AED");
  });
});

describe("a time", () => {
  it("is told by a clock of 24 hours in English too", () => {
    expect(clock("2026-11-22T17:27:00.000Z", "en")).toMatch(/^\d\d:27$/);
    expect(clock("2026-11-22T17:27:00.000Z", "nb")).toMatch(/^\d\d:27$/);
  });
});
