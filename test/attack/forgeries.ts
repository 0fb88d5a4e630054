/** Verdicts that were not given: a genuine one, changed in every way that a careless verifier would overlook. */
import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { VerdictClaims } from "../../worker/contract.ts";
import { brandSecrets } from "../standins/secrets.ts";

type Header = Record<string, unknown>;
type Claims = Record<string, unknown>;

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const es256 = (input: string, key: KeyObject) =>
  sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" }).toString("base64url");

/** A genuine verdict taken apart, and Tindra's own key: what is wrong with what it signs is what that says, not who signed. */
function parts(genuine: string) {
  const [head = "", body = "", signature = ""] = genuine.split(".");
  const header = JSON.parse(Buffer.from(head, "base64url").toString()) as Header;
  const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as VerdictClaims & Claims;
  const own = JSON.parse(brandSecrets("tindra")).signing[0] as { kid: string };
  const ownKey = { key: own as never, format: "jwk" } as const;
  const signed = (h: Header, c: Claims) => {
    const input = `${part(h)}.${part(c)}`;
    const made = sign("sha256", Buffer.from(input), { ...ownKey, dsaEncoding: "ieee-p1363" });
    return `${input}.${made.toString("base64url")}`;
  };
  return { head, body, signature, header, claims, own, ownKey, signed };
}

/** Genuine verdicts for something else than this order, as somebody would send them in its place. */
export function replays(genuine: string): { name: string; verdict: string }[] {
  const { header, claims, signed } = parts(genuine);
  const { txn } = claims;
  const other = (change: Partial<typeof txn>) => signed(header, { ...claims, txn: { ...txn, ...change } });
  return [
    { name: "another order's", verdict: other({ order_id: `${txn.order_id}x` }) },
    { name: "an earlier revision's", verdict: other({ revision: txn.revision - 1 }) },
    { name: "a cheaper order's", verdict: other({ amount: txn.amount - 1 }) },
    { name: "one in another currency", verdict: other({ currency: "SEK" }) },
    { name: "another payee's", verdict: other({ payee: "Tindra" }) },
    { name: "another verification's", verdict: signed(header, { ...claims, vid: `ver_${"A".repeat(43)}` }) },
  ];
}

/** A verdict of Tindra's with another signer. `at` is where a forger's key could be fetched. */
export function forgeries(genuine: string, at: string): { name: string; verdict: string }[] {
  const { head, body, signature, header, claims, own, ownKey, signed } = parts(genuine);
  const thief = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const thiefs = thief.publicKey.export({ format: "jwk" });
  const stolen = (h: Header, c: Claims = claims) =>
    `${part(h)}.${part(c)}.${es256(`${part(h)}.${part(c)}`, thief.privateKey)}`;
  const hs256 = (key: string | Buffer) => {
    const input = `${part({ ...header, alg: "HS256" })}.${body}`;
    return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
  };
  const pem = createPublicKey(ownKey).export({ type: "spki", format: "pem" });
  const { d: _, ...jwk } = own as { d?: string };
  const now = Math.floor(Date.now() / 1000);
  const dearer = { ...claims, txn: { ...claims.txn, amount: claims.txn.amount * 2 } };
  const none = `${part({ ...header, alg: "none" })}.${body}.`;
  return [
    { name: "alg none", verdict: none },
    { name: "alg nOnE", verdict: `${part({ ...header, alg: "nOnE" })}.${body}.` },
    { name: "no signature", verdict: `${head}.${body}.` },
    { name: "HS256 with the public key", verdict: hs256(pem) },
    { name: "HS256 with the public key as JWK", verdict: hs256(JSON.stringify(jwk)) },
    { name: "another key", verdict: stolen(header) },
    { name: "another type", verdict: signed({ ...header, typ: "JWT" }, claims) },
    { name: "an access token's type", verdict: signed({ ...header, typ: "at+jwt" }, claims) },
    { name: "an erasure's type", verdict: signed({ ...header, typ: "erasure+jwt" }, claims) },
    { name: "another audience", verdict: signed(header, { ...claims, aud: "marisol-shop" }) },
    { name: "another issuer", verdict: signed(header, { ...claims, iss: claims.iss.replace("tindra", "marisol") }) },
    { name: "an end in the past", verdict: signed(header, { ...claims, exp: now - 60 }) },
    { name: "no end", verdict: signed(header, { ...claims, exp: undefined }) },
    { name: "issued in the future", verdict: signed(header, { ...claims, iat: now + 3600, exp: now + 7200 }) },
    { name: "a changed amount", verdict: `${head}.${part(dearer)}.${signature}` },
    { name: "a kid that is a path", verdict: stolen({ ...header, kid: "../../../../dev/null" }) },
    { name: "no kid", verdict: stolen({ ...header, kid: undefined }) },
    { name: "a jku header", verdict: stolen({ ...header, jku: `${at}/jwks.json` }) },
    { name: "a jwk header", verdict: stolen({ ...header, jwk: thiefs }) },
    { name: "an x5u header", verdict: stolen({ ...header, x5u: `${at}/cert.pem` }) },
    { name: "a critical extension", verdict: signed({ ...header, crit: ["exp2"], exp2: 1 }, claims) },
  ];
}
