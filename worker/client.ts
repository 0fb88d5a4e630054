/** Who calls `/v1`: an API key or an access token → one brand's order system and its scopes. */
import { createMiddleware } from "hono/factory";
import { type Brand, brandOf } from "./brands/brand.ts";
import { type BrandSecrets, config, type Scope } from "./config.ts";
import type { AccessClaims } from "./contract.ts";
import { problem } from "./problem.ts";
import { type PublicKey, signedBy } from "./verification/jws.ts";
import { sameMac, sha256Hex } from "./verification/keys.ts";

/** An authenticated order system. */
export interface Client {
  id: string;
  brand: Brand;
  secrets: BrandSecrets;
}

/** One of the secrets or keys that an order system proves itself with, and what it may do with it. */
export interface Credential {
  client: Client;
  scopes: readonly Scope[];
  /** The SHA-256 of an API key, or a coordinate of a public key. */
  proof: string;
  /** Where it signs. */
  key?: PublicKey;
}

/** Clocks of two machines differ so much, in seconds. */
export const SKEW_S = 30;

/**
 * Admits only an API key or an access token that holds `scope`; sets `client`. 401 `CLIENT.UNAUTHENTICATED`, 403
 * `CLIENT.FORBIDDEN` (RFC 6750).
 */
export function allowed(scope: Scope) {
  return createMiddleware<{ Bindings: Env; Variables: { client: Client } }>(async function bearer(c, next) {
    const token = /^Bearer ([\x21-\x7e]{16,2048})$/i.exec(c.req.header("authorization") ?? "")?.[1];
    const found = token === undefined ? undefined : (known(c.env, token) ?? (await granted(c.env, token)));
    if (!found) {
      c.header("www-authenticate", 'Bearer realm="ringfence"');
      return problem(c, "CLIENT.UNAUTHENTICATED");
    }
    if (!found.scopes.includes(scope)) {
      c.header("www-authenticate", `Bearer realm="ringfence", error="insufficient_scope", scope="${scope}"`);
      return problem(c, "CLIENT.FORBIDDEN");
    }
    c.set("client", found.client);
    return next();
  });
}

/** Every credential of every brand that can be served. */
export function credentials(env: Env): Credential[] {
  const settings = config(env);
  return Object.keys(settings.brands).flatMap((brandId) => {
    const secrets = settings.secrets(brandId);
    const brand = brandOf(settings, brandId);
    if (!secrets || !brand) return [];
    return [
      ...secrets.api_keys.map(({ id, scopes, sha256 }) => ({ client: { id, brand, secrets }, scopes, proof: sha256 })),
      ...secrets.oauth_clients.flatMap(({ id, scopes, jwks }) =>
        jwks.keys.map((key) => ({ client: { id, brand, secrets }, scopes, proof: key.x, key })),
      ),
    ];
  });
}

/** Whose API key this is. Keys are kept as SHA-256, and all of them are compared in constant time. */
export function known(env: Env, secret: string): Credential | undefined {
  const hash = new TextEncoder().encode(sha256Hex(secret));
  let found: Credential | undefined;
  for (const credential of credentials(env))
    if (sameMac(new TextEncoder().encode(credential.proof), hash)) found = credential;
  return found;
}

/** What an access token names its credential by: nothing that proves anything. */
export const nameOf = (proof: string): string => sha256Hex(proof).slice(0, 16);

/**
 * Who may do what by this access token. Its credential is looked up each time: one that was taken away takes its tokens
 * with it, and one that may do less now lets them do no more.
 */
async function granted(env: Env, token: string): Promise<Credential | undefined> {
  const { apiOrigin } = config(env);
  const now = Date.now() / 1000;
  const all = credentials(env);
  for (const secrets of new Set(all.map(({ client }) => client.secrets))) {
    const said = await signedBy(secrets.signing, token);
    if (said?.typ !== "at+jwt") continue;
    const { aud, brand, client_id, credential: name, scope, iat, exp } = said.claims as AccessClaims;
    const found = all.find(
      ({ client, proof }) => client.secrets === secrets && client.id === client_id && nameOf(proof) === name,
    );
    if (!found || found.client.brand.pack.id !== brand || aud !== apiOrigin || iat > now + SKEW_S || now >= exp)
      continue;
    const granting = scope.split(" ");
    return { ...found, scopes: found.scopes.filter((one) => granting.includes(one)) };
  }
  return undefined;
}
