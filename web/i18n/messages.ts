/** The shape of a translation, taken from English, and the small functions that fill it. */
import type { en } from "./en.ts";

/** Forms of one sentence by plural category; `other` always exists. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** The region whose habits each language follows in amounts and times; the text message follows the same. */
const REGIONS: Record<string, string> = {
  en: "en-GB",
  nb: "nb-NO",
  de: "de-DE",
  es: "es-ES",
  pt: "pt-PT",
  ar: "ar-AE",
};

/** A locale for `Intl`, with Latin digits, so that page and text message show the same signs. */
export const intl = (locale: string): string => `${REGIONS[locale] ?? locale}-u-nu-latn`;

/** Direction of the script. */
export const directionOf = (locale: string): "ltr" | "rtl" => (locale === "ar" ? "rtl" : "ltr");

/** Name of one text. */
export type MessageId = keyof typeof en;

/** A complete translation: a missing text does not compile. */
export type Messages = { readonly [K in MessageId]: (typeof en)[K] extends string ? string : Plural };

type Names<T> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type TextId = { [K in MessageId]: (typeof en)[K] extends string ? K : never }[MessageId];

/** Text `id` with its places filled; the compiler knows which places English has. */
export function say<K extends TextId>(
  texts: Pick<Messages, K>,
  id: K,
  values: Record<Names<(typeof en)[K]>, string>,
): string {
  return fill(texts[id] as string, values);
}

/** `text` with each `{name}` replaced; an unknown name stays visible. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}

/** The form of `forms` for the number `n`, with `{n}` filled in Latin digits, as the code itself is written. */
export function count(forms: Plural, n: number, locale: string): string {
  return fill(forms[new Intl.PluralRules(locale).select(n)] ?? forms.other, { n: String(n) });
}
