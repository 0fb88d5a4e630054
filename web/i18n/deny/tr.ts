import type { DenyTranslation } from "../messages.ts";

/** Turkish, with siz and sen. */
export const tr = {
  question: { formal: "Bu siparişi siz mi verdiniz?", informal: "Bu siparişi sen mi verdin?" },
  sent: "Kod {ago} gönderildi",
  stop: "Hayır, bu siparişi durdur",
  mine: "Evet, bendim",
  never: "Burada asla kod, parola veya kart istemeyiz.",
  unchanged: "Hiçbir şey değişmedi",
  share: { formal: "Kodu asla paylaşmayın.", informal: "Kodu asla paylaşma." },
  back: "Geri",
  stopped: "Siparişi durdurduk",
  stopped_next: "Kod artık çalışmıyor.",
  held: "Siparişin bekletilmesini istedik",
  held_next: {
    formal: "Sipariş zaten onaylanmıştı, bu yüzden bizi de arayın.",
    informal: "Sipariş zaten onaylanmıştı, bu yüzden bizi de ara.",
  },
  next: "Şimdi ne yapmalı",
  sim: {
    formal: "SIM kartınızın çalıştığını bir arama yaparak kontrol edin. Çalışmıyorsa müşteri hizmetlerimize bildirin.",
    informal: "SIM kartının çalıştığını bir arama yaparak kontrol et. Çalışmıyorsa müşteri hizmetlerimize bildir.",
  },
  password: { formal: "Hesabınızın parolasını değiştirin.", informal: "Hesabının parolasını değiştir." },
  closed: "Bu bağlantı artık etkin değil",
  closed_next: {
    formal: "Bir şey ters görünüyorsa arayın: {phone}.",
    informal: "Bir şey ters görünüyorsa ara: {phone}.",
  },
  fault: "Bizim tarafımızda bir sorun oldu",
  fault_next: {
    formal: "Yeniden deneyin veya arayın: {phone}.",
    informal: "Yeniden dene veya ara: {phone}.",
  },
  again: "Yeniden dene",
} satisfies DenyTranslation;
