/** The one way to Analytics Engine. It is told and never asked: nothing here can change an answer or hold it up. */
import { Buffer } from "node:buffer";
import { config } from "../config.ts";
import { EVENT_BLOBS, EVENT_DOUBLES, SESSION_BLOBS, SESSION_DOUBLES } from "./columns.ts";
import type { Happening, Session } from "./rows.ts";

const SLOTS = 20;
/** The platform's limits, in bytes; of an index it takes 96, ours are never longer than 40. */
const BLOBS_MAX = 16 * 1024;
const INDEX_MAX = 96;

/** A point as the platform takes it: exactly twenty of each, one index. */
export interface Point {
  indexes: [string];
  blobs: string[];
  doubles: number[];
}

/** The row as a point; undefined where it breaks a limit, because the platform would drop it without a word. */
export function pointOf(row: Session | Happening): Point | undefined {
  const s1 = row.version === "S1";
  const blobs: string[] = s1 ? slots(SESSION_BLOBS, row, "") : slots(EVENT_BLOBS, row, "");
  const doubles: number[] = s1 ? slots(SESSION_DOUBLES, row, 0) : slots(EVENT_DOUBLES, row, 0);
  // `ZZ`: no number was read.
  const index = `${row.brand}:${row.country || "ZZ"}`;
  const fits =
    blobs.every((blob) => typeof blob === "string") &&
    doubles.every(Number.isFinite) &&
    Buffer.byteLength(blobs.join("")) <= BLOBS_MAX &&
    Buffer.byteLength(index) <= INDEX_MAX;
  return fits ? { indexes: [index], blobs, doubles } : undefined;
}

/** Writes one row and forgets it; how many were lost (0 or 1). Never throws, never waits (requirement I13). */
export function write(env: Env, row: Session | Happening): 0 | 1 {
  try {
    // Where the platform may keep nothing outside its region, the binding is absent on purpose.
    if (config(env).analytics === "rollup") return 0;
    const point = pointOf(row);
    if (!point) return 1;
    env[row.version === "S1" ? "FUNNEL" : "EVENTS"].writeDataPoint(point);
    return 0;
  } catch {
    return 1;
  }
}

/** The named columns of a row in their slots, the free ones filled up. */
function slots<Column extends string, Row extends { [C in Column]: string | number }>(
  columns: readonly Column[],
  row: Row,
  free: Row[Column],
): Row[Column][] {
  const filled = columns.map((column) => row[column]);
  while (filled.length < SLOTS) filled.push(free);
  return filled;
}
