/** Whether the parts of an expression fit together: one function per construct, each names what is wrong. */
import { ANY_CASE, FUNCTIONS, INSTEAD, type Kind, type Node } from "./dialecttree.ts";

/** A stretch of the text, its end exclusive. */
export interface Place {
  at: number;
  end: number;
}

/** An expression and what is known of it. `raw`: a column stands in it outside every aggregate. */
export interface Typed extends Place {
  node: Node;
  kind: Kind;
  aggregate: boolean;
  raw: boolean;
  depth: number;
}

/** Takes a complaint about a stretch of the text. */
export type Complain = (place: Place, text: string) => void;

const DEPTH_MAX = 32;
const LIST_MAX = 200;
const ZONE = /^(?:UTC|[A-Z][A-Za-z]+(?:\/[A-Z][A-Za-z_-]+){1,2})$/;
const MOMENT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

const isNumber = ({ kind }: Typed) => kind === "int" || kind === "double";
const isText = ({ node }: Typed) => node.is === "text";
const isLiteral = ({ node }: Typed) => ["number", "text", "word"].includes(node.is);

/** Whether an argument is what its letter in `FUNCTIONS` asks for. */
const FITS: Record<string, readonly [wanted: string, fits: (argument: Typed) => boolean]> = {
  n: ["a number", isNumber],
  i: ["an integer", ({ kind }) => kind === "int"],
  m: ["a time", ({ kind }) => kind === "time"],
  t: ["a text", ({ kind }) => kind === "text"],
  b: ["a condition", ({ kind }) => kind === "bool"],
  o: ["a number or a time", (argument) => isNumber(argument) || argument.kind === "time"],
  v: ["INTERVAL 'n' UNIT", ({ kind }) => kind === "interval"],
  x: ["a value", ({ kind }) => kind !== "interval"],
  w: ["_sample_interval", ({ node }) => node.is === "column" && node.text === "_sample_interval"],
  z: ["a time zone such as 'Europe/Berlin'", ({ node }) => node.is === "text" && ZONE.test(node.text)],
  // %M is the month's name in both engines and reads like minutes.
  f: ["a format; minutes are %i", ({ node }) => node.is === "text" && !node.text.includes("%M")],
  d: [
    "'YYYY-MM-DD hh:mm:ss' or an integer",
    ({ node, kind }) => (node.is === "text" ? MOMENT.test(node.text) : kind === "int"),
  ],
};

/** A leaf of a known kind. */
export function leaf(node: Node, kind: Kind, at: number, end: number): Typed {
  return { node, kind, aggregate: false, raw: node.is === "column", depth: 1, at, end };
}

/** The name of a function as it must be spelled; undefined, with a complaint, for what is none. */
export function functionName(name: string, place: Place, complain: Complain): string | undefined {
  const known = ANY_CASE.get(name.toLowerCase()) ?? name;
  if (FUNCTIONS.has(known)) return known;
  const near = [...FUNCTIONS.keys()].find((one) => one.toLowerCase() === name.toLowerCase());
  complain(place, `There is no function ${name.slice(0, 40)}${instead(near ?? INSTEAD.get(name))}`);
  return undefined;
}

/** What to write instead, as the end of a sentence. */
export const instead = (what: string | undefined) => (what ? `; write ${what}` : "");

