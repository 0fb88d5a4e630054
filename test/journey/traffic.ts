/** Fourteen days of made-up verifications, the same at every run, counted as the named questions count. */
import type { Answer, Row } from "../../web/analyst/given.ts";
import { chanceOf } from "../traffic/chance.ts";

/** Brands with their share of the traffic by country. */
export const BRANDS = [
  {
    id: "tindra",
    name: "Tindra Mobil",
    currency: "NOK",
    zone: "Europe/Oslo",
    countries: ["NO", "SE", "DK"],
    a_day: 420,
  },
  { id: "marisol", name: "Marisol", currency: "EUR", zone: "Europe/Madrid", countries: ["ES", "PT", "DE"], a_day: 760 },
  { id: "rimal", name: "Rimal Telecom", currency: "AED", zone: "Asia/Dubai", countries: ["AE", "SA"], a_day: 260 },
] as const;
const DAYS = 30;
const DEVICES = ["ios", "android", "desktop", "other"] as const;

/** One verification that has ended. */
interface Ended {
  t: number;
  brand: string;
  country: string;
  device: string;
  operator: string;
  outcome: string;
  reason: string;
  reach: number;
  guesses: number;
  wrong: number;
  sends: number;
  receipts: number;
  resends: number;
  webotp: number;
  ms: number;
  receipt_ms: number;
  category: string;
}

const made = new Map<number, Ended[]>();

/** All verifications of the days before `now` (epoch seconds). */
function verifications(now: number): Ended[] {
  const known = made.get(now);
  if (known) return known;
  const { next: roll } = chanceOf(11);
  const rows: Ended[] = [];
  const end = Math.floor(now / 3600) * 3600;
  for (let t = end - DAYS * 86_400; t < end; t += 3600) {
    const hour = (t / 3600) % 24;
    const daily = 0.15 + Math.max(0, Math.sin(((hour - 5) / 24) * 2 * Math.PI)) * 1.7;
    const weekend = [0, 6].includes(new Date(t * 1000).getUTCDay()) ? 0.75 : 1;
    for (const brand of BRANDS) {
      const outage = brand.id === "marisol" && t >= end - 5 * 86_400 - 9 * 3600 && t < end - 5 * 86_400 - 6 * 3600;
      const n = Math.round((brand.a_day / 24) * daily * weekend * (0.8 + roll() * 0.4));
      for (let i = 0; i < n; i++) rows.push(verification(roll, t + Math.floor(roll() * 3600), brand, outage));
    }
  }
  made.set(now, rows);
  return rows;
}

function verification(roll: () => number, t: number, brand: (typeof BRANDS)[number], outage: boolean): Ended {
  const pick = <T>(from: readonly T[], skew = 1): T => from[Math.floor(roll() ** skew * from.length)] as T;
  const country = pick(brand.countries, 2.2);
  const device = pick(DEVICES, 1.6);
  const base = {
    t,
    brand: brand.id,
    country,
    device,
    operator: `${country}-0${1 + Math.floor(roll() * 3)}`,
    wrong: 0,
    ms: 0,
    receipt_ms: 0,
    category: t % 10 < 7 ? "hardware" : t % 10 < 9 ? "service" : "accessory",
  };
  const never = { ...base, guesses: 0, sends: 0, receipts: 0, resends: 0, webotp: 0, reason: "" };
  const fate = roll();
  if (fate < 0.015) return { ...never, outcome: "exempt", reason: "policy", reach: 1 };
  if (fate < 0.04) return { ...never, outcome: "blocked", reason: "rule", reach: 1 };
  if (fate < 0.055) return { ...never, outcome: "expired", reason: "expired_unopened", reach: 2 };
  const receipt = roll() < (outage ? 0.3 : 0.965) ? 1 : 0;
  const sent = {
    ...base,
    sends: 1,
    receipts: receipt,
    receipt_ms: receipt * (1_800 + (t % 97) * 90),
    resends: roll() < 0.09 ? 1 : 0,
    guesses: 0,
    webotp: device === "android" ? 1 : 0,
  };
  if (fate < 0.13)
    return { ...sent, outcome: "aborted", reason: roll() < 0.8 ? "left" : "no_access_to_number", reach: 4 };
  if (fate < 0.165 || (outage && roll() < 0.5))
    return { ...sent, outcome: "expired", reason: "expired_unentered", reach: 4 };
  if (fate < 0.172) return { ...sent, outcome: "undeliverable", reason: "not_delivered", reach: 4 };
  if (fate < 0.181) return { ...sent, guesses: 5, wrong: 5, outcome: "locked", reason: "guesses_exhausted", reach: 5 };
  if (fate < 0.186) return { ...sent, outcome: "denied", reason: "recipient_denied", reach: 4 };
  const wrong = roll() < 0.9 ? 0 : roll() < 0.8 ? 1 : 2;
  const webotp = device === "android" && roll() < 0.62 ? 2 : sent.webotp;
  const ms = (webotp === 2 ? 6000 : 13_000) * (0.55 + roll() ** 3 * 4);
  const outcome = fate < 0.196 ? "unreported" : "proceeded";
  return {
    ...sent,
    guesses: wrong + 1,
    wrong,
    webotp,
    ms,
    outcome,
    reason: "code",
    reach: outcome === "proceeded" ? 7 : 6,
  };
}

