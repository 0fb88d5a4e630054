/** Where the reader of a statement is: tokens one by one, and what is wrong with them. */
import { type Complaint, refuse, type Token } from "./dialecttokens.ts";
import { INSTEAD } from "./dialecttree.ts";
import { instead } from "./dialecttypes.ts";

/** The tokens of a statement and the place in them. What is merely wrong is complained of; what cannot be read on from throws `Refusal`. */
export class Cursor {
  protected i = 0;
  protected readonly tokens: readonly Token[];
  protected readonly complaints: Complaint[];

  constructor(all: readonly Token[], complaints: Complaint[]) {
    this.tokens = all;
    this.complaints = complaints;
  }

  protected list<T>(one: () => T): T[] {
    const all = [one()];
    while (this.sign([","])) all.push(one());
    return all;
  }

  protected word(what: string): Token {
    const token = this.now;
    if (token.is !== "word") this.unexpected(`${what} is needed here`);
    this.i += 1;
    return token;
  }

  protected get now(): Token {
    return this.tokens[this.i] as Token;
  }

  protected before(): number {
    const { at, length } = this.tokens[this.i - 1] as Token;
    return at + length;
  }

  protected place() {
    return { at: this.now.at, end: this.now.at + this.now.length };
  }

  protected sign(signs: readonly string[]): string | undefined {
    const { is, text } = this.now;
    if (is !== "sign" || !signs.includes(text)) return undefined;
    this.i += 1;
    return text;
  }

  /** Steps over these words or signs if they come next. */
  protected has(...words: string[]): boolean {
    const found = words.every((word, n) => {
      const { is, text } = this.tokens[this.i + n] ?? this.now;
      return (is === "word" || is === "sign") && text.toUpperCase() === word;
    });
    if (found) this.i += words.length;
    return found;
  }

  protected take(word: string): void {
    if (!this.has(word)) this.unexpected(`${word} is needed here`);
  }

  protected unexpected(text: string): never {
    const { is, text: found } = this.now;
    return this.refuse(`${text}${is === "end" ? "" : `, not ${found.slice(0, 40)}`}${instead(hint(found))}`);
  }

  protected refuse(text: string): never {
    return refuse(this.now.at, this.now.length, text);
  }

  protected complain({ at, end }: { at: number; end: number }, text: string): void {
    this.complaints.push({ at, length: end - at, text });
  }
}

/** What to write instead of a word that is not in the subset. */
export const hint = (word: string) => INSTEAD.get(word) ?? INSTEAD.get(word.toLowerCase());
