/** What a screen reader is told without being asked: every change of a live region, and when. */
import type { Page } from "playwright-core";

/** One sentence of a live region; `at` is the page's clock in ms. */
export interface Announcement {
  how: "polite" | "assertive";
  text: string;
  at: number;
}
type Listening = Window & { announced?: Announcement[] };

/** Listens in every document that `page` opens from now on; a region that was not there from the start is not heard. */
export async function listenTo(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const announced: Announcement[] = [];
    (window as Listening).announced = announced;
    // Parsed, and no script of the page has run yet.
    document.addEventListener("readystatechange", () => {
      if (document.readyState !== "interactive") return;
      for (const region of document.querySelectorAll("[role=status], [role=alert], [aria-live]")) {
        const how = region.matches("[role=alert], [aria-live=assertive]") ? "assertive" : "polite";
        let last = region.textContent;
        new MutationObserver(() => {
          const text = region.textContent ?? "";
          if (text && text !== last) announced.push({ how, text, at: Date.now() });
          last = text;
        }).observe(region, { childList: true, subtree: true, characterData: true });
      }
    });
  });
}

/** All that `page` said since it was opened. */
export const announcedIn = (page: Page): Promise<Announcement[]> =>
  page.evaluate(() => (window as Listening).announced ?? []);

/** Sentences that come within five seconds of another one of the same kind: nobody can listen so fast. */
export function hasty(all: readonly Announcement[]): string[] {
  return all.flatMap(({ how, text, at }, nth) => {
    const before = all.slice(0, nth).findLast((one) => one.how === how);
    return before && at - before.at < 5000 ? [`"${text}" ${at - before.at} ms after "${before.text}"`] : [];
  });
}
