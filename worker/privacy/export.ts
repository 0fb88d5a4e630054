/** All that is stored of a subject, readable (GDPR art. 15 and 20): no key, no code, no full number. */
import type { CustomerRow } from "../budget/customer.ts";

/** What was found; `customer` where the subject is one, not a single order of theirs. */
export interface Stored {
  verifications: object[];
  events: { id: string; at: number; body: string }[];
  customer: CustomerRow | undefined;
}

/** The export of what was found at `now`. Names as in the API, times in RFC 3339. Pure. */
export function exported({ verifications, events, customer }: Stored, now: number): object {
  return {
    object: "export",
    created_at: time(now),
    ...(customer && { customer: budgets(customer) }),
    verifications,
    events: events.map(({ id, at, body }) => ({ id, at: time(at), payload: JSON.parse(body) as unknown })),
  };
}

function budgets({ budget, index, unlocks }: CustomerRow): object {
  const { leases, spent, inRow, waitUntil } = budget;
  return {
    wrong_guesses_in_a_row: inRow,
    waits_until: waitUntil === 0 ? null : time(waitUntil),
    reserved: leases.map(({ id, at, guesses, sends }) => ({ verification: id, at: time(at), guesses, sends })),
    used: spent.map(({ id, at, guesses, sends }) => ({ verification: id, at: time(at), guesses, sends })),
    verifications: index.map(({ id, at }) => ({ id, at: time(at) })),
    unlocks: unlocks.map(({ at, by, reason }) => ({ at: time(at), by, reason })),
  };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
