/** The time axis: where its labels stand and what they say. Moments in epoch seconds. */
import type { Step } from "../period.ts";
import { dayOf } from "../zone.ts";

const writers = new Map<string, Intl.DateTimeFormat>();

function writer(zone: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${name}`;
  let found = writers.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
    writers.set(key, found);
  }
  return found;
}

/** "3 Nov". */
export const shortDay = (t: number, zone: string): string =>
  writer(zone, "day", { day: "numeric", month: "short" }).format(t * 1000);

/** "14:00". */
export const clockTime = (t: number, zone: string): string =>
  writer(zone, "time", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(t * 1000);

/** "Tue 3 Nov", or "Tue 3 Nov, 14:00". Over a clock change the offset tells the two hours apart. */
export function moment(t: number, zone: string, step: Step = "hour"): string {
  const day = writer(zone, "weekday", { weekday: "short", day: "numeric", month: "short" })
    .format(t * 1000)
    .replace(",", "");
  if (step === "day") return day;
  const twin = [t - 3600, t + 3600].some((other) => clockTime(other, zone) === clockTime(t, zone));
  const offset = writer(zone, "offset", { timeZoneName: "shortOffset" }).formatToParts(t * 1000);
  const name = offset.find(({ type }) => type === "timeZoneName")?.value ?? "";
  return `${day}, ${clockTime(t, zone)}${twin ? ` ${name}` : ""}`;
}

/** "3 Nov 2026". */
export const fullDay = (t: number, zone: string): string =>
  writer(zone, "full", { day: "numeric", month: "short", year: "numeric" }).format(t * 1000);

/** "17–30 Oct 2026"; `to` is exclusive. */
export function days({ from, to }: { from: number; to: number }, zone: string): string {
  const options = { day: "numeric", month: "short", year: "numeric" } as const;
  return writer(zone, "full", options).formatRange(from * 1000, (to - 1) * 1000);
}

const LABEL_PX = 64;

/** Indexes of the buckets that get a label, so that labels of `width` pixels do not meet; hours prefer midnight, six and noon. */
export function ticks(
  starts: readonly number[],
  step: Step,
  zone: string,
  width: number,
): { at: number; label: string }[] {
  const most = Math.max(2, Math.floor(width / LABEL_PX));
  if (step === "day") {
    const every = Math.ceil(starts.length / most);
    return starts.flatMap((t, at) => (at % every === 0 ? [{ at, label: shortDay(t, zone) }] : []));
  }
  const every = [1, 2, 3, 6, 12].find((n) => starts.length / n <= most);
  const named = starts.flatMap((t, at) => {
    const clock = clockTime(t, zone);
    if (Number(clock.slice(0, 2)) % (every ?? 24)) return [];
    // Where a clock change repeats an hour its first one is labelled.
    if (at > 0 && clockTime(starts[at - 1] ?? 0, zone) === clock && dayOf(t, zone) === dayOf(t - 3600, zone)) return [];
    return [{ at, label: clock === "00:00" ? shortDay(t, zone) : clock }];
  });
  return every ? named : named.filter((_, i) => i % Math.ceil(named.length / most) === 0);
}
