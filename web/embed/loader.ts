/** The step in a frame of the shop's page, as `Ringfence.open`; the whole page instead where a frame would not do. */
import { type FromStep, type Heard, OUTCOMES, type Outcome, read, type ToStep } from "./protocol.ts";

/** Widths and first heights in CSS pixels, those of EMV 3DS; the height then follows the content. */
export type Size = "250x400" | "390x400" | "500x600" | "600x400" | "full";

export interface Options {
  /** `url` of the created verification (`presentation.mode` `frame`). */
  url: string;
  /**
   * The frame is gone. A hint: what was decided, only the order system learns, by redeeming. `verification` is missing
   * where the shopper closed the frame before the step could speak.
   */
  onResult(result: { verification?: string; outcome: Outcome }): void;
  /** The verification's status, whenever it changes; a hint as well. */
  onState?(status: string): void;
  /** Name of the frame for who cannot see it, in the page's language: "Tindra security check". */
  title?: string;
  size?: Size;
}

/** What the page can do with an open frame. */
export interface Handle {
  /** Asks the step to stop; where a code is on its way the shopper is asked first. */
  cancel(): void;
  focus(): void;
}

/** Below this width the frame and the page would be two scrollers on one screen. */
const NARROW = 480;
const READY_MS = 4000;
const LEAST = 300;
const MOST = 900;

// Inline and on everything: the shop's own rules for dialogs and frames must not reach the step.
const PLAIN = "all:initial;display:block;border:0;padding:0;";
const DIALOG = `${PLAIN}position:fixed;inset:0;margin:auto;overflow:hidden;border-radius:8px;color-scheme:light dark;background:Canvas;`;

/**
 * Opens the step of `url`: in a modal frame, or, where that cannot work, by sending the whole page there. Throws for an
 * address that is none of the web.
 */
export function open({ url, onResult, onState, title = "Security check", size = "500x600" }: Options): Handle {
  const { origin, protocol } = new URL(url);
  if (!/^https?:$/.test(protocol)) throw new TypeError("Ringfence.open: the url of a verification");
  const instead = () => location.assign(url);
  const dialog = document.createElement("dialog");
  if (innerWidth < NARROW || !dialog.showModal) {
    instead();
    return { cancel() {}, focus() {} };
  }
  const opener = document.activeElement as HTMLElement | null;
  const frame = document.createElement("iframe");
  let port: MessagePort | undefined;
  let result: { verification?: string; outcome: Outcome } | undefined;
  let over = false;
  const say = (message: ToStep) => port?.postMessage(message);
  function focus() {
    if (!port) return;
    frame.focus();
    say({ v: 1, type: "focus" });
  }

  /** Takes the frame away, once; the focus goes back to where it was. */
  function remove(): boolean {
    if (over) return false;
    over = true;
    clearTimeout(patience);
    removeEventListener("message", meet);
    port?.close();
    dialog.remove();
    opener?.focus();
    return true;
  }
  const close = () => remove() && onResult(result ?? { outcome: "abandoned" });
  const redirect = () => remove() && instead();
  /** An end is closed at once; before it the step asks. */
  const cancel = () => (port && !result ? say({ v: 1, type: "cancel" }) : close());

  function hear(heard: Heard | undefined) {
    const { type, height, status, verification, outcome, reason } = (heard ?? {}) as Partial<Heard>;
    switch (type as FromStep["type"]) {
      case "resize":
        if (typeof height === "number" && size !== "full")
          frame.style.height = `min(${Math.min(MOST, Math.max(LEAST, height))}px,100vh - 2em)`;
        break;
      case "state":
        if (/^[a-z]{4,13}$/.test(status as string)) onState?.(status as string);
        break;
      case "result":
        if (OUTCOMES.includes(outcome as Outcome) && /^ver_[\w-]{16,64}$/.test(verification as string))
          result ??= { verification: verification as string, outcome: outcome as Outcome };
        break;
      case "escape":
        if (reason === "storage") redirect();
        else close();
    }
  }

  /** A step that has loaded introduces itself, again after a reload; nobody else is given a port. */
  function meet({ origin: from, source, data }: MessageEvent) {
    const heard = from === origin && source === frame.contentWindow ? read(data) : undefined;
    if (heard?.type !== "ready" || typeof heard.nonce !== "string") return;
    clearTimeout(patience);
    port?.close();
    const { port1, port2 } = new MessageChannel();
    port = port1;
    port.onmessage = (event) => hear(read(event.data));
    frame.contentWindow?.postMessage({ v: 1, type: "init", nonce: heard.nonce } satisfies ToStep, origin, [port2]);
    focus();
  }

  const [width, height] = size === "full" ? ["100vw", "100vh"] : size.split("x").map((side) => `${side}px`);
  dialog.style.cssText = `${DIALOG}width:fit-content;height:fit-content;max-width:100vw;max-height:100vh;box-shadow:0 0 0 200vmax #0009`;
  frame.style.cssText = `${PLAIN}width:${width};max-width:100vw;height:${height};max-height:100vh`;
  frame.title = title;
  frame.allow = "otp-credentials";
  frame.referrerPolicy = "origin";
  frame.src = url;
  dialog.setAttribute("aria-label", title);
  dialog.tabIndex = -1;
  dialog.append(frame);
  // The browser closes a dialog by itself when Esc is pressed twice: then there is nothing left to ask.
  dialog.oncancel = (event) => {
    event.preventDefault();
    cancel();
  };
  dialog.onclose = close;
  addEventListener("message", meet);
  const patience = setTimeout(redirect, READY_MS);
  document.body.append(dialog);
  dialog.showModal();
  // The frame gets the focus once it can do something with it: until then Esc must reach this page.
  dialog.focus();
  return { cancel, focus };
}
