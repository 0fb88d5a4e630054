/** What shoppers do at the step, told as acts with pauses. Pure: seed and profile in, stories out. */
import type { BrandId } from "../standins/secrets.ts";
import { type Chance, chanceOf } from "./chance.ts";

/** How a fortnight goes: as usual; with nothing odd; with a gateway down for hours; with autofill broken by half-time. */
export const PROFILES = ["ordinary", "calm", "outage", "autofill"] as const;
export type Profile = (typeof PROFILES)[number];

/** One thing somebody does; `Driver` knows how. */
export type Act =
  | "open"
  | "page"
  | "start"
  | "start again"
  | "resend"
  | "wrong"
  | "right"
  | "leave"
  | "no access"
  | "cancel"
  | "revise"
  | "deny"
  | "revoke"
  | "redeem"
  | "look"
  | "report";

/** An act so many seconds after the one before. */
export interface Beat {
  after: number;
  act: Act;
  /** What becomes of the send's receipt. */
  spoiled?: "lost" | "failed" | "late";
  /** What the shop reports of the order. */
  report?: Report;
}

/** Something that became of an order, days later. */
export interface Report {
  type: "order.completed" | "legitimate.confirmed" | "fraud.confirmed";
  kind?: "account_takeover" | "sim_swap";
}

/** One verification from end to end. `at` is epoch seconds of its opening. */
export interface Story {
  at: number;
  brand: BrandId;
  /** Country of the phone number. */
  country: string;
  device: Device;
  category: "hardware" | "service" | "accessory";
  /** Minor units of the brand's currency. */
  amount: number;
  /** How the code gets into the field. */
  entry: "typed" | "paste" | "autofill" | "webotp";
  /** Whether the browser can take the code from the SMS. */
  armed: boolean;
  /** The number on file is some hours old: a rule denies hardware. */
  fresh: boolean;
  beats: Beat[];
}

export type Device = "ios" | "android" | "desktop";

/** What a run is made of; times in epoch seconds. */
export interface Plan {
  seed: number;
  sessions: number;
  days: number;
  profile: Profile;
  begin: number;
}

/** Hours in which a brand's gateway refuses everything, epoch seconds. */
export interface Outage {
  brand: BrandId;
  from: number;
  to: number;
}

const CLEAR_S = 600;
const HOUR = 3600;
const DAY = 24 * HOUR;
/** Shoppers come in small crowds, so that many fit under one step of the clock. */
const CROWD = 14;

/** Orders by hour of the day, and by day of the week from Sunday. */
const HOURS = [4, 2, 1, 1, 1, 2, 4, 7, 10, 13, 15, 16, 17, 16, 15, 16, 17, 19, 22, 25, 26, 22, 15, 8];
const WEEK = [1.25, 0.9, 0.9, 0.95, 1, 1.1, 1.3];

const SHARE: Record<BrandId, number> = { tindra: 46, marisol: 33, rimal: 21 };
/** Hours ahead of UTC, as far as a daily curve needs to know. */
const AHEAD: Record<BrandId, number> = { tindra: 1, marisol: 1, rimal: 4 };
const COUNTRIES: Record<BrandId, Record<string, number>> = {
  tindra: { NO: 80, SE: 11, DK: 5, DE: 3, GB: 1 },
  marisol: { ES: 93, PT: 7 },
  rimal: { AE: 90, SA: 7, JO: 3 },
};
/** Prices in major units: hardware, then what is cheaper. */
const PRICES: Record<BrandId, [low: number, high: number][]> = {
  tindra: [
    [2490, 18990],
    [149, 799],
    [90, 1490],
  ],
  marisol: [
    [129, 1499],
    // From 30 EUR on: what costs less asks for no proof, and there is no story to tell of it.
    [31, 95],
    [9, 149],
  ],
  rimal: [
    [399, 5499],
    [60, 399],
    [30, 499],
  ],
};

/** How often which story is told; the rest of a hundred is somebody who simply gets through. */
const TURNS: Partial<Record<Turn, number>> = {
  wrong: 7,
  resent: 5,
  late: 1,
  left: 3,
  "no access": 2,
  unopened: 3,
  unentered: 4,
  guessed: 1.2,
  denied: 0.8,
  "denied later": 0.4,
  canceled: 1.4,
  revoked: 0.7,
  "revoked later": 0.4,
  lapsed: 1.2,
  superseded: 1.8,
  ruled: 1.2,
  undeliverable: 0.7,
  "no receipt": 1.5,
};
type Turn =
  | "wrong"
  | "resent"
  | "late"
  | "left"
  | "no access"
  | "unopened"
  | "unentered"
  | "guessed"
  | "denied"
  | "denied later"
  | "canceled"
  | "revoked"
  | "revoked later"
  | "lapsed"
  | "superseded"
  | "ruled"
  | "undeliverable"
  | "no receipt"
  | "through";

