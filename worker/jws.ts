/** Signing in the compact form of RFC 7515, with the one algorithm we use: ES256. */
import { Buffer } from "node:buffer";
import type { BrandSecrets } from "./config.ts";

/** One private key of a brand, with its `kid`. */
export type SigningKey = BrandSecrets["signing"][number];

const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

const imported = new WeakMap<SigningKey, CryptoKey>();

/** `claims` as a JWS whose header names ES256, the key, and `typ`, which tells our tokens apart (RFC 8725 3.11). */
export async function signed(typ: string, claims: object, key: SigningKey): Promise<string> {
  const { kty, crv, x, y, d, kid } = key;
  const own =
    imported.get(key) ?? (await crypto.subtle.importKey("jwk", { kty, crv, x, y, d }, ES256, false, ["sign"]));
  imported.set(key, own);
  const said = [{ alg: "ES256", kid, typ }, claims].map((part) => base64url(JSON.stringify(part))).join(".");
  // WebCrypto's signature is what RFC 7518 3.4 asks for: r and s, 32 bytes each.
  return `${said}.${base64url(await crypto.subtle.sign(ES256, own, Buffer.from(said)))}`;
}

function base64url(data: string | ArrayBuffer): string {
  return Buffer.from(data as string).toString("base64url");
}
