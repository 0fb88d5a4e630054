/** The SMS itself. Pure: what leaves the house can be read here. */
import { smsAmount } from "./amount.ts";
import { type DenyForm, denyLine } from "./deny.ts";
import { sizeOf } from "./units.ts";

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
 * engineering attack succeed. Latin ones keep to the GSM alphabet, hence "codigo". No digits but the code's and the amount's.
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

/** What an SMS says. */
export interface SmsContent {
  /** A language or a BCP 47 tag; what is not spoken here goes out in English. */
  locale: string;
  brand: string;
  amount: { value: number; currency: string };
  /** ASCII digits. */
  code: string;
  /** The step's own host, from the brand pack, never from a request. */
  host: string;
  /** Host of the embedding page, where the step runs in a frame. */
  embeddedIn?: string | undefined;
}

/** How the recipient of an SMS may say "not me", and how much that may cost. */
export interface DenyWays {
  /** The brand's own order of preference; empty = never. */
  forms: readonly DenyForm[];
  /** Null where no link leads to this verification: that form is passed over. */
  link: string | null;
  phone: string;
  category: "hardware" | "service" | "accessory";
}

/** The text of one SMS, ending in the origin-bound line (WICG sms-one-time-codes) and nothing after it; `denial` is its deny line, where it has one. */
export function smsText({ locale, brand, amount, code, host, embeddedIn }: SmsContent, denial?: string): string {
  const { region, text } = WORDS[spoken(locale)];
  const boundLine = embeddedIn === undefined ? `@${host} #${code}` : `@${embeddedIn} #${code} @${host}`;
  const said = text(code, word(brand), smsAmount(amount, region));
  return `${denial === undefined ? said : `${said} ${denial}`}\n${boundLine}`;
}

/**
 * The text of one SMS, and which deny line it carries. The first form that adds no part to the plain text is taken;
 * for hardware, which is worth a part more, the first that fits two. Otherwise the code goes out without: it never
 * waits for the deny line, and warning and last line are never given up for it.
 */
export function denialText(sms: SmsContent, ways: DenyWays): { text: string; deny: DenyForm | null } {
  const plain = smsText(sms);
  const { parts } = sizeOf(plain);
  const texts = ways.forms.flatMap((deny) => {
    if (deny === "link" && ways.link === null) return [];
    const to = { link: word(ways.link ?? ""), phone: word(ways.phone) };
    const text = smsText(sms, denyLine(deny, spoken(sms.locale), to));
    return [{ text, deny, parts: sizeOf(text).parts }];
  });
  const most = ways.category === "hardware" ? 2 : 0;
  const chosen = texts.find((one) => one.parts <= Math.min(parts, 2)) ?? texts.find((one) => one.parts <= most);
  return chosen ? { text: chosen.text, deny: chosen.deny } : { text: plain, deny: null };
}

function spoken(locale: string): SmsLocale {
  return SMS_LOCALES.find((known) => known === locale.split("-", 1)[0]) ?? "en";
}

/** A variable that cannot speak for another host: Chromium takes the first `@host #code` anywhere in the text. */
function word(variable: string): string {
  return variable
    .replace(/[\p{Cc}\p{Z}]/gu, " ")
    .replace(/[\p{Cf}@#]/gu, "")
    .replace(/ +/g, " ")
    .trim();
}
