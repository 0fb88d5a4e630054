/** What all pages of a brand share: its theme, its header and footer, the language they speak. */
import { type Locale, NAMES } from "../../web/i18n/index.ts";
import type { Messages } from "../../web/i18n/messages.ts";
import type { Surround } from "../../web/step/given.ts";
import { themeCss } from "../../web/theme.ts";
import type { BrandPack } from "../brands/schema.ts";

const themes = new Map<string, string>();

/** The brand's `:root` rules; computed once per isolate. */
export function themeOf(pack: BrandPack): string {
  const known = themes.get(pack.id);
  if (known !== undefined) return known;
  const css = themeCss(pack);
  themes.set(pack.id, css);
  return css;
}

/** The brand's name as `locale` writes it, and its own language where that is another one (WCAG 2.2, 3.1.2). */
export function nameIn({ name, names, defaultLocale }: BrandPack, locale: Locale) {
  const own = names?.[locale];
  return { name: own ?? name, lang: own || locale === defaultLocale ? undefined : defaultLocale };
}

/** What header and footer show in `locale`. */
export function surround(pack: BrandPack, locale: Locale, texts: Messages): Surround {
  const { logo, legal, locales, shape, support } = pack;
  const named = locales.map((tag) => ({ tag, name: NAMES[tag] }));
  const { phone } = support;
  const hours = support.hours[locale] ?? "";
  return { ...nameIn(pack, locale), header: shape.header, logo, phone, hours, legal, locale, locales: named, texts };
}

/** The first of `candidates` that the brand speaks, else its default. In order: `?lang`, the order system's wish, then the browser's `Accept-Language` header as it came. */
export function pickLocale(pack: BrandPack, ...candidates: (string | null | undefined)[]): string {
  for (const candidate of candidates) {
    for (const tag of ranked(candidate ?? "")) {
      // "no" and "nn" read Bokmål; "ar-AE" reads "ar".
      const base = tag.split("-")[0]?.toLowerCase() ?? "";
      const locale = base === "no" || base === "nn" ? "nb" : base;
      if ((pack.locales as string[]).includes(locale)) return locale;
    }
  }
  return pack.defaultLocale;
}

/** Language ranges of a header, best first (RFC 9110, 12.5.4); a bare tag is a list of one. */
function ranked(header: string): string[] {
  return header
    .slice(0, 200)
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range.trim().split(";");
      const q = parameters.map((text) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(text)?.[1]).find(Boolean);
      return { tag, q: Number(q ?? 1) };
    })
    .filter(({ tag, q }) => tag && q > 0)
    .sort((a, b) => b.q - a.q)
    .map(({ tag }) => tag);
}
