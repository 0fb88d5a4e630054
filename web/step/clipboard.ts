/** Reading the clipboard for the shopper who asks for it, where neither the browser nor the keyboard offers the code. */

/** In-app browsers by their own word: Android's web view marks itself, Apple's lacks the browser's name. */
const WEB_VIEW = /; wv\)|\((?:iPhone|iPad|iPod)(?!.* Safari\/)/;

/** What reads the clipboard's text, or "" where it is refused; undefined wherever the code comes by itself or there is no touch. To be called in a press. */
export function clipboardReader(): (() => Promise<string>) | undefined {
  const { clipboard, userAgent } = navigator;
  // Old web views, and those without a secure origin, have none.
  if (!(clipboard as Clipboard | undefined)?.readText || !WEB_VIEW.test(userAgent)) return undefined;
  if (!matchMedia("(pointer: coarse)").matches) return undefined;
  return () => clipboard.readText().catch(() => "");
}
