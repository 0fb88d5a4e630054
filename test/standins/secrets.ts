/**
 * LOCAL ONLY. Fixed secrets of the system on one machine, in the tree on purpose: whoever reads them can open
 * nothing but a laptop. A deployment gets its own by `wrangler secret put`; see README.md.
 */
import { createECDH, createHash } from "node:crypto";
import { readdirSync } from "node:fs";

/** The brands the product ships; the packs of the same names are in `worker/brands/packs`. */
export const BRANDS = ["tindra", "marisol", "rimal"] as const;
export type BrandId = (typeof BRANDS)[number];

/** The brands of the local system: those, and each pack that was added. The types know the shipped names alone. */
export const SERVED: readonly BrandId[] = [...BRANDS, ...added()];

function added(): BrandId[] {
  const packs = readdirSync(new URL("../../worker/brands/packs/", import.meta.url));
  const ids = packs.map((name) => name.replace(/\.json$/, ""));
  return ids.filter((id) => !(BRANDS as readonly string[]).includes(id)) as BrandId[];
}

/** Whether `text` names a brand. */
export const isBrand = (text: string): text is BrandId => (SERVED as readonly string[]).includes(text);

const each = <T>(of: (brand: BrandId) => T) =>
  Object.fromEntries(SERVED.map((brand) => [brand, of(brand)])) as Record<BrandId, T>;

/**
 * The shop that shows the step in a frame. Its host belongs to another site than the step's (`marisol.localhost`, the
 * registrable domain of a name under `localhost` has two labels), so that cookies in the frame are a third party's.
 */
export const FRAMING = { brand: "marisol", host: "tienda.localhost" } as const;

/** Bearer keys of the shops' back ends for `/v1`; only their SHA-256 reaches the Worker. */
export const API_KEYS = each((brand) => `rk_local_${brand}_shop_0001`);

/** What the gateway stand-in knows each brand by. */
export const GATEWAY = each((brand) => ({
  account_sid: `AC${hex(`sid ${brand}`, 32)}`,
  auth_token: `local-only-gateway-token-${brand}`,
}));

/** What signs each brand's webhooks; the shop verifies with it. */
export const WEBHOOK_SECRETS = each(webhookSecret);

/** Ringfence as a client of each brand's customer authority. */
export const AUTHORITY = each((brand) => ({
  client_id: "ringfence",
  client_secret: `local-only-authority-secret-${brand}`,
}));

// Made once with generateKeyPairSync("ec", { namedCurve: "P-256" }), so that verdicts survive a restart.
const SIGNING: Partial<Record<BrandId, object>> = {
  tindra: {
    kty: "EC",
    crv: "P-256",
    kid: "local-only-tindra-1",
    x: "nPs_E-nlro7QNNe-1CCXyFZmaR4qR02M9j11JQ8V5ck",
    y: "Qp7DZ0x_qU2HinCl9BN4_3_5NXjQpcG3-KW1QA5xcKM",
    d: "dipGxmtzga1KGOeMGnGfJVcnWWDv5allfxY-v53VS8M",
  },
  marisol: {
    kty: "EC",
    crv: "P-256",
    kid: "local-only-marisol-1",
    x: "zDlrHicPH6H4-pGj42iLibsIO5ju0P8QJnZwmZ57Q48",
    y: "WlRgyEUFcFeQYLSAMEqIYXtxJyp0MlIcycep2oygkF4",
    d: "AaSIp0bJjlArSQtKVz5JKhl615GH8GGN0b2AOLFs1pA",
  },
  rimal: {
    kty: "EC",
    crv: "P-256",
    kid: "local-only-rimal-1",
    x: "3DTyMtG9o3vKTfz0fB1bboJG42cD2l1EoGRBiI3A07w",
    y: "7H4U6ULp3OrvVE8T4Ja-vekx8owzvZzvqnagX6AG7d8",
    d: "POXIrsocLJUIMi9QFalmAYsMJFaqrzCary1f_9SF5C4",
  },
};

/** A signing key for a brand that was added: the same on every machine. */
function signingKey(brand: BrandId): object {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(digest(`signing ${brand}`));
  const point = pair.getPublicKey();
  const text = (from: number) => point.subarray(from, from + 32).toString("base64url");
  const d = pair.getPrivateKey().toString("base64url");
  return { kty: "EC", crv: "P-256", kid: `local-only-${brand}-1`, x: text(1), y: text(33), d };
}

const SCOPES = ["verifications", "outcomes", "privacy", "operations", "analytics"];

function digest(label: string): Buffer {
  return createHash("sha256").update(`ringfence local only: ${label}`).digest();
}

/** A Standard Webhooks secret made of `label`. */
export function webhookSecret(label: string): string {
  return `whsec_${digest(`webhook ${label}`).toString("base64")}`;
}

function hex(label: string, length: number): string {
  return digest(label).toString("hex").slice(0, length);
}

/** The JSON of `SECRETS_{BRAND}`. */
export function brandSecrets(brand: BrandId): string {
  return JSON.stringify({
    master: [{ kid: "local-1", key: digest(`master ${brand}`).toString("base64url") }],
    signing: [SIGNING[brand] ?? signingKey(brand)],
    pepper: digest(`pepper ${brand}`).toString("base64url"),
    api_keys: [
      { id: `${brand}-shop`, sha256: createHash("sha256").update(API_KEYS[brand]).digest("hex"), scopes: SCOPES },
    ],
    webhooks: { shop: [WEBHOOK_SECRETS[brand]] },
    gateway: GATEWAY[brand],
    authority: AUTHORITY[brand],
  });
}

/** Ports of one local system. */
export interface Ports {
  workerPort: number;
  gatewayPort: number;
  authorityPort: number;
  shopPort: number;
}

/** Everything the Worker reads from its environment, for a system on these ports. */
export function localEnv({ workerPort, gatewayPort, authorityPort, shopPort }: Ports): Record<string, string> {
  const framing = (brand: BrandId) => (brand === FRAMING.brand ? [`http://${FRAMING.host}:${shopPort}`] : []);
  const settings = (brand: BrandId) => ({
    gateway: { kind: "twilio", base_url: `http://127.0.0.1:${gatewayPort}` },
    authority: { kind: "oidc", issuer: `http://127.0.0.1:${authorityPort}/${brand}` },
    step_origin: `http://${brand}.localhost:${workerPort}`,
    return_origins: [`http://shop.${brand}.localhost:${shopPort}`, ...framing(brand)],
    embed_origins: framing(brand),
    webhooks: [{ id: "shop", url: `http://127.0.0.1:${shopPort}/hooks/${brand}` }],
  });
  return {
    API_ORIGIN: `http://127.0.0.1:${workerPort}`,
    JURISDICTION: "none",
    BRANDS: JSON.stringify(each(settings)),
    NUMBER_PEPPER: digest("number pepper").toString("base64url"),
    ...Object.fromEntries(
      SERVED.map((brand) => [`SECRETS_${brand.toUpperCase().replaceAll("-", "_")}`, brandSecrets(brand)]),
    ),
  };
}
