/** What counts as a telephone number we may send a code to. */
import parsePhoneNumberFromString, { type MetadataJson } from "libphonenumber-js/core";
import metadata from "./metadata.json";

declare const e164: unique symbol;
/** A valid mobile number in E.164: `+`, country code, subscriber number, digits only. Made by `mobileNumber` alone. */
export type E164 = string & { readonly [e164]: true };

/** A mobile number taken apart; `country` is ISO 3166-1 alpha-2, `ending` its last two digits. */
export interface MobileNumber {
  number: E164;
  country: string;
  ending: string;
}

/**
 * `written` as a mobile number of one of `countries` (ISO 3166-1 alpha-2), or undefined. Only the international form
 * with a leading `+` is read: a national one would need a country guessed. The metadata (`npm run numbers`) knows the
 * packs' countries and mobile ranges alone, so premium and shared-cost numbers are not valid here; satellite ones belong to no country and are in no list (S10).
 */
export function mobileNumber(written: string, countries: readonly string[]): MobileNumber | undefined {
  // Digits and the usual separators only: letters, extensions, look-alike digits and a second number end here.
  if (!/^\+[1-9][0-9 ().-]{5,30}$/.test(written)) return undefined;
  const parsed = parsePhoneNumberFromString(written, { extract: false }, metadata as unknown as MetadataJson);
  if (!parsed?.isPossible() || !parsed.isValid() || parsed.ext) return undefined;
  const { country, number } = parsed;
  if (!country || !countries.includes(country)) return undefined;
  return { number: number as string as E164, country, ending: number.slice(-2) };
}
