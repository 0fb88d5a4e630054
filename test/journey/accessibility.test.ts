/** Every view of every brand, by day, by night, in forced colours and with more contrast, judged by axe and by what axe does not see. */
import { expect, it } from "vitest";
import { type DenyPage, denyHtml } from "../../worker/page/deny.tsx";
import { phonesOf } from "./browser.ts";
import { misplaced } from "./geometry.ts";
import { colours, controls, ring } from "./judge.ts";
import { playScene, SCENES } from "./scenes.ts";
import { built, PACKS, type Stage, stageIn } from "./staged.ts";

const { phone } = phonesOf();
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The rules whose verdict can change with the scheme; all others read the same document again. */
const PAINTED = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"];
type Axe = {
  run(options: object): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }>;
};

const SCHEMES = {
  day: { colorScheme: "light", forcedColors: "none", contrast: "no-preference" },
  night: { colorScheme: "dark", forcedColors: "none", contrast: "no-preference" },
  "forced colours": { colorScheme: "light", forcedColors: "active", contrast: "no-preference" },
} as const;
/** Those in which the colours alone are judged: what axe would say of the rest it has said. */
const MORE = {
  "forced colours by night": { colorScheme: "dark", forcedColors: "active", contrast: "no-preference" },
  "more contrast": { colorScheme: "light", forcedColors: "none", contrast: "more" },
  "more contrast by night": { colorScheme: "dark", forcedColors: "none", contrast: "more" },
} as const;

/** Scenes that differ from another one in words alone. */
const TWINS = new Set([
  "last try",
  "too many digits",
  "sent, no script",
  "no text left, no script",
  "our fault, no script",
]);

/** What is wrong with what `page` shows now. */
async function faults({ page }: Stage): Promise<string[]> {
  const found = await page.evaluate(controls);
  const judged = await page.evaluate(() => "axe" in window);
  for (const [scheme, media] of Object.entries({ ...SCHEMES, ...MORE })) {
    await page.emulateMedia(media);
    const wanted = media.contrast === "more" ? { text: 7, shape: 4.5 } : { text: 4.5, shape: 3 };
    const seen = await page.evaluate(colours, wanted);
    if (judged && scheme in SCHEMES) {
      const { violations } = await page.evaluate(
        (runOnly) =>
          (window as unknown as { axe: Axe }).axe.run({
            runOnly,
            resultTypes: ["violations"],
            preload: false,
            elementRef: false,
          }),
        scheme === "day" ? { type: "tag", values: TAGS } : { type: "rule", values: PAINTED },
      );
      seen.push(...violations.map(({ id, nodes }) => `axe ${id} at ${nodes.map(({ target }) => target).join(", ")}`));
    }
    found.push(...seen.map((what) => `${scheme}: ${what}`));
  }
  return found;
}

it.each(PACKS)("finds nothing in any view of the deny page of $id, in any scheme or window", async (pack) => {
  const stage = await stageIn(await phone({ isMobile: false, deviceScaleFactor: 1 }));
  const [[currency, value] = ["", 0]] = Object.entries(pack.sms.maxAmount);
  const open: DenyPage = { view: "open", sent: { amount: { value, currency }, agoMs: 240_000 } };
  const views: DenyPage[] = [
    open,
    ...(["mine", "stopped", "held", "closed", "fault"] as const).map((view) => ({ view })),
  ];
  const all: string[] = [];
  for (const [nth, page] of views.entries()) {
    const locale = pack.locales[nth % pack.locales.length] ?? pack.defaultLocale;
    await stage.page.emulateMedia(SCHEMES.day);
    await stage.page.setViewportSize({ width: 360, height: 740 });
    await stage.open(await denyHtml(built, pack, page, locale));
    // What axe says of it, `deny` asks.
    const found = await faults(stage);
    for (const [width, height] of [
      [320, 256],
      [280, 653],
      [844, 390],
    ] as const) {
      await stage.page.setViewportSize({ width, height });
      found.push(...(await stage.page.evaluate(misplaced)));
    }
    await stage.page.keyboard.press("Tab");
    found.push(...(await stage.page.evaluate(ring)));
    all.push(...found.map((what) => `${page.view}, ${locale}, ${what}`));
  }
  expect(all).toEqual([]);
});

it.each(PACKS)("finds nothing in any view of $id, in any scheme, in all its languages", async (pack) => {
  const stage = await stageIn(await phone({ deviceScaleFactor: 1 }));
  const all: string[] = [];
  for (const [nth, name] of Object.keys(SCENES).entries()) {
    if (TWINS.has(name)) continue;
    // Each language has its turn: the same view is in another one for the next brand.
    const locale = pack.locales[nth % pack.locales.length];
    await stage.page.emulateMedia(SCHEMES.day);
    await playScene(stage, pack, name, locale);
    await stage.page.addScriptTag({ url: "/axe.js" });
    all.push(...(await faults(stage)).map((what) => `${name}, ${locale}, ${what}`));
  }
  expect(all).toEqual([]);
});
