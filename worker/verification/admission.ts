/** Whose step it is. Pure. */
import type { ProblemCode } from "../contract.ts";
import type { Visitor } from "./answers.ts";
import { sameText } from "./keys.ts";
import type { Record } from "./record.ts";

/**
 * The record as it is for a visitor, who may be let in while it is bound to no browser (`enter`): whatever is then
 * written of it binds it. Or why it is not for them.
 */
export function admitted(
  r: Record | undefined,
  { brand, browser }: Visitor,
  enter: boolean,
): { ok: true; r: Record; entering: boolean } | { ok: false; problem: ProblemCode } {
  if (r?.brand !== brand) return { ok: false, problem: "VERIFICATION.NOT_FOUND" };
  if (r.browser === null ? enter && browser === null : !same(r.browser, browser)) {
    return { ok: false, problem: "VERIFICATION.ELSEWHERE" };
  }
  const entering = enter && r.browser === null;
  return { ok: true, r: entering ? { ...r, browser } : r, entering };
}

/** Whether `browser` is the one that is bound; in constant time. */
export function same(bound: string, browser: string | null): boolean {
  return browser !== null && sameText(bound, browser);
}
