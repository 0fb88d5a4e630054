import type { DenyTranslation } from "../messages.ts";

/** Modern Standard Arabic, formal. */
export const ar = {
  question: "هل طلبت هذا؟",
  sent: "أرسل الرمز {ago}",
  stop: "لا، أوقفوا هذا الطلب",
  mine: "نعم، هذا طلبي",
  never: "لا نطلب هنا أبدا رمزا أو كلمة مرور أو بطاقة.",
  unchanged: "لم يتغير شيء",
  share: "لا تشارك الرمز مع أحد أبدا.",
  back: "رجوع",
  stopped: "أوقفنا الطلب",
  stopped_next: "لم يعد الرمز صالحا.",
  held: "طلبنا تعليق الطلب",
  held_next: "كانت الموافقة عليه قد تمت، لذا اتصل بنا أيضا.",
  next: "ماذا تفعل الآن",
  sim: "تأكد من أن شريحتك تعمل: أجر مكالمة. إن لم تنجح فأبلغ فريق الدعم.",
  password: "غيّر كلمة مرور حسابك.",
  closed: "لم يعد هذا الرابط فعالا",
  closed_next: "إذا بدا لك شيء غير صحيح فاتصل على {phone}.",
  fault: "حدث خطأ من جانبنا",
  fault_next: "حاول مرة أخرى أو اتصل على {phone}.",
  again: "حاول مرة أخرى",
} satisfies DenyTranslation;
