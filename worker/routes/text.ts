/** One SMS with the code: the only place where number and code meet, in memory. */
import type { Brand } from "../brands/brand.ts";
import { type BrandSecrets, config } from "../config.ts";
import { sendSms } from "../sms/index.ts";
import { smsText } from "../sms/message.ts";
import type { ReservedSend } from "../verification/answers.ts";
import { liveCode } from "../verification/keys.ts";
import { linkToken } from "../verification/link.ts";
import { unseal } from "../verification/seal.ts";
import type { Fate } from "../verification/sending.ts";

/** Texts the live code of a reserved send; what cannot even be written is `refused`. Never throws. */
export async function textCode(
  env: Env,
  brand: Brand,
  secrets: BrandSecrets,
  id: string,
  send: ReservedSend,
): Promise<Fate> {
  const master = secrets.master.find(({ kid }) => kid === send.kid);
  const to = master && (await unseal(master, id, send.sealed).catch(() => undefined));
  if (!master || !to) return { fate: "refused", retryAfterS: 60 };
  const { pack, settings, stepOrigin } = brand;
  const ref = linkToken(master, "receipt link", id);
  return sendSms(settings.gateway, secrets.gateway, {
    to: to as Parameters<typeof sendSms>[2]["to"],
    from: pack.sms.sender,
    text: smsText({
      locale: send.locale ?? pack.defaultLocale,
      brand: pack.shortName,
      amount: send.amount,
      code: liveCode(master, { ...send, id }),
      host: new URL(stepOrigin).hostname,
    }),
    validityS: send.validityS,
    statusCallback: `${config(env).apiOrigin}/receipts/${settings.gateway.kind}/${pack.id}?ref=${ref}&send=${send.ordinal}`,
  });
}
