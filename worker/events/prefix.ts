/** What of a number may be counted: its start, behind which there are at least ten thousand others. Pure. */
import { type Checked, checked } from "./rows.ts";

/** Digits kept of a number, its country code included: two or three beyond it, five or more are left out. */
const KEPT: { readonly [country: string]: number } = {
  AE: 5,
  DE: 5,
  DK: 4,
  EG: 4,
  ES: 4,
  GB: 5,
  JO: 5,
  NO: 4,
  PT: 5,
  SA: 5,
  SE: 4,
};

/** The prefix of a number in E.164 of `country`; '' where the table does not know the country. */
export function prefixOf(number: string, country: string): Checked<"prefix"> | "" {
  return checked("prefix", number.slice(1, 1 + (KEPT[country] ?? 0)));
}
