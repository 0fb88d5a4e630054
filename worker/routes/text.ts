/** One SMS with the code: the only place where number and code meet, in memory. */
import type { Brand } from "../brands/brand.ts";
import { type BrandSecrets, config } from "../config.ts";
import { sendSms } from "../sms/index.ts";
import { type DenyWays, denialText, type SmsContent } from "../sms/message.ts";
import type { ReservedSend } from "../verification/answers.ts";
import { liveCode } from "../verification/keys.ts";
import { linkToken } from "../verification/link.ts";
import { unseal } from "../verification/seal.ts";
import type { Fate } from "../verification/sending.ts";
import { askLink } from "./reach.ts";

/** The code never waits longer for its "not my order" link, in milliseconds. */
const POINT_DEADLINE_MS = 1000;

/** Texts the live code of a reserved send; what cannot even be written is `refused`. Never throws. */
export async function textCode(
  env: Env,
  brand: Brand,
  secrets: BrandSecrets,
  id: string,
  send: ReservedSend,
): Promise<Fate> {
  const { pack, settings } = brand;
  const master = secrets.master.find(({ kid }) => kid === send.kid);
  if (!master) return { fate: "refused", retryAfterS: 60, ours: true };
  const [to, { text }] = await Promise.all([
    unseal(master, id, send.sealed).catch(() => undefined),
    written(env, brand, id, send, liveCode(master, { ...send, id })),
  ]);
  if (!to) return { fate: "refused", retryAfterS: 60, ours: true };
  const ref = linkToken(master, "receipt link", id);
  return sendSms(settings.gateway, secrets.gateway, {
    to: to as Parameters<typeof sendSms>[2]["to"],
    from: pack.sms.sender,
    text,
    validityS: send.validityS,
    statusCallback: `${config(env).apiOrigin}/receipts/${settings.gateway.kind}/${pack.id}?ref=${ref}&send=${send.ordinal}`,
  });
}

/** The text of a send and its deny form. A link is in it only once it leads to the verification: a dead one would be worse than none. */
export async function written(
  env: Env,
  brand: Brand,
  id: string,
  send: ReservedSend,
  code: string,
): Promise<ReturnType<typeof denialText>> {
  const { pack, stepOrigin } = brand;
  const content: SmsContent = {
    locale: send.locale ?? pack.defaultLocale,
    spelling: pack.sms.spelling,
    brand: pack.shortName,
    amount: send.amount,
    code,
    host: new URL(stepOrigin).hostname,
    embeddedIn: send.embeddedIn && new URL(send.embeddedIn).hostname,
  };
  const ways: DenyWays = {
    forms: pack.sms.deny,
    link: send.denyToken ? linkFor(brand, send.denyToken) : null,
    phone: pack.support.phone,
    category: send.category,
  };
  const wished = denialText(content, ways);
  if (wished.deny !== "link") return wished;
  const leads = await pointed(env, send.denyToken, { brand: pack.id, verification: id });
  return leads ? wished : denialText(content, { ...ways, link: null });
}

/** The address a recipient can tap; always complete where it is not https, since no handset guesses that. */
function linkFor({ pack, denyOrigin }: Brand, denyToken: string): string {
  const bare = pack.sms.linkForm === "bare" && denyOrigin.startsWith("https:");
  return `${bare ? new URL(denyOrigin).host : denyOrigin}/d/${denyToken}`;
}

/** Points the token at the verification before anybody can hold it. False where that failed: the link must not go out. */
async function pointed(env: Env, denyToken: string, target: { brand: string; verification: string }): Promise<boolean> {
  const pointing = askLink(env, denyToken, (links, link) => links.point(link, target)).catch(() => false);
  return Promise.race([pointing, scheduler.wait(POINT_DEADLINE_MS).then(() => false)]);
}
