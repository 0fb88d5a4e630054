/** Ids and the tokens in links: an id plus a short MAC, so that a forged link touches no object. */
import { Buffer } from "node:buffer";
import type { MasterKey } from "./keys.ts";
import { derive, sameText, token } from "./keys.ts";

/** 32 bytes, whose last character has two bits to spare: only with both zero is it the one spelling. */
const ID = /^ver_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const MAC_BYTES = 9;
const MAC_CHARS = 12;

export type LinkPurpose = "step link" | "receipt link" | "network link";

/** `ver_` and the object's 32 bytes in base64url. */
export function verificationId(objectHex: string): string {
  return `ver_${Buffer.from(objectHex, "hex").toString("base64url")}`;
}

/** The object's id in hex; undefined where `id` is not the one spelling of it. */
export function objectHex(id: string): string | undefined {
  return ID.test(id) ? Buffer.from(id.slice(4), "base64url").toString("hex") : undefined;
}

/** The token of a link: the id without its prefix and 72 bits of MAC, keyed per brand and per purpose. */
export function linkToken(master: MasterKey, purpose: LinkPurpose, id: string): string {
  return id.slice(4) + mac(master, purpose, id);
}

/** The id in the link token `given`; undefined where its MAC fits none of the brand's master keys. */
export function readLink(masters: readonly MasterKey[], purpose: LinkPurpose, given: string): string | undefined {
  const id = `ver_${given.slice(0, -MAC_CHARS)}`;
  if (!ID.test(id)) return undefined;
  const claimed = given.slice(-MAC_CHARS);
  // Every key is tried, so that the time tells nothing of which one failed.
  const fits = masters.map((master) => sameText(mac(master, purpose, id), claimed));
  return fits.includes(true) ? id : undefined;
}

function mac({ key }: MasterKey, purpose: LinkPurpose, id: string): string {
  return token(derive(key, purpose, id).subarray(0, MAC_BYTES));
}
