/**
 * LOCAL ONLY. Fixed secrets of the system on one machine, in the tree on purpose: whoever reads them can open
 * nothing but a laptop. A deployment gets its own by `wrangler secret put`; see README.md.
 */
import { createECDH, createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";

/** The brands the product ships; the packs of the same names are in `worker/brands/packs`. */
export const BRANDS = ["tindra", "marisol", "rimal"] as const;
export type BrandId = (typeof BRANDS)[number];

/** The brands of the local system: those, and each pack that was added. The types know the shipped names alone. */
export const SERVED: readonly BrandId[] = [...BRANDS, ...added()];

function added(): BrandId[] {
  // Inside workerd, where the local entry and some tests run, there is no tree to look into.
  const packs = `${import.meta.dirname}/../../worker/brands/packs`;
  const ids = (existsSync(packs) ? readdirSync(packs) : []).map((name) => name.replace(/\.json$/, ""));
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

/** The brand whose operator is asked before a text is sent, and Ringfence as that operator's client. */
export const OPERATED: BrandId = "marisol";
export const OPERATOR = { client_id: "ringfence", client_secret: "local-only-operator-secret" };

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

/** A private JWK, made of `label`: the same on every machine. */
function privateKey(label: string, kid: string) {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(digest(label));
  const point = pair.getPublicKey();
  const text = (from: number) => point.subarray(from, from + 32).toString("base64url");
  const d = pair.getPrivateKey().toString("base64url");
  return { kty: "EC", crv: "P-256", kid, x: text(1), y: text(33), d };
}

/** What a shop's back end signs its assertions with at `/oauth/token`; only the public half reaches the Worker. */
export const clientKey = (brand: BrandId) => privateKey(`client ${brand}`, `local-only-${brand}-client-1`);

function publicHalf({ d: _, ...known }: ReturnType<typeof clientKey>) {
  return known;
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
    signing: [SIGNING[brand] ?? privateKey(`signing ${brand}`, `local-only-${brand}-1`)],
    pepper: digest(`pepper ${brand}`).toString("base64url"),
    api_keys: [
      { id: `${brand}-shop`, sha256: createHash("sha256").update(API_KEYS[brand]).digest("hex"), scopes: SCOPES },
    ],
    oauth_clients: [{ id: `${brand}-shop`, scopes: SCOPES, jwks: { keys: [publicHalf(clientKey(brand))] } }],
    webhooks: { shop: [WEBHOOK_SECRETS[brand]] },
    gateway: GATEWAY[brand],
    authority: AUTHORITY[brand],
    ...(brand === OPERATED && { network: OPERATOR }),
  });
}

/** The account and the token of the analytics stand-in. */
export const ANALYTICS = { account: "local", token: "local-only-analytics-token" };

/** Who may sign in at the console: groups, and the client id of a machine, to their rights. */
export const ROLES = {
  ...Object.fromEntries(
    BRANDS.flatMap((brand) => [
      [`${brand}-analysts`, { role: "analyst", brands: [brand] }],
      [`${brand}-fraud`, { role: "fraud", brands: [brand] }],
    ]),
  ),
  operators: { role: "operator", brands: "all" },
  admins: { role: "admin", brands: "all" },
  "grafana.access": { role: "analyst", brands: ["tindra"] },
};