type Asked = Record<string, unknown> & { question: string };
type Measure = (row: Ended) => number;
type Keys = (row: Ended) => Record<string, string | number>;

const FAILED = ["expired", "locked", "undeliverable", "failed_technical"];
const is =
  (test: (row: Ended) => boolean): Measure =>
  (row) =>
    test(row) ? 1 : 0;
const reached = (step: number) => is(({ reach }) => reach >= step);
const ended = (...outcomes: string[]) => is(({ outcome }) => outcomes.includes(outcome));
const approved = reached(6);
const ONE: Measure = () => 1;
const hour = (t: number) => Math.floor(t / 3600) * 3600;

/** Named questions that are groups and sums. */
const SUMS: Record<string, { by: Keys; of: Record<string, Measure>; only?: (row: Ended) => boolean }> = {
  outcomes: { by: ({ outcome }) => ({ outcome }), of: { sessions: ONE } },
  funnel: {
    by: () => ({}),
    of: {
      created: ONE,
      challenged: reached(2),
      opened: reached(3),
      sent: reached(4),
      submitted: reached(5),
      approved,
      proceeded: reached(7),
      attempts: ({ guesses }) => guesses,
      wrong: ({ wrong }) => wrong,
    },
  },
  releases: { by: () => ({ release: "0a1b2c3d", since: 1_793_000_000 }), of: { sessions: ONE } },
  attempts: { by: ({ guesses }) => ({ submits: guesses }), of: { sessions: ONE }, only: ({ reach }) => reach >= 2 },
  hourly: {
    by: ({ t }) => ({ t: hour(t) }),
    of: {
      created: ONE,
      sent: reached(4),
      approved,
      proceeded: reached(7),
      aborted: ended("aborted"),
      failed: ended(...FAILED),
      blocked: ended("blocked"),
      attempts: ({ guesses }) => guesses,
    },
  },
  webotp: {
    by: ({ brand, device }) => ({ brand, device }),
    of: {
      offered: is(({ webotp }) => webotp >= 1),
      used: is(({ webotp }) => webotp === 2),
      approved,
      approved_autofill: is(({ webotp, reach }) => webotp === 2 && reach >= 6),
    },
  },
  reasons: { by: ({ reason }) => ({ reason }), of: { sessions: ONE }, only: ({ outcome }) => outcome === "aborted" },
  leaving: {
    by: ({ reach, outcome }) => ({ reach, outcome }),
    of: { sessions: ONE },
    only: ({ outcome }) => ["aborted", ...FAILED].includes(outcome),
  },
  countries: {
    by: ({ country }) => ({ country }),
    of: { created: ONE, sent: reached(4), approved, blocked: ended("blocked") },
  },
  resend: {
    by: ({ country }) => ({ country }),
    of: {
      sent: reached(4),
      resent: is(({ resends }) => resends > 0),
      switched: () => 0,
      approved_after_resend: is(({ resends, reach }) => resends > 0 && reach >= 6),
    },
  },
  pumping: {
    by: ({ country }) => ({ prefix: "", country }),
    of: { sent: reached(4), approved, messages: ({ sends }) => sends, cost_micro: ({ sends }) => sends * 61_000 },
  },
  deliveryByOperator: {
    by: ({ country, operator }) => ({ country, operator }),
    of: {
      sends: ({ sends }) => sends,
      receipts: ({ receipts }) => receipts,
      refused: () => 0,
      sessions_sent: reached(4),
      approved,
    },
  },
  deliveryByProvider: {
    by: ({ t }) => ({ provider: "twilio", t: hour(t) }),
    of: { sent: ({ sends }) => sends, receipts: ({ receipts }) => receipts, refused: () => 0 },
    only: ({ sends }) => sends > 0,
  },
};

const AUTOFILL = ["none", "offered", "used"];

