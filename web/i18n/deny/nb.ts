import type { DenyTranslation } from "../messages.ts";

/** Norwegian Bokmål. */
export const nb = {
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
} satisfies DenyTranslation;
