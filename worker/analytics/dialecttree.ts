/** The tree of a statement, and the tables of what may stand in it: columns, functions and their types. */

/** The data sets there are; configuration maps them to those of the environment. */
export type DataSet = "otp_sessions" | "otp_events";

/** A leaf by what it is (`marker`: a shipped file's `{S}` or `{E}`), a function's call, or an operator over its operands. */
export type Node =
  | { is: "column" | "alias" | "number" | "text" | "word" | "interval" | "marker"; text: string }
  | { is: "call"; name: string; level?: string; args: readonly Node[] }
  | { is: "op"; op: string; args: readonly Node[] };

/** One SELECT. Every name in it is known, every type fits: `parse` and `scope` alone make one. */
export interface Tree {
  items: readonly { alias: string; of: Node }[];
  from: DataSet;
  where?: Node | undefined;
  groupBy: readonly string[];
  having?: Node | undefined;
  orderBy: readonly { alias: string; down: boolean }[];
  limit?: number | undefined;
  offset?: number | undefined;
}

/** The type of an expression: integer, decimal, text, moment, truth, or a span of time. */
export type Kind = "int" | "double" | "text" | "time" | "bool" | "interval";

const numbered = (name: string) => Array.from({ length: 20 }, (_, i) => `${name}${i + 1}`);

/** Every column and its type (Analytics Engine: one index, twenty blobs, twenty doubles). */
export const COLUMNS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["timestamp", "time"],
  ["_sample_interval", "int"],
  ["index1", "text"],
  ...numbered("blob").map((name): [string, Kind] => [name, "text"]),
  ...numbered("double").map((name): [string, Kind] => [name, "double"]),
]);

/** Spelled in any case; every other function exactly as listed, because ClickHouse takes no other spelling. */
export const ANY_CASE: ReadonlyMap<string, string> = new Map(
  ["SUM", "avg", "min", "max", "count", "if", "now"].map((name) => [name.toLowerCase(), name]),
);

/**
 * Function → types of its arguments and of its result. n number, i integer, m moment, t text, b truth, o number or
 * moment, v span of time, z zone, f format, d date, w `_sample_interval`; `?` may be left out; a result of 1 is the first
 * argument's type, of 2 the second's.
 */
export const FUNCTIONS: ReadonlyMap<string, readonly [args: string, result: Kind | 1 | 2, aggregate?: true]> = new Map<
  string,
  [string, Kind | 1 | 2, true?]
>([
  ["SUM", ["n", 1, true]],
  ["avg", ["n", "double", true]],
  ["min", ["o", 1, true]],
  ["max", ["o", 1, true]],
  ["count", ["", "int", true]],
  ["sumIf", ["nb", 1, true]],
  ["countIf", ["b", "int", true]],
  ["avgIf", ["nb", "double", true]],
  ["argMax", ["no", 1, true]],
  ["argMin", ["no", 1, true]],
  ["quantileExactWeighted", ["nw", "double", true]],
  ["if", ["bxx", 2]],
  ["intDiv", ["nn", "int"]],
  ["toUInt32", ["o", "int"]],
  ["toUInt8", ["n", "int"]],
  ["toUnixTimestamp", ["m", "int"]],
  ["toDateTime", ["d", "time"]],
  ["now", ["", "time"]],
  ["toStartOfInterval", ["mvz?", "time"]],
  ...["Minute", "FiveMinutes", "FifteenMinutes", "Hour", "Day"].map((unit): [string, [string, Kind]] => [
    `toStartOf${unit}`,
    ["m", "time"],
  ]),
  ["toHour", ["m", "int"]],
  ["toDayOfWeek", ["m", "int"]],
  ["toYYYYMM", ["m", "int"]],
  ["formatDateTime", ["mfz?", "text"]],
  ["startsWith", ["tt", "bool"]],
  ["endsWith", ["tt", "bool"]],
  ["substring", ["tii?", "text"]],
  ["lower", ["t", "text"]],
  ["upper", ["t", "text"]],
  ["pow", ["nn", "double"]],
  ["log", ["n", "double"]],
  ["bitAnd", ["ii", "int"]],
  ["bitTest", ["ii", "int"]],
]);

/** Words with a meaning of their own to one of the engines: none of them is an alias. */
const WORDS =
  "select from where group by having order limit offset format as and or not in between like ilike asc desc interval true false null is case when then else end distinct join union with on using all any exists cast extract over window qualify partition prewhere final sample settings into array left right inner outer full cross global asof semi anti except intersect rollup cube totals ties fetch nulls collate fill interpolate default div mod inf nan";

/** Names that no alias may take, in lower case: columns, functions, words, data sets. */
export const RESERVED: ReadonlySet<string> = new Set(
  [...COLUMNS.keys(), ...FUNCTIONS.keys(), ...WORDS.split(" "), "otp_sessions", "otp_events"].map((name) =>
    name.toLowerCase(),
  ),
);

/** What to write instead of a name that ClickHouse takes and Analytics Engine refuses, or the other way round. */
export const INSTEAD: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "if(condition, a, b)": "case multiIf nullif coalesce",
    "GROUP BY, since distinct values of a sample cannot be counted": "distinct uniq uniqExact",
    "one SELECT from one data set": "join union with over",
    "quantileExactWeighted(q)(x, _sample_interval)": "quantile quantileWeighted quantileExact median",
    "sumIf, countIf, avgIf in this spelling, or SUM(if(condition, _sample_interval, 0))": "SUMIF COUNTIF AVGIF",
    "lower and upper": "toLower toUpper",
    "the figure as it is: it is rounded where it is shown": "round floor ceil",
    "toStartOfInterval(t, INTERVAL '1' DAY) and add the days up": "toStartOfWeek",
    "aggregates, since rows are not given out": "topK groupArray groupUniqArray any first_value",
  }).flatMap(([instead, names]) => names.split(" ").map((name) => [name, instead])),
);
