/** Counting what a write to the record means: noted in the record first, told to the data sets after. */
import { brandById } from "../brands/brand.ts";
import { config } from "../config.ts";
import { checked } from "../events/rows.ts";
import { write } from "../events/write.ts";
import type { Record } from "./record.ts";
import { eventRow, type Happened, happened, noted, sessionRow, type Terms } from "./tally.ts";

/** What is to be told of one write; `record` is what has to be written, and knows of it. */
export interface Noted {
  record: Record;
  happened: readonly Happened[];
  /** Whether the verification's one wide row is due. */
  due: boolean;
}

/** Notes what happened from `before` (as it is stored) to `r` (as it will be). */
export function note(before: Record | undefined, r: Record, now: number): Noted {
  const events = happened(before, r, now);
  return { ...noted(r, events, now), happened: events };
}

/** Tells the data sets; gives the record back, with the points that were lost. Never throws. */
export function announceCounts(env: Env, { happened: events, due }: Noted, record: Record, now: number): Record {
  if (events.length === 0 && !due) return record;
  let lost = 0;
  try {
    const terms = termsOf(env, record.brand);
    for (const one of events) lost += write(env, eventRow(record, one, terms, now));
    const row = due ? sessionRow(record, terms) : undefined;
    if (row) lost += write(env, row);
  } catch {
    lost = events.length + Number(due);
  }
  return lost === 0 ? record : { ...record, tally: { ...record.tally, lost: record.tally.lost + lost } };
}

const digits = new Map<string, number>();

/** What this deployment knows about a brand's verifications. */
export function termsOf(env: Env, brand: string): Terms {
  const gateway = config(env).brands[brand]?.gateway;
  const currency = brandById(brand)?.currency ?? "";
  return {
    gateway: gateway?.kind ?? "",
    messageCost: gateway?.message_cost ?? 0,
    currency,
    digits: digitsOf(currency),
    worker: checked("worker", env.VERSION?.id.slice(0, 8)),
  };
}

/** Digits of the currency's minor unit (ISO 4217, as `Intl` knows them). */
function digitsOf(currency: string): number {
  const known = digits.get(currency);
  if (known !== undefined || !currency) return known ?? 2;
  const found = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
  digits.set(currency, found ?? 2);
  return found ?? 2;
}
