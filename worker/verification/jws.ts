/** Signed statements of a brand (RFC 7515), the keys to check them with, and what others have signed. */
import { Buffer } from "node:buffer";
import type { JWK } from "jose";
import * as v from "valibot";
import type { BrandSecrets } from "../config.ts";
import type { AccessClaims, ErasureClaims, VerdictClaims } from "../contract.ts";

type SigningKey = BrandSecrets["signing"][number];
/** What is signed, by its `typ`: a name of its own for each, so that none can be taken for another (RFC 8725 3.11). */
interface Signed {
  "verdict+jwt": VerdictClaims;
  "erasure+jwt": ErasureClaims;
  "at+jwt": AccessClaims;
}

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const ES256 = { name: "ECDSA", hash: "SHA-256" };

const imported = new WeakMap<SigningKey, Promise<CryptoKey>>();

/** `claims` as a compact JWS: ES256 by the ring's first key, which is the current one. */
export async function sign<Typ extends keyof Signed>(
  typ: Typ,
  claims: Signed[Typ],
  [key]: readonly SigningKey[],
): Promise<string> {
  const { kid, ...jwk } = key as SigningKey;
  const known = imported.get(key as SigningKey) ?? crypto.subtle.importKey("jwk", jwk, P256, false, ["sign"]);
  imported.set(key as SigningKey, known);
  const input = [{ alg: "ES256", kid, typ }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = await crypto.subtle.sign(ES256, await known, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString("base64url")}`;
}

/** The public half of a brand's key ring, as its JWKS endpoint serves it: the current key, and those before and after it. */
export function publicKeys(ring: readonly SigningKey[]): { keys: JWK[] } {
  return { keys: ring.map(({ kty, crv, kid, x, y }) => ({ kty, crv, kid, x, y, alg: "ES256", use: "sig" })) };
}

/** A public JWK of those we know: P-256, named by its `kid`. */
export type PublicKey = Omit<SigningKey, "d">;

/** An extension that must be understood is none of ours (RFC 7515 4.1.11). */
const headerSchema = v.object({
  alg: v.literal("ES256"),
  kid: v.string(),
  typ: v.optional(v.string()),
  crit: v.optional(v.never()),
});

/**
 * What a compact JWS says that one of `keys` has signed, and its `typ`; undefined for anything else. The algorithm is
 * ES256 and the key one of these, whatever a header says: `jwk`, `jku` and `x5u` are not looked at (requirements R4,
 * R6; RFC 8725 3.1, 3.10).
 */
export async function signedBy(
  keys: readonly PublicKey[],
  jws: string,
): Promise<{ typ: string | undefined; claims: unknown } | undefined> {
  const [head = "", body = "", signature = "", ...more] = jws.split(".");
  const header = v.safeParse(headerSchema, read(head));
  const named = header.success && more.length === 0 && keys.find(({ kid }) => kid === header.output.kid);
  if (!named) return undefined;
  const { kty, crv, x, y } = named;
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, P256, false, ["verify"]);
  const bytes = [Buffer.from(signature, "base64url"), Buffer.from(`${head}.${body}`)] as const;
  return (await crypto.subtle.verify(ES256, key, ...bytes))
    ? { typ: header.output.typ, claims: read(body) }
    : undefined;
}

function read(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString());
  } catch {
    return undefined;
  }
}
