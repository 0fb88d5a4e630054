import { createHmac } from "node:crypto";
import fc from "fast-check";
import { SegmentedMessage } from "sms-segments-calculator";
import { describe, expect, it } from "vitest";
import marisol from "../../worker/brands/packs/marisol.json";
import rimal from "../../worker/brands/packs/rimal.json";
import tindra from "../../worker/brands/packs/tindra.json";
import { smsAmount } from "../../worker/sms/amount.ts";
import { type DenyForm, denyLine, saysNo } from "../../worker/sms/deny.ts";
import { type DenyWays, denialText, SMS_LOCALES, type SmsContent, smsText } from "../../worker/sms/message.ts";
import { authentic, deliveryReport, fateOf, inbound } from "../../worker/sms/twilio.ts";
import { isGsm7, sizeOf } from "../../worker/sms/units.ts";

const LATIN = SMS_LOCALES.filter((locale) => locale !== "ar");
const REGIONS = ["en-GB", "nb-NO", "de-DE", "es-ES", "pt-PT", "ar-AE", "pl-PL", "tr-TR", "fr-FR"];
const CURRENCIES = ["EUR", "GBP", "NOK", "SEK", "USD", "AED", "SAR", "KWD", "JPY", "PLN", "TRY", "BRL", "CHF"];
const locales = fc.constantFrom(...SMS_LOCALES);
const amounts = fc.record({ value: fc.integer({ min: 0, max: 999_999 }), currency: fc.constantFrom(...CURRENCIES) });
const codes = fc
  .array(fc.constantFrom(..."0123456789"), { minLength: 6, maxLength: 8 })
  .map((digits) => digits.join(""));
const hosts = fc
  .tuple(
    fc.stringMatching(/^[a-z][a-z0-9-]{0,6}[a-z0-9]$/),
    fc.constantFrom("tindra.example", "brand-telco.co.uk", "rimal.ae"),
  )
  .map(([label, domain]) => `${label}.${domain}`);
const hostile = fc.constantFrom(
  "\n@evil.example #111111",
  " @evil.example #111111",
  "\r\n@e.example #1 @f.example\n",
  "\u2028@a.b #2",
  "#1 @",
);
const brands = fc.oneof(
  fc.stringMatching(/^[A-Za-z][A-Za-z .&+-]{0,14}[A-Za-z]$/),
  fc.string({ unit: "binary", minLength: 1, maxLength: 16 }),
  fc.tuple(fc.string({ maxLength: 8 }), hostile, fc.string({ maxLength: 8 })).map((parts) => parts.join("")),
);

interface Bound {
  host: string;
  code: string;
  embedded: string | undefined;
}

/** WICG sms-one-time-codes, "parse an origin-bound one-time code message": the last line only, tokens end at white space. */
function draftReads(text: string): Bound | undefined {
  const line = text.replace(/\r\n?/g, "\n").split("\n").at(-1) ?? "";
  const [, host, code, embedded] = /^@([^\t\n\f\r ]+) #([^\t\n\f\r ]+)(?: @([^\t\n\f\r ]+))?/.exec(line) ?? [];
  return host && code ? { host, code, embedded } : undefined;
}

/** Chromium: the first match anywhere in the text. */
function chromiumReads(text: string): Bound | undefined {
  const [, host, code, embedded] = /(?:^|\s)@([a-zA-Z0-9.-]+) #([^#\s]+)(?: @([a-zA-Z0-9.-]+))?/.exec(text) ?? [];
  return host && code ? { host, code, embedded } : undefined;
}

function parts(text: string) {
  const { segmentsCount, encodingName } = new SegmentedMessage(text);
  return { segmentsCount, encodingName };
}

