/** The step's HTML: the built template, the brand's theme, and the same components the browser hydrates. */
import { renderToString } from "preact-render-to-string";
import { directionOf, duration, type Locale, money, NAMES, TEXTS } from "../web/i18n/index.ts";
import type { Given, Surround } from "../web/step/given.ts";
import { createStep } from "../web/step/model.ts";
import { StepView } from "../web/step/StepView.tsx";
import { Footer, Header } from "../web/step/Surround.tsx";
import { alertOf, title } from "../web/step/sentence.ts";
import { themeCss } from "../web/theme.ts";
import type { BrandPack } from "./brands/schema.ts";
import type { StepPage } from "./contract.ts";

export { normaliseCode } from "../web/code.ts";

/** Where built files come from: the `ASSETS` binding, or a test's reading of `dist/`. */
export interface Assets {
  fetch(request: Request | URL | string): Promise<Response>;
}

const SLOT = /%(LANG|DIR|PATH|STATUS|TITLE|LIGHT|DARK|THEME|TOP|APP|FOOT|DATA|NONCE)%/;

let template: Promise<string[]> | undefined;
const themes = new Map<string, string>();

/** Text and slot names in turn. Fetched once per isolate; a failure is not remembered. */
function pieces(assets: Assets): Promise<string[]> {
  template ??= assets
    .fetch(new URL("https://assets.invalid/step/index.html"))
    .then(async (response) => {
      if (!response.ok) throw new Error("the built template is missing: run the build");
      return (await response.text()).split(SLOT);
    })
    .catch((error: unknown) => {
      template = undefined;
      throw error;
    });
  return template;
}

function themeOf(pack: BrandPack): string {
  const known = themes.get(pack.id);
  if (known !== undefined) return known;
  const css = themeCss(pack);
  themes.set(pack.id, css);
  return css;
}

const NAMED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => NAMED[sign] ?? sign);

/** The HTML of the step of one verification. `nonce` is the one in the response's policy. */
export function stepHtml(assets: Assets, pack: BrandPack, page: StepPage, nonce: string): Promise<string> {
  const { view, notice, open } = page;
  const amount = open?.order.amount;
  const shown = open && amount && { ...open, amount_text: money(amount.value, amount.currency, page.locale) };
  return render(assets, pack, { ...common(pack, page.locale, view), open: shown, ...(notice && { notice }) }, nonce);
}

/** The page of a brand's host without a token: no order is waiting. */
export function emptyHtml(assets: Assets, pack: BrandPack, locale: string, nonce: string): Promise<string> {
  return render(assets, pack, common(pack, locale, "empty"), nonce);
}

function common(pack: BrandPack, asked: string, view: Given["view"]): Given {
  const locale = pickLocale(pack, asked) as Locale;
  const { support, language, imprint, privacy, terms, accessibility, ...texts } = TEXTS[locale];
  return {
    view,
    locale,
    brand: {
      name: pack.name,
      shop: pack.origins.shop[0] ?? "/",
      phone: pack.support.phone,
      hours: pack.support.hours[locale] ?? "",
      store: pack.support.storeFinder,
      kept: duration(pack.basketKept, locale),
      autoSubmitTyped: pack.policy.autoSubmitTyped,
    },
    texts,
  };
}

function surround({ name, logo, legal, locales, shape }: BrandPack, { locale, brand }: Given): Surround {
  const texts = TEXTS[locale as Locale];
  const named = locales.map((tag) => ({ tag, name: NAMES[tag] }));
  const { phone, hours } = brand;
  return { name, header: shape.header, logo, phone, hours, legal, locale, locales: named, texts };
}

async function render(assets: Assets, pack: BrandPack, given: Given, nonce: string): Promise<string> {
  const step = createStep(given);
  const around = surround(pack, given);
  const values: Record<string, string> = {
    LANG: given.locale,
    DIR: directionOf(given.locale as Locale),
    PATH: escaped(given.open?.path ?? ""),
    STATUS: given.open?.state.status ?? "",
    TITLE: escaped(title(step.view.peek(), given, alertOf(step) !== "")),
    LIGHT: pack.themeColor.light,
    DARK: pack.themeColor.dark,
    THEME: themeOf(pack),
    TOP: renderToString(<Header of={around} />),
    APP: renderToString(<StepView step={step} />),
    FOOT: renderToString(<Footer of={around} />),
    // In a script block only "<" could end the block or open a comment.
    DATA: JSON.stringify(given).replaceAll("<", "\\u003c"),
    NONCE: nonce,
  };
  const parts = await pieces(assets);
  return parts.map((part, i) => (i % 2 ? (values[part] ?? "") : part)).join("");
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