/** The call of a known function. */
export function called(
  name: string,
  level: string | undefined,
  args: Typed[],
  place: Place,
  complain: Complain,
): Typed {
  const [letters, result, aggregate = false] = FUNCTIONS.get(name) ?? ["", "int" as const];
  const wanted = letters.replace("?", "");
  const least = letters.includes("?") ? wanted.length - 1 : wanted.length;
  if (args.length < least || args.length > wanted.length) {
    const none = name === "count" ? "count() is rows read; a count is SUM(_sample_interval)" : "";
    complain(place, none || `${name} takes ${[...wanted].map((letter) => FITS[letter]?.[0]).join(", ") || "nothing"}`);
  }
  for (const [i, argument] of args.entries()) {
    const [what, fits] = FITS[wanted[i] ?? "x"] ?? ["", () => true];
    if (!fits(argument)) complain(argument, `${name} takes ${what} here`);
    if (aggregate && argument.aggregate) complain(argument, "An aggregate cannot stand in an aggregate");
  }
  if (name === "quantileExactWeighted" && !(Number(level) > 0 && Number(level) < 1))
    complain(place, "Write quantileExactWeighted(0.95)(x, _sample_interval)");
  if (name !== "quantileExactWeighted" && level !== undefined) complain(place, `${name} has one pair of parentheses`);
  const [, then, other] = args;
  if (name === "if" && then && other && then.kind !== other.kind)
    complain(other, "Both branches of if are of one type: write 0.0 beside decimals");
  const [, span, zone] = args;
  if (name === "toStartOfInterval" && zone && span?.node.is === "interval" && /HOUR|MIN|SEC/.test(span.node.text))
    complain(zone, "Hours have no zone: write intDiv(toUInt32(t), 3600) * 3600");
  const kind = typeof result === "number" ? (args[result - 1]?.kind ?? "int") : result;
  const node: Node = { is: "call", name, ...(level !== undefined && { level }), args: args.map((one) => one.node) };
  const whole = joined(node, kind, args, place, complain);
  return aggregate ? { ...whole, aggregate: true, raw: false } : whole;
}

/** An operator over its operands. */
export function operated(op: string, args: Typed[], place: Place, complain: Complain): Typed {
  const [left, ...others] = args as [Typed, ...Typed[]];
  const done = (kind: Kind) =>
    joined({ is: "op", op, args: args.map(({ node }) => node) }, kind, args, place, complain);
  if (op === "AND" || op === "OR" || op === "NOT") {
    for (const one of args) if (one.kind !== "bool") complain(one, `${op} stands between conditions`);
    return done("bool");
  }
  if (/^[-+*/%]$/.test(op)) return done(arithmetic(op, args, complain));
  if (op.endsWith("LIKE") && !others.every(isText)) complain(place, `${op} takes a text in quotes`);
  if (op === "IN" && !others.every(isLiteral)) complain(place, "IN takes a list of values");
  if (args.length > LIST_MAX + 1) complain(place, `A list has at most ${LIST_MAX} members`);
  for (const one of others) compared(left, one, op, complain);
  return done("bool");
}

function arithmetic(op: string, [a, b]: Typed[], complain: Complain): Kind {
  if (!a || !b) return "int";
  if (a.kind === "time" && b.kind === "interval" && /[-+]/.test(op)) return "time";
  for (const one of [a, b]) if (!isNumber(one)) complain(one, `${op} takes numbers`);
  if (/[/%]/.test(op) && b.node.is === "number" && Number(b.node.text) === 0) complain(b, "Division by zero");
  return op !== "/" && a.kind === "int" && b.kind === "int" ? "int" : "double";
}

function compared(left: Typed, right: Typed, op: string, complain: Complain): void {
  const alike = left.kind === right.kind || (isNumber(left) && isNumber(right));
  if (op.endsWith("LIKE") ? left.kind === "text" : alike && left.kind !== "interval" && left.kind !== "bool") return;
  const moment = left.kind === "time" || right.kind === "time";
  complain(
    right,
    moment
      ? "Compare times with toDateTime('YYYY-MM-DD hh:mm:ss')"
      : `A ${left.kind} is not compared with a ${right.kind}`,
  );
}

/** The whole of its parts, refused where it is too deep. */
function joined(node: Node, kind: Kind, args: readonly Typed[], { at, end }: Place, complain: Complain): Typed {
  const depth = 1 + Math.max(0, ...args.map((one) => one.depth));
  // Once: what stands around a part that is too deep is not complained of again.
  if (depth === DEPTH_MAX + 1) complain({ at, end }, `At most ${DEPTH_MAX} levels`);
  const aggregate = args.some((one) => one.aggregate);
  return { node, kind, aggregate, raw: args.some((one) => one.raw), depth, at, end };
}
