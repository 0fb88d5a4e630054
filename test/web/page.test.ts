import { readFileSync } from "node:fs";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { NAMES } from "../../web/i18n/index.ts";
import { TEXTS } from "../../web/i18n/texts.ts";
import { inTone } from "../../web/i18n/tone.ts";
import { createStep } from "../../web/step/model.ts";
import { StepView } from "../../web/step/StepView.tsx";
import marisol from "../../worker/brands/packs/marisol.json" with { type: "json" };
import rimal from "../../worker/brands/packs/rimal.json" with { type: "json" };
import tindra from "../../worker/brands/packs/tindra.json" with { type: "json" };
import { brandPackSchema } from "../../worker/brands/schema.ts";
import type { StepPage, StepState } from "../../worker/contract.ts";
import { pickLocale } from "../../worker/page/look.ts";
import { emptyHtml, stepHtml } from "../../worker/page/step.tsx";
import { smsText } from "../../worker/sms/message.ts";

/** Reads `dist/`, which `npm test` builds first. */
const assets = {
  fetch: async (request: Request | URL | string) => {
    const path = new URL(request instanceof Request ? request.url : request).pathname;
    return new Response(readFileSync(new URL(`../../dist${path}`, import.meta.url)));
  },
};
const PACKS = [tindra, marisol, rimal].map((pack) => v.parse(brandPackSchema, pack));
const nordic = v.parse(brandPackSchema, tindra);
const arabic = v.parse(brandPackSchema, rimal);

function page(over: Partial<StepPage> = {}): StepPage {
  return {
    view: "open",
    locale: "en",
    open: {
      digits: 6,
      order: { payee: "</script><b>Shop", amount: { value: 1149000, currency: "NOK" }, summary: "Phone & case" },
      number_ending: "42",
      state: {
        status: "sent",
        attempts_remaining: 3,
        resend_available_at: "2026-11-22T12:00:30.000Z",
        expires_at: "2026-11-22T12:15:00.000Z",
        delivery: {
          status: "sent",
          code_expires_at: "2026-11-22T12:05:00.000Z",
          sends_remaining: 2,
          last_sent_at: "2026-11-22T12:00:00.000Z",
        },
        server_now: "2026-11-22T12:00:00.000Z",
      },
      press: "press-1",
      return_url: "https://www.tindra.example/done?verification=ver_1&x=1",
      cancel_url: "https://www.tindra.example/basket",
      support_reference: "7KQ2M9XA",
      path: "/v/token",
    },
    ...over,
  };
}

/** The page of an order whose state differs by `over`, and whose delivery by `delivery`. */
function opened(over: Partial<StepState>, delivery: Partial<StepState["delivery"]> = {}): StepPage {
  const { open } = page();
  if (!open) throw new Error("no order");
  const state = { ...open.state, ...over, delivery: { ...open.state.delivery, ...delivery } };
  return page({ open: { ...open, state } });
}

