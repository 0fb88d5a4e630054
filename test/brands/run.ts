/**
 * `npm run brands`: checks every brand pack and draws what it looks and sounds like.
 * `npm run brands -- new "Nordlys Mobil" --color "#0b7a53" --locale nb --country NO --currency NOK --zone Europe/Oslo` makes a pack that passes.
 * `-- tindra` looks at one alone; `-- --no-pictures` only checks.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { BrandPack } from "../../worker/brands/schema.ts";
import { launchChromium } from "../chromium.ts";
import { buildWeb } from "../standins/web-build.ts";
import { pairs } from "./contrast.ts";
import { createBrand, PLAIN, regenerate } from "./create.ts";
import { drawIcons } from "./icons.ts";
import { faults } from "./lint.ts";
import { readPacks } from "./packs.ts";
import { progress } from "./progress.ts";
import { drawSheet } from "./sheet.ts";
import { previews } from "./texts.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const SHEETS = resolve(ROOT, "test/.screenshots/brands");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "no-pictures": { type: "boolean", default: false },
    color: { type: "string", default: PLAIN.color },
    locale: { type: "string", default: PLAIN.locale },
    country: { type: "string", default: PLAIN.country },
    currency: { type: "string", default: PLAIN.currency },
    zone: { type: "string", default: PLAIN.zone },
  },
});

async function main(): Promise<void> {
  const [first, ...words] = positionals;
  let wanted = first;
  if (first === "new") {
    const made = createBrand(words.join(" "), values);
    regenerate();
    await inBrowser((browser) => drawIcons(browser, made.pack));
    console.log(made.told);
    wanted = made.pack.id;
  }
  const packs = readPacks();
  if (wanted && !packs.some(({ id }) => id === wanted)) throw new Error(`there is no brand ${wanted}`);
  const sound = packs.flatMap(({ pack }) => pack ?? []);
  await buildWeb();
  let faulty = 0;
  for (const { id, pack, complaints } of packs) {
    if (wanted && id !== wanted) continue;
    console.log(`\n${pack?.name ?? id}`);
    if (pack && !values["no-pictures"] && !existsSync(resolve(ROOT, `web/public${pack.icons.png192}`)))
      await inBrowser((browser) => drawIcons(browser, pack));
    const found = [...complaints, ...(pack ? faults(pack, sound) : [])];
    if (pack) console.log(`${colours(pack)}\n${messages(pack)}`);
    if (pack && !values["no-pictures"]) found.push(...(await pictures(pack)));
    for (const fault of found) console.log(`  ✗ ${fault}`);
    if (found.length === 0) console.log("  ✓ nothing to complain about");
    faulty += found.length;
  }
  if (faulty > 0) process.exitCode = 1;
}

async function pictures(pack: BrandPack): Promise<string[]> {
  return inBrowser(async (browser) => {
    const { file, overflows } = await drawSheet(browser, pack, SHEETS, (done, of) => progress(pack.id, done, of));
    console.log(`  pictures: ${file.replace(ROOT, "")}`);
    return overflows;
  });
}

async function inBrowser<T>(use: (browser: Awaited<ReturnType<typeof launchChromium>>) => Promise<T>): Promise<T> {
  const browser = await launchChromium();
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

/** Refused pairs beside the derived ones; pairs that were fine as they are take one line in all. */
function colours(pack: BrandPack): string {
  const all = pairs(pack);
  const refused = all.filter(({ given, wanted }) => given.ratio < wanted);
  const pair = ({ colour, on, ratio }: { colour: string; on: string; ratio: number }) =>
    `${colour} on ${on} ${ratio.toFixed(2)}:1`;
  const rows = refused.map(
    ({ scheme, use, given, derived, wanted }) =>
      `    ${`${use}, ${scheme}`.padEnd(28)} refused ${pair(given).padEnd(30)} (wanted ${wanted}:1)  →  ${pair(derived)}`,
  );
  return [`  colours: ${all.length - refused.length} of ${all.length} pairs as given`, ...rows].join("\n");
}

function messages(pack: BrandPack): string {
  const rows = previews(pack).map(({ locale, currency, form, deny, encoding, units, parts, text }) => {
    const size = `${units} ${encoding === "gsm" ? "septets" : "units"}, ${parts} ${parts === 1 ? "part" : "parts"}`;
    return `    ${[locale, currency, form].filter(Boolean).join(" ")}${deny ? ` (${deny})` : ""}: ${size}\n      ${text.replace("\n", " ⏎ ")}`;
  });
  return ["  texts:", ...rows].join("\n");
}

main().catch((fault: unknown) => {
  console.error(fault instanceof Error ? fault.message : fault);
  process.exitCode = 1;
});
