/** Signed statements of a brand (RFC 7515), and the keys to check them with. */
import { CompactSign, type JWK } from "jose";
import type { BrandSecrets } from "../config.ts";
import type { ErasureClaims, VerdictClaims } from "../contract.ts";

type SigningKey = BrandSecrets["signing"][number];
/** What is signed, by its `typ`: a name of its own for each, so that none can be taken for another (RFC 8725 3.11). */
interface Signed {
  "verdict+jwt": VerdictClaims;
  "erasure+jwt": ErasureClaims;
}

const imported = new WeakMap<SigningKey, Promise<CryptoKey>>();

/** `claims` as a compact JWS: ES256 by the ring's first key, which is the current one. */
export async function sign<Typ extends keyof Signed>(
  typ: Typ,
  claims: Signed[Typ],
  [key]: readonly SigningKey[],
): Promise<string> {
  const { kid, ...jwk } = key as SigningKey;
  const known =
    imported.get(key as SigningKey) ??
    crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  imported.set(key as SigningKey, known);
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: "ES256", kid, typ })
    .sign(await known);
}

/** The public half of a brand's key ring, as its JWKS endpoint serves it: the current key, and those before and after it. */
export function publicKeys(ring: readonly SigningKey[]): { keys: JWK[] } {
  return { keys: ring.map(({ kty, crv, kid, x, y }) => ({ kty, crv, kid, x, y, alg: "ES256", use: "sig" })) };
}
