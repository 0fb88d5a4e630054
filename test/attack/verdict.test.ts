/** Forged verdicts before the shops' own verification: each must be refused, or a phone leaves without a proof. */
import { createHmac, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRemoteJWKSet, customFetch, decodeJwt, EmbeddedJWK, type JWTVerifyOptions, jwtVerify } from "jose";
import { describe, expect, inject, it } from "vitest";
import { ROOT } from "../bench/bundles.ts";
import { read } from "../http/client.ts";
import { approved } from "../http/step.ts";
import { json, localFetch, serve } from "../standins/http.ts";
import { brandSecrets } from "../standins/secrets.ts";
import { redeem } from "../standins/shop/backend.ts";
import { shopOf } from "../standins/shop/catalogue.ts";
import { findings } from "./attack.ts";
import { forgeries, replays } from "./forgeries.ts";
import { type Target, targetAt } from "./target.ts";

/** Whether a verifier takes `verdict` for one of Tindra's for its order. */
type Verifier = (verdict: string) => Promise<boolean>;

/** An approved order of the shop, its genuine verdict, and all the forgeries of that. */
async function judged(
  { at }: Target,
  verifierOf: (order: { id: string; verification: string }) => Verifier,
  others: (genuine: string) => { name: string; verdict: string }[] = () => [],
) {
  const shop = shopOf("tindra");
  const payee = { payee: shop.payee, amount: { value: shop.price, currency: shop.currency } };
  const known = await approved(at, "tindra", payee);
  const answer = await known.shop.post(`/${known.id}/redeem`, { order: known.order });
  const { verdict } = read<{ verdict: string }>(answer);
  const verify = verifierOf({ id: known.order.id, verification: known.id });
  const found = findings([!(await verify(verdict)), "the genuine verdict was refused"]);
  for (const { name, verdict: forged } of [...forgeries(verdict, at.origins.control), ...others(verdict)]) {
    if (await verify(forged)) found.push(`taken: ${name}`);
  }
  return found;
}

/** The shops' own way, `redeem` and all: their API answers with the verdict that is to be judged. */
function shops({ at }: Target, api: (verdict: string) => string) {
  return ({ id, verification }: { id: string; verification: string }): Verifier =>
    async (verdict) => {
      const shop = shopOf("tindra");
      const order = {
        ...{ kind: "order" as const, id, revision: 1, brand: "tindra" as const, basket: "", customer: "c1", lines: [] },
        ...{
          amount: shop.price,
          currency: shop.currency,
          items: "a".repeat(64),
          status: "open" as const,
          verifications: [],
        },
      };
      const ringfence = { apiOrigin: api(verdict), stepOrigin: at.origins.brand("tindra"), now: Date.now };
      return (await redeem(ringfence, shop, order, "en", verification)).kind === "verdict";
    };
}

const keysOf = ({ at }: Target) =>
  createRemoteJWKSet(new URL(`${at.origins.brand("tindra")}/.well-known/jwks.json`), {
    [customFetch]: (url, { headers }) => localFetch(url, { headers: Object.fromEntries(headers) }),
  });
const taken = (verifying: Promise<unknown>) =>
  verifying.then(
    () => true,
    () => false,
  );

/** What README shows, read from it, for this target's issuer. */
function readme(target: Target): Verifier {
  const [, shown = ""] =
    /jwtVerify\(verdict, keys, (\{.*?\})\)/s.exec(readFileSync(join(ROOT, "README.md"), "utf8")) ?? [];
  const options = JSON.parse(shown.replaceAll(/(\w+):(?=\s)/g, '"$1":')) as JWTVerifyOptions;
  const issuer = target.at.origins.brand("tindra");
  return (verdict) => taken(jwtVerify(verdict, keysOf(target), { ...options, issuer }));
}

/** Careless ones, each of which some shop has written. */
const ownPem = () =>
  createPublicKey({ key: JSON.parse(brandSecrets("tindra")).signing[0], format: "jwk" }).export({
    type: "spki",
    format: "pem",
  });
const CARELESS: { name: string; verifier: (target: Target) => Verifier; shows: RegExp }[] = [
  {
    name: "reads without verifying",
    verifier: () => async (verdict) => Boolean(decodeJwt(verdict).vid),
    shows:
      /taken: no signature[\s\S]*taken: another key[\s\S]*taken: a changed amount[\s\S]*taken: a kid that is a path/,
  },
  {
    name: "pins no type",
    verifier: (target) => (verdict) =>
      taken(
        jwtVerify(verdict, keysOf(target), {
          algorithms: ["ES256"],
          issuer: target.at.origins.brand("tindra"),
          audience: "tindra-shop",
        }),
      ),
    shows: /taken: another type[\s\S]*taken: an access token's type[\s\S]*taken: an erasure's type/,
  },
  {
    name: "checks neither audience nor issuer",
    verifier: (target) => (verdict) =>
      taken(jwtVerify(verdict, keysOf(target), { algorithms: ["ES256"], typ: "verdict+jwt" })),
    shows: /taken: another audience[\s\S]*taken: another issuer/,
  },
  {
    name: "believes the key in the header",
    verifier: () => (verdict) => taken(jwtVerify(verdict, EmbeddedJWK)),
    shows: /taken: a jwk header/,
  },
  {
    name: "believes the algorithm in the header",
    verifier: () => async (verdict) => {
      const [head = "", body = "", signature = ""] = verdict.split(".");
      const { alg } = JSON.parse(Buffer.from(head, "base64url").toString()) as { alg: string };
      if (/^none$/i.test(alg)) return signature === "";
      if (alg !== "HS256") return taken(jwtVerify(verdict, createPublicKey(ownPem())));
      return createHmac("sha256", ownPem()).update(`${head}.${body}`).digest("base64url") === signature;
    },
    shows: /taken: alg none\n[\s\S]*taken: HS256 with the public key\n/,
  },
];

describe("forged verdicts", () => {
  it("are all refused by the shops", async () => {
    const target = targetAt(inject("sound"));
    let verdict = "";
    const api = await serve(0, ({ response }) => json(response, 200, { verdict }));
    try {
      const verifier = shops(target, (next) => {
        verdict = next;
        return api.origin;
      });
      expect(await judged(target, verifier, replays)).toEqual([]);
    } finally {
      await api.close();
    }
  });

  it("are all refused by the lines that README shows", async () => {
    const target = targetAt(inject("sound"));
    expect(await judged(target, () => readme(target))).toEqual([]);
  });

  it("get through where a shop does not compare the order, however well it checks the signature", async () => {
    const target = targetAt(inject("sound"));
    const found = await judged(target, () => readme(target), replays);
    expect(found).toHaveLength(6);
    expect(found.join("\n")).toMatch(/another order's\n.*an earlier revision's\n.*a cheaper order's/);
  });

  it.each(CARELESS)("get through where a shop $name", async ({ verifier, shows }) => {
    const target = targetAt(inject("sound"));
    expect((await judged(target, () => verifier(target))).join("\n").concat("\n")).toMatch(shows);
  });
});
