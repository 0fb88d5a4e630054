/** What Analytics Engine makes of a data point before it keeps it. Pure. */

/** One call of `writeDataPoint`, on its way to the stand-in. */
export interface Written {
  /** Name of the data set. */
  set: string;
  /** Epoch milliseconds of the local system's clock: the real service stamps a point when it is written. */
  at: number;
  point: AnalyticsPoint;
}

/** The argument of `writeDataPoint`, of which nothing is checked before it gets here. */
export interface AnalyticsPoint {
  indexes?: unknown;
  blobs?: unknown;
  doubles?: unknown;
}

/** A point as it is kept: absent slots are empty or 0. */
export interface Row {
  /** Epoch seconds, UTC. */
  timestamp: number;
  index: string;
  blobs: string[];
  doubles: number[];
}

/** Slots of a row, of either kind. */
export const SLOTS = 20;
const SET = /^[a-z][a-z0-9_]{0,63}$/;
const BLOB_BYTES_MAX = 16 * 1024;
const INDEX_BYTES_MAX = 96;

/**
 * The row of a point, or undefined where the service would drop it without a word: more than twenty blobs or doubles,
 * another number of indexes than one, blobs over 16 KB together, an index over 96 bytes, anything of another type.
 * https://developers.cloudflare.com/analytics/analytics-engine/limits/
 */
export function rowOf({ set, at, point }: Written): Row | undefined {
  const { indexes = [], blobs = [], doubles = [] } = point;
  if (!texts(indexes) || !texts(blobs) || !numbers(doubles)) return undefined;
  const [index] = indexes;
  if (!SET.test(set)) return undefined;
  if (index === undefined || indexes.length > 1 || bytes([index]) > INDEX_BYTES_MAX) return undefined;
  if (blobs.length > SLOTS || doubles.length > SLOTS || bytes(blobs) > BLOB_BYTES_MAX) return undefined;
  return { timestamp: Math.floor(at / 1000), index, blobs, doubles };
}

const texts = (list: unknown): list is string[] => Array.isArray(list) && list.every((one) => typeof one === "string");
const numbers = (list: unknown): list is number[] => Array.isArray(list) && list.every(Number.isFinite);
const bytes = (list: string[]) => list.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
