/** What a page needs to know of languages besides their texts. */
import { intl } from "./messages.ts";
import type { TEXTS } from "./texts.ts";

/** A locale the page speaks. */
export type Locale = keyof typeof TEXTS;

/** Each language by its own name, for the language switch. */
export const NAMES: Record<Locale, string> = {
  en: "English",
  nb: "Norsk",
  de: "Deutsch",
  es: "Español",
  pt: "Português",
  ar: "العربية",
};

export { directionOf, intl } from "./messages.ts";

/** Signs of an amount that a text message carries at no extra cost (GSM 03.38). */
const CARRIED = /^[\w .,'’\-£$¥€]*$/;

/** `value` minor units of `currency` as the text message writes them, sign for sign: thousands grouped, and the currency's code where its symbol would make the message dearer. */
export function money(value: number, currency: string, locale: string): string {
  const written = (currencyDisplay: "symbol" | "code") => {
    const style = { style: "currency", currency, currencyDisplay, useGrouping: "always" } as const;
    const format = new Intl.NumberFormat(intl(locale), style);
    const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
    return format
      .format(value / 10 ** digits)
      .replace(/\p{Cf}/gu, "")
      .replace(/\p{Zs}/gu, " ")
      .trim();
  };
  const natural = written("symbol");
  return CARRIED.test(natural) ? natural : written("code");
}

/** `hours` in words: whole days from two days on. */
export function duration(hours: number, locale: string): string {
  const days = hours >= 48 && hours % 24 === 0;
  const style = { style: "unit", unit: days ? "day" : "hour", unitDisplay: "long" } as const;
  return new Intl.NumberFormat(intl(locale), style).format(days ? hours / 24 : hours);
}
