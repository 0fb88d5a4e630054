import type { DenyTranslation } from "../messages.ts";

/** German, with Sie and du. */
export const de = {
  question: { formal: "Haben Sie das bestellt?", informal: "Hast du das bestellt?" },
  sent: "Code gesendet {ago}",
  stop: "Nein, Bestellung stoppen",
  mine: "Ja, das war ich",
  never: "Wir fragen hier nie nach einem Code, Passwort oder einer Karte.",
  unchanged: "Es wurde nichts geändert",
  share: { formal: "Geben Sie den Code nie weiter.", informal: "Gib den Code nie weiter." },
  back: "Zurück",
  stopped: "Wir haben die Bestellung gestoppt",
  stopped_next: "Der Code gilt nicht mehr.",
  held: "Wir haben darum gebeten, die Bestellung anzuhalten",
  held_next: {
    formal: "Sie war schon freigegeben. Rufen Sie uns bitte auch an.",
    informal: "Sie war schon freigegeben. Ruf uns bitte auch an.",
  },
  next: { formal: "Was Sie jetzt tun können", informal: "Was du jetzt tun kannst" },
  sim: {
    formal: "Prüfen Sie mit einem Anruf, ob Ihre SIM noch funktioniert. Wenn nicht, sagen Sie es unserem Service.",
    informal: "Prüfe mit einem Anruf, ob deine SIM noch funktioniert. Wenn nicht, sag es unserem Service.",
  },
  password: { formal: "Ändern Sie das Passwort Ihres Kontos.", informal: "Ändere das Passwort deines Kontos." },
  closed: "Dieser Link ist nicht mehr aktiv",
  closed_next: {
    formal: "Wenn Ihnen etwas seltsam vorkommt, rufen Sie {phone} an.",
    informal: "Wenn dir etwas seltsam vorkommt, ruf {phone} an.",
  },
  fault: "Bei uns ist etwas schiefgegangen",
  fault_next: {
    formal: "Versuchen Sie es noch einmal oder rufen Sie {phone} an.",
    informal: "Versuch es noch einmal oder ruf {phone} an.",
  },
  again: "Noch einmal versuchen",
} satisfies DenyTranslation;
