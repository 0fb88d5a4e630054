/** What the server tells the console. */

/** A brand the reader may see; `zone` is where its days begin, `countries` ISO 3166-1. */
export interface Brand {
  id: string;
  name: string;
  currency: string;
  zone: string;
  countries: readonly string[];
}

/** Who reads, and what they may see. `engine`: `rollup` has exact numbers and no free SQL. */
export interface Me {
  name: string;
  role: "analyst" | "fraud" | "operator" | "admin";
  brands: readonly Brand[];
  zone: string;
  engine: "engine" | "rollup";
  questions: readonly string[];
  /** RFC 3339. */
  server_now: string;
}

/** A named question over a period in epoch seconds, `to` exclusive. Absent members do not narrow. */
export interface Ask {
  question: string;
  from: number;
  to: number;
  zone: string;
  brand?: string;
  country?: string;
  device?: string;
  gateway?: string;
  category?: string;
  autofill?: string;
  mode?: string;
  release?: string;
}

/** One row of an answer by column; null where a divisor was 0. */
export type Row = Readonly<Record<string, string | number | null>>;

/** One answer. Beside a count `x` stands its variance `var_x`, unless all of it is exact. Times in epoch seconds. */
export interface Answer {
  meta: readonly { name: string; type: string }[];
  data: readonly Row[];
  exact: boolean;
  rows_read: number;
  coarsest: number;
  as_of: number;
  /** Above 0: the store did not answer and this is its last answer, so many seconds old. */
  age_s: number;
  /** Groups left out because fewer than five rows stand behind them. */
  suppressed: number;
  /** Nothing of the kind was ever recorded. */
  nothing_yet: boolean;
  /** Verifications that began later can still change. */
  settled_until: number;
  /** The statement as it ran; null of an answer from exact sums. */
  sql: string | null;
}

/** A place in a statement that the guard refuses, in characters from its start. */
export interface Complaint {
  at: number;
  length: number;
  text: string;
}

/** Why there is no answer. `lost`: nobody answered. */
export interface Fault {
  code: string;
  title: string;
  complaints?: readonly Complaint[];
  /** Seconds to wait before asking again. */
  waitS?: number;
}

/** What a call came to. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; fault: Fault };

/** A statement somebody kept. Each reader runs it with their own brands. */
export interface Saved {
  id: string;
  title: string;
  sql: string;
  owner: string;
  mine: boolean;
  brands: readonly string[];
  updated_at: string;
}

/**
 * The last comparison of the analytics with what was counted exactly, and the UTC days it knows of, newest first. Times in
 * epoch seconds. `unanswered`: the store was silent; `late`: the exact counters were behind; `exact`: there is nothing to
 * compare. `off`: more than sampling and one in a hundred explain; `differs`: by outcome, what the analytics have more.
 */
export interface Reconciled {
  state: "done" | "unanswered" | "late" | "exact";
  tried_at: number;
  done_at: number | null;
  days: readonly {
    day: number;
    until: number;
    exact: number;
    engine: number;
    margin: number;
    off: boolean;
    differs: Readonly<Record<string, number>>;
  }[];
}

/** How complete and how fresh the numbers of one brand are. Null: cannot be measured. */
export interface Health {
  engine: "engine" | "rollup";
  brand: string;
  freshness: { newest: number | null; oldest: number | null; as_of: number };
  completeness: {
    from: number;
    to: number;
    engine: number | null;
    rollup: number | null;
    share: number | null;
    margin: number | null;
  };
  sampling: { coarsest: number; rows_read: number; share: number };
  /** What the server found by itself, hour by hour; null before its first hour. */
  reconciled: Reconciled | null;
  settled_until: number;
  identity: { created: number; outcomes: number; difference: number };
  points_lost: number;
  completed_without_redeem: number;
  schema: Readonly<Record<string, readonly string[]>>;
  retention: { engine_days: number; rollup_months: number; log_days: number };
}
