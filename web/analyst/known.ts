/** What several things known come to, for a part of a page that needs them all. */
import type { Answer, Fault } from "./given.ts";
import type { Known } from "./model.ts";

/** `stale`: these are older answers, since `since` (epoch ms) nothing newer came. `yet: false`: nothing of the kind was ever recorded. */
export type Together =
  | { state: "loading" }
  | { state: "error"; fault: Fault }
  | { state: "known"; answers: readonly Answer[]; yet: boolean; stale?: { since: number; fault?: Fault } };

/** All values, or why there are not all. */
export function together(parts: readonly Known<Answer>[]): Together {
  const answers = parts.flatMap(({ value }) => (value ? [value] : []));
  if (answers.length < parts.length) {
    const fault = parts.find((part) => !part.value && part.fault)?.fault;
    return fault ? { state: "error", fault } : { state: "loading" };
  }
  const old = parts.filter(({ fault, value }) => fault || (value && value.age_s > 0));
  const since = Math.min(...old.map(({ at = 0, value }) => at - (value?.age_s ?? 0) * 1000));
  const fault = old.find((part) => part.fault)?.fault;
  const yet = answers.some((answer) => !answer.nothing_yet && answer.data.length > 0);
  return { state: "known", answers, yet, ...(old.length && { stale: { since, ...(fault && { fault }) } }) };
}
