/** Text → tree, by recursive descent; whatever the grammar does not name is a complaint with its place. */
import { type Complaint, Refusal, refuse, type Token, tokens } from "./dialecttokens.ts";
import { COLUMNS, type DataSet, INSTEAD, type Kind, RESERVED, type Tree } from "./dialecttree.ts";
import { called, functionName, instead, leaf, operated, type Typed } from "./dialecttypes.ts";

/** Where a statement comes from: a person, a shipped file (markers), or our own `print` (hidden columns). */
export type Source = "caller" | "shipped" | "printed";

/** The most rows any statement may ask for. */
export const ROWS_MAX = 10_000;
const ITEMS_MAX = 60;
const COMPLAINTS_MAX = 10;
const NESTING_MAX = 32;
const UNITS = /^(?:YEAR|QUARTER|MONTH|DAY|HOUR|MINUTE|SECOND)$/;
const COMPARISONS = /^(?:=|!=|<>|<|<=|>|>=)$/;

/** The tree of a statement of the subset, or everything that is wrong with it, at most ten complaints. */
export function parse(sql: string, source: Source = "caller"): Tree | Complaint[] {
  const complaints: Complaint[] = [];
  try {
    const tree = new Reader(tokens(sql, source === "shipped"), source, complaints).statement();
    return complaints.length > 0 ? complaints.slice(0, COMPLAINTS_MAX) : tree;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [...complaints, error.complaint].slice(0, COMPLAINTS_MAX);
  }
}

/** A list of expressions for HAVING knows aliases, everything else columns. */
type Names = ReadonlyMap<string, Kind> | undefined;

class Reader {
  #i = 0;
  #nesting = 0;
  #aliases: Names;
  readonly #tokens: readonly Token[];
  readonly #source: Source;
  readonly #complaints: Complaint[];

  constructor(all: readonly Token[], source: Source, complaints: Complaint[]) {
    this.#tokens = all;
    this.#source = source;
    this.#complaints = complaints;
  }

  statement(): Tree {
    this.#take("SELECT");
    const items = this.#list(() => this.#item());
    this.#take("FROM");
    const from = this.#dataSet();
    const where = this.#has("WHERE") ? this.#condition() : undefined;
    const kinds = new Map(items.map(({ alias, of }) => [alias, of.kind]));
    const groupBy = this.#has("GROUP", "BY") ? this.#list(() => this.#word("A column or a name")) : [];
    this.#aliases = kinds;
    const having = this.#has("HAVING") ? this.#condition() : undefined;
    const orderBy = this.#has("ORDER", "BY") ? this.#list(() => this.#order(kinds)) : [];
    const limit = this.#has("LIMIT") ? this.#count(ROWS_MAX) : undefined;
    const offset = this.#has("OFFSET") ? this.#count(1e9) : undefined;
    if (this.#has("FORMAT")) this.#format();
    if (this.#now.is !== "end") this.#unexpected("The statement ends here");
    this.#keys(items, groupBy);
    return {
      items: items.map(({ alias, of }) => ({ alias, of: of.node })),
      from,
      where: where?.node,
      groupBy: groupBy.map(({ text }) => text),
      having: having?.node,
      orderBy,
      limit,
      offset,
    };
  }

  #item(): { alias: string; of: Typed } {
    const of = this.#expression();
    if (!this.#has("AS")) this.#unexpected("Each column needs a name, as in: expression AS name");
    const { text: alias, at, length } = this.#word("A name");
    const hidden = this.#source === "printed" && /^rf_[a-z0-9_]{1,37}$/.test(alias);
    if (!hidden && (!/^[a-z][a-z0-9_]{0,39}$/.test(alias) || alias.startsWith("rf_") || RESERVED.has(alias)))
      this.#complain(
        { at, end: at + length },
        `${alias.slice(0, 40)} cannot be a name here: lower case, and no column, function or word of SQL`,
      );
    if (of.kind === "bool" || of.kind === "interval") this.#complain(of, "A column is a number, a text or a time");
    return { alias, of };
  }

  /** Whether every item is an aggregate or a key, and every name is given once. */
  #keys(items: readonly { alias: string; of: Typed }[], groupBy: readonly Token[]): void {
    const [first] = items;
    const same = (key: string, { alias, of }: { alias: string; of: Typed }) =>
      key === alias || (of.node.is === "column" && of.node.text === key);
    if (items.length > ITEMS_MAX && this.#source !== "printed")
      this.#complain(items[ITEMS_MAX]?.of ?? this.#place(), `At most ${ITEMS_MAX} columns`);
    if (first && !items.some(({ of }) => of.aggregate))
      this.#complain(first.of, "No rows are given out: add an aggregate");
    for (const [i, item] of items.entries()) {
      const { alias, of } = item;
      if (items.findIndex((one) => one.alias === alias) < i) this.#complain(of, `${alias} is a name already`);
      const keyed = groupBy.some(({ text }) => same(text, item));
      if (of.aggregate && keyed) this.#complain(of, `${alias} is an aggregate and no key`);
      else if (of.aggregate && of.raw) this.#complain(of, "A column stands beside an aggregate");
      else if (!of.aggregate && !of.raw) this.#complain(of, "A constant is no column");
      else if (!of.aggregate && !keyed) this.#complain(of, `${alias} belongs in GROUP BY`);
    }
    for (const { text, at, length } of groupBy) {
      if (!COLUMNS.has(text) && !items.some(({ alias }) => alias === text))
        this.#complain(
          { at, end: at + length },
          `There is no column ${text.slice(0, 40)}; group by a column or a name given by AS`,
        );
    }
  }

