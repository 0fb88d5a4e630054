/** Where the focus goes when the view changes; on touch devices nothing is focused by itself. */
import { effect } from "@preact/signals-core";
import type { Step } from "./model.ts";
import { isEnd, type View } from "./view.ts";

const find = (selector: string) => document.querySelector<HTMLElement>(selector);

/** Follows the view: the heading at an end, the field after a code refused at the button, the new button after expiry. */
export function placeFocus(step: Step): void {
  const fine = matchMedia("(pointer: fine)").matches;
  let last: View = step.view.peek();
  if (isEnd(last)) find("h1")?.focus();
  // Without scrolling: in a low window heading and amount would leave the screen.
  else if (fine) find("#code")?.focus({ preventScroll: true });

  const inForm = () => {
    const active = document.activeElement;
    return active === document.body || active?.closest(".entry") !== null;
  };
  effect(() => {
    if (!["wrong", "too_few", "too_many"].includes(step.trouble.value ?? "") || !inForm()) return;
    requestAnimationFrame(() => {
      const field = find("#code");
      if (document.activeElement !== field) field?.focus();
    });
  });
  effect(() => {
    const view = step.view.value;
    if (view === last) return;
    const entering = inForm();
    const begun = last === "asking";
    last = view;
    // After the repaint: the new view's elements exist then.
    requestAnimationFrame(() => {
      if (isEnd(view) || (begun && entering)) find("h1")?.focus();
      else if (view === "code_expired" && entering) find(".entry .primary")?.focus();
    });
  });
}
