/** From what reached the field to the digits of a code. */

/** The code in `text`, as ASCII digits: a whole SMS, "482 913" and "#482-913" give the same `digits` digits. Fewer or more come back as they are, for the page to say so. */
export function normaliseCode(text: string, digits: number): string {
  const plain = text
    .normalize("NFKC")
    .replace(/[\u0660-\u0669]/g, (d) => String(d.charCodeAt(0) - 0x660))
    .replace(/[\u06f0-\u06f9]/g, (d) => String(d.charCodeAt(0) - 0x6f0))
    .replace(/\s/g, " ") // before control characters go: a line break keeps two words apart
    .replace(/[\p{Cc}\p{Cf}]/gu, "");
  if (/^ *#?[\d .\p{Pd}]*$/u.test(plain)) return plain.replace(/\D/g, "");
  const alone = `(?<![\\p{L}\\p{N}])\\d{${digits}}(?![\\p{L}\\p{N}])`;
  const found = new RegExp(`(?<=#)${alone}`, "u").exec(plain) ?? new RegExp(alone, "u").exec(plain);
  return found?.[0] ?? plain.replace(/\D/g, "");
}
