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
const FUNNEL = ["funnel", "leaving", "attempts", "attemptsMean", "verifyTimeAutofill"] as const;
const DELIVERY = ["deliveryByProvider", "deliveryByOperator", "countries", "resend", "pumping"] as const;
/** How long it took, by the rows of the tables of Delivery. */
const TIMES = [
  "latencyByCountry",
  "latencyByOperator",
  "latencyByGateway",
  "verifyTimeByCountry",
  "verifyTimeByOperator",
  "verifyTimeByGateway",
] as const;
/** What only rows can answer: the exact sums are not asked. */
const ROWS_ONLY: readonly string[] = ["latencyByGateway", "verifyTimeByOperator", "releases"];

/** Whether the reader's store can answer `question` at all. */
export function answerable(sight: Sight, question: string): boolean {
  return sight.me.engine === "engine" || !ROWS_ONLY.includes(question);
}

/** The questions behind the page that `sight` looks at. */
export function needsOf(sight: Sight): Ask[] {
  const { page, a, b } = sight.filters;
  if (page === "overview") {
    const before = BEFORE.map((question) => sight.askBefore(question));
    return [...OVERVIEW.map((question) => sight.ask(question)), ...before.filter((ask) => ask !== undefined)];
  }
  if (page === "funnel") {
    const sides = [a, b].flatMap((side) => FUNNEL.map((question) => sight.ask(question, side)));
    return answerable(sight, "releases") ? [...sides, sight.ask("releases")] : sides;
  }
  if (page === "delivery") {
    const times = TIMES.filter((question) => answerable(sight, question));
    return [...DELIVERY, ...times].map((question) => sight.ask(question));
  }
  return [];
}
