import type { Translation } from "./messages.ts";

/** Italian, with Lei and tu; buttons are the same in both. */
export const it = {
  title: "{heading}, {brand}",
  title_error: "Errore: {heading}, {brand}",

  check: { formal: "Controlli il telefono", informal: "Controlla il telefono" },
  order: { formal: "Il Suo ordine", informal: "Il tuo ordine" },
  will_send: "Inviamo un codice di {digits} cifre via SMS al numero che termina con {ending}.",
  asking:
    "Chiediamo all’operatore mobile se questo telefono ha il numero che termina con {ending}. Se non lo sa, inviamo un codice via SMS a quel numero.",
  asking_warning: {
    formal: "Approvi solo un ordine fatto da Lei.",
    informal: "Approva solo un ordine fatto da te.",
  },
  asking_text: "Preferisco un codice via SMS",
  asking_help: "Mi serve aiuto, o non ho più questo numero",
  sending: "Invio di un codice di {digits} cifre via SMS al numero che termina con {ending}.",
  sent: "Abbiamo inviato un codice di {digits} cifre via SMS al numero che termina con {ending}. Può richiedere fino a un minuto.",
  resent: "Inviato di nuovo alle {at}. È lo stesso codice, ora valido fino alle {until}.",
  welcome: {
    formal: "Rieccoci, il Suo codice è valido fino alle {until}.",
    informal: "Rieccoci, il tuo codice è valido fino alle {until}.",
  },
  warning: "Il nostro personale non chiede mai questo codice.",

  label: "Codice ricevuto via SMS",
  desktop: {
    formal: "Digiti il codice che vede sul telefono.",
    informal: "Digita il codice che vedi sul telefono.",
  },
  hint: "{digits} cifre, valido fino alle {until}.",
  hint_minutes: "{digits} cifre, valido per {minutes}.",
  minutes: { one: "{n} minuto", other: "{n} minuti" },
  auto: "Lo verifichiamo appena è completo.",
  tries: { one: "Resta {n} tentativo.", other: "Restano {n} tentativi." },
  approve: "Approva l’ordine",
  paste: "Incolla",
  checking: "Verifica in corso",
  still_checking: "Verifica ancora in corso",
  send: "Inviami il codice",

  resend: "Invia di nuovo il codice",
  resending: "Invio del codice",
  resend_in: { one: "tra {n} secondo", other: "tra {n} secondi" },
  resend_none: {
    formal: "Non è possibile inviare altri SMS. La nostra assistenza può aiutarLa.",
    informal: "Non è possibile inviare altri SMS. La nostra assistenza può aiutarti.",
  },
  again: "Riprova",
  try_now: "Prova ora",

  wrong: {
    formal: "Il codice non corrisponde. {tries} Controlli l’SMS più recente.",
    informal: "Il codice non corrisponde. {tries} Controlla l’SMS più recente.",
  },
  last_try: "Il codice non corrisponde. Ultimo tentativo. Dopo, l’ordine viene sospeso.",
  too_few: { formal: "Inserisca tutte le {digits} cifre.", informal: "Inserisci tutte le {digits} cifre." },
  too_many: "Sono più di {digits} cifre.",
  no_paste: {
    formal: "Non è un codice di {digits} cifre. Lo copi dall’SMS oppure lo scriva.",
    informal: "Non è un codice di {digits} cifre. Copialo dall’SMS oppure scrivilo.",
  },
  expired: {
    formal: "Questo codice non è più valido. Il Suo ordine è ancora qui.",
    informal: "Questo codice non è più valido. Il tuo ordine è ancora qui.",
  },
  no_code: {
    formal: "Non è stato ancora inviato alcun codice. Ne richieda prima uno.",
    informal: "Non è stato ancora inviato alcun codice. Richiedine prima uno.",
  },
  undelivered: "Non siamo riusciti a consegnare l’SMS al numero che termina con {ending}.",
  too_early: {
    formal: "Un SMS è in arrivo. Attenda un momento prima di chiederne un altro.",
    informal: "Un SMS è in arrivo. Attendi un momento prima di chiederne un altro.",
  },
  offline: {
    formal: "Nessuna connessione. Il Suo codice è conservato. Riproviamo da soli.",
    informal: "Nessuna connessione. Il tuo codice è conservato. Riproviamo da soli.",
  },
  lost: { formal: "Nessuna connessione. La preghiamo di riprovare.", informal: "Nessuna connessione. Riprova." },
  fault_free: "Qualcosa è andato storto da parte nostra. Nessun tentativo è stato usato.",
  fault: {
    formal: "Non sappiamo se il Suo codice è arrivato. Riprovare non costa nulla.",
    informal: "Non sappiamo se il tuo codice è arrivato. Riprovare non costa nulla.",
  },
  fault_send: {
    formal: "Qualcosa è andato storto da parte nostra. La preghiamo di riprovare.",
    informal: "Qualcosa è andato storto da parte nostra. Riprova.",
  },

  said_sent: "Codice inviato al numero che termina con {ending}.",
  said_ready: { formal: "Ora può richiedere di nuovo il codice.", informal: "Ora puoi richiedere di nuovo il codice." },
  said_filled: "Codice inserito. Verifica in corso.",
  said_soon: "Il codice è valido per altri due minuti.",

  failed: "Abbiamo sospeso questo ordine per proteggere l’account",
  not_placed: "L’ordine non è stato effettuato.",
  ended: "Questa verifica è terminata",
  still_here: { formal: "Il Suo ordine è ancora qui.", informal: "Il tuo ordine è ancora qui." },
  blocked: "Al momento non possiamo accettare questo ordine online",
  approved: "Questo ordine è approvato",
  approved_next: { formal: "Ora La riportiamo a {shop}.", informal: "Ora ti riportiamo a {shop}." },
  continue: "Continua su {shop}",
  changed: { formal: "Il Suo ordine è cambiato", informal: "Il tuo ordine è cambiato" },
  changed_next: { formal: "Torni al carrello per continuare.", informal: "Torna al carrello per continuare." },
  elsewhere: "Questa verifica è aperta in un altro browser",
  elsewhere_next: {
    formal: "Torni lì, oppure ricominci dal carrello nel negozio online.",
    informal: "Torna lì, oppure ricomincia dal carrello nel negozio online.",
  },
  closed: "Questa verifica è chiusa",
  closed_next: {
    formal: "Può continuare nel negozio online.",
    informal: "Puoi continuare nel negozio online.",
  },
  empty: "Nessun ordine in attesa",
  empty_next: "Gli ordini del negozio online si verificano qui.",
  basket: "Torna al carrello",
  shop: "Vai al negozio online",
  kept: {
    formal: "Il Suo carrello resta salvato per {time}.",
    informal: "Il tuo carrello resta salvato per {time}.",
  },
  reference: { formal: "Il Suo riferimento: {reference}", informal: "Il tuo riferimento: {reference}" },

  help: "Non l’ho ricevuto, o non ho più questo numero",
  help_title: "Come continuare",
  call: "Chiama {phone}",
  store: "Trova un negozio",
  store_hint: { formal: "Porti un documento d’identità.", informal: "Porta un documento d’identità." },
  lost_number: "Non ho più questo numero",
  cancel: "Annulla e torna al carrello",

  leave: "Interrompere l’approvazione?",
  leave_next: "L’ordine non viene effettuato.",
  lost_next: {
    formal: "La verifica finisce qui. La nostra assistenza o un negozio può aiutarLa.",
    informal: "La verifica finisce qui. La nostra assistenza o un negozio può aiutarti.",
  },
  stay: "Continua con l’ordine",
  stop: "Interrompi e vai al carrello",
  stop_check: "Termina la verifica",

  support: "Assistenza",
  language: "Lingua",
  imprint: "Note legali",
  privacy: "Privacy",
  terms: "Condizioni",
  accessibility: "Accessibilità",
} satisfies Translation;
