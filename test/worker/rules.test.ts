import { describe, expect, it } from "vitest";
import { decide } from "../../worker/risk/rules.ts";

const HOUR = 3_600_000;
const at = (numberAgeMs: number | undefined, category: "hardware" | "service" | "accessory" = "hardware") =>
  decide({ category, numberAgeMs });

describe("a number that changed", () => {
  it("within a day gets no hardware, and anything else only after a look", () => {
    for (const age of [0, 1, 24 * HOUR - 1]) {
      expect(at(age)).toEqual({ action: "deny", reasons: ["number.changed_24h"] });
      for (const category of ["service", "accessory"] as const)
        expect(at(age, category)).toEqual({ action: "review", reasons: ["number.changed_24h"] });
    }
  });

  it("within three days is looked at, whatever is ordered", () => {
    for (const age of [24 * HOUR, 72 * HOUR - 1])
      for (const category of ["hardware", "service", "accessory"] as const)
        expect(at(age, category)).toEqual({ action: "review", reasons: ["number.changed_72h"] });
    expect(at(72 * HOUR)).toEqual({ action: "allow", reasons: [] });
  });

  it("nobody knows when is not an old one: the decision says that its age is unknown", () => {
    expect(at(undefined)).toEqual({ action: "allow", reasons: ["number.age_unknown"] });
    expect(at(undefined).reasons).not.toEqual(at(9_000 * HOUR).reasons);
  });
});
