/** What the tests of the SMS share: the two readers of its last line, the reference that counts parts, and variables good and evil. */
import fc from "fast-check";
import { SegmentedMessage } from "sms-segments-calculator";
import * as v from "valibot";
import marisol from "../../worker/brands/packs/marisol.json";
import rimal from "../../worker/brands/packs/rimal.json";
import tindra from "../../worker/brands/packs/tindra.json";
import { brandPackSchema } from "../../worker/brands/schema.ts";
import type { SmsContent } from "../../worker/sms/message.ts";
import { WORDS } from "../../worker/sms/words.ts";

export const PACKS = [tindra, marisol, rimal].map((pack) => v.parse(brandPackSchema, pack));
export const LOCALES = Object.keys(WORDS) as (keyof typeof WORDS)[];
/** Languages whose text keeps to the GSM alphabet. */
export const LATIN = LOCALES.filter((locale) => locale !== "ar" && locale !== "el");
export const CURRENCIES = ["EUR", "GBP", "NOK", "SEK", "USD", "AED", "SAR", "KWD", "JPY", "PLN", "TRY", "BRL", "CHF"];
export const FORMS = ["link", "phone", "keyword"] as const;
export const CATEGORIES = ["hardware", "service", "accessory"] as const;
export const PHONE = "0800 33 0 10";

export const locales = fc.constantFrom(...LOCALES);
export const amounts = fc.record({
  value: fc.integer({ min: 0, max: 999_999 }),
  currency: fc.constantFrom(...CURRENCIES),
});
export const codes = fc.stringMatching(/^[0-9]{6,8}$/);
export const hosts = fc
  .tuple(
    fc.stringMatching(/^[a-z][a-z0-9-]{0,6}[a-z0-9]$/),
    fc.constantFrom("tindra.example", "brand-telco.co.uk", "rimal.ae"),
  )
  .map(([label, domain]) => `${label}.${domain}`);
/** Variables that want to speak for another host, or to hide the true one. */
export const hostile = fc.constantFrom(
  "@evil.example #111111",
  "\n@evil.example #111111",
  " @evil.example #111111",
  "\r\n@e.example #1 @f.example\n",
  "\u2028@a.b #2",
  "\u00a0@evil.example\u00a0#111111",
  "\u200f@evil.example #111111\u200e",
  "\u202e111111# elpmaxe.live@\u202c",
  "＠evil.example ＃111111",
  "#1 @",
  "{code} {amount} $& $1",
);
export const brands = fc.oneof(
  fc.stringMatching(/^[A-Za-z][A-Za-z .&+-]{0,14}[A-Za-z]$/),
  fc.string({ unit: "binary", minLength: 1, maxLength: 16 }),
  fc.tuple(fc.string({ maxLength: 8 }), hostile, fc.string({ maxLength: 8 })).map((parts) => parts.join("")),
);

/** A host and its code, as read from a text. */
export interface Bound {
  host: string;
  code: string;
  embedded: string | undefined;
}

/** What the last line of `content` means. */
export const meantBy = ({ host, code, embeddedIn }: SmsContent): Bound => ({
  host: embeddedIn ?? host,
  code,
  embedded: embeddedIn && host,
});

/** WICG sms-one-time-codes, "parse an origin-bound one-time code message": the last line only, tokens end at white space. */
export function draftReads(text: string): Bound | undefined {
  const line = text.replace(/\r\n?/g, "\n").split("\n").at(-1) ?? "";
  const [, host, code, embedded] = /^@([^\t\n\f\r ]+) #([^\t\n\f\r ]+)(?: @([^\t\n\f\r ]+))?/.exec(line) ?? [];
  return host && code ? { host, code, embedded } : undefined;
}

/** Chromium: the first match anywhere in the text. */
export function chromiumReads(text: string): Bound | undefined {
  const [, host, code, embedded] = /(?:^|\s)@([a-zA-Z0-9.-]+) #([^#\s]+)(?: @([a-zA-Z0-9.-]+))?/.exec(text) ?? [];
  return host && code ? { host, code, embedded } : undefined;
}

/** Units and parts as the reference counts them; it splits neither an escape nor a surrogate pair. */
export function counted(text: string): { units: number; parts: number; encoding: "gsm" | "ucs2" } {
  const message = new SegmentedMessage(text, "auto", false);
  const gsm = message.encodingName === "GSM-7";
  return {
    encoding: gsm ? "gsm" : "ucs2",
    units: message.messageSize / (gsm ? 7 : 16),
    parts: Math.max(1, message.segmentsCount),
  };
}
