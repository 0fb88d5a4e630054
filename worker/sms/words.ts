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
  },
  nb: {
    text: "{code} er din {brand}-kode (bestilling {amount}). Del den aldri, heller ikke med oss.",
    question: "Ikke deg?",
    call: "Ring {phone}.",
    reply: "Svar NEI.",
  },
  de: {
    text: "{code} ist Ihr {brand} Code (Bestellung {amount}). Nie weitergeben, auch nicht an uns.",
    question: "Nicht Sie?",
    call: "Anruf: {phone}.",
    reply: "Antwort: NEIN.",
  },
  fr: {
    text: "{code} est votre code {brand} (commande {amount}). Ne le donnez jamais, y compris à nos équipes.",
    question: "Pas vous ?",
    call: "Appelez le {phone}.",
    reply: "Répondez NON.",
  },
  es: {
    text: "{code} es tu código {brand} (pedido {amount}). No lo compartas nunca, ni con nuestro personal.",
    question: "¿No eres tú?",
    call: "Llama al {phone}.",
    reply: "Responde NO.",
  },
  it: {
    text: "{code} è il tuo codice {brand} (ordine {amount}). Non darlo mai a nessuno, nemmeno a noi.",
    question: "Non sei tu?",
    call: "Chiama {phone}.",
    reply: "Rispondi NO.",
  },
  pt: {
    text: "{code} é o seu código {brand} (encomenda {amount}). Nunca o partilhe, nem com a nossa equipa.",
    question: "Não foi?",
    call: "Ligue {phone}.",
    reply: "Responda NÃO.",
  },
  nl: {
    text: "{code} is je {brand} code (bestelling {amount}). Deel hem nooit, ook niet met ons.",
    question: "Niet jij?",
    call: "Bel {phone}.",
    reply: "Antwoord NEE.",
  },
  pl: {
    text: "{code} to Twój kod {brand} (zamówienie {amount}). Nie podawaj go nikomu, także nam.",
    question: "To nie Ty?",
    call: "Zadzwoń: {phone}.",
    reply: "Odpisz NIE.",
  },
  tr: {
    text: "{code} {brand} kodunuz (sipariş {amount}). Kimseyle, bizimle bile paylaşmayın.",
    question: "Siz değil misiniz?",
    call: "{phone}.",
    reply: "HAYIR yazın.",
  },
  el: {
    text: "{code} κωδικός {brand} (παραγγελία {amount}). Μην τον δώσετε ποτέ, ούτε σε εμάς.",
    question: "Δεν ήσασταν εσείς;",
    call: "{phone}.",
    reply: "Απαντήστε ΟΧΙ.",
  },
  ar: {
    text: "{code} رمز {brand} (طلب {amount}). لا تشاركه أبدا، حتى معنا.",
    question: "لست أنت؟",
    call: "{phone}.",
    reply: "أجب لا.",
  },
} satisfies Record<SmsLocale, Words>;

/** Greek in capitals of the GSM alphabet, Latin letters standing in for those it lacks: less pleasant to hear, but one part. */
const GREEK_CAPITALS: Words = {
  text: "{code} KΩΔIKOΣ {brand} (ΠAPAΓΓEΛIA {amount}). MHN TON ΔΩΣETE ΠOTE, OYTE ΣE EMAΣ.",
  question: "ΔEN HΣAΣTAN EΣEIΣ;",
  call: "{phone}.",
  reply: "AΠANTHΣTE OXI.",
};

/** The sentences of a language within the GSM alphabet: "codigo" for "código", Greek in capitals. Arabic has no such spelling and stays. */
export function inGsm(locale: SmsLocale): Words {
  if (locale === "el") return GREEK_CAPITALS;
  const words = WORDS[locale];
  if (locale === "ar") return words;
  // What opens a question is in the alphabet, but not worth its septet.
  const bare = (sign: string) => (sign === "ı" ? "i" : isGsm7(sign) ? sign : (sign.normalize("NFD")[0] as string));
  const plain = (text: string) => text.replace("¿", "").replace(/[^ -~]/g, bare);
  const { text, question, call, reply } = words;
  return { text: plain(text), question: plain(question), call: plain(call), reply: plain(reply) };
}
