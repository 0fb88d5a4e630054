/** What the SMS says, in every language a brand can have. Pure. */
import type { BrandPack } from "../brands/schema.ts";
import { isGsm7 } from "./units.ts";

/** A language of pages and SMS. */
export type SmsLocale = BrandPack["locales"][number];

/** The sentences of one spelling of a language. Places: `{code}`, `{brand}`, `{amount}` and `{phone}`. */
export interface Words {
  text: string;
  question: string;
  call: string;
  reply: string;
  /** After the last wrong code; question and call follow it. */
  notice: string;
}

/**
 * Code first, whose it is, what it approves, and never to share it: texts without that warning let half of a social
 * engineering attack succeed. In full orthography; `inGsm` spells it for one part. No digits but the code's and the
 * amount's, and never a word that carriers take for an opt-out.
 */
export const WORDS = {
  en: {
    text: "{code} is your {brand} code (order {amount}). Never share it, even with our staff.",
    question: "Not you?",
    call: "Call {phone}.",
    reply: "Reply NO.",
    notice: "{brand} order not approved: someone entered wrong codes.",
  },
  nb: {
    text: "{code} er din {brand}-kode (bestilling {amount}). Del den aldri, heller ikke med oss.",
    question: "Ikke deg?",
    call: "Ring {phone}.",
    reply: "Svar NEI.",
    notice: "{brand}-bestilling ikke godkjent: Noen tastet feil koder.",
  },
  de: {
    text: "{code} ist Ihr {brand} Code (Bestellung {amount}). Nie weitergeben, auch nicht an uns.",
    question: "Nicht Sie?",
    call: "Anruf: {phone}.",
    reply: "Antwort: NEIN.",
    notice: "{brand} Bestellung nicht freigegeben: Jemand gab falsche Codes ein.",
  },
  fr: {
    text: "{code} est votre code {brand} (commande {amount}). Ne le donnez jamais, y compris à nos équipes.",
    question: "Pas vous ?",
    call: "Appelez le {phone}.",
    reply: "Répondez NON.",
    notice: "Commande {brand} non validée : quelqu'un a saisi de mauvais codes.",
  },
  es: {
    text: "{code} es tu código {brand} (pedido {amount}). No lo compartas nunca, ni con nuestro personal.",
    question: "¿No eres tú?",
    call: "Llama al {phone}.",
    reply: "Responde NO.",
    notice: "Pedido {brand} no aprobado: alguien introdujo códigos incorrectos.",
  },
  it: {
    text: "{code} è il tuo codice {brand} (ordine {amount}). Non darlo mai a nessuno, nemmeno a noi.",
    question: "Non sei tu?",
    call: "Chiama {phone}.",
    reply: "Rispondi NO.",
    notice: "Ordine {brand} non approvato: qualcuno ha inserito codici errati.",
  },
  pt: {
    text: "{code} é o seu código {brand} (encomenda {amount}). Nunca o partilhe, nem com a nossa equipa.",
    question: "Não foi?",
    call: "Ligue {phone}.",
    reply: "Responda NÃO.",
    notice: "Encomenda {brand} não aprovada: alguém introduziu códigos errados.",
  },
  nl: {
    text: "{code} is je {brand} code (bestelling {amount}). Deel hem nooit, ook niet met ons.",
    question: "Niet jij?",
    call: "Bel {phone}.",
    reply: "Antwoord NEE.",
    notice: "{brand} bestelling niet goedgekeurd: iemand voerde foute codes in.",
  },
  pl: {
    text: "{code} to Twój kod {brand} (zamówienie {amount}). Nie podawaj go nikomu, także nam.",
    question: "To nie Ty?",
    call: "Zadzwoń: {phone}.",
    reply: "Odpisz NIE.",
    notice: "Zamówienie {brand} niezatwierdzone: wpisano niepoprawne kody.",
  },
  tr: {
    text: "{code} {brand} kodunuz (sipariş {amount}). Kimseyle, bizimle bile paylaşmayın.",
    question: "Siz değil misiniz?",
    call: "{phone}.",
    reply: "HAYIR yazın.",
    notice: "{brand} siparişi onaylanmadı: hatalı kodlar girildi.",
  },
  el: {
    text: "{code} κωδικός {brand} (παραγγελία {amount}). Μην τον δώσετε ποτέ, ούτε σε εμάς.",
    question: "Δεν ήσασταν εσείς;",
    call: "{phone}.",
    reply: "Απαντήστε ΟΧΙ.",
    notice: "Η παραγγελία {brand} δεν εγκρίθηκε: δόθηκαν λάθος κωδικοί.",
  },
  ar: {
    text: "{code} رمز {brand} (طلب {amount}). لا تشاركه أبدا، حتى معنا.",
    question: "لست أنت؟",
    call: "{phone}.",
    reply: "أجب لا.",
    notice: "لم يعتمد طلب {brand}: أدخلت رموز خاطئة.",
  },
} satisfies Record<SmsLocale, Words>;

/** Latin letters that stand in for Greek capitals from alpha on, where the GSM alphabet lacks those. */
const ALIKE = "AB  EZH IK MN O P  TY X";

/**
 * The sentences of a language within the GSM alphabet: "codigo" for "código", Greek in capitals, which are less pleasant to
 * hear, but one part. Arabic has no such spelling and stays.
 */
export function inGsm(locale: SmsLocale): Words {
  const words = WORDS[locale];
  if (locale === "ar") return words;
  // What opens a question is in the alphabet, but not worth its septet.
  const plain = Object.entries(words).map(([name, text]) => [name, text.replace("¿", "").replace(/[^ -~]/g, bare)]);
  return Object.fromEntries(plain) as Words;
}

function bare(sign: string): string {
  if (sign === "ı") return "i";
  const base = isGsm7(sign) ? sign : (sign.normalize("NFD")[0] as string);
  if (isGsm7(base)) return base;
  const capital = base.toUpperCase();
  return ALIKE[capital.charCodeAt(0) - 0x391]?.trim() || capital;
}
