/** Calendar days in a time zone. Moments are epoch seconds, days `YYYY-MM-DD`. */

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockIn(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    clocks.set(zone, clock);
  }
  return clock;
}

/** What the wall clock of `zone` shows, read as if it were UTC; epoch seconds. */
function wall(t: number, zone: string): number {
  const parts = clockIn(zone).formatToParts(t * 1000);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) / 1000;
}

/** Whether the platform knows `zone` (an IANA name). */
export function knownZone(zone: string): boolean {
  try {
    return Boolean(clockIn(zone));
  } catch {
    return false;
  }
}

/** The calendar day of `t` in `zone`. */
export function dayOf(t: number, zone: string): string {
  return new Date(wall(t, zone) * 1000).toISOString().slice(0, 10);
}

/** The hour the wall clock of `zone` shows at `t`, 0 to 23. When the clocks go back, two moments of a day share one. */
export function hourOf(t: number, zone: string): number {
  return new Date(wall(t, zone) * 1000).getUTCHours();
}

/** The day `n` days after `day`; earlier when negative. */
export function addDays(day: string, n: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);
}

/** The same date a year earlier; 29 February becomes the 28th. */
export function yearBefore(day: string): string {
  const [year = "", month, date] = day.split("-");
  const last = month === "02" && date === "29" ? "28" : date;
  return `${String(Number(year) - 1).padStart(4, "0")}-${month}-${last}`;
}

/** Days from `first` to `last`, both counted. */
export function daysBetween(first: string, last: string): number {
  return Math.round((Date.parse(`${last}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / 86_400_000) + 1;
}

/**
 * The first moment of `day` in `zone`: midnight, or the moment of the change where the clocks skip midnight.
 * A day has 23, 24 or 25 hours, so the next one's start is asked for, never added.
 */
export function dayStart(day: string, zone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`) / 1000;
  const offsets = [midnight - 86_400, midnight + 86_400].map((t) => wall(t, zone) - t);
  const starts = offsets.map((offset) => midnight - offset).sort((a, b) => a - b);
  return starts.find((t) => dayOf(t, zone) === day) ?? midnight;
}
