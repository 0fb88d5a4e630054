/** What the deny page says, in every language of the step. The build writes it out: the Worker carries none of it, and no browser loads it. */
import type { Locale } from "../i18n/index.ts";

/** A complete translation of the deny page. */
export interface DenyTexts {
  question: string;
  /** `{ago}`: "4 minutes ago"; the page knows no time zone. */
  sent: string;
  stop: string;
  mine: string;
  never: string;
  unchanged: string;
  share: string;
  back: string;
  stopped: string;
  stopped_next: string;
  held: string;
  held_next: string;
  next: string;
  sim: string;
  password: string;
  closed: string;
  closed_next: string;
  fault: string;
  fault_next: string;
  again: string;
}

const en: DenyTexts = {
  question: "Did you order this?",
  sent: "Code sent {ago}",
  stop: "No, stop this order",
  mine: "Yes, that was me",
  never: "We never ask for a code, password or card here.",
  unchanged: "Nothing was changed",
  share: "Never share the code.",
  back: "Back",
  stopped: "We stopped the order",
  stopped_next: "The code no longer works.",
  held: "We asked for the order to be held",
  held_next: "It had already been approved, so please call us as well.",
  next: "What to do next",
  sim: "Check that your SIM still works: make a call. If it fails, tell our support.",
  password: "Change the password of your account.",
  closed: "This link is no longer active",
  closed_next: "If something looks wrong, call {phone}.",
  fault: "Something went wrong on our side",
  fault_next: "Try again, or call {phone}.",
  again: "Try again",
};

const nb: DenyTexts = {
  question: "Har du bestilt dette?",
  sent: "Koden ble sendt {ago}",
  stop: "Nei, stopp bestillingen",
  mine: "Ja, det var meg",
  never: "Vi spør aldri om kode, passord eller kort her.",
  unchanged: "Ingenting er endret",
  share: "Del aldri koden med noen.",
  back: "Tilbake",
  stopped: "Vi har stoppet bestillingen",
  stopped_next: "Koden virker ikke lenger.",
  held: "Vi har bedt om at bestillingen holdes tilbake",
  held_next: "Den var allerede godkjent, så ring oss også.",
  next: "Dette gjør du nå",
  sim: "Sjekk at SIM-kortet ditt virker: ring noen. Si fra til kundeservice hvis det ikke går.",
  password: "Bytt passord på kontoen din.",
  closed: "Denne lenken er ikke lenger aktiv",
  closed_next: "Ring {phone} hvis noe ser galt ut.",
  fault: "Noe gikk galt hos oss",
  fault_next: "Prøv igjen, eller ring {phone}.",
  again: "Prøv igjen",
};

const de: DenyTexts = {
  question: "Haben Sie das bestellt?",
  sent: "Code gesendet {ago}",
  stop: "Nein, Bestellung stoppen",
  mine: "Ja, das war ich",
  never: "Wir fragen hier nie nach einem Code, Passwort oder einer Karte.",
  unchanged: "Es wurde nichts geändert",
  share: "Geben Sie den Code nie weiter.",
  back: "Zurück",
  stopped: "Wir haben die Bestellung gestoppt",
  stopped_next: "Der Code gilt nicht mehr.",
  held: "Wir haben darum gebeten, die Bestellung anzuhalten",
  held_next: "Sie war schon freigegeben. Rufen Sie uns bitte auch an.",
  next: "Was Sie jetzt tun können",
  sim: "Prüfen Sie mit einem Anruf, ob Ihre SIM noch funktioniert. Wenn nicht, sagen Sie es unserem Service.",
  password: "Ändern Sie das Passwort Ihres Kontos.",
  closed: "Dieser Link ist nicht mehr aktiv",
  closed_next: "Wenn Ihnen etwas seltsam vorkommt, rufen Sie {phone} an.",
  fault: "Bei uns ist etwas schiefgegangen",
  fault_next: "Versuchen Sie es noch einmal oder rufen Sie {phone} an.",
  again: "Noch einmal versuchen",
};

const es: DenyTexts = {
  question: "¿Has hecho este pedido?",
  sent: "Código enviado {ago}",
  stop: "No, detener el pedido",
  mine: "Sí, he sido yo",
  never: "Aquí nunca pedimos códigos, contraseñas ni tarjetas.",
  unchanged: "No se ha cambiado nada",
  share: "No compartas nunca el código.",
  back: "Volver",
  stopped: "Hemos detenido el pedido",
  stopped_next: "El código ya no sirve.",
  held: "Hemos solicitado que se retenga el pedido",
  held_next: "Ya estaba aprobado, así que llámanos también.",
  next: "Qué hacer ahora",
  sim: "Comprueba con una llamada que tu SIM funciona. Si falla, avisa a nuestro soporte.",
  password: "Cambia la contraseña de tu cuenta.",
  closed: "Este enlace ya no está activo",
  closed_next: "Si algo te parece raro, llama al {phone}.",
  fault: "Algo ha fallado por nuestra parte",
  fault_next: "Inténtalo de nuevo o llama al {phone}.",
  again: "Intentar de nuevo",
};

const pt: DenyTexts = {
  question: "Fez esta encomenda?",
  sent: "Código enviado {ago}",
  stop: "Não, parar a encomenda",
  mine: "Sim, fui eu",
  never: "Aqui nunca pedimos códigos, palavras-passe ou cartões.",
  unchanged: "Nada foi alterado",
  share: "Nunca partilhe o código.",
  back: "Voltar",
  stopped: "Parámos a encomenda",
  stopped_next: "O código já não funciona.",
  held: "Pedimos que a encomenda seja retida",
  held_next: "Já tinha sido aprovada, por isso ligue-nos também.",
  next: "O que fazer agora",
  sim: "Faça uma chamada para ver se o seu SIM funciona. Se falhar, avise o nosso apoio.",
  password: "Mude a palavra-passe da sua conta.",
  closed: "Este link já não está ativo",
  closed_next: "Se algo lhe parecer estranho, ligue {phone}.",
  fault: "Algo correu mal do nosso lado",
  fault_next: "Tente de novo ou ligue {phone}.",
  again: "Tentar de novo",
};

const ar: DenyTexts = {
  question: "هل طلبت هذا؟",
  sent: "أرسل الرمز {ago}",
  stop: "لا، أوقفوا هذا الطلب",
  mine: "نعم، هذا طلبي",
  never: "لا نطلب هنا أبدا رمزا أو كلمة مرور أو بطاقة.",
  unchanged: "لم يتغير شيء",
  share: "لا تشارك الرمز مع أحد أبدا.",
  back: "رجوع",
  stopped: "أوقفنا الطلب",
  stopped_next: "لم يعد الرمز صالحا.",
  held: "طلبنا تعليق الطلب",
  held_next: "كانت الموافقة عليه قد تمت، لذا اتصل بنا أيضا.",
  next: "ماذا تفعل الآن",
  sim: "تأكد من أن شريحتك تعمل: أجر مكالمة. إن لم تنجح فأبلغ فريق الدعم.",
  password: "غيّر كلمة مرور حسابك.",
  closed: "لم يعد هذا الرابط فعالا",
  closed_next: "إذا بدا لك شيء غير صحيح فاتصل على {phone}.",
  fault: "حدث خطأ من جانبنا",
  fault_next: "حاول مرة أخرى أو اتصل على {phone}.",
  again: "حاول مرة أخرى",
};

/** Drafts, like the SMS: each needs a native reader before its brand goes live. */
export const DENY_TEXTS: Record<Locale, DenyTexts> = { en, nb, de, es, pt, ar };
