/**
 * `npm run numbers` writes worker/customer/metadata.json: of the library's numbering plans those that the brand packs
 * can send to, and their neighbours under the same calling code (a Svalbard number is not a Norwegian one). The whole
 * world would be a quarter of the Worker.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const ROOT = new URL("..", import.meta.url);
export const TARGET = new URL("worker/customer/metadata.json", ROOT);

interface Metadata {
  version: number;
  country_calling_codes: Record<string, string[]>;
  countries: Record<string, unknown>;
}

/** The metadata the packs need, as the file should hold it. */
export function trimmed(): string {
  const packs = new URL("worker/brands/packs/", ROOT);
  const wanted = new Set<string>(
    readdirSync(packs).flatMap((name) => JSON.parse(readFileSync(new URL(name, packs), "utf8")).countries),
  );
  const all = createRequire(import.meta.url)("libphonenumber-js/metadata.mobile.json") as Metadata;
  const codes = Object.entries(all.country_calling_codes).filter(([, countries]) =>
    countries.some((c) => wanted.has(c)),
  );
  const kept = new Set(codes.flatMap(([, countries]) => countries));
  const countries = Object.fromEntries(Object.entries(all.countries).filter(([country]) => kept.has(country)));
  return `${JSON.stringify({ version: all.version, country_calling_codes: Object.fromEntries(codes), countries })}\n`;
}

if (import.meta.main) writeFileSync(TARGET, trimmed());
