/** Clients that are not who they say, and tokens that were not given, or not for this. */
import { createHmac, createPublicKey, generateKeyPairSync, randomUUID } from "node:crypto";
import { type Answer, read, send } from "../http/client.ts";
import { approved } from "../http/step.ts";
import { ask, assertion, byAssertion, claimed, jws, keyOf, tokenOf } from "../http/token.ts";
import { brandSecrets, clientKey } from "../standins/secrets.ts";
import { attacked, findings, patch } from "./attack.ts";
import type { Target } from "./target.ts";

const JWS = "worker/verification/jws.ts";
const CLIENT = "worker/client.ts";
const OAUTH = "worker/routes/oauth.ts";

const now = () => Math.floor(Date.now() / 1000);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const thief = generateKeyPairSync("ec", { namedCurve: "P-256" });
const parts = (token: string) => {
  const [head = "", body = ""] = token.split(".");
  const parsed = (text: string) => JSON.parse(Buffer.from(text, "base64url").toString()) as Record<string, unknown>;
  return { header: parsed(head), claims: parsed(body), signature: token.split(".")[2] ?? "" };
};

/** One signed statement with another signer or none, in every way that believes its header; each used for the first time. */
function resigned(header: object, given: object, own: object): [name: string, token: string][] {
  const { kty, crv, x, y } = createPublicKey(keyOf(own)).export({ format: "jwk" });
  const body = () => ({ ...given, jti: randomUUID() });
  const hs256 = (key: string | Buffer) => {
    const input = `${part({ ...header, alg: "HS256" })}.${part(body())}`;
    return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
  };
  const jwk = thief.publicKey.export({ format: "jwk" });
  return [
    ["alg none", `${part({ ...header, alg: "none" })}.${part(body())}.`],
    ["alg nOnE", `${part({ ...header, alg: "nOnE" })}.${part(body())}.`],
    ["no signature", `${part(header)}.${part(body())}.`],
    ["HS256 with the public key", hs256(createPublicKey(keyOf(own)).export({ type: "spki", format: "pem" }))],
    ["HS256 with the public key as JWK", hs256(JSON.stringify({ kty, crv, x, y }))],
    ["another key", jws(header, body(), thief.privateKey)],
    ["another key in a jwk header", jws({ ...header, jwk }, body(), thief.privateKey)],
    ["a critical extension", jws({ ...header, crit: ["exp2"], exp2: 1 }, body(), keyOf(own))],
    ["a key without name", jws({ ...header, kid: undefined }, body(), thief.privateKey)],
  ];
}

async function pretending({ at }: Target): Promise<string[]> {
  const got = (signed: string) => ask(at, byAssertion(signed));
  const own = clientKey("tindra");
  const { header, claims } = claimed(at);
  const with_ = (change: object) => assertion(at, "tindra", change);
  const theirs = keyOf(clientKey("marisol"));
  const { shop, id, order, link } = await approved(at);
  const { verdict } = read<{ verdict: string }>(await shop.post(`/${id}/redeem`, { order }));
  const fresh = () => ({ ...claimed(at).claims });
  const cases: [string, string][] = [
    ...resigned(header, claims, own),
    ["another client's key", jws(claimed(at, "marisol").header, fresh(), theirs)],
    ["another client's key under our name", jws(header, fresh(), theirs)],
    ["another subject", with_({ sub: "marisol-shop" })],
    ["another issuer", with_({ iss: "marisol-shop" })],
    ["another audience", with_({ aud: at.origins.brand("tindra") })],
    ["an audience that begins like ours", with_({ aud: `${at.origins.api}.evil.example` })],
    ["ours among several audiences", with_({ aud: [at.origins.api, "https://evil.example"] })],
    ["an end in the past", with_({ exp: now() - 1 })],
    ["no end", with_({ exp: undefined })],
    ["an end in words", with_({ exp: String(now() + 60) })],
    ["an end in an hour", with_({ exp: now() + 3600 })],
    ["made in the future", with_({ iat: now() + 120, exp: now() + 180 })],
    ["good in the future", with_({ nbf: now() + 120, exp: now() + 180 })],
    ["no name of its own", with_({ jti: undefined })],
    ["a verdict", verdict],
    ["an access token", await tokenOf(at)],
    ["a step link", new URL(link).pathname.slice(3)],
    ["nothing", ""],
  ];
  const found: string[] = [];
  for (const [name, signed] of cases) {
    const { status, text } = await got(signed);
    if (status !== 401 || text !== '{"error":"invalid_client"}') found.push(`taken: ${name} (${status})`);
  }
  const once = assertion(at);
  const burst = await Promise.all(Array.from({ length: 12 }, () => got(once)));
  const given = burst.filter(({ status }) => status === 200).length;
  const again = await got(once);
  return [
    ...found,
    ...findings(
      [given !== 1, `one assertion gave ${given} tokens at once`],
      [again.status !== 401, `taken: one that was used (${again.status})`],
    ),
  ];
}