/** The stories of a plan in the order of their opening, and when a gateway is down. */
export function storiesOf(plan: Plan): { stories: Story[]; outage: Outage | undefined } {
  const chance = chanceOf(plan.seed);
  const outage = plan.profile === "outage" ? down(plan) : undefined;
  const stories: Story[] = [];
  while (stories.length < plan.sessions) {
    const brand = chance.one(SHARE);
    const at = moment(chance, plan, AHEAD[brand]);
    const crowd = Math.min(CROWD, plan.sessions - stories.length);
    for (let n = 0; n < crowd; n++) {
      const of = n === 0 ? brand : chance.one(SHARE);
      stories.push(story(chance, plan, of, clear(at + chance.between(0, 2) * 6, of, outage), outage));
    }
  }
  return { stories: stories.sort((a, b) => a.at - b.at), outage };
}

/** A third of a day around the busiest hours in the middle of the run, for its largest brand. */
function down({ begin, days }: Plan): Outage {
  const day = begin + Math.floor(days / 2) * DAY;
  return { brand: "tindra", from: day + 14 * HOUR, to: day + 20 * HOUR };
}

/** A time of opening by daily curve and weekday, clear of the end of the run by the longest life of a verification. */
function moment(chance: Chance, { begin, days }: Plan, ahead: number): number {
  const end = begin + days * DAY - 2 * HOUR;
  const busiest = Math.max(...HOURS) * Math.max(...WEEK);
  for (;;) {
    const at = begin + chance.between(0, days * DAY);
    const local = new Date((at + ahead * HOUR) * 1000);
    const busy = (HOURS[local.getUTCHours()] ?? 0) * (WEEK[local.getUTCDay()] ?? 1);
    if (at < end && chance.is(busy / busiest)) return at;
  }
}

/** Nobody is on the way when the gateway goes down or comes back: what they meet would be the machine's speed. */
function clear(at: number, brand: BrandId, outage: Outage | undefined): number {
  const near = (edge: number) => at >= edge - CLEAR_S && at < edge;
  return outage?.brand === brand && (near(outage.from) || near(outage.to)) ? at + CLEAR_S : at;
}

function story(chance: Chance, plan: Plan, brand: BrandId, at: number, outage: Outage | undefined): Story {
  const out = outage && outage.brand === brand && at >= outage.from && at < outage.to;
  const turn: Turn | "refused" = out ? "refused" : turned(chance, plan.profile, brand);
  const device = chance.one<Device>({ ios: 44, android: 41, desktop: 15 });
  const broken = plan.profile === "autofill" && at > plan.begin + (plan.days * DAY) / 2;
  const armed = device === "android" && chance.is(0.9);
  const entry = entered(chance, device, armed, broken);
  const category = turn === "ruled" ? "hardware" : chance.one({ hardware: 70, service: 18, accessory: 12 });
  const [low, high] = PRICES[brand][category === "hardware" ? 0 : category === "service" ? 1 : 2] ?? [1, 2];
  // What ends oddly is told of people at home, whose numbers nobody else has.
  const country = turn === "ruled" ? Object.keys(COUNTRIES[brand])[0] : chance.one(COUNTRIES[brand]);
  const told: Beat[] = [{ after: 0, act: "open" }, ...beats(chance, turn, brand, entry)];
  const later = afterwards(chance, turn);
  const ends = at + [...told, ...later].reduce((sum, { after }) => sum + after, HOUR);
  return {
    at,
    brand,
    country: country ?? "",
    device,
    category,
    amount: chance.between(low, high) * 100 - 1,
    entry,
    armed,
    fresh: turn === "ruled",
    beats: ends < plan.begin + plan.days * DAY ? [...told, ...later] : told,
  };
}

function turned(chance: Chance, profile: Profile, brand: BrandId): Turn {
  if (profile === "calm") return "through";
  const told = Object.values(TURNS).reduce((sum, weight) => sum + weight, 0);
  const turn = chance.one<Turn>({ ...TURNS, through: 100 - told });
  // Only Tindra's texts carry the link by which a recipient says no.
  return turn.startsWith("denied") && brand !== "tindra" ? "through" : turn;
}

function entered(chance: Chance, device: Device, armed: boolean, broken: boolean): Story["entry"] {
  if (armed && !broken) return chance.one({ webotp: 72, typed: 20, paste: 8 });
  if (device === "ios") return chance.one({ autofill: 70, typed: 22, paste: 8 });
  return chance.one({ typed: 85, paste: 15 });
}

