/**
 * A board's ledger: one row a verification, which holds what was last told of it and what of that is in the totals.
 * Telling replaces the row and counts nothing; `count` adds up the differences, so a retry, a kill and a second alarm
 * count once. One row written for each telling.
 */
import { calendar } from "../brands/calendar.ts";
import { type Cell, type Counted, cellsOf, type Entry, type Report } from "./cells.ts";

/** Days an outcome can still be told apart by country, prefix and day. */
const LEDGER_DAYS = 180;
/** Totals outlive the rows that can still change them. */
const TOTAL_DAYS = LEDGER_DAYS + 20;
const DAY = 86_400;

/**
 * `day`: UTC days since the epoch, first in the key so that old rows go in one sweep. `id`: a hash of the
 * verification's id, which is as hard to guess. `gen`: the round of counting in which it changed; `was` is what stood
 * in the totals before that round. `touched`: the days in which rows changed since the last count.
 */
export const LEDGER = [
  "CREATE TABLE IF NOT EXISTS ledger (day INTEGER NOT NULL, id TEXT NOT NULL, gen INTEGER NOT NULL, entry TEXT NOT NULL, was TEXT, PRIMARY KEY (day, id)) WITHOUT ROWID",
  "CREATE TABLE IF NOT EXISTS touched (day INTEGER PRIMARY KEY)",
  "CREATE TABLE IF NOT EXISTS totals (name TEXT NOT NULL, at INTEGER NOT NULL, keys TEXT NOT NULL, gen INTEGER NOT NULL, sums TEXT NOT NULL, PRIMARY KEY (name, at, keys)) WITHOUT ROWID",
];

/** A total as D1 takes it: table, hour or day, keys and sums in JSON. */
export type Total = [name: string, at: number, keys: string, sums: string];

interface Row {
  day: number;
  gen: number;
  entry: Entry;
  was: string | null;
  text: string;
}

/** Takes what is known of a verification. What is known already, or erased, changes nothing. */
export function tell(sql: SqlStorage, gen: number, id: string, counted: Counted, now: number): void {
  const began = dayOf(counted.session.created);
  const row = find(sql, id, began, dayOf(now));
  if (row?.entry.erased) return;
  keep(sql, gen, id, row?.day ?? began, row, { ...row?.entry, counted, reported: row?.entry.reported ?? [] });
}

/** What is known of a verification; undefined where nothing is. */
export function known(sql: SqlStorage, id: string, now: number): Entry | undefined {
  return find(sql, id, dayOf(now) - LEDGER_DAYS, dayOf(now))?.entry;
}

/** Takes a reported outcome; false where the verification has one of its type already. */
export function report(sql: SqlStorage, gen: number, id: string, said: Report): boolean {
  const today = dayOf(said.at);
  const row = find(sql, id, today - LEDGER_DAYS, today);
  const reported = row?.entry.reported ?? [];
  if (reported.some(({ type }) => type === said.type)) return false;
  keep(sql, gen, id, row?.day ?? today, row, { ...row?.entry, reported: [...reported, said] });
  return true;
}

/** Cuts a verification off its row: the row counts on under a name that leads nowhere, and nothing more is taken for it. */
export function disown(sql: SqlStorage, id: string, now: number): void {
  const row = find(sql, id, dayOf(now) - LEDGER_DAYS, dayOf(now));
  if (!row || row.entry.erased) return;
  sql.exec(
    "INSERT INTO ledger SELECT day, lower(hex(randomblob(16))), gen, entry, was FROM ledger WHERE day = ? AND id = ?",
    row.day,
    id,
  );
  const erased = JSON.stringify({ reported: [], erased: true } satisfies Entry);
  sql.exec("UPDATE ledger SET gen = -1, entry = ?, was = NULL WHERE day = ? AND id = ?", erased, row.day, id);
}

