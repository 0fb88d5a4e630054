import type { Translation } from "./messages.ts";

/** Portuguese of Portugal: formal in the third person, without "você"; informal with tu. */
export const pt = {
  title: "{heading}, {brand}",
  title_error: "Erro: {heading}, {brand}",

  check: { formal: "Veja o seu telemóvel", informal: "Vê o teu telemóvel" },
  order: { formal: "A sua encomenda", informal: "A tua encomenda" },
  will_send: "Enviamos um código de {digits} dígitos por SMS para o número que termina em {ending}.",
  asking:
    "Perguntamos à operadora móvel se este telemóvel tem o número que termina em {ending}. Se não souber, enviamos um código por SMS para esse número.",
  asking_warning: {
    formal: "Aprove apenas uma encomenda feita por si.",
    informal: "Aprova apenas uma encomenda feita por ti.",
  },
  asking_text: "Prefiro um código por SMS",
  asking_help: "Preciso de ajuda ou já não tenho este número",
  sending: "A enviar um código de {digits} dígitos por SMS para o número que termina em {ending}.",
  sent: "Enviámos um código de {digits} dígitos por SMS para o número que termina em {ending}. Pode demorar até um minuto.",
  resent: "Enviado de novo às {at}. É o mesmo código, agora válido até às {until}.",
  welcome: {
    formal: "Olá de novo, o seu código é válido até às {until}.",
    informal: "Olá de novo, o teu código é válido até às {until}.",
  },
  warning: {
    formal: "A nossa equipa nunca lhe pede este código.",
    informal: "A nossa equipa nunca te pede este código.",
  },

  label: "Código do SMS",
  desktop: { formal: "Escreva o código que vê no telemóvel.", informal: "Escreve o código que vês no telemóvel." },
  hint: "{digits} dígitos, válido até às {until}.",
  hint_minutes: "{digits} dígitos, válido durante {minutes}.",
  minutes: { one: "{n} minuto", other: "{n} minutos" },
  auto: "Verificamos assim que estiver completo.",
  tries: { one: "Resta {n} tentativa.", other: "Restam {n} tentativas." },
  approve: "Aprovar a encomenda",
  paste: "Colar",
  checking: "A verificar",
  still_checking: "Ainda a verificar",
  send: "Enviar-me o código",

  resend: "Enviar o código de novo",
  resending: "A enviar o código",
  resend_in: { one: "em {n} segundo", other: "em {n} segundos" },
  resend_none: {
    formal: "Não podemos enviar mais SMS. O nosso apoio ajuda.",
    informal: "Não podemos enviar mais SMS. O nosso apoio ajuda-te.",
  },
  again: "Tentar de novo",
  try_now: "Tentar agora",

  wrong: {
    formal: "Esse código não coincide. {tries} Veja o SMS mais recente.",
    informal: "Esse código não coincide. {tries} Vê o SMS mais recente.",
  },
  last_try: "Esse código não coincide. Última tentativa. Depois pausamos esta encomenda.",
  too_few: { formal: "Escreva os {digits} dígitos.", informal: "Escreve os {digits} dígitos." },
  too_many: "São mais de {digits} dígitos.",
  no_paste: {
    formal: "Isso não é um código de {digits} dígitos. Copie-o do SMS ou escreva-o.",
    informal: "Isso não é um código de {digits} dígitos. Copia-o do SMS ou escreve-o.",
  },
  expired: {
    formal: "Este código já não é válido. A sua encomenda continua aqui.",
    informal: "Este código já não é válido. A tua encomenda continua aqui.",
  },
  no_code: {
    formal: "Ainda não foi enviado nenhum código. Peça um primeiro.",
    informal: "Ainda não foi enviado nenhum código. Pede um primeiro.",
  },
  undelivered: "Não conseguimos entregar o SMS ao número que termina em {ending}.",
  too_early: {
    formal: "Um SMS vai a caminho. Espere um momento antes de pedir outro.",
    informal: "Um SMS vai a caminho. Espera um momento antes de pedires outro.",
  },
  offline: {
    formal: "Sem ligação. Guardamos o seu código e tentamos de novo sozinhos.",
    informal: "Sem ligação. Guardamos o teu código e tentamos de novo sozinhos.",
  },
  lost: { formal: "Sem ligação. Tente de novo.", informal: "Sem ligação. Tenta de novo." },
  fault_free: {
    formal: "Algo correu mal do nosso lado. Não gastou nenhuma tentativa.",
    informal: "Algo correu mal do nosso lado. Não gastaste nenhuma tentativa.",
  },
  fault: {
    formal: "Não sabemos se o seu código chegou. Tentar de novo não custa nada.",
    informal: "Não sabemos se o teu código chegou. Tentar de novo não custa nada.",
  },
  fault_send: {
    formal: "Algo correu mal do nosso lado. Tente de novo.",
    informal: "Algo correu mal do nosso lado. Tenta de novo.",
  },

  said_sent: "Código enviado para o número que termina em {ending}.",
  said_ready: { formal: "Já pode pedir o código de novo.", informal: "Já podes pedir o código de novo." },
  said_filled: "Código preenchido. A verificar.",
  said_soon: "O código é válido por mais dois minutos.",

  failed: "Pausámos esta encomenda para proteger a conta",
  not_placed: "A encomenda não foi feita.",
  ended: "Esta verificação terminou",
  still_here: { formal: "A sua encomenda continua aqui.", informal: "A tua encomenda continua aqui." },
  blocked: "Agora não podemos aceitar esta encomenda pela internet",
  approved: "Encomenda aprovada",
  approved_next: { formal: "Voltamos agora a {shop}.", informal: "Levamos-te de volta a {shop}." },
  continue: "Continuar para {shop}",
  changed: { formal: "A sua encomenda mudou", informal: "A tua encomenda mudou" },
  changed_next: { formal: "Volte ao cesto para continuar.", informal: "Volta ao cesto para continuar." },
  elsewhere: "Esta verificação está aberta noutro navegador",
  elsewhere_next: {
    formal: "Volte lá ou recomece a partir do cesto na loja.",
    informal: "Volta lá ou recomeça a partir do cesto na loja.",
  },
  closed: "Esta verificação está fechada",
  closed_next: { formal: "Pode continuar na loja.", informal: "Podes continuar na loja." },
  empty: "Nenhuma encomenda à espera",
  empty_next: {
    formal: "Quando comprar na loja, verificamos aqui.",
    informal: "Quando comprares na loja, verificamos aqui.",
  },
  basket: "Voltar ao cesto",
  shop: "Ir para a loja",
  kept: { formal: "Guardamos o seu cesto durante {time}.", informal: "Guardamos o teu cesto durante {time}." },
  reference: { formal: "A sua referência: {reference}", informal: "A tua referência: {reference}" },

  help: "Não o recebi ou já não tenho este número",
  help_title: "Como continuar",
  call: { formal: "Ligue para {phone}", informal: "Liga para {phone}" },
  store: "Encontrar uma loja",
  store_hint: { formal: "Leve o seu documento de identificação.", informal: "Leva o teu documento de identificação." },
  lost_number: "Já não tenho este número",
  cancel: "Cancelar e voltar ao cesto",

  leave: "Cancelar a aprovação?",
  leave_next: "A encomenda não é feita.",
  lost_next: {
    formal: "A verificação termina aqui. O nosso apoio ou uma loja ajuda.",
    informal: "A verificação termina aqui. O nosso apoio ou uma loja ajuda-te.",
  },
  stay: "Continuar com a encomenda",
  stop: "Cancelar e ir para o cesto",
  stop_check: "Terminar a verificação",

  support: "Apoio",
  language: "Idioma",
  imprint: "Informação legal",
  privacy: "Privacidade",
  terms: "Condições",
  accessibility: "Acessibilidade",
} satisfies Translation;
