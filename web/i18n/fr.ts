import type { Translation } from "./messages.ts";

/** French, with vous and tu. */
export const fr = {
  title: "{heading}, {brand}",
  title_error: "Erreur\u00a0: {heading}, {brand}",

  check: { formal: "Consultez votre téléphone", informal: "Consulte ton téléphone" },
  order: { formal: "Votre commande", informal: "Ta commande" },
  will_send: "Nous enverrons un code à {digits} chiffres par SMS au numéro se terminant par {ending}.",
  asking:
    "Nous demandons à l’opérateur mobile si ce téléphone a le numéro se terminant par {ending}. S’il ne le sait pas, nous envoyons un code par SMS à ce numéro.",
  asking_warning: {
    formal: "Ne validez qu’une commande passée par vous-même.",
    informal: "Ne valide qu’une commande passée par toi-même.",
  },
  asking_text: "Recevoir plutôt un code par SMS",
  asking_help: "J’ai besoin d’aide, ou je n’ai plus ce numéro",
  sending: "Envoi d’un code à {digits} chiffres par SMS au numéro se terminant par {ending}.",
  sent: "Nous avons envoyé un code à {digits} chiffres par SMS au numéro se terminant par {ending}. Cela peut prendre une minute.",
  resent: "Renvoyé à {at}. C’est le même code, désormais valable jusqu’à {until}.",
  welcome: {
    formal: "Bon retour, votre code est valable jusqu’à {until}.",
    informal: "Bon retour, ton code est valable jusqu’à {until}.",
  },
  warning: "Notre personnel ne demande jamais ce code.",

  label: "Code reçu par SMS",
  desktop: {
    formal: "Saisissez le code affiché sur votre téléphone.",
    informal: "Saisis le code affiché sur ton téléphone.",
  },
  hint: "{digits} chiffres, valable jusqu’à {until}.",
  hint_minutes: "{digits} chiffres, valable {minutes}.",
  minutes: { one: "{n} minute", other: "{n} minutes" },
  auto: "Nous le vérifions dès qu’il est complet.",
  tries: { one: "Encore {n} essai.", other: "Encore {n} essais." },
  approve: "Valider la commande",
  paste: "Coller",
  checking: "Vérification",
  still_checking: "Toujours en vérification",
  send: "Recevoir le code",

  resend: "Renvoyer le code",
  resending: "Envoi du code",
  resend_in: { one: "dans {n} seconde", other: "dans {n} secondes" },
  resend_none: {
    formal: "Aucun autre SMS ne peut être envoyé. Notre service client peut vous aider.",
    informal: "Aucun autre SMS ne peut être envoyé. Notre service client peut t’aider.",
  },
  again: "Réessayer",
  try_now: "Essayer maintenant",

  wrong: {
    formal: "Ce code ne correspond pas. {tries} Consultez le SMS le plus récent.",
    informal: "Ce code ne correspond pas. {tries} Consulte le SMS le plus récent.",
  },
  last_try: "Ce code ne correspond pas. Dernier essai. Ensuite, la commande est suspendue.",
  too_few: { formal: "Saisissez les {digits} chiffres.", informal: "Saisis les {digits} chiffres." },
  too_many: "Il y a plus de {digits} chiffres.",
  no_paste: {
    formal: "Ce n’est pas un code à {digits} chiffres. Copiez-le dans le SMS ou saisissez-le.",
    informal: "Ce n’est pas un code à {digits} chiffres. Copie-le dans le SMS ou saisis-le.",
  },
  expired: {
    formal: "Ce code n’est plus valable. Votre commande est toujours là.",
    informal: "Ce code n’est plus valable. Ta commande est toujours là.",
  },
  no_code: {
    formal: "Aucun code n’a encore été envoyé. Demandez-en un d’abord.",
    informal: "Aucun code n’a encore été envoyé. Demandes-en un d’abord.",
  },
  undelivered: "Nous n’avons pas pu remettre le SMS au numéro se terminant par {ending}.",
  too_early: {
    formal: "Un SMS est en route. Patientez un instant avant d’en demander un autre.",
    informal: "Un SMS est en route. Patiente un instant avant d’en demander un autre.",
  },
  offline: {
    formal: "Pas de connexion. Votre code est conservé. Nous réessayons automatiquement.",
    informal: "Pas de connexion. Ton code est conservé. Nous réessayons automatiquement.",
  },
  lost: { formal: "Pas de connexion. Veuillez réessayer.", informal: "Pas de connexion. Réessaie, s’il te plaît." },
  fault_free: "Un problème est survenu de notre côté. Aucun essai n’a été utilisé.",
  fault: {
    formal: "Nous ne savons pas si votre code est arrivé. Réessayer ne coûte rien.",
    informal: "Nous ne savons pas si ton code est arrivé. Réessayer ne coûte rien.",
  },
  fault_send: {
    formal: "Un problème est survenu de notre côté. Veuillez réessayer.",
    informal: "Un problème est survenu de notre côté. Réessaie, s’il te plaît.",
  },

  said_sent: "Code envoyé au numéro se terminant par {ending}.",
  said_ready: {
    formal: "Vous pouvez maintenant redemander le code.",
    informal: "Tu peux maintenant redemander le code.",
  },
  said_filled: "Code saisi. Vérification.",
  said_soon: "Le code est encore valable deux minutes.",

  failed: "Nous avons suspendu cette commande pour protéger le compte",
  not_placed: "La commande n’a pas été passée.",
  ended: "Cette vérification est terminée",
  still_here: { formal: "Votre commande est toujours là.", informal: "Ta commande est toujours là." },
  blocked: "Nous ne pouvons pas accepter cette commande en ligne pour le moment",
  approved: "Cette commande est validée",
  approved_next: {
    formal: "Nous vous ramenons maintenant vers {shop}.",
    informal: "Nous te ramenons maintenant vers {shop}.",
  },
  continue: "Continuer vers {shop}",
  changed: { formal: "Votre commande a changé", informal: "Ta commande a changé" },
  changed_next: {
    formal: "Retournez au panier pour continuer.",
    informal: "Retourne au panier pour continuer.",
  },
  elsewhere: "Cette vérification est ouverte dans un autre navigateur",
  elsewhere_next: {
    formal: "Retournez-y, ou recommencez depuis votre panier dans la boutique.",
    informal: "Retournes-y, ou recommence depuis ton panier dans la boutique.",
  },
  closed: "Cette vérification est fermée",
  closed_next: {
    formal: "Vous pouvez continuer dans la boutique.",
    informal: "Tu peux continuer dans la boutique.",
  },
  empty: "Aucune commande en attente",
  empty_next: "Les commandes passées dans la boutique se vérifient ici.",
  basket: "Retour au panier",
  shop: "Aller à la boutique",
  kept: {
    formal: "Votre panier est conservé pendant {time}.",
    informal: "Ton panier est conservé pendant {time}.",
  },
  reference: { formal: "Votre référence\u00a0: {reference}", informal: "Ta référence\u00a0: {reference}" },

  help: "Je ne l’ai pas reçu, ou je n’ai plus ce numéro",
  help_title: "Comment continuer",
  call: "Appeler le {phone}",
  store: "Trouver un magasin",
  store_hint: { formal: "Apportez une pièce d’identité.", informal: "Apporte une pièce d’identité." },
  lost_number: "Je n’ai plus ce numéro",
  cancel: "Annuler et revenir au panier",

  leave: "Arrêter la validation\u00a0?",
  leave_next: "La commande ne sera pas passée.",
  lost_next: {
    formal: "La vérification s’arrête ici. Notre service client ou un magasin peut vous aider.",
    informal: "La vérification s’arrête ici. Notre service client ou un magasin peut t’aider.",
  },
  stay: "Continuer la commande",
  stop: "Arrêter et aller au panier",
  stop_check: "Terminer la vérification",

  support: "Service client",
  language: "Langue",
  imprint: "Mentions légales",
  privacy: "Confidentialité",
  terms: "Conditions",
  accessibility: "Accessibilité",
} satisfies Translation;
