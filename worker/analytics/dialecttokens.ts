/** Text → tokens of the SQL subset, each with its place in the text. */

/** Why a statement is refused: `length` characters from `at` (0-based) in the text as it came. */
export interface Complaint {
  at: number;
  length: number;
  text: string;
}

export interface Token {
  is: "word" | "number" | "text" | "sign" | "marker" | "end";
  /** As written; of a text literal its value. */
  text: string;
  at: number;
  length: number;
}

/** Ends the reading of a statement; never leaves `parse`. */
export class Refusal extends Error {
  readonly complaint: Complaint;
  constructor(complaint: Complaint) {
    super("refused");
    this.complaint = complaint;
  }
}

/** What Analytics Engine takes in one statement, in characters (seen live, not documented). */
export const TEXT_MAX = 10_000;

const TOKEN =
  /(?<space>[ \t\r\n]+)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<number>\d{1,15}(?:\.\d{1,15})?(?![\w.]))|'(?<text>(?:[^'\\\p{Cc}\p{Cs}]|'')*)'|(?<marker>\{[SE]\})|(?<sign><=|>=|<>|!=|[-+*/%=<>(),])/uy;

/** What stands there instead of a token, with what to do about it; read in this order. */
const STRANGERS: readonly (readonly [RegExp, string])[] = [
  [/--|\/\*|#/y, "Comments are not allowed"],
  [/;/y, "One statement only, without a semicolon"],
  [/["`]/y, "Names are written without quotes"],
  [/'/y, "A text ends on its line, doubles its quotes and has no backslash"],
  [/\d[\w.]*/y, "Write numbers in plain decimals of at most 15 digits"],
];

/** The tokens of `sql`, closed by one `end`. Markers exist in shipped files only. Throws `Refusal`. */
export function tokens(sql: string, shipped: boolean): Token[] {
  if (sql.length > TEXT_MAX) refuse(TEXT_MAX, sql.length - TEXT_MAX, `A statement has at most ${TEXT_MAX} characters`);
  const found: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    stranger(sql, at, STRANGERS.slice(0, 1));
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(sql);
    const [is, text] = Object.entries(match?.groups ?? {}).find(([, group]) => group !== undefined) ?? [];
    if (!match || is === undefined || text === undefined || (is === "marker" && !shipped)) {
      stranger(sql, at, STRANGERS);
      refuse(at, 1, "This character is not part of the subset");
    }
    const { length } = match[0];
    if (is !== "space") found.push({ is: is as Token["is"], text: text.replaceAll("''", "'"), at, length });
    at += length;
  }
  return [...found, { is: "end", text: "the end", at: sql.length, length: 0 }];
}

function stranger(sql: string, at: number, strangers: typeof STRANGERS): void {
  for (const [form, text] of strangers) {
    form.lastIndex = at;
    const match = form.exec(sql);
    if (match) refuse(at, match[0].length, text);
  }
}

/** Ends the reading at a place. */
export function refuse(at: number, length: number, text: string): never {
  throw new Refusal({ at, length, text });
}
