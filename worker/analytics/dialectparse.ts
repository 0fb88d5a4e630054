/** Text → tree, by recursive descent; whatever the grammar does not name is a complaint with its place. */
import { Expressions } from "./dialectexpressions.ts";
import { type Complaint, Refusal, type Token, tokens } from "./dialecttokens.ts";
import { COLUMNS, type DataSet, type Kind, RESERVED, type Tree } from "./dialecttree.ts";
import type { Typed } from "./dialecttypes.ts";

/** Where a statement comes from: a person, a shipped file (markers), or our own `print` (hidden columns). */
export type Source = "caller" | "shipped" | "printed";

/** The most rows any statement may ask for. */
export const ROWS_MAX = 10_000;
const ITEMS_MAX = 60;
const COMPLAINTS_MAX = 10;

/** The tree of a statement of the subset, or everything that is wrong with it, at most ten complaints. */
export function parse(sql: string, source: Source = "caller"): Tree | Complaint[] {
  const complaints: Complaint[] = [];
  try {
    const tree = new Statement(tokens(sql, source === "shipped"), source, complaints).read();
    return complaints.length > 0 ? complaints.slice(0, COMPLAINTS_MAX) : tree;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [...complaints, error.complaint].slice(0, COMPLAINTS_MAX);
  }
}

class Statement extends Expressions {
  readonly #source: Source;

  constructor(all: readonly Token[], source: Source, complaints: Complaint[]) {
    super(all, complaints);
    this.#source = source;
  }

  read(): Tree {
    this.take("SELECT");
    const items = this.list(() => this.#item());
    this.take("FROM");
    const from = this.#dataSet();
    const where = this.has("WHERE") ? this.condition() : undefined;
    const kinds = new Map(items.map(({ alias, of }) => [alias, of.kind]));
    const groupBy = this.has("GROUP", "BY") ? this.list(() => this.word("A column or a name")) : [];
    this.aliases = kinds;
    const having = this.has("HAVING") ? this.condition() : undefined;
    const orderBy = this.has("ORDER", "BY") ? this.list(() => this.#order(kinds)) : [];
    const limit = this.has("LIMIT") ? this.#count(ROWS_MAX) : undefined;
    const offset = this.has("OFFSET") ? this.#count(1e9) : undefined;
    if (this.has("FORMAT")) this.#format();
    if (this.now.is !== "end") this.unexpected("The statement ends here");
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
    const of = this.expression();
    if (!this.has("AS")) this.unexpected("Each column needs a name, as in: expression AS name");
    const { text: alias, at, length } = this.word("A name");
    const hidden = this.#source === "printed" && /^rf_[a-z0-9_]{1,37}$/.test(alias);
    if (!hidden && (!/^[a-z][a-z0-9_]{0,39}$/.test(alias) || alias.startsWith("rf_") || RESERVED.has(alias)))
      this.complain(
        { at, end: at + length },
        `${alias.slice(0, 40)} cannot be a name here: lower case, and no column, function or word of SQL`,
      );
    if (of.kind === "bool" || of.kind === "interval") this.complain(of, "A column is a number, a text or a time");
    return { alias, of };
  }

  /** Whether every item is an aggregate or a key, and every name is given once. */
  #keys(items: readonly { alias: string; of: Typed }[], groupBy: readonly Token[]): void {
    const [first] = items;
    const same = (key: string, { alias, of }: { alias: string; of: Typed }) =>
      key === alias || (of.node.is === "column" && of.node.text === key);
    if (items.length > ITEMS_MAX && this.#source !== "printed")
      this.complain(items[ITEMS_MAX]?.of ?? this.place(), `At most ${ITEMS_MAX} columns`);
    if (first && !items.some(({ of }) => of.aggregate))
      this.complain(first.of, "No rows are given out: add an aggregate");
    for (const [i, item] of items.entries()) {
      const { alias, of } = item;
      if (items.findIndex((one) => one.alias === alias) < i) this.complain(of, `${alias} is a name already`);
      const keyed = groupBy.some(({ text }) => same(text, item));
      if (of.aggregate && keyed) this.complain(of, `${alias} is an aggregate and no key`);
      else if (of.aggregate && of.raw) this.complain(of, "A column stands beside an aggregate");
      else if (!of.aggregate && !of.raw) this.complain(of, "A constant is no column");
      else if (!of.aggregate && !keyed) this.complain(of, `${alias} belongs in GROUP BY`);
    }
    for (const { text, at, length } of groupBy) {
      if (!COLUMNS.has(text) && !items.some(({ alias }) => alias === text))
        this.complain(
          { at, end: at + length },
          `There is no column ${text.slice(0, 40)}; group by a column or a name given by AS`,
        );
    }
  }

  #dataSet(): DataSet {
    const { text } = this.now;
    if (text !== "otp_sessions" && text !== "otp_events")
      return this.refuse("The data sets are otp_sessions and otp_events");
    this.i += 1;
    return text;
  }

  #order(kinds: ReadonlyMap<string, Kind>): { alias: string; down: boolean } {
    const { text: alias, at, length } = this.word("A name given by AS");
    if (!kinds.has(alias))
      this.complain({ at, end: at + length }, `ORDER BY takes a name given by AS, not ${alias.slice(0, 40)}`);
    const down = this.has("DESC");
    if (!down) this.has("ASC");
    return { alias, down };
  }

  #count(most: number): number {
    const { is, text } = this.now;
    if (is !== "number" || !/^\d{1,9}$/.test(text) || Number(text) > most) this.refuse(`A whole number up to ${most}`);
    this.i += 1;
    return Number(text);
  }

  #format(): void {
    if (!/^(?:JSON|JSONEachRow|TabSeparated)$/.test(this.now.text)) this.refuse("FORMAT is JSON");
    this.i += 1;
  }
}
