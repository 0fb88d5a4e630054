/** Places in a text. */

/** Line and column of the character at `at`, both from 1. */
export function lineAndColumn(text: string, at: number): { line: number; column: number } {
  const lines = text.slice(0, at).split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** `text` in pieces, those of `spans` marked; spans may overlap or lie beyond the end. */
export function marked(
  text: string,
  spans: readonly { at: number; length: number }[],
): { text: string; wrong: boolean }[] {
  const ends = spans.flatMap(({ at, length }) => [at, at + Math.max(1, length)]);
  const cuts = [...new Set([0, ...ends.filter((at) => at > 0 && at < text.length), text.length])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, i) => ({
    text: text.slice(from, cuts[i + 1]),
    wrong: spans.some(({ at, length }) => from >= at && from < at + Math.max(1, length)),
  }));
}
