/** The number at rest: AES-256-GCM under a key of one verification alone, so that it ends with it. */
import { Buffer } from "node:buffer";
import { type MasterKey, verificationKey } from "./keys.ts";

/** The number, sealed: base64url of a 96-bit nonce and the ciphertext with its tag (NIST SP 800-38D). */
export async function seal(master: MasterKey, id: string, number: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce },
    await key(master, id),
    new TextEncoder().encode(number),
  );
  return Buffer.concat([nonce, new Uint8Array(sealed)]).toString("base64url");
}

/** The number in `sealed`. Rejects where the key or the text is not the one it was sealed with. */
export async function unseal(master: MasterKey, id: string, sealed: string): Promise<string> {
  const bytes = Buffer.from(sealed, "base64url");
  const opened = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: bytes.subarray(0, 12) },
    await key(master, id),
    bytes.subarray(12),
  );
  return new TextDecoder().decode(opened);
}

function key(master: MasterKey, id: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", verificationKey(master, "number", id), "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
}
