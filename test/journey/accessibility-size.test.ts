/** The step in small, low and turned windows, with large and with spaced text, from left to right and from right to left. */
import { mkdirSync } from "node:fs";
import { expect, it } from "vitest";
import { phonesOf } from "./browser.ts";
import { misplaced, readable } from "./geometry.ts";
import { playScene } from "./scenes.ts";
import { PACKS, packOf, type Stage, stageIn } from "./staged.ts";

const { phone, desktop } = phonesOf();
const FOLDER = new URL("../.screenshots/", import.meta.url).pathname;
mkdirSync(FOLDER, { recursive: true });

/** 320 × 256 is 1280 × 1024 at 400 %, 640 × 512 at 200 %; then a narrow phone, one on its side, and the frames of EMV 3DS. */
const WINDOWS = [
  [320, 568],
  [320, 256],
  [640, 512],
  [280, 653],
  [844, 390],
  [250, 400],
  [390, 400],
  [500, 600],
  [600, 400],
] as const;

/** Seen of every brand. */
const KEY_VIEWS = ["sent, help open", "wrong", "leaving"];
/** Seen of one brand each, in turn. */
const VIEWS = [
  "first visit, no script",
  "checking",
  "code expired",
  "resent",
  "offline",
  "asking, no connection",
  "our fault, again",
  "failed",
  "approved",
  "elsewhere",
];

