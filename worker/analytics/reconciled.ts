/** What came of holding both stores against each other, as D1 keeps it for the Data page. */
import type { Finding } from "./reconcile.ts";

/**
 * What a look at a brand came to: `done`; a store did not answer; the exact counters are behind themselves; or there
 * is no engine, so nothing can differ from what was counted exactly.
 */
export type State = "done" | "unanswered" | "late" | "exact";

/** The last look at a brand's numbers and the days it knows of, newest first. Times in epoch seconds. */
export interface Reconciled {
  state: State;
  tried_at: number;
  done_at: number | null;
  days: Finding[];
}

const KEPT_S = 92 * 86_400;
const SHOWN = 4;

/**
 * Keeps what a look at `brand` at `now` (epoch seconds) found. Doing it twice changes nothing, an older look nothing of
 * a newer one, and a look that came to nothing leaves what was found before. Throws where D1 does not take it.
 */
export async function keepReconciled(
  db: D1Database,
  brand: string,
  state: State,
  days: readonly Finding[],
  now: number,
): Promise<void> {
  const put = db.prepare(
    "INSERT INTO reconciliation (brand, day, until, at, exact, engine, margin, off, differs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until, at = excluded.at, exact = excluded.exact, engine = excluded.engine, margin = excluded.margin, off = excluded.off, differs = excluded.differs WHERE excluded.at >= at",
  );
  await db.batch([
    ...days.map(({ day, until, exact, engine, margin, off, differs }) =>
      put.bind(brand, day, until, now, exact, engine, margin, off ? 1 : 0, JSON.stringify(differs)),
    ),
    db
      .prepare(
        "INSERT INTO reconciled (brand, tried_at, done_at, state) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET tried_at = ?2, done_at = coalesce(?3, done_at), state = ?4 WHERE ?2 >= tried_at",
      )
      .bind(brand, now, state === "done" ? now : null, state),
    db.prepare("DELETE FROM reconciliation WHERE day < ?").bind(now - KEPT_S),
  ]);
}

/** The last look at `brand`; undefined where nobody has looked yet. Throws where D1 does not answer. */
export async function lastReconciled(db: D1Database, brand: string): Promise<Reconciled | undefined> {
  type Look = Omit<Reconciled, "days">;
  type Day = Omit<Finding, "off" | "differs"> & { off: number; differs: string };
  const [looks, days] = await db.batch([
    db.prepare("SELECT state, tried_at, done_at FROM reconciled WHERE brand = ?").bind(brand),
    db
      .prepare(
        "SELECT day, until, exact, engine, margin, off, differs FROM reconciliation WHERE brand = ? ORDER BY day DESC LIMIT ?",
      )
      .bind(brand, SHOWN),
  ]);
  const [look] = (looks?.results ?? []) as Look[];
  const found = (days?.results ?? []) as Day[];
  return (
    look && { ...look, days: found.map((one) => ({ ...one, off: one.off === 1, differs: JSON.parse(one.differs) })) }
  );
}