/** The answer to `asked`; of `weigh` rows one is read, and stands for all of them. */
export function answerTo(asked: Asked, now: number, weigh: number): Answer {
  const { question } = asked;
  const brands = typeof asked.brand === "string" ? asked.brand.split(",") : undefined;
  const rows = verifications(now).filter(
    (row, i) =>
      i % weigh === 0 &&
      row.t >= Number(asked.from) &&
      row.t < Number(asked.to) &&
      (!brands || brands.includes(row.brand)) &&
      (!asked.country || row.country === asked.country) &&
      (!asked.device || row.device === asked.device) &&
      (!asked.category || row.category === asked.category) &&
      (!asked.autofill || row.webotp === AUTOFILL.indexOf(String(asked.autofill))) &&
      asked.mode !== "frame",
  );
  const sums = SUMS[question];
  return told(sums ? grouped(rows, sums, weigh) : special(question, rows), rows.length, now, weigh);
}

function grouped(rows: Ended[], { by, of, only }: (typeof SUMS)[string], weigh: number): Row[] {
  const groups = new Map<string, { keys: Row; rows: Ended[] }>();
  for (const row of only ? rows.filter(only) : rows) {
    const keys = by(row);
    const name = JSON.stringify(keys);
    const group = groups.get(name) ?? { keys, rows: [] };
    groups.set(name, group);
    group.rows.push(row);
  }
  const counted = [...groups.values()].map(({ keys, rows: all }) => {
    const values = Object.entries(of).flatMap(([column, measure]) => {
      const sum = all.reduce((total, row) => total + measure(row), 0);
      return [
        [column, sum * weigh],
        [`var_${column}`, sum * weigh * (weigh - 1)],
      ];
    });
    return { ...keys, ...Object.fromEntries(values), rows_read: all.length } as Row;
  });
  const [first = ""] = Object.keys(of);
  return counted.sort((a, b) => ("t" in a ? Number(a.t) - Number(b.t) : Number(b[first]) - Number(a[first])));
}

/** What the tables of Delivery have their times by. */
const BY: Record<string, Keys> = {
  Country: ({ country }) => ({ country }),
  Operator: ({ country, operator }) => ({ country, operator }),
  Gateway: () => ({ provider: "twilio" }),
};

/** Quantiles and means. */
function special(question: string, rows: Ended[]): Row[] {
  const verified = rows.filter(({ reach }) => reach >= 6);
  const lasting = (of: Ended[], keys: Keys, ms: Measure): Row[] =>
    [...Map.groupBy(of, (row) => JSON.stringify(keys(row)))].sort().map(([group, all]) => {
      const times = all.map(ms).sort((a, b) => a - b);
      const at = (q: number) => times[Math.floor(times.length * q)] ?? 0;
      const n = times.length;
      return { ...JSON.parse(group), p50_ms: at(0.5), p95_ms: at(0.95), approved: n, confirmed: n, rows_read: n };
    });
  const by = (key: (row: Ended) => string | number, name: string) =>
    lasting(
      verified,
      (row) => ({ [name]: key(row) }),
      ({ ms }) => ms,
    );
  const [, what, group = ""] = /^(latency|verifyTime)By(\w+)$/.exec(question) ?? [];
  const keys = BY[group];
  if (what === "latency" && keys)
    return lasting(
      rows.filter((row) => row.receipt_ms > 0),
      keys,
      ({ receipt_ms }) => receipt_ms,
    );
  if (what === "verifyTime" && keys) return lasting(verified, keys, ({ ms }) => ms);
  if (question === "verifyTime") return by(({ brand }) => brand, "brand");
  if (question === "verifyTimeAutofill") return by(({ webotp }) => webotp, "webotp");
  if (question !== "attemptsMean" || !verified.length) return [];
  const mean = (measure: Measure) => verified.reduce((sum, row) => sum + measure(row), 0) / verified.length;
  return [
    { submits_per_session: mean(({ guesses }) => guesses), first_try: mean(({ wrong }) => (wrong === 0 ? 1 : 0)) },
  ];
}

function told(data: Row[], rows_read: number, now: number, weigh: number): Answer {
  const meta = Object.entries(data[0] ?? {}).map(([name, value]) => ({
    name,
    type: typeof value === "string" ? "String" : "UInt64",
  }));
  return {
    meta,
    data,
    exact: weigh === 1,
    rows_read,
    coarsest: weigh,
    as_of: now - 90,
    age_s: 0,
    suppressed: 0,
    nothing_yet: false,
    settled_until: now - 1500,
    sql: "SELECT",
  };
}

/** The answer of a store to which nothing was ever written. */
export function nothing(now: number): Answer {
  return { ...told([], 0, now, 1), nothing_yet: true, settled_until: now - 1500 };
}
