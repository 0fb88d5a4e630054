/** Chance by seed: the same seed tells the same story on every machine. */

export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  /** True in a share `p` of all asks. */
  is(p: number): boolean;
  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** One of the keys, as often as its weight says. */
  one<K extends string>(weights: Partial<Record<K, number>>): K;
}

/** Mulberry32, a 32-bit generator of full period: good enough for crowds, and short. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    is: (p) => next() < p,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    one(weights) {
      const entries = Object.entries(weights) as [keyof typeof weights, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        left -= weight;
        if (left < 0) return key as never;
      }
      return (entries.at(-1) as (typeof entries)[number])[0] as never;
    },
  };
}
