/** Confines a tree to brands, a period and a size. What it adds stands above the caller's conditions, never beside them. */
import { ROWS_MAX } from "./dialectparse.ts";
import type { DataSet, Node, Tree } from "./dialecttree.ts";

/** What a statement is confined to. Times are epoch seconds, `to` exclusive. */
export interface Scope extends Narrowing {
  /** Ids from configuration; at least one. */
  brands: readonly string[];
  from: number;
  to: number;
  /** LIMIT where the statement names none; 1,000 unless told, 10,000 at most. */
  maxRows?: number | undefined;
}

/** What a named question can be narrowed by, besides brands and time. */
export const DIMENSIONS = ["country", "device", "gateway", "category", "autofill", "mode", "release"] as const;
/** One of them. */
export type Dimension = (typeof DIMENSIONS)[number];

/**
 * Equalities that a named question's filters add, by what they mean. `autofill` is none, offered or used, `mode` redirect
 * or frame, `release` the first eight characters of the Worker's version.
 */
export type Narrowing = { [D in Dimension]?: string | undefined };

/** Three months are all that Analytics Engine keeps. */
export const PERIOD_MAX_S = 92 * 86_400;
/** A wide row is written at the end of a verification, at most so long after it began. */
const LONGEST_S = 2 * 3600;
const ROWS = 1_000;

/** Versions whose rows mean the same; a deploy that writes two lists both. */
export const VERSIONS: Record<DataSet, readonly string[]> = { otp_sessions: ["S1"], otp_events: ["E1"] };

/** Where a data set keeps what filters name; an event says less than a whole verification. */
const SLOTS: Record<DataSet, { readonly [D in Dimension]?: string }> = {
  otp_sessions: {
    ...{ country: "blob5", device: "blob12", gateway: "blob7" },
    ...{ category: "blob20", autofill: "double14", mode: "blob19", release: "blob17" },
  },
  otp_events: { country: "blob3", device: "blob11", gateway: "blob5" },
};
/** What the numbers of `double14` mean. */
const AUTOFILL = ["none", "offered", "used"];

/** Whether the data set of `tree` keeps all that `by` narrows by: else the whole would be taken for a part. */
export function confinable({ from }: Tree, by: Narrowing): boolean {
  return DIMENSIONS.every((name) => by[name] === undefined || SLOTS[from][name] !== undefined);
}

/** Columns of ours beside the caller's; taken away before anybody sees the answer. */
export const HIDDEN = { rows: "rf_rows", coarsest: "rf_coarsest", margin: "rf_var_" } as const;

/**
 * `tree`, over rows of `brands` within the period alone, with its size bounded and the hidden columns beside it. A
 * shipped file's marker becomes these bounds; a caller's whole condition stays one operand below them. Throws on a scope
 * that bounds nothing: no brand, an id of another form, a period of more than 92 days, a dimension the data set has not.
 */
export function scope(tree: Tree, bounds: Scope): Tree {
  const { brands, from, to, maxRows = ROWS } = bounds;
  const sound = brands.length > 0 && brands.every((id) => /^[a-z0-9-]{1,24}$/.test(id));
  const period = Number.isInteger(from) && Number.isInteger(to) && from < to && to - from <= PERIOD_MAX_S;
  if (!sound || !period || !confinable(tree, bounds)) throw new RangeError("a scope that bounds nothing");
  const own = tree.where?.is === "op" && tree.where.op === "AND" ? tree.where.args : tree.where ? [tree.where] : [];
  const marker = own.find((node) => node.is === "marker");
  const guard = guards(tree, bounds, marker !== undefined);
  const whole = tree.where ? [tree.where] : [];
  const rest = marker ? own.filter((node) => node !== marker) : whole;
  return {
    ...tree,
    items: [...tree.items, ...hidden(tree)],
    where: op("AND", [...guard, ...rest]),
    limit: Math.min(tree.limit ?? maxRows, ROWS_MAX),
  };
}

function guards(tree: Tree, bounds: Scope, named: boolean): Node[] {
  const { brands, from, to } = bounds;
  const sessions = named && tree.from === "otp_sessions";
  const slots = SLOTS[tree.from];
  const filters = DIMENSIONS.flatMap((name) => {
    const [value, slot] = [bounds[name], slots[name]];
    if (value === undefined || slot === undefined) return [];
    return [op("=", [column(slot), name === "autofill" ? number(AUTOFILL.indexOf(value)) : literal(value)])];
  });
  return [
    op(">=", [column("timestamp"), moment(from)]),
    op("<", [column("timestamp"), moment(sessions ? to + LONGEST_S : to)]),
    // A verification belongs to the period in which it began.
    ...(sessions ? [op(">=", [column("double1"), number(from)]), op("<", [column("double1"), number(to)])] : []),
    op("IN", [column("blob14"), ...brands.map(literal)]),
    ...filters,
    ...(mentions(tree.where, "blob1") ? [] : [op("IN", [column("blob1"), ...VERSIONS[tree.from].map(literal)])]),
  ];
}

function mentions(node: Node | undefined, name: string): boolean {
  if (!node) return false;
  return "args" in node ? node.args.some((one) => mentions(one, name)) : node.is === "column" && node.text === name;
}

/** Rows behind each cell, the coarsest sample in it, and the variance of each weighted sum. */
function hidden({ items }: Tree): { alias: string; of: Node }[] {
  const margins = items.flatMap(({ alias, of }, i) => {
    const given = alias.startsWith("var_") || items.some((other) => other.alias === `var_${alias}`);
    const variance = given ? undefined : squared(of);
    return variance ? [{ alias: HIDDEN.margin + i, of: variance }] : [];
  });
  const rows = { alias: HIDDEN.rows, of: call("count", []) };
  return [...margins, rows, { alias: HIDDEN.coarsest, of: call("max", [WEIGHT]) }];
}

const WEIGHT = column("_sample_interval");

/** Σ w(w − 1)x² where `node` is Σ wx, itself or under a condition; undefined for everything else. */
function squared(node: Node): Node | undefined {
  if (isWeight(node)) return op("*", [WEIGHT, op("-", [WEIGHT, number(1)])]);
  if (node.is === "op" && node.op === "*") {
    const [weight, x] = node.args;
    const square = weight && x && isWeight(weight) ? squared(weight) : undefined;
    return square && x && op("*", [op("*", [square, x]), x]);
  }
  if (node.is !== "call" || !/^(?:SUM|sumIf|if)$/.test(node.name)) return undefined;
  const at = node.name === "if" ? 1 : 0;
  const [of, other] = [node.args[at], node.args[2]];
  const variance = of && squared(of);
  const zero = node.name !== "if" || (other?.is === "number" && Number(other.text) === 0);
  return variance && zero ? { ...node, args: node.args.with(at, variance) } : undefined;
}

const isWeight = (node: Node) => node.is === "column" && node.text === "_sample_interval";

function op(name: string, args: readonly Node[]): Node {
  return { is: "op", op: name, args };
}

function call(name: string, args: readonly Node[]): Node {
  return { is: "call", name, args };
}

function column(text: string): Node {
  return { is: "column", text };
}

function literal(text: string): Node {
  return { is: "text", text };
}

function number(value: number): Node {
  return { is: "number", text: String(value) };
}

function moment(epochS: number): Node {
  return call("toDateTime", [literal(new Date(epochS * 1000).toISOString().slice(0, 19).replace("T", " "))]);
}
