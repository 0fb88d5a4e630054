/** The silent check by the mobile network, between a brand's step and its operator. */
import type { Brand } from "../brands/brand.ts";
import type { BrandSecrets } from "../config.ts";
import type { Provider } from "../oauth.ts";
import { authorizeAt, type Binding, carries, type Operator, reachable, type Word } from "../signals/number.ts";
import { type MasterKey, sha256Hex, token, verificationKey } from "../verification/keys.ts";
import { linkToken } from "../verification/link.ts";
import { unseal } from "../verification/seal.ts";

/** Whom the brand asks about a device; undefined where it asks nobody. */
export function operatorOf({ settings, stepOrigin }: Brand, secrets: BrandSecrets): Operator | undefined {
  const { network } = settings;
  return network && secrets.network && { ...network, ...secrets.network, redirect_uri: `${stepOrigin}/network` };
}

/** The operator's address for one verification. `state` names it under a MAC of its own, and the page's language; the step's token stays here (requirement R8). */
export function sentTo(provider: Provider, operator: Operator, master: MasterKey, id: string, locale: string): string {
  const state = `${linkToken(master, "network link", id)}.${locale}`;
  return authorizeAt(provider, operator, bindingOf(master, id), state);
}

/** Has the operator compare the number on file with that of the device; `asked` made the address. Never throws. */
export async function compared(
  operator: Operator,
  asked: MasterKey,
  { master }: BrandSecrets,
  id: string,
  { sealed, kid }: { sealed: string; kid: string },
  code: string,
): Promise<Word> {
  const key = master.find((one) => one.kid === kid);
  const number = key && code && (await unseal(key, id, sealed).catch(() => ""));
  const provider = number && (await reachable(operator, Date.now()));
  return provider ? carries(provider, operator, code, bindingOf(asked, id), sha256Hex(number)) : "unknown";
}

/** Derived, never stored: a code fetched for one verification can be redeemed for no other. */
function bindingOf(master: MasterKey, id: string): Binding {
  const made = (use: string) => token(verificationKey(master, "network", id, use));
  return { verifier: made("verifier"), nonce: made("nonce") };
}
