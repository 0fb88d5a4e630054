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
  fr: "Français",
  es: "Español",
  it: "Italiano",
  pt: "Português",
  nl: "Nederlands",
  pl: "Polski",
  tr: "Türkçe",
  el: "Ελληνικά",
  ar: "العربية",
};

export { directionOf, intl } from "./messages.ts";

/** `hours` in words: whole days from two days on; number and unit stay on one line. */
export function duration(hours: number, locale: string): string {
  const days = hours >= 48 && hours % 24 === 0;
  const style = { style: "unit", unit: days ? "day" : "hour", unitDisplay: "long" } as const;
  return new Intl.NumberFormat(intl(locale), style).format(days ? hours / 24 : hours).replace(" ", "\u00a0");
}
