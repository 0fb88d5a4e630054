/** What is looked at, as the address of the page says it: links, back and forward work. */
import { COMPARES, type Compare, type Period, PRESETS, type Preset } from "./period.ts";
import { daysBetween, knownZone } from "./zone.ts";

/** Every page there is, in the order of the bar. */
export const PAGES = ["overview", "funnel", "delivery", "sql", "data"] as const;
export type Page = (typeof PAGES)[number];
/** Kinds of device, as the rows name them. */
export const DEVICES = ["ios", "android", "desktop", "other"] as const;

/** What the rows say besides, and the exact sums do not keep; of a release its first eight characters are told. */
export const KINDS = {
  category: ["hardware", "service", "accessory"],
  autofill: ["none", "offered", "used"],
  mode: ["redirect", "frame"],
} as const;

/** One side of a comparison, `dimension:value`. */
export type Segment = `${"brand" | "country" | "device" | "release" | keyof typeof KINDS}:${string}`;

/** All that an address can say. An empty text does not narrow; an empty zone is the brand's own. */
export interface Filters {
  page: Page;
  brand: string;
  country: string;
  device: string;
  gateway: string;
  period: Period;
  compare: Compare;
  zone: string;
  /** The two sides of the funnel page. */
  a: Segment;
  b: Segment;
}

/** What an address that says nothing means. */
export const PLAIN: Filters = {
  page: "overview",
  brand: "",
  country: "",
  device: "",
  gateway: "",
  period: "14d",
  compare: "previous",
  zone: "",
  a: "device:ios",
  b: "device:android",
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LONGEST_DAYS = 92;
const listed = [["device", DEVICES] as const, ...Object.entries(KINDS)].map(
  ([name, all]) => `${name}:(${all.join("|")})`,
);
const SEGMENT = new RegExp(`^(brand:[a-z0-9-]{1,24}|country:[A-Z]{2}|release:[0-9a-f]{8}|${listed.join("|")})$`);

/** Whether `day` is written as a date and is one. */
function real(day: string): boolean {
  return DAY.test(day) && new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) === day;
}

/** Whether `text` names a period: a preset, or days in order, at most 92. */
export function isPeriod(text: string): text is Period {
  if (PRESETS.includes(text as Preset)) return true;
  const [first = "", last = "", ...more] = text.split("..");
  if (more.length || !real(first) || !real(last)) return false;
  const days = daysBetween(first, last);
  return days >= 1 && days <= LONGEST_DAYS;
}

const VALID: { [K in keyof Filters]: (text: string) => boolean } = {
  page: (text) => PAGES.includes(text as Page),
  brand: (text) => /^[a-z0-9-]{1,24}$/.test(text),
  country: (text) => /^[A-Z]{2}$/.test(text),
  device: (text) => DEVICES.includes(text as (typeof DEVICES)[number]),
  gateway: (text) => /^[a-z0-9-]{1,24}$/.test(text),
  period: isPeriod,
  compare: (text) => COMPARES.includes(text as Compare),
  zone: knownZone,
  a: (text) => SEGMENT.test(text),
  b: (text) => SEGMENT.test(text),
};

/** Reads a query string; what it does not say, or says wrongly, is as in `PLAIN`. */
export function readFilters(search: string): Filters {
  const params = new URLSearchParams(search);
  const said = Object.entries(VALID).flatMap(([name, valid]) => {
    const text = params.get(name);
    return text && valid(text) ? [[name, text]] : [];
  });
  return { ...PLAIN, ...Object.fromEntries(said) };
}

/** The query string that reads back as `filters`, with its question mark; empty when all is plain. */
export function writeFilters(filters: Filters): string {
  const said = Object.entries(filters).filter(([name, text]) => text !== PLAIN[name as keyof Filters]);
  // Slashes, colons and dots may stand in a query (RFC 3986, 3.4), and people read addresses.
  const query = said.map(
    ([name, text]) => `${name}=${encodeURIComponent(text).replace(/%(2F|3A)/g, decodeURIComponent)}`,
  );
  return query.length ? `?${query.join("&")}` : "";
}