describe("the step's HTML", () => {
  it("leaves no slot open and puts the nonce on every inline block", async () => {
    const html = await stepHtml(assets, nordic, page(), "n0nce");
    expect(html).not.toMatch(/%[A-Z]+%/);
    for (const tag of html.match(/<(?:style|script)\b[^>]*>/g) ?? []) expect(tag).toContain('nonce="n0nce"');
    expect(html).not.toMatch(/\sstyle=|\son[a-z]+=/);
  });

  it("writes the brand's name as the page's language does, and marks it where that is another one's (A23)", async () => {
    const logo = async (pack: typeof arabic, locale: string) => {
      const html = await emptyHtml(assets, pack, locale, "n");
      const [, title = ""] = /<title>.*[,،] (.*?)<\/title>/.exec(html) ?? [];
      const [, alt = "", lang = ""] = /<img [^>]*alt="(.*?)"(?: lang="(\w+)")?/.exec(html) ?? [];
      return [title, alt, lang];
    };
    expect(await logo(arabic, "ar")).toEqual(["رمال", "رمال", ""]);
    expect(await logo(arabic, "el")).toEqual(["Rimal", "Rimal", ""]);
    expect(await logo(nordic, "nb")).toEqual(["Tindra Mobil", "Tindra Mobil", ""]);
    expect(await logo(nordic, "de")).toEqual(["Tindra Mobil", "Tindra Mobil", "nb"]);
    const offline = (tag: string) =>
      readFileSync(new URL(`../../dist/step/${tag}.offline.html`, import.meta.url), "utf8");
    expect(offline("rimal.tr")).toContain('alt="Rimal" width');
    expect(offline("tindra.pl")).toContain('alt="Tindra Mobil" lang="nb" width');
  });

  it("keeps an order's text from becoming markup, in HTML and in the data block", async () => {
    const html = await stepHtml(assets, nordic, page(), "n");
    expect(html).not.toContain("<b>Shop");
    expect(html.match(/<\/script>/g)?.length).toBe(html.match(/<script/g)?.length);
    const block = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? "";
    expect(JSON.parse(block).open.order.payee).toBe("</script><b>Shop");
  });

  it("has one heading, one field for a code, both live regions and plain forms with their key", async () => {
    const html = await stepHtml(assets, nordic, page(), "n");
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(html).toMatch(/<input id="code"[^>]*autocomplete="one-time-code"/);
    expect(html).not.toContain("maxlength");
    expect(html).not.toContain('disabled=""');
    expect(html).toContain('role="status"');
    expect(html).toContain('role="alert"');
    for (const call of ["check", "resend", "leave"]) expect(html).toContain(`action="/v/token/${call}"`);
    expect(html).toContain('name="press" value="press-1"');
    expect(html).toContain("3 tries left.");
  });

  it("says in the title that a plain post went wrong", async () => {
    expect(await stepHtml(assets, nordic, page({ notice: "wrong" }), "n")).toContain("<title>Error: Check your phone");
  });

  it("asks without script for the code with the number's ending and the warning on screen", async () => {
    const html = await stepHtml(assets, nordic, opened({ status: "created" }), "n");
    const before = html.slice(0, html.indexOf('action="/v/token/start"'));
    expect(before).toMatch(/class="noscript">We send a 6-digit code by text to the number ending <bdi[^>]*>/);
    expect(before).toContain("Our staff never ask for this code.");
  });

  it("lets a browser without script ask for another text: it cannot watch a wait", async () => {
    const html = await stepHtml(assets, nordic, page(), "n");
    expect(/<button[^>]*class="quiet waits"[^>]*>/.exec(html)?.[0]).not.toContain("aria-disabled");
  });

  it("offers basket and people when the code is old and no text is left", async () => {
    const delivery = { code_expires_at: "2026-11-22T11:59:59.000Z", sends_remaining: 0 };
    const html = await stepHtml(assets, nordic, opened({ resend_available_at: null }, delivery), "n");
    expect(html).toMatch(/<details[^>]* open/);
    expect(html).toMatch(/class="primary"[^>]*>Back to basket</);
    expect(html.match(/value="left"/g)).toHaveLength(1);
    expect(html).not.toContain('action="/v/token/resend"');
  });

  it("keeps room for the longest message beside the field", async () => {
    const html = await stepHtml(assets, nordic, page(), "n");
    expect(html).toContain(`data-room="${TEXTS.en.fault}"`);
  });

  it("sends people without an order to the deployment's shop, else to the brand's", async () => {
    const closed: StepPage = { view: "closed", locale: "en" };
    expect(await stepHtml(assets, nordic, closed, "n")).toContain('class="primary" href="https://www.tindra.example"');
    expect(await stepHtml(assets, nordic, closed, "n", "http://127.0.0.1:9")).toContain(
      'class="primary" href="http://127.0.0.1:9"',
    );
    expect(await emptyHtml(assets, nordic, "en", "n", "http://127.0.0.1:9")).toContain('href="http://127.0.0.1:9"');
  });

  it("falls silent at an end: what was going on is no news any more", () => {
    const { open } = opened({});
    if (!open) throw new Error("no order");
    const brand = { name: "T", shop: "/", phone: "1", hours: "", kept: "", autoSubmitTyped: false };
    const given = { view: "open", locale: "en", brand, texts: TEXTS.en, open: { ...open, amount_text: "1" } } as const;
    const step = createStep(given);
    step.polite.value = "Sending";
    expect(renderToString(h(StepView, { step }))).toContain('role="status">Sending<');
    step.page.value = "elsewhere";
    expect(renderToString(h(StepView, { step }))).toContain('role="status"></p>');
  });

  it("shows no order data elsewhere, closed or empty", async () => {
    for (const view of ["elsewhere", "closed"] as const) {
      const html = await stepHtml(assets, arabic, { view, locale: "ar" }, "n");
      expect(html).toContain('<html lang="ar" dir="rtl"');
      expect(html).not.toMatch(/"open":|<form/);
    }
    expect(await emptyHtml(assets, nordic, "nb", "n")).toContain("Ingen bestilling venter");
  });

  it.each(PACKS)(
    "speaks every language of $id, in the brand's tone and with the amount of the text message",
    async (pack) => {
      const [[currency, value] = ["", 0]] = Object.entries(pack.sms.maxAmount);
      const amount = { value, currency };
      for (const locale of pack.locales) {
        const { open } = page();
        if (!open) throw new Error("no order");
        const shown = page({ locale, open: { ...open, order: { ...open.order, amount } } });
        const html = await stepHtml(assets, pack, shown, "n");
        const texts = inTone(TEXTS[locale], pack.tone);
        expect(html).toContain(`<html lang="${locale}" dir="${locale === "ar" ? "rtl" : "ltr"}"`);
        for (const said of [texts.check, texts.warning, texts.approve]) expect(html).toContain(said);
        const sms = smsText({ locale, brand: "B", amount, code: "0", host: "h.example" });
        expect(sms).toContain(`${/class="amount"[^>]*>([^<]+)</.exec(html)?.[1]})`);
      }
    },
  );

  it.each(PACKS)(
    "speaks of no code and of no text on its way where $id asks the operator first, in any of its languages",
    async (pack) => {
      for (const locale of pack.locales) {
        const { open } = opened({ status: "created" });
        if (!open) throw new Error("no order");
        const html = await stepHtml(assets, pack, page({ locale, open: { ...open, network: {} } }), "n");
        const [shown = ""] = /<main.*<\/main>/s.exec(html) ?? [];
        const { warning, help, sending, sent, ...texts } = inTone(TEXTS[locale], pack.tone);
        for (const said of [texts.asking_warning, texts.asking_help]) expect(shown, locale).toContain(said);
        for (const text of [warning, help, sending, sent])
          expect(shown, locale).not.toContain(text.split("{")[0] as string);
        expect(shown).toMatch(/<form class="check"[^>]* action="\/v\/token\/start"/);
        const buttons = [...shown.matchAll(/<button type="submit"([^>]*)>([^<]*)</g)].slice(0, 2);
        expect(buttons.map(([, attributes = "", label]) => [/(?<= )name="\w+"/.exec(attributes)?.[0], label])).toEqual([
          ['name="network"', texts.approve],
          [undefined, texts.asking_text],
        ]);
        expect(buttons[1]?.[1]).toContain('formaction="/v/token/start"');
      }
    },
  );

  it.each(PACKS)(
    "offers the languages of $id by their own names, as plain links that keep the address",
    async (pack) => {
      const [, second = pack.defaultLocale] = pack.locales;
      const html = await stepHtml(assets, pack, page({ locale: second }), "n");
      const nav = /<nav[^>]*>(.*?)<\/nav>/s.exec(html)?.[1] ?? "";
      const links = [...nav.matchAll(/<a href="\?lang=(\w+)" lang="(\w+)" hreflang="(\w+)"([^>]*)>([^<]+)<\/a>/g)];
      expect(links.map(([, ...link]) => link)).toEqual(
        pack.locales.map((tag) => [tag, tag, tag, tag === second ? ' aria-current="true"' : "", NAMES[tag]]),
      );
      expect(nav.replace(/<a [^>]+>[^<]+<\/a>/g, "")).toBe("");
    },
  );

  it("chooses the first wish the brand speaks, by quality, else its default", () => {
    expect(pickLocale(nordic, null, undefined, "fr, de;q=0.8, en;q=0.9")).toBe("en");
    expect(pickLocale(nordic, "de", "en", "nb")).toBe("de");
    expect(pickLocale(nordic, "xx", null, "no")).toBe("nb");
    expect(pickLocale(arabic, undefined, "ar-AE")).toBe("ar");
    expect(pickLocale(arabic, "<script>", "", "fr;q=1, en;q=0")).toBe("ar");
  });
});
