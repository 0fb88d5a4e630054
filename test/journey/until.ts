/** Waiting for what a page does: it is looked at when something has changed in it, not again and again. */
import { setTimeout as pause } from "node:timers/promises";
import type { Locator } from "playwright-core";

const PATIENCE_MS = 10_000;
/** How Playwright says that a page or an element went away under its hands. */
const GONE = /context was destroyed|navigat|not attached|detached/i;
/** What changes a page without changing its tree. */
const EVENTS = ["input", "change", "focusin", "focusout", "toggle", "resize"];

/**
 * Resolves once `holds` is true of what `place` finds, with `wanted` beside it. It runs in the page, and reads nothing of
 * here. An element or a page that goes is waited for in the next one. Rejects after ten seconds, with what stands there.
 */
export async function until<W>(
  place: Locator,
  holds: (element: HTMLElement, wanted: W) => boolean,
  wanted: W,
): Promise<void> {
  // Only a function is called in the page, and this one has another one in it.
  const watch = new Function(`return (element, wanted) => new Promise((done) => {
    const holds = ${holds};
    const look = () => {
      if (element.isConnected && !holds(element, wanted)) return;
      observer.disconnect();
      for (const name of ${JSON.stringify(EVENTS)}) removeEventListener(name, look, true);
      done(element.isConnected);
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    for (const name of ${JSON.stringify(EVENTS)}) addEventListener(name, look, true);
    look();
  })`)() as (element: Element, wanted: unknown) => Promise<boolean>;
  const done = new AbortController();
  const late = pause(PATIENCE_MS, "late", { signal: done.signal, ref: false }).catch(() => "late");
  for (let held: unknown = false; held !== true; ) {
    const seen = place.evaluate(watch, wanted).catch((fault: Error) => {
      if (!GONE.test(fault.message)) throw fault;
      return false;
    });
    held = await Promise.race([seen, late]);
    if (held !== "late") continue;
    const said = await place.evaluate((element) => (element as HTMLInputElement).value ?? element.textContent);
    throw new Error(`${place} never came to ${JSON.stringify(wanted)}: ${JSON.stringify(said)}`);
  }
  done.abort();
}

/** Waits until a field holds `text`. */
export const holding = (field: Locator, text: string) =>
  until(field, (element, text) => (element as HTMLInputElement).value === text, text);

/** Waits until the keyboard's focus is on `place`. */
export const focused = (place: Locator) => until(place, (element) => element === document.activeElement, null);
