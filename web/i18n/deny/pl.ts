import type { DenyTranslation } from "../messages.ts";

/** Polish, by impersonal forms and with ty, without a gender in either. */
export const pl = {
  question: { formal: "Czy to Państwa zamówienie?", informal: "Czy to Twoje zamówienie?" },
  sent: "Kod wysłany {ago}",
  stop: "Nie, zatrzymaj to zamówienie",
  mine: "Tak, to ja",
  never: "Nigdy nie prosimy tu o kod, hasło ani kartę.",
  unchanged: "Nic się nie zmieniło",
  share: { formal: "Kodu nie należy nikomu podawać.", informal: "Nigdy nie podawaj nikomu kodu." },
  back: "Wróć",
  stopped: "Zatrzymaliśmy zamówienie",
  stopped_next: "Kod już nie działa.",
  held: "Poprosiliśmy o wstrzymanie zamówienia",
  held_next: {
    formal: "Było już zatwierdzone, więc prosimy także o telefon.",
    informal: "Było już zatwierdzone, więc także do nas zadzwoń.",
  },
  next: "Co zrobić teraz",
  sim: {
    formal: "Proszę zadzwonić, aby sprawdzić, czy karta SIM działa. Jeśli nie, prosimy zgłosić to obsłudze klienta.",
    informal: "Zadzwoń, aby sprawdzić, czy Twoja karta SIM działa. Jeśli nie, zgłoś to obsłudze klienta.",
  },
  password: { formal: "Proszę zmienić hasło do konta.", informal: "Zmień hasło do konta." },
  closed: "Ten link nie jest już aktywny",
  closed_next: {
    formal: "Jeśli coś się nie zgadza, prosimy o telefon: {phone}.",
    informal: "Jeśli coś się nie zgadza, zadzwoń: {phone}.",
  },
  fault: "Coś poszło nie tak po naszej stronie",
  fault_next: {
    formal: "Proszę spróbować ponownie lub zadzwonić: {phone}.",
    informal: "Spróbuj ponownie lub zadzwoń: {phone}.",
  },
  again: "Spróbuj ponownie",
} satisfies DenyTranslation;
