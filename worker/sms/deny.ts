/** "Not you?": the line by which the SMS lets its recipient stop the order, and the reply it understands. Pure. */
import type { SmsLocale } from "./message.ts";

/** How a recipient can say "not me": by a link, by calling, or by answering one word. */
export type DenyForm = "link" | "phone" | "keyword";

interface Words {
  question: string;
  call: (phone: string) => string;
  reply: string;
}

/** GSM spelling where the alphabet allows, and never a word that carriers take for an opt-out. */
const WORDS: Record<SmsLocale, Words> = {
  en: { question: "Not you?", call: (phone) => `Call ${phone}.`, reply: "Reply NO." },
  nb: { question: "Ikke deg?", call: (phone) => `Ring ${phone}.`, reply: "Svar NEI." },
  de: { question: "Nicht Sie?", call: (phone) => `Anruf: ${phone}.`, reply: "Antwort: NEIN." },
  es: { question: "No eres tu?", call: (phone) => `Llama al ${phone}.`, reply: "Responde NO." },
  pt: { question: "Nao foi?", call: (phone) => `Ligue ${phone}.`, reply: "Responda NAO." },
  ar: { question: "لست أنت؟", call: (phone) => `${leftToRight(phone)}.`, reply: "أجب لا." },
};

/** The question and its one answer, ready to follow the warning; nothing stands after a link. */
export function denyLine(form: DenyForm, locale: SmsLocale, to: { link: string; phone: string }): string {
  const { question, call, reply } = WORDS[locale];
  const answer = { link: to.link, phone: call(to.phone), keyword: reply }[form];
  return `${question} ${answer}`;
}

/** Blocks of digits change places in Arabic text; a no-break space holds them together, a mark the plus before them (UAX 9, W4 and W7). */
function leftToRight(phone: string): string {
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
