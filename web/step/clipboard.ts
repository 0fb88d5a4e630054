/** Pasting the code by hand, where neither the browser nor the keyboard offers it. */
import type { Step } from "./model.ts";

/** In-app browsers by their own word: Android's web view marks itself, Apple's lacks the browser's name. */
const WEB_VIEW = /; wv\)|\((?:iPhone|iPad|iPod)(?!.* Safari\/)/;

/** Offers "Paste" in a touched web view once the shopper comes back, most likely from the messages. The clipboard is read in the press alone; what is no code is refused here and costs no guess. */
export function offerPaste(step: Step): void {
  const { clipboard, userAgent } = navigator;
  // Old web views have no clipboard, or cannot read it.
  if (!(clipboard as Clipboard | undefined)?.readText || !WEB_VIEW.test(userAgent)) return;
  if (!matchMedia("(pointer: coarse)").matches) return;

  async function press() {
    // Emptied, or the same refusal twice would be read once.
    if (step.trouble.peek() === "no_paste") step.trouble.value = undefined;
    const text = await clipboard.readText().catch(() => "");
    if (step.code.peek() || step.call.peek()) return;
    if (!step.heard(text, "paste")) step.trouble.value = "no_paste";
    // It goes with the focus on it: the next control has it then, as the field would raise the keyboard.
    else document.querySelector<HTMLElement>(".check .primary")?.focus();
  }

  let away = false;
  document.addEventListener("visibilitychange", () => {
    const back = away && document.visibilityState === "visible";
    if (back && step.state.peek()?.status === "sent") step.paste.value = () => void press();
    away = document.visibilityState === "hidden";
  });
}
