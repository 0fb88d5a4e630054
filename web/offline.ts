/** A brand's page for a navigation without network, and its manifest. Built ahead, as neither depends on a verification. */
import { directionOf, type Locale } from "./i18n/index.ts";
import type { Messages } from "./i18n/messages.ts";

/** What both need of a brand pack. */
export interface Shell {
  name: string;
  names?: Partial<Record<Locale, string>>;
  shortName: string;
  defaultLocale: Locale;
  color: { paper?: string };
  themeColor: { light: string; dark: string };
  shape: { header: string };
  logo: { light: string; dark?: string; width: number; height: number };
  icons: { svg: string; png192: string; png512: string; maskable512: string };
  support: { phone: string; hours: Partial<Record<Locale, string>> };
}

const HEADING: Readonly<Record<Locale, string>> = {
  en: "No connection",
  nb: "Ingen forbindelse",
  de: "Keine Verbindung",
  fr: "Pas de connexion",
  es: "Sin conexión",
  it: "Nessuna connessione",
  pt: "Sem ligação",
  nl: "Geen verbinding",
  pl: "Brak połączenia",
  tr: "Bağlantı yok",
  el: "Δεν υπάρχει σύνδεση",
  ar: "لا يوجد اتصال",
};

/**
 * The HTML a service worker shows where the network does not answer: logo, what happened, "try again" (the same
 * address once more) and the support's number. `css` is the step's; no script, so its policy can be a hash.
 */
export function offlineHtml(pack: Shell, locale: Locale, texts: Messages, css: string): string {
  const { logo, shape, support, themeColor, defaultLocale } = pack;
  const own = pack.names?.[locale];
  const name = own ?? pack.name;
  const lang = own || locale === defaultLocale ? "" : ` lang="${defaultLocale}"`;
  const dark = logo.dark ? `<source srcset="${logo.dark}" media="(prefers-color-scheme: dark)">` : "";
  const phone = `<a href="tel:${support.phone.replaceAll(" ", "")}"><bdi dir="ltr">${support.phone}</bdi></a>`;
  const heading = HEADING[locale];
  return [
    `<!doctype html><html lang="${locale}" dir="${directionOf(locale)}"><head><meta charset="utf-8">`,
    `<title>${heading}, ${named(name)}</title>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">',
    `<meta name="theme-color" media="(prefers-color-scheme: light)" content="${themeColor.light}">`,
    `<meta name="theme-color" media="(prefers-color-scheme: dark)" content="${themeColor.dark}">`,
    `<style>${css}</style></head><body><header class="top ${shape.header}"><picture>${dark}`,
    `<img src="${logo.light}" alt="${named(name)}"${lang} width="${logo.width}" height="${logo.height}"></picture></header>`,
    `<main id="app"><h1>${heading}</h1><p class="lead">${texts.still_here}</p>`,
    `<a class="primary" href="">${texts.again}</a></main>`,
    `<footer><p>${texts.support} ${phone}<span class="hours">${named(support.hours[locale] ?? "")}</span></p></footer>`,
    "</body></html>",
  ].join("");
}

/** The web app manifest of a brand's host (W3C Web Application Manifest). */
export function manifest({ name, shortName, defaultLocale, themeColor, color, icons }: Shell): object {
  const png = (src: string, size: number, purpose = "any") => ({
    src,
    sizes: `${size}x${size}`,
    type: "image/png",
    purpose,
  });
  return {
    id: "/",
    name,
    short_name: shortName,
    lang: defaultLocale,
    dir: directionOf(defaultLocale),
    start_url: "/",
    scope: "/",
    display: "standalone",
    theme_color: themeColor.light,
    background_color: color.paper ?? "#ffffff",
    icons: [
      { src: icons.svg, sizes: "any", type: "image/svg+xml" },
      png(icons.png192, 192),
      png(icons.png512, 512),
      png(icons.maskable512, 512, "maskable"),
    ],
  };
}

const named = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
