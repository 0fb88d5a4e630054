/** The shape of a translation, taken from English, and the small functions that fill it. */
import type { en as denyEn } from "./deny/en.ts";
import type { en } from "./en.ts";

/** Forms of one sentence by plural category; `other` always exists. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** Where `Intl` would follow another country's habits in times and durations; Greek half days end in a dot, as sentences do. */
const REGIONS: Record<string, string> = { en: "en-GB-u", pt: "pt-PT-u", ar: "ar-AE-u", el: "el-u-hc-h23" };

/** A locale for `Intl`, with Latin digits, so that page and text message show the same signs. */
export const intl = (locale: string): string => `${REGIONS[locale] ?? `${locale}-u`}-nu-latn`;

/** Direction of the script. */
export const directionOf = (locale: string): "ltr" | "rtl" => (locale === "ar" ? "rtl" : "ltr");

/** Name of one text. */
export type MessageId = keyof typeof en;

/** All texts of the step, as one page has them. */
export type Messages = { readonly [K in MessageId]: (typeof en)[K] extends string ? string : Plural };

/** All texts of the deny page besides those it shares with the step. */
export type DenyTexts = { readonly [K in keyof typeof denyEn]: string };

/** How a brand addresses people: Sie or du, vous or tu. */
export type Tone = "formal" | "informal";

/** One text for both tones, or one for each: what does not change is written once, and a tone left out does not compile. */
export type Toned<M> = M | Readonly<Record<Tone, M>>;

/** A complete translation of the step, with the plural `Forms` of its language besides "other": a missing text, tone or form does not compile. */
export type Translation<Forms extends Intl.LDMLPluralRule = "one"> = {
  readonly [K in MessageId]: Toned<(typeof en)[K] extends string ? string : Readonly<Record<Forms | "other", string>>>;
};

/** A complete translation of the deny page. */
export type DenyTranslation = { readonly [K in keyof DenyTexts]: Toned<string> };

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

const rules: Record<string, Intl.PluralRules> = {};

/** The form of `forms` for the number `n`, with `{n}` filled in Latin digits, as the code itself is written. */
export function count(forms: Plural, n: number, locale: string): string {
  rules[locale] ??= new Intl.PluralRules(locale);
  return fill(forms[rules[locale].select(n)] ?? forms.other, { n: String(n) });
}
