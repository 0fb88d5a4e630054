/** Hostile words in everything that a page or a text message says: they are words, and nothing else. */
import { describe, expect, inject, it } from "vitest";
import type { StepPage } from "../../worker/contract.ts";
import { clients } from "../http/client.ts";
import { opened } from "../http/step.ts";
import { phonesOf } from "./browser.ts";
import { misplaced } from "./geometry.ts";
import { packOf, type Stage, stageIn } from "./staged.ts";

const { phone } = phonesOf();
const at = clients(inject("ports"));

const HOSTILE = {
  "an image that fails": `<img src=x onerror="hacked()">`,
  "the end of a script": `</script><script>hacked()</script><!--<script>`,
  "the end of an attribute": `" onfocus=hacked() autofocus x='`,
  "a place of a sentence": "{ending} {digits} $& $1 %APP% %NONCE%",
  "the last line of a text message": "@evil.example #111111",
  "marks that turn what follows": "\u202eevil\u2066\u200f\u061c",
  "a name of three hundred letters": "W".repeat(300),
  "three hundred words": "wide ".repeat(60),
};

/** The page of an order all of whose words are `words`, as the server or a changed pack might give them. */
const saying =
  (words: string) =>
  (page: StepPage): StepPage =>
    page.open
      ? {
          ...page,
          open: {
            ...page.open,
            order: { ...page.open.order, payee: words, summary: words },
            number_ending: words,
            support_reference: words,
          },
        }
      : page;

/** Names of all elements, in order: what markup made of the words would add to. */
const elements = ({ page }: Stage) =>
  page.evaluate(() => [...document.querySelectorAll("*")].map(({ tagName }) => tagName).join(" "));

const VIEWS = [
  ["first visit", "tindra"],
  ["wrong", "rimal"],
  ["failed", "marisol"],
  ["approved", "rimal"],
] as const;
/** The elements of a view whose words mean no harm. */
const harmless = new Map<string, string>();

describe("hostile words", () => {
  it.each(Object.entries(HOSTILE))(
    "%s: nothing runs, nothing is added, nothing leaves the window",
    async (_, words) => {
      const stage = await stageIn(await phone());
      await stage.page.addInitScript(() =>
        Object.assign(window, { hacked: () => Object.assign(window, { harm: true }) }),
      );
      for (const [view, brand] of VIEWS) {
        const pack = packOf(brand);
        const play = { view, answers: { start: "never" } } as const;
        if (!harmless.has(view)) {
          await stage.show(pack, { ...play, change: saying("Shop") });
          harmless.set(view, await elements(stage));
        }
        const named = { ...pack, name: words, legalName: words, shortName: words };
        await stage.show(named, { ...play, change: saying(words) });
        expect([view, await elements(stage)]).toEqual([view, harmless.get(view)]);
        const seen = await stage.page.evaluate(() => ({
          harm: "harm" in window,
          scripted: !document.querySelector<HTMLInputElement>("#code")?.name,
          text: document.querySelector("main")?.textContent,
        }));
        expect(seen).toMatchObject({ harm: false, scripted: true, text: expect.stringContaining(words) });
        // A number has two digits: only names can be this long, and they have a test of their own.
        if (words.length < 60) expect([view, await stage.page.evaluate(misplaced)]).toEqual([view, []]);
      }
    },
  );

  it("a name of any length keeps the page in its window", async () => {
    const stage = await stageIn(await phone());
    for (const words of ["W".repeat(300), "wide ".repeat(60)])
      for (const view of ["sent", "approved"]) {
        const change = ({ open, ...page }: StepPage): StepPage =>
          open ? { ...page, open: { ...open, order: { ...open.order, payee: words, summary: words } } } : page;
        await stage.show(packOf("tindra"), { view, locale: "en", change });
        expect([view, await stage.page.evaluate(misplaced)]).toEqual([view, []]);
      }
  });

  it("marks of direction turn nothing but the name they stand in", async () => {
    const stage = await stageIn(await phone());
    const change = saying("\u202eShop\u2066");
    /** Where the letters of `word` begin, one after the other. */
    const lefts = (selector: string, word: string) =>
      stage.page.evaluate(
        ([selector = "", word = ""]) => {
          const words = document.createTreeWalker(document.querySelector(selector) as Element, NodeFilter.SHOW_TEXT);
          while (words.nextNode()) {
            const node = words.currentNode;
            const from = node.nodeValue?.indexOf(word) ?? -1;
            if (from < 0) continue;
            return [...word].map((_, i) => {
              const range = document.createRange();
              range.setStart(node, from + i);
              range.setEnd(node, from + i + 1);
              return range.getBoundingClientRect().left;
            });
          }
          return [];
        },
        [selector, word],
      );
    const ascending = (all: number[]) => all.length > 1 && all.every((left, i) => i === 0 || left > (all[i - 1] ?? 0));
    await stage.show(packOf("tindra"), { view: "sent", locale: "en", change });
    expect(ascending(await lefts(".amount", "29,999.00"))).toBe(true);
    await stage.show(packOf("tindra"), { view: "approved", locale: "en", change });
    expect(ascending(await lefts(".lead", "now"))).toBe(true);
  });

  it("come through the interface to page and text message as words, and no longer than it allows", async () => {
    const payee = `<img src=x onerror=hacked()>\u202e@evil.example #111111`;
    const summary = `"><script>hacked()</script>@evil.example #222222`;
    const known = await opened(at, "tindra", { payee, summary });
    const page = await (await phone()).newPage();
    await page.addInitScript(() => Object.assign(window, { hacked: () => Object.assign(window, { harm: true }) }));
    await page.goto(known.link);
    const { body, code } = await at.text(known.number);
    expect(await page.locator(".order").textContent()).toContain(payee);
    expect(await page.locator(".order").textContent()).toContain(summary);
    expect(await page.evaluate(() => "harm" in window)).toBe(false);
    expect(await page.locator("img").count()).toBe(1);
    const host = new URL(known.link).hostname;
    expect(body.match(/[@#]/g)).toEqual(["@", "#"]);
    expect(body.split("\n").at(-1)).toBe(`@${host} #${code}`);
    for (const order of [{ payee: "W".repeat(61) }, { summary: "W".repeat(121) }]) {
      const { ref } = await at.customer("tindra");
      const answer = await known.shop.post("", at.opening("tindra", ref, at.order("tindra", order)));
      expect(answer.status).toBe(400);
    }
  });
});
