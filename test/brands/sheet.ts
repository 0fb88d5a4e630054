/** One picture per brand: its key views, by day, by night and in forced colours, in two languages and on two phones. */
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { BrandPack } from "../../worker/brands/schema.ts";
import { KEY_VIEWS, type ViewName, viewHtml } from "./views.ts";

const PUBLIC = new URL("../../web/public", import.meta.url).pathname;
const TYPES: Record<string, string> = { ".svg": "image/svg+xml", ".png": "image/png" };
const PHONES = [
  { width: 390, height: 844 },
  { width: 320, height: 568 },
];
const SCHEMES = [
  { name: "day", colorScheme: "light", forcedColors: "none" },
  { name: "night", colorScheme: "dark", forcedColors: "none" },
  { name: "forced colours", colorScheme: "light", forcedColors: "active" },
] as const;

/** What a sheet found: where it lies, and views in which something does not fit. */
export interface Sheet {
  file: string;
  overflows: string[];
}

/** A page of views at `/{locale}/{view}`, with the brand's files beside it. Loopback, a free port. */
async function served(pack: BrandPack): Promise<{ origin: string; close: () => void }> {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "", "http://localhost").pathname);
    if (path.startsWith("/assets/")) {
      return void response
        .writeHead(200, { "content-type": TYPES[extname(path)] ?? "" })
        .end(readFileSync(join(PUBLIC, path)));
    }
    const [, locale = "", view = ""] = path.split("/");
    response.writeHead(200, { "content-type": "text/html" }).end(await viewHtml(pack, locale, view as ViewName));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

/** The brand's first language and the one with the longest or turned texts. */
const languages = ({ defaultLocale, locales }: BrandPack): string[] => [
  ...new Set([
    defaultLocale,
    ["ar", "de", "el", "pl", "fr"].find((tag) => (locales as string[]).includes(tag)) ??
      locales.at(-1) ??
      defaultLocale,
  ]),
];

/** Draws the sheet of `pack` into `folder`; `tell` is called once per view. */
export async function drawSheet(
  browser: Browser,
  pack: BrandPack,
  folder: string,
  tell: (done: number, of: number) => void,
): Promise<Sheet> {
  mkdirSync(folder, { recursive: true });
  const { origin, close } = await served(pack);
  const overflows = new Set<string>();
  const shots: { label: string; source: string; width: number }[] = [];
  const locales = languages(pack);
  const total = PHONES.length * SCHEMES.length * locales.length * KEY_VIEWS.length;
  try {
    for (const viewport of PHONES) {
      const page = await browser.newPage({ viewport });
      for (const { name, ...media } of SCHEMES) {
        await page.emulateMedia(media);
        for (const locale of locales) {
          for (const view of KEY_VIEWS) {
            await page.goto(`${origin}/${locale}/${encodeURIComponent(view)}`);
            for (const what of await page.evaluate(tooWide))
              overflows.add(`${view}, ${locale}, ${viewport.width} px: ${what}`);
            const picture = await page.screenshot({ type: "jpeg", quality: 70 });
            const source = `data:image/jpeg;base64,${picture.toString("base64")}`;
            shots.push({ label: `${view} · ${locale} · ${name}`, source, width: viewport.width / 2 });
            tell(shots.length, total);
          }
        }
      }
      await page.close();
    }
  } finally {
    close();
  }
  const file = join(folder, `${pack.id}.png`);
  const sheet = await browser.newPage({ viewport: { width: KEY_VIEWS.length * 205 + 24, height: 600 } });
  await paste(sheet, pack.name, shots, file);
  await sheet.close();
  return { file, overflows: [...overflows] };
}

async function paste(
  page: Page,
  name: string,
  shots: { label: string; source: string; width: number }[],
  file: string,
) {
  const figures = shots.map(
    ({ label, source, width }) =>
      `<figure><img src="${source}" width="${width}"><figcaption>${label}</figcaption></figure>`,
  );
  await page.setContent(
    `<style>body{margin:12px;font:12px system-ui;background:#ddd}main{display:grid;grid-template-columns:repeat(${KEY_VIEWS.length},195px);gap:10px;align-items:start}figure{margin:0}img{display:block;box-shadow:0 1px 4px #0005}</style><h1>${name}</h1><main>${figures.join("")}</main>`,
  );
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
  await page.screenshot({ path: file, fullPage: true });
}

/** Runs in the page: what sticks out of it at the sides (WCAG 2.2 1.4.10). */
function tooWide(): string[] {
  const width = document.documentElement.clientWidth;
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.checkVisibility() && !element.closest(".unseen"))
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return left < -0.5 || right > width + 0.5;
    })
    .map((element) => `${element.tagName.toLowerCase()} "${element.textContent?.trim().slice(0, 24)}"`);
}
