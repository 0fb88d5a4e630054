/** What stands in for a brand that was added: a plain shop in its colours, and customers with numbers of its country. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type CountryCode, getExampleNumber } from "libphonenumber-js/mobile";
import type { BrandPack } from "../../worker/brands/schema.ts";
import type { BrandId } from "./secrets.ts";
import type { Shop } from "./shop/catalogue.ts";
import type { Lang } from "./shop/texts.ts";

const EXAMPLES = createRequire(import.meta.url)("libphonenumber-js/examples.mobile.json") as Record<
  CountryCode,
  string
>;
const LANGS: readonly Lang[] = ["en", "nb", "es", "ar"];

/** The pack of `brand`, as it lies in the tree. */
function packOf(brand: BrandId): BrandPack {
  return JSON.parse(readFileSync(new URL(`../../worker/brands/packs/${brand}.json`, import.meta.url), "utf8"));
}

/** A shop with one phone that fits the brand's largest amount. */
export function addedShop(brand: BrandId): Shop {
  const { name, locales, sms, color } = packOf(brand);
  const [currency = "EUR", most = 100_000] = Object.entries(sms.maxAmount)[0] ?? [];
  const spoken = LANGS.filter((lang) => (locales as string[]).includes(lang));
  const { brand: main, accent = main, ink = "#16161a", paper = "#ffffff" } = color;
  return {
    brand,
    payee: name,
    langs: [spoken[0] ?? "en", ...spoken.slice(1)],
    product: `${name} One`,
    currency,
    price: Math.min(59_900, most),
    colours: [
      { id: "own", hex: main, name: {} },
      { id: "night", hex: "#1b1b33", name: {} },
    ],
    pitch: { en: ["A phone to try the checkout with.", "6.1″ display", "128 GB"] },
    look: { brand: main, accent, ink, paper },
  };
}

/** Mobile numbers of the brand's first country: what comes before the last `digits`, which are free. */
export function addedNumbers(brand: BrandId): { prefix: string; digits: number } {
  const country = packOf(brand).countries[0] as CountryCode;
  const example = getExampleNumber(country, EXAMPLES)?.number ?? "+447400123456";
  return { prefix: example.slice(0, -5), digits: 5 };
}