attacked("asking for a token as somebody else", pretending, [
  {
    name: "algorithm and key are the header's",
    patches: [
      patch(JWS, "kid: v.string(),", "kid: v.string(), jwk: v.optional(v.any()),"),
      patch(JWS, "const { kty, crv, x, y } = named;", "const { kty, crv, x, y } = header.output.jwk ?? named;"),
      patch(JWS, 'alg: v.literal("ES256"),', "alg: v.string(),"),
      patch(
        JWS,
        "return (await crypto.subtle.verify(",
        `const { createHmac } = await import("node:crypto");
         const mac = createHmac("sha256", JSON.stringify({ kty, crv, x, y })).update(\`\${head}.\${body}\`).digest("base64url");
         const { alg } = header.output;
         return /^none$/i.test(alg) || (alg === "HS256" && mac === signature) || (await crypto.subtle.verify(`,
      ),
    ],
    shows:
      /taken: alg none [\s\S]*taken: alg nOnE [\s\S]*taken: HS256 with the public key as JWK[\s\S]*taken: another key in a jwk header/,
  },
  {
    name: "any client's key is good for all, and what must be understood is not looked at",
    patches: [
      patch(JWS, "crit: v.optional(v.never()),", ""),
      patch(
        OAUTH,
        "signedBy([credential.key], assertion)",
        "signedBy(credentials(env).flatMap(({ key }) => key ?? []), assertion)",
      ),
    ],
    shows: /taken: a critical extension[\s\S]*taken: another client's key /,
  },
  {
    name: "issuer, subject and audience are not compared",
    patches: [
      patch(OAUTH, "[iss, sub].every((name) => name === id)", "[iss, sub].includes(id)"),
      patch(OAUTH, ".includes(String(aud)) &&", ".length > 0 &&"),
      patch(OAUTH, "v.strictTuple([v.string()])", "v.array(v.string())"),
    ],
    shows:
      /taken: another subject[\s\S]*another issuer[\s\S]*another audience[\s\S]*begins like ours[\s\S]*several audiences/,
  },
  {
    name: "times are not compared",
    patches: [
      patch(OAUTH, "now < exp &&", ""),
      patch(OAUTH, "exp <= now + ASSERTION_LIFE_S + SKEW_S &&", ""),
      patch(OAUTH, "Math.max(iat, nbf) <= now + SKEW_S", "true"),
      patch(OAUTH, "exp: v.number(),", "exp: v.optional(v.any(), 0),"),
    ],
    shows: /in the past[\s\S]*no end[\s\S]*in words[\s\S]*in an hour[\s\S]*made in the future[\s\S]*good in the future/,
  },
  {
    name: "nobody remembers what was used",
    patches: [
      patch(OAUTH, "jti: v.pipe(v.string(), v.minLength(1)),", 'jti: v.optional(v.string(), ""),'),
      patch(OAUTH, "(await unused(env, credential.client, jti, exp))", "true"),
    ],
    shows: /taken: no name of its own[\s\S]*gave 12 tokens at once[\s\S]*taken: one that was used/,
  },
  {
    name: "it is looked up first and noted later",
    patches: [
      patch(
        "worker/board/board.ts",
        "once(name: string, until: number): boolean {",
        "async once(name: string, until: number) { if (this.#sql.exec('SELECT 1 FROM used WHERE name = ?', name).toArray().length > 0) return false; await scheduler.wait(50);",
      ),
      patch("worker/board/board.ts", ".rowsWritten > 0\n", ".rowsWritten >= 0\n"),
    ],
    shows: /one assertion gave (?:[2-9]|1\d) tokens at once/,
  },
]);

