/** The SMS itself. Pure: what leaves the house can be read here. */
import { smsAmount } from "./amount.ts";

/** Languages the SMS is written in. */
export const SMS_LOCALES = ["en", "nb", "de", "es", "pt", "ar"] as const;
/** One of `SMS_LOCALES`. */
export type SmsLocale = (typeof SMS_LOCALES)[number];

interface Words {
  /** BCP 47, for the amount. */
  region: string;
  text: (code: string, brand: string, amount: string) => string;
}

/**
 * Code first, whose it is, what it approves, and never to share it: texts without that warning let half of a social
 * engineering attack succeed (UX.md 14.3). Latin ones keep to the GSM alphabet, hence "codigo". No digits but the code's and the amount's.
 */
const WORDS: Record<SmsLocale, Words> = {
  en: {
    region: "en-GB",
    text: (code, brand, amount) =>
      `${code} is your ${brand} code (order ${amount}). Never share it, even with our staff.`,
  },
  nb: {
    region: "nb-NO",
    text: (code, brand, amount) =>
      `${code} er koden din fra ${brand} (bestilling ${amount}). Del den aldri, heller ikke med våre ansatte.`,
  },
  de: {
    region: "de-DE",
    text: (code, brand, amount) =>
      `${code} ist Ihr ${brand} Code (Bestellung ${amount}). Nie weitergeben, auch nicht an uns.`,
  },
  es: {
    region: "es-ES",
    text: (code, brand, amount) =>
      `${code} es tu codigo ${brand} (pedido ${amount}). No lo compartas nunca, ni con nuestro personal.`,
  },
  pt: {
    region: "pt-PT",
    text: (code, brand, amount) =>
      `${code} é o seu codigo ${brand} (encomenda ${amount}). Nunca o partilhe, nem com a nossa equipa.`,
  },
  ar: {
    region: "ar-AE",
    text: (code, brand, amount) => `${code} رمز ${brand} (طلب ${amount}). لا تشاركه أبدا، حتى معنا.`,
  },
};

/**
 * The text of one SMS, ending in the origin-bound line (WICG sms-one-time-codes) and nothing after it. `locale` is a
 * language or a BCP 47 tag; what is not spoken here goes out in English. `host` is the step's own, from the brand pack
 * and never from a request (UX.md D10); in a frame `embeddedIn` is the shop's. `amount.value` in minor units.
 */
export function smsText(sms: {
  locale: string;
  /** The brand's short name, from its pack. */
  brand: string;
  amount: { value: number; currency: string };
  /** ASCII digits. */
  code: string;
  host: string;
  embeddedIn?: string | undefined;
}): string {
  const { locale, brand, amount, code, host, embeddedIn } = sms;
  const { region, text } = WORDS[SMS_LOCALES.find((known) => known === locale.split("-", 1)[0]) ?? "en"];
  const boundLine = embeddedIn === undefined ? `@${host} #${code}` : `@${embeddedIn} #${code} @${host}`;
  return `${text(code, word(brand), smsAmount(amount, region))}\n${boundLine}`;
}

/** A variable that cannot speak for another host: Chromium takes the first `@host #code` anywhere in the text. */
function word(variable: string): string {
  return variable
    .replace(/[\p{Cc}\p{Z}]/gu, " ")
    .replace(/[\p{Cf}@#]/gu, "")
    .replace(/ +/g, " ")
    .trim();
}
