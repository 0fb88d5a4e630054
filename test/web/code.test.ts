import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normaliseCode } from "../../web/code.ts";
import { NAMES } from "../../web/i18n/index.ts";
import { arrivalOf } from "../../web/step/entry.ts";
import type { DenyForm } from "../../worker/sms/deny.ts";
import { type DenyWays, denialText } from "../../worker/sms/message.ts";

const code = fc.stringMatching(/^[0-9]{6}$/);
const script = (zero: number) => (digits: string) =>
  digits.replace(/\d/g, (d) => String.fromCodePoint(zero + Number(d)));

describe("the normaliser", () => {
  it("gives the same six digits for every way a code is written", () => {
    const ways: ((c: string) => string)[] = [
      (c) => c,
      (c) => `${c.slice(0, 3)} ${c.slice(3)}`,
      (c) => `${c.slice(0, 3)}-${c.slice(3)}`,
      (c) => `${c.slice(0, 2)}.${c.slice(2, 4)}.${c.slice(4)}`,
      (c) => `#${c}`,
      (c) => `\u200f\u2066${c}\u2069`,
      (c) => `${c.slice(0, 3)}\u202f${c.slice(3)}\r\n`,
      script(0xff10),
      script(0x660),
      script(0x6f0),
    ];
    fc.assert(
      fc.property(code, fc.constantFrom(...ways), (digits, write) => {
        expect(normaliseCode(write(digits), 6)).toBe(digits);
      }),
      { numRuns: 500 },
    );
  });

  it.each(Object.keys(NAMES))(
    "finds it in the whole text message in %s, whatever it carries and wherever the step is",
    (locale) => {
      const amount = { value: 1_149_900, currency: "EUR" };
      const ways = { link: "https://verify.tindra.example/d/bcDFghJK", phone: "+971 800 0310", category: "hardware" };
      fc.assert(
        fc.property(
          code,
          fc.constantFrom("phone", "keyword", "link"),
          fc.constantFrom(undefined, "www.tindra.example"),
          (digits, form, embeddedIn) => {
            const sms = { locale, brand: "Tindra", amount, code: digits, host: "verify.tindra.example", embeddedIn };
            const { text } = denialText(sms, { ...ways, forms: [form as DenyForm] } as DenyWays);
            for (const pasted of [text, script(0x660)(text), script(0xff10)(text), `\u200f${text}\u200f`])
              expect(normaliseCode(pasted, 6)).toBe(digits);
          },
        ),
        { numRuns: 30 },
      );
    },
  );

  it("prefers the group after # to another group of the same length", () => {
    expect(normaliseCode("111111 was old\n@verify.tindra.example #482913", 6)).toBe("482913");
  });

  it("keeps leading zeros, too few and too many digits as they are", () => {
    expect(normaliseCode("000 042", 6)).toBe("000042");
    expect(normaliseCode("4829", 6)).toBe("4829");
    expect(normaliseCode("48291378", 6)).toBe("48291378");
    expect(normaliseCode("48291378", 8)).toBe("48291378");
  });

  it("answers any text with ASCII digits only, and is stable", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        const once = normaliseCode(text, 6);
        expect(once).toMatch(/^[0-9]*$/);
        expect(normaliseCode(once, 6)).toBe(once);
      }),
    );
  });
});

describe("the arrival of digits", () => {
  const digits = 6;
  it("takes a whole code in one event as filled, and typed digits never", () => {
    const at = (before: string, after: string, inputType?: string) => arrivalOf({ before, after, inputType, digits });
    expect(at("", "482913", "insertFromPaste")).toEqual({ entry: "paste", whole: true });
    expect(at("482", "482913", "insertFromPaste")).toEqual({ entry: "paste", whole: false });
    expect(at("", "482913", "insertText")).toEqual({ entry: "autofill", whole: true });
    expect(at("4", "482913", undefined)).toEqual({ entry: "autofill", whole: true });
    expect(at("48291", "482913", "insertText")).toEqual({ entry: "typed", whole: false });
    expect(at("4829137", "482913", "deleteContentBackward")).toEqual({ entry: "typed", whole: false });
  });
});