/** Adds to the totals what changed in round `gen`, which is over then. Synchronous: all of it happens, or nothing. */
export function count(sql: SqlStorage, gen: number, zone: string): void {
  const dayIn = calendar(zone);
  const changes = new Map<string, Cell>();
  const rows = sql.exec<{ entry: string; was: string | null }>(
    "SELECT entry, was FROM touched CROSS JOIN ledger USING (day) WHERE gen = ?",
    gen,
  );
  for (const { entry, was } of rows) {
    for (const cell of cellsOf(JSON.parse(entry), dayIn)) add(changes, cell, 1);
    if (was) for (const cell of cellsOf(JSON.parse(was), dayIn)) add(changes, cell, -1);
  }
  for (const { name, at, keys, sums } of changes.values()) {
    if (Object.values(sums).every((n) => n === 0)) continue;
    const place = [name, at, JSON.stringify(keys)] as const;
    const [before] = sql
      .exec<{ sums: string }>("SELECT sums FROM totals WHERE name = ? AND at = ? AND keys = ?", ...place)
      .toArray();
    const total: Cell["sums"] = before ? JSON.parse(before.sums) : {};
    for (const [measure, n] of Object.entries(sums)) total[measure] = (total[measure] ?? 0) + n;
    const text = JSON.stringify(Object.fromEntries(Object.entries(total).filter(([, n]) => n !== 0)));
    sql.exec("INSERT OR REPLACE INTO totals (name, at, keys, gen, sums) VALUES (?, ?, ?, ?, ?)", ...place, gen, text);
  }
  sql.exec("DELETE FROM touched");
}

/** Totals that changed after round `pushed`. */
export function changed(sql: SqlStorage, pushed: number): Total[] {
  return [...sql.exec("SELECT name, at, keys, sums FROM totals WHERE gen > ?", pushed).raw()] as Total[];
}

/** Lets go of rows whose time is over, and of totals that none can change any more. */
export function forget(sql: SqlStorage, now: number): void {
  sql.exec("DELETE FROM ledger WHERE day < ?", dayOf(now) - LEDGER_DAYS);
  const last = now - TOTAL_DAYS * DAY;
  // Hours are epoch seconds, days are numbers of eight digits.
  sql.exec("DELETE FROM totals WHERE at BETWEEN 100000000 AND ? OR at < ?", last, calendar("UTC")(last));
}

function dayOf(at: number): number {
  return Math.floor(at / DAY);
}

/** A row lies under the day its verification began or, told of late, under a later one. */
function find(sql: SqlStorage, id: string, from: number, to: number): Row | undefined {
  const [row] = sql
    .exec<{ day: number; gen: number; entry: string; was: string | null }>(
      "WITH RECURSIVE days (day) AS (SELECT ? UNION ALL SELECT day + 1 FROM days WHERE day < ?) SELECT day, gen, entry, was FROM days CROSS JOIN ledger USING (day) WHERE id = ? LIMIT 1",
      from,
      to,
      id,
    )
    .toArray();
  return row && { ...row, text: row.entry, entry: JSON.parse(row.entry) };
}

function keep(sql: SqlStorage, gen: number, id: string, day: number, row: Row | undefined, entry: Entry): void {
  const text = JSON.stringify(entry);
  if (text === row?.text) return;
  // Within a round the totals know what the row said before it.
  const was = row?.gen === gen ? row.was : (row?.text ?? null);
  sql.exec("INSERT OR REPLACE INTO ledger (day, id, gen, entry, was) VALUES (?, ?, ?, ?, ?)", day, id, gen, text, was);
  sql.exec("INSERT OR IGNORE INTO touched (day) VALUES (?)", day);
}

function add(changes: Map<string, Cell>, { name, at, keys, sums }: Cell, sign: 1 | -1): void {
  const key = JSON.stringify([name, at, keys]);
  const cell = changes.get(key) ?? { name, at, keys, sums: {} };
  for (const [measure, n] of Object.entries(sums)) cell.sums[measure] = (cell.sums[measure] ?? 0) + sign * n;
  changes.set(key, cell);
}
