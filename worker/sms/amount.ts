/** An amount as an SMS can carry it: in the GSM alphabet, so that it does not cost a second part. Pure. */
import { isGsm7 } from "./units.ts";

/** Where `Intl` would take another country's habits than ours. */
const REGIONS: Record<string, string> = { en: "en-GB", pt: "pt-PT", ar: "ar-AE" };
/** A formatter takes longer to make than all else of a text; there is one per brand's language and currency. */
const known = new Map<string, { formatter: Intl.NumberFormat; digits: number }>();
/** More than all brands' languages and currencies; an order may name any other. */
const KNOWN_MAX = 64;

/**
 * `value` minor units of `currency` (ISO 4217) as people of `locale` (BCP 47) write it, within GSM-7. `Intl` decides
 * how many digits the minor unit has; a symbol outside the alphabet gives way to the currency's code. Thousands are
 * always grouped: a run of four digits could be taken for the code by a keyboard. The pages write it so too, sign for sign.
 */
export function smsAmount({ value, currency }: { value: number; currency: string }, locale: string): string {
  const natural = plain(format("symbol"));
  return isGsm7(natural) ? natural : plain(format("code"));

  function format(currencyDisplay: "symbol" | "code"): string {
    const name = `${locale} ${currency} ${currencyDisplay}`;
    const style = {
      style: "currency",
      currency,
      currencyDisplay,
      numberingSystem: "latn",
      useGrouping: "always",
    } as const;
    const { formatter, digits } =
      known.get(name) ?? made(name, new Intl.NumberFormat(REGIONS[locale] ?? locale, style));
    return formatter.format(value / 10 ** digits);
  }
}

/** Of a formatter, what the currency's minor unit is worth: asking it each time takes as long as a text. */
function made(name: string, formatter: Intl.NumberFormat) {
  const { maximumFractionDigits: digits = 2 } = formatter.resolvedOptions();
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(name, { formatter, digits });
  return { formatter, digits };
}

/** Without direction marks, with plain spaces, and with the two symbols that have a customary spelling; TL follows its number. */
function plain(formatted: string): string {
  return formatted
    .replace(/\p{Cf}/gu, "")
    .replace(/\p{Zs}/gu, " ")
    .replace("zł", "PLN")
    .replace(/^₺(.+)/, "$1 ₺")
    .replace("₺", "TL")
    .trim();
}
