/** The checks of the accessibility tests themselves: each must report the fault that was put into a sound page. */
import { beforeEach, describe, expect, it } from "vitest";
import { announcedIn, hasty, listenTo } from "./announced.ts";
import { phonesOf } from "./browser.ts";
import { misplaced } from "./geometry.ts";
import { colours, controls, ring } from "./judge.ts";
import { playScene } from "./scenes.ts";
import { packOf, type Stage, stageIn } from "./staged.ts";

const { desktop } = phonesOf();
const AA = { text: 4.5, shape: 3 };

/** Everything that is found on the page now, the field focused by the keyboard. */
async function found({ page }: Stage): Promise<string[]> {
  await page.keyboard.press("Tab");
  const said = [await page.evaluate(colours, AA), await page.evaluate(controls), await page.evaluate(misplaced)];
  return [...said.flat(), ...(await page.evaluate(ring)), ...hasty(await announcedIn(page))];
}

/** A fault, as style or as what a script does to the sound page. */
const FAULTS: [string, RegExp, { css?: string; script?: () => void }][] = [
  ["a field's border of 1.5:1", /^border of the field.* 1\.5/, { css: "#code { border-color: #d2d2d2 !important }" }],
  ["no ring", /^no ring/, { css: ":focus-visible { outline: none !important }" }],
  ["a ring nobody sees", /^ring 1\./, { css: ":focus-visible { outline-color: #eee !important }" }],
  [
    "a target of 10 px",
    /^target \d+ × 10/,
    { css: ".cancel button { block-size: 10px; min-block-size: 0; padding: 0; line-height: 10px }" },
  ],
  [
    "a disabled button with text of 1.9:1",
    /^text button "Approve order": 1\.9/,
    {
      css: ".check .primary { background: #fff; color: #bcbcbc }",
      script: () => document.querySelector(".check .primary")?.setAttribute("aria-disabled", "true"),
    },
  ],
  ["a field without a label", /^field: no visible label/, { script: () => document.querySelector("label")?.remove() }],
  [
    "a barred zoom",
    /^viewport: .*user-scalable/,
    {
      script: () =>
        document
          .querySelector("meta[name=viewport]")
          ?.setAttribute("content", "width=device-width, initial-scale=1, user-scalable=no"),
    },
  ],
  [
    "a blocked paste",
    /^field: paste is blocked/,
    { script: () => document.querySelector("#code")?.addEventListener("paste", (event) => event.preventDefault()) },
  ],
  [
    "digits cut off by the field",
    /^field: cuts/,
    { script: () => document.querySelector("#code")?.setAttribute("maxlength", "6") },
  ],
  [
    "the wrong autocomplete",
    /^field: autocomplete is "off"/,
    { script: () => document.querySelector("#code")?.setAttribute("autocomplete", "off") },
  ],
  [
    "seconds counted aloud",
    /1000 ms after "29 seconds left"/,
    {
      script: () => {
        let left = 30;
        const region = document.querySelector("[role=alert]");
        setInterval(() => {
          if (region) region.textContent = `${--left} seconds left`;
        }, 1000);
      },
    },
  ],
  [
    "a name without the words that are seen",
    /^name "Submit" lacks/,
    { script: () => document.querySelector(".check .primary")?.setAttribute("aria-label", "Submit") },
  ],
  [
    "an order of its own",
    /^order or key/,
    { script: () => document.querySelector("summary")?.setAttribute("tabindex", "3") },
  ],
  ["words that leave the window", /^scrolls sideways|^outside/, { css: "h1 { white-space: nowrap; font-size: 9rem }" }],
  ["words that are cut off", /^cut off: "Tindra/, { css: ".order { overflow: hidden; block-size: 1rem; padding: 0 }" }],
  ["words over words", /^over each other/, { css: ".hint { margin-block-start: -1.4rem }" }],
];

describe("what judges the views", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await stageIn(await desktop());
    await listenTo(stage.page);
    await playScene(stage, packOf("tindra"), "sent, no script", "en");
  });

  it("finds nothing in a sound page, and in it each fault that is put there", async () => {
    expect(await found(stage)).toEqual([]);
    const missed: string[] = [];
    for (const [name, report, { css, script }] of FAULTS) {
      await playScene(stage, packOf("tindra"), "sent, no script", "en");
      if (css) await stage.page.addStyleTag({ content: css });
      if (script) await stage.page.evaluate(script);
      await stage.pass(3);
      const all = await found(stage);
      if (!all.some((what) => report.test(what))) missed.push(`${name}: ${all.join("; ") || "nothing"}`);
    }
    expect(missed).toEqual([]);
  });
});
