/**
 * The mobile operators: OpenID providers that know a device by its place in their network, with CAMARA's Number
 * Verification behind them (`number-verification.yaml`, API 2.1.0). Which device asks is told by a cookie, because a
 * laptop has no SIM: the phone page sets it.
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "./clock.ts";
import type { Faults, Part, SeenLog } from "./faults.ts";
import { type Call, clientKnown, json } from "./http.ts";
import { type BrandId, isBrand, OPERATED, OPERATOR } from "./secrets.ts";

interface Parts {
  clock: Clock;
  faults: Faults;
  seen: SeenLog;
}

/** A device that was recognised, and what its browser asked for. */
interface Session {
  number: string;
  redirectUri: string;
  challenge: string;
  nonce: string;
  expiresAt: number;
}

interface Asked extends Parts {
  call: Call;
  brand: BrandId;
  issuer: string;
  mode: string;
  codes: Map<string, Session>;
  tokens: Map<string, Session>;
}

const LIFE_MS = 60_000;
const SCOPE = "number-verification:verify";
const KEY = generateKeyPairSync("ec", { namedCurve: "P-256" });

const ENDPOINTS: Record<string, { part: Part; answer: (asked: Asked) => void }> = {
  "/.well-known/openid-configuration": { part: "operator", answer: metadata },
  "/authorize": { part: "authorize", answer: authorize },
  "/token": { part: "redeem", answer: token },
  "/number-verification/v2/verify": { part: "number", answer: verify },
};

/** Answers for the operators, at `/{brand}/operator/…`; undefined where a call is for none. Codes and tokens live in memory. */
export function openOperators(parts: Parts): (call: Call) => Promise<void> | undefined {
  const [codes, tokens] = [new Map<string, Session>(), new Map<string, Session>()];
  return (call) => {
    const [, brand = "", path = ""] = /^\/([^/]+)\/operator(\/.*)$/.exec(call.url.pathname) ?? [];
    const endpoint = ENDPOINTS[path];
    if (!isBrand(brand) || brand !== OPERATED || !endpoint) return undefined;
    return (async () => {
      const { mode, delayMs } = parts.faults.take(endpoint.part, brand);
      parts.seen.add(endpoint.part, brand, call.method, call.url.pathname, mode);
      if (mode === "hang") return;
      if (mode === "down") return void call.response.destroy();
      if (mode === "500") return refused(call.response, 500, "INTERNAL", "Unknown server error.");
      if (mode === "slow") await pause(delayMs);
      endpoint.answer({
        ...parts,
        call,
        brand,
        mode,
        codes,
        tokens,
        issuer: `http://${call.url.host}/${brand}/operator`,
      });
    })();
  };
}

