import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DenyForm, denyLine, saysNo } from "../../worker/sms/deny.ts";
import { type DenyWays, denialText, type SmsContent, smsText } from "../../worker/sms/message.ts";
import { isGsm7 } from "../../worker/sms/units.ts";
import { inGsm, WORDS } from "../../worker/sms/words.ts";
import {
  amounts,
  brands,
  CATEGORIES,
  chromiumReads,
  codes,
  counted,
  draftReads,
  FORMS,
  hostile,
  hosts,
  LATIN,
  LOCALES,
  locales,
  meantBy,
  PACKS,
  PHONE,
} from "./smstexts.ts";

const sms = { brand: "TelcoBrand", amount: { value: 114_900, currency: "EUR" }, code: "482913" };
const host = "id.telco.example";
const link = `https://${host}/d/bcDFghJK`;

describe("the deny line", () => {
  it("stands between the warning and the last line, a link with nothing after it", () => {
    const ways = { forms: ["link"], link, phone: PHONE, category: "hardware" } as const;
    expect(denialText({ ...sms, locale: "en", host, amount: { value: 114_900, currency: "GBP" } }, ways)).toEqual({
      text: `482913 is your TelcoBrand code (order £1,149.00). Never share it, even with our staff. Not you? ${link}\n@${host} #482913`,
      deny: "link",
    });
  });

  it("keeps the blocks of a telephone number in their order in Arabic, and out of the GSM texts' way", () => {
    const ways = { forms: ["phone"], link, phone: "+971 800 0310", category: "hardware" } as const;
    expect(denialText({ ...sms, locale: "ar", host }, ways).text).toContain("لست أنت؟ \u200e+971\u00a0800\u00a00310.");
    for (const words of [...LATIN, "el" as const].map(inGsm))
      for (const form of FORMS) expect(isGsm7(denyLine(form, words, { link, phone: PHONE }))).toBe(true);
  });

  it("asks for no word that carriers take for an opt-out", () => {
    for (const words of [...Object.values(WORDS), ...LOCALES.map(inGsm)]) {
      const text = `${words.notice} ${denyLine("keyword", words, { link, phone: PHONE })}`;
      expect(text).not.toMatch(
        /\b(STOP|STOPP|END|ENDE|CANCEL|CANCELAR|QUIT|UNSUBSCRIBE|BAJA|PARAR|SLUTT|REVOKE|OPTOUT|ARRET|ANNULER|ALTO|FERMA|AFMELDEN|KONIEC|IPTAL|DUR)\b/i,
      );
      const asked = text
        .split(" ")
        .slice(-2)
        .filter((word) => saysNo(word));
      expect(asked, text).toHaveLength(1);
    }
  });
});

