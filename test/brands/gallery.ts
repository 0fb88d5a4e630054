/** Every state of the step in every brand, language and scheme: a page of the local system, never deployed. */
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { type Call, escaped, page } from "../standins/http.ts";
import { readPacks } from "./packs.ts";
import { VIEWS, viewHtml } from "./views.ts";

const DIST = new URL("../../dist", import.meta.url).pathname;
const TYPES: Record<string, string> = { ".svg": "image/svg+xml", ".png": "image/png" };

/** `GET /gallery?brand=&locale=&scheme=`: all views side by side, each in a frame as wide as a phone. */
export function gallery({ url, response }: Call): void {
  const packs = readPacks().flatMap(({ pack }) => pack ?? []);
  const pack = packs.find(({ id }) => id === url.searchParams.get("brand")) ?? packs[0];
  if (!pack) throw new Error("there is no brand yet");
  const locale = pack.locales.find((tag) => tag === url.searchParams.get("locale")) ?? pack.defaultLocale;
  const scheme = url.searchParams.get("scheme") === "dark" ? "dark" : "light";
  const width = url.searchParams.get("width") === "320" ? 320 : 390;
  const link = (change: Record<string, string>, name: string, on: boolean) => {
    const query = new URLSearchParams({ brand: pack.id, locale, scheme, width: String(width), ...change });
    return `<a href="?${escaped(query.toString())}"${on ? ' aria-current="true"' : ""}>${escaped(name)}</a>`;
  };
  const frames = Object.keys(VIEWS).map((view) => {
    const query = new URLSearchParams({ brand: pack.id, locale, view });
    return `<figure><figcaption>${escaped(view)}</figcaption><iframe src="/gallery/view?${escaped(query.toString())}" title="${escaped(view)}" width="${width}" height="760" loading="lazy"></iframe></figure>`;
  });
  page(
    response,
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>States of the step</title><style>
:root{color-scheme:${scheme}}body{font:15px/1.5 system-ui;margin:16px;background:light-dark(#e7e7ea,#26262b)}nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin-block-end:12px}
a{color:inherit;padding:4px 2px}a[aria-current]{font-weight:700}main{display:flex;flex-wrap:wrap;gap:16px}figure{margin:0}iframe{border:0;display:block;box-shadow:0 1px 6px #0005}</style>
<h1>States of the step</h1>
<nav aria-label="Brand">${packs.map((one) => link({ brand: one.id, locale: "" }, one.name, one === pack)).join("")}</nav>
<nav aria-label="Language">${pack.locales.map((tag) => link({ locale: tag }, tag, tag === locale)).join("")}</nav>
<nav aria-label="Scheme and width">${["light", "dark"].map((one) => link({ scheme: one }, one, one === scheme)).join("")}${["390", "320"].map((one) => link({ width: one }, `${one} px`, one === String(width))).join("")}</nav>
<main>${frames.join("")}</main></html>`,
  );
}

/** `GET /gallery/view?brand=&locale=&view=`: one state, without its script. */
export async function galleryView({ url, response }: Call): Promise<void> {
  const pack = readPacks().find(({ id }) => id === url.searchParams.get("brand"))?.pack;
  const view = url.searchParams.get("view") ?? "";
  if (!pack || !Object.hasOwn(VIEWS, view)) page(response, "<p>No such view.</p>", 404);
  else page(response, await viewHtml(pack, url.searchParams.get("locale") ?? pack.defaultLocale, view));
}

/** The brands' own files, as the step's host would serve them. */
export function galleryFile({ url, response }: Call): void {
  const file = join(DIST, decodeURIComponent(url.pathname));
  const type = TYPES[extname(file)];
  if (!type || !file.startsWith(join(DIST, "assets/brands/")) || !existsSync(file))
    return void response.writeHead(404).end();
  response.writeHead(200, { "content-type": type }).end(readFileSync(file));
}
