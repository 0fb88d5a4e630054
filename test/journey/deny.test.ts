import { readFileSync } from "node:fs";
/** The page behind "not you?", in a real browser: read, pressed, and looked at by axe. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import * as v from "valibot";
import { describe, expect, inject, it } from "vitest";
import marisol from "../../worker/brands/packs/marisol.json" with { type: "json" };
import rimal from "../../worker/brands/packs/rimal.json" with { type: "json" };
import tindra from "../../worker/brands/packs/tindra.json" with { type: "json" };
import { brandPackSchema } from "../../worker/brands/schema.ts";
import { type DenyPage, denyHtml, sheetSource } from "../../worker/page/deny.tsx";
import { clients } from "../http/client.ts";
import { sent } from "../http/step.ts";
import type { BrandId } from "../standins/secrets.ts";
import { phonesOf } from "./browser.ts";

const at = clients(inject("ports"));
const { phone } = phonesOf();
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const PACKS = [tindra, marisol, rimal].map((pack) => v.parse(brandPackSchema, pack));

const wide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/** What axe and the ruler find in a view, in both schemes. */
async function faults(page: Page, view: string): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    found.push(...violations.map(({ id, nodes }) => `${view} ${colorScheme}: ${id} at ${nodes.map((n) => n.target)}`));
    if (process.env.SHOTS)
      await page.screenshot({ path: `${process.env.SHOTS}/${view}-${colorScheme}.png`, fullPage: true });
  }
  for (const width of [320, 280, 640]) {
    await page.setViewportSize({ width, height: 740 });
    if (await wide(page)) found.push(`${view} at ${width} px: too wide`);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  const small = await page
    .locator("main :is(a, button)")
    .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 24).map((one) => one.outerHTML));
  return [...found, ...small.map((one) => `${view}: small ${one}`)];
}

/** The built files, as the Worker's binding would give them. */
const BUILT = {
  fetch: async (url: Request | URL | string) =>
    new Response(readFileSync(new URL(`../../dist${new URL(String(url)).pathname}`, import.meta.url))),
};

describe("not my order", () => {
  it("is found in the text on the handset and stops the order with one press, without script", async () => {
    const known = await sent(at);
    const page = await (await phone({ javaScriptEnabled: false, locale: "nb-NO" })).newPage();
    await page.goto(`${at.origins.phone}/?number=${encodeURIComponent(known.number)}`);
    const link = page.locator(".sms a").last();
    expect(await link.textContent()).toMatch(/\/d\/[A-Za-z]{8}$/);
    await page.goto((await link.getAttribute("href")) ?? "");
    await page.getByRole("link", { name: "Ja, det var meg" }).click();
    await page.getByRole("heading", { name: "Ingenting er endret" }).waitFor();
    await page.getByRole("link", { name: "Tilbake" }).click();
    await page.getByRole("link", { name: "English" }).click();
    await page.getByRole("button", { name: "No, stop this order" }).click();
    await page.getByRole("heading", { name: "We stopped the order" }).waitFor();
    expect(await known.shop.view(known.id)).toMatchObject({ status: "denied", reason: "recipient_denied" });
    await page.reload();
    await page.getByRole("heading", { name: "We stopped the order" }).waitFor();
    expect(await (await page.context()).cookies()).toEqual([]);
  });

  it.each(PACKS)(
    "has no violation that axe knows in any view of $id, light or dark, and fits every phone",
    async (pack) => {
      const page = await (await phone()).newPage();
      const address = `${at.origins.brand(pack.id as BrandId)}/d/bcdfghjk`;
      const [[currency, value] = ["", 0]] = Object.entries(pack.sms.maxAmount);
      const sent = { amount: { value, currency }, agoMs: 4 * 60_000 };
      const found: string[] = [];
      let shown: DenyPage = { view: "closed" };
      let locale = pack.defaultLocale as string;
      await page.route(address, async (route) => {
        const headers = {
          "content-security-policy": `default-src 'none'; style-src ${await sheetSource(BUILT, pack)}; img-src 'self'`,
        };
        const body = await denyHtml(BUILT, pack, shown, locale);
        await route.fulfill({ contentType: "text/html; charset=utf-8", headers, body });
      });
      for (const view of ["open", "mine", "stopped", "held", "closed", "fault"] as const) {
        shown = view === "open" ? { view, sent } : { view };
        await page.goto(address);
        found.push(...(await faults(page, `${pack.id}-${view}`)));
        expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
        expect(await page.locator("img").getAttribute("alt")).toBe(pack.name);
      }
      shown = { view: "open", sent };
      for (locale of pack.locales) {
        await page.goto(address);
        if (await wide(page)) found.push(`${locale}: too wide`);
      }
      expect(found).toEqual([]);
    },
  );
});
