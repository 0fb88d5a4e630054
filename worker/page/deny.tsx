/** The page behind "not you?" in the SMS: plain HTML without script, cookie or field; one form with one button. */
import { createHash } from "node:crypto";
import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import { directionOf, intl, type Locale } from "../../web/i18n/index.ts";
import { type DenyTexts, fill, type Messages } from "../../web/i18n/messages.ts";
import type { Surround } from "../../web/step/given.ts";
import { Footer, Header } from "../../web/step/Surround.tsx";
import { Text, UNTRANSLATED } from "../../web/step/Text.tsx";
import type { BrandPack } from "../brands/schema.ts";
import { smsAmount } from "../sms/amount.ts";
import { pickLocale, surround, themeOf } from "./look.ts";
import { type Assets, builtFile, denyTextsOf, textsOf } from "./texts.ts";

/** What was sent, and how long ago. No item, number, name or address: the number may have a new owner. */
interface Sent {
  amount: { value: number; currency: string };
  agoMs: number;
}

/**
 * What the page shows. `closed` is one page for ended, unknown, foreign and forged links; `fault` says try again, and
 * `apart` stands in for a page that does ask for a code.
 */
export type DenyPage =
  | { view: "open"; sent: Sent }
  | { view: "mine" | "stopped" | "held" | "closed" }
  | { view: "fault"; apart?: true };

/** The page in `locale`. `lang` is the language chosen by hand, which its links keep. The same input gives the same bytes. */
export async function denyHtml(
  assets: Assets,
  pack: BrandPack,
  page: DenyPage,
  locale: string,
  lang?: string,
): Promise<string> {
  const spoken = pickLocale(pack, locale) as Locale;
  const [shared, texts, sheet] = await Promise.all([
    textsOf(assets, spoken, pack.tone),
    denyTextsOf(assets, spoken, pack.tone),
    sheetOf(assets, pack),
  ]);
  const around = surround(pack, spoken, shared);
  const { light, dark } = pack.themeColor;
  const html = renderToString(
    <html lang={spoken} dir={directionOf(spoken)}>
      <head>
        <meta charset="utf-8" />
        <title>{`${headingOf(page, texts)}, ${around.name}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="format-detection" content="telephone=no" />
        <meta name="theme-color" media="(prefers-color-scheme: light)" content={light} />
        <meta name="theme-color" media="(prefers-color-scheme: dark)" content={dark} />
        <style dangerouslySetInnerHTML={{ __html: sheet }} />
      </head>
      <body>
        <Header of={around} />
        <main>
          <h1>{headingOf(page, texts)}</h1>
          <Body page={page} pack={pack} of={around} locale={spoken} lang={lang} texts={texts} shared={shared} />
        </main>
        <Footer of={around} />
      </body>
    </html>,
  );
  return `<!doctype html>${html}`;
}

const hashes = new Map<string, string>();

/** The source for `style-src` that admits exactly the brand's sheet: the page has no nonce, so that two of a kind are equal. */
export async function sheetSource(assets: Assets, pack: BrandPack): Promise<string> {
  const sheet = await sheetOf(assets, pack);
  const known = hashes.get(pack.id) ?? `'sha256-${createHash("sha256").update(sheet).digest("base64")}'`;
  hashes.set(pack.id, known);
  return known;
}

async function sheetOf(assets: Assets, pack: BrandPack): Promise<string> {
  return themeOf(pack) + (await builtFile(assets, "deny/deny.css"));
}

function headingOf({ view }: DenyPage, texts: DenyTexts): string {
  const { question, unchanged, stopped, held, closed, fault } = texts;
  return { open: question, mine: unchanged, stopped, held, closed, fault }[view];
}

interface BodyProps {
  page: DenyPage;
  pack: BrandPack;
  of: Surround;
  locale: Locale;
  lang: string | undefined;
  texts: DenyTexts;
  shared: Messages;
}

function Body({ page, pack, of, locale, lang, texts, shared }: BodyProps) {
  const never = !("apart" in page) && <p class="never">{texts.never}</p>;
  const href = (query: string) => `?${new URLSearchParams({ ...(query && { [query]: "" }), ...(lang && { lang }) })}`;
  switch (page.view) {
    case "open":
      return (
        <>
          <OrderLine of={of} sent={page.sent} locale={locale} texts={texts} />
          <form method="post">
            <button class="primary" type="submit">
              {texts.stop}
            </button>
          </form>
          <a class="second" href={href("mine")}>
            {texts.mine}
          </a>
          {never}
        </>
      );
    case "mine":
      return (
        <>
          <p class="lead">{texts.share}</p>
          {never}
          <a class="second" href={href("")}>
            {texts.back}
          </a>
        </>
      );
    case "stopped":
    case "held":
      return (
        <>
          <p class="lead">{page.view === "held" ? texts.held_next : texts.stopped_next}</p>
          <h2>{texts.next}</h2>
          <ol class="steps">
            <li>
              <Call pack={pack}>
                <Text of={shared.call} parts={{ phone: <Phone pack={pack} /> }} />
              </Call>
              <span class="hint">{pack.support.hours[locale]}</span>
            </li>
            <li>{texts.sim}</li>
            <li>{texts.password}</li>
          </ol>
          {never}
        </>
      );
    case "closed":
    case "fault":
      return (
        <>
          <p class="lead">
            <Text
              of={page.view === "fault" ? texts.fault_next : texts.closed_next}
              parts={{
                phone: (
                  <Call pack={pack}>
                    <Phone pack={pack} />
                  </Call>
                ),
              }}
            />
          </p>
          {page.view === "fault" && (
            <a class="primary" href={href("")}>
              {texts.again}
            </a>
          )}
          {never}
        </>
      );
  }
}

interface OrderLineProps {
  of: Surround;
  sent: Sent;
  locale: Locale;
  texts: DenyTexts;
}

function OrderLine({ of, sent, locale, texts }: OrderLineProps) {
  return (
    <section class="order">
      <div>
        <strong lang={of.lang}>{of.name}</strong>
        <span>{fill(texts.sent, { ago: ago(sent.agoMs, locale) })}</span>
      </div>
      <bdi class="amount" dir={directionOf(locale)} {...UNTRANSLATED}>
        {smsAmount(sent.amount, locale)}
      </bdi>
    </section>
  );
}

/** "4 minutes ago": no script tells this page the reader's time zone. */
function ago(ms: number, locale: Locale): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  const format = new Intl.RelativeTimeFormat(intl(locale));
  return minutes < 90 ? format.format(-minutes, "minute") : format.format(-Math.round(minutes / 60), "hour");
}

function Call({ pack, children }: { pack: BrandPack; children: ComponentChildren }) {
  return <a href={`tel:${pack.support.phone.replaceAll(" ", "")}`}>{children}</a>;
}

function Phone({ pack }: { pack: BrandPack }) {
  return (
    <bdi dir="ltr" {...UNTRANSLATED}>
      {pack.support.phone}
    </bdi>
  );
}