async function bearing({ at }: Target): Promise<string[]> {
  const known = await approved(at);
  const { verdict } = read<{ verdict: string }>(await known.shop.post(`/${known.id}/redeem`, { order: known.order }));
  const call = (token: string, path = `/v1/verifications/${known.id}`, method = "GET"): Promise<Answer> =>
    send(at.ports.worker, {
      method,
      path,
      headers: { authorization: `Bearer ${token}`, ...at.json, "idempotency-key": randomUUID() },
      ...(method === "POST" && { body: "{}" }),
    });
  const token = await tokenOf(at);
  const { header, claims, signature } = parts(token);
  // Whoever holds the brand's own key: what is wrong with these is what they say, not who signed.
  const [own] = JSON.parse(brandSecrets("tindra")).signing as [{ kid: string }];
  const [theirs] = JSON.parse(brandSecrets("marisol")).signing as [{ kid: string }];
  const signed = (change: object, as: object = {}) => jws({ ...header, ...as }, { ...claims, ...change }, keyOf(own));
  const receipt = await send(at.ports.worker, {
    method: "POST",
    path: "/v1/erasures",
    headers: { authorization: `Bearer ${at.key("tindra")}`, ...at.json, "idempotency-key": randomUUID() },
    body: JSON.stringify({ subject: { order_id: "o-none" } }),
  });
  const cases: [string, string][] = [
    ...resigned(header, claims, own),
    ["another brand's key", jws({ ...header, kid: theirs.kid }, claims, keyOf(theirs))],
    ["another brand's key under our name", jws(header, claims, keyOf(theirs))],
    ["another brand's name", signed({ brand: "marisol" })],
    ["another type", signed({}, { typ: "JWT" })],
    ["no type", signed({}, { typ: undefined })],
    ["a verdict's type", signed({}, { typ: "verdict+jwt" })],
    ["another audience", signed({ aud: at.origins.brand("tindra") })],
    ["an end in the past", signed({ exp: now() - 1 })],
    ["made in the future", signed({ iat: now() + 3600, exp: now() + 7200 })],
    ["a client that was removed", signed({ sub: "tindra-former", client_id: "tindra-former" })],
    ["nobody's name", signed({ brand: undefined, client_id: undefined, credential: undefined })],
    ["a key that was removed", signed({ credential: "0123456789abcdef" })],
    ["more scopes, unsigned", `${part(header)}.${part({ ...claims, scope: "otp-sms" })}.${signature}`],
    ["a verdict", verdict],
    ["a receipt", read<{ receipt: string }>(receipt).receipt],
    ["an assertion", assertion(at)],
    ["a step link", new URL(known.link).pathname.slice(3)],
  ];
  const found = findings([(await call(token)).status !== 200, "the genuine token was refused"]);
  for (const [name, forged] of cases) {
    const { status } = await call(forged);
    if (status !== 401) found.push(`taken: ${name} (${status})`);
  }
  const narrow = await tokenOf(at, "tindra", "outcomes");
  const [other, foreign] = [await call(narrow), await call(await tokenOf(at, "marisol"))];
  const unlocking = await call(narrow, "/v1/customers/unlock", "POST");
  const wider = await ask(at, { ...byAssertion(assertion(at)), scope: "outcomes otp-sms" });
  const grown = await call(signed({ scope: "otp-sms" }));
  return [
    ...found,
    ...findings(
      [other.status !== 403, `a token for outcomes reads (${other.status})`],
      [unlocking.status !== 403, `a token for outcomes unlocks (${unlocking.status})`],
      [foreign.status !== 404, `another brand's token reads (${foreign.status})`],
      [wider.text !== '{"error":"invalid_scope"}', `a scope was given that the client has not (${wider.status})`],
      [grown.status !== 403, `a scope that the client has not any more was good (${grown.status})`],
    ),
  ];
}

attacked("calling with a token that was not given for it", bearing, [
  {
    name: "any brand's key is good for all",
    patches: [
      patch(
        CLIENT,
        "signedBy(secrets.signing, token)",
        "signedBy(all.flatMap(({ client }) => client.secrets.signing), token)",
      ),
    ],
    shows: /taken: another brand's key /,
  },
  {
    name: "type, brand, audience and times are not compared",
    patches: [
      patch(CLIENT, 'said?.typ !== "at+jwt"', "!said"),
      patch(
        CLIENT,
        "found.client.brand.pack.id !== brand || aud !== apiOrigin || iat > now + SKEW_S || now >= exp)",
        "!(brand && aud && iat && exp))",
      ),
    ],
    shows:
      /another brand's name[\s\S]*another type[\s\S]*no type[\s\S]*a verdict's type[\s\S]*another audience[\s\S]*in the past[\s\S]*in the future/,
  },
  {
    name: "the credential is not looked up",
    patches: [
      patch(
        CLIENT,
        "client.secrets === secrets && client.id === client_id && nameOf(proof) === name",
        "client.secrets === secrets",
      ),
    ],
    shows: /taken: a client that was removed[\s\S]*taken: a key that was removed/,
  },
  {
    name: "a token is good for all that its client may",
    patches: [patch(CLIENT, "scopes: found.scopes.filter((one) => granting.includes(one))", "scopes: found.scopes")],
    shows: /a token for outcomes reads \(200\)[\s\S]*unlocks/,
  },
  {
    name: "a token is good for all that it says",
    patches: [
      patch(CLIENT, "scopes: found.scopes.filter((one) => granting.includes(one))", "scopes: granting as never"),
      patch(OAUTH, "own.includes(one)", "one !== own.join()"),
      patch(
        "worker/routes/shop.ts",
        '.get("/v1/verifications/:id", allowed("verifications")',
        '.get("/v1/verifications/:id", allowed("otp-sms")',
      ),
    ],
    shows: /a scope was given that the client has not \(200\)[\s\S]*has not any more was good \(200\)/,
  },
]);
