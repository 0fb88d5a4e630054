/**
 * The SQL that an analyst may write, and the security boundary before every engine: `parse` refuses whatever is not in
 * the subset that Analytics Engine and ClickHouse read alike, `scope` confines what is left to the caller's brands and
 * period, `print` writes it anew. What reaches an engine is printed from the tree, never the text that came in.
 */
export { parse, ROWS_MAX, type Source } from "./dialectparse.ts";
export { print } from "./dialectprint.ts";
export {
  confinable,
  DIMENSIONS,
  type Dimension,
  HIDDEN,
  type Narrowing,
  PERIOD_MAX_S,
  type Scope,
  scope,
  VERSIONS,
} from "./dialectscope.ts";
export { type Complaint, TEXT_MAX } from "./dialecttokens.ts";
export type { DataSet, Node, Tree } from "./dialecttree.ts";
