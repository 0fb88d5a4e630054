/**
 * What a question about the numbers is asked with: the caller's brands, a period in epoch seconds (`from` inclusive,
 * `to` exclusive) and the IANA zone in which days are counted; the rest narrows.
 */
export type Filter = {
  brands: string[];
  from: number;
  to: number;
  country?: string;
  device?: string;
  gateway?: string;
  category?: string;
  /** `none`, `offered` or `used`. */
  autofill?: string;
  /** `redirect` or `frame`. */
  mode?: string;
  /** The first eight characters of the Worker's version. */
  release?: string;
  zone: string;
};

/** What a filter can narrow by, besides brands and time. */
export const DIMENSIONS = ["country", "device", "gateway", "category", "autofill", "mode", "release"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

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
