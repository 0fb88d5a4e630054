/** What is wrong with a brand pack beyond its schema: files, colours, texts, and whether the deployment knows it. */
import { existsSync, readFileSync } from "node:fs";
import { TEXTS } from "../../web/i18n/texts.ts";
import { inTone } from "../../web/i18n/tone.ts";
import type { BrandPack } from "../../worker/brands/schema.ts";
import { unreadable } from "./contrast.ts";
import { partsAllowed, previews } from "./texts.ts";

const ROOT = new URL("../../", import.meta.url);
const text = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

/** One sentence per fault; none means that the brand can be served. */
export function faults(pack: BrandPack, others: readonly BrandPack[]): string[] {
  return [...files(pack), ...colours(pack), ...copy(pack), ...messages(pack), ...known(pack), ...taken(pack, others)];
}

/** Logos and icons exist, are small, hold no script and no reference, and have the size they say. */
function files({ logo, icons }: BrandPack): string[] {
  const drawn = [logo.light, ...(logo.dark ? [logo.dark] : []), icons.svg];
  const sizes = { png192: 192, png512: 512, maskable512: 512, apple180: 180 } as const;
  return [
    ...drawn.flatMap((file) => svg(file)),
    ...Object.entries(sizes).flatMap(([name, size]) => png(icons[name as keyof typeof sizes], size)),
  ];
}

function svg(file: string): string[] {
  const path = `web/public${file}`;
  if (!existsSync(new URL(path, ROOT))) return [`${path} is missing`];
  const source = text(path);
  return [
    ...(source.length > 5000 ? [`${path} has ${source.length} bytes: at most 5,000`] : []),
    ...(/<script|<foreignObject|\bon\w+\s*=|(?:href|url\()|<!ENTITY|<\?xml-/i.test(source)
      ? [`${path} holds a script or a reference: draw with shapes only`]
      : []),
    ...(/viewBox=/.test(source) ? [] : [`${path} has no viewBox`]),
  ];
}

function png(file: string, size: number): string[] {
  const path = `web/public${file}`;
  if (!existsSync(new URL(path, ROOT))) return [`${path} is missing: draw it with \`npm run brands\``];
  const bytes = readFileSync(new URL(path, ROOT));
  // Width and height stand first in the first chunk (PNG, 11.2.2).
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  return width === size && height === size ? [] : [`${path} is ${width} × ${height}, not ${size} × ${size}`];
}

function colours(pack: BrandPack): string[] {
  return unreadable(pack).map(
    ({ scheme, use, derived, wanted }) =>
      `${use}, ${scheme}: ${derived.colour} on ${derived.on} has ${derived.ratio.toFixed(2)}:1, wanted ${wanted}:1`,
  );
}

/** Own words keep the places of ours and stay near their length: the layout was tried with ours. */
function copy({ copy: own = {}, locales, tone }: BrandPack): string[] {
  return Object.entries(own).flatMap(([tag, texts]) => {
    const locale = locales.find((one) => one === tag);
    if (!locale) return [`copy: the brand does not speak ${tag}`];
    const ours: Record<string, unknown> = inTone(TEXTS[locale], tone);
    return Object.entries(texts).flatMap(([id, text]) => {
      const base = String(ours[id]);
      const places = (of: string) => (of.match(/\{\w+\}/g) ?? []).sort().join(" ");
      return [
        ...(places(text) === places(base) ? [] : [`copy, ${tag}, ${id}: the places must be ${places(base) || "none"}`]),
        ...(text.length <= base.length * 1.4
          ? []
          : [`copy, ${tag}, ${id}: ${text.length} signs, at most ${Math.floor(base.length * 1.4)}`]),
        ...(/[<>@#]|https?:/.test(text) ? [`copy, ${tag}, ${id}: plain text only, no link`] : []),
      ];
    });
  });
}

function messages(pack: BrandPack): string[] {
  const nowhere = zoned(pack.zone) ? [] : [`zone: there is no ${pack.zone}`];
  const missing = pack.locales.filter((locale) => !(locale in TEXTS)).map((locale) => `no texts in ${locale}`);
  const bare = pack.sms.spelling?.ar === "gsm" ? ["sms.spelling: Arabic has none in gsm"] : [];
  const dear = previews(pack)
    .filter((preview) => preview.parts > partsAllowed(preview))
    .map(
      ({ locale, form, currency, units, parts }) =>
        `SMS ${form} in ${locale}${currency && `, ${currency}`}: ${units} units, ${parts} parts`,
    );
  return [...nowhere, ...missing, ...bare, ...dear];
}

function zoned(timeZone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone }));
  } catch {
    return false;
  }
}

/** The deployment serves it: a route for each host, its settings, its secret, and its place in the Worker. */
function known({ id, hosts }: BrandPack): string[] {
  const wrangler = text("wrangler.toml");
  const name = `SECRETS_${id.toUpperCase().replaceAll("-", "_")}`;
  const served = [hosts.step, ...(hosts.deny ? [hosts.deny] : [])];
  return [
    ...served
      .filter((host) => !wrangler.includes(`pattern = "${host}"`))
      .map((host) => `wrangler.toml has no route for ${host}`),
    ...(new RegExp(`"${id}":\\s*\\{`).test(wrangler) ? [] : [`wrangler.toml: BRANDS has no settings for ${id}`]),
    ...(wrangler.split(name).length > 2 ? [] : [`wrangler.toml: ${name} must be required, in production and in dev`]),
    ...(text("worker/brands/brand.ts").includes(`./packs/${id}.json`)
      ? []
      : [`worker/brands/brand.ts does not import ${id}`]),
  ];
}

function taken(pack: BrandPack, others: readonly BrandPack[]): string[] {
  const hostsOf = ({ hosts }: BrandPack) => [hosts.step, ...hosts.aliases, ...(hosts.deny ? [hosts.deny] : [])];
  return others
    .filter(({ id }) => id !== pack.id)
    .flatMap((other) =>
      hostsOf(pack)
        .filter((host) => hostsOf(other).includes(host))
        .map((host) => `${host} is ${other.id}'s`),
    );
}
