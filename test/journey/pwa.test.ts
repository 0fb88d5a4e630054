import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterEach, expect, it } from "vitest";
import { serviceWorker } from "../../web/precache.config.ts";
import { BRANDS } from "../standins/secrets.ts";
import { at, customerOf, textTo } from "./around.ts";
import { phonesOf } from "./browser.ts";
import { accepted } from "./shopper.ts";
import { toStep } from "./shopping.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const { phone } = phonesOf();
const KEEPING: BrowserContextOptions = { serviceWorkers: "allow" };

/** Waits until the page's service worker has filled its cache. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    while (active?.state !== "activated") await new Promise((done) => active?.addEventListener("statechange", done));
  });

/** Everything in Cache Storage, as paths. */
const cached = (page: Page) =>
  page.evaluate(async () => {
    const caching = (await caches.keys()).map(async (name) => (await caches.open(name)).keys());
    return (await Promise.all(caching)).flat().map(({ url }) => new URL(url).pathname);
  });

it("keeps the step's script, the logos and the offline page, and no other page and no answer", async () => {
  const who = await customerOf("marisol");
  const page = await (await phone(KEEPING)).newPage();
  const step = await toStep(page, who);
  await kept(page);
  await step.enter((await textTo(who)).code);
  await accepted(page, who);
  await page.goto(at.brand("marisol"));
  const paths = (await cached(page)).sort();
  expect(paths.filter((path) => !path.startsWith("/assets/"))).toEqual(["/offline"]);
  expect(paths.filter((path) => path.endsWith(".svg"))).toEqual([
    "/assets/brands/marisol/logo-dark-v1.svg",
    "/assets/brands/marisol/logo-v1.svg",
  ]);
  expect(paths.filter((path) => path.endsWith(".js"))).toHaveLength(2);
});

it("shows the brand's offline page at the step's own address, and the step again once the network is back", async () => {
  const who = await customerOf("tindra");
  const context = await phone({ ...KEEPING, locale: "de-DE" });
  const page = await context.newPage();
  const step = await toStep(page, who);
  const url = page.url();
  await kept(page);
  await context.setOffline(true);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Keine Verbindung" }).waitFor();
  expect(page.url()).toBe(url);
  await page.screenshot({ path: `${ROOT}test/.screenshots/tindra-phone-23-offline-page-light.png` });
  expect(
    await page.getByRole("img", { name: "Tindra Mobil" }).evaluate((logo: HTMLImageElement) => logo.naturalWidth),
  ).toBeGreaterThan(0);
  expect(await page.locator("body").innerText()).toContain("800 10 310");
  expect(await page.locator("script, form, input").count()).toBe(0);

  await context.setOffline(false);
  await page.getByRole("link", { name: "Erneut versuchen" }).click();
  await step.field.waitFor();
  await step.enter((await textTo(who)).code);
  await accepted(page, who);
});

it("asks the network for every state and every page, with the page already on its way", async () => {
  const who = await customerOf("tindra");
  const page = await (await phone(KEEPING)).newPage();
  await toStep(page, who);
  await kept(page);
  await page.reload();
  expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  const states = await page.evaluate(async () => {
    const read = async () => {
      const answer = await fetch(`${location.pathname}/state`, { headers: { accept: "application/json" } });
      return ((await answer.json()) as { server_now: string }).server_now;
    };
    return [await read(), await read()];
  });
  expect(new Set(states).size).toBe(2);
  expect(
    await page.evaluate(async () => {
      const { navigationPreload } = await navigator.serviceWorker.ready;
      return (await navigationPreload.getState()).enabled;
    }),
  ).toBe(true);
});

it("has no word on the deny page: without network the browser says so itself", async () => {
  const context = await phone(KEEPING);
  const page = await context.newPage();
  await page.goto(at.brand("tindra"));
  await kept(page);
  await page.goto(`${at.brand("tindra")}/d/bcdfghjk`);
  expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await context.setOffline(true);
  await expect(page.reload()).rejects.toThrow("ERR_INTERNET_DISCONNECTED");
});

it("registers nothing where the browser refuses storage, and the step works all the same", async () => {
  const who = await customerOf("rimal");
  const context = await phone(KEEPING);
  await context.addInitScript(() => {
    if (!isSecureContext) return;
    Object.defineProperty(CacheStorage.prototype, "has", {
      value: () => Promise.reject(new DOMException("refused", "SecurityError")),
    });
  });
  const page = await context.newPage();
  const step = await toStep(page, who);
  await step.enter((await textTo(who)).code);
  await accepted(page, who);
  await page.goto(at.brand("rimal"), { waitUntil: "networkidle" });
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
});

it("never lets a prompt to install come up", async () => {
  const page = await (await phone()).newPage();
  await page.goto(at.brand("tindra"));
  expect(await page.evaluate(() => window.dispatchEvent(new Event("beforeinstallprompt", { cancelable: true })))).toBe(
    false,
  );
});

it("has for each brand a manifest in its colours, with icons of the sizes it says", async () => {
  const page = await (await phone()).newPage();
  for (const brand of BRANDS) {
    await page.goto(at.brand(brand));
    const { manifest, themes, sizes } = await page.evaluate(async () => {
      const href = document.querySelector<HTMLLinkElement>("link[rel=manifest]")?.href ?? "";
      const manifest = (await (await fetch(href)).json()) as {
        icons: { src: string; sizes: string }[];
        [key: string]: unknown;
      };
      const sizes = manifest.icons.map(async ({ src }) => {
        const image = new Image();
        image.src = src;
        await image.decode();
        return `${image.naturalWidth}x${image.naturalHeight}`;
      });
      const metas = document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]");
      return { manifest, sizes: await Promise.all(sizes), themes: [...metas].map(({ content }) => content) };
    });
    expect(manifest).toMatchObject({ id: "/", start_url: "/", scope: "/", display: "standalone" });
    expect(manifest.theme_color).toBe(themes[0]);
    expect([manifest.lang, manifest.dir]).toEqual(
      { tindra: ["nb", "ltr"], marisol: ["es", "ltr"], rimal: ["ar", "rtl"] }[brand],
    );
    expect(manifest.icons.slice(1).map(({ sizes }) => sizes)).toEqual(sizes.slice(1));
    expect(sizes.slice(1)).toEqual(["192x192", "512x512", "512x512"]);
    const wire = await page.context().newCDPSession(page);
    expect((await wire.send("Page.getAppManifest")).errors).toEqual([]);
  }
});

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => void close()));

it("is taken back from every phone by a build that retires it", async () => {
  const retired = await serviceWorker({ files: [], version: "gone", retired: true }, false);
  let script = readFileSync(`${ROOT}dist/sw.js`, "utf8");
  const server = createServer(({ url }, answer) => {
    const type = url === "/sw.js" ? "text/javascript" : "text/html";
    answer.writeHead(200, { "content-type": type }).end(url === "/sw.js" ? script : "<title>a host</title>");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closing.push(() => void server.close());
  const page = await (await phone(KEEPING)).newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.evaluate(() => navigator.serviceWorker.register("/sw.js"));
  await kept(page);
  expect(await cached(page)).toContain("/offline");

  script = retired;
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
  });
  // Asked again and again: no event tells a page that a registration is gone.
  await expect
    .poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), {
      timeout: 10_000,
    })
    .toBe(0);
  expect(await cached(page)).toEqual([]);
});
