/**
 * Number Verification (CAMARA r3.2, API 2.1.0): the operator knows a device by its place in the mobile network, and says
 * whether it carries a number. The browser fetches the code there (OIDC Core 3.1, `prompt=none`), the service redeems it.
 */
import { createHash } from "node:crypto";
import * as oauth from "oauth4webapi";
import type { BrandSecrets, BrandSettings } from "../config.ts";
import { call, discovered, json, outbound, type Provider } from "../oauth.ts";

/** The operator's word on a device; whatever is not a word of it is `unknown`. */
export type Word = "ok" | "no" | "unknown";

/** A brand's operator, and the address registered there for its answers. */
export interface Operator {
  settings: NonNullable<BrandSettings["network"]>;
  credentials: NonNullable<BrandSecrets["network"]>;
  redirectUri: string;
}

/** What ties a code to one verification: PKCE's verifier (RFC 7636) and the nonce of the id token. */
export interface Binding {
  verifier: string;
  nonce: string;
}

/** Nobody waits longer to hear whether the operator is there; the same for its word on a code. */
const THERE_MS = 1000;
const WORD_MS = 3000;
/** So long the last look at it counts, whatever it found: a shopper must not be sent to a host that is down. */
const LOOK_MS = 60_000;

const downUntil = new Map<string, number>();

/** The operator, if it answers; where it did not, it is not asked again for a minute. `now` in epoch ms. Never throws. */
export async function reachable({ settings: { issuer } }: Operator, now: number): Promise<Provider | undefined> {
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
  { credentials, redirectUri }: Operator,
  { verifier, nonce }: Binding,
  state: string,
): string {
  const url = new URL(endpoint);
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: credentials.client_id,
    redirect_uri: redirectUri,
    scope: "openid number-verification:verify",
    prompt: "none",
    state,
    nonce,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  }).toString();
  return url.href;
}

/** Whether the device that fetched `code` carries the number of this SHA-256 (hex, of E.164). Within 3 s; never throws. */
export async function carries(
  { settings: { issuer, api }, credentials, redirectUri }: Operator,
  code: string,
  { verifier, nonce }: Binding,
  hashedPhoneNumber: string,
  now: number,
): Promise<Word> {
  const signal = AbortSignal.timeout(WORD_MS);
  const found = await discovered(issuer, "authorization_endpoint", LOOK_MS, now, signal);
  if (found instanceof Response) return "unknown";
  const client: oauth.Client = { client_id: credentials.client_id };
  try {
    const answer = await oauth.genericTokenEndpointRequest(
      found.metadata,
      client,
      oauth.ClientSecretBasic(credentials.client_secret),
      "authorization_code",
      { code, redirect_uri: redirectUri, code_verifier: verifier },
      outbound(issuer, signal),
    );
    const granted = await oauth.processGenericTokenEndpointResponse(found.metadata, client, answer);
    // Another nonce, or none: the code was fetched for something else.
    if (granted.token_type !== "bearer" || oauth.getValidatedIdTokenClaims(granted)?.nonce !== nonce) return "unknown";
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
