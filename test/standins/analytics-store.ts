/** The data sets of the local Analytics Engine, in an embedded ClickHouse: one process, one folder. */
import { Session } from "chdb";
import { type Row, SLOTS } from "./analytics-points.ts";

/** How the data sets are shown to a statement. */
export interface Lens {
  /** One row in so many is seen, with that `_sample_interval`; 1 shows all. */
  sample: number;
  /** Another number, another choice of the rows that are seen. */
  salt: number;
  /** Each row counts as so many, thinned apart: a small run stands for a large one. */
  copies: number;
  /** A row is seen so many real milliseconds after it came in. */
  delayMs: number;
  /** As if nothing had been written yet. */
  empty: boolean;
}

export interface Store {
  /** Takes a row; it is on disk after the next flush, and seen by the next query. */
  add(set: string, row: Row): void;
  /** What a statement answers, as text in `format`; throws what the engine complains of. */
  query(sql: string, format: string): Promise<string>;
  /** Shows all data sets through `lens` from now on. */
  look(lens: Lens): Promise<void>;
  /** Rows of each data set. */
  rows(): Record<string, number>;
  /** Whether some row of `set` has had this column; a data set without a row has none. */
  has(set: string, column: string): boolean;
  close(): Promise<void>;
}

/** How many slots the longest point of a data set has filled, and its rows. */
interface Width {
  blobs: number;
  doubles: number;
  rows: number;
}

/** Everything is seen, once, at once. */
export const CLEAR: Lens = { sample: 1, salt: 0, copies: 1, delayMs: 0, empty: false };

/** What a `kill -9` may lose; shorter, and the engine would spend its time on small parts. */
const FLUSH_MS = 1000;
const UNWRITTEN: Width = { blobs: 0, doubles: 0, rows: 0 };
const slots = (kind: string, type: string) => Array.from({ length: SLOTS }, (_, i) => `${kind}${i + 1} ${type}`);
const NAMES = ["index1", ...slots("blob", ""), ...slots("double", "")].map((name) => name.trim());
const TABLE = ["arrived UInt64", "blobs UInt8", "doubles UInt8", "timestamp DateTime('Etc/UTC')", "index1 String"]
  .concat(slots("blob", "String"), slots("double", "Float64"))
  .join(", ");

/** Opens the folder; what earlier runs wrote there is seen again. */
export async function openStore(folder: string): Promise<Store> {
  // 64-bit numbers as text, as the real service may send them: who forgets to convert them finds out here.
  const connectionArgs = ["--output_format_json_quote_64bit_integers=1", "--session_timezone=Etc/UTC"];
  const session = new Session(folder, { connectionArgs });
  const ask = async (sql: string, format = "JSON") => (await session.queryAsync(sql, { format })).text();
  const list = async <T>(sql: string) => (JSON.parse(await ask(sql)) as { data: T[] }).data;
  await ask("CREATE DATABASE IF NOT EXISTS points");
  await ask("CREATE DATABASE IF NOT EXISTS seen");
  await ask("USE seen");

  const widths = new Map<string, Width>();
  const tables = new Set<string>();
  /** Lines of each data set that are not on disk yet. */
  let waiting = new Map<string, string[]>();
  let lens = CLEAR;
  let timer: NodeJS.Timeout | undefined;
  // One after the other: the engine must never be closed over something that still runs.
  let last: Promise<unknown> = Promise.resolve();
  const chained = <T>(act: () => Promise<T>): Promise<T> => {
    const next = last.then(act);
    last = next.catch(() => {});
    return next;
  };

  /** What statements read: the points through the lens, under the name of the data set. */
  async function show(set: string): Promise<void> {
    const { sample, salt, copies, delayMs } = lens;
    const columns = NAMES.join(", ");
    // Thinned by a hash of the whole row, so that every statement sees the same rows.
    const conditions = [
      `copy < ${copies}`,
      ...(sample > 1 ? [`cityHash64(${salt}, copy, arrived, ${columns}) % ${sample} = 0`] : []),
      ...(delayMs > 0 ? [`arrived <= toUnixTimestamp64Milli(now64(3)) - ${delayMs}`] : []),
    ];
    const seen = `SELECT timestamp, toUInt32(${sample}) AS _sample_interval, ${columns} FROM points.${set}`;
    const where = `ARRAY JOIN range(${copies}) AS copy WHERE ${conditions.join(" AND ")}`;
    await ask(`CREATE OR REPLACE VIEW seen.${set} AS ${seen} ${where}`);
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const leaving = waiting;
    waiting = new Map();
    for (const [set, lines] of leaving) {
      if (!tables.has(set)) {
        await ask(`CREATE TABLE points.${set} (${TABLE}) ENGINE = MergeTree ORDER BY (index1, timestamp)`);
        await show(set);
        tables.add(set);
      }
      const values = Buffer.from(lines.join("\n"));
      await session.insert({ table: `points.${set}`, values, format: "JSONCompactEachRow" });
    }
  }

  for (const { name } of await list<{ name: string }>("SHOW TABLES FROM points")) {
    const counted = `SELECT max(blobs) AS blobs, max(doubles) AS doubles, count() AS rows FROM points.${name}`;
    const [found] = await list<Record<keyof Width, string>>(counted);
    widths.set(name, {
      blobs: Number(found?.blobs),
      doubles: Number(found?.doubles),
      rows: Number(found?.rows),
    });
    await show(name);
    tables.add(name);
  }

  return {
    add(set, { timestamp, index, blobs, doubles }) {
      const width = widths.get(set) ?? UNWRITTEN;
      widths.set(set, {
        blobs: Math.max(width.blobs, blobs.length),
        doubles: Math.max(width.doubles, doubles.length),
        rows: width.rows + 1,
      });
      const filled = <T>(list: T[], absent: T) => Array.from({ length: SLOTS }, (_, i) => list[i] ?? absent);
      const cells = [Date.now(), blobs.length, doubles.length, timestamp, index];
      const line = JSON.stringify([...cells, ...filled(blobs, ""), ...filled(doubles, 0)]);
      const lines = waiting.get(set);
      if (lines) lines.push(line);
      else waiting.set(set, [line]);
      timer ??= setTimeout(() => void chained(flush), FLUSH_MS);
    },
    query: (sql, format) =>
      chained(async () => {
        await flush();
        return ask(sql, format);
      }),
    look: (wanted) =>
      chained(async () => {
        lens = wanted;
        for (const set of tables) await show(set);
      }),
    rows: () => Object.fromEntries([...widths].map(([set, { rows }]) => [set, rows])),
    has(set, column) {
      const { blobs, doubles, rows } = (lens.empty ? undefined : widths.get(set)) ?? UNWRITTEN;
      const [, kind, nth] = /^(blob|double)(\d+)$/.exec(column) ?? [];
      return kind === undefined ? rows > 0 : Number(nth) <= (kind === "blob" ? blobs : doubles);
    },
    async close() {
      await chained(flush);
      await last;
      session.close();
    },
  };
}
