/**
 * What really happened, counted from what the generator did and was told over the public API; nothing here comes from
 * the product's own code, or a mistake of it would be told twice. Questions and columns as the console names them.
 */
import type { BrandId } from "../standins/secrets.ts";
import type { Device, Plan, Report, Story } from "./stories.ts";

/** One verification as shopper, shop and gateway saw it. Times in epoch milliseconds of the system's clock. */
export interface Fact {
  brand: BrandId;
  country: string;
  device: Device;
  /** Minor units. */
  amount: number;
  category: Story["category"];
  /** The browser could take the code from the SMS; known once it has asked for one. */
  armed: boolean;
  created: number;
  /** A rule said no at once. */
  denied: boolean;
  status: string;
  reason: string | null;
  /** The step was started. */
  opened: boolean;
  /** What the gateway did for it. */
  gateway: { what: "sent" | "receipt" | "refused"; at: number }[];
  receipts: number;
  resends: number;
  guesses: number;
  wrong: number;
  /** When the right code was taken. */
  approved: number | null;
  redeemed: boolean;
  entry: Story["entry"] | null;
  /** What the shop reported later. */
  reports: Report[];
}

/** Which verifications are asked for; times in epoch seconds, `to` excluded. */
export interface Segment {
  brand?: string;
  country?: string;
  device?: string;
  category?: string;
  autofill?: "none" | "offered" | "used";
  from?: number;
  to?: number;
}

export type Row = Record<string, string | number | null>;
export type Answers = Record<string, Row[]>;

const OUTCOME: Record<string, string> = {
  redeemed: "proceeded",
  revoked: "stopped",
  lapsed: "unreported",
  abandoned: "aborted",
  expired: "expired",
  failed: "locked",
  undeliverable: "undeliverable",
  errored: "failed_technical",
  denied: "denied",
  blocked: "blocked",
  canceled: "canceled",
  superseded: "superseded",
};
const FAILED = ["expired", "locked", "undeliverable", "failed_technical"];

/** Who says "not my order" before the goods are released prevents it, also after an approval. */
const outcome = (f: Fact) => (f.reason === "recipient_denied" ? "denied" : (OUTCOME[f.status] ?? f.status));
const sends = (f: Fact) => did(f, "sent");
const did = (f: Fact, what: Fact["gateway"][number]["what"]) => f.gateway.filter((one) => one.what === what).length;
const hour = (ms: number) => Math.floor(ms / 3_600_000) * 3600;
const webotp = (f: Fact) => (f.entry === "webotp" ? 2 : f.opened && f.armed ? 1 : 0);
const challenged = (f: Fact) => !f.denied;

/** How far it got: 1 created, 2 challenged, 3 opened, 4 sent, 5 submitted, 6 approved, 7 redeemed. */
function reach(f: Fact): number {
  if (f.redeemed) return 7;
  if (f.approved !== null) return 6;
  if (f.guesses > 0) return 5;
  if (sends(f) > 0) return 4;
  if (f.opened) return 3;
  return f.denied ? 1 : 2;
}

/** Upper edges and midpoints of the baskets' bands, major units. */
const BANDS = [
  [100, 50],
  [250, 175],
  [500, 375],
  [1000, 750],
] as const;

/** The midpoint of the basket's band, minor units (all brands' currencies have two digits). */
function value({ amount }: Fact): number {
  return (BANDS.find(([edge]) => amount < edge * 100)?.[1] ?? 1250) * 100;
}

