/** Erasing a subject everywhere, in an order that a crash cannot harm, and the signed proof (GDPR art. 17). */
import type { ErasureClaims } from "../contract.ts";
import { type SigningKey, signed } from "../jws.ts";

/** Whatever is known of a subject: verifications, and the ledgers' rows (keyed names) that lead to them. */
export interface Traces {
  verifications: string[];
  orders: { name: string; verifications: string[] }[];
  /** `whole`: the customer is the subject, not one of their orders. */
  customers: { name: string; verifications: string[]; whole: boolean }[];
}

/** Where traces are. Each of them may be asked twice. */
export interface Stores {
  verification(id: string): Promise<unknown>;
  log(verifications: string[]): Promise<unknown>;
  order(name: string, verifications: string[]): Promise<unknown>;
  customer(name: string, verifications: string[], whole: boolean): Promise<unknown>;
}

/** Verifications that are erased at once; the rest waits, so that one call cannot crowd out the others. */
const AT_ONCE = 20;

/**
 * Erases verifications first, then what is told of them, then the rows that lead to them: an erasure that was cut short
 * finds all it had not finished when it is called again. Counters stay, without a name.
 */
export async function erase({ verifications, orders, customers }: Traces, at: Stores): Promise<void> {
  for (let n = 0; n < verifications.length; n += AT_ONCE) {
    await Promise.all(verifications.slice(n, n + AT_ONCE).map((id) => at.verification(id)));
  }
  if (verifications.length > 0) await at.log(verifications);
  await Promise.all(orders.map(({ name, verifications: ids }) => at.order(name, ids)));
  await Promise.all(customers.map(({ name, verifications: ids, whole }) => at.customer(name, ids, whole)));
}

/** What a receipt says. Pure; `at` in epoch milliseconds. */
export function claims(
  erased: ErasureClaims["erased"],
  of: { id: string; iss: string; aud: string; at: number },
): ErasureClaims {
  return {
    iss: of.iss,
    aud: of.aud,
    jti: of.id,
    iat: Math.floor(of.at / 1000),
    erased,
    limits_kept: true,
    recovery_tail_days: 30,
  };
}

/** Signs a receipt: ES256 and a `typ` of its own, so that it can be taken for no verdict (RFC 8725 3.11). */
export function sign(said: ErasureClaims, key: SigningKey): Promise<string> {
  return signed("erasure+jwt", said, key);
}