describe("the ladder", () => {
  const codeOf = (digits: number) => "48291304".slice(0, digits);

  const warningOf = (text: string) => text.slice(text.indexOf("). ") + 3).split("\n", 1)[0] as string;

  function judge(content: SmsContent, ways: DenyWays) {
    const plain = smsText(content);
    const { text, deny } = denialText(content, ways);
    const meant = meantBy(content);
    expect([draftReads(text), chromiumReads(text)]).toEqual([meant, meant]);
    const last = plain.split("\n")[1];
    // With its warning whole: in the spelling of the plain text, or within GSM where only that has room.
    const gsm = LOCALES.map((locale) => inGsm(locale).text);
    const warned = [plain, ...gsm].some((one) => text.includes(warningOf(one)));
    expect(warned && text.endsWith(`\n${last}`), text).toBe(true);
    expect(text.match(/[\p{Cc}\p{Zl}\p{Zp}]/gu)).toEqual(["\n"]);
    if (deny === null) expect(text).toBe(plain);
    const [before, now] = [counted(plain).parts, counted(text).parts];
    if (now > before) expect([ways.category, now]).toEqual(["hardware", 2]);
    return { text, deny, parts: now };
  }

  it.each(PACKS)(
    "of $id keeps to its parts in every language, category and form, warning and last line in place",
    (pack) => {
      const orders: DenyForm[][] = [pack.sms.deny, ...FORMS.map((form) => [form]), [...FORMS]];
      const link = `https://${pack.hosts.step}/d/bcDFghJK`;
      for (const locale of pack.locales)
        for (const [currency, value] of Object.entries(pack.sms.maxAmount))
          for (const category of CATEGORIES)
            for (const forms of orders)
              for (const digits of [6, 8]) {
                const { spelling } = pack.sms;
                const said = { locale, spelling, brand: pack.shortName };
                const content = { ...said, amount: { value, currency }, code: codeOf(digits) };
                const ways = { forms, link, phone: pack.support.phone, category };
                const { deny, parts } = judge({ ...content, host: pack.hosts.sms }, ways);
                expect(parts).toBeLessThanOrEqual(2);
                // What carries goods out of the house always says how to stop it.
                if (category === "hardware" && forms === pack.sms.deny) expect(deny).not.toBeNull();
              }
    },
  );

  it.each([
    ["tindra", "nb", "hardware", "link", 2],
    ["tindra", "nb", "service", null, 1],
    ["tindra", "en", "hardware", "link", 2],
    ["tindra", "de", "hardware", "link", 2],
    ["tindra", "nl", "hardware", "link", 2],
    ["tindra", "pl", "service", null, 1],
    ["marisol", "es", "hardware", "phone", 2],
    ["marisol", "es", "accessory", null, 1],
    ["marisol", "pt", "hardware", "phone", 1],
    ["marisol", "pt", "service", "phone", 1],
    ["marisol", "fr", "hardware", "phone", 2],
    ["marisol", "fr", "service", null, 1],
    ["marisol", "it", "service", "phone", 1],
    ["rimal", "ar", "hardware", "keyword", 2],
    ["rimal", "ar", "service", "keyword", 2],
    ["rimal", "en", "service", "keyword", 1],
    ["rimal", "tr", "service", "keyword", 1],
    ["rimal", "el", "service", "keyword", 1],
  ] as const)("of %s in %s sends for %s the form %s in %d", (id, locale, category, deny, count) => {
    const pack = PACKS.find((one) => one.id === id) as (typeof PACKS)[number];
    const [[currency, value] = ["", 0]] = Object.entries(pack.sms.maxAmount);
    const { spelling } = pack.sms;
    const content = { locale, spelling, brand: pack.shortName, amount: { value, currency }, code: "482913" };
    const link = `https://${pack.hosts.step}/d/bcDFghJK`;
    const ways = { forms: pack.sms.deny, link, phone: pack.support.phone, category };
    const seen = judge({ ...content, host: pack.hosts.sms }, ways);
    expect([seen.deny, seen.parts]).toEqual([deny, count]);
  });

  it("goes out within GSM where full orthography has no room for it", () => {
    const content = { ...sms, locale: "es", spelling: { es: "native" }, host } as const;
    const ways = { link, phone: PHONE, category: "service" } as const;
    expect(judge(content, { ...ways, forms: [] }).text).toContain("código");
    const { text, deny, parts } = judge(content, { ...ways, forms: ["keyword"] });
    expect([deny, parts]).toEqual(["keyword", 1]);
    expect(text).toContain("codigo");
    const greek = { ...content, locale: "el", amount: { value: 100, currency: "EUR" }, brand: "T" } as const;
    expect(judge(greek, { ...ways, forms: ["keyword"] }).text).toContain("Απαντήστε ΟΧΙ.");
  });

  it("takes the first form that costs no part before one the brand likes better", () => {
    const content = { locale: "en", brand: "Tindra", amount: { value: 1_149_000, currency: "NOK" }, code: "482913" };
    const ways = { link: "https://verify.tindra.example/d/bcDFghJK", phone: PHONE, category: "hardware" } as const;
    const form = (forms: DenyForm[], change: object = {}) =>
      judge({ ...content, host: "verify.tindra.example" }, { ...ways, forms, ...change }).deny;
    expect(form(["link", "phone"])).toBe("phone");
    expect(form(["link"])).toBe("link");
    expect(form(["link"], { category: "service" })).toBeNull();
    expect(form(["link"], { link: null })).toBeNull();
    expect(form(["link", "keyword"], { link: null })).toBe("keyword");
    expect(form([])).toBeNull();
  });

  it("lets no variable speak for another host, wherever it stands", () => {
    const phones = fc.oneof(fc.constant(PHONE), hostile, fc.string({ unit: "binary", maxLength: 20 }));
    const links = fc.oneof(fc.constant("http://tindra.localhost:8787/d/bcDFghJK"), fc.constant(null), hostile);
    const orders = fc.shuffledSubarray([...FORMS]);
    fc.assert(
      fc.property(
        fc.record({ locale: locales, brand: brands, amount: amounts, code: codes, host: hosts }),
        fc.record({ forms: orders, link: links, phone: phones, category: fc.constantFrom(...CATEGORIES) }),
        fc.option(hosts, { nil: undefined }),
        (content, ways, embeddedIn) => void judge({ ...content, embeddedIn }, ways),
      ),
      { numRuns: 800 },
    );
  });
});

describe("an answer", () => {
  it("says no in the word that each language's text asks for", () => {
    const asked = ["NO", "NEI", "NEIN", "NON", "NO", "NO", "NÃO", "NEE", "NIE", "HAYIR", "ΟΧΙ", "لا"];
    expect(LOCALES.map((locale, nth) => WORDS[locale].reply.includes(asked[nth] ?? "?"))).toEqual(
      asked.map(() => true),
    );
    for (const word of asked) expect(saysNo(word), word).toBe(true);
  });

  it.each([
    ...["NO", "no", " No. ", "Nei!", "NEIN", "«non»", "nao", "NÃO", "NA\u0303O", "nee", "Nie", "hayır", "HAYIR"],
    ...["OXI", "ΟΧΙ", "όχι", "لا", "لا!", "\u200fلا\u200e", "ﻻ", "N.O.", "¡no!", "no\n"],
  ])("says no: %j", (answer) => {
    expect(saysNo(answer)).toBe(true);
  });

  it.each([
    ...["", " ", "yes", "no no", "no thanks", "NOPE", "STOP", "482913", "NO 482913", "know", "piano", "n o", "نعم"],
    ...["NO".repeat(50), "0", "?", "not me", "constructor"],
  ])("says anything else: %j", (answer) => {
    expect(saysNo(answer)).toBe(false);
  });
});
