/** Who calls `/v1`: an API key → one brand's order system and its scopes. */
import { createMiddleware } from "hono/factory";
import { type Brand, brandOf } from "./brands/brand.ts";
import { type BrandSecrets, config, type Scope } from "./config.ts";
import { problem } from "./problem.ts";
import { sameMac, sha256Hex } from "./verification/keys.ts";

/** An authenticated order system. */
export interface Client {
  id: string;
  brand: Brand;
  secrets: BrandSecrets;
}

/**
 * Admits only an API key that holds `scope`; sets `client`. Keys are kept as SHA-256 and all of them are
 * compared in constant time. 401 `CLIENT.UNAUTHENTICATED`, 403 `CLIENT.FORBIDDEN` (RFC 6750).
 */
export function allowed(scope: Scope) {
  return createMiddleware<{ Bindings: Env; Variables: { client: Client } }>(async function apiKey(c, next) {
    const token = /^Bearer ([\x21-\x7e]{16,256})$/i.exec(c.req.header("authorization") ?? "")?.[1];
    const found = token === undefined ? undefined : known(c.env, token);
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

function known(env: Env, token: string): { client: Client; scopes: readonly Scope[] } | undefined {
  const settings = config(env);
  const hash = new TextEncoder().encode(sha256Hex(token));
  let found: { client: Client; scopes: readonly Scope[] } | undefined;
  for (const id of Object.keys(settings.brands)) {
    const secrets = settings.secrets(id);
    const brand = brandOf(settings, id);
    for (const key of secrets?.api_keys ?? []) {
      if (sameMac(new TextEncoder().encode(key.sha256), hash) && brand && secrets) {
        found = { client: { id: key.id, brand, secrets }, scopes: key.scopes };
      }
    }
  }
  return found;
}
