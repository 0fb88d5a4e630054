/** Access tokens for order systems, at `/oauth/token` on the API host: the client credentials grant (RFC 6749 4.4). */
import { Buffer } from "node:buffer";
import type { Context } from "hono";
import { Hono } from "hono/tiny";
import * as v from "valibot";
import { formOf } from "../body.ts";
import { type Client, type Credential, credentials, known, nameOf, SKEW_S } from "../client.ts";
import { config } from "../config.ts";
import { ask } from "../objects.ts";
import { sign, signedBy } from "../verification/jws.ts";
import { sha256Hex } from "../verification/keys.ts";
import { boardShard } from "../webhooks/outbox.ts";
import { onApiHost } from "./hosts.ts";
import { brandBoard, notAllowed } from "./reach.ts";

type OAuth = { Bindings: Env; Variables: { correlator: string } };
type Refusal = "invalid_request" | "invalid_client" | "invalid_scope" | "unsupported_grant_type";

const TOKEN_LIFE_S = 600;
const ASSERTION_LIFE_S = 300;

/** What a client signs to say who it is (RFC 7523 3). */
const assertionSchema = v.object({
  iss: v.string(),
  sub: v.string(),
  aud: v.union([v.string(), v.strictTuple([v.string()])]),
  exp: v.number(),
  iat: v.optional(v.number(), 0),
  nbf: v.optional(v.number(), 0),
  jti: v.pipe(v.string(), v.minLength(1)),
});

export const oauth = new Hono<OAuth>()
  .post("/oauth/token", onApiHost, async (c) => {
    const form = await formOf(c.req.raw);
    if (!form.ok) return refused(c, "invalid_request");
    const asked = form.value;
    const basic = c.req.header("authorization");
    const assertion = asked.get("client_assertion");
    const grant = asked.get("grant_type");
    // Two ways at once are two clients (RFC 6749 2.3).
    if (!grant || (basic !== undefined && assertion !== null)) return refused(c, "invalid_request");
    const credential =
      assertion === null
        ? bySecret(c.env, basic ?? "")
        : await byAssertion(c.env, assertion, asked.get("client_assertion_type"));
    if (!credential || (asked.get("client_id") ?? credential.client.id) !== credential.client.id) {
      c.header("www-authenticate", 'Basic realm="ringfence"');
      return refused(c, "invalid_client", 401);
    }
    if (grant !== "client_credentials") return refused(c, "unsupported_grant_type");
    const own: readonly string[] = credential.scopes;
    const scope = asked.get("scope") || own.join(" ");
    if (!scope.split(" ").every((one) => own.includes(one))) return refused(c, "invalid_scope");
    return c.json(await token(c, credential, scope));
  })
  .all("/oauth/token", onApiHost, notAllowed("POST"));

async function token(c: Context<OAuth>, credential: Credential, scope: string): Promise<object> {
  const { id, brand, secrets } = credential.client;
  const { apiOrigin } = config(c.env);
  const iat = Math.floor(Date.now() / 1000);
  const exp = iat + TOKEN_LIFE_S;
  const jti = crypto.randomUUID();
  const by = { sub: id, client_id: id, brand: brand.pack.id, credential: nameOf(credential.proof) };
  const access_token = await sign(
    "at+jwt",
    { iss: apiOrigin, aud: apiOrigin, ...by, scope, jti, iat, exp },
    secrets.signing,
  );
  const done = { action: "token.issue", client: id, brand: brand.pack.id, target: jti, correlator: c.var.correlator };
  console.log(JSON.stringify({ level: "info", event: "audit", at: new Date().toISOString(), ...done }));
  return { access_token, token_type: "Bearer", expires_in: TOKEN_LIFE_S, scope };
}

/** `client_secret_basic`: client and API key, each form-encoded (RFC 6749 2.3.1). */
function bySecret(env: Env, authorization: string): Credential | undefined {
  const [, encoded = ""] = /^Basic ([A-Za-z0-9+/]{8,2048}={0,2})$/i.exec(authorization) ?? [];
  const pair = /^([^:]+):(.+)$/.exec(Buffer.from(encoded, "base64").toString());
  try {
    const [id, secret] = (pair ?? []).slice(1).map((part) => decodeURIComponent(part.replaceAll("+", " ")));
    const found = secret === undefined ? undefined : known(env, secret);
    return found?.client.id === id ? found : undefined;
  } catch {
    return undefined;
  }
}

/** `private_key_jwt`: signed by one of the client's own keys, for us, for five minutes at most, and used once. */
async function byAssertion(env: Env, assertion: string, type: string | null): Promise<Credential | undefined> {
  if (type !== "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") return undefined;
  const { apiOrigin } = config(env);
  const now = Date.now() / 1000;
  for (const credential of credentials(env)) {
    const said = credential.key && (await signedBy([credential.key], assertion));
    const claims = v.safeParse(assertionSchema, said?.claims);
    if (!claims.success) continue;
    const { iss, sub, aud, exp, iat, nbf, jti } = claims.output;
    const { id } = credential.client;
    const sound =
      [iss, sub].every((name) => name === id) &&
      [apiOrigin, `${apiOrigin}/oauth/token`].includes(String(aud)) &&
      now < exp &&
      exp <= now + ASSERTION_LIFE_S + SKEW_S &&
      Math.max(iat, nbf) <= now + SKEW_S;
    if (sound) return (await unused(env, credential.client, jti, exp)) ? credential : undefined;
  }
  return undefined;
}

function unused(env: Env, { id, brand }: Client, jti: string, exp: number): Promise<boolean> {
  const name = sha256Hex(`${id}|${jti}`);
  return ask(brandBoard(env, brand.pack.id, boardShard({ id: name })), (board) => board.once(name, exp));
}

/** RFC 6749 5.2: this endpoint's refusals are its own, so that every OAuth client reads them. */
function refused(c: Context, error: Refusal, status: 400 | 401 = 400): Response {
  return c.json({ error }, status);
}
