/** Expressions, from the weakest operator to the strongest, each with its type. */
import { Cursor, hint } from "./dialectcursor.ts";
import { type Complaint, Refusal } from "./dialecttokens.ts";
import { COLUMNS, type Kind, RESERVED } from "./dialecttree.ts";
import { called, functionName, instead, leaf, operated, type Typed } from "./dialecttypes.ts";

const NESTING_MAX = 32;
const UNITS = /^(?:YEAR|QUARTER|MONTH|DAY|HOUR|MINUTE|SECOND)$/;
const COMPARISONS = /^(?:=|!=|<>|<|<=|>|>=)$/;

/** Reads expressions. While `aliases` are set (HAVING) they are the names it knows, else the columns are. */
export class Expressions extends Cursor {
  #nesting = 0;
  protected aliases: ReadonlyMap<string, Kind> | undefined;

  protected expression(): Typed {
    this.#nesting += 1;
    if (this.#nesting > NESTING_MAX) this.refuse(`At most ${NESTING_MAX} levels`);
    const of = this.#chain("OR", () => this.#chain("AND", () => this.#negated()));
    this.#nesting -= 1;
    return of;
  }

  protected condition(): Typed {
    const of = this.expression();
    if (of.kind !== "bool") this.complain(of, "A condition is needed here");
    if (of.aggregate) this.complain(of, "An aggregate cannot stand here: give it a name and use HAVING name …");
    return of;
  }

  /** AND and OR keep all their operands in one node. */
  #chain(op: "AND" | "OR", operand: () => Typed): Typed {
    const args = [operand()];
    while (this.has(op)) args.push(operand());
    return args.length > 1 ? this.#op(op, args) : (args[0] as Typed);
  }

  #negated(): Typed {
    const { at } = this.now;
    if (!this.has("NOT")) return this.#comparison();
    this.#nesting += 1;
    if (this.#nesting > NESTING_MAX) this.refuse(`At most ${NESTING_MAX} levels`);
    const of = this.#negated();
    this.#nesting -= 1;
    return this.#op("NOT", [of], at);
  }

  #comparison(): Typed {
    const left = this.#sum();
    const { text } = this.now;
    if (this.now.is === "sign" && COMPARISONS.test(text)) {
      this.i += 1;
      return this.#op(text === "<>" ? "!=" : text, [left, this.#sum()]);
    }
    const not = this.has("NOT");
    const of = this.#membership(left);
    if (not && of === left) this.refuse("NOT stands before a condition");
    return not ? this.#op("NOT", [of]) : of;
  }

  #membership(left: Typed): Typed {
    if (this.has("IN")) {
      this.take("(");
      const all = this.list(() => this.#sum());
      this.take(")");
      return this.#op("IN", [left, ...all]);
    }
    if (this.has("BETWEEN")) {
      const low = this.#sum();
      this.take("AND");
      return this.#op("BETWEEN", [left, low, this.#sum()]);
    }
    const like = ["LIKE", "ILIKE"].find((word) => this.has(word));
    return like ? this.#op(like, [left, this.#sum()]) : left;
  }

  #sum(): Typed {
    return this.#leftward(["+", "-"], () => this.#leftward(["*", "/", "%"], () => this.#atom()));
  }

  #leftward(ops: readonly string[], operand: () => Typed): Typed {
    let left = operand();
    for (let op = this.sign(ops); op; op = this.sign(ops)) left = this.#op(op, [left, operand()]);
    return left;
  }

  #atom(): Typed {
    const { is, text, at, length } = this.now;
    const end = at + length;
    this.i += 1;
    if (is === "number") return leaf({ is, text }, text.includes(".") ? "double" : "int", at, end);
    if (is === "text") return leaf({ is, text }, "text", at, end);
    if (is === "marker") return leaf({ is, text }, "bool", at, end);
    if (text === "-" && this.now.is === "number") {
      const { node, kind, end } = this.#atom() as Typed & { node: { text: string } };
      return leaf({ is: "number", text: `-${node.text}` }, kind, at, end);
    }
    if (text === "(") {
      const inner = this.expression();
      this.take(")");
      return inner;
    }
    if (is === "word") return this.#named(text, at, end);
    this.i -= 1;
    return this.unexpected("An expression is needed here");
  }

  #named(text: string, at: number, end: number): Typed {
    const upper = text.toUpperCase();
    if (upper === "TRUE" || upper === "FALSE") return leaf({ is: "word", text: upper }, "bool", at, end);
    if (upper === "INTERVAL") return this.#interval(at);
    if (this.has("(")) return this.#call(text, at, end);
    const kind = this.aliases ? this.aliases.get(text) : COLUMNS.get(text);
    if (kind) return leaf({ is: this.aliases ? "alias" : "column", text }, kind, at, end);
    const wanted = this.aliases ? "HAVING takes names given by AS" : `There is no column ${text.slice(0, 40)}`;
    this.complain({ at, end }, wanted + instead(hint(text)));
    // What cannot be read on from ends here; anything else is taken for a number, to find what else is wrong.
    if (hint(text) || RESERVED.has(text.toLowerCase())) throw new Refusal(this.complaints.pop() as Complaint);
    return leaf({ is: "column", text }, "int", at, end);
  }

  #call(written: string, at: number, end: number): Typed {
    const name = functionName(written, { at, end }, (place, text) => this.complain(place, text));
    let args = this.#rest();
    let level: string | undefined;
    if (this.has("(")) {
      const [only] = args;
      level = only?.node.is === "number" && args.length === 1 ? only.node.text : "";
      args = this.#rest();
    }
    const place = { at, end: this.before() };
    // Complained of: taken for an aggregate, to find what else is wrong.
    if (!name) return { ...leaf({ is: "number", text: "0" }, "int", place.at, place.end), aggregate: true };
    return called(name, level, args, place, (where, text) => this.complain(where, text));
  }

  /** Arguments up to the closing parenthesis. */
  #rest(): Typed[] {
    if (this.has(")")) return [];
    if (this.now.text === "*" && this.now.is === "sign")
      this.refuse("Write count() for rows read, SUM(_sample_interval) for a count");
    const args = this.list(() => this.expression());
    this.take(")");
    return args;
  }

  #interval(at: number): Typed {
    const { is, text, length } = this.now;
    const unit = this.tokens[this.i + 1]?.text.toUpperCase() ?? "";
    if (is !== "text" || !/^[1-9]\d{0,3}$/.test(text) || !UNITS.test(unit))
      this.refuse("Write INTERVAL '1' DAY: YEAR to SECOND, no WEEK");
    this.i += 2;
    return leaf({ is: "interval", text: `'${text}' ${unit}` }, "interval", at, at + length);
  }

  #op(name: string, args: Typed[], at = args[0]?.at ?? 0): Typed {
    return operated(name, args, { at, end: args.at(-1)?.end ?? at }, (place, text) => this.complain(place, text));
  }
}
