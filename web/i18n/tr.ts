import type { Translation } from "./messages.ts";

/** Turkish, with siz and sen; buttons are the same in both. No suffix ever hangs on a filled-in word: it would have to follow its vowels. */
export const tr = {
  title: "{heading}, {brand}",
  title_error: "Hata: {heading}, {brand}",

  check: { formal: "Telefonunuza bakın", informal: "Telefonuna bak" },
  order: { formal: "Siparişiniz", informal: "Siparişin" },
  will_send: "Sonu {ending} olan numaraya SMS ile {digits} haneli bir kod göndereceğiz.",
  asking:
    "Mobil operatöre bu telefonun, sonu {ending} olan numaraya ait olup olmadığını soruyoruz. Operatör bilemezse o numaraya SMS ile bir kod göndeririz.",
  asking_warning: {
    formal: "Yalnızca kendi verdiğiniz siparişi onaylayın.",
    informal: "Yalnızca kendi verdiğin siparişi onayla.",
  },
  asking_text: "Bunun yerine SMS ile kod gönder",
  asking_help: "Yardım istiyorum ya da bu numara artık bende değil",
  sending: "Sonu {ending} olan numaraya SMS ile {digits} haneli bir kod gönderiliyor.",
  sent: "Sonu {ending} olan numaraya SMS ile {digits} haneli bir kod gönderdik. Ulaşması bir dakika sürebilir.",
  resent: "Yeniden gönderildi, saat {at}. Kod aynı, artık saat {until} olana kadar geçerli.",
  welcome: {
    formal: "Yeniden hoş geldiniz, kodunuz saat {until} olana kadar geçerli.",
    informal: "Yeniden hoş geldin, kodun saat {until} olana kadar geçerli.",
  },
  warning: "Çalışanlarımız bu kodu asla istemez.",

  label: "SMS ile gelen kod",
  desktop: { formal: "Telefonunuzdaki kodu yazın.", informal: "Telefonundaki kodu yaz." },
  hint: "{digits} hane, saat {until} olana kadar geçerli.",
  hint_minutes: "{digits} hane, {minutes} geçerli.",
  minutes: { one: "{n} dakika", other: "{n} dakika" },
  auto: "Tamamlanır tamamlanmaz kontrol ediyoruz.",
  tries: { one: "{n} deneme kaldı.", other: "{n} deneme kaldı." },
  approve: "Siparişi onayla",
  paste: "Yapıştır",
  checking: "Kontrol ediliyor",
  still_checking: "Hâlâ kontrol ediliyor",
  send: "Kodu bana gönder",

  resend: "Kodu yeniden gönder",
  resending: "Kod gönderiliyor",
  resend_in: { one: "{n} saniye sonra", other: "{n} saniye sonra" },
  resend_none: {
    formal: "Başka SMS gönderemiyoruz. Müşteri hizmetlerimiz size yardımcı olabilir.",
    informal: "Başka SMS gönderemiyoruz. Müşteri hizmetlerimiz sana yardımcı olabilir.",
  },
  again: "Yeniden dene",
  try_now: "Şimdi dene",

  wrong: {
    formal: "Kod eşleşmiyor. {tries} En son gelen SMS’e bakın.",
    informal: "Kod eşleşmiyor. {tries} En son gelen SMS’e bak.",
  },
  last_try: "Kod eşleşmiyor. Son deneme. Ondan sonra bu siparişi durduruyoruz.",
  too_few: { formal: "{digits} hanenin hepsini girin.", informal: "{digits} hanenin hepsini gir." },
  too_many: "Hane sayısı {digits} olmalı, bu daha fazla.",
  no_paste: {
    formal: "Bu, {digits} haneli bir kod değil. Kodu SMS’ten kopyalayın veya yazın.",
    informal: "Bu, {digits} haneli bir kod değil. Kodu SMS’ten kopyala veya yaz.",
  },
  expired: {
    formal: "Bu kod artık geçerli değil. Siparişiniz yerinde duruyor.",
    informal: "Bu kod artık geçerli değil. Siparişin yerinde duruyor.",
  },
  no_code: {
    formal: "Henüz bir kod gönderilmedi. Önce bir kod isteyin.",
    informal: "Henüz bir kod gönderilmedi. Önce bir kod iste.",
  },
  undelivered: "SMS, sonu {ending} olan numaraya ulaştırılamadı.",
  too_early: {
    formal: "Bir SMS yolda. Yenisini istemeden önce biraz bekleyin.",
    informal: "Bir SMS yolda. Yenisini istemeden önce biraz bekle.",
  },
  offline: {
    formal: "Bağlantı yok. Kodunuz saklanıyor. Kendimiz yeniden deniyoruz.",
    informal: "Bağlantı yok. Kodun saklanıyor. Kendimiz yeniden deniyoruz.",
  },
  lost: { formal: "Bağlantı yok. Lütfen yeniden deneyin.", informal: "Bağlantı yok. Lütfen yeniden dene." },
  fault_free: "Bizim tarafımızda bir sorun oldu. Deneme hakkı kullanılmadı.",
  fault: {
    formal: "Kodunuz bize ulaştı mı bilmiyoruz. Yeniden denemenin bir bedeli yok.",
    informal: "Kodun bize ulaştı mı bilmiyoruz. Yeniden denemenin bir bedeli yok.",
  },
  fault_send: {
    formal: "Bizim tarafımızda bir sorun oldu. Lütfen yeniden deneyin.",
    informal: "Bizim tarafımızda bir sorun oldu. Lütfen yeniden dene.",
  },

  said_sent: "Kod, sonu {ending} olan numaraya gönderildi.",
  said_ready: { formal: "Artık kodu yeniden isteyebilirsiniz.", informal: "Artık kodu yeniden isteyebilirsin." },
  said_filled: "Kod girildi. Kontrol ediliyor.",
  said_soon: "Kod iki dakika daha geçerli.",

  failed: "Hesabı korumak için bu siparişi durdurduk",
  not_placed: "Sipariş verilmedi.",
  ended: "Bu kontrol sona erdi",
  still_here: { formal: "Siparişiniz yerinde duruyor.", informal: "Siparişin yerinde duruyor." },
  blocked: "Bu siparişi şu anda internetten alamıyoruz",
  approved: "Bu sipariş onaylandı",
  approved_next: {
    formal: "Sizi şimdi mağazaya geri götürüyoruz: {shop}.",
    informal: "Seni şimdi mağazaya geri götürüyoruz: {shop}.",
  },
  continue: "Devam: {shop}",
  changed: { formal: "Siparişiniz değişti", informal: "Siparişin değişti" },
  changed_next: { formal: "Devam etmek için sepete dönün.", informal: "Devam etmek için sepete dön." },
  elsewhere: "Bu kontrol başka bir tarayıcıda açık",
  elsewhere_next: {
    formal: "Oraya dönün ya da mağazadaki sepetinizden yeniden başlayın.",
    informal: "Oraya dön ya da mağazadaki sepetinden yeniden başla.",
  },
  closed: "Bu kontrol kapandı",
  closed_next: { formal: "Mağazada devam edebilirsiniz.", informal: "Mağazada devam edebilirsin." },
  empty: "Bekleyen sipariş yok",
  empty_next: "Mağazada verilen siparişleri burada kontrol ediyoruz.",
  basket: "Sepete dön",
  shop: "Mağazaya git",
  kept: { formal: "Sepetiniz {time} saklanır.", informal: "Sepetin {time} saklanır." },
  reference: { formal: "Referansınız: {reference}", informal: "Referansın: {reference}" },

  help: "Kod gelmedi ya da bu numara artık bende değil",
  help_title: "Nasıl devam edilir",
  call: { formal: "Arayın: {phone}", informal: "Ara: {phone}" },
  store: "Bayi bul",
  store_hint: { formal: "Yanınızda kimlik getirin.", informal: "Yanında kimlik getir." },
  lost_number: "Bu numara artık bende değil",
  cancel: "Vazgeç ve sepete dön",

  leave: "Onaydan vazgeçilsin mi?",
  leave_next: "Sipariş verilmeyecek.",
  lost_next: {
    formal: "Kontrol burada biter. Müşteri hizmetlerimiz ya da bir bayi size yardımcı olabilir.",
    informal: "Kontrol burada biter. Müşteri hizmetlerimiz ya da bir bayi sana yardımcı olabilir.",
  },
  stay: "Siparişe devam et",
  stop: "Vazgeç, sepete git",
  stop_check: "Kontrolü bitir",

  support: "Müşteri hizmetleri",
  language: "Dil",
  imprint: "Şirket bilgileri",
  privacy: "Gizlilik",
  terms: "Koşullar",
  accessibility: "Erişilebilirlik",
} satisfies Translation;
