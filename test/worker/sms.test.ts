import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smsText } from "../../worker/sms/message.ts";
import { isGsm7 } from "../../worker/sms/units.ts";
import {
  amounts,
  brands,
  CURRENCIES,
  chromiumReads,
  codes,
  counted,
  draftReads,
  hosts,
  LATIN,
  LOCALES,
  locales,
  meantBy,
  PACKS,
} from "./smstexts.ts";

describe("the text", () => {
  it("names the code, the brand and the amount, and ends in the origin-bound line", () => {
    const sms = {
      brand: "Tindra",
      amount: { value: 1_149_000, currency: "NOK" },
      code: "048291",
      host: "verify.tindra.example",
    };
    expect(smsText({ ...sms, locale: "nb" })).toBe(
      "048291 er din Tindra-kode (bestilling 11 490,00 kr). Del den aldri, heller ikke med oss.\n@verify.tindra.example #048291",
    );
    expect(smsText({ ...sms, locale: "en", embeddedIn: "www.tindra.example" })).toMatch(
      /^048291 is your Tindra code \(order NOK 11,490\.00\)\. Never share it, even with our staff\.\n@www\.tindra\.example #048291 @verify\.tindra\.example$/,
    );
  });

  it("gives a parser of the draft and Chromium the same true host and code, whatever the brand is called", () => {
    const content = fc.record({ locale: locales, brand: brands, amount: amounts, code: codes, host: hosts });
    fc.assert(
      fc.property(content, fc.option(hosts, { nil: undefined }), (said, embeddedIn) => {
        const sms = { ...said, embeddedIn };
        const text = smsText(sms);
        expect([draftReads(text), chromiumReads(text)]).toEqual([meantBy(sms), meantBy(sms)]);
      }),
      { numRuns: 3000 },
    );
  });

  it("holds one line break, and nothing after the code that Chromium or a gateway could take along", () => {
    fc.assert(
      fc.property(locales, brands, amounts, codes, hosts, (locale, brand, amount, code, host) => {
        const text = smsText({ locale, brand, amount, code, host });
        expect(text.match(/[\p{Cc}\p{Zl}\p{Zp}]/gu)).toEqual(["\n"]);
        expect(text.endsWith(`\n@${host} #${code}`)).toBe(true);
        expect(text.match(/[@#]/g)).toEqual(["@", "#"]);
      }),
    );
  });

  it.each(PACKS)(
    "of $id fits at its highest amounts, one part where the alphabet allows, and in a frame two",
    (pack) => {
      for (const locale of pack.locales) {
        for (const [currency, value] of Object.entries(pack.sms.maxAmount)) {
          for (const code of ["482913", "48291304"]) {
            const sms = { locale, brand: pack.shortName, amount: { value, currency }, code, host: pack.hosts.sms };
            const text = smsText(sms);
            expect([draftReads(text), chromiumReads(text)]).toEqual([meantBy(sms), meantBy(sms)]);
            expect(counted(text).parts, text).toBeLessThanOrEqual(locale === "ar" || locale === "el" ? 2 : 1);
            // The language the brand speaks is one the SMS speaks: English must be chosen, never fallen back to.
            expect(text.startsWith(`${code} is your`)).toBe(locale === "en");
            for (const shop of pack.origins.shop) {
              const framed = { ...sms, embeddedIn: new URL(shop).hostname };
              const embedded = smsText(framed);
              expect([draftReads(embedded), chromiumReads(embedded)]).toEqual([meantBy(framed), meantBy(framed)]);
              expect(counted(embedded).parts, embedded).toBeLessThanOrEqual(2);
            }
          }
        }
      }
    },
  );

  it("fits one part in every Latin language and two in Greek and Arabic, at the highest price and on the longest usual host", () => {
    for (const locale of LOCALES) {
      for (const currency of CURRENCIES) {
        for (const code of ["482913", "48291304"]) {
          const amount = { value: 999_999, currency };
          const brand = code.length === 6 ? "Sixteen-Lettered" : "TelcoBrand";
          const text = smsText({ locale, brand, amount, code, host: "verify.brand-telco.example" });
          expect(counted(text).parts, text).toBeLessThanOrEqual(locale === "ar" || locale === "el" ? 2 : 1);
        }
      }
    }
  });

  it("is set in Greek capitals where letters would fill three parts", () => {
    const sms = { locale: "el", brand: "TelcoBrand", amount: { value: 114_900, currency: "EUR" }, code: "482913" };
    const short = { ...sms, host: "verify.brand-telco.example" };
    expect(smsText(short)).toContain("482913 κωδικός TelcoBrand (παραγγελία 1.149,00 €)");
    const capitals = "482913 KΩΔIKOΣ TelcoBrand (ΠAPAΓΓEΛIA 1.149,00 €)";
    expect(smsText({ ...sms, host: "secure-checkout.shop.brand-telco-mobile.example" })).toContain(capitals);
    const framed = smsText({ ...short, embeddedIn: "www.brand-telco.example" });
    expect(framed).toContain(capitals);
    expect(counted(framed)).toMatchObject({ encoding: "gsm", parts: 1 });
  });

  it.each([
    ["es", "482913 es tu código TelcoBrand (pedido 1.149,00 €)."],
    ["pt", "482913 é o seu código TelcoBrand (encomenda 1 149,00 €)."],
    ["pl", "482913 to Twój kod TelcoBrand (zamówienie 1 149,00 €). Nie podawaj go nikomu, także nam."],
    ["tr", "482913 TelcoBrand kodunuz (sipariş €1.149,00). Kimseyle, bizimle bile paylaşmayın."],
  ] as const)(
    "is written in full in %s where the brand pays for it, and within GSM where that would take a third part",
    (locale, said) => {
      const sms = { locale, brand: "TelcoBrand", amount: { value: 114_900, currency: "EUR" }, code: "482913" };
      const native = { ...sms, host: "id.telco.example", spelling: { [locale]: "native" } };
      const text = smsText(native);
      expect(text).toContain(said);
      expect(counted(text)).toMatchObject({ encoding: "ucs2", parts: 2 });
      const plain = smsText({ ...native, spelling: undefined });
      expect(counted(plain)).toMatchObject({ encoding: "gsm", parts: 1 });
      expect(smsText({ ...native, spelling: { en: "native" } })).toBe(plain);
      const far = { ...native, host: `secure-checkout.${"shop.".repeat(6)}brand-telco-mobile.example` };
      expect(counted(smsText(far)).encoding).toBe("gsm");
    },
  );

  it("is as short as GSM makes it in Greek where the brand prefers that, and never in Arabic", () => {
    const sms = { brand: "TelcoBrand", amount: { value: 114_900, currency: "EUR" }, code: "482913" };
    const host = "verify.brand-telco.example";
    const greek = smsText({ ...sms, locale: "el", host, spelling: { el: "gsm" } });
    expect(greek).toContain("482913 KΩΔIKOΣ TelcoBrand");
    expect(counted(greek)).toMatchObject({ encoding: "gsm", parts: 1 });
    const arabic = { ...sms, locale: "ar", host };
    expect(smsText({ ...arabic, spelling: { ar: "gsm" } })).toBe(smsText(arabic));
  });

  it("stays in the GSM alphabet in every Latin language", () => {
    fc.assert(
      fc.property(fc.constantFrom(...LATIN), amounts, codes, hosts, (locale, amount, code, host) => {
        const text = smsText({ locale, brand: "TelcoBrand", amount, code, host });
        expect(isGsm7(text), text).toBe(true);
        expect(counted(text).encoding).toBe("gsm");
      }),
    );
  });

  it("shows no second run of four digits that a keyboard could take for the code", () => {
    fc.assert(
      fc.property(locales, amounts, codes, (locale, amount, code) => {
        const text = smsText({ locale, brand: "Tindra", amount, code, host: "verify.tindra.example" });
        expect(text.match(/\d{4,}/g)).toEqual([code, code]);
      }),
    );
  });

  it("takes the language of a tag, and English where a language is not spoken", () => {
    const sms = {
      brand: "Tindra",
      amount: { value: 100, currency: "EUR" },
      code: "482913",
      host: "verify.tindra.example",
    };
    expect(smsText({ ...sms, locale: "de-AT" })).toBe(smsText({ ...sms, locale: "de" }));
    for (const locale of ["xx", "constructor", ""])
      expect(smsText({ ...sms, locale })).toBe(smsText({ ...sms, locale: "en" }));
  });
});
