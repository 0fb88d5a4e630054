/** Which questions each page asks: one list, so that what is loaded and what is drawn cannot differ. */
import type { Ask } from "../given.ts";
import type { Sight } from "../sight.ts";

const OVERVIEW = [
  "outcomes",
  "funnel",
  "attempts",
  "attemptsMean",
  "hourly",
  "verifyTime",
  "webotp",
  "reasons",
  "leaving",
  "countries",
] as const;
/** What a tile's change is read from. */
const BEFORE = ["outcomes", "funnel", "attempts", "attemptsMean", "hourly", "verifyTime", "webotp"] as const;
const FUNNEL = ["funnel", "leaving", "attempts", "verifyTimeAutofill"] as const;
const DELIVERY = ["deliveryByProvider", "deliveryByOperator", "countries", "resend", "pumping"] as const;

/** The questions behind the page that `sight` looks at. */
export function needsOf(sight: Sight): Ask[] {
  const { page, a, b } = sight.filters;
  if (page === "overview") {
    const before = BEFORE.map((question) => sight.askBefore(question));
    return [...OVERVIEW.map((question) => sight.ask(question)), ...before.filter((ask) => ask !== undefined)];
  }
  if (page === "funnel") return [a, b].flatMap((side) => FUNNEL.map((question) => sight.ask(question, side)));
  if (page === "delivery") return DELIVERY.map((question) => sight.ask(question));
  return [];
}