/** OpenID Connect Discovery 1.0, section 3. */
function metadata({ call, issuer }: Asked) {
  json(call.response, 200, {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ["code"],
    code_challenge_methods_supported: ["S256"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["ES256"],
  });
}

/** OIDC Core 3.1.2 with `prompt=none`: a device that is not in the network is told `login_required`, never asked anything. */
function authorize({ call, brand, clock, codes }: Asked) {
  const { url, headers, response } = call;
  const asked = (name: string) => url.searchParams.get(name) ?? "";
  const redirectUri = asked("redirect_uri");
  // Registered exactly: the brand's step, whatever its port on this machine.
  if (
    asked("client_id") !== OPERATOR.client_id ||
    !new RegExp(`^http://${brand}\\.localhost:\\d+/network$`).test(redirectUri)
  )
    return json(response, 400, { error: "invalid_request" });
  const [, number] = /(?:^|; )device=([^;]+)/.exec(headers.cookie ?? "") ?? [];
  const wrong = badly(asked) ?? (number === undefined ? "login_required" : undefined);
  const back = new URL(redirectUri);
  back.searchParams.set("state", asked("state"));
  if (wrong) back.searchParams.set("error", wrong);
  else {
    const code = randomBytes(24).toString("base64url");
    const expiresAt = clock.now() + LIFE_MS;
    const [challenge, nonce] = [asked("code_challenge"), asked("nonce")];
    codes.set(code, { number: decodeURIComponent(number ?? ""), redirectUri, challenge, nonce, expiresAt });
    back.searchParams.set("code", code);
  }
  response.writeHead(302, { location: back.href, "cache-control": "no-store" }).end();
}

function badly(asked: (name: string) => string): string | undefined {
  if (asked("response_type") !== "code") return "unsupported_response_type";
  const scopes = asked("scope").split(" ");
  if (!scopes.includes("openid") || !scopes.includes(SCOPE)) return "invalid_scope";
  const complete = asked("code_challenge_method") === "S256" && asked("code_challenge") && asked("nonce");
  return complete && asked("state") && asked("prompt") === "none" ? undefined : "invalid_request";
}

/** RFC 6749 4.1.3 with RFC 7636: a code is redeemed once, by the client it was made for, with the verifier it was asked with. */
function token({ call, clock, codes, tokens, issuer, mode }: Asked) {
  const { body, headers, response } = call;
  if (!clientKnown(headers.authorization, OPERATOR)) return json(response, 401, { error: "invalid_client" });
  const form = new URLSearchParams(body);
  if (form.get("grant_type") !== "authorization_code") return json(response, 400, { error: "unsupported_grant_type" });
  const session = codes.get(form.get("code") ?? "");
  codes.delete(form.get("code") ?? "");
  const verified = createHash("sha256")
    .update(form.get("code_verifier") ?? "")
    .digest("base64url");
  const fits = session?.challenge === verified && session.redirectUri === form.get("redirect_uri");
  if (!session || !fits || session.expiresAt <= clock.now()) return json(response, 400, { error: "invalid_grant" });
  const value = randomBytes(24).toString("base64url");
  tokens.set(value, { ...session, expiresAt: clock.now() + LIFE_MS });
  const nonce = mode === "wrong_nonce" ? "another" : session.nonce;
  const id_token = idToken({ iss: issuer, nonce }, clock.now());
  json(response, 200, {
    access_token: value,
    token_type: "Bearer",
    expires_in: LIFE_MS / 1000,
    scope: SCOPE,
    id_token,
  });
}

function idToken(claims: { iss: string; nonce: string }, now: number): string {
  const iat = Math.floor(now / 1000);
  const all = { sub: "device", aud: OPERATOR.client_id, iat, exp: iat + 60, ...claims };
  const text = [{ alg: "ES256", typ: "JWT" }, all].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const signature = sign("sha256", Buffer.from(text.join(".")), { key: KEY.privateKey, dsaEncoding: "ieee-p1363" });
  return [...text, signature.toString("base64url")].join(".");
}

/** `POST /verify` of the yaml: exactly one of the two forms of the number, and `devicePhoneNumberVerified` or an ErrorInfo. */
function verify({ call, clock, tokens, mode }: Asked) {
  const { headers, body, response } = call;
  const session = tokens.get(/^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "");
  if (!session || session.expiresAt <= clock.now())
    return refused(
      response,
      401,
      "UNAUTHENTICATED",
      "Request not authenticated due to missing, invalid, or expired credentials.",
    );
  if (mode === "403")
    return refused(
      response,
      403,
      "NUMBER_VERIFICATION.USER_NOT_AUTHENTICATED_BY_MOBILE_NETWORK",
      "Client must authenticate via the mobile network to use this service",
    );
  const { phoneNumber, hashedPhoneNumber, ...rest } = JSON.parse(body) as Record<string, unknown>;
  const forms = [
    [phoneNumber, /^\+[1-9][0-9]{4,14}$/, session.number],
    [hashedPhoneNumber, /^[a-fA-F0-9]{64}$/, createHash("sha256").update(session.number).digest("hex")],
  ] as const;
  const given = forms.filter(([value]) => value !== undefined);
  const [[value, shape, own] = []] = given;
  if (given.length !== 1 || Object.keys(rest).length > 0 || typeof value !== "string" || !shape?.test(value))
    return refused(
      response,
      400,
      "INVALID_ARGUMENT",
      "Client specified an invalid argument, request body or query param",
    );
  if (mode === "malformed") return json(response, 200, { devicePhoneNumberVerified: "true" });
  json(response, 200, { devicePhoneNumberVerified: mode !== "no" && value.toLowerCase() === own });
}

/** ErrorInfo of the yaml. */
function refused(response: ServerResponse, status: number, code: string, message: string) {
  json(response, status, { status, code, message });
}
