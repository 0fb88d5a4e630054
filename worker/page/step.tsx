/** The step's HTML: the built template, the brand's theme, and the same components the browser hydrates. */
import { renderToString } from "preact-render-to-string";
import { directionOf, duration, type Locale } from "../../web/i18n/index.ts";
import type { Messages } from "../../web/i18n/messages.ts";
import type { Given } from "../../web/step/given.ts";
import { createStep } from "../../web/step/model.ts";
import { StepView } from "../../web/step/StepView.tsx";
import { Footer, Header } from "../../web/step/Surround.tsx";
import { alertOf, title } from "../../web/step/sentence.ts";
import type { BrandPack } from "../brands/schema.ts";
import type { StepPage } from "../contract.ts";
import { smsAmount } from "../sms/amount.ts";
import { nameIn, pickLocale, surround, themeOf } from "./look.ts";
import { type Assets, builtFile, textsOf } from "./texts.ts";

export { normaliseCode } from "../../web/code.ts";

const SLOT = /%(LANG|DIR|PATH|STATUS|TITLE|LIGHT|DARK|ICON|TOUCH|THEME|TOP|APP|FOOT|DATA|NONCE)%/;

let template: string[] | undefined;

/** Text and slot names in turn; split once per isolate. */
async function pieces(assets: Assets): Promise<string[]> {
  template ??= (await builtFile(assets, "step/index.html")).split(SLOT);
  return template;
}

const NAMED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => NAMED[sign] ?? sign);

/** The HTML of the step of one verification. `nonce` is the one in the response's policy; `shopUrl` is where people without an order find the shop, if not at the pack's own address. */
export async function stepHtml(
  assets: Assets,
  pack: BrandPack,
  page: StepPage,
  nonce: string,
  shopUrl?: string,
): Promise<string> {
  const { view, notice, open, embed } = page;
  const amount = open?.order.amount;
  const shown = open && amount && { ...open, amount_text: smsAmount(amount, page.locale) };
  const texts = await wordsOf(assets, pack, page.locale);
  const given = common(pack, page.locale, view, texts, shopUrl);
  return render(assets, pack, texts, { ...given, open: shown, embed, ...(notice && { notice }) }, nonce);
}

/** The page of a brand's host without a token: no order is waiting. */
export async function emptyHtml(
  assets: Assets,
  pack: BrandPack,
  locale: string,
  nonce: string,
  shopUrl?: string,
): Promise<string> {
  const texts = await wordsOf(assets, pack, locale);
  return render(assets, pack, texts, common(pack, locale, "empty", texts, shopUrl), nonce);
}

/** The texts of a language in the brand's tone, and in its own words where the pack has some. */
async function wordsOf(assets: Assets, pack: BrandPack, asked: string): Promise<Messages> {
  const locale = pickLocale(pack, asked) as Locale;
  return { ...(await textsOf(assets, locale, pack.tone)), ...pack.copy?.[locale] };
}

function common(pack: BrandPack, asked: string, view: Given["view"], all: Messages, shopUrl?: string): Given {
  const locale = pickLocale(pack, asked) as Locale;
  const { support, language, imprint, privacy, terms, accessibility, ...texts } = all;
  return {
    view,
    locale,
    brand: {
      name: nameIn(pack, locale).name,
      shop: shopUrl ?? pack.origins.shop[0] ?? "/",
      phone: pack.support.phone,
      hours: pack.support.hours[locale] ?? "",
      store: pack.support.storeFinder,
      kept: duration(pack.basketKept, locale),
      autoSubmitTyped: pack.policy.autoSubmitTyped,
    },
    texts,
  };
}

async function render(assets: Assets, pack: BrandPack, texts: Messages, given: Given, nonce: string): Promise<string> {
  const step = createStep(given);
  const { open } = given;
  const around = surround(pack, given.locale as Locale, texts);
  const values: Record<string, string> = {
    LANG: given.locale,
    DIR: directionOf(given.locale as Locale),
    PATH: escaped(open?.path ?? ""),
    // Nothing is asked for by itself where the shopper approves first.
    STATUS: open?.network ? "" : (open?.state.status ?? ""),
    TITLE: escaped(title(step.view.peek(), given, alertOf(step) !== "")),
    LIGHT: pack.themeColor.light,
    DARK: pack.themeColor.dark,
    ICON: pack.icons.svg,
    TOUCH: pack.icons.apple180,
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
