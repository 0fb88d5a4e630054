/**
 * Number Verification (CAMARA r3.2, API 2.1.0): the operator knows a device by its place in the mobile network, and says
 * whether it carries a number. The browser fetches the code there (OIDC Core 3.1, `prompt=none`), the service redeems it.
 */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import * as oauth from "oauth4webapi";
import type { BrandSecrets, BrandSettings } from "../config.ts";
import { call, discovered, json, outbound, type Provider } from "../oauth.ts";

/** The operator's word on a device; whatever is not a word of it is `unknown`. */
export type Word = "ok" | "no" | "unknown";

/** A brand's operator, and the address registered there for its answers. */
export type Operator = NonNullable<BrandSettings["network"]> &
  NonNullable<BrandSecrets["network"]> & { redirect_uri: string };

/** What ties a code to one verification: PKCE's verifier (RFC 7636) and the nonce of the id token. */
export interface Binding {
  verifier: string;
  nonce: string;
}

/** Nobody waits longer to hear whether the operator is there, or for its word on a code. */
const THERE_MS = 1000;
const WORD_MS = 2500;
/** So long the last look at it counts, whatever it found: a shopper must not be sent to a host that is down. */
const LOOK_MS = 60_000;

const downUntil = new Map<string, number>();

/** The operator, if it answers; where it did not, it is not asked again for a minute. `now` in epoch ms. Never throws. */
export async function reachable({ issuer }: Operator, now: number): Promise<Provider | undefined> {
  if (now < (downUntil.get(issuer) ?? 0)) return undefined;
  const signal = AbortSignal.timeout(THERE_MS);
  const found = await discovered(issuer, "authorization_endpoint", LOOK_MS, now, signal);
  if (!(found instanceof Response)) return found;
  downUntil.set(issuer, now + LOOK_MS);
  return undefined;
}

/** Where the browser fetches the code. */
export function authorizeAt(
  { endpoint }: Provider,
  { client_id, redirect_uri }: Operator,
  { verifier, nonce }: Binding,
  state: string,
): string {
  const url = new URL(endpoint);
  url.search = new URLSearchParams({
    response_type: "code",
    client_id,
    redirect_uri,
    scope: "openid number-verification:verify",
    prompt: "none",
    state,
    nonce,
    code_challenge: hash("sha256", verifier, "base64url"),
    code_challenge_method: "S256",
  }).toString();
  return url.href;
}

/** Whether the device that fetched `code` carries the number of this SHA-256 (hex, of E.164). Within 2.5 s; never throws. */
export async function carries(
  { metadata }: Provider,
  { issuer, api, client_id, client_secret, redirect_uri }: Operator,
  code: string,
  { verifier, nonce }: Binding,
  hashedPhoneNumber: string,
): Promise<Word> {
  const signal = AbortSignal.timeout(WORD_MS);
  const client: oauth.Client = { client_id };
  try {
    const answer = await oauth.genericTokenEndpointRequest(
      metadata,
      client,
      oauth.ClientSecretBasic(client_secret),
      "authorization_code",
      { code, redirect_uri, code_verifier: verifier },
      outbound(issuer, signal),
    );
    const granted = await oauth.processGenericTokenEndpointResponse(metadata, client, answer);
    // The library has read the id token, but looks for no nonce. Another one, or none: the code was fetched for something else.
    const [, claims = ""] = granted.id_token?.split(".") ?? [];
    const meant = JSON.parse(Buffer.from(claims, "base64url").toString()).nonce === nonce;
    if (granted.token_type !== "bearer" || !meant) return "unknown";
    const said = await call(`${api}/verify`, {
      method: "POST",
      headers: { authorization: `Bearer ${granted.access_token}`, "content-type": "application/json" },
      body: JSON.stringify({ hashedPhoneNumber }),
      signal,
    });
    const { devicePhoneNumberVerified: same } = Object(said.status === 200 && (await json(said)));
    return same === true ? "ok" : same === false ? "no" : "unknown";
  } catch {
    return "unknown"; // the library throws where an answer is not what the standards say
  }
}
