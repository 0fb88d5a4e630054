import type { Narrowing } from "./dialect.ts";

/**
 * What a question about the numbers is asked with: the caller's brands, a period in epoch seconds (`from` inclusive,
 * `to` exclusive) and the IANA zone in which days are counted; the rest narrows.
 */
export type Filter = Narrowing & {
  brands: string[];
  from: number;
  to: number;
  zone: string;
};

/**
 * One answer, of the same shape whichever store gave it. `exact`: nothing was sampled; `rows_read`: rows of the store
 * behind it; `null`: a quotient by nothing; `coarsest`: the largest sampling interval met (1 = unsampled); `as_of`: epoch seconds of the newest data.
 */
export type Answer = {
  meta: { name: string; type: string }[];
  data: Record<string, string | number | null>[];
  rows: number;
  exact: boolean;
  rows_read: number;
  coarsest: number;
  as_of: number;
};