/** Every answer of Overview, Funnel and Delivery for a segment. */
export function answers(all: readonly Fact[], segment: Segment = {}): Answers {
  const facts = all.filter((f) => within(f, f.created, segment));
  const challenges = facts.filter(challenged);
  const approvals = facts.filter((f) => f.approved !== null);
  return {
    outcomes: grouped(
      facts,
      (f) => ({ outcome: outcome(f) }),
      (of) => ({ sessions: of.length, value_cents: sum(of, value) }),
    ),
    outcomesByDay: grouped(
      facts,
      (f) => ({ brand: f.brand, t: hour(f.created) - (hour(f.created) % 86_400), outcome: outcome(f) }),
      (of) => ({ sessions: of.length }),
    ),
    funnel: grouped(
      facts,
      () => ({}),
      (of) => ({
        ...steps(of),
        challenged: count(of, (f) => reach(f) >= 2),
        opened: count(of, (f) => reach(f) >= 3),
        submitted: count(of, (f) => reach(f) >= 5),
        delivered: count(of, (f) => f.receipts > 0),
        attempts: sum(of, (f) => f.guesses),
        wrong: sum(of, (f) => f.wrong),
      }),
    ),
    funnelByBrand: grouped(facts, (f) => ({ brand: f.brand }), steps),
    attempts: grouped(
      challenges,
      (f) => ({ submits: f.guesses }),
      (of) => ({ sessions: of.length }),
    ),
    attemptsMean: grouped(
      approvals,
      () => ({}),
      (of) => ({
        submits_per_session: sum(of, (f) => f.guesses) / of.length,
        first_try: count(of, (f) => f.wrong === 0) / of.length,
      }),
    ),
    hourly: grouped(
      facts,
      (f) => ({ t: hour(f.created) }),
      (of) => ({
        ...steps(of),
        attempts: sum(of, (f) => f.guesses),
        aborted: count(of, (f) => outcome(f) === "aborted"),
        failed: count(of, (f) => FAILED.includes(outcome(f))),
        blocked: count(of, (f) => outcome(f) === "blocked"),
      }),
    ),
    verifyTime: grouped(
      approvals,
      (f) => ({ brand: f.brand }),
      (of) => times(of),
    ),
    verifyTimeAutofill: grouped(
      approvals,
      (f) => ({ webotp: webotp(f) }),
      (of) => ({ ...times(of), approved: of.length }),
    ),
    verifyTimeByCountry: timesBy((f) => ({ country: f.country })),
    verifyTimeByGateway: timesBy(() => ({ provider: "twilio" })),
    verifyTimeByOperator: timesBy((f) => ({ country: f.country, operator: "" })),
    deliveryByOperator: grouped(
      facts,
      (f) => ({ country: f.country, operator: "" }),
      (of) => ({
        sends: sum(of, sends),
        receipts: sum(of, (f) => f.receipts),
        refused: sum(of, (f) => did(f, "refused")),
        sessions_sent: count(of, (f) => sends(f) > 0),
        approved: count(of, (f) => reach(f) >= 6),
      }),
    ),
    deliveryByProvider: byGateway(all, segment),
    resend: grouped(
      challenges,
      (f) => ({ country: f.country }),
      (of) => ({
        sent: count(of, (f) => sends(f) > 0),
        resent: count(of, (f) => f.resends > 0),
        switched: 0,
        approved_after_resend: count(of, (f) => f.resends > 0 && f.approved !== null),
      }),
    ),
    webotp: grouped(
      challenges,
      (f) => ({ brand: f.brand, device: seen(f) }),
      (of) => ({
        offered: count(of, (f) => webotp(f) >= 1),
        used: count(of, (f) => webotp(f) === 2),
        approved: count(of, (f) => f.approved !== null),
        approved_autofill: count(of, (f) => webotp(f) === 2 && f.approved !== null),
      }),
    ),
    leaving: grouped(
      facts.filter((f) => ["aborted", ...FAILED].includes(outcome(f))),
      (f) => ({ reach: reach(f), outcome: outcome(f) }),
      (of) => ({ sessions: of.length }),
    ),
    countries: grouped(
      facts,
      (f) => ({ country: f.country }),
      (of) => ({
        created: of.length,
        sent: count(of, (f) => reach(f) >= 4),
        approved: count(of, (f) => reach(f) >= 6),
        blocked: count(of, (f) => outcome(f) === "blocked"),
      }),
    ),
    reasons: grouped(
      facts.filter((f) => outcome(f) === "aborted"),
      (f) => ({ reason: f.reason ?? "" }),
      (of) => ({ sessions: of.length }),
    ),
  };

  function timesBy(key: (f: Fact) => Row): Row[] {
    return grouped(approvals, key, (of) => ({ ...times(of), approved: of.length }));
  }
  function times(of: readonly Fact[]): Row {
    const ms = of.map((f) => (f.approved as number) - f.created).sort((a, b) => a - b);
    return { p50_ms: quantile(ms, 0.5), p95_ms: quantile(ms, 0.95) };
  }
}

