/** What a brand's host offers for later visits: its manifest, and the page for a moment without network. */
import { createHash } from "node:crypto";
import { Hono } from "hono/tiny";
import { pickLocale } from "../page/look.ts";
import { builtFile } from "../page/texts.ts";
import { acceptable } from "./accept.ts";
import { type Hosted, onBrandHost } from "./hosts.ts";
import { notAllowed } from "./reach.ts";

export const shell = new Hono<Hosted>()
  .get("/manifest.webmanifest", onBrandHost, async (c) =>
    c.body(await builtFile(c.env.ASSETS, `step/${c.var.brand.pack.id}.webmanifest`), 200, {
      "content-type": "application/manifest+json",
      "cache-control": "public, max-age=3600",
    }),
  )
  .get("/offline", onBrandHost, acceptable("text/html"), async (c) => {
    const { pack } = c.var.brand;
    const locale = pickLocale(pack, c.req.header("accept-language"));
    const html = await builtFile(c.env.ASSETS, `step/${pack.id}.${locale}.offline.html`);
    // It is shown from a cache, where a nonce would be stale: its one style is let through by its hash.
    const style = html.slice(html.indexOf("<style>") + 7, html.indexOf("</style>"));
    const hash = createHash("sha256").update(style).digest("base64");
    return c.html(html, 200, {
      "content-security-policy": `default-src 'none'; style-src 'sha256-${hash}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      "cache-control": "no-cache",
    });
  })
  .all("/manifest.webmanifest", notAllowed("GET"))
  .all("/offline", notAllowed("GET"));
