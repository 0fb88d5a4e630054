import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { afterEach, describe, expect, it } from "vitest";
import { type BrandPack, brandPackSchema } from "../worker/brands/schema.ts";
import { pairs, unreadable } from "./brands/contrast.ts";
import { createBrand, PLAIN } from "./brands/create.ts";
import { faults } from "./brands/lint.ts";
import { readPacks } from "./brands/packs.ts";
import { previews } from "./brands/texts.ts";
import { VIEWS, viewHtml } from "./brands/views.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const PACKS = readPacks().flatMap(({ pack }) => pack ?? []);
const [pack] = PACKS as [BrandPack];

describe("the lint of brands", () => {
  it("has nothing to complain about in any pack of the tree", () => {
    expect(readPacks().flatMap(({ complaints }) => complaints)).toEqual([]);
    for (const one of PACKS) expect(faults(one, PACKS), one.id).toEqual([]);
  });

  it.each<[string, (pack: BrandPack) => BrandPack, RegExp]>([
    [
      "a logo that is not there",
      (p) => ({ ...p, logo: { ...p.logo, light: `/assets/brands/${p.id}/gone-v1.svg` } }),
      /gone-v1.svg is missing/,
    ],
    ["an icon of another size", (p) => ({ ...p, icons: { ...p.icons, png192: p.icons.png512 } }), /512 × 512, not 192/],
    ["a host without a route", (p) => ({ ...p, hosts: { ...p.hosts, deny: "no.example" } }), /no route for no.example/],
    [
      "a host of another brand",
      (p) => ({ ...p, hosts: { ...p.hosts, aliases: ["verify.tindra.example", "verify.rimal.example"] } }),
      /is (tindra|rimal)'s/,
    ],
    ["a brand nobody deployed", (p) => ({ ...p, id: "nobody" }), /BRANDS has no settings for nobody/],
    [
      "own words without their place",
      (p) => ({ ...p, copy: { [p.defaultLocale]: { continue: "Hasta luego" } } }),
      /continue: the places must be \{shop\}/,
    ],
    [
      "own words that are too long",
      (p) => ({ ...p, copy: { [p.defaultLocale]: { approve: "A".repeat(60) } } }),
      /approve: 60 signs/,
    ],
    ["a time zone that is nowhere", (p) => ({ ...p, zone: "Europe/Atlantis" }), /there is no Europe\/Atlantis/],
    ["own words with a link", (p) => ({ ...p, copy: { [p.defaultLocale]: { support: "<a>" } } }), /plain text only/],
    ["Arabic in GSM", (p) => ({ ...p, sms: { ...p.sms, spelling: { ar: "gsm" } } }), /Arabic has none in gsm/],
    [
      "a text in full orthography that fills three parts",
      (p) => ({
        ...p,
        locales: ["ar"],
        support: { ...p.support, hours: { ar: "٨" } },
        shortName: "A".repeat(80),
      }),
      /SMS plain in ar.*: \d+ units, 3 parts/,
    ],
    [
      "a text that fills two parts",
      (p) => ({ ...p, shortName: "A".repeat(48) }),
      /SMS plain in .*: \d+ units, 2 parts/,
    ],
    [
      "a notice that fills two parts",
      (p) => ({ ...p, shortName: "A".repeat(90) }),
      /SMS notice in es: \d+ units, 2 parts/,
    ],
  ])("finds %s", (_, change, complaint) => {
    expect(faults(change(pack), PACKS).join("\n")).toMatch(complaint);
  });

  it("lets a language fill two parts where the brand has it spelled in full", () => {
    const spanish = PACKS.find(({ id }) => id === "marisol") as BrandPack;
    const native = { ...spanish, sms: { ...spanish.sms, spelling: { es: "native" as const } } };
    const [plain] = previews(native).filter(({ locale, form }) => locale === "es" && form === "plain");
    expect(plain).toMatchObject({ encoding: "ucs2", parts: 2 });
    expect(faults(native, PACKS)).toEqual([]);
  });

  it("refuses white on orange, shows what it takes instead, and that is readable", () => {
    const look = { ...pack, color: { brand: "#ff7900", scheme: "auto" as const } };
    const label = pairs(look).find(({ use }) => use === "label on the button");
    expect(label?.given).toMatchObject({ colour: "#ffffff", on: "#ff7900" });
    expect(label?.given.ratio).toBeLessThan(4.5);
    expect(label?.derived).toMatchObject({ colour: "#111111" });
    expect(unreadable(look)).toEqual([]);
  });
});

