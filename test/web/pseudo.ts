/** Languages nobody speaks, for tests of layout: what breaks in them would break in a real one, and untranslated text shows. */

const PLACE = /(\{\w+\})/;
const ACCENTED: Record<string, string> = {
  ...{ a: "á", e: "é", i: "ï", o: "ô", u: "ü", y: "ý", c: "ç", n: "ñ", s: "š", z: "ž" },
  ...{ A: "Á", E: "É", I: "Ï", O: "Ô", U: "Ü", Y: "Ý", C: "Ç", N: "Ñ", S: "Š", Z: "Ž" },
};

/** `text` in accents and longer by 40 % (at least one sign), between brackets that show when an end is cut off; places stay. */
export function longer(text: string): string {
  const pieces = text.split(PLACE);
  const written = pieces.map((piece, i) =>
    i % 2 ? piece : piece.replace(/[a-z]/gi, (sign) => ACCENTED[sign] ?? sign),
  );
  const letters = pieces.filter((_, i) => i % 2 === 0).join("").length;
  const more = "one two three four five six ".repeat(20).slice(0, Math.max(1, Math.ceil(letters * 0.4) - 3));
  return `[${written.join("")} ${more.replace(/ $/, "x")}]`;
}

/** `text` with every word written from right to left; places stay. Show it with `dir=rtl`. */
export function mirrored(text: string): string {
  const word = (piece: string) => piece.replace(/[\p{L}\p{N}]+/gu, "\u202e$&\u202c");
  return `\u200f${text
    .split(PLACE)
    .map((piece, i) => (i % 2 ? piece : word(piece)))
    .join("")}\u200f`;
}

/** All `texts` through `write`, plural forms too. */
export function pseudo<T extends object>(texts: T, write: (text: string) => string): T {
  const through = (value: unknown): unknown =>
    typeof value === "string"
      ? write(value)
      : Object.fromEntries(Object.entries(value as object).map(([key, one]) => [key, through(one)]));
  return through(texts) as T;
}
