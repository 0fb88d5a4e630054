/** How an order system gets a token, as the two published documents tell it (OpenAPI 3.1, RFC 8414). */
import { SCOPES } from "../config.ts";

/** Stands in built files for the origin of the API host, which only a deployment knows. */
export const API = "%API%";
const METHODS = ["client_secret_basic", "private_key_jwt"];
const GRANT = "client_credentials";

/** `/.well-known/oauth-authorization-server`. */
export const AUTHORIZATION_SERVER = {
  issuer: API,
  token_endpoint: `${API}/oauth/token`,
  token_endpoint_auth_methods_supported: METHODS,
  token_endpoint_auth_signing_alg_values_supported: ["ES256"],
  grant_types_supported: [GRANT],
  response_types_supported: [],
  scopes_supported: SCOPES,
  service_documentation: `${API}/openapi.json`,
};

/** The ways a client proves who it is; a Bearer is either an API key or a token. */
export function securitySchemes(means: Readonly<Record<string, string>>): object {
  return {
    apiKey: { type: "http", scheme: "bearer", description: "An API key, as it is." },
    oauth: {
      type: "oauth2",
      description: "A token of ten minutes. It is over at once where its key or API key is taken away.",
      flows: { clientCredentials: { tokenUrl: `${API}/oauth/token`, scopes: means } },
    },
    clientSecret: { type: "http", scheme: "basic", description: "Client id and API key, each form-encoded." },
  };
}

const text = (description: string, more: object = {}) => ({ type: "string", description, ...more });

const TOKEN = {
  type: "object",
  properties: {
    access_token: text("A JWT (RFC 9068); nobody but the API has to understand it."),
    token_type: { const: "Bearer" },
    expires_in: { type: "integer", description: "Seconds." },
    scope: text("What it is good for, separated by spaces."),
  },
  required: ["access_token", "token_type", "expires_in", "scope"],
  additionalProperties: false,
};
const REQUEST = {
  type: "object",
  properties: {
    grant_type: { const: GRANT },
    scope: text("Scopes separated by spaces; all of the client's where it is left out."),
    client_id: text("May be left out; must be the client that is authenticated."),
    client_assertion_type: { const: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" },
    client_assertion: text(
      "A JWT (RFC 7523), ES256, by a key of the client named in `kid`: `iss` and `sub` the client id, `aud` this address or the issuer, `exp` at most five minutes away, a `jti` that is used once.",
    ),
  },
  required: ["grant_type"],
};
const CODES = ["invalid_request", "invalid_client", "invalid_scope", "unsupported_grant_type"];
const refusal = (codes: readonly string[]) => ({
  type: "object",
  properties: { error: { type: "string", enum: codes } },
  required: ["error"],
  additionalProperties: false,
});

/** `POST /oauth/token`; `correlator` is the header that all answers carry. */
export function tokenCall(correlator: object): object {
  const answer = (description: string, schema: object, value: object, headers: object = {}) => ({
    description,
    headers: { "x-correlator": correlator, ...headers },
    content: { "application/json": { schema, examples: { usual: { value } } } },
  });
  const form = { grant_type: GRANT, scope: "verifications outcomes" };
  return {
    operationId: "issueToken",
    tags: ["oauth"],
    summary: "Get a token for some of the client's scopes",
    description: "Refusals are those of RFC 6749 5.2, not problem+json.",
    requestBody: {
      required: true,
      content: {
        "application/x-www-form-urlencoded": {
          schema: REQUEST,
          examples: {
            client_secret_basic: { value: form },
            private_key_jwt: {
              value: {
                ...form,
                client_assertion_type: REQUEST.properties.client_assertion_type.const,
                client_assertion: "eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiIuLi4ifQ.c2lnbmF0dXJl",
              },
            },
          },
        },
      },
    },
    responses: {
      "200": answer("A token", TOKEN, {
        access_token: "eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiIuLi4ifQ.c2lnbmF0dXJl",
        token_type: "Bearer",
        expires_in: 600,
        scope: form.scope,
      }),
      "400": answer("Not a request of ours", refusal(CODES.filter((code) => code !== "invalid_client")), {
        error: "invalid_scope",
      }),
      "401": answer(
        "The client is not who it says, or proved it with what was used before",
        refusal(["invalid_client"]),
        { error: "invalid_client" },
        { "WWW-Authenticate": { $ref: "#/components/headers/Challenge" } },
      ),
      "503": { $ref: "#/components/responses/SERVICE.UNAVAILABLE" },
    },
    security: [{ clientSecret: [] }, {}],
  };
}