describe("a new brand", () => {
  const folders: string[] = [];
  afterEach(() => folders.splice(0).forEach((folder) => void rmSync(folder, { recursive: true })));

  function tree(): string {
    const root = mkdtempSync(join(tmpdir(), "ringfence-brands-"));
    folders.push(root);
    for (const path of ["wrangler.toml", "worker/brands/brand.ts", "worker/brands/packs"]) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      cpSync(join(ROOT, path), join(root, path), { recursive: true });
    }
    return root;
  }

  it("has a pack that passes the schema, in the colour, language, country and money asked for", () => {
    const root = tree();
    const wishes = { color: "#ff7900", locale: "nb", country: "NO", currency: "NOK", zone: "Europe/Oslo" };
    createBrand("Nordlys Mobil", wishes, root);
    const written = JSON.parse(readFileSync(join(root, "worker/brands/packs/nordlys-mobil.json"), "utf8"));
    const made = v.parse(brandPackSchema, written);
    expect(made).toMatchObject({ name: "Nordlys Mobil", shortName: "Nordlys", defaultLocale: "nb", countries: ["NO"] });
    expect(Object.keys(made.sms.maxAmount)).toEqual(["NOK"]);
    expect(unreadable(made)).toEqual([]);
  });

  it("is known to the deployment and to the Worker", () => {
    const root = tree();
    createBrand("Ætt 24/7", PLAIN, root);
    const wrangler = readFileSync(join(root, "wrangler.toml"), "utf8");
    expect(wrangler).toContain('{ pattern = "verify.tt-24-7.example", custom_domain = true },\n]');
    expect(wrangler.match(/"SECRETS_TT_24_7"\]/g)).toHaveLength(2);
    const settings = /BRANDS = '''\n([\s\S]*?)\n'''/.exec(wrangler)?.[1] ?? "";
    expect(Object.keys(JSON.parse(settings))).toEqual(["tindra", "marisol", "rimal", "tt-24-7"]);
    expect(readFileSync(join(root, "worker/brands/brand.ts"), "utf8")).toMatch(
      /import tt247 from[\s\S]*rimal, tt247\]\)/,
    );
  });

  it("is refused where it has no name, a taken one, or a wish that no pack allows, and then nothing is written", () => {
    const root = tree();
    const before = readFileSync(join(root, "wrangler.toml"), "utf8");
    expect(() => createBrand("  ", PLAIN, root)).toThrow("name the brand");
    expect(() => createBrand("Tindra", PLAIN, root)).toThrow("there is a brand tindra already");
    expect(() => createBrand("Red", { ...PLAIN, color: "red" }, root)).toThrow("color.brand");
    expect(readFileSync(join(root, "wrangler.toml"), "utf8")).toBe(before);
  });
});

it("says what a brand may say in its own words, and the warning in ours", async () => {
  const own = { ...pack, copy: { [pack.defaultLocale]: { approve: "Confirmar ya" } } };
  const html = await viewHtml(own, pack.defaultLocale, "sent");
  expect(html).toContain("Confirmar ya");
  expect(v.safeParse(brandPackSchema, { ...pack, copy: { es: { warning: "Tell us the code" } } }).success).toBe(false);
});

it("can show every state of every brand in each of its languages", async () => {
  for (const one of PACKS)
    for (const locale of one.locales)
      for (const view of Object.keys(VIEWS)) {
        const html = await viewHtml(one, locale, view);
        expect(html, `${one.id} ${locale} ${view}`).toMatch(/<h1[^>]*>[^<]+<\/h1>/);
        expect(html).not.toMatch(/undefined|\[object|%[A-Z]+%|\{\w+\}/);
      }
});
