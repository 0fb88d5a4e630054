import type { DenyTranslation } from "../messages.ts";

/** Italian, with Lei and tu. */
export const it = {
  question: { formal: "Ha fatto Lei questo ordine?", informal: "Hai fatto tu questo ordine?" },
  sent: "Codice inviato {ago}",
  stop: "No, blocca questo ordine",
  mine: "Sì, l’ho fatto io",
  never: "Qui non chiediamo mai codici, password o carte.",
  unchanged: "Nulla è stato modificato",
  share: { formal: "Non condivida mai il codice.", informal: "Non condividere mai il codice." },
  back: "Indietro",
  stopped: "Abbiamo bloccato l’ordine",
  stopped_next: "Il codice non funziona più.",
  held: "Abbiamo chiesto di trattenere l’ordine",
  held_next: {
    formal: "Era già stato approvato, quindi ci chiami anche.",
    informal: "Era già stato approvato, quindi chiamaci anche.",
  },
  next: "Che cosa fare adesso",
  sim: {
    formal: "Faccia una chiamata per vedere se la Sua SIM funziona. Se non funziona, avvisi la nostra assistenza.",
    informal: "Fai una chiamata per vedere se la tua SIM funziona. Se non funziona, avvisa la nostra assistenza.",
  },
  password: { formal: "Cambi la password del Suo account.", informal: "Cambia la password del tuo account." },
  closed: "Questo link non è più attivo",
  closed_next: {
    formal: "Se qualcosa Le sembra strano, chiami {phone}.",
    informal: "Se qualcosa ti sembra strano, chiama {phone}.",
  },
  fault: "Qualcosa è andato storto da parte nostra",
  fault_next: { formal: "Riprovi o chiami {phone}.", informal: "Riprova o chiama {phone}." },
  again: "Riprova",
} satisfies DenyTranslation;