function steps(of: readonly Fact[]): Row {
  return {
    created: of.length,
    sent: count(of, (f) => reach(f) >= 4),
    approved: count(of, (f) => reach(f) >= 6),
    proceeded: count(of, (f) => reach(f) >= 7),
  };
}

/** What gateways did, by the hour in which they did it. */
function byGateway(all: readonly Fact[], segment: Segment): Row[] {
  const { from = 0, to = Number.POSITIVE_INFINITY, ...who } = segment;
  const calls = all
    .filter((f) => within(f, f.created, who))
    .flatMap((f) => f.gateway)
    .filter(({ at }) => at >= from * 1000 && at < to * 1000);
  return grouped(
    calls,
    ({ at }) => ({ provider: "twilio", t: hour(at) }),
    (of) => ({
      sent: count(of, ({ what }) => what === "sent"),
      receipts: count(of, ({ what }) => what === "receipt"),
      refused: count(of, ({ what }) => what === "refused"),
    }),
  );
}

/** The device is known from the first press on. */
function seen(f: Fact): string {
  return f.opened ? f.device : "";
}

function within(f: Fact, at: number, { from = 0, to = Number.POSITIVE_INFINITY, ...who }: Segment) {
  const { brand = f.brand, country = f.country, device = seen(f), category = f.category, autofill } = who;
  const is = brand === f.brand && country === f.country && device === seen(f) && category === f.category;
  const filled = autofill === undefined || ["none", "offered", "used"].indexOf(autofill) === webotp(f);
  return is && filled && at >= from * 1000 && at < to * 1000;
}

function grouped<T>(list: readonly T[], key: (one: T) => Row, row: (of: readonly T[]) => Row): Row[] {
  const groups = Map.groupBy(list, (one) => JSON.stringify(key(one)));
  return [...groups].sort(([a], [b]) => a.localeCompare(b)).map(([key, of]) => ({ ...JSON.parse(key), ...row(of) }));
}

const count = <T>(list: readonly T[], is: (one: T) => boolean) => list.filter(is).length;
const sum = <T>(list: readonly T[], of: (one: T) => number) => list.reduce((total, one) => total + of(one), 0);

/** The first value of the sorted list by which a share `q` of it is reached. */
function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)] ?? 0;
}

/** All that is written down of a run: every answer for all of it, and by brand, country, device and UTC day. */
export function truth(plan: Plan, facts: readonly Fact[], end: number) {
  const by = <K extends keyof Segment>(name: K, values: readonly string[]) =>
    Object.fromEntries(values.map((value) => [value, answers(facts, { [name]: value })]));
  const values = (of: (f: Fact) => string) => [...new Set(facts.map(of))].sort();
  const days = values((f) => new Date(f.created).toISOString().slice(0, 10));
  const ofDay = (day: string) => {
    const from = Date.parse(day) / 1000;
    const period = { from: Math.max(from, plan.begin), to: Math.min(from + 86_400, end) };
    return [day, { ...period, ...answers(facts, period) }] as const;
  };
  return {
    ...plan,
    from: plan.begin,
    to: end,
    verifications: facts.length,
    reports: grouped(
      facts.flatMap((f) => f.reports.map(({ type, kind = "" }) => ({ brand: f.brand, type, kind }))),
      (one) => one,
      (of) => ({ n: of.length }),
    ),
    all: answers(facts),
    brands: by(
      "brand",
      values((f) => f.brand),
    ),
    countries: by(
      "country",
      values((f) => f.country),
    ),
    devices: by("device", values(seen)),
    days: Object.fromEntries(days.map(ofDay)),
  };
}
