/** One tone out of a translation that holds both. */
import type { Tone } from "./messages.ts";

/** The tones a brand can have. */
export const TONES = ["formal", "informal"] as const satisfies readonly Tone[];

type InTone<T> = { [K in keyof T]: T[K] extends Readonly<Record<Tone, infer M>> ? M : T[K] };

/** `translation` with each text in `tone`; what has one form for all stays as it is. */
export function inTone<T extends Record<string, unknown>>(translation: T, tone: Tone): InTone<T> {
  const toned = (text: unknown) => (isToned(text) ? text[tone] : text);
  return Object.fromEntries(Object.entries(translation).map(([id, text]) => [id, toned(text)])) as InTone<T>;
}

function isToned(text: unknown): text is Record<Tone, unknown> {
  return typeof text === "object" && text !== null && "formal" in text;
}
