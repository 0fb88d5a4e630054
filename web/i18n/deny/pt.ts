import type { DenyTranslation } from "../messages.ts";

/** Portuguese of Portugal, in the third person and with tu. */
export const pt = {
  question: { formal: "Fez esta encomenda?", informal: "Fizeste esta encomenda?" },
  sent: "Código enviado {ago}",
  stop: "Não, parar a encomenda",
  mine: "Sim, fui eu",
  never: "Aqui nunca pedimos códigos, palavras-passe ou cartões.",
  unchanged: "Nada foi alterado",
  share: { formal: "Nunca partilhe o código.", informal: "Nunca partilhes o código." },
  back: "Voltar",
  stopped: "Parámos a encomenda",
  stopped_next: "O código já não funciona.",
  held: "Pedimos que a encomenda seja retida",
  held_next: {
    formal: "Já tinha sido aprovada, por isso ligue-nos também.",
    informal: "Já tinha sido aprovada, por isso liga-nos também.",
  },
  next: "O que fazer agora",
  sim: {
    formal: "Faça uma chamada para ver se o seu SIM funciona. Se falhar, avise o nosso apoio.",
    informal: "Faz uma chamada para ver se o teu SIM funciona. Se falhar, avisa o nosso apoio.",
  },
  password: { formal: "Mude a palavra-passe da sua conta.", informal: "Muda a palavra-passe da tua conta." },
  closed: "Este link já não está ativo",
  closed_next: {
    formal: "Se algo lhe parecer estranho, ligue {phone}.",
    informal: "Se algo te parecer estranho, liga {phone}.",
  },
  fault: "Algo correu mal do nosso lado",
  fault_next: { formal: "Tente de novo ou ligue {phone}.", informal: "Tenta de novo ou liga {phone}." },
  again: "Tentar de novo",
} satisfies DenyTranslation;
