/** The text messages a brand would send, and what they cost. */
import type { BrandPack } from "../../worker/brands/schema.ts";
import type { DenyForm } from "../../worker/sms/deny.ts";
import { denialText, noticeText, smsText } from "../../worker/sms/message.ts";
import { type Size, sizeOf } from "../../worker/sms/units.ts";

/** One text, as it would go out for the brand's largest amount. */
export interface Preview extends Size {
  locale: string;
  /** Empty where no amount is in it. */
  currency: string;
  form: "plain" | "embedded" | "as sent" | "notice";
  /** Whether the brand pays for letters outside the GSM alphabet. */
  native: boolean;
  /** Which deny line it carries. */
  deny: DenyForm | null;
  text: string;
}

/** Letters of a deny token, as wide as any. */
const TOKEN = "BcdFghjK";

/** Every text of a pack: without a deny line, in a frame, for hardware as the pack's own order of deny forms makes it, and after the last wrong code. */
export function previews(pack: BrandPack): Preview[] {
  const { sms, hosts, policy, support, origins, shortName } = pack;
  const link = `${sms.linkForm === "https" ? "https://" : ""}${hosts.deny ?? hosts.step}/d/${TOKEN}`;
  return pack.locales.flatMap((locale) => {
    const native = (sms.spelling?.[locale] ?? (["el", "ar"].includes(locale) ? "native" : "gsm")) === "native";
    const called = { locale, spelling: sms.spelling, brand: shortName };
    const text = noticeText(called, support.phone);
    const notice: Preview = { locale, currency: "", form: "notice", native, deny: null, text, ...sizeOf(text) };
    const coded = Object.entries(sms.maxAmount).flatMap(([currency, value]) => {
      const said = {
        ...called,
        amount: { value, currency },
        code: "48291375".slice(0, policy.digits),
        host: hosts.sms,
      };
      const top = new URL(origins.embed[0] ?? origins.shop[0] ?? "https://localhost").hostname;
      const sent = denialText(said, { forms: sms.deny, link, phone: support.phone, category: "hardware" });
      const of = (form: Preview["form"], text: string, deny: DenyForm | null = null): Preview => ({
        locale,
        currency,
        form,
        native,
        deny,
        text,
        ...sizeOf(text),
      });
      return [
        of("plain", smsText(said)),
        ...(policy.embed === "frame" ? [of("embedded", smsText({ ...said, embeddedIn: top }))] : []),
        of("as sent", sent.text, sent.deny),
      ];
    });
    return [...coded, notice];
  });
}

/** How many parts a text may have: one; two in letters outside the alphabet, for the two hosts of a frame, and with a deny line. */
export function partsAllowed({ native, form, deny }: Preview): 1 | 2 {
  return (form === "plain" || form === "notice") && deny === null && !native ? 1 : 2;
}
