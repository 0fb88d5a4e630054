/** An attack, and the two things a test asks of it: it fails on the Worker as it is, and works where a fault was planted. */
import { describe, expect, inject, it } from "vitest";
import type { Patch } from "./seeded.ts";
import { start, type Target, targetAt } from "./target.ts";

/** Attacks `target` and tells what it got away with, a line each; nothing where the target held. */
export type Attack = (target: Target) => Promise<string[]>;

/** A fault: what is wrong, where, and what an attack that notices it must say. */
export interface Seed {
  name: string;
  patches: readonly Patch[];
  /** At least one finding matches: caught for the reason that was planted, not for another one. */
  shows: RegExp;
}

/**
 * One test on the sound Worker, which must hold, and one per seed, which must not. `ground` changes both where an attack
 * needs a world that the brand packs do not offer.
 */
export function attacked(name: string, attack: Attack, seeds: readonly Seed[], ground: readonly Patch[] = []): void {
  const on = async (patches: readonly Patch[]) => {
    const { stop, ...place } = await start(inject("sound").ports, patches);
    return attack(targetAt(place)).finally(stop);
  };
  const onSound = () => {
    const target = targetAt(inject("sound"));
    return attack(target).finally(() => target.ahead(0));
  };
  describe(name, () => {
    it("gets nothing from the Worker as it is", async () => {
      expect(await (ground.length > 0 ? on(ground) : onSound())).toEqual([]);
    });

    it.each(seeds)("is noticed where $name", async ({ patches, shows }) => {
      expect((await on([...ground, ...patches])).join("\n")).toMatch(shows);
    });
  });
}

/** The texts of what is wrong. */
export function findings(...rows: readonly (readonly [wrong: boolean, text: string])[]): string[] {
  return rows.filter(([wrong]) => wrong).map(([, text]) => text);
}

/** A patch of one file, as seeds list them. */
export function patch(file: string, find: string, replace: string): Patch {
  return { file, find, replace };
}
