import type { DenyTranslation } from "../messages.ts";

/** French, with vous and tu. */
export const fr = {
  question: {
    formal: "Avez-vous passé cette commande\u00a0?",
    informal: "As-tu passé cette commande\u00a0?",
  },
  sent: "Code envoyé {ago}",
  stop: "Non, arrêter cette commande",
  mine: "Oui, c’était moi",
  never: "Ici, nous ne demandons jamais de code, de mot de passe ni de carte.",
  unchanged: "Rien n’a été modifié",
  share: { formal: "Ne partagez jamais le code.", informal: "Ne partage jamais le code." },
  back: "Retour",
  stopped: "Nous avons arrêté la commande",
  stopped_next: "Le code ne fonctionne plus.",
  held: "Nous avons demandé que la commande soit retenue",
  held_next: {
    formal: "Elle était déjà validée, alors appelez-nous aussi.",
    informal: "Elle était déjà validée, alors appelle-nous aussi.",
  },
  next: "Que faire maintenant",
  sim: {
    formal: "Passez un appel pour vérifier que votre SIM fonctionne. Sinon, signalez-le à notre service client.",
    informal: "Passe un appel pour vérifier que ta SIM fonctionne. Sinon, signale-le à notre service client.",
  },
  password: {
    formal: "Changez le mot de passe de votre compte.",
    informal: "Change le mot de passe de ton compte.",
  },
  closed: "Ce lien n’est plus actif",
  closed_next: {
    formal: "Si quelque chose vous semble anormal, appelez le {phone}.",
    informal: "Si quelque chose te semble anormal, appelle le {phone}.",
  },
  fault: "Un problème est survenu de notre côté",
  fault_next: { formal: "Réessayez ou appelez le {phone}.", informal: "Réessaie ou appelle le {phone}." },
  again: "Réessayer",
} satisfies DenyTranslation;
