/** Who an analyst is: the assertion of Cloudflare Access, and what its groups may see. */
import { Buffer } from "node:buffer";
import * as v from "valibot";
import type { ConsoleConfig } from "./config.ts";

/** What a person or a machine may do, weakest first. */
export const ROLES = ["analyst", "fraud", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Somebody signed in. `roles` is per brand: rights of one brand are none at another. */
export interface Analyst {
  /** An e-mail address, or a service token's client id. */
  name: string;
  /** A service token: no browser, so no cookie that another site could use. */
  machine: boolean;
  roles: Readonly<Record<string, Role>>;
  /** Epoch seconds. */
  expires: number;
}

export type Admission =
  | { ok: true; analyst: Analyst }
  | { ok: false; problem: "ANALYST.UNAUTHENTICATED" | "ANALYST.FORBIDDEN" | "SERVICE.UNAVAILABLE" };

const RS256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const KEYS_MS = 3_600_000;
const AGAIN_MS = 60_000;
const DEADLINE_MS = 5_000;
/** Clocks differ a little; an assertion that is over is over. */
const SKEW_S = 30;

const keySet = v.object({
  keys: v.array(
    v.looseObject({ kty: v.string(), kid: v.string(), n: v.optional(v.string()), e: v.optional(v.string()) }),
  ),
});
const headerSchema = v.object({
  alg: v.literal("RS256"),
  kid: v.pipe(v.string(), v.maxLength(200)),
  crit: v.optional(v.never()),
});
const names = v.optional(v.union([v.string(), v.array(v.string())]), []);
const claimsSchema = v.looseObject({
  iss: v.string(),
  aud: v.union([v.string(), v.array(v.string())]),
  exp: v.number(),
  nbf: v.optional(v.number(), 0),
  email: v.optional(v.pipe(v.string(), v.maxLength(320))),
  common_name: v.optional(v.pipe(v.string(), v.maxLength(320))),
  custom: v.optional(v.looseObject({}), {}),
});

interface Keys {
  byId: ReadonlyMap<string, CryptoKey>;
  fetchedMs: number;
}

/** By team; values only, because a promise made in one request must not be awaited in another. */
const known = new Map<string, Keys & { triedMs: number }>();

/**
 * Who `assertion` (the header `Cf-Access-Jwt-Assertion`) says is asking: RS256 only, issuer, audience and times as the
 * configuration and `nowMs` have them. `brands` are all of this deployment. Keys are kept for an hour and fetched anew
 * for an unknown one at most once a minute. Cloudflare One, "Validate JWTs"; RFC 8725 3.1, 3.8, 3.9.
 */
export async function admitted(
  assertion: string | undefined,
  settings: ConsoleConfig,
  brands: readonly string[],
  nowMs: number,
): Promise<Admission> {
  const nobody = { ok: false, problem: "ANALYST.UNAUTHENTICATED" } as const;
  const [head = "", body = "", signature = "", ...more] = (assertion ?? "").split(".");
  const header = v.safeParse(headerSchema, read(head));
  const claims = v.safeParse(claimsSchema, read(body));
  if (more.length > 0 || !header.success || !claims.success) return nobody;
  const key = await keyOf(settings.team, header.output.kid, nowMs);
  if (key === "unreachable") return { ok: false, problem: "SERVICE.UNAVAILABLE" };
  const bytes = new TextEncoder().encode(`${head}.${body}`);
  if (!key || !(await crypto.subtle.verify(RS256, key, Buffer.from(signature, "base64url"), bytes))) return nobody;

  const { iss, aud, exp, nbf, email, common_name } = claims.output;
  const now = nowMs / 1000;
  const ours = iss === settings.team && [aud].flat().includes(settings.audience);
  const name = email || common_name;
  if (!ours || exp <= now || nbf > now + SKEW_S || !name) return nobody;
  const groups = email ? groupsOf(claims.output, settings.claim) : [name];
  const roles = rolesOf(groups, settings, brands);
  if (Object.keys(roles).length === 0) return { ok: false, problem: "ANALYST.FORBIDDEN" };
  return { ok: true, analyst: { name, machine: !email, roles, expires: exp } };
}

/** The strongest of the roles, whatever the brand. */
export function strongest(roles: Analyst["roles"]): Role {
  return ROLES.findLast((role) => Object.values(roles).includes(role)) ?? "analyst";
}

function read(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Access puts what the identity provider says of its own under `custom`. */
function groupsOf(claims: v.InferOutput<typeof claimsSchema>, claim: string): string[] {
  return [claims[claim], claims.custom[claim]].flatMap((said) => {
    const list = v.safeParse(names, said);
    return list.success ? list.output : [];
  });
}

function rolesOf(groups: readonly string[], { roles }: ConsoleConfig, brands: readonly string[]): Record<string, Role> {
  const found: Record<string, Role> = {};
  for (const group of groups) {
    const right = Object.hasOwn(roles, group) ? roles[group] : undefined;
    for (const brand of right ? brands.filter((id) => right.brands === "all" || right.brands.includes(id)) : []) {
      const before = found[brand];
      if (right && (!before || ROLES.indexOf(right.role) > ROLES.indexOf(before))) found[brand] = right.role;
    }
  }
  return found;
}

/** The team's key of this id; undefined where it has none. */
async function keyOf(team: string, kid: string, nowMs: number): Promise<CryptoKey | "unreachable" | undefined> {
  const before = known.get(team);
  const fresh = before && nowMs - before.fetchedMs < KEYS_MS;
  if (fresh && (before.byId.has(kid) || nowMs - before.triedMs < AGAIN_MS)) return before.byId.get(kid);
  if (before) before.triedMs = nowMs;
  const byId = await fetched(`${team}/cdn-cgi/access/certs`);
  if (!byId) return fresh ? undefined : "unreachable";
  known.set(team, { byId, fetchedMs: nowMs, triedMs: nowMs });
  return byId.get(kid);
}

async function fetched(address: string): Promise<ReadonlyMap<string, CryptoKey> | undefined> {
  try {
    const answer = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(DEADLINE_MS) });
    const { keys } = v.parse(keySet, await answer.json());
    const rsa = keys.filter(({ kty }) => kty === "RSA");
    return new Map(
      await Promise.all(
        rsa.map(async ({ kid, kty, n = "", e = "" }): Promise<[string, CryptoKey]> => {
          return [kid, await crypto.subtle.importKey("jwk", { kty, n, e }, RS256, false, ["verify"])];
        }),
      ),
    );
  } catch (error) {
    const name = error instanceof Error ? error.name : "unknown";
    console.error(JSON.stringify({ level: "error", event: "access_keys_unreachable", name }));
    return undefined;
  }
}
