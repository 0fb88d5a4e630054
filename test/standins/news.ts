/** Something has come in: whoever waits for it looks once more, and nobody asks again and again. */

/** A little less than the most impatient of those who ask waits for an answer. */
const WAIT_MS = 14_000;

/** What was awaited, by those who wait for it. */
export interface News {
  /** Something has come in. */
  tell(): void;
  /** What `look` finds, now or when something comes in; undefined where it finds nothing in 14 s. */
  until<T>(look: () => T | undefined): Promise<T | undefined>;
}

export function openNews(): News {
  const waiting = new Set<() => void>();
  return {
    tell() {
      for (const look of [...waiting]) look();
    },
    until(look) {
      return new Promise((resolve) => {
        const done = (found: ReturnType<typeof look>) => {
          clearTimeout(timer);
          waiting.delete(again);
          resolve(found);
        };
        const again = () => {
          const found = look();
          if (found !== undefined) done(found);
        };
        const timer = setTimeout(() => done(undefined), WAIT_MS).unref();
        waiting.add(again);
        again();
      });
    },
  };
}