/** What the shop hears of the order later on, of most orders nothing. */
function afterwards(chance: Chance, turn: Turn | "refused"): Beat[] {
  const report = (hours: number, of: Report): Beat[] => [{ after: hours * HOUR, act: "report", report: of }];
  const kind = chance.one({ account_takeover: 70, sim_swap: 30 });
  const hours = chance.between(3, 90);
  if (["denied", "denied later", "revoked", "ruled"].includes(turn))
    return chance.is(0.4) ? report(hours, { type: "fraud.confirmed", kind }) : [];
  if (turn !== "through") return [];
  if (chance.is(0.012)) return report(hours, { type: "fraud.confirmed", kind });
  if (chance.is(0.01)) return report(hours, { type: "legitimate.confirmed" });
  return chance.is(0.2) ? report(hours, { type: "order.completed" }) : [];
}

function beats(chance: Chance, turn: Turn | "refused", brand: BrandId, entry: Story["entry"]): Beat[] {
  const in3 = (low: number, high: number) => chance.between(low, high) * 3;
  const reading = entry === "webotp" ? in3(2, 4) : entry === "autofill" ? in3(3, 7) : in3(5, 20);
  const arriving: Beat[] = [
    { after: in3(1, 2), act: "page" },
    { after: in3(1, 3), act: "start" },
  ];
  const right: Beat = { after: reading, act: "right" };
  const redeem: Beat[] = [
    { after: 3, act: "redeem" },
    { after: 0, act: "look" },
  ];
  const end: Beat = { after: 3, act: "look" };
  /** Past the life of every step, and of every approval that nobody redeems. */
  const over: Beat = { after: 21 * 60, act: "look" };
  const wait = brand === "rimal" ? 66 : 36;
  const spoiled = (by: Beat["spoiled"]) =>
    arriving.map((beat) => (beat.act === "start" ? { ...beat, spoiled: by } : beat)) as Beat[];
  const again = (after: number, by: Beat["spoiled"]): Beat => ({ after, act: "resend", ...(by && { spoiled: by }) });
  switch (turn) {
    case "wrong": {
      const wrong = Array.from(
        { length: Number(chance.one({ 1: 80, 2: 15, 3: 5 })) },
        (): Beat => ({ after: in3(5, 9), act: "wrong" }),
      );
      return [...arriving, ...wrong, right, ...redeem];
    }
    case "resent":
      return [...spoiled(chance.is(0.5) ? "lost" : undefined), again(wait, undefined), right, ...redeem];
    case "late":
      return [...spoiled("late"), right, ...redeem];
    case "no receipt":
      return [...spoiled("lost"), right, ...redeem];
    case "left":
      return [...(chance.is(0.3) ? arriving.slice(0, 1) : arriving), { after: in3(3, 15), act: "leave" }, end];
    case "no access":
      return [...arriving, { after: in3(5, 15), act: "no access" }, end];
    case "unopened":
      return [...(chance.is(0.5) ? arriving.slice(0, 1) : []), over];
    case "unentered":
      return [...arriving, ...(chance.is(0.3) ? [{ after: in3(6, 9), act: "wrong" } as Beat] : []), over];
    case "guessed":
      return [...arriving, ...Array.from({ length: 5 }, (): Beat => ({ after: in3(4, 8), act: "wrong" })), end];
    case "denied":
      return [...arriving, { after: in3(10, 30), act: "deny" }, over];
    case "denied later":
      return [...arriving, right, ...redeem, { after: in3(100, 300), act: "deny" }];
    case "canceled":
      return [...(chance.is(0.5) ? arriving : []), { after: in3(10, 40), act: "cancel" }, end];
    case "revoked":
      return [...arriving, right, { after: in3(5, 20), act: "revoke" }, end];
    case "revoked later":
      return [...arriving, right, ...redeem, { after: in3(100, 300), act: "revoke" }];
    case "lapsed":
      return [...arriving, right, over];
    case "superseded":
      return [...(chance.is(0.6) ? arriving : []), { after: in3(8, 30), act: "revise" }, ...arriving, right, ...redeem];
    case "ruled":
      return [end];
    case "undeliverable": {
      const sends = brand === "rimal" ? [66] : [36, 66];
      return [...spoiled("failed"), ...sends.map((after) => again(after, "failed")), end];
    }
    case "refused":
      return [
        ...arriving,
        ...Array.from({ length: chance.between(1, 3) }, (): Beat => ({ after: in3(4, 6), act: "start again" })),
        ...(chance.is(0.5) ? [{ after: 9, act: "leave" } as Beat, end] : [over]),
      ];
    case "through":
      return [...arriving, right, ...redeem];
  }
}
