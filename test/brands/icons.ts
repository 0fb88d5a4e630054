/** Draws a brand's PNG icons from its SVG icon in a real Chromium. The files are committed: a build needs no browser. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import type { BrandPack } from "../../worker/brands/schema.ts";

const PUBLIC = new URL("../../web/public", import.meta.url).pathname;

/**
 * Writes the pack's PNG icons beside its SVG one. `maskable512` and `apple180` are drawn on a full ground of the
 * theme's colour, because launchers cut their own shape (W3C Manifest, "purpose": the middle 80 % stays safe).
 */
export async function drawIcons(browser: Browser, { icons, themeColor }: BrandPack): Promise<void> {
  const svg = readFileSync(join(PUBLIC, icons.svg), "utf8");
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
  const drawings = [
    { file: icons.png192, size: 192, ground: "transparent" },
    { file: icons.png512, size: 512, ground: "transparent" },
    { file: icons.maskable512, size: 512, ground: themeColor.light },
    { file: icons.apple180, size: 180, ground: themeColor.light },
  ];
  for (const { file, size, ground } of drawings) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(
      `<body style="margin:0;background:${ground}"><img src="${source}" width="${size}" height="${size}" style="display:block">`,
    );
    await page.locator("img").evaluate((image: HTMLImageElement) => image.decode());
    writeFileSync(join(PUBLIC, file), await page.screenshot({ omitBackground: true }));
    await page.close();
  }
}