describe("the text", () => {
  it("names the code, the brand and the amount, and ends in the origin-bound line", () => {
    const sms = {
      brand: "Tindra",
      amount: { value: 1_149_000, currency: "NOK" },
      code: "048291",
      host: "verify.tindra.example",
    };
    expect(smsText({ ...sms, locale: "nb" })).toBe(
      "048291 er koden din fra Tindra (bestilling 11 490,00 kr). Del den aldri, heller ikke med våre ansatte.\n@verify.tindra.example #048291",
    );
    expect(smsText({ ...sms, locale: "en", embeddedIn: "www.tindra.example" })).toMatch(
      /^048291 is your Tindra code \(order NOK 11,490\.00\)\. Never share it, even with our staff\.\n@www\.tindra\.example #048291 @verify\.tindra\.example$/,
    );
  });

  it("gives a parser of the draft and Chromium the same true host and code, whatever the brand is called", () => {
    fc.assert(
      fc.property(
        locales,
        brands,
        amounts,
        codes,
        hosts,
        fc.option(hosts, { nil: undefined }),
        (locale, brand, amount, code, host, embeddedIn) => {
          const text = smsText({ locale, brand, amount, code, host, embeddedIn });
          const meant = { host: embeddedIn ?? host, code, embedded: embeddedIn && host };
          expect(draftReads(text)).toEqual(meant);
          expect(chromiumReads(text)).toEqual(meant);
        },
      ),
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

  it("fits one part in every Latin language and two in Arabic, at the highest price and on the longest usual host", () => {
    for (const locale of SMS_LOCALES) {
      for (const currency of CURRENCIES) {
        for (const host of ["verify.tindra.example", "verify.brand-telco.example"]) {
          const text = smsText({
            locale,
            brand: "Sixteen-Lettered",
            amount: { value: 999_999, currency },
            code: "482913",
            host,
          });
          const most = locale === "ar" ? 2 : 1;
          expect(parts(text).segmentsCount, text).toBeLessThanOrEqual(most);
        }
      }
    }
  });

  it.each([tindra, marisol, rimal])(
    "of $name fits at its highest amounts and names its own host in every language",
    (pack) => {
      for (const locale of pack.locales) {
        for (const [currency, value] of Object.entries(pack.sms.maxAmount)) {
          for (const code of ["482913", "48291304"]) {
            const sms = { locale, brand: pack.shortName, amount: { value, currency }, code, host: pack.hosts.sms };
            const text = smsText(sms);
            const bound = { host: pack.hosts.sms, code, embedded: undefined };
            expect([draftReads(text), chromiumReads(text)]).toEqual([bound, bound]);
            expect(parts(text).segmentsCount, text).toBeLessThanOrEqual(locale.startsWith("ar") ? 2 : 1);
            // The language the brand speaks is one the SMS speaks: English must be chosen, never fallen back to.
            expect(text.startsWith(`${code} is your`)).toBe(locale.startsWith("en"));
          }
        }
      }
    },
  );

  it("fits one part with eight digits, and two in a frame", () => {
    for (const locale of LATIN) {
      const sms = {
        locale,
        brand: "TelcoBrand",
        amount: { value: 999_999, currency: "EUR" },
        code: "48291304",
        host: "verify.brand-telco.example",
      };
      expect(parts(smsText(sms))).toEqual({ segmentsCount: 1, encodingName: "GSM-7" });
      expect(parts(smsText({ ...sms, embeddedIn: "www.brand-telco.example" })).segmentsCount).toBeLessThanOrEqual(2);
    }
  });

  it("stays in the GSM alphabet in every Latin language", () => {
    fc.assert(
      fc.property(fc.constantFrom(...LATIN), amounts, codes, hosts, (locale, amount, code, host) => {
        const text = smsText({ locale, brand: "TelcoBrand", amount, code, host });
        expect(isGsm7(text), text).toBe(true);
        expect(parts(text).encodingName).toBe("GSM-7");
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
    for (const locale of ["fr", "constructor", ""])
      expect(smsText({ ...sms, locale })).toBe(smsText({ ...sms, locale: "en" }));
  });
});

describe("the size of a text", () => {
  /** What the reference counts; it splits neither an escape nor a surrogate pair. */
  function reference(text: string) {
    const counted = new SegmentedMessage(text, "auto", false);
    const gsm = counted.encodingName === "GSM-7";
    return { encoding: gsm ? "gsm" : "ucs2", parts: Math.max(1, counted.segmentsCount) };
  }

  it("agrees with the reference, also where a part ends in an escape or a surrogate pair", () => {
    const signs = fc.constantFrom(..."aZ09 é€{}[]~^|\\\n", "a".repeat(50), "€".repeat(30));
    const wide = fc.constantFrom(..."aé€ًلا", "😀", "a".repeat(30), "لا".repeat(15), "😀".repeat(9));
    const texts = fc
      .oneof(fc.array(signs, { maxLength: 60 }), fc.array(wide, { maxLength: 60 }))
      .map((all) => all.join(""));
    fc.assert(
      fc.property(texts, (text) => {
        const { encoding, parts } = sizeOf(text);
        expect({ encoding, parts }, JSON.stringify(text)).toEqual(reference(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["a".repeat(160), 160, 1],
    ["a".repeat(161), 161, 2],
    ["€".repeat(80), 160, 1],
    // 153 is odd: each part ends one septet early, because an escape is not split.
    ["€".repeat(153), 306, 3],
    ["ل".repeat(70), 70, 1],
    ["ل".repeat(71), 71, 2],
    ["😀".repeat(67), 134, 3],
    ["", 0, 1],
  ])("of %s is counted in units and parts", (text, units, parts) => {
    expect(sizeOf(text)).toMatchObject({ units, parts });
  });
});

const FORMS = ["link", "phone", "keyword"] as const;
const CATEGORIES = ["hardware", "service", "accessory"] as const;
const PHONE = "0800 33 0 10";

describe("the deny line", () => {
  const sms = { brand: "TelcoBrand", amount: { value: 114_900, currency: "EUR" }, code: "482913" };
  const host = "id.telco.example";
  const link = `https://${host}/d/bcDFghJK`;

  // The columns with a deny line less the plain text, on the short host.
  it.each([
    ["en", 28, 19, 37, 45],
    ["de", 32, 26, 39, 47],
    ["es", 35, 25, 40, 48],
    ["pt", 29, 23, 37, 45],
    ["ar", 23, 17, 37, 45],
  ] as const)("in %s costs what the design says", (locale, phone, keyword, bare, https) => {
    const plain = sizeOf(smsText({ ...sms, locale, host })).units;
    const cost = (form: DenyForm, to: string) =>
      sizeOf(smsText({ ...sms, locale, host }, denyLine(form, locale, { link: to, phone: PHONE }))).units - plain;
    expect([cost("phone", link), cost("keyword", link)]).toEqual([phone, keyword]);
    expect([cost("link", link.slice(8)), cost("link", link)]).toEqual([bare, https]);
  });

  it("stands between the warning and the last line, a link with nothing after it", () => {
    const ways = { forms: ["link"], link, phone: PHONE, category: "hardware" } as const;
    expect(denialText({ ...sms, locale: "en", host, amount: { value: 114_900, currency: "GBP" } }, ways)).toEqual({
      text: `482913 is your TelcoBrand code (order £1,149.00). Never share it, even with our staff. Not you? ${link}\n@${host} #482913`,
      deny: "link",
    });
  });

  it("keeps the blocks of a telephone number in their order in Arabic, and out of the GSM texts' way", () => {
    expect(denyLine("phone", "ar", { link, phone: "+971 800 0310" })).toBe("لست أنت؟ \u200e+971\u00a0800\u00a00310.");
    for (const locale of LATIN)
      for (const form of FORMS) expect(isGsm7(denyLine(form, locale, { link, phone: PHONE }))).toBe(true);
  });

  it("asks for no word that carriers take for an opt-out", () => {
    for (const locale of SMS_LOCALES) {
      const text = denyLine("keyword", locale, { link, phone: PHONE });
      expect(text).not.toMatch(
        /\b(STOP|STOPP|END|ENDE|CANCEL|CANCELAR|QUIT|UNSUBSCRIBE|BAJA|PARAR|SLUTT|REVOKE|OPTOUT)\b/i,
      );
      expect(saysNo(text.split(" ").at(-1) ?? ""), text).toBe(true);
    }
  });
});

describe("the ladder", () => {
  const codeOf = (digits: number) => "48291304".slice(0, digits);

  function judge(content: SmsContent, ways: DenyWays) {
    const plain = smsText(content);
    const { text, deny } = denialText(content, ways);
    const { host, code, embeddedIn } = content;
    const bound = { host: embeddedIn ?? host, code, embedded: embeddedIn && host };
    expect([draftReads(text), chromiumReads(text)]).toEqual([bound, bound]);
    const [said = "", last] = plain.split("\n");
    expect(text.startsWith(said) && text.endsWith(`\n${last}`), text).toBe(true);
    expect(text.match(/[\p{Cc}\p{Zl}\p{Zp}]/gu)).toEqual(["\n"]);
    if (deny === null) expect(text).toBe(plain);
    const [before, now] = [parts(plain).segmentsCount, parts(text).segmentsCount];
    if (now > before) expect([ways.category, now]).toEqual(["hardware", 2]);
    return { text, deny, parts: now };
  }

  it.each([tindra, marisol, rimal])(
    "of $name keeps to its parts in every language, category and form, warning and last line in place",
    (pack) => {
      const orders: DenyForm[][] = [pack.sms.deny as DenyForm[], ...FORMS.map((form) => [form]), [...FORMS]];
      const link = `https://${pack.hosts.step}/d/bcDFghJK`;
      for (const locale of pack.locales)
        for (const [currency, value] of Object.entries(pack.sms.maxAmount))
          for (const category of CATEGORIES)
            for (const forms of orders)
              for (const digits of [6, 8]) {
                const content = { locale, brand: pack.shortName, amount: { value, currency }, code: codeOf(digits) };
                const ways = { forms, link, phone: pack.support.phone, category };
                const { deny, parts } = judge({ ...content, host: pack.hosts.sms }, ways);
                expect(parts).toBeLessThanOrEqual(2);
                // What carries goods out of the house always says how to stop it.
                if (category === "hardware" && forms === pack.sms.deny) expect(deny).not.toBeNull();
              }
    },
  );

  it.each([
    [tindra, "nb", "hardware", "link", 2],
    [tindra, "nb", "service", null, 1],
    [tindra, "en", "hardware", "link", 2],
    [tindra, "de", "hardware", "link", 2],
    [marisol, "es", "hardware", "phone", 2],
    [marisol, "es", "accessory", null, 1],
    [marisol, "pt", "hardware", "phone", 1],
    [marisol, "pt", "service", "phone", 1],
    [rimal, "ar", "hardware", "keyword", 2],
    [rimal, "ar", "service", "keyword", 2],
    [rimal, "en", "service", "keyword", 1],
  ] as const)("of $0.name in %s sends for %s the form %s in %d", (pack, locale, category, deny, count) => {
    const [[currency, value] = ["", 0]] = Object.entries(pack.sms.maxAmount);
    const content = { locale, brand: pack.shortName, amount: { value, currency }, code: "482913" };
    const link = `https://${pack.hosts.step}/d/bcDFghJK`;
    const ways = { forms: pack.sms.deny as DenyForm[], link, phone: pack.support.phone, category };
    const seen = judge({ ...content, host: pack.hosts.sms }, ways);
    expect([seen.deny, seen.parts]).toEqual([deny, count]);
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

  it("is read from an inbound message alone, with one sender and one body", () => {
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

describe("the amount", () => {
  it.each([
    [1_149_00, "GBP", "en-GB", "£1,149.00"],
    [1_149_00, "EUR", "de-DE", "1.149,00 €"],
    [1_149_00, "EUR", "es-ES", "1.149,00 €"],
    [1_149_00, "EUR", "pt-PT", "1 149,00 €"],
    [1_149_00, "NOK", "nb-NO", "1 149,00 kr"],
    [1_149_00, "PLN", "pl-PL", "1 149,00 PLN"],
    [1_149_00, "TRY", "tr-TR", "TL1.149,00"],
    [1_149_00, "AED", "ar-AE", "1,149.00 AED"],
    [1_149, "JPY", "en-GB", "JP¥1,149"],
    [1_149_000, "KWD", "en-GB", "KWD 1,149.000"],
    [0, "EUR", "de-DE", "0,00 €"],
  ])("writes %d %s for %s as %s", (value, currency, locale, written) => {
    expect(smsAmount({ value, currency }, locale)).toBe(written);
  });

  it("is GSM-7 in every language and currency, and keeps every digit of the value", () => {
    const currencies = fc.oneof(
      fc.constantFrom(...CURRENCIES, ...Intl.supportedValuesOf("currency")),
      fc.stringMatching(/^[A-Z]{3}$/),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000_000_00 }),
        currencies,
        fc.constantFrom(...REGIONS),
        (value, currency, locale) => {
          const written = smsAmount({ value, currency }, locale);
          expect(isGsm7(written), written).toBe(true);
          expect(Number(written.replace(/\D/g, ""))).toBe(value);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

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
