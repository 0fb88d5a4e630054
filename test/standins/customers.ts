/** The customers of each brand as its authority knows them: c1…c400, the same on every machine. */
import { createHash, createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addedNumbers } from "./added.ts";
import type { Clock } from "./clock.ts";
import { type BrandId, SERVED } from "./secrets.ts";

/** UserInfo of one customer; what is absent is absent in the answer. */
export interface Customer {
  phone_number?: string;
  phone_number_verified?: boolean;
  /** Epoch seconds. */
  updated_at?: number;
}

export interface Customers {
  find(brand: BrandId, ref: string): Customer | undefined;
  /** Replaces members of a customer (null removes one); a new ref makes a new customer. Kept on disk. */
  change(brand: BrandId, ref: string, change: { [M in keyof Customer]?: Customer[M] | null }): Customer;
  /** The ref holding `number`, for the handset's caption. */
  holder(brand: BrandId, number: string): string | undefined;
}

export const CUSTOMER_COUNT = 400;
const HOUR_S = 3600;
const LONG_AGO_S = Date.UTC(2024, 0, 1) / 1000;

/** Prefix and length of the free digits; every number they give is a valid mobile one. */
const MOBILE: Partial<Record<BrandId, { prefix: string; digits: number }[]>> = {
  tindra: [
    { prefix: "+4792", digits: 6 },
    { prefix: "+4748", digits: 6 },
    { prefix: "+4798", digits: 6 },
  ],
  marisol: [
    { prefix: "+3461", digits: 7 },
    { prefix: "+3465", digits: 7 },
  ],
  rimal: [
    { prefix: "+97150", digits: 7 },
    { prefix: "+97155", digits: 7 },
  ],
};

/** Ranges of the crowd, b1 to b99999: plain people in any number, for load. */
const CROWD: Partial<Record<BrandId, { prefix: string; digits: number }>> = {
  tindra: { prefix: "+4793", digits: 6 },
  marisol: { prefix: "+3466", digits: 7 },
  rimal: { prefix: "+97156", digits: 7 },
};

/** Every tenth customer of Tindra lives across the border. */
const SWEDISH = { prefix: "+4670", digits: 7 };

/** The documented odd ones, README.md "Customers". Ages count from the start of the stand-ins. */
const SPECIAL: Record<string, (plain: Customer, brand: BrandId, startS: number) => Customer> = {
  c10: ({ updated_at }) => ({ ...(updated_at === undefined ? {} : { updated_at }) }),
  c11: (plain) => ({ ...plain, phone_number_verified: false }),
  c12: (plain, _brand, startS) => ({ ...plain, updated_at: startS - 2 * HOUR_S }),
  c13: (plain, _brand, startS) => ({ ...plain, updated_at: startS - 50 * HOUR_S }),
  // Premium rate in Norway and Spain; the Emirates have no such range, so a toll-free one.
  c14: (plain, brand) => ({
    ...plain,
    phone_number: { tindra: "+4782012345", marisol: "+34803123456", rimal: "+971800123456" }[brand] ?? "+979112345678",
  }),
  c15: (plain) => ({ ...plain, phone_number: "+254712345678" }), // Kenya: a valid mobile number, no brand's country
  c16: (plain) => ({ ...plain, phone_number: "call me maybe" }),
  c17: ({ phone_number, phone_number_verified }) => ({
    ...(phone_number ? { phone_number } : {}),
    ...(phone_number_verified ? { phone_number_verified } : {}),
  }),
};

function seeded(brand: BrandId, index: number): number {
  return createHash("sha256").update(`${brand} ${index}`).digest().readUInt32BE();
}

function generated(brand: BrandId, ref: string, startS: number): Customer | undefined {
  const nth = /^b([1-9]\d{0,4})$/.exec(ref)?.[1];
  if (nth) {
    const { prefix, digits } = CROWD[brand] ?? addedNumbers(brand);
    return { phone_number: prefix + nth.padStart(digits, "0"), phone_number_verified: true, updated_at: LONG_AGO_S };
  }
  const index = Number(/^c([1-9]\d{0,2})$/.exec(ref)?.[1]);
  if (!(index <= CUSTOMER_COUNT)) return undefined;
  if (ref === "c19") return generated(brand, "c18", startS); // one number, two customers: a family
  const ranges = brand === "tindra" && index % 10 === 0 ? [SWEDISH] : (MOBILE[brand] ?? [addedNumbers(brand)]);
  const { prefix, digits } = ranges[index % ranges.length] ?? { prefix: "", digits: 0 };
  // The index takes the last three digits, so no two customers share a number by chance.
  const free = String(seeded(brand, index) % 10 ** (digits - 3)).padStart(digits - 3, "0");
  const plain: Customer = {
    phone_number: `${prefix}${free}${String(index).padStart(3, "0")}`,
    phone_number_verified: true,
    updated_at: LONG_AGO_S - (seeded(brand, index) % 1500) * 24 * HOUR_S,
  };
  return SPECIAL[ref]?.(plain, brand, startS) ?? plain;
}

/** Opens the customers of all brands; changes made through the control API survive a restart. */
export function openCustomers(data: string, clock: Clock): Customers {
  const file = join(data, "customers.json");
  const startS = Math.floor(clock.now() / 1000);
  const changed = stored(file);
  const find = (brand: BrandId, ref: string) => changed[`${brand}/${ref}`] ?? generated(brand, ref, startS);
  return {
    find,
    change(brand, ref, change) {
      const merged = Object.entries({ ...find(brand, ref), ...change }).filter(([, value]) => value !== null);
      const customer = Object.fromEntries(merged) as Customer;
      changed[`${brand}/${ref}`] = customer;
      writeFileSync(file, JSON.stringify(changed, null, 2));
      return customer;
    },
    holder(brand, number) {
      const refs = [
        ...Object.keys(changed).flatMap((key) => (key.startsWith(`${brand}/`) ? [key.slice(brand.length + 1)] : [])),
      ];
      for (let i = 1; i <= CUSTOMER_COUNT; i++) refs.push(`c${i}`);
      return refs.find((ref) => find(brand, ref)?.phone_number === number);
    },
  };
}

function stored(file: string): Record<string, Customer> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, Customer>;
  } catch {
    return {}; // nothing changed yet
  }
}

const TOKEN_KEY = "local only: customers' auth tokens";

/** The auth token a signed-in customer's session at the shop holds; the authority accepts it for token exchange. */
export function authTokenOf(brand: BrandId, ref: string): string {
  const mac = createHmac("sha256", TOKEN_KEY).update(`${brand}/${ref}`).digest("base64url").slice(0, 22);
  return `at-${ref}.${mac}`;
}

/** The customer behind an auth token of this brand, or undefined. */
export function subjectOf(brand: BrandId, token: string): string | undefined {
  const ref = /^at-(.+)\.[\w-]{22}$/.exec(token)?.[1];
  return ref !== undefined && authTokenOf(brand, ref) === token ? ref : undefined;
}

/** "tindra c1" for a number somebody has, "" for one nobody has. */
export function holderLabel(customers: Customers, number: string): string {
  for (const brand of SERVED) {
    const ref = customers.holder(brand, number);
    if (ref) return `${brand} ${ref}`;
  }
  return "";
}
