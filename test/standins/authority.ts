/** The brands' customer authorities: one OpenID provider per brand, told apart by path; the operators answer below them. */
import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "./clock.ts";
import { type Customers, subjectOf } from "./customers.ts";
import type { Faults, Part, SeenLog } from "./faults.ts";
import { type Call, clientKnown, json, type Served, serve } from "./http.ts";
import { openOperators } from "./operator.ts";
import { AUTHORITY, type BrandId, isBrand } from "./secrets.ts";

interface Parts {
  clock: Clock;
  faults: Faults;
  seen: SeenLog;
  customers: Customers;
}

/** What an access token of the authority stands for; without `sub` it may ask for any customer of its brand. */
interface Grant {
  brand: BrandId;
  sub?: string;
  expiresAt: number;
}

interface Asked extends Parts {
  call: Call;
  brand: BrandId;
  issuer: string;
  grants: Map<string, Grant>;
  /** Answers for somebody else, as a broken cache in front of an authority would. */
  confused: boolean;
}

const TOKEN_LIFE_S = 300;
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"; // RFC 8693
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

const ENDPOINTS: Record<string, { part: Part; answer: (asked: Asked) => void }> = {
  "/.well-known/openid-configuration": { part: "discovery", answer: metadata },
  "/token": { part: "token", answer: token },
  "/userinfo": { part: "userinfo", answer: userInfo },
  "/jwks": { part: "discovery", answer: ({ call }) => json(call.response, 200, { keys: [] }) },
};

/** Starts the authorities. Issuers are `http://127.0.0.1:{port}/{brand}`; access tokens live in memory, 5 minutes. */
export function startAuthority(port: number, parts: Parts): Promise<Served> {
  const grants = new Map<string, Grant>();
  const operators = openOperators(parts);
  return serve(port, async (call) => {
    const operator = operators(call);
    if (operator) return operator;
    const [, brand = "", path = ""] = /^\/([^/]+)(\/.*)$/.exec(call.url.pathname) ?? [];
    const endpoint = ENDPOINTS[path];
    if (!isBrand(brand) || !endpoint) return json(call.response, 404, { error: "not_found" });
    const { mode, delayMs } = parts.faults.take(endpoint.part, brand);
    parts.seen.add("authority", brand, call.method, call.url.pathname, mode);
    if (mode === "hang") return;
    if (mode === "500") return json(call.response, 500, { error: "server_error" });
    if (mode === "429") return json(call.response, 429, { error: "temporarily_unavailable" }, { "retry-after": "2" });
    if (mode === "malformed") {
      return void call.response.writeHead(200, { "content-type": "application/json" }).end('{"sub": "c1", "phone_nu');
    }
    if (mode === "slow") await pause(delayMs);
    const issuer = `http://${call.url.host}/${brand}`;
    return endpoint.answer({ ...parts, call, brand, grants, issuer, confused: mode === "wrong_subject" });
  });
}

/** OpenID Connect Discovery 1.0, section 3. */
function metadata({ call, issuer }: Asked) {
  json(call.response, 200, {
    issuer,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    grant_types_supported: ["client_credentials", EXCHANGE],
    token_endpoint_auth_methods_supported: ["client_secret_basic"],
    response_types_supported: ["none"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
    scopes_supported: ["openid", "phone"],
    claims_supported: ["sub", "phone_number", "phone_number_verified", "updated_at"],
  });
}

function token({ call, brand, grants, clock }: Asked) {
  const { response } = call;
  if (call.method !== "POST") return json(response, 405, { error: "invalid_request" }, { allow: "POST" });
  if (!clientKnown(call.headers.authorization, AUTHORITY[brand])) {
    return json(response, 401, { error: "invalid_client" }, { "www-authenticate": `Basic realm="${brand}"` });
  }
  const form = new URLSearchParams(call.body);
  const grantType = form.get("grant_type");
  const common = { token_type: "Bearer", expires_in: TOKEN_LIFE_S };
  if (grantType === "client_credentials") return json(response, 200, { access_token: grant({ brand }), ...common });
  if (grantType !== EXCHANGE) return json(response, 400, { error: "unsupported_grant_type" });
  if (!form.get("subject_token") || !form.get("subject_token_type"))
    return json(response, 400, { error: "invalid_request" });
  const sub = subjectOf(brand, form.get("subject_token") ?? "");
  if (sub === undefined) return json(response, 400, { error: "invalid_grant" });
  return json(response, 200, { access_token: grant({ brand, sub }), issued_token_type: ACCESS_TOKEN, ...common });

  function grant(what: Omit<Grant, "expiresAt">): string {
    const now = clock.now();
    for (const [old, { expiresAt }] of grants) if (expiresAt <= now) grants.delete(old);
    const value = randomBytes(24).toString("base64url");
    grants.set(value, { ...what, expiresAt: now + TOKEN_LIFE_S * 1000 });
    return value;
  }
}

function userInfo({ call, brand, grants, clock, customers, confused }: Asked) {
  const { response } = call;
  const grant = grants.get(/^Bearer (.+)$/i.exec(call.headers.authorization ?? "")?.[1] ?? "");
  if (!grant || grant.brand !== brand || grant.expiresAt <= clock.now())
    return bearerError(response, 401, "invalid_token");
  const wished = new URLSearchParams(call.body).get("sub") ?? undefined;
  if (grant.sub !== undefined && wished !== undefined && wished !== grant.sub)
    return bearerError(response, 403, "insufficient_scope");
  const asked = grant.sub ?? wished;
  const sub = confused ? (asked === "c2" ? "c3" : "c2") : asked;
  if (sub === undefined) return bearerError(response, 400, "invalid_request");
  const customer = customers.find(brand, sub);
  if (!customer) return json(response, 404, { error: "unknown_subject" });
  return json(response, 200, { sub, ...customer });
}

/** RFC 6750, section 3. */
function bearerError(response: ServerResponse, status: number, error: string) {
  json(response, status, { error }, { "www-authenticate": `Bearer error="${error}"` });
}
