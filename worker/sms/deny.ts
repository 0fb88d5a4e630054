/** "Not you?": the line by which the SMS lets its recipient stop the order, and the reply it understands. Pure. */
import type { Words } from "./words.ts";

/** How a recipient can say "not me": by a link, by calling, or by answering one word. */
export type DenyForm = "link" | "phone" | "keyword";

/** The question and its one answer, ready to follow the warning; nothing stands after a link. */
export function denyLine(
  form: DenyForm,
  { question, call, reply }: Words,
  to: { link: string; phone: string },
): string {
  return `${question} ${{ link: to.link, phone: call.replace("{phone}", () => to.phone), keyword: reply }[form]}`;
}

/** Blocks of digits change places in Arabic text; a no-break space holds them together, a mark the plus before them (UAX 9, W4 and W7). */
export function leftToRight(phone: string): string {
  return phone.replace(/^\+/, "\u200e+").replaceAll(" ", "\u00a0");
}

/** "No" as our languages and their neighbours say it; Greek also in Latin look-alikes, Portuguese also without its tilde. */
const NO = ["NO", "NEI", "NEIN", "NON", "NAO", "NÃO", "NEE", "NIE", "HAYIR", "OXI", "ΟΧΙ", "ΌΧΙ", "لا"];

/** Whether an answer to the SMS says no and nothing else. */
export function saysNo(answer: string): boolean {
  if (answer.length > 40) return false;
  const word = answer
    .normalize("NFKC")
    .replace(/[\p{P}\p{Cf}]/gu, "")
    .trim()
    .toUpperCase();
  return NO.includes(word);
}
