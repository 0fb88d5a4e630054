import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smsAmount } from "../../worker/sms/amount.ts";
import { isGsm7 } from "../../worker/sms/units.ts";
import { CURRENCIES, LOCALES } from "./smstexts.ts";

describe("the amount", () => {
  it.each([
    [1_149_00, "GBP", "en", "£1,149.00"],
    [1_149_00, "EUR", "de", "1.149,00 €"],
    [1_149_00, "EUR", "es", "1.149,00 €"],
    [1_149_00, "EUR", "pt", "1 149,00 €"],
    [1_149_00, "NOK", "nb", "1 149,00 kr"],
    [1_149_00, "PLN", "pl", "1 149,00 PLN"],
    [1_149_00, "TRY", "tr", "1.149,00 TL"],
    [1_149_00, "AED", "ar", "1,149.00 AED"],
    [1_149, "JPY", "en", "JP¥1,149"],
    [1_149_000, "KWD", "en", "KWD 1,149.000"],
    [0, "EUR", "de", "0,00 €"],
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
        fc.constantFrom(...LOCALES, "pt-BR", "de-CH"),
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
