/** The one clock of the local system: real time plus an offset that tests and the curious may shift. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Clock {
  /** Epoch milliseconds, shifted. */
  now(): number;
  offsetMs(): number;
  /** Moves the clock by `ms`, forward or back, on top of what was shifted before. */
  shift(ms: number): void;
  reset(): void;
}

/** The clock of the data folder `data`; its offset survives a restart. */
export function openClock(data: string): Clock {
  const file = join(data, "clock.json");
  let offset = stored(file);
  const set = (ms: number) => {
    offset = ms;
    writeFileSync(file, JSON.stringify({ offset_ms: ms }));
  };
  return {
    now: () => Date.now() + offset,
    offsetMs: () => offset,
    shift: (ms) => set(offset + ms),
    reset: () => set(0),
  };
}

function stored(file: string): number {
  try {
    const { offset_ms } = JSON.parse(readFileSync(file, "utf8")) as { offset_ms: number };
    return Number.isSafeInteger(offset_ms) ? offset_ms : 0;
  } catch {
    return 0; // first start
  }
}
