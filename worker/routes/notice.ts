/** One SMS that tells the holder of a number that its codes were guessed at (ASVS 6.3.5). Nobody waits for it. */
import { askRow } from "../objects.ts";
import { sendSms } from "../sms/index.ts";
import { noticeText } from "../sms/message.ts";
import type { FailureNotice } from "../verification/answers.ts";
import { unseal } from "../verification/seal.ts";
import { affordable } from "./affordable.ts";
import type { Press } from "./press.ts";
import { numberLedger } from "./reach.ts";

/** Unlike a code it is worth something hours later. */
const VALIDITY_S = 4 * 3600;

/**
 * Counts one notice against number and brand, then texts it. At most once: what dies on the way, or finds no answer, is not
 * tried again. Throws where the number cannot be opened or its ledger not be reached.
 */
export async function textNotice(
  { env, brand, secrets, correlator, id }: Pick<Press, "env" | "brand" | "secrets" | "correlator" | "id">,
  { sealed, kid, locale, row, used }: FailureNotice,
): Promise<void> {
  const { pack, settings } = brand;
  const master = secrets.master.find((key) => key.kid === kid);
  if (!master || pack.policy.notice === false) return;
  const to = (await unseal(master, id, sealed)) as Parameters<typeof sendSms>[2]["to"];
  const counted = await askRow(
    (name) => numberLedger(env, name),
    row,
    (ledger, name) => ledger.notice(name, used),
  );
  if (!counted || (await affordable(env, brand, correlator)) === "stop") return;
  const said = { locale: locale ?? pack.defaultLocale, spelling: pack.sms.spelling, brand: pack.shortName };
  const text = noticeText(said, pack.support.phone);
  await sendSms(settings.gateway, secrets.gateway, { to, from: pack.sms.sender, text, validityS: VALIDITY_S });
}
