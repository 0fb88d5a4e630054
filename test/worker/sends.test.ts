import { describe, expect, it } from "vitest";
import { admit, budgetOf, FLOOR_PER_DAY, NO_SENDS, type Sends } from "../../worker/board/sends.ts";
import { DAY } from "../../worker/budget/limits.ts";

/** `n` sends on one day, one after the other; what the last one was told and how many were let go. */
function sending(n: number, at: number, from: Sends = NO_SENDS) {
  let sends = from;
  const told: string[] = [];
  for (let i = 0; i < n; i += 1) {
    const next = admit(sends, at);
    sends = next.sends;
    told.push(next.admission);
  }
  return { sends, told };
}

describe("a brand's day", () => {
  it("ends at the floor for a brand without history, warns once at 60 %, and begins anew at midnight", () => {
    const { sends, told } = sending(FLOOR_PER_DAY + 5, 0);
    expect(told.filter((t) => t === "stop")).toHaveLength(5);
    expect(told.indexOf("warn")).toBe(FLOOR_PER_DAY * 0.6 - 1);
    expect(told.filter((t) => t === "warn")).toHaveLength(1);
    expect(admit(sends, DAY).admission).toBe("go");
  });

  it("allows three times the busiest of the last fourteen days, and forgets what is older", () => {
    const busy: Sends = { days: { 0: 2_000, 3: 900 }, warned: null };
    expect(budgetOf(busy, 10)).toBe(6_000);
    expect(budgetOf(busy, 14)).toBe(6_000);
    expect(budgetOf(busy, 15)).toBe(2_700);
    expect(Object.keys(admit(busy, 20 * DAY).sends.days)).toEqual(["20"]);
  });

  it("does not let today raise its own limit", () => {
    expect(budgetOf({ days: { 5: 50_000 }, warned: null }, 5)).toBe(FLOOR_PER_DAY);
  });
});
