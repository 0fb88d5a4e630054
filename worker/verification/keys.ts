/** Keys derived from a brand's master keys, one per purpose, and the synchronous primitives over them. */
import { Buffer } from "node:buffer";
import { createHmac, hash, hkdfSync, timingSafeEqual } from "node:crypto";
import type { BrandSecrets } from "../config.ts";
import { type Digits, hotp } from "./code.ts";

export type MasterKey = BrandSecrets["master"][number];
type Purpose = "step link" | "receipt link" | "network link" | "deny link" | "guess" | "code" | "number" | "network";

/** HMAC-SHA-256. */
export function hmac(key: Uint8Array, message: Uint8Array | string): Uint8Array {
  return new Uint8Array(createHmac("sha256", key).update(message).digest());
}

/** SHA-256, lower-case hex. */
export function sha256Hex(text: string): string {
  return hash("sha256", text, "hex");
}

/** Bytes as base64url without padding (RFC 4648 5). */
export function token(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}

/** Whether two MACs are equal, in constant time; false where their lengths differ. */
export function sameMac(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

const derived = new WeakMap<Uint8Array, Map<Purpose, Uint8Array>>();

/** The brand's key for one purpose: HKDF-SHA-256 (RFC 5869), so that no key can stand in for another. */
export function purposeKey({ key }: MasterKey, purpose: Purpose): Uint8Array {
  const known = derived.get(key) ?? new Map<Purpose, Uint8Array>();
  const found = known.get(purpose) ?? hkdf(key, purpose, "");
  derived.set(key, known.set(purpose, found));
  return found;
}

/** A key of one verification alone: bound to its id and, for a code, to the order digest; for the operator, to its use. Never cached. */
export function verificationKey(
  { key }: MasterKey,
  purpose: "code" | "number" | "network",
  id: string,
  digest = "",
): Uint8Array<ArrayBuffer> {
  return hkdf(key, purpose, `${id}|${digest}`);
}

function hkdf(key: Uint8Array, purpose: Purpose, info: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdfSync("sha256", key, `ringfence ${purpose} v1`, info, 32));
}

/** The one live code of a verification. Exists in memory only, to be sent or compared. */
export function liveCode(master: MasterKey, of: { id: string; digest: string; epoch: number; digits: Digits }): string {
  return hotp(hmac, verificationKey(master, "code", of.id, of.digest), of.epoch, of.digits);
}
