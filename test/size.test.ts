import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { type BrandPack, brandPackSchema } from "../worker/brands/schema.ts";
import type { StepPage } from "../worker/contract.ts";
import { stepHtml } from "../worker/page/step.tsx";
import { productionBundle } from "./bundle.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const kB = (bytes: Buffer | string) => brotliCompressSync(bytes).length / 1000;
const built = (path: string) => readFileSync(join(ROOT, "dist", path));
const ASSETS = readdirSync(join(ROOT, "dist/assets"));
const SCRIPT = ASSETS.filter((name) => /^step-.+\.js$/.test(name));
const PACKS = readdirSync(join(ROOT, "worker/brands/packs")).map((name) =>
  v.parse(brandPackSchema, JSON.parse(readFileSync(join(ROOT, "worker/brands/packs", name), "utf8"))),
);
const assets = { fetch: async (url: Request | URL | string) => new Response(built(new URL(String(url)).pathname)) };

/** The step as a shopper first gets it: a code is on its way, every text is in the page. */
const first = ({ id }: BrandPack, locale: string): StepPage => ({
  view: "open",
  locale,
  open: {
    digits: 6,
    order: {
      payee: id,
      amount: { value: 1_149_000, currency: "EUR" },
      summary: "1 × a phone with a long name, 256 GB",
    },
    number_ending: "42",
    state: {
      status: "created",
      attempts_remaining: 5,
      resend_available_at: "2026-11-22T12:00:30.000Z",
      expires_at: "2026-11-22T12:15:00.000Z",
      delivery: { status: "none", code_expires_at: null, sends_remaining: 3, last_sent_at: null },
      server_now: "2026-11-22T12:00:00.000Z",
    },
    press: crypto.randomUUID(),
    return_url: `https://www.${id}.example/return?verification=ver_${"a".repeat(43)}`,
    cancel_url: `https://www.${id}.example/basket`,
    support_reference: "7KQ2M9XA",
    path: `/v/${"a".repeat(54)}`,
  },
});

/** A bundle is built; on a busy machine that takes a while. */
const LONG = 60_000;

describe("the shopper's first view", () => {
  const script = kB(built(`assets/${SCRIPT[0]}`));

  it("has one script, within 15 kB brotli", () => {
    expect(SCRIPT).toHaveLength(1);
    expect(script).toBeLessThan(15);
  });

  it.each(PACKS)("has HTML within 8 kB and 35 kB in all, for $id in each of its languages", async (pack) => {
    const logos = kB(built(pack.logo.light)) + (pack.logo.dark ? kB(built(pack.logo.dark)) : 0);
    for (const locale of pack.locales) {
      const html = kB(await stepHtml(assets, pack, first(pack, locale), "n".repeat(24)));
      expect(html, locale).toBeLessThan(8);
      expect(html + script + logos + kB(built(pack.icons.svg)), locale).toBeLessThan(35);
    }
  });

  it("has logos and drawn icons within 5 kB each", () => {
    for (const { logo, icons } of PACKS)
      for (const file of [logo.light, logo.dark ?? logo.light, icons.svg])
        expect(built(file).length, file).toBeLessThan(5_000);
  });
});

describe("what comes after it", () => {
  it("keeps the service worker within 1 kB and what it stores within 25 kB brotli", () => {
    const worker = built("sw.js").toString();
    expect(kB(worker)).toBeLessThan(1);
    const files = [...worker.matchAll(/\/(assets\/[\w.-]+\.js)/g)].map(([, path = ""]) => path);
    expect(files.map((file) => file.split("-")[0]).sort()).toEqual(["assets/step", "assets/workbox"]);
    for (const { id, locales, logo } of PACKS) {
      const pages = locales.map((tag) => kB(built(`step/${id}.${tag}.offline.html`)));
      const stored = [...files, logo.light, logo.dark ?? logo.light].map((file) => kB(built(file)));
      expect(Math.max(...pages) + stored.reduce((sum, size) => sum + size)).toBeLessThan(25);
    }
  });
});

describe("the Workers", () => {
  it.each([
    ["shoppers", "index.js"],
    ["console", "console.js"],
  ] as const)(
    "stay within 100 kB gzip: %s",
    (deployment, name) => {
      const script = productionBundle(deployment).get(name) as Buffer;
      expect(gzipSync(script, { level: 9 }).length).toBeLessThan(100_000);
    },
    LONG,
  );
});
