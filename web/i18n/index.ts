/** Every locale of the page. The Worker imports this; the browser gets one locale's texts inside the page. */
import { ar } from "./ar.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import type { Messages } from "./messages.ts";
import { nb } from "./nb.ts";
import { pt } from "./pt.ts";

/** Texts by locale; each locale has the one form of address its brands use. */
export const TEXTS = { en, nb, de, es, pt, ar } satisfies Record<string, Messages>;

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

/** Direction of the script. */
export const directionOf = (locale: Locale): "ltr" | "rtl" => (locale === "ar" ? "rtl" : "ltr");

/** A locale for `Intl`, with Latin digits, so that page and text message show the same signs. */
export const intl = (locale: string): string => `${locale}-u-nu-latn`;

/** `value` minor units of `currency`, as the locale writes money. */
export function money(value: number, currency: string, locale: string): string {
  const format = new Intl.NumberFormat(intl(locale), { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(value / 10 ** digits);
}

/** `hours` in words: whole days from two days on. */
export function duration(hours: number, locale: string): string {
  const days = hours >= 48 && hours % 24 === 0;
  const style = { style: "unit", unit: days ? "day" : "hour", unitDisplay: "long" } as const;
  return new Intl.NumberFormat(intl(locale), style).format(days ? hours / 24 : hours);
}
