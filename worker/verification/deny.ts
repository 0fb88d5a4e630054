/** The token of the "not my order" link: eight letters, independent of the step's link and of the verification's id. */
import { derive, type MasterKey, sameText } from "./keys.ts";

/** Base62 without digits (no keyboard takes it for the code), vowels (no words) and `l`. */
const LETTERS = "bcdfghjkmnpqrstvwxyzBCDFGHJKLMNPQRSTVWXYZ";
const FORM = /^[b-df-hjkmnp-tv-zB-DF-HJ-NP-TV-Z]{8}$/;
const RANDOM_LETTERS = 6;

/** A fresh token: six random letters and two of MAC, so that 1,680 of 1,681 forged links touch no object. */
export function freshDenyToken(master: MasterKey): string {
  let random = "";
  while (random.length < RANDOM_LETTERS) {
    for (const byte of crypto.getRandomValues(new Uint8Array(RANDOM_LETTERS * 2))) {
      // Whole multiples of 41 only: every letter is as likely as any other.
      if (byte < 246 && random.length < RANDOM_LETTERS) random += LETTERS[byte % LETTERS.length];
    }
  }
  return random + mac(master, random);
}

/** Whether `token` was made under one of the brand's keys; compared in constant time. */
export function isDenyToken(masters: readonly MasterKey[], token: string): boolean {
  if (!FORM.test(token)) return false;
  const [random, given] = [token.slice(0, RANDOM_LETTERS), token.slice(RANDOM_LETTERS)];
  const fits = masters.map((master) => sameText(mac(master, random), given));
  return fits.includes(true);
}

function mac({ key }: MasterKey, random: string): string {
  const bytes = derive(key, "deny link", random);
  const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) % LETTERS.length ** 2;
  return `${LETTERS[Math.floor(number / LETTERS.length)]}${LETTERS[number % LETTERS.length]}`;
}
