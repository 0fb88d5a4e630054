/** The token endpoint as clients of every make see it: by an OAuth library, by hand, and wrongly. */
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import * as oauth from "oauth4webapi";
import { describe, expect, inject, it } from "vitest";
import { localFetch } from "../standins/http.ts";
import { clientKey } from "../standins/secrets.ts";
import { clients, read, send } from "./client.ts";
import { approved } from "./step.ts";
import { ask, assertion, byAssertion, byKey, tokenOf } from "./token.ts";

const at = clients(inject("ports"));
const key = at.key("tindra");
const secret = byKey("tindra-shop", key);
const options = { [oauth.allowInsecureRequests]: true };

/** The ways of a client, as the library knows them. */
async function waysOf(): Promise<[name: string, way: oauth.ClientAuth][]> {
  const { kid, ...jwk } = clientKey("tindra");
  const p256 = { name: "ECDSA", namedCurve: "P-256" };
  const signing = await crypto.subtle.importKey("jwk", jwk, p256, false, ["sign"]);
  return [
    ["client_secret_basic", oauth.ClientSecretBasic(key)],
    ["private_key_jwt", oauth.PrivateKeyJwt({ key: signing, kid })],
  ];
}

describe("a client of the library's", () => {
  it("finds the endpoint, is known in both ways, and calls with what it gets", async () => {
    const issuer = new URL(at.origins.api);
    const found = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...options });
    const server = await oauth.processDiscoveryResponse(issuer, found);
    const ways = await waysOf();
    expect(server.token_endpoint_auth_methods_supported).toEqual(ways.map(([name]) => name));
    const { id } = await approved(at);
    for (const [name, way] of ways) {
      const client = { client_id: "tindra-shop" };
      const answer = await oauth.clientCredentialsGrantRequest(
        server,
        client,
        way,
        { scope: "verifications" },
        options,
      );
      const token = await oauth.processClientCredentialsResponse(server, client, answer);
      expect([name, token.token_type, token.expires_in, token.scope]).toEqual([name, "bearer", 600, "verifications"]);
      const shop = at.shop("tindra", token.access_token);
      expect((await shop.get(`/${id}`)).status).toBe(200);
      expect((await shop.post(`/${id}/outcomes`, { type: "order.shipped" })).status).toBe(403);
    }
  });

  it("may have its own address or the issuer's in the assertion, alone in a list as well", async () => {
    for (const aud of [`${at.origins.api}/oauth/token`, at.origins.api, [at.origins.api]])
      expect((await ask(at, byAssertion(assertion(at, "tindra", { aud })))).status).toBe(200);
  });
});

describe("a token", () => {
  it("says what RFC 9068 asks for, by the brand's keys, and nothing that proves anything", async () => {
    const token = await tokenOf(at);
    const keys = await (await localFetch(`${at.origins.brand("tindra")}/.well-known/jwks.json`)).json();
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys as JSONWebKeySet), {
      algorithms: ["ES256"],
      typ: "at+jwt",
      issuer: at.origins.api,
      audience: at.origins.api,
      subject: "tindra-shop",
      requiredClaims: ["client_id", "jti", "iat", "exp", "scope"],
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
    expect(payload.scope).toBe("verifications outcomes privacy operations analytics");
    expect(Object.keys(payload).sort().join()).toBe("aud,brand,client_id,credential,exp,iat,iss,jti,scope,sub");
    expect(JSON.stringify(payload)).not.toContain(clientKey("tindra").x);
    // A shop that took it for a verdict would have had to look at nothing but the signature.
    const careful = { algorithms: ["ES256"], issuer: at.origins.brand("tindra"), audience: "tindra-shop" };
    for (const one of [careful, { ...careful, typ: "verdict+jwt" }])
      await expect(jwtVerify(token, createLocalJWKSet(keys as JSONWebKeySet), one)).rejects.toThrow();
  });

  it("is for all scopes of the client where none is asked for, and never for others", async () => {
    const all = "verifications outcomes privacy operations analytics";
    for (const scope of [undefined, ""])
      expect(read(await ask(at, scope === undefined ? {} : { scope }, secret))).toMatchObject({ scope: all });
    for (const scope of ["otp-sms", "verifications otp-sms", "verifications,outcomes", "Verifications", " ", "admin"])
      expect([scope, read(await ask(at, { scope }, secret))]).toEqual([scope, { error: "invalid_scope" }]);
  });
});

