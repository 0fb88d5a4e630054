import type { DenyTranslation } from "../messages.ts";

/** Spanish, with usted and tú. */
export const es = {
  question: { formal: "¿Ha hecho este pedido?", informal: "¿Has hecho este pedido?" },
  sent: "Código enviado {ago}",
  stop: "No, detener el pedido",
  mine: "Sí, he sido yo",
  never: "Aquí nunca pedimos códigos, contraseñas ni tarjetas.",
  unchanged: "No se ha cambiado nada",
  share: { formal: "No comparta nunca el código.", informal: "No compartas nunca el código." },
  back: "Volver",
  stopped: "Hemos detenido el pedido",
  stopped_next: "El código ya no sirve.",
  held: "Hemos solicitado que se retenga el pedido",
  held_next: {
    formal: "Ya estaba aprobado, así que llámenos también.",
    informal: "Ya estaba aprobado, así que llámanos también.",
  },
  next: "Qué hacer ahora",
  sim: {
    formal: "Compruebe con una llamada que su SIM funciona. Si falla, avise a nuestro soporte.",
    informal: "Comprueba con una llamada que tu SIM funciona. Si falla, avisa a nuestro soporte.",
  },
  password: { formal: "Cambie la contraseña de su cuenta.", informal: "Cambia la contraseña de tu cuenta." },
  closed: "Este enlace ya no está activo",
  closed_next: {
    formal: "Si algo le parece raro, llame al {phone}.",
    informal: "Si algo te parece raro, llama al {phone}.",
  },
  fault: "Algo ha fallado por nuestra parte",
  fault_next: { formal: "Inténtelo de nuevo o llame al {phone}.", informal: "Inténtalo de nuevo o llama al {phone}." },
  again: "Intentar de nuevo",
} satisfies DenyTranslation;
