/** A valid starting pack for a new brand, known to the deployment, the local system and the numbering plans. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { labelOn } from "../../web/colour.ts";
import { type BrandPack, brandPackSchema } from "../../worker/brands/schema.ts";
import { trimmed } from "../numbers.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What can be said of a new brand on the command line; all else is edited in its pack. */
export interface Wishes {
  color: string;
  locale: string;
  country: string;
  currency: string;
  /** The IANA time zone its days are counted in. */
  zone: string;
}

/** The colour and the country of nobody in particular. */
export const PLAIN: Wishes = { color: "#1f5fbf", locale: "en", country: "GB", currency: "GBP", zone: "Europe/London" };

/**
 * Writes pack, logo and icon of the brand `name` below `root`, and tells wrangler.toml and the Worker about it. Throws
 * where a brand of that id exists or the wishes make no valid pack; then nothing was written.
 */
export function createBrand(name: string, wishes: Wishes = PLAIN, root = ROOT): { pack: BrandPack; told: string } {
  const id = idOf(name);
  if (!id) throw new Error('name the brand: npm run brands -- new "Nordlys Mobil"');
  const at = (path: string) => join(root, path);
  const file = at(`worker/brands/packs/${id}.json`);
  if (existsSync(file)) throw new Error(`there is a brand ${id} already`);
  const made = v.safeParse(brandPackSchema, packOf(id, name.trim(), wishes));
  if (!made.success) throw new Error(made.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`).join("\n"));
  const pack = made.output;

  write(file, `${JSON.stringify(pack, null, 2)}\n`);
  write(at(`web/public${pack.logo.light}`), logo(pack));
  write(at(`web/public${pack.icons.svg}`), icon(pack));
  edit(at("wrangler.toml"), (toml) => inWrangler(toml, pack));
  edit(at("worker/brands/brand.ts"), (source) => inWorker(source, id));
  return { pack, told: next(pack) };
}

/** What a new country or host changes beside the pack: numbering plans, the types of the bindings, the form of the files. */
export function regenerate(): void {
  write(join(ROOT, "worker/customer/metadata.json"), trimmed());
  run("wrangler", "bin/wrangler.js", "types", "--include-runtime=false", "worker/env.d.ts");
  run("@biomejs/biome", "bin/biome", "check", "--write", "worker/brands");
}

function run(name: string, bin: string, ...args: string[]): void {
  const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" };
  execFileSync(process.execPath, [join(folder, bin), ...args], { cwd: ROOT, env, stdio: "pipe" });
}

/** "Nordlys Mobil" → "nordlys-mobil": lower-case ASCII, as in a host name. */
function idOf(name: string): string {
  const ascii = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return ascii
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 24)
    .replace(/^-|-$/g, "");
}

function packOf(id: string, name: string, { color, locale, country, currency, zone }: Wishes): object {
  const short = name.length > 12 ? (name.split(/\s/)[0] as string).slice(0, 12) : name;
  const site = `https://www.${id}.example`;
  const folder = `/assets/brands/${id}`;
  const letters = id
    .replace(/[^a-z0-9]/g, "")
    .slice(0, 11)
    .padEnd(3, "x");
  return {
    id,
    name,
    shortName: short,
    legalName: name,
    defaultLocale: locale,
    locales: [locale],
    tone: "formal",
    hosts: { step: `verify.${id}.example`, aliases: [], sms: `verify.${id}.example` },
    origins: { shop: [site], return: [site], embed: [] },
    countries: [country],
    zone,
    currency,
    color: { brand: color, scheme: "auto" },
    themeColor: { light: color, dark: color },
    shape: { radius: 8, fieldStyle: "box", weight: 2, header: "band" },
    space: "regular",
    type: { family: "system", scale: 1 },
    logo: { light: `${folder}/logo-v1.svg`, width: Math.min(240, 44 + short.length * 13), height: 32 },
    icons: {
      svg: `${folder}/icon-v1.svg`,
      png192: `${folder}/icon-192-v1.png`,
      png512: `${folder}/icon-512-v1.png`,
      maskable512: `${folder}/icon-maskable-v1.png`,
      apple180: `${folder}/icon-apple-v1.png`,
    },
    legal: {
      imprint: `${site}/imprint`,
      privacy: `${site}/privacy`,
      terms: `${site}/terms`,
      accessibilityInfo: `${site}/accessibility`,
    },
    support: { phone: "800 10 000", hours: { [locale]: "8–20" } },
    basketKept: 24,
    sms: {
      sender: letters.replace(/^[0-9]/, "x"),
      maxAmount: { [currency]: 249_990 },
      deny: ["phone"],
      linkForm: "https",
    },
    policy: { digits: 6, autoSubmitTyped: false, embed: "redirect" },
    limits: {},
  };
}

/** A disc and the name, in whatever reads on the brand's colour. */
function logo({ shortName, color, logo: { width, height } }: BrandPack): string {
  const ink = labelOn(color.brand);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" fill="${ink}"><title>${plain(shortName)}</title><circle cx="16" cy="16" r="12"/><text x="38" y="23" font-family="system-ui,sans-serif" font-size="22" font-weight="700">${plain(shortName)}</text></svg>\n`;
}

function icon({ name, color }: BrandPack): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><title>${plain(name)}</title><rect width="512" height="512" rx="96" fill="${color.brand}"/><circle cx="256" cy="256" r="120" fill="${labelOn(color.brand)}"/></svg>\n`;
}

const plain = (text: string) => text.replace(/[&<>"]/g, "");

function inWrangler(toml: string, { id, hosts }: BrandPack): string {
  const secret = `SECRETS_${id.toUpperCase().replaceAll("-", "_")}`;
  const settings = `"${id}": { "gateway": { "kind": "twilio", "base_url": "https://api.twilio.com" }, "authority": { "kind": "oidc", "issuer": "https://id.${id}.example" } }`;
  return toml
    .replace(/(routes = \[\n(?: {2}\{.*\n)+)/, `$1  { pattern = "${hosts.step}", custom_domain = true },\n`)
    .replace(/(BRANDS = '''\n\{\n[\s\S]*?\})\n\}/, `$1,\n  ${settings}\n}`)
    .replace(/(required = \[[^\]]*)\]/g, `$1, "${secret}"]`);
}

function inWorker(source: string, id: string): string {
  const name = id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()).replace(/^[0-9]/, "_$&");
  return source
    .replace(
      /(import \w+ from "\.\/packs\/.*\n)(?!import \w+ from "\.\/packs\/)/,
      `$1import ${name} from "./packs/${id}.json";\n`,
    )
    .replace(/compiled\(\[([^\]]*)\]\)/, `compiled([$1, ${name}])`);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** An edit that changes nothing has not found its place. */
function edit(path: string, change: (text: string) => string): void {
  const before = readFileSync(path, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`${path} has changed its form: add the brand by hand`);
  writeFileSync(path, after);
}

const next = ({ id, hosts, logo: { light } }: BrandPack) => `
  worker/brands/packs/${id}.json   the pack: colours, languages, limits, texts' sender
  web/public${light}   a stand-in logo: put the brand's own there
  wrangler.toml                    ${hosts.step}, settings, its secret

  npm start                        shows it at http://${id}.localhost:8787 and its shop beside the others
  npm run brands -- ${id}          checks it again
`;
