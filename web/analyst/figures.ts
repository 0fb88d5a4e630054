/** How right a number is, and how it is written. */

/** A count, or a share of one in another, with the half width of its 95 % interval (0: exact) and the rows it was read from. */
export interface Figure {
  value: number;
  margin: number;
  rows?: number;
}

const Z95 = 1.96;
/** Below this many rows a sampled figure is greyed. */
export const FEW_ROWS = 30;
/** Below this many rows a quantile is not shown. */
export const FEW_ROWS_QUANTILE = 100;

/** Half width of the 95 % interval of a weighted count, from its variance Σ w(w − 1) (Horvitz–Thompson, Poisson sampling). */
export function margin(variance: number): number {
  return Z95 * Math.sqrt(Math.max(0, variance));
}

/**
 * An upper bound of Σ w(w − 1) where a statement does not return it: no row weighs more than `coarsest`, the weights add
 * up to `count`.
 */
export function varianceAtMost(count: number, coarsest: number): number {
  return Math.max(0, count) * Math.max(0, coarsest - 1);
}

/** Margin of the rate A/B, where A is inside B and both have a variance Σ w(w − 1); 0 without a B. */
export function rateMargin(a: number, b: number, varA: number, varB: number): number {
  if (b <= 0) return 0;
  const rate = a / b;
  return margin(((1 - 2 * rate) * varA + rate * rate * varB) / (b * b));
}

/** A/B with its margin; undefined without a B, which is not 0 %. */
export function rate(a: Figure, b: Figure): Figure | undefined {
  if (b.value <= 0) return undefined;
  const variance = (f: Figure) => (f.margin / Z95) ** 2;
  const value = a.value / b.value;
  return {
    value,
    margin: rateMargin(a.value, b.value, variance(a), variance(b)),
    ...(b.rows !== undefined && { rows: b.rows }),
  };
}

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const digits = (n: number) => new Intl.NumberFormat("en-GB", { minimumFractionDigits: n, maximumFractionDigits: n });
const FRACTIONS = [0, 1, 2, 3].map(digits);

const fixed = (value: number, n: number) => (FRACTIONS[n] ?? whole).format(value === 0 ? 0 : value);

/** "12,340" when exact, else "≈ 12,340 ± 320": the margin with two digits, the count no finer than it. */
export function count({ value, margin }: Figure): string {
  if (margin <= 0) return whole.format(value);
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(margin)) - 1);
  const to = (x: number) => whole.format(Math.round(x / unit) * unit);
  return `≈ ${to(value)} ± ${to(margin)}`;
}

/** "63.2 %", or "≈ 63.2 % ± 0.4". Never "100 %" or "0 %" for something that only rounds to it. */
export function percent({ value, margin }: Figure): string {
  const p = value * 100;
  if (margin > 0) return `≈ ${fixed(p, 1)} % ± ${fixed(Math.max(0.1, margin * 100), 1)}`;
  const near = (p < 100 && p >= 99.95) || (p > 0 && p < 0.05);
  return `${near ? (p > 50 ? "> 99.9" : "< 0.1") : fixed(p, 1)} %`;
}

/** "1.24", a mean. */
export function mean(value: number): string {
  return fixed(value, 2);
}

/** Milliseconds for people: "840 ms", "14.2 s", "1 min 12 s". */
export function duration(ms: number): string {
  if (ms < 1000) return `${whole.format(ms)} ms`;
  if (ms < 59_950) return `${fixed(ms / 1000, 1)} s`;
  const s = Math.round(ms / 1000);
  return `${Math.floor(s / 60)} min${s % 60 ? ` ${s % 60} s` : ""}`;
}

/** Which way is good for the reader; `none` for mere volume. */
export type Good = "up" | "down" | "none";

/** A change against the period before, in words that need no colour. */
export interface Change {
  tone: "better" | "worse" | "neutral";
  /** "4.2 % more", "36 times as much", "0.8 points less", "no clear change". */
  text: string;
}

/** Half width of what chance alone does to a count (Poisson). */
export function chanceOfCount(value: number): number {
  return Z95 * Math.sqrt(Math.max(0, value));
}

/** Half width of what chance alone does to a share of `whole` (binomial). */
export function chanceOfShare(share: number, whole: number): number {
  return whole > 0 ? Z95 * Math.sqrt(Math.max(0, share * (1 - share)) / whole) : 0;
}

/**
 * How `now` differs from `before`: relative for counts and times, in percentage points for rates. Undefined when there
 * was nothing before. A difference inside its own margin is no change; one inside `chance` (half widths of both, in the
 * unit of the figures) is told, but neither better nor worse.
 */
export function change(
  now: Figure,
  before: Figure | undefined,
  good: Good,
  { points = false, chance = 0 }: { points?: boolean; chance?: number } = {},
): Change | undefined {
  if (!before || (!points && before.value <= 0)) return undefined;
  const difference = now.value - before.value;
  const noise = Math.hypot(now.margin, before.margin);
  const size = Math.abs(points ? difference * 100 : (difference / before.value) * 100);
  const shown = fixed(size, 1);
  if (noise > 0 && Math.abs(difference) <= noise) return { tone: "neutral", text: "no clear change" };
  if (shown === "0.0") return { tone: "neutral", text: "no change" };
  const up = difference > 0;
  const unit = points ? (shown === "1.0" ? "point" : "points") : "%";
  const clear = good !== "none" && Math.abs(difference) > Math.hypot(noise, chance);
  const tone = clear ? ((good === "up") === up ? "better" : "worse") : "neutral";
  // From tenfold on a percentage says less than how many times.
  if (!points && size >= 900 && up) return { tone, text: `${whole.format(now.value / before.value)} times as much` };
  return { tone, text: `${shown} ${unit} ${up ? "more" : "less"}` };
}