/** Text twice as large, as set in the browser (1.4.4). */
const LARGE = "html { font-size: calc(var(--scale) * 2) !important }";
/** The spacing of 1.4.12. */
const SPACED = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p, li, label, h1, h2 { margin-block-end: 2em !important }`;

/** What is misplaced with `css` on the page, and words that are gone. */
async function under({ page }: Stage, css: string): Promise<string[]> {
  const before = await page.evaluate(readable);
  const style = await page.addStyleTag({ content: css });
  const found = await page.evaluate(misplaced);
  if ((await page.evaluate(readable)) !== before) found.push("other words than before");
  await style.evaluate((element) => (element as Element).remove());
  return found;
}

it.each(PACKS)(
  "loses nothing of $id in any window, with text twice as large, or spaced (A4, A8, A9, A11, A35)",
  async (pack) => {
    const stage = await stageIn(await phone({ isMobile: false, deviceScaleFactor: 1 }));
    const all: string[] = [];
    const turn = PACKS.indexOf(pack);
    const views = [...KEY_VIEWS, ...VIEWS.filter((_, nth) => nth % PACKS.length === turn)];
    for (const [nth, name] of views.entries()) {
      const locale = pack.locales[nth % pack.locales.length];
      await stage.page.setViewportSize({ width: 360, height: 740 });
      await playScene(stage, pack, name, locale);
      const told = (where: string) => (what: string) => `${name}, ${locale}, ${where}: ${what}`;
      all.push(...(await under(stage, LARGE)).map(told("200 %")));
      all.push(...(await under(stage, SPACED)).map(told("spaced")));
      for (const [width, height] of WINDOWS) {
        await stage.page.setViewportSize({ width, height });
        all.push(...(await stage.page.evaluate(misplaced)).map(told(`${width} × ${height}`)));
      }
    }
    expect(all).toEqual([]);
  },
);

it("shows field and button at once in every window, also above a keyboard (A4)", async () => {
  const stage = await stageIn(await phone({ isMobile: false, deviceScaleFactor: 1 }));
  // The last one is what a keyboard leaves of a phone of 320 × 568.
  for (const [width, height] of [...WINDOWS, [320, 300] as const]) {
    await stage.page.setViewportSize({ width, height });
    await playScene(stage, packOf("tindra"), "wrong", "de");
    await stage.page.evaluate(() => scrollTo(0, 0));
    await stage.field.evaluate((field: HTMLElement) => {
      field.blur();
      field.focus();
    });
    const inside = await stage.page.evaluate(() =>
      ["#error", "#code", ".check .primary"].filter((part) => {
        const { top, bottom } = document.querySelector(part)?.getBoundingClientRect() ?? { top: -1, bottom: 0 };
        return top >= 0 && bottom <= innerHeight;
      }),
    );
    expect([width, height, inside]).toEqual([width, height, ["#error", "#code", ".check .primary"]]);
  }
});

it("does not zoom when the field is tapped, and brings up digits: at least 16 px, numeric, no barred zoom", async () => {
  const stage = await stageIn(await phone());
  for (const pack of PACKS) {
    await playScene(stage, pack, "sent");
    const { size, mode, content } = await stage.field.evaluate((field: HTMLInputElement) => ({
      size: Number.parseFloat(getComputedStyle(field).fontSize),
      mode: field.inputMode,
      content: document.querySelector<HTMLMetaElement>("meta[name=viewport]")?.content,
    }));
    expect(size).toBeGreaterThanOrEqual(16);
    expect(mode).toBe("numeric");
    expect(content).toBe("width=device-width, initial-scale=1, interactive-widget=resizes-content");
  }
});

it("keeps digits in their order in a page from right to left (A35)", async () => {
  const stage = await stageIn(await phone());
  await playScene(stage, packOf("rimal"), "wrong", "ar");
  await stage.field.pressSequentially("123");
  const seen = await stage.page.evaluate(() => {
    /** Whether the digits of `element` stand from left to right. */
    const ordered = (element: Element) => {
      const words = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const lefts: number[] = [];
      while (words.nextNode()) {
        const node = words.currentNode;
        [...(node.nodeValue ?? "")].forEach((sign, i) => {
          if (!/\d/.test(sign) || node.parentElement?.closest(".unseen")) return;
          const range = document.createRange();
          range.setStart(node, i);
          range.setEnd(node, i + 1);
          lefts.push(range.getBoundingClientRect().left);
        });
      }
      return lefts.length > 1 && lefts.every((left, i) => i === 0 || left > (lefts[i - 1] ?? 0));
    };
    const one = (selector: string) => document.querySelector(selector) as Element;
    return {
      page: document.documentElement.dir,
      field: getComputedStyle(one("#code")).direction,
      ending: ordered(one(".ending")),
      amount: ordered(one(".amount")),
      phone: ordered(one("footer bdi")),
      isolated: [...document.querySelectorAll(".ending, .amount, footer a bdi")].every(
        ({ tagName }) => tagName === "BDI",
      ),
      mirrored: [...document.querySelectorAll("svg")].some((icon) =>
        getComputedStyle(icon).transform.startsWith("matrix(-"),
      ),
    };
  });
  expect(seen).toEqual({
    page: "rtl",
    field: "ltr",
    ending: true,
    amount: true,
    phone: true,
    isolated: true,
    mirrored: false,
  });
});

it("tells a wrong code by words, a sign and a thicker border to who sees no colours (A6)", async () => {
  const stage = await stageIn(await desktop());
  await playScene(stage, packOf("marisol"), "sent", "es");
  const border = () =>
    stage.field.evaluate((field) => {
      const { borderBottomWidth, boxShadow } = getComputedStyle(field);
      return [Number.parseFloat(borderBottomWidth), boxShadow !== "none"];
    });
  const before = await border();
  await playScene(stage, packOf("marisol"), "wrong", "es");
  const after = await border();
  expect([before[1], after[1]]).toEqual([false, true]);
  expect(await stage.page.locator("#error svg").isVisible()).toBe(true);
  expect(await stage.page.locator("#error").innerText()).not.toBe("");
  const wire = await stage.page.context().newCDPSession(stage.page);
  await wire.send("Emulation.setEmulatedVisionDeficiency", { type: "achromatopsia" });
  await stage.page.screenshot({ path: `${FOLDER}marisol-wrong-without-colours.png` });
});

it("takes the logo of the scheme (A34)", async () => {
  const stage = await stageIn(await phone());
  for (const pack of PACKS) {
    for (const colorScheme of ["light", "dark"] as const) {
      await stage.page.emulateMedia({ colorScheme });
      await playScene(stage, pack, "sent");
      const logo = await stage.page.locator("header img").evaluate(async (image: HTMLImageElement) => {
        await image.decode();
        return new URL(image.currentSrc).pathname;
      });
      expect(logo).toBe(colorScheme === "dark" ? (pack.logo.dark ?? pack.logo.light) : pack.logo.light);
    }
  }
});
