/** Every view of every brand, by day, by night, in forced colours and with more contrast, judged by axe and by what axe does not see. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { phonesOf } from "./browser.ts";
import { colours, controls } from "./judge.ts";
import { playScene, SCENES } from "./scenes.ts";
import { PACKS, type Stage, stageIn } from "./staged.ts";

const { phone } = phonesOf();
const SOURCE = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
/** axe puts off each answer by a timer, and on a stage time stands still. */
const AXE = `((setTimeout) => {${SOURCE}})((run, ms) => ms ? 0 : queueMicrotask(run))`;
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
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

/** What is wrong with what `page` shows now; axe must be in it. */
async function faults({ page }: Stage): Promise<string[]> {
  const found = await page.evaluate(controls);
  for (const [scheme, media] of Object.entries({ ...SCHEMES, ...MORE })) {
    await page.emulateMedia(media);
    const wanted = media.contrast === "more" ? { text: 7, shape: 4.5 } : { text: 4.5, shape: 3 };
    const seen = await page.evaluate(colours, wanted);
    if (scheme in SCHEMES) {
      const { violations } = await page.evaluate(
        (values) =>
          (window as unknown as { axe: Axe }).axe.run({
            runOnly: { type: "tag", values },
            resultTypes: ["violations"],
            preload: false,
            elementRef: false,
          }),
        TAGS,
      );
      seen.push(...violations.map(({ id, nodes }) => `axe ${id} at ${nodes.map(({ target }) => target).join(", ")}`));
    }
    found.push(...seen.map((what) => `${scheme}: ${what}`));
  }
  return found;
}

it.each(PACKS)("finds nothing in any view of $id, in any scheme, in all its languages", async (pack) => {
  const stage = await stageIn(await phone());
  const all: string[] = [];
  for (const [nth, name] of Object.keys(SCENES).entries()) {
    // Each language has its turn: the same view is in another one for the next brand.
    const locale = pack.locales[nth % pack.locales.length];
    await stage.page.emulateMedia(SCHEMES.day);
    await playScene(stage, pack, name, locale);
    await stage.page.evaluate(AXE);
    all.push(...(await faults(stage)).map((what) => `${name}, ${locale}, ${what}`));
  }
  expect(all).toEqual([]);
});
