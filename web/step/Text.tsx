import type { ComponentChildren } from "preact";
import { clock } from "./clock.ts";

/** Attributes of what must stay as it is. In capitals on purpose: under its own name Preact would set the boolean property of browsers, for which "no" is true. */
export const UNTRANSLATED: object = { TRANSLATE: "no" };

/** A sentence with components in its `{places}`: `<Text of="Sent to {ending}" parts={{ ending: <b>42</b> }} />`. */
export function Text({ of, parts }: { of: string; parts: Record<string, ComponentChildren> }) {
  return <>{of.split(/\{(\w+)\}/).map((piece, i) => (i % 2 ? parts[piece] : piece))}</>;
}

/** A moment by the reader's clock, never broken over two lines. */
export function Time({ at, locale }: { at: string; locale: string }) {
  return <time dateTime={at}>{clock(at, locale)}</time>;
}

/** The last digits of the number: kept left to right, not translated, and spelled for a screen reader. */
export function Ending({ digits }: { digits: string }) {
  return (
    <bdi dir="ltr" {...UNTRANSLATED} class="ending">
      <span aria-hidden="true">{digits}</span>
      <span class="unseen">{[...digits].join(" ")}</span>
    </bdi>
  );
}
