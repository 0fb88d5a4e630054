/** Objects and ledgers against a reference, in random order, with deaths, evictions, late alarms and jumps of time. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import { play } from "./modelplay.ts";
import { type Step, siege, silent, story } from "./modelsteps.ts";

const START = Date.UTC(2031, 5, 1, 12);
const SEED = 20_260_701;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Plays so many stories, always the same ones. */
async function plays(stories: fc.Arbitrary<Step[]>, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(stories, async (steps) => {
    vi.setSystemTime(START);
    await play(steps);
  });
  await fc.assert(property, { numRuns, seed: SEED });
}

describe("verifications and their ledgers", () => {
  it("do what the reference does and break no law, in any order of events", () => plays(story, 70), 120_000);

  it("ask the operator once and take its first word, whatever else goes on", () => plays(silent, 70), 120_000);

  it("stand a siege of one customer's number, with deaths and words that come late", () => plays(siege, 30), 120_000);
});
