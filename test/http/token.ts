/** An order system at `/oauth/token`: what it signs, what it posts, and the bearer it becomes. */
import { createPrivateKey, type KeyObject, randomUUID, sign } from "node:crypto";
import { type BrandId, clientKey } from "../standins/secrets.ts";
import { type Answer, type Clients, read, send } from "./client.ts";

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A compact JWS over these parts, ES256 whatever its header says. */
export function jws(header: object, claims: object, key: KeyObject): string {
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

/** A private JWK as Node signs with it. */
export const keyOf = (jwk: object): KeyObject => createPrivateKey({ key: jwk as never, format: "jwk" });

/** Header and claims of an assertion by which the shop of `brand` is known (RFC 7523 3), good for a minute. */
export function claimed({ origins }: Pick<Clients, "origins">, brand: BrandId = "tindra") {
  const iat = Math.floor(Date.now() / 1000);
  const client = `${brand}-shop`;
  const header = { alg: "ES256", kid: clientKey(brand).kid };
  const claims = { iss: client, sub: client, aud: `${origins.api}/oauth/token`, iat, exp: iat + 60, jti: randomUUID() };
  return { header, claims };
}

/** The assertion itself, signed by the shop's own key. */
export function assertion(at: Pick<Clients, "origins">, brand: BrandId = "tindra", change: object = {}): string {
  const { header, claims } = claimed(at, brand);
  return jws(header, { ...claims, ...change }, keyOf(clientKey(brand)));
}

/** Members of a request by which `signed` says who asks. */
export const byAssertion = (signed: string) => ({
  client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  client_assertion: signed,
});

/** The header by which an API key says who asks. */
export const byKey = (client: string, key: string) => ({
  authorization: `Basic ${Buffer.from([client, key].map(encodeURIComponent).join(":")).toString("base64")}`,
});

/** Asks for a token. */
export function ask(
  { ports }: Pick<Clients, "ports">,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return send(ports.worker, {
    method: "POST",
    path: "/oauth/token",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams({ grant_type: "client_credentials", ...form }).toString(),
  });
}

/** A token of the shop's of `brand`, for all it may or for `scope`. */
export async function tokenOf(at: Clients, brand: BrandId = "tindra", scope?: string): Promise<string> {
  const answer = await ask(at, { ...byAssertion(assertion(at, brand)), ...(scope !== undefined && { scope }) });
  if (answer.status !== 200) throw new Error(`token: ${answer.status} ${answer.text}`);
  return read<{ access_token: string }>(answer).access_token;
}
