/**
 * An OpenID provider as customer authority: UserInfo (OIDC Core 5.3) asked with the service's own token and `sub`,
 * or with one exchanged for the customer's (RFC 8693).
 */
import { createHash, timingSafeEqual } from "node:crypto";
import * as oauth from "oauth4webapi";
import * as v from "valibot";
import type { BrandSecrets } from "../config.ts";
import { call, discovered, json, outbound, type Provider } from "../oauth.ts";
import type { Authority, Found } from "./index.ts";

const DISCOVERY_TTL_MS = 3_600_000;
const ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token";
/** Enough to be told the number, and no more: `profile` would bring names. */
const SCOPE = "openid phone";

// Values only, never promises: a promise made in one request must not be awaited in another (workerd would hang it).
const tokens = new Map<string, { token: string; until: number }>();

type Unavailable = Extract<Found, { why: "unavailable" }>;
type Step<T> = ({ ok: true } & T) | Exclude<Found, { ok: true }>;

/** The OpenID provider at `issuer`, asked as `credentials`. Discovery and service token are kept per isolate; failures are not. */
export function oidc(brandId: string, issuer: string, credentials: BrandSecrets["authority"]): Authority {
  const client: oauth.Client = { client_id: credentials.client_id };
  const secret = oauth.ClientSecretBasic(credentials.client_secret);
  const tokenKey = JSON.stringify([brandId, issuer, credentials.client_id]);

  return {
    async lookUp({ ref, authToken }, now, signal) {
      const server = await discovered(issuer, "userinfo_endpoint", DISCOVERY_TTL_MS, now, signal);
      if (server instanceof Response) return unavailable(server, now);
      if (authToken !== undefined) {
        const exchanged = await exchange(server, authToken, now, signal);
        if (!exchanged.ok) return exchanged;
        const answer = await userInfo(server, exchanged.token, undefined, signal);
        return claims(answer, { ref, now, stranger: { ok: false, why: "auth_token_refused" } });
      }
      for (let round = 1; ; round++) {
        const service = await serviceToken(server, now, signal);
        if (!service.ok) return service;
        const answer = await userInfo(server, service.token, ref, signal);
        if (answer.status === 401 && round === 1) {
          tokens.delete(tokenKey); // revoked early, or the provider restarted: one fresh token, then give up
          continue;
        }
        // Another customer's number would prove nothing about this one: such an answer is a fault, never a result.
        return claims(answer, { ref, now, stranger: unavailable(answer, now) });
      }
    },
  };

  async function serviceToken(server: Provider, now: number, signal: AbortSignal): Promise<Step<{ token: string }>> {
    const kept = tokens.get(tokenKey);
    if (kept && now < kept.until) return { ok: true, token: kept.token };
    const answer = await oauth.clientCredentialsGrantRequest(
      server.metadata,
      client,
      secret,
      { scope: SCOPE },
      outbound(issuer, signal),
    );
    const read = await bearer(oauth.processClientCredentialsResponse(server.metadata, client, answer));
    if (!read) return unavailable(answer, now);
    if (read.lifeS > 60) tokens.set(tokenKey, { token: read.token, until: now + (read.lifeS - 60) * 1000 });
    return { ok: true, token: read.token };
  }

  async function exchange(
    server: Provider,
    authToken: string,
    now: number,
    signal: AbortSignal,
  ): Promise<Step<{ token: string }>> {
    const answer = await oauth.genericTokenEndpointRequest(
      server.metadata,
      client,
      secret,
      "urn:ietf:params:oauth:grant-type:token-exchange",
      {
        subject_token: authToken,
        subject_token_type: ACCESS_TOKEN_TYPE,
        requested_token_type: ACCESS_TOKEN_TYPE,
        scope: SCOPE,
      },
      outbound(issuer, signal),
    );
    if (answer.status === 400 && (await subjectRefused(answer.clone())))
      return { ok: false, why: "auth_token_refused" };
    const read = await bearer(oauth.processGenericTokenEndpointResponse(server.metadata, client, answer));
    return read ? { ok: true, token: read.token } : unavailable(answer, now);
  }
}

/** By POST, so that the reference stands in no URL and no access log on the way. */
function userInfo(server: Provider, token: string, ref: string | undefined, signal: AbortSignal): Promise<Response> {
  return call(server.endpoint, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
    body: new URLSearchParams(ref === undefined ? {} : { sub: ref }),
    signal,
  });
}

/** The token of an answer, if it is one we can present; the library throws where the answer is not what the standards say. */
async function bearer(answer: Promise<oauth.TokenEndpointResponse>) {
  const read = await answer.catch(() => undefined);
  return read?.token_type === "bearer" ? { token: read.access_token, lifeS: read.expires_in ?? 0 } : undefined;
}

/** Whether a 400 blames the customer's token (RFC 8693 2.2.2) and not our own set-up. */
async function subjectRefused(answer: Response): Promise<boolean> {
  const { error } = v.parse(v.fallback(v.object({ error: v.string() }), { error: "" }), await json(answer));
  return ["invalid_request", "invalid_grant", "invalid_token"].includes(error);
}

const userInfoSchema = v.object({
  sub: v.string(),
  phone_number: v.nullish(v.string()),
  phone_number_verified: v.nullish(v.boolean()),
  updated_at: v.nullish(v.number()),
});

/**
 * What a UserInfo answer says of the customer `ref`; `stranger` is the verdict when it speaks of somebody else.
 * `updated_at` covers the whole record, so it is never older than the number: an unrelated change only makes us warier.
 */
export async function claims(
  answer: Response,
  { ref, now, stranger }: { ref: string; now: number; stranger: Exclude<Found, { ok: true }> },
): Promise<Found> {
  if (answer.status === 404) return { ok: false, why: "unknown_customer" };
  if (answer.status !== 200) return unavailable(answer, now);
  const read = v.safeParse(userInfoSchema, await json(answer));
  if (!read.success) return unavailable(answer, now);
  const { sub, phone_number: phone, phone_number_verified: verified, updated_at: updatedS } = read.output;
  if (!same(sub, ref)) return stranger;
  if (!phone || verified !== true) return { ok: false, why: "no_number" };
  // Zero is how records without a date are often exported; a date to come is a clock's fault and reads as "just now".
  const changedAt = updatedS != null && updatedS > 0 ? Math.min(updatedS * 1000, now) : undefined;
  return { ok: true, phone, changedAt };
}

/** Equal work for every pair, whatever they share. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function unavailable(answer: Response, now: number): Unavailable {
  return { ok: false, why: "unavailable", retryAfterS: retryAfterS(answer.headers, now) };
}

/** Seconds the other side asks us to wait (RFC 9110 10.2.3, either form), bounded to 1..120; 5 when it does not say. */
export function retryAfterS(headers: Headers, now: number): number {
  const asked = headers.get("retry-after")?.trim() ?? "";
  const date = asked.endsWith(" GMT") ? Date.parse(asked) : Number.NaN; // Date.parse alone takes "1.5" for a day in January
  const waitS = /^\d+$/.test(asked) ? Number(asked) : Math.ceil((date - now) / 1000);
  return Number.isNaN(waitS) ? 5 : Math.min(Math.max(waitS, 1), 120);
}
