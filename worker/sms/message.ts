/** The SMS itself. Pure: what leaves the house can be read here. */
import { smsAmount } from "./amount.ts";
import { type DenyForm, denyLine, leftToRight } from "./deny.ts";
import { sizeOf } from "./units.ts";
import { inGsm, type SmsLocale, WORDS, type Words } from "./words.ts";

/** What an SMS says. */
export interface SmsContent {
  /** A language or a BCP 47 tag; what is not spoken here goes out in English. */
  locale: string;
  /** How a brand has a language spelled: in full at up to two parts, or within the GSM alphabet. */
  spelling?: { readonly [L in SmsLocale]?: "gsm" | "native" | undefined } | undefined;
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

/** The text of one SMS without a deny line: in the brand's spelling of the language, or within GSM where full orthography would fill three parts. */
export function smsText(sms: SmsContent): string {
  return inTwoParts(spellings(sms).map((words) => written(sms, words)));
}

/**
 * Tells the holder of a number that its codes were guessed at, that nothing came of it, and whom to call (ASVS 6.3.5). Without
 * anything to type, to tap or to take for a code; in one part, in Greek and Arabic script in two.
 */
export function noticeText(sms: Pick<SmsContent, "locale" | "spelling" | "brand">, phone: string): string {
  const written = ({ notice, question, call }: Words) =>
    `${notice} ${question} ${call}`
      .replace("{phone}", () => dialled(sms, phone))
      .replace("{brand}", () => word(sms.brand));
  return inTwoParts(spellings(sms).map(written));
}

/**
 * The text of one SMS, and which deny line it carries. The first form that adds no part to the plain text is taken,
 * each in every spelling; for hardware, which is worth a part more, the first that fits two. Otherwise the code goes
 * out without: it never waits for the deny line, and warning and last line are never given up for it.
 */
export function denialText(sms: SmsContent, ways: DenyWays): { text: string; deny: DenyForm | null } {
  const plain = smsText(sms);
  const { parts } = sizeOf(plain);
  const to = { link: word(ways.link ?? ""), phone: dialled(sms, ways.phone) };
  const texts = ways.forms
    .filter((deny) => deny !== "link" || ways.link !== null)
    .flatMap((deny) =>
      spellings(sms).map((words) => {
        const text = written(sms, words, denyLine(deny, words, to));
        return { text, deny, parts: sizeOf(text).parts };
      }),
    );
  const most = ways.category === "hardware" ? 2 : 0;
  const chosen = texts.find((one) => one.parts <= Math.min(parts, 2)) ?? texts.find((one) => one.parts <= most);
  return chosen ? { text: chosen.text, deny: chosen.deny } : { text: plain, deny: null };
}

/** Ends in the origin-bound line (WICG sms-one-time-codes), and nothing after it. */
function written({ locale, brand, amount, code, host, embeddedIn }: SmsContent, words: Words, denial?: string): string {
  const values: Record<string, string> = { code, brand: word(brand), amount: smsAmount(amount, spoken(locale)) };
  const said = words.text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] as string);
  const boundLine = embeddedIn === undefined ? `@${host} #${code}` : `@${embeddedIn} #${code} @${host}`;
  return `${denial === undefined ? said : `${said} ${denial}`}\n${boundLine}`;
}

/** The first of the spellings that fits two parts. */
function inTwoParts(texts: readonly string[]): string {
  return texts.find((text) => sizeOf(text).parts <= 2) ?? (texts.at(-1) as string);
}

function dialled({ locale }: Pick<SmsContent, "locale">, phone: string): string {
  return spoken(locale) === "ar" ? leftToRight(word(phone)) : word(phone);
}

/** The language of a tag; English where it is not spoken. */
function spoken(tag: string): SmsLocale {
  const language = tag.split("-", 1)[0] as SmsLocale;
  return Object.hasOwn(WORDS, language) ? language : "en";
}

/** The ways the SMS may be spelled, the best first. Latin letters that GSM lacks cost a part; of Greek and Arabic little would be left. */
function spellings({ locale, spelling }: Pick<SmsContent, "locale" | "spelling">): Words[] {
  const language = spoken(locale);
  const gsm = inGsm(language);
  const wished = spelling?.[language] ?? (/el|ar/.test(language) ? "native" : "gsm");
  return wished === "native" ? [WORDS[language], gsm] : [gsm];
}

/** A variable that cannot speak for another host: Chromium takes the first `@host #code` anywhere in the text. */
function word(variable: string): string {
  return variable
    .replace(/[\p{Cc}\p{Z}]/gu, " ")
    .replace(/[\p{Cf}@#]/gu, "")
    .replace(/ +/g, " ")
    .trim();
}
