/**
 * What one verification adds to the exact counters. Pure: the same entry always gives the same cells, so what it adds
 * after a change is the difference of two of them, whoever retries.
 */
import type { OutcomeType } from "../contract.ts";
import { FAILED } from "../events/outcome.ts";
import type { Reported, Session } from "../events/rows.ts";

/** What is known of one verification, cumulative; nothing in it is about a person. */
export interface Counted {
  session: Session;
  /** Of the order, exact: minor units and ISO 4217. */
  amount: number;
  currency: string;
  /** What became of it within the hold window, after it was redeemed. */
  late: "" | "revoked" | "denied";
  /** Points that Analytics Engine did not get. */
  lost: number;
  /** `{epoch seconds of the hour} {event}` → how often. */
  events: { [hourAndEvent: string]: number };
}

/** One outcome as the order system reported it; times in epoch seconds. */
export interface Report {
  type: OutcomeType;
  as: Reported;
  at: number;
  occurred: number | null;
  amount: number;
  currency: string;
}

/** A verification's entry in the ledger. Without `counted` it is older than the ledger, or was erased. */
export interface Entry {
  counted?: Counted;
  reported: Report[];
  erased?: true;
}

/** Some sums of one table under one key. `at`: epoch seconds of an hour, or a calendar day as the number YYYYMMDD. */
export interface Cell {
  name: "hour" | "time" | "operator" | "gateway" | "event" | "prefix" | "money" | "rule" | "leave" | "loss";
  at: number;
  keys: readonly string[];
  sums: { [measure: string]: number };
}

const BUCKETS = 20;

/** The bucket of a duration: a second and below is 0, and each further one ends 1.4 times later. */
export function bucketOf(ms: number): number {
  return Math.min(BUCKETS - 1, Math.max(0, Math.ceil(Math.log(ms / 1000) / Math.log(1.4))));
}

/** The cells of an entry. `dayOf` gives the calendar day, in the brand's zone, of an instant in epoch seconds. */
export function cellsOf({ counted, reported }: Entry, dayOf: (at: number) => number): Cell[] {
  const country = counted?.session.country ?? "";
  const cells = counted ? [...ofSession(counted, reported, dayOf), ...ofEvents(counted)] : [];
  for (const { at } of reported)
    cells.push({ name: "event", at: hourOf(at), keys: [country, "outcome_reported"], sums: { n: 1 } });
  const losses = reported.filter(({ type }) => type === "fraud.confirmed" || type === "chargeback.fraud");
  const [first] = losses;
  const last = losses.at(-1);
  if (first && last) {
    // One verification is one loss: the first report books it, a later one only says better what it was.
    const { amount, currency } = losses.find((loss) => loss.amount > 0) ?? first;
    const began = counted ? String(dayOf(counted.session.created)) : "";
    const keys = [began, currency, last.as, country];
    cells.push({ name: "loss", at: dayOf(first.at), keys, sums: { reports: 1, amount } });
  }
  return cells;
}

function ofSession({ session: s, ...more }: Counted, reported: Report[], dayOf: (at: number) => number): Cell[] {
  const { country, device, gateway, outcome, reach, value } = s;
  const hour = hourOf(s.created);
  const day = dayOf(s.created);
  const said = (type: OutcomeType) => Number(reported.some((report) => report.type === type));
  const challenge = s.decision === "challenge";
  const sent = Number(s.sends > 0);
  const cells: Cell[] = [
    {
      name: "hour",
      at: hour,
      keys: [country, device, gateway],
      sums: {
        created: 1,
        challenged: Number(reach >= 2),
        opened: Number(reach >= 3),
        sent: Number(reach >= 4),
        submitted: Number(reach >= 5),
        approved: Number(reach >= 6),
        delivered: Number(s.receipts > 0),
        [outcome]: 1,
        [`value_${outcome}`]: value,
        attempts: s.guesses,
        wrong: s.wrong,
        approved_attempts: s.approved && s.guesses,
        first_try: s.approved && Number(s.wrong === 0),
        sends: s.sends,
        receipts: s.receipts,
        refused: s.refused,
        cost_micro: s.cost,
        revoked_after_redeem: Number(more.late === "revoked"),
        denied_after_redeem: Number(more.late === "denied"),
        completed_without_redeem: Number(outcome === "unreported") && said("order.completed"),
        points_lost: more.lost,
        ...(challenge && {
          challenges: 1,
          [`guesses_${s.guesses}`]: 1,
          sessions_sent: sent,
          resent: Number(s.resends > 0),
          switched: Number(s.switches > 0),
          approved_after_resend: Number(s.resends > 0) && s.approved,
          webotp_offered: Number(s.webotp > 0),
          webotp_used: Number(s.webotp === 2),
          approved_challenges: s.approved,
          approved_autofill: Number(s.webotp === 2) && s.approved,
        }),
      },
    },
    {
      name: "operator",
      at: hour,
      keys: [country, s.operator],
      sums: {
        sessions: 1,
        sends: s.sends,
        receipts: s.receipts,
        refused: s.refused,
        sessions_sent: sent,
        approved: Number(reach >= 6),
        ...(s.receipt_ms > 0 && { [`b${bucketOf(s.receipt_ms)}`]: 1 }),
      },
    },
    {
      name: "money",
      at: day,
      keys: [more.currency, s.band, outcome, country],
      sums: { sessions: 1, value: more.amount, cost_micro: s.cost },
    },
  ];
  if (s.approved)
    cells.push({
      name: "time",
      at: hour,
      keys: [country, device, gateway, String(s.webotp)],
      sums: { [`b${bucketOf(s.approved_ms)}`]: 1 },
    });
  if (challenge)
    cells.push({
      name: "prefix",
      at: day,
      keys: [country, s.prefix],
      sums: { sessions: 1, sent, approved: s.approved, messages: s.sends, cost_micro: s.cost },
    });
  if (outcome === "blocked")
    cells.push({
      name: "rule",
      at: day,
      keys: [more.currency, s.rule, country],
      sums: { sessions: 1, value: more.amount, legitimate: said("legitimate.confirmed") },
    });
  if (FAILED.some((failed) => failed === outcome))
    cells.push({
      name: "leave",
      at: day,
      keys: [country, device, outcome, s.reason, String(reach)],
      sums: { sessions: 1 },
    });
  return cells;
}

const DELIVERY: { [event: string]: string } = { code_sent: "sent", code_delivered: "receipts", send_failed: "refused" };

function ofEvents({ session: { country, gateway }, events }: Counted): Cell[] {
  return Object.entries(events).flatMap(([key, n]): Cell[] => {
    const [hour, event = ""] = key.split(" ");
    const at = Number(hour);
    const measure = DELIVERY[event];
    return [
      { name: "event", at, keys: [country, event], sums: { n } },
      ...(measure ? [{ name: "gateway" as const, at, keys: [gateway, country], sums: { [measure]: n } }] : []),
    ];
  });
}

/** The UTC hour that an instant falls into, both in epoch seconds. */
export function hourOf(at: number): number {
  return at - (at % 3600);
}
