/** Assertions of the access proxy, made here and in the local entry alike. */
import { ACCESS_KEY, CONSOLE_AUDIENCE } from "./secrets.ts";

/** Claims beside those every assertion has; a person has an `email`, a machine a `common_name`. */
export interface AccessClaims {
  email?: string;
  common_name?: string;
  groups?: string[];
  [claim: string]: unknown;
}

const LIFE_S = 3600;
const RS256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const encoded = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64url");

/**
 * A `Cf-Access-Jwt-Assertion` of the team whose origin is `team`, good for an hour from `nowMs`. `claims` are added to
 * the usual ones or replace them; one that is undefined is left out.
 */
export async function accessToken(team: string, nowMs: number, claims: AccessClaims): Promise<string> {
  const iat = Math.floor(nowMs / 1000);
  const usual = { iss: team, aud: [CONSOLE_AUDIENCE], iat, nbf: iat, exp: iat + LIFE_S, sub: crypto.randomUUID() };
  const { kid, ...jwk } = ACCESS_KEY;
  const header = { alg: "RS256", kid, typ: "JWT" };
  const signed = [header, { ...usual, ...claims }].map((part) => encoded(JSON.stringify(part))).join(".");
  const key = await crypto.subtle.importKey("jwk", jwk, RS256, false, ["sign"]);
  const signature = await crypto.subtle.sign(RS256, key, new TextEncoder().encode(signed));
  return `${signed}.${encoded(new Uint8Array(signature))}`;
}
