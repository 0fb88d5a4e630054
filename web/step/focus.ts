/** Where the focus goes when the view changes.; on touch devices nothing is focused by itself. */
import { effect } from "@preact/signals-core";
import type { Step } from "./model.ts";
import { isEnd, type View } from "./view.ts";

const find = (selector: string) => document.querySelector<HTMLElement>(selector);

/** Follows the view: the heading at an end, the field after a wrong code sent by the button, the new button after expiry. */
export function placeFocus(step: Step): void {
  const fine = matchMedia("(pointer: fine)").matches;
  let last: View = step.view.peek();
  if (isEnd(last)) find("h1")?.focus();
  // Without scrolling: in a low window heading and amount would leave the screen.
  else if (fine) find("#code")?.focus({ preventScroll: true });

  effect(() => {
    const view = step.view.value;
    if (view === last) return;
    const active = document.activeElement;
    const inForm = active === document.body || active?.closest(".entry") !== null;
    last = view;
    // After the repaint: the new view's elements exist then.
    requestAnimationFrame(() => {
      if (isEnd(view)) find("h1")?.focus();
      else if (view === "code_expired" && inForm) find(".entry .primary")?.focus();
      else if (view === "wrong" && inForm && document.activeElement !== find("#code")) find("#code")?.focus();
    });
  });
}
