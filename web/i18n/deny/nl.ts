import type { DenyTranslation } from "../messages.ts";

/** Dutch, with u and je. */
export const nl = {
  question: { formal: "Hebt u dit besteld?", informal: "Heb jij dit besteld?" },
  sent: "Code {ago} verstuurd",
  stop: "Nee, stop deze bestelling",
  mine: "Ja, dat was ik",
  never: "We vragen hier nooit om een code, wachtwoord of kaart.",
  unchanged: "Er is niets veranderd",
  share: "Deel de code nooit.",
  back: "Terug",
  stopped: "We hebben de bestelling gestopt",
  stopped_next: "De code werkt niet meer.",
  held: "We hebben gevraagd de bestelling vast te houden",
  held_next: "De bestelling was al goedgekeurd, dus bel ons ook.",
  next: { formal: "Wat u nu kunt doen", informal: "Wat je nu kunt doen" },
  sim: {
    formal: "Bel iemand om te zien of uw simkaart nog werkt. Werkt die niet, meld het onze klantenservice.",
    informal: "Bel iemand om te zien of je simkaart nog werkt. Werkt die niet, meld het onze klantenservice.",
  },
  password: {
    formal: "Wijzig het wachtwoord van uw account.",
    informal: "Wijzig het wachtwoord van je account.",
  },
  closed: "Deze link is niet meer actief",
  closed_next: "Lijkt er iets niet te kloppen, bel dan {phone}.",
  fault: "Er ging bij ons iets mis",
  fault_next: "Probeer het opnieuw of bel {phone}.",
  again: "Probeer opnieuw",
} satisfies DenyTranslation;
