/** The code: derived, never stored. Pure; the MAC comes in as an argument. */

/** HMAC-SHA-256: 32 bytes for `key` and `message`. */
export type Mac = (key: Uint8Array, message: Uint8Array) => Uint8Array;

/** Decimal digits a code may have (NIST SP 800-63B-4 3.1.3.2 asks for six at least). */
export type Digits = 6 | 7 | 8;

/**
 * The code of one `count`, `digits` long with leading zeros kept: HOTP of RFC 4226 over HMAC-SHA-256 with
 * dynamic truncation. `key` is derived per verification and order digest, so any change of the order voids it.
 */
export function hotp(mac: Mac, key: Uint8Array, count: number, digits: Digits): string {
  const counter = new Uint8Array(8);
  new DataView(counter.buffer).setBigUint64(0, BigInt(count));
  const hash = mac(key, counter);
  const offset = (hash[hash.length - 1] as number) & 0x0f;
  const truncated = new DataView(hash.buffer, hash.byteOffset).getUint32(offset) & 0x7fffffff;
  return String(truncated % 10 ** digits).padStart(digits, "0");
}
