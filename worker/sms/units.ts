/** What a text costs: septets or UCS-2 units, and the parts they fill (GSM 03.38, 03.40). Pure. */

/** The GSM 03.38 alphabet with its extension table: text of these characters alone goes out as septets. */
const GSM_7 = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;
/** Of these each takes two septets: an escape and the character. */
const EXTENDED = /[\^{}\\[~\]|€]/g;

/** The size of one text on the air. */
export interface Size {
  encoding: "gsm" | "ucs2";
  units: number;
  parts: number;
}

/** Whether `text` stays inside the GSM alphabet. */
export function isGsm7(text: string): boolean {
  return GSM_7.test(text);
}

/** How many units `text` takes, and how many parts: one of 160 septets or 70 UCS-2 units, or several of 153 or 67. */
export function sizeOf(text: string): Size {
  const gsm = isGsm7(text);
  const units = text.length + (gsm ? (text.match(EXTENDED)?.length ?? 0) : 0);
  const [alone, each] = gsm ? [160, 153] : [70, 67];
  return { encoding: gsm ? "gsm" : "ucs2", units, parts: units <= alone ? 1 : partsOf(widths(text, gsm), each) };
}

/** Of each character: two septets where it is escaped, two units where it is a surrogate pair. */
function widths(text: string, gsm: boolean): number[] {
  return Array.from(text, (char) => (gsm ? (char.match(EXTENDED) ? 2 : 1) : char.length));
}

/** Parts of at most `each` units; an escape or a surrogate pair is never split, so it may move to the next one. */
function partsOf(widths: readonly number[], each: number): number {
  let [parts, used] = [1, 0];
  for (const width of widths) {
    if (used + width > each) [parts, used] = [parts + 1, 0];
    used += width;
  }
  return parts;
}
