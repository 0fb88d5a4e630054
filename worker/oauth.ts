/** An OpenID provider as the service asks one: configured hosts alone, no redirects, two tries, capped answers. Requirement K9. */
import * as oauth from "oauth4webapi";
import { textOfAnswer } from "./outside.ts";

const TRIES = 2;

/** A provider that was found, and the one of its endpoints that was asked for. */
export interface Provider {
  metadata: oauth.AuthorizationServer;
  endpoint: string;
}

// Values only, never promises: a promise made in one request must not be awaited in another (workerd would hang it).
const providers = new Map<string, { metadata: oauth.AuthorizationServer; at: number }>();

/** The provider at `issuer` (OpenID Connect Discovery 1.0), at most `lifeMs` old, with `name` among its endpoints; or the answer that was none. Failures are not kept. */
export async function discovered(
  issuer: string,
  name: "userinfo_endpoint" | "authorization_endpoint",
  lifeMs: number,
  now: number,
  signal: AbortSignal,
): Promise<Provider | Response> {
  const expected = new URL(issuer);
  const kept = providers.get(issuer);
  let metadata = kept && now < kept.at + lifeMs ? kept.metadata : undefined;
  let answer = new Response();
  if (!metadata) {
    answer = await oauth.discoveryRequest(expected, outbound(issuer, signal));
    metadata = await oauth.processDiscoveryResponse(expected, answer).catch(() => undefined);
  }
  const { token_endpoint: token, [name]: endpoint } = metadata ?? {};
  // The configured host is the allow-list: a document naming another would be handed our secret and the reference.
  if (!metadata || !sameOrigin(token, expected) || !sameOrigin(endpoint, expected)) return answer;
  if (metadata !== kept?.metadata) providers.set(issuer, { metadata, at: now });
  return { metadata, endpoint };
}

function sameOrigin(endpoint: unknown, issuer: URL): endpoint is string {
  return typeof endpoint === "string" && URL.canParse(endpoint) && new URL(endpoint).origin === issuer.origin;
}

/** How the library's requests leave. */
export function outbound(issuer: string, signal: AbortSignal) {
  return {
    signal,
    [oauth.customFetch]: (
      url: string,
      { method, headers, body }: oauth.CustomFetchOptions<string, URLSearchParams | undefined>,
    ) => call(url, { method, headers, signal, body: body ?? null }),
    [oauth.allowInsecureRequests]: issuer.startsWith("http:"), // config.ts lets plain http pass for the machine itself only
  };
}

/** One request and, after a network fault or a 5xx that names no time, a second. What did not arrive whole reads as 503. */
export async function call(url: string, request: RequestInit): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const answer = await attempt(url, request);
    const again = answer.status >= 500 && !answer.headers.has("retry-after") && !request.signal?.aborted;
    if (!again || tries === TRIES) return answer;
  }
}

async function attempt(url: string, request: RequestInit): Promise<Response> {
  try {
    const answer = await fetch(url, { ...request, redirect: "manual" });
    const body = await textOfAnswer(answer);
    if (body !== undefined) return new Response(body || null, { status: answer.status, headers: kept(answer.headers) });
  } catch {
    // Refused, reset, timed out: the same to the caller.
  }
  return new Response(null, { status: 503 });
}

function kept(headers: Headers): Headers {
  const names = ["content-type", "retry-after"];
  return new Headers(names.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? ""]] : [])));
}

/** The answer as JSON; undefined where it is none. */
export function json(answer: Response): Promise<unknown> {
  return answer.json().catch(() => undefined);
}
