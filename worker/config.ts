/**
 * Environment strings → keys, URLs and numbers, once per isolate. A platform variable that is wrong stops
 * the start and is named; a brand's own secret that is wrong stops that brand alone.
 */
import { Buffer } from "node:buffer";
import * as v from "valibot";
import { EVENT_TYPES } from "./contract.ts";

const secretBytes = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]+$/),
  v.transform((s) => new Uint8Array(Buffer.from(s, "base64url"))),
  v.check((bytes) => bytes.length >= 32),
);

/** One secret or, in a rotation, the new one and the old one, separated by a comma. First = current. */
const secretRing = v.pipe(
  v.string(),
  v.transform((s) => s.split(",")),
  v.array(secretBytes),
  v.minLength(1),
  v.maxLength(2),
);

/** https anywhere; plain http only on the machine itself. */
export const endpoint = v.pipe(
  v.string(),
  v.check((s) => {
    if (!URL.canParse(s)) return false;
    const { protocol, hostname, username, search, hash } = new URL(s);
    const loopback = hostname === "127.0.0.1" || hostname === "localhost" || hostname.endsWith(".localhost");
    return (protocol === "https:" || (protocol === "http:" && loopback)) && !username && !search && !hash;
  }),
  v.transform((s) => s.replace(/\/$/, "")),
);

/** An origin as the URL standard writes it, under the same rule. */
export const origin = v.pipe(
  endpoint,
  v.check((s) => new URL(s).origin === s),
);

/** Names that lead inside, whatever resolves them (RFC 6761, RFC 8375, ICANN's list of private names). */
const INSIDE = /(^|\.)(localhost|localdomain|local|internal|intranet|private|lan|home|corp|arpa)$/;
/** At least two labels, the last one no number: no IPv4 address in any notation, no single name of a network. */
const PUBLIC_NAME = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/**
 * A webhook's address: https, a host name that is no IP literal in any notation, port 443, nothing hidden in it
 * (requirement K11). Only as the URL standard itself writes it, so that everybody reads the same host in it. Plain http
 * only to the machine itself, for local runs.
 */
const webhookTarget = v.pipe(
  v.string(),
  v.maxLength(2000),
  v.check((s) => {
    if (!URL.canParse(s)) return false;
    const { protocol, hostname, port, username, password, hash, href } = new URL(s);
    if (username || password || hash || href !== s) return false;
    if (protocol === "http:") return hostname === "127.0.0.1";
    return protocol === "https:" && port === "" && PUBLIC_NAME.test(hostname) && !INSIDE.test(hostname);
  }),
);

/** `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks 1.0.0, "Signature scheme"). */
const webhookSecret = v.pipe(
  v.string(),
  v.regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/),
  v.check((s) => {
    const bytes = Buffer.from(s.slice(6), "base64");
    return bytes.length >= 24 && bytes.length <= 64 && bytes.toString("base64") === s.slice(6);
  }),
);

const oauthClient = v.strictObject({
  client_id: v.pipe(v.string(), v.minLength(1)),
  client_secret: v.pipe(v.string(), v.minLength(16)),
});

const brandSettings = v.strictObject({
  /** `message_cost`: what one accepted message costs on average, in micro-EUR. */
  gateway: v.strictObject({
    kind: v.literal("twilio"),
    base_url: endpoint,
    message_cost: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  }),
  authority: v.strictObject({ kind: v.literal("oidc"), issuer: endpoint }),
  /** The operator that is asked about the device before a text is sent; `api` ends in `/number-verification/v2`. Absent: nobody is. */
  network: v.optional(v.strictObject({ issuer: endpoint, api: endpoint })),
  /** Where a deployment (staging, a laptop) differs from the pack. */
  step_origin: v.optional(origin),
  deny_origin: v.optional(origin),
  return_origins: v.optional(v.array(origin)),
  embed_origins: v.optional(v.array(origin)),
  /** Where events are delivered; absent `types` means all. Operator configuration, never a request's. */
  webhooks: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,24}$/)),
          url: webhookTarget,
          types: v.optional(v.array(v.picklist(EVENT_TYPES))),
        }),
      ),
      v.maxLength(5),
      v.check((endpoints) => new Set(endpoints.map(({ id }) => id)).size === endpoints.length),
    ),
    [],
  ),
});
export type BrandSettings = v.InferOutput<typeof brandSettings>;

