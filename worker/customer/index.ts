/** The customer authority: the only source of the number on file. */
import type { BrandSecrets, BrandSettings } from "../config.ts";
import { type E164, mobileNumber } from "./number.ts";
import { oidc } from "./oidc.ts";

/** Everything asked of an authority, in milliseconds; all tries together. Requirement K9. */
const DEADLINE_MS = 3000;

/** Whom an authority is asked about. */
export interface Customer {
  /** The customer's reference at the authority. */
  ref: string;
  /** Access token of the signed-in customer, if the shop has one. */
  authToken: string | undefined;
}

/** What an authority knows, before the number has been read. */
export type Found =
  | { ok: true; phone: string; changedAt: number | undefined }
  | { ok: false; why: "unavailable"; retryAfterS: number }
  | { ok: false; why: "unknown_customer" | "no_number" | "auth_token_refused" };

/** One kind of customer authority (OIDC; SCIM and TMF632 later). */
export interface Authority {
  /** The verified number on file of `customer`; gives up when `signal` fires. `now` in epoch ms. Never throws. */
  lookUp(customer: Customer, now: number, signal: AbortSignal): Promise<Found>;
}

/**
 * The number on file, or why there is none to use. `unavailable` says when to ask again (seconds, 1 to 120);
 * `changedAt` is epoch ms, undefined when the authority does not say (unknown, which is not old).
 */
export type NumberOnFile =
  | {
      ok: true;
      number: E164;
      /** Its last two digits. */
      ending: string;
      /** ISO 3166-1 alpha-2. */
      country: string;
      verified: true;
      changedAt: number | undefined;
      source: "oidc";
    }
  | { ok: false; why: "unavailable"; retryAfterS: number }
  | { ok: false; why: "unknown_customer" | "no_number" | "number_refused" | "auth_token_refused" };

/** The verified mobile number that the brand's authority holds for `ref`, within 3 s. Never throws. Requirements S1, S10, F8. */
export async function numberOnFile(ask: {
  brandId: string;
  /** ISO 3166-1 alpha-2 codes the brand sends to. */
  countries: readonly string[];
  authority: BrandSettings["authority"];
  credentials: BrandSecrets["authority"];
  ref: string;
  authToken?: string | undefined;
  /** Epoch ms. */
  now: number;
}): Promise<NumberOnFile> {
  const { kind } = ask.authority;
  const found = await authorityOf(ask).lookUp(
    { ref: ask.ref, authToken: ask.authToken },
    ask.now,
    AbortSignal.timeout(DEADLINE_MS),
  );
  if (!found.ok) return found;
  const mobile = mobileNumber(found.phone, ask.countries);
  if (!mobile) return { ok: false, why: "number_refused" };
  return { ok: true, ...mobile, verified: true, changedAt: found.changedAt, source: kind };
}

function authorityOf({ brandId, authority, credentials }: Parameters<typeof numberOnFile>[0]): Authority {
  switch (authority.kind) {
    case "oidc":
      return oidc(brandId, authority.issuer, credentials);
  }
}
