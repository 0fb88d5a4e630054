/** What the filters mean for one reader at one moment: bounds, brands, and the questions they make. */
import type { Filters, Segment } from "./filters.ts";
import type { Ask, Brand, Me } from "./given.ts";
import { compared, type Range, rangeOf } from "./period.ts";

/** A reader's view of the numbers. */
export interface Sight {
  me: Me;
  filters: Filters;
  /** The brands looked at; all of the reader's when none is chosen. */
  brands: readonly Brand[];
  zone: string;
  range: Range;
  /** Less than all is looked at: where there is nothing, there may be something elsewhere. */
  narrowed: boolean;
  /** The period it is compared with, if any. */
  before: Range | undefined;
  /** A named question over the period and the filters. */
  ask(question: string, only?: Segment): Ask;
  /** The same over the period before. */
  askBefore(question: string): Ask | undefined;
}

/** How `me` sees the numbers through `filters` at `now` (epoch seconds). A brand that is not theirs does not narrow. */
export function sight(me: Me, filters: Filters, now: number): Sight {
  const chosen = me.brands.filter(({ id }) => id === filters.brand);
  const brands = chosen.length ? chosen : me.brands;
  const zone = filters.zone || (brands[0]?.zone ?? me.zone);
  const range = rangeOf(filters.period, zone, now);
  const before = compared(range, filters.compare, zone);
  const { country, device, gateway } = filters;
  const fixed = { ...(country && { country }), ...(device && { device }), ...(gateway && { gateway }) };
  const ask = (question: string, { from, to }: Range, only?: Segment): Ask => {
    const [dimension, value] = only?.split(":") ?? [];
    return {
      question,
      from,
      to,
      zone,
      ...(chosen[0] && { brand: chosen[0].id }),
      ...fixed,
      ...(dimension && { [dimension]: value }),
    };
  };
  return {
    me,
    filters,
    brands,
    zone,
    range,
    narrowed: filters.page === "funnel" || Boolean(country || device || gateway) || range.to < now,
    before,
    ask: (question, only) => ask(question, range, only),
    askBefore: (question) => before && ask(question, before),
  };
}