/** What a credential can be good for. */
export const SCOPES = ["verifications", "outcomes", "privacy", "operations", "analytics", "otp-sms"] as const;
export type Scope = (typeof SCOPES)[number];

const client = {
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/)),
  scopes: v.array(v.picklist(SCOPES)),
};

/** 32 bytes in base64url, as a JWK of P-256 writes each of its numbers (RFC 7518 6.2). */
const coordinate = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/));

/** A public JWK, P-256; who pastes the private one is refused. */
const publicKey = {
  kty: v.literal("EC"),
  crv: v.literal("P-256"),
  kid: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  x: coordinate,
  y: coordinate,
};

const brandSecrets = v.strictObject({
  /** First = current; the others still open what they sealed. */
  master: v.pipe(
    v.array(v.strictObject({ kid: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,16}$/)), key: secretBytes })),
    v.minLength(1),
  ),
  /** Private JWKs, P-256, each with a `kid`. First signs; all are published. */
  signing: v.pipe(v.array(v.strictObject({ ...publicKey, d: coordinate })), v.minLength(1)),
  pepper: secretRing,
  /** Per webhook endpoint, newest first; all of them sign while they overlap. */
  webhooks: v.optional(v.record(v.string(), v.pipe(v.array(webhookSecret), v.minLength(1), v.maxLength(3))), {}),
  api_keys: v.array(v.strictObject({ ...client, sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })),
  /** Order systems that sign with a key of their own (RFC 7523); two keys while one is rotated. */
  oauth_clients: v.optional(
    v.array(v.strictObject({ ...client, jwks: v.strictObject({ keys: v.array(v.strictObject(publicKey)) }) })),
    [],
  ),
  gateway: v.strictObject({
    account_sid: v.pipe(v.string(), v.regex(/^AC[0-9a-f]{32}$/)),
    auth_token: v.pipe(v.string(), v.minLength(16)),
  }),
  authority: oauthClient,
  /** This service as a client of the operator's. */
  network: v.optional(oauthClient),
});
export type BrandSecrets = v.InferOutput<typeof brandSecrets>;

/** The form of a brand's id. */
export const BRAND_ID = /^[a-z0-9-]{1,24}$/;

const platform = v.object({
  API_ORIGIN: origin,
  JURISDICTION: v.picklist(["eu", "none"]),
  ANALYTICS: v.picklist(["engine", "rollup"]),
  BRANDS: v.pipe(v.string(), v.parseJson(), v.record(v.pipe(v.string(), v.regex(BRAND_ID)), brandSettings)),
  NUMBER_PEPPER: secretRing,
  ANALYST_ORIGIN: v.optional(origin),
});

/** A configuration that cannot be used; `message` names variables and members, never a value. */
export class ConfigError extends Error {}

export interface Config {
  apiOrigin: string;
  /** Its host, with the port where it is not the scheme's own. */
  apiHost: string;
  /** `none` exists for machines without jurisdictions; `config` refuses it beside an https API origin. */
  jurisdiction: "eu" | "none";
  /** `rollup`: nothing is written to Analytics Engine, which exists in no other region; counts come from D1 alone. */
  analytics: "engine" | "rollup";
  brands: Record<string, BrandSettings>;
  /** The analysts' host, written likewise; undefined where there is no console. */
  analystHost: string | undefined;
  /** Newest first; two while numbers are being renamed. */
  numberPeppers: readonly Uint8Array[];
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
  const { API_ORIGIN, ANALYST_ORIGIN, JURISDICTION, ANALYTICS, BRANDS, NUMBER_PEPPER } = result.output;
  if (JURISDICTION === "none" && API_ORIGIN.startsWith("https:")) {
    throw new ConfigError("JURISDICTION: must be set for a deployed service");
  }
  const secrets = new Map<string, BrandSecrets | undefined>();
  const fresh: Config = {
    apiOrigin: API_ORIGIN,
    apiHost: new URL(API_ORIGIN).host,
    jurisdiction: JURISDICTION,
    analytics: ANALYTICS,
    brands: BRANDS,
    analystHost: ANALYST_ORIGIN && new URL(ANALYST_ORIGIN).host,
    numberPeppers: NUMBER_PEPPER,
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
export function complaint(issue: v.BaseIssue<unknown>, root?: string): string {
  const path = (issue.path ?? []).map((p) => String(p.key));
  return `${[...(root ? [root] : []), ...path].join(".") || "environment"}: missing or malformed (${issue.type})`;
}