/** Signs the assertions of the access stand-in. Made once with generateKeyPairSync("rsa", { modulusLength: 2048 }). */
export const ACCESS_KEY = {
  kid: "local-only-access-1",
  kty: "RSA",
  n: "4xfshJymBZaWCBYQR3-PWEdki-DToVxwTL0O-fj55VxV5q9NG-br2DRC9WRbumaem0aMeCWho5-FvMsV8mdnQN1EIb1fSEkQ5SPMWyLSqcPB7uPp9rYm7gDaHd8SvAfseVwyNObl-OQ03SC2ek-rvl-fYbi_lw9zaepXUug1LnpHEuJJRsL4OTxeL_G5yt40q_tS91xgik6IW4DvNk8fEAcxxI38LKDz-uPF6gpk8IEOMVSx53EpGX2NTkDPx4lXp87ZvSIQfa2UFRvrBo4xD6IcTUdqON9uj-skKMVC6MP05xdjc5-V2knOjzMTj0k6RBi0mXvdPhRc6S6ZzJu_iQ",
  e: "AQAB",
  d: "E5W4nCc2Wj0Ga2Qbu07Q-fgOP9H_7maeeL_FTuGeC53O-robmFBt_pNjQu6IyqaW_yUycBouuoHDcujA18r7KKjse0xtrzo97sULlsCGEoYDb6rQPqqu6M_B_9mBMB4u0riUy-Mt6i0kMf3kPuAoG577i933B_wZJAVFyqykCYHwiI3wa6eaMhg7bYq9XoQxncSXB1pr9z_e1xucgRnuED6gYTcSGNVb4_d7QW1gv_B0YyV2I4escPDWVHa9muOM5fuHsIWkxWDU4SPbHXyMRDD97PAmxZEzZokARunppvSrRNjfuSukW9FTRypGn3fMU9kFSf4kDDqfcIab6f97kQ",
  p: "-qQHqgrzMIs6aNissypgSq5EHSW5fjfcVILnFiGpZxsYYUhoHettBSPqR0LtOZyFUvozsqYRWLawv0qrkWPsNDO_w-E5Og8uVHEjv73sm4Y5m2eYb2itgtByvV1rqrmmHuJ3B3Un3kVH9iZEfZeva4_SPBL_YmmWFZHVi_TzG88",
  q: "5_L_5lz3MTpO44Fim1CF4TSxYGXFhPD7QdfD5elq3-XdNk_3VmDAfehlVDd7SBM_1pc_vRTng-b_7deCTs1eGWtX14hT2nY3Cexn8T85sQq1xO53jasOL4TuwzKFO2IaSv0CtiBgRrwQj7yQeZ_71Q-1HfuNDjLyEHvaNjeHDSc",
  dp: "VUXjWaX6EUT9LViygQ5kzmO1xtjj4B5vNs2Gg5AWS377b3Wr_qnvYHVUqsQJY7Vt4so_NoOrmSwmvB5SetetMCF_F8yTpL4vfAk2KXEbg9pJ1SaMxTKu_befoe-bxuz8qLtR1da1JrkZf5SLbtNhmk3HMCsiekAEEPiZ19ERuR8",
  dq: "x1tMJqrwqxb6hv_FyMhEyXOIoNnYEpMs4UKZ1RnyCc5_exbv9wXhbFY6AVBOXXxt-fq1hcZZ1jzM65e3IBPTNPXV4iICMFo6pATUsb0t0MTrxf9QMis7XgxbSto5OPjwsFMV6YOaPDGX6nKfmmmvAUkm2kZCzllrRE-vFbpUETE",
  qi: "ASbzWuDmw-t9xIq8-cgWKXT5d_1g7Af8Eq6zVRaV7urOcUVUPAhUWBrgTuF8rwajFgsfxD07WfLQqOR8adeU8w78osE9rE9IMAGXcGaNpGC7VkhjsVhFTSlZsmr7HHUOqNMVk06rGg4IuGTM9ms9t2cutab_5Jl1op_8FfhNl3A",
};

/** The audience tag of the console at the access stand-in. */
export const CONSOLE_AUDIENCE = "console-local";

/** Ports of one local system. */
export interface Ports {
  workerPort: number;
  gatewayPort: number;
  authorityPort: number;
  shopPort: number;
  /** Without it there is no console. */
  accessPort?: number;
  /** Without it there are no data sets, and the console shows the roll-ups. */
  analyticsPort?: number | undefined;
}

function consoleEnv({ workerPort, accessPort, analyticsPort }: Ports): Record<string, string> {
  const engine = analyticsPort !== undefined;
  return {
    ANALYST_ORIGIN: `http://console.localhost:${workerPort}`,
    ANALYSTS: JSON.stringify({
      team: `http://127.0.0.1:${accessPort}`,
      audience: CONSOLE_AUDIENCE,
      roles: ROLES,
      ...(engine && { sql: { base: `http://127.0.0.1:${analyticsPort}/client/v4`, account: ANALYTICS.account } }),
    }),
  };
}

function operator(port: number, brand: BrandId) {
  const issuer = `http://127.0.0.1:${port}/${brand}/operator`;
  return { issuer, api: `${issuer}/number-verification/v2` };
}

/** Everything the Worker reads from its environment, for a system on these ports. */
export function localEnv(ports: Ports): Record<string, string> {
  const { workerPort, gatewayPort, authorityPort, shopPort, accessPort, analyticsPort } = ports;
  const framing = (brand: BrandId) => (brand === FRAMING.brand ? [`http://${FRAMING.host}:${shopPort}`] : []);
  const settings = (brand: BrandId) => ({
    gateway: { kind: "twilio", base_url: `http://127.0.0.1:${gatewayPort}` },
    authority: { kind: "oidc", issuer: `http://127.0.0.1:${authorityPort}/${brand}` },
    ...(brand === OPERATED && { network: operator(authorityPort, brand) }),
    step_origin: `http://${brand}.localhost:${workerPort}`,
    return_origins: [`http://shop.${brand}.localhost:${shopPort}`, ...framing(brand)],
    embed_origins: framing(brand),
    webhooks: [{ id: "shop", url: `http://127.0.0.1:${shopPort}/hooks/${brand}` }],
  });
  return {
    API_ORIGIN: `http://127.0.0.1:${workerPort}`,
    JURISDICTION: "none",
    ANALYTICS_TOKEN: ANALYTICS.token,
    ANALYTICS: accessPort === undefined || analyticsPort !== undefined ? "engine" : "rollup",
    ...(accessPort !== undefined && consoleEnv(ports)),
    BRANDS: JSON.stringify(each(settings)),
    NUMBER_PEPPER: digest("number pepper").toString("base64url"),
    ...Object.fromEntries(
      SERVED.map((brand) => [`SECRETS_${brand.toUpperCase().replaceAll("-", "_")}`, brandSecrets(brand)]),
    ),
  };
}
