/**
 * Environment strings → keys, URLs and numbers, once per isolate. A platform variable that is wrong stops
 * the start and is named; a brand's own secret that is wrong stops that brand alone.
 */
import { Buffer } from "node:buffer";
import * as v from "valibot";

const secretBytes = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]+$/),
  v.transform((s) => new Uint8Array(Buffer.from(s, "base64url"))),
  v.check((bytes) => bytes.length >= 32),
);

/** https anywhere; plain http only on the machine itself. */
const endpoint = v.pipe(
  v.string(),
  v.check((s) => {
    if (!URL.canParse(s)) return false;
    const { protocol, hostname, username, search, hash } = new URL(s);
    const loopback = hostname === "127.0.0.1" || hostname === "localhost" || hostname.endsWith(".localhost");
    return (protocol === "https:" || (protocol === "http:" && loopback)) && !username && !search && !hash;
  }),
  v.transform((s) => s.replace(/\/$/, "")),
);

const origin = v.pipe(
  endpoint,
  v.check((s) => new URL(s).origin === s),
);

const brandSettings = v.strictObject({
  gateway: v.strictObject({ kind: v.literal("twilio"), base_url: endpoint }),
  authority: v.strictObject({ kind: v.literal("oidc"), issuer: endpoint }),
  /** Where a deployment (staging, a laptop) differs from the pack. */
  step_origin: v.optional(origin),
  return_origins: v.optional(v.array(origin)),
});
export type BrandSettings = v.InferOutput<typeof brandSettings>;

const SCOPES = ["verifications", "outcomes", "privacy", "operations", "analytics", "otp-sms"] as const;
export type Scope = (typeof SCOPES)[number];

const brandSecrets = v.strictObject({
  /** First = current; the others still open what they sealed. */
  master: v.pipe(
    v.array(v.strictObject({ kid: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,16}$/)), key: secretBytes })),
    v.minLength(1),
  ),
  /** Private JWKs, P-256, each with a `kid`. First signs; all are published. */
  signing: v.pipe(
    v.array(
      v.strictObject({
        kty: v.literal("EC"),
        crv: v.literal("P-256"),
        kid: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)),
        x: v.string(),
        y: v.string(),
        d: v.string(),
      }),
    ),
    v.minLength(1),
  ),
  pepper: secretBytes,
  api_keys: v.array(
    v.strictObject({
      id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/)),
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      scopes: v.array(v.picklist(SCOPES)),
    }),
  ),
  gateway: v.strictObject({
    account_sid: v.pipe(v.string(), v.regex(/^AC[0-9a-f]{32}$/)),
    auth_token: v.pipe(v.string(), v.minLength(16)),
  }),
  authority: v.strictObject({
    client_id: v.pipe(v.string(), v.minLength(1)),
    client_secret: v.pipe(v.string(), v.minLength(16)),
  }),
});
export type BrandSecrets = v.InferOutput<typeof brandSecrets>;

const BRAND_ID = /^[a-z0-9-]{1,24}$/;

const platform = v.object({
  API_ORIGIN: origin,
  JURISDICTION: v.picklist(["eu", "none"]),
  BRANDS: v.pipe(v.string(), v.parseJson(), v.record(v.pipe(v.string(), v.regex(BRAND_ID)), brandSettings)),
  NUMBER_PEPPER: secretBytes,
});

/** A configuration that cannot be used; `message` names variables and members, never a value. */
export class ConfigError extends Error {}

export interface Config {
  apiOrigin: string;
  /** `none` exists for machines without jurisdictions; `config` refuses it beside an https API origin. */
  jurisdiction: "eu" | "none";
  brands: Record<string, BrandSettings>;
  numberPepper: Uint8Array;
  /** The brand's secrets, or undefined when its variable is missing or malformed (logged once, by name). */
  secrets(brandId: string): BrandSecrets | undefined;
}

const parsed = new WeakMap<object, Config>();

/** The validated configuration of this deployment. Throws `ConfigError` that names the variable at fault. */
export function config(env: object): Config {
  const known = parsed.get(env);
  if (known) return known;
  const result = v.safeParse(platform, env);
  if (!result.success) throw new ConfigError(complaint(result.issues[0]));
  const { API_ORIGIN, JURISDICTION, BRANDS, NUMBER_PEPPER } = result.output;
  if (JURISDICTION === "none" && API_ORIGIN.startsWith("https:")) {
    throw new ConfigError("JURISDICTION: must be set for a deployed service");
  }
  const secrets = new Map<string, BrandSecrets | undefined>();
  const fresh: Config = {
    apiOrigin: API_ORIGIN,
    jurisdiction: JURISDICTION,
    brands: BRANDS,
    numberPepper: NUMBER_PEPPER,
    secrets(brandId) {
      if (!secrets.has(brandId)) secrets.set(brandId, readSecrets(env, brandId));
      return secrets.get(brandId);
    },
  };
  parsed.set(env, fresh);
  return fresh;
}

function readSecrets(env: object, brandId: string): BrandSecrets | undefined {
  const name = `SECRETS_${brandId.toUpperCase().replaceAll("-", "_")}`;
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), brandSecrets), Reflect.get(env, name));
  if (result.success) return result.output;
  console.error(
    JSON.stringify({ level: "error", event: "brand_stopped", variable: complaint(result.issues[0], name) }),
  );
  return undefined;
}

/** Names the place, never the value: the library's own message would quote the secret. */
function complaint(issue: v.BaseIssue<unknown>, root?: string): string {
  const path = (issue.path ?? []).map((p) => String(p.key));
  return `${[...(root ? [root] : []), ...path].join(".") || "environment"}: missing or malformed (${issue.type})`;
}
