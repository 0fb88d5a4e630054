import type { Translation } from "./messages.ts";

/** German, with Sie and du. */
export const de = {
  title: "{heading}, {brand}",
  title_error: "Fehler: {heading}, {brand}",

  check: { formal: "Sehen Sie auf Ihr Telefon", informal: "Sieh auf dein Telefon" },
  order: { formal: "Ihre Bestellung", informal: "Deine Bestellung" },
  will_send: "Wir senden einen {digits}-stelligen Code per SMS an die Nummer mit der Endung {ending}.",
  asking:
    "Wir fragen den Mobilfunkanbieter, ob dieses Telefon die Nummer mit der Endung {ending} hat. Weiß er es nicht, senden wir einen Code per SMS dorthin.",
  asking_warning: {
    formal: "Geben Sie nur eine eigene Bestellung frei.",
    informal: "Gib nur eine eigene Bestellung frei.",
  },
  asking_text: "Lieber einen Code per SMS",
  asking_help: "Ich brauche Hilfe oder habe diese Nummer nicht mehr",
  sending: "Wir senden einen {digits}-stelligen Code per SMS an die Nummer mit der Endung {ending}.",
  sent: "Wir haben einen {digits}-stelligen Code per SMS an die Nummer mit der Endung {ending} gesendet. Das kann bis zu einer Minute dauern.",
  resent: "Um {at} erneut gesendet. Es ist derselbe Code, jetzt gültig bis {until}.",
  welcome: {
    formal: "Willkommen zurück, Ihr Code gilt bis {until}.",
    informal: "Willkommen zurück, dein Code gilt bis {until}.",
  },
  warning: "Unser Personal fragt nie nach diesem Code.",

  label: "Code aus der SMS",
  desktop: { formal: "Tippen Sie den Code von Ihrem Telefon ab.", informal: "Tippe den Code von deinem Telefon ab." },
  hint: "{digits} Ziffern, gültig bis {until}.",
  hint_minutes: "{digits} Ziffern, gültig für {minutes}.",
  minutes: { one: "{n} Minute", other: "{n} Minuten" },
  auto: "Wir prüfen ihn, sobald er vollständig ist.",
  tries: { one: "Noch {n} Versuch.", other: "Noch {n} Versuche." },
  approve: "Bestellung freigeben",
  paste: "Einfügen",
  checking: "Wird geprüft",
  still_checking: "Wird noch geprüft",
  send: "Code senden",

  resend: "Code noch einmal senden",
  resending: "Code wird gesendet",
  resend_in: { one: "in {n} Sekunde", other: "in {n} Sekunden" },
  resend_none: {
    formal: "Wir können keine weitere SMS senden. Unser Kundendienst hilft Ihnen.",
    informal: "Wir können keine weitere SMS senden. Unser Kundendienst hilft dir.",
  },
  again: "Erneut versuchen",
  try_now: "Jetzt versuchen",

  wrong: {
    formal: "Der Code stimmt nicht. {tries} Sehen Sie in die neueste SMS.",
    informal: "Der Code stimmt nicht. {tries} Sieh in die neueste SMS.",
  },
  last_try: "Der Code stimmt nicht. Letzter Versuch. Danach halten wir die Bestellung an.",
  too_few: { formal: "Geben Sie alle {digits} Ziffern ein.", informal: "Gib alle {digits} Ziffern ein." },
  too_many: "Das sind mehr als {digits} Ziffern.",
  no_paste: {
    formal: "Das ist kein {digits}-stelliger Code. Kopieren Sie ihn aus der SMS oder tippen Sie ihn ein.",
    informal: "Das ist kein {digits}-stelliger Code. Kopiere ihn aus der SMS oder tippe ihn ein.",
  },
  expired: {
    formal: "Dieser Code gilt nicht mehr. Ihre Bestellung ist noch da.",
    informal: "Dieser Code gilt nicht mehr. Deine Bestellung ist noch da.",
  },
  no_code: {
    formal: "Es wurde noch kein Code gesendet. Fordern Sie zuerst einen an.",
    informal: "Es wurde noch kein Code gesendet. Fordere zuerst einen an.",
  },
  undelivered: "Wir konnten die SMS an die Nummer mit der Endung {ending} nicht zustellen.",
  too_early: {
    formal: "Eine SMS ist unterwegs. Warten Sie einen Moment.",
    informal: "Eine SMS ist unterwegs. Warte einen Moment.",
  },
  offline: {
    formal: "Keine Verbindung. Ihr Code bleibt erhalten. Wir versuchen es von selbst wieder.",
    informal: "Keine Verbindung. Dein Code bleibt erhalten. Wir versuchen es von selbst wieder.",
  },
  lost: { formal: "Keine Verbindung. Versuchen Sie es erneut.", informal: "Keine Verbindung. Versuch es erneut." },
  fault_free: "Bei uns ist etwas schiefgegangen. Es wurde kein Versuch verbraucht.",
  fault: {
    formal: "Wir wissen nicht, ob Ihr Code ankam. Ein neuer Versuch kostet nichts.",
    informal: "Wir wissen nicht, ob dein Code ankam. Ein neuer Versuch kostet nichts.",
  },
  fault_send: {
    formal: "Bei uns ist etwas schiefgegangen. Versuchen Sie es erneut.",
    informal: "Bei uns ist etwas schiefgegangen. Versuch es erneut.",
  },

  said_sent: "Code an die Nummer mit der Endung {ending} gesendet.",
  said_ready: {
    formal: "Sie können den Code jetzt noch einmal anfordern.",
    informal: "Du kannst den Code jetzt noch einmal anfordern.",
  },
  said_filled: "Code eingesetzt. Wird geprüft.",
  said_soon: "Der Code gilt noch zwei Minuten.",

  failed: "Wir haben diese Bestellung zum Schutz des Kontos angehalten",
  not_placed: "Die Bestellung wurde nicht aufgegeben.",
  ended: "Diese Prüfung ist beendet",
  still_here: { formal: "Ihre Bestellung ist noch da.", informal: "Deine Bestellung ist noch da." },
  blocked: "Wir können diese Bestellung gerade nicht online annehmen",
  approved: "Diese Bestellung ist freigegeben",
  approved_next: {
    formal: "Wir bringen Sie jetzt zurück zu {shop}.",
    informal: "Wir bringen dich jetzt zurück zu {shop}.",
  },
  continue: "Weiter zu {shop}",
  changed: { formal: "Ihre Bestellung hat sich geändert", informal: "Deine Bestellung hat sich geändert" },
  changed_next: {
    formal: "Gehen Sie zurück zum Warenkorb, um fortzufahren.",
    informal: "Geh zurück zum Warenkorb, um fortzufahren.",
  },
  elsewhere: "Diese Prüfung ist in einem anderen Browser offen",
  elsewhere_next: {
    formal: "Gehen Sie dorthin zurück oder beginnen Sie im Warenkorb des Shops neu.",
    informal: "Geh dorthin zurück oder beginne im Warenkorb des Shops neu.",
  },
  closed: "Diese Prüfung ist geschlossen",
  closed_next: { formal: "Sie können im Shop weitermachen.", informal: "Du kannst im Shop weitermachen." },
  empty: "Keine Bestellung wartet",
  empty_next: {
    formal: "Wenn Sie im Shop bestellen, prüfen wir die Bestellung hier.",
    informal: "Wenn du im Shop bestellst, prüfen wir die Bestellung hier.",
  },
  basket: "Zurück zum Warenkorb",
  shop: "Zum Shop",
  kept: { formal: "Ihr Warenkorb bleibt {time} erhalten.", informal: "Dein Warenkorb bleibt {time} erhalten." },
  reference: { formal: "Ihr Kennzeichen: {reference}", informal: "Dein Kennzeichen: {reference}" },

  help: "Keine SMS bekommen oder Nummer nicht mehr vorhanden",
  help_title: "So geht es weiter",
  call: "{phone} anrufen",
  store: "Filiale finden",
  store_hint: { formal: "Bringen Sie einen Ausweis mit.", informal: "Bring einen Ausweis mit." },
  lost_number: "Ich habe diese Nummer nicht mehr",
  cancel: "Abbrechen und zum Warenkorb",

  leave: "Freigabe abbrechen?",
  leave_next: "Die Bestellung wird nicht aufgegeben.",
  lost_next: {
    formal: "Die Prüfung endet hier. Unser Kundendienst oder eine Filiale hilft Ihnen.",
    informal: "Die Prüfung endet hier. Unser Kundendienst oder eine Filiale hilft dir.",
  },
  stay: "Weiter mit der Bestellung",
  stop: "Abbrechen, zum Warenkorb",
  stop_check: "Prüfung beenden",

  support: "Kundendienst",
  language: "Sprache",
  imprint: "Impressum",
  privacy: "Datenschutz",
  terms: "AGB",
  accessibility: "Barrierefreiheit",
} satisfies Translation;
