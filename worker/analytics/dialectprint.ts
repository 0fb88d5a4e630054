/** Tree → text, with no more parentheses than the grammar needs. */
import type { DataSet, Node, Tree } from "./dialecttree.ts";

/** How tightly operators bind; what binds less tightly than its place asks for gets parentheses. */
const BINDING: Record<string, number> = { OR: 1, AND: 2, NOT: 3, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6 };
const COMPARISON = 4;
const ATOM = 7;

/** The statement as an engine takes it. `names` are the environment's names of the data sets. */
export function print(tree: Tree, names?: Partial<Record<DataSet, string>>): string {
  const { items, from, where, groupBy, having, orderBy, limit, offset } = tree;
  const clauses: [string, string][] = [
    ["SELECT", items.map(({ alias, of }) => `${text(of)} AS ${alias}`).join(", ")],
    ["FROM", names?.[from] ?? from],
    ["WHERE", where ? text(where) : ""],
    ["GROUP BY", groupBy.join(", ")],
    ["HAVING", having ? text(having) : ""],
    ["ORDER BY", orderBy.map(({ alias, down }) => alias + (down ? " DESC" : "")).join(", ")],
    ["LIMIT", limit === undefined ? "" : String(limit)],
    ["OFFSET", offset === undefined ? "" : String(offset)],
    ["FORMAT", "JSON"],
  ];
  return clauses.flatMap(([clause, of]) => (of ? [`${clause} ${of}`] : [])).join(" ");
}

function text(node: Node, least = 0): string {
  if (node.is === "text") return `'${node.text.replaceAll("'", "''")}'`;
  if (node.is === "interval") return `INTERVAL ${node.text}`;
  if (node.is === "call")
    return `${node.name}${node.level ? `(${node.level})` : ""}(${node.args.map((one) => text(one)).join(", ")})`;
  if (node.is !== "op") return node.text;
  const binding = BINDING[node.op] ?? COMPARISON;
  const whole = operation(node.op, node.args, binding);
  return binding < least ? `(${whole})` : whole;
}

function operation(op: string, args: readonly Node[], binding: number): string {
  const [first, ...others] = args as [Node, ...Node[]];
  if (op === "NOT") return `NOT ${text(first, binding)}`;
  if (op === "AND" || op === "OR") return args.map((one) => text(one, binding + 1)).join(` ${op} `);
  const left = text(first, binding === COMPARISON ? binding + 1 : binding);
  if (op === "IN") return `${left} IN (${others.map((one) => text(one, ATOM)).join(", ")})`;
  return `${left} ${op} ${others.map((one) => text(one, binding + 1)).join(" AND ")}`;
}
