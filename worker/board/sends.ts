/**
 * What a brand sends a day, and how much it may. Pure. No limit that security rests on (those sit on customer and
 * number): it bounds what an attack on many customers at once can cost, and it tells.
 */
import { DAY } from "../budget/limits.ts";

/** Counted sends of one brand. */
export interface Sends {
  /** By UTC day (days since the epoch), the last fortnight. */
  days: { [day: number]: number };
  /** The day on which 60 % of the budget was reached and told. */
  warned: number | null;
}

/** `stop` = the day's budget is used up; `warn` = 60 % of it is reached, for the first time that day. */
export type Admission = "go" | "warn" | "stop";

/** A brand that was never seen. */
export const NO_SENDS: Sends = { days: {}, warned: null };
/** A brand without history, or after a quiet fortnight, may still have a good day. */
export const FLOOR_PER_DAY = 1_000;
const FORTNIGHT = 14;
const FACTOR = 3;
const WARN_AT = 0.6;

/** Sends a brand may make on `today`: three times the busiest of the fourteen days before, at least the floor. */
export function budgetOf({ days }: Sends, today: number): number {
  const before = Object.entries(days).filter(([day]) => Number(day) < today && Number(day) >= today - FORTNIGHT);
  return Math.max(FLOOR_PER_DAY, FACTOR * Math.max(0, ...before.map(([, n]) => n)));
}

/** Counts one send at `now` (epoch ms), or says that none is left today. */
export function admit(sends: Sends, now: number): { sends: Sends; admission: Admission } {
  const today = Math.floor(now / DAY);
  const used = sends.days[today] ?? 0;
  const budget = budgetOf(sends, today);
  if (used >= budget) return { sends, admission: "stop" };
  const warn = used + 1 >= budget * WARN_AT && sends.warned !== today;
  const kept = Object.entries(sends.days).filter(([day]) => Number(day) >= today - FORTNIGHT);
  const days = { ...Object.fromEntries(kept), [today]: used + 1 };
  return { sends: { days, warned: warn ? today : sends.warned }, admission: warn ? "warn" : "go" };
}