describe("a request that is wrong", () => {
  const form = "application/x-www-form-urlencoded";
  const raw = (body: string, headers: Record<string, string> = {}) =>
    send(at.ports.worker, {
      method: "POST",
      path: "/oauth/token",
      headers: { "content-type": form, ...secret, ...headers },
      body,
    });
  const grant = "grant_type=client_credentials";
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });

  it.each<[string, () => ReturnType<typeof raw>, string]>([
    ["names no grant", () => raw("scope=outcomes"), "400 invalid_request"],
    ["names another grant", () => raw("grant_type=password&username=a&password=b"), "400 unsupported_grant_type"],
    ["names its grant twice", () => raw(`${grant}&${grant}`), "400 invalid_request"],
    ["is JSON", () => raw(JSON.stringify({ grant }), at.json), "400 invalid_request"],
    ["is too large", () => raw(`${grant}&scope=${"a".repeat(9000)}`), "400 invalid_request"],
    ["asks for no text", () => raw(`${grant}&scope=%ff\u0000`), "400 invalid_scope"],
    ["proves itself twice", () => ask(at, byAssertion(assertion(at)), secret), "400 invalid_request"],
    ["proves nothing", () => ask(at, {}), "401 invalid_client"],
    [
      "brings its key in the body",
      () => ask(at, { client_id: "tindra-shop", client_secret: key }),
      "401 invalid_client",
    ],
    ["brings its key as a bearer", () => raw(grant, { authorization: `Bearer ${key}` }), "401 invalid_client"],
    ["has a wrong key", () => ask(at, {}, byKey("tindra-shop", `${key}x`)), "401 invalid_client"],
    ["has another client's key", () => ask(at, {}, byKey("tindra-shop", at.key("marisol"))), "401 invalid_client"],
    ["has another name", () => ask(at, {}, byKey("tindra-else", key)), "401 invalid_client"],
    ["is two clients", () => ask(at, { client_id: "marisol-shop" }, secret), "401 invalid_client"],
    ["has no name", () => raw(grant, basic(`:${key}`)), "401 invalid_client"],
    ["has no key", () => raw(grant, basic("tindra-shop:")), "401 invalid_client"],
    ["is no pair", () => raw(grant, basic("tindra-shop")), "401 invalid_client"],
    ["is encoded wrongly", () => raw(grant, basic(`tindra-shop:%zz${key}`)), "401 invalid_client"],
    ["is no base64", () => raw(grant, { authorization: "Basic ????????" }), "401 invalid_client"],
    [
      "has another kind of assertion",
      () =>
        ask(at, {
          ...byAssertion(assertion(at)),
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
        }),
      "401 invalid_client",
    ],
  ])("is refused as RFC 6749 has it where it %s", async (_, request, told) => {
    const { status, headers, text } = await request();
    const { error, ...more } = JSON.parse(text) as { error: string };
    expect([`${status} ${error}`, more]).toEqual([told, {}]);
    expect([headers["cache-control"], headers["content-type"]]).toEqual(["no-store", "application/json"]);
    expect(headers["www-authenticate"]).toBe(status === 401 ? 'Basic realm="ringfence"' : undefined);
    expect(headers["x-correlator"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("has no other method and no other host", async () => {
    const got = await send(at.ports.worker, { path: "/oauth/token?grant_type=client_credentials" });
    expect([got.status, got.headers.allow]).toEqual([405, "POST"]);
    const host = new URL(at.origins.brand("tindra")).host;
    for (const path of ["/oauth/token", "/.well-known/oauth-authorization-server"])
      expect((await send(at.ports.worker, { path, host })).status).toBe(404);
  });
});
