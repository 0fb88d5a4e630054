import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smsAmount } from "../../worker/sms/amount.ts";
import { denialText, smsText } from "../../worker/sms/message.ts";
import { sizeOf } from "../../worker/sms/units.ts";
import { inGsm, WORDS, type Words } from "../../worker/sms/words.ts";
import { counted, LOCALES, PHONE } from "./smstexts.ts";

describe("the size of a text", () => {
  it("agrees with the reference, also where a part ends in an escape or a surrogate pair", () => {
    const signs = fc.constantFrom(..."aZ09 é€{}[]~^|\\\n", "a".repeat(50), "€".repeat(30));
    const wide = fc.constantFrom(..."aé€ًλا", "😀", "a".repeat(30), "لا".repeat(15), "😀".repeat(9));
    const texts = fc
      .oneof(fc.array(signs, { maxLength: 60 }), fc.array(wide, { maxLength: 60 }))
      .map((all) => all.join(""));
    fc.assert(
      fc.property(texts, (text) => {
        const { encoding, parts } = sizeOf(text);
        expect({ encoding, parts }, JSON.stringify(text)).toMatchObject({
          encoding: counted(text).encoding,
          parts: counted(text).parts,
        });
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

const SHORT = "id.telco.example";
const TYPICAL = "verify.brand-telco.example";
const LONG = "secure-checkout.shop.brand-telco-mobile.example";
const SHOP = "www.brand-telco.example";
const CODE = "482913";
const TOKEN = "bcDFghJK";
const WORST = { brand: "Sixteen-Lettered", value: 249_990 };

const spelled = (row: string): Words => (row === "el" ? WORDS.el : inGsm(row.slice(0, 2) as keyof typeof WORDS));
const amountIn = (locale: string, value: number) => ({
  value,
  currency: { en: "GBP", pl: "PLN", tr: "TRY" }[locale] ?? "EUR",
});

/** Put together here a second time: the table counts what was designed, not what the product made of it. */
function composed(row: string, bound: string, answer = "", { brand, value } = { brand: "TelcoBrand", value: 114_900 }) {
  const { text, question } = spelled(row);
  const locale = row.slice(0, 2);
  const values: Record<string, string> = { code: CODE, brand, phone: PHONE };
  values.amount = smsAmount(amountIn(locale, value), locale);
  const said = answer ? `${text} ${question} ${answer}` : text;
  return `${said.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "")}\n${bound}`;
}

const bound = (host: string) => `@${host} #${CODE}`;
const figures = (texts: string[]) =>
  texts
    .map((text) => {
      const { units, parts, encoding } = counted(text);
      expect(sizeOf(text)).toEqual({ units, parts, encoding });
      return `${units}/${parts}`;
    })
    .join(" ");

describe("the table of sizes", () => {
  // Plain on the short, typical and long host; in a frame; in the worst case; with the raw amount of `Intl`; then with
  // the phone on the three hosts, and with keyword, bare and whole link on the first two. Thousands are grouped in every
  // language, or the amount would show a run of four digits: in es, it, pt and pl a unit more than `Intl` alone takes.
  it.each([
    ["en", "112/1 122/1 143/1", "147/1 128/1 122/1", "140/1 150/1 171/2", "131/1 141/1 149/1 169/2 157/1 177/2"],
    ["nb", "117/1 127/1 148/1", "152/1 133/1 126/2", "146/1 156/1 177/2", "137/1 147/1 155/1 175/2 163/2 183/2"],
    ["de", "118/1 128/1 149/1", "153/1 134/1 127/2", "150/1 160/1 181/2", "144/1 154/1 157/1 177/2 165/2 185/2"],
    ["fr", "128/1 138/1 159/1", "163/2 144/1 137/3", "164/2 174/2 195/2", "153/1 163/2 167/2 187/2 175/2 195/2"],
    ["es", "126/1 136/1 157/1", "161/2 142/1 134/2", "161/2 171/2 192/2", "151/1 161/2 166/2 186/2 174/2 194/2"],
    ["it", "121/1 131/1 152/1", "156/1 137/1 129/2", "154/1 164/2 185/2", "146/1 156/1 161/2 181/2 169/2 189/2"],
    ["pt", "125/1 135/1 156/1", "160/1 141/1 133/2", "154/1 164/2 185/2", "148/1 158/1 162/2 182/2 170/2 190/2"],
    ["nl", "114/1 124/1 145/1", "149/1 130/1 123/2", "142/1 152/1 173/2", "138/1 148/1 152/1 172/2 160/1 180/2"],
    ["pl", "116/1 126/1 147/1", "151/1 132/1 124/2", "150/1 160/1 181/2", "139/1 149/1 155/1 175/2 163/2 183/2"],
    ["tr", "110/1 120/1 141/1", "145/1 126/1 118/2", "143/1 153/1 174/2", "142/1 152/1 157/1 177/2 165/2 185/2"],
    ["el", "111/2 121/2 142/3", "146/3 127/2 121/2", "144/3 154/3 175/3", "145/3 155/3 158/3 178/3 166/3 186/3"],
    ["el, GSM", "112/1 122/1 143/1", "147/1 128/1 121/2", "145/1 155/1 176/2", "146/1 156/1 159/1 179/2 167/2 187/2"],
    ["ar", "91/2 101/2 122/2", "126/2 107/2 102/2", "114/2 124/2 145/3", "108/2 118/2 128/2 148/3 136/3 156/3"],
  ])("in %s is as designed", (row, plain, special, phone, other) => {
    const { call, reply } = spelled(row);
    const [short, typical, long] = [SHORT, TYPICAL, LONG].map(bound) as [string, string, string];
    const at = (answer: string, hosts: string[]) => hosts.map((host) => composed(row, host, answer));
    const link = (start: string) =>
      [SHORT, TYPICAL].map((host) => composed(row, bound(host), `${start}${host}/d/${TOKEN}`));
    const framed = composed(row, `@${SHOP} #${CODE} @${TYPICAL}`);
    const locale = row.slice(0, 2);
    const amount = amountIn(locale, 114_900);
    const options = { style: "currency", currency: amount.currency, numberingSystem: "latn" } as const;
    const raw = new Intl.NumberFormat({ en: "en-GB", pt: "pt-PT", ar: "ar-AE" }[locale] ?? locale, options).format(
      1149,
    );
    const unruled = composed(row, typical).replace(smsAmount(amount, locale), raw);
    expect({
      plain: figures(at("", [short, typical, long])),
      special: figures([framed, composed(row, typical, "", WORST), unruled]),
      phone: figures(at(call, [short, typical, long])),
      other: figures([...at(reply, [short, typical]), ...link(""), ...link("https://")]),
    }).toEqual({ plain, special, phone, other });
  });

  it("is of the texts that go out", () => {
    for (const locale of LOCALES)
      for (const host of [SHORT, TYPICAL, LONG]) {
        const sms = { locale, brand: "TelcoBrand", amount: amountIn(locale, 114_900), code: CODE, host };
        const rows = locale === "el" ? [locale, "el, GSM"] : [locale];
        expect(rows.map((row) => composed(row, bound(host)))).toContain(smsText(sms));
        for (const form of ["phone", "keyword", "link"] as const) {
          const link = `https://${host}/d/${TOKEN}`;
          const ways = { forms: [form], link, phone: PHONE, category: "hardware" } as const;
          const answer = ({ call, reply }: Words) => ({ phone: call, keyword: reply, link })[form];
          const all = rows.map((row) => composed(row, bound(host), answer(spelled(row))));
          const { text, deny } = denialText(sms, ways);
          // Arabic keeps the blocks of a telephone number together by other spaces.
          if (deny) expect(all).toContain(text.replaceAll("\u00a0", " "));
          else expect(all.every((one) => counted(one).parts > 2)).toBe(true);
        }
      }
  });
});

describe("the longest host on which a deny link adds no part", () => {
  const hostOf = (length: number) => `${"a".repeat(length - 2)}.b`;
  const longest = (locale: string, start: string, { brand, value } = { brand: "TelcoBrand", value: 114_900 }) =>
    Array.from({ length: 40 }, (_, i) => i + 3).findLast((length) => {
      const host = hostOf(length);
      const sms = { locale, brand, amount: amountIn(locale, value), code: CODE, host };
      const link = `${start}${host}/d/${TOKEN}`;
      const { text, deny } = denialText(sms, { forms: ["link"], link, phone: PHONE, category: "service" });
      return deny === "link" && counted(text).parts === 1;
    });

  it.each([
    ["en", 21, 17, 18, 14],
    ["nb", 18, 14, 15, 11],
    ["de", 17, 13, 14, 10],
    ["fr", 12, 8, 9, 5],
    ["es", 13, 9, 10, 6],
    ["it", 15, 11, 12, 8],
    ["pt", 15, 11, 12, 8],
    ["nl", 20, 16, 17, 13],
    ["pl", 18, 14, 15, 11],
    ["tr", 17, 13, 14, 10],
    ["el", 16, 12, 13, 9],
  ])("in %s has %d letters bare and %d with https, in the worst case %d and %d", (locale, ...lengths) => {
    const found = [longest(locale, ""), longest(locale, "https://")];
    expect([...found, longest(locale, "", WORST), longest(locale, "https://", WORST)]).toEqual(lengths);
  });
});