  #dataSet(): DataSet {
    const { text } = this.#now;
    if (text !== "otp_sessions" && text !== "otp_events")
      return this.#refuse("The data sets are otp_sessions and otp_events");
    this.#i += 1;
    return text;
  }

  #condition(): Typed {
    const of = this.#expression();
    if (of.kind !== "bool") this.#complain(of, "A condition is needed here");
    if (of.aggregate) this.#complain(of, "An aggregate cannot stand here: give it a name and use HAVING name …");
    return of;
  }

  #order(kinds: ReadonlyMap<string, Kind>): { alias: string; down: boolean } {
    const { text: alias, at, length } = this.#word("A name given by AS");
    if (!kinds.has(alias))
      this.#complain({ at, end: at + length }, `ORDER BY takes a name given by AS, not ${alias.slice(0, 40)}`);
    const down = this.#has("DESC");
    if (!down) this.#has("ASC");
    return { alias, down };
  }

  #count(most: number): number {
    const { is, text } = this.#now;
    if (is !== "number" || !/^\d{1,9}$/.test(text) || Number(text) > most) this.#refuse(`A whole number up to ${most}`);
    this.#i += 1;
    return Number(text);
  }

  #format(): void {
    if (!/^(?:JSON|JSONEachRow|TabSeparated)$/.test(this.#now.text)) this.#refuse("FORMAT is JSON");
    this.#i += 1;
  }

  #expression(): Typed {
    this.#nesting += 1;
    if (this.#nesting > NESTING_MAX) this.#refuse(`At most ${NESTING_MAX} levels`);
    const of = this.#chain("OR", () => this.#chain("AND", () => this.#negated()));
    this.#nesting -= 1;
    return of;
  }

  /** AND and OR keep all their operands in one node. */
  #chain(op: "AND" | "OR", operand: () => Typed): Typed {
    const args = [operand()];
    while (this.#has(op)) args.push(operand());
    return args.length > 1 ? this.#op(op, args) : (args[0] as Typed);
  }

  #negated(): Typed {
    const { at } = this.#now;
    if (!this.#has("NOT")) return this.#comparison();
    this.#nesting += 1;
    if (this.#nesting > NESTING_MAX) this.#refuse(`At most ${NESTING_MAX} levels`);
    const of = this.#negated();
    this.#nesting -= 1;
    return this.#op("NOT", [of], at);
  }

  #comparison(): Typed {
    const left = this.#sum();
    const { text } = this.#now;
    if (this.#now.is === "sign" && COMPARISONS.test(text)) {
      this.#i += 1;
      return this.#op(text === "<>" ? "!=" : text, [left, this.#sum()]);
    }
    const not = this.#has("NOT");
    const of = this.#membership(left);
    if (not && of === left) this.#refuse("NOT stands before a condition");
    return not ? this.#op("NOT", [of]) : of;
  }

  #membership(left: Typed): Typed {
    if (this.#has("IN")) {
      this.#take("(");
      const all = this.#list(() => this.#sum());
      this.#take(")");
      return this.#op("IN", [left, ...all]);
    }
    if (this.#has("BETWEEN")) {
      const low = this.#sum();
      this.#take("AND");
      return this.#op("BETWEEN", [left, low, this.#sum()]);
    }
    const like = ["LIKE", "ILIKE"].find((word) => this.#has(word));
    return like ? this.#op(like, [left, this.#sum()]) : left;
  }

  #sum(): Typed {
    return this.#leftward(["+", "-"], () => this.#leftward(["*", "/", "%"], () => this.#atom()));
  }

  #leftward(ops: readonly string[], operand: () => Typed): Typed {
    let left = operand();
    for (let op = this.#sign(ops); op; op = this.#sign(ops)) left = this.#op(op, [left, operand()]);
    return left;
  }

  #atom(): Typed {
    const { is, text, at, length } = this.#now;
    const end = at + length;
    this.#i += 1;
    if (is === "number") return leaf({ is, text }, text.includes(".") ? "double" : "int", at, end);
    if (is === "text") return leaf({ is, text }, "text", at, end);
    if (is === "marker") return leaf({ is, text }, "bool", at, end);
    if (text === "-" && this.#now.is === "number") {
      const { node, kind, end } = this.#atom() as Typed & { node: { text: string } };
      return leaf({ is: "number", text: `-${node.text}` }, kind, at, end);
    }
    if (text === "(") {
      const inner = this.#expression();
      this.#take(")");
      return inner;
    }
    if (is === "word") return this.#named(text, at, end);
    this.#i -= 1;
    return this.#unexpected("An expression is needed here");
  }

  #named(text: string, at: number, end: number): Typed {
    const upper = text.toUpperCase();
    if (upper === "TRUE" || upper === "FALSE") return leaf({ is: "word", text: upper }, "bool", at, end);
    if (upper === "INTERVAL") return this.#interval(at);
    if (this.#has("(")) return this.#call(text, at, end);
    const kind = this.#aliases ? this.#aliases.get(text) : COLUMNS.get(text);
    if (kind) return leaf({ is: this.#aliases ? "alias" : "column", text }, kind, at, end);
    const wanted = this.#aliases ? "HAVING takes names given by AS" : `There is no column ${text.slice(0, 40)}`;
    this.#complain({ at, end }, wanted + instead(hint(text)));
    // What cannot be read on from ends here; anything else is taken for a number, to find what else is wrong.
    if (hint(text) || RESERVED.has(text.toLowerCase())) throw new Refusal(this.#complaints.pop() as Complaint);
    return leaf({ is: "column", text }, "int", at, end);
  }

  #call(written: string, at: number, end: number): Typed {
    const name = functionName(written, { at, end }, (place, text) => this.#complain(place, text));
    let args = this.#rest();
    let level: string | undefined;
    if (this.#has("(")) {
      const [only] = args;
      level = only?.node.is === "number" && args.length === 1 ? only.node.text : "";
      args = this.#rest();
    }
    const place = { at, end: this.#before() };
    // Complained of: taken for an aggregate, to find what else is wrong.
    if (!name) return { ...leaf({ is: "number", text: "0" }, "int", place.at, place.end), aggregate: true };
    return called(name, level, args, place, (where, text) => this.#complain(where, text));
  }

  /** Arguments up to the closing parenthesis. */
  #rest(): Typed[] {
    if (this.#has(")")) return [];
    if (this.#now.text === "*" && this.#now.is === "sign")
      this.#refuse("Write count() for rows read, SUM(_sample_interval) for a count");
    const args = this.#list(() => this.#expression());
    this.#take(")");
    return args;
  }

  #interval(at: number): Typed {
    const { is, text, length } = this.#now;
    const unit = this.#tokens[this.#i + 1]?.text.toUpperCase() ?? "";
    if (is !== "text" || !/^[1-9]\d{0,3}$/.test(text) || !UNITS.test(unit))
      this.#refuse("Write INTERVAL '1' DAY: YEAR to SECOND, no WEEK");
    this.#i += 2;
    return leaf({ is: "interval", text: `'${text}' ${unit}` }, "interval", at, at + length);
  }

  #list<T>(one: () => T): T[] {
    const all = [one()];
    while (this.#sign([","])) all.push(one());
    return all;
  }

  #op(name: string, args: Typed[], at = args[0]?.at ?? 0): Typed {
    return operated(name, args, { at, end: args.at(-1)?.end ?? at }, (place, text) => this.#complain(place, text));
  }

  #word(what: string): Token {
    const token = this.#now;
    if (token.is !== "word") this.#unexpected(`${what} is needed here`);
    this.#i += 1;
    return token;
  }

  get #now(): Token {
    return this.#tokens[this.#i] as Token;
  }

  #before(): number {
    const { at, length } = this.#tokens[this.#i - 1] as Token;
    return at + length;
  }

  #place() {
    return { at: this.#now.at, end: this.#now.at + this.#now.length };
  }

  #sign(signs: readonly string[]): string | undefined {
    const { is, text } = this.#now;
    if (is !== "sign" || !signs.includes(text)) return undefined;
    this.#i += 1;
    return text;
  }

  /** Steps over these words or signs if they come next. */
  #has(...words: string[]): boolean {
    const found = words.every((word, n) => {
      const { is, text } = this.#tokens[this.#i + n] ?? this.#now;
      return (is === "word" || is === "sign") && text.toUpperCase() === word;
    });
    if (found) this.#i += words.length;
    return found;
  }

  #take(word: string): void {
    if (!this.#has(word)) this.#unexpected(`${word} is needed here`);
  }

  #unexpected(text: string): never {
    const { is, text: found } = this.#now;
    return this.#refuse(`${text}${is === "end" ? "" : `, not ${found.slice(0, 40)}`}${instead(hint(found))}`);
  }

  #refuse(text: string): never {
    return refuse(this.#now.at, this.#now.length, text);
  }

  #complain({ at, end }: { at: number; end: number }, text: string): void {
    this.#complaints.push({ at, length: end - at, text });
  }
}

const hint = (word: string) => INSTEAD.get(word) ?? INSTEAD.get(word.toLowerCase());
