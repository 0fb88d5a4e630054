/** The language switch, and every language of every brand in a real window. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { TEXTS } from "../../web/i18n/texts.ts";
import { inTone } from "../../web/i18n/tone.ts";
import marisol from "../../worker/brands/packs/marisol.json" with { type: "json" };
import rimal from "../../worker/brands/packs/rimal.json" with { type: "json" };
import tindra from "../../worker/brands/packs/tindra.json" with { type: "json" };
import { brandPackSchema } from "../../worker/brands/schema.ts";
import type { StepPage } from "../../worker/contract.ts";
import { stepHtml } from "../../worker/page/step.tsx";
import type { BrandId } from "../standins/secrets.ts";
import { longer, mirrored, pseudo } from "../web/pseudo.ts";
import { at, customerOf, textsTo, textTo } from "./around.ts";
import { phonesOf } from "./browser.ts";
import { accepted, says, wrongFor } from "./shopper.ts";
import { toStep } from "./shopping.ts";
import { holding } from "./until.ts";

const { phone } = phonesOf();
const PACKS = [tindra, marisol, rimal].map((pack) => v.parse(brandPackSchema, pack));

/** What the page was given of its verification. */
const given = async (page: Page): Promise<StepPage["open"]> =>
  JSON.parse((await page.locator("#brand-data").textContent()) ?? "{}").open;

/** Widths at which a page scrolls sideways or cuts a word off. */
async function tooNarrow(page: Page): Promise<number[]> {
  const found: number[] = [];
  for (const width of [280, 320, 360]) {
    await page.setViewportSize({ width, height: 740 });
    const wide = await page.evaluate(() => {
      const { clientWidth, scrollWidth } = document.documentElement;
      const cut = [...document.querySelectorAll("main *, footer *")].filter((element) => {
        if (element.closest(".unseen") || !element.checkVisibility()) return false;
        const { left, right } = element.getBoundingClientRect();
        return left < -0.5 || right > clientWidth + 0.5;
      });
      return scrollWidth > clientWidth || cut.length > 0;
    });
    if (wide) found.push(width);
  }
  return found;
}

describe("the language switch", () => {
  it("texts nobody and loses nothing: the same code, deadline and tries in another language", async () => {
    const who = await customerOf("tindra");
    const page = await (await phone()).newPage();
    const step = await toStep(page, who);
    const { code } = await textTo(who);
    await step.enter(wrongFor(code));
    await holding(step.field, "");
    await page.reload();
    const before = await given(page);
    const posted: string[] = [];
    page.on("request", (request) => {
      if (request.method() !== "GET") posted.push(new URL(request.url()).pathname.split("/").at(-1) ?? "");
    });
    await page.getByRole("link", { name: "Polski" }).click();
    const say = inTone(TEXTS.pl, "formal");
    await says(page.getByRole("heading", { level: 1 }), say.check);
    expect(await page.evaluate(() => [document.documentElement.lang, location.search])).toEqual(["pl", "?lang=pl"]);
    const after = await given(page);
    const kept = (open: StepPage["open"]) => {
      const { delivery, attempts_remaining, expires_at } = open?.state ?? {};
      return { delivery, attempts_remaining, expires_at, order: open?.order };
    };
    expect(kept(after)).toEqual(kept(before));
    await page.getByRole("textbox", { name: say.label }).pressSequentially(code);
    await page.getByRole("button", { name: say.approve }).click();
    await accepted(page, who);
    // `start` ties the browser to the step and is idempotent: it asks for no text.
    expect(posted.filter((call) => call !== "start")).toEqual(["check"]);
    expect(await textsTo(who)).toBe(1);
  });
});

describe("every language", () => {
  it.each(PACKS)("of $id has room on a small phone, the button in the window", async ({ id, locales }) => {
    const who = await customerOf(id as BrandId);
    const page = await (await phone()).newPage();
    await toStep(page, who);
    await textTo(who);
    const address = page.url();
    for (const locale of locales) {
      await page.goto(`${address.split("?")[0]}?lang=${locale}`);
      const button = page.locator(".check .primary");
      await button.waitFor();
      const bottom = await button.evaluate((element) => element.getBoundingClientRect().bottom);
      expect(bottom, `${locale}: the button's lower edge`).toBeLessThanOrEqual(740);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${id}-${locale}.png` });
      await page.locator("summary").click();
      if (process.env.SHOTS)
        await page.screenshot({ path: `${process.env.SHOTS}/${id}-${locale}-all.png`, fullPage: true });
      expect([locale, await tooNarrow(page)]).toEqual([locale, []]);
      await page.setViewportSize({ width: 360, height: 740 });
    }
  });

  it.each([
    ["longer by two fifths", "en", "tindra", longer],
    ["written from right to left", "ar", "rimal", mirrored],
  ] as const)("would have room if it were %s", async (_, locale, id, write) => {
    const pack = PACKS.find((one) => one.id === id) as (typeof PACKS)[number];
    const built = {
      fetch: async (url: Request | URL | string) => {
        const { pathname } = new URL(String(url));
        const file = new URL(`../../dist${pathname.replace("/ar-", "/en-")}`, import.meta.url);
        const text = readFileSync(file, "utf8");
        return new Response(pathname.endsWith(".json") ? JSON.stringify(pseudo(JSON.parse(text), write)) : text);
      },
    };
    const who = await customerOf(id);
    const real = await (await phone()).newPage();
    await toStep(real, who);
    await textTo(who);
    await real.reload();
    const open = await given(real);
    if (!open) throw new Error("no order");
    const html = await stepHtml(built, pack, { view: "open", locale, open, notice: "wrong" }, "n");
    const page = await (await phone({ javaScriptEnabled: false })).newPage();
    const address = `${at.brand(id)}/v/pseudo`;
    await page.route(address, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: html }));
    await page.goto(address);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/pseudo-${locale}.png`, fullPage: true });
    expect(await tooNarrow(page)).toEqual([]);
  });
});
