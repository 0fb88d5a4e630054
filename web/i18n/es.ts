import type { Translation } from "./messages.ts";

/** Spanish, with usted and tú. */
export const es = {
  title: "{heading}, {brand}",
  title_error: "Error: {heading}, {brand}",

  check: { formal: "Mire su teléfono", informal: "Mira tu teléfono" },
  order: { formal: "Su pedido", informal: "Tu pedido" },
  will_send: {
    formal: "Le enviaremos un código de {digits} cifras por SMS al número que termina en {ending}.",
    informal: "Te enviaremos un código de {digits} cifras por SMS al número que termina en {ending}.",
  },
  asking:
    "Preguntamos al operador móvil si este teléfono tiene el número que termina en {ending}. Si no lo sabe, enviamos un código por SMS a ese número.",
  asking_warning: {
    formal: "Apruebe solo un pedido hecho por usted.",
    informal: "Aprueba solo un pedido hecho por ti.",
  },
  asking_text: "Prefiero un código por SMS",
  asking_help: "Necesito ayuda o ya no tengo este número",
  sending: "Enviando un código de {digits} cifras por SMS al número que termina en {ending}.",
  sent: {
    formal:
      "Le enviamos un código de {digits} cifras por SMS al número que termina en {ending}. Puede tardar hasta un minuto.",
    informal:
      "Te enviamos un código de {digits} cifras por SMS al número que termina en {ending}. Puede tardar hasta un minuto.",
  },
  resent: "Enviado otra vez a las {at}. Es el mismo código, ahora válido hasta las {until}.",
  welcome: {
    formal: "Hola de nuevo, su código es válido hasta las {until}.",
    informal: "Hola de nuevo, tu código es válido hasta las {until}.",
  },
  warning: {
    formal: "Nuestro personal nunca le pide este código.",
    informal: "Nuestro personal nunca te pide este código.",
  },

  label: "Código del SMS",
  desktop: {
    formal: "Escriba el código que ve en su teléfono.",
    informal: "Escribe el código que ves en tu teléfono.",
  },
  hint: "{digits} cifras, válido hasta las {until}.",
  hint_minutes: "{digits} cifras, válido durante {minutes}.",
  minutes: { one: "{n} minuto", other: "{n} minutos" },
  auto: "Lo comprobamos en cuanto esté completo.",
  tries: { one: "Queda {n} intento.", other: "Quedan {n} intentos." },
  approve: "Aprobar el pedido",
  paste: "Pegar",
  checking: "Comprobando",
  still_checking: "Aún comprobando",
  send: "Enviarme el código",

  resend: "Enviar el código otra vez",
  resending: "Enviando el código",
  resend_in: { one: "en {n} segundo", other: "en {n} segundos" },
  resend_none: {
    formal: "No podemos enviar más SMS. Nuestro equipo le ayuda.",
    informal: "No podemos enviar más SMS. Nuestro equipo te ayuda.",
  },
  again: "Intentar de nuevo",
  try_now: "Intentar ahora",

  wrong: {
    formal: "El código no coincide. {tries} Mire el último SMS.",
    informal: "El código no coincide. {tries} Mira el último SMS.",
  },
  last_try: "El código no coincide. Último intento: después pausamos el pedido.",
  too_few: { formal: "Escriba las {digits} cifras.", informal: "Escribe las {digits} cifras." },
  too_many: "Son más de {digits} cifras.",
  no_paste: {
    formal: "Eso no es un código de {digits} cifras. Cópielo del SMS o escríbalo.",
    informal: "Eso no es un código de {digits} cifras. Cópialo del SMS o escríbelo.",
  },
  expired: {
    formal: "Este código ya no es válido. Su pedido sigue aquí.",
    informal: "Este código ya no es válido. Tu pedido sigue aquí.",
  },
  no_code: {
    formal: "Aún no hemos enviado ningún código. Pida uno primero.",
    informal: "Aún no hemos enviado ningún código. Pide uno primero.",
  },
  undelivered: "No pudimos entregar el SMS al número que termina en {ending}.",
  too_early: {
    formal: "Hay un SMS en camino. Espere un momento antes de pedir otro.",
    informal: "Hay un SMS en camino. Espera un momento antes de pedir otro.",
  },
  offline: {
    formal: "Sin conexión. Guardamos su código y lo intentamos de nuevo solos.",
    informal: "Sin conexión. Guardamos tu código y lo intentamos de nuevo solos.",
  },
  lost: { formal: "Sin conexión. Inténtelo de nuevo.", informal: "Sin conexión. Inténtalo de nuevo." },
  fault_free: {
    formal: "Algo falló por nuestra parte. No ha gastado ningún intento.",
    informal: "Algo falló por nuestra parte. No has gastado ningún intento.",
  },
  fault: {
    formal: "No sabemos si su código llegó. Intentarlo de nuevo no cuesta nada.",
    informal: "No sabemos si tu código llegó. Intentarlo de nuevo no cuesta nada.",
  },
  fault_send: {
    formal: "Algo falló por nuestra parte. Inténtelo de nuevo.",
    informal: "Algo falló por nuestra parte. Inténtalo de nuevo.",
  },

  said_sent: "Código enviado al número que termina en {ending}.",
  said_ready: { formal: "Ya puede pedir el código otra vez.", informal: "Ya puedes pedir el código otra vez." },
  said_filled: "Código completado. Comprobando.",
  said_soon: "El código es válido dos minutos más.",

  failed: "Hemos pausado este pedido para proteger la cuenta",
  not_placed: "El pedido no se ha realizado.",
  ended: "Esta comprobación ha terminado",
  still_here: { formal: "Su pedido sigue aquí.", informal: "Tu pedido sigue aquí." },
  blocked: "Ahora no podemos aceptar este pedido por internet",
  approved: "Pedido aprobado",
  approved_next: { formal: "Le llevamos de vuelta a {shop}.", informal: "Te llevamos de vuelta a {shop}." },
  continue: "Seguir a {shop}",
  changed: { formal: "Su pedido ha cambiado", informal: "Tu pedido ha cambiado" },
  changed_next: { formal: "Vuelva a la cesta para continuar.", informal: "Vuelve a la cesta para continuar." },
  elsewhere: "Esta comprobación está abierta en otro navegador",
  elsewhere_next: {
    formal: "Vuelva allí o empiece de nuevo desde su cesta en la tienda.",
    informal: "Vuelve allí o empieza de nuevo desde tu cesta en la tienda.",
  },
  closed: "Esta comprobación está cerrada",
  closed_next: { formal: "Puede seguir en la tienda.", informal: "Puedes seguir en la tienda." },
  empty: "Ningún pedido está esperando",
  empty_next: {
    formal: "Cuando compre en la tienda, lo comprobamos aquí.",
    informal: "Cuando compres en la tienda, lo comprobamos aquí.",
  },
  basket: "Volver a la cesta",
  shop: "Ir a la tienda",
  kept: { formal: "Guardamos su cesta durante {time}.", informal: "Guardamos tu cesta durante {time}." },
  reference: { formal: "Su referencia: {reference}", informal: "Tu referencia: {reference}" },

  help: "No me llegó o ya no tengo este número",
  help_title: "Cómo seguir",
  call: { formal: "Llame al {phone}", informal: "Llama al {phone}" },
  store: "Buscar una tienda",
  store_hint: { formal: "Lleve su documento de identidad.", informal: "Lleva tu documento de identidad." },
  lost_number: "Ya no tengo este número",
  cancel: "Cancelar y volver a la cesta",

  leave: "¿Cancelar la aprobación?",
  leave_next: "El pedido no se realiza.",
  lost_next: {
    formal: "La comprobación termina aquí. Nuestro equipo o una tienda le ayudan.",
    informal: "La comprobación termina aquí. Nuestro equipo o una tienda te ayudan.",
  },
  stay: "Seguir con el pedido",
  stop: "Cancelar e ir a la cesta",
  stop_check: "Terminar la comprobación",

  support: "Ayuda",
  language: "Idioma",
  imprint: "Aviso legal",
  privacy: "Privacidad",
  terms: "Condiciones",
  accessibility: "Accesibilidad",
} satisfies Translation;
