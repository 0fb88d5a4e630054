/** What is derived from a brand's master keys, for one purpose each, and the synchronous primitives over it. */
import { Buffer } from "node:buffer";
import { createHmac, hash, hkdfSync, pbkdf2Sync, timingSafeEqual } from "node:crypto";
import type { BrandSecrets } from "../config.ts";
import { type Digits, hotp } from "./code.ts";

export type MasterKey = BrandSecrets["master"][number];
type Purpose =
  | "step link"
  | "receipt link"
  | "network link"
  | "deny link"
  | "guess"
  | "code"
  | "number"
  | "network"
  | "browser"
  | "press"
  | "order name"
  | "customer name"
  | "number name"
  | "number of one"
  | "subject";

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

/** Whether two texts of MACs are equal, in a time that tells nothing but whether they are equally long. */
export function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

/**
 * 32 bytes of `secret` for one purpose and one `info` of at most 1024 bytes: HKDF-SHA-256 (RFC 5869). A key of its own or,
 * since its expansion is an HMAC of the info, a MAC; none of one purpose can stand in for one of another.
 */
export function derive(secret: Uint8Array | string, purpose: Purpose, info: string): Uint8Array<ArrayBuffer> {
  SALTS[purpose] ??= utf8.encode(`ringfence ${purpose} v1`);
  // As bytes: from a text the platform makes a buffer of its own first.
  const key = typeof secret === "string" ? utf8.encode(secret) : secret;
  return new Uint8Array(hkdfSync("sha256", key, SALTS[purpose], utf8.encode(info), 32));
}

const utf8 = new TextEncoder();
const SALTS: { [purpose in Purpose]?: Uint8Array } = {};

/** A key of one verification alone: bound to its id and, for a code, to the order digest; for the operator, to its use. Never cached. */
export function verificationKey(
  { key }: MasterKey,
  purpose: "code" | "number" | "network",
  id: string,
  digest = "",
): Uint8Array<ArrayBuffer> {
  return derive(key, purpose, `${id}|${digest}`);
}

/**
 * HMAC-SHA-256 of a message that ends in 00 00 00 01, in one call of the platform and without its streams: that is what one
 * iteration of PBKDF2 over the rest of it is (RFC 8018 5.2).
 */
function oneBlock(key: Uint8Array, message: Uint8Array): Uint8Array {
  return pbkdf2Sync(key, message.subarray(0, -4), 1, 32, "sha256");
}

/** The one live code of a verification. Exists in memory only, to be sent or compared. The epoch stands in the upper half of HOTP's counter. */
export function liveCode(master: MasterKey, of: { id: string; digest: string; epoch: number; digits: Digits }): string {
  return hotp(oneBlock, verificationKey(master, "code", of.id, of.digest), of.epoch * 2 ** 32 + 1, of.digits);
}
