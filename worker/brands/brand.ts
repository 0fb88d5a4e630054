/** Host → brand: exact, compiled in, without a default. */
import * as v from "valibot";
import type { BrandSettings, Config } from "../config.ts";
import marisol from "./packs/marisol.json";
import rimal from "./packs/rimal.json";
import tindra from "./packs/tindra.json";
import { type BrandPack, brandPackSchema } from "./schema.ts";

const packs: ReadonlyMap<string, BrandPack> = compiled([tindra, marisol, rimal]);

/** A brand as this deployment serves it. */
export interface Brand {
  pack: BrandPack;
  settings: BrandSettings;
  /** Origin of the step; every link is built from it, none from a request. */
  stepOrigin: string;
  /** Origin of the "not my order" link in the SMS; the step's unless the brand has a shorter host for it. */
  denyOrigin: string;
  /** Exact origins a shopper may be sent back to. */
  returnOrigins: readonly string[];
  /** Exact origins that may show the step in a frame; none where the brand's policy is `redirect`. */
  embedOrigins: readonly string[];
}

/** The pack of `id`; undefined for an unknown brand. */
export function brandById(id: string): BrandPack | undefined {
  return packs.get(id);
}

/** Ids of all packs. */
export const brandIds = (): string[] => [...packs.keys()];

/** The brand `id` with this deployment's settings; undefined where either is missing. */
export function brandOf(config: Config, id: string): Brand | undefined {
  const pack = packs.get(id);
  const settings = config.brands[id];
  if (!pack || !settings) return undefined;
  const stepOrigin = settings.step_origin ?? `https://${pack.hosts.step}`;
  // A deployment that moves the step (staging, a laptop) does not own the pack's hosts.
  const denyHost = settings.step_origin ? undefined : pack.hosts.deny;
  return {
    pack,
    settings,
    stepOrigin,
    denyOrigin: settings.deny_origin ?? (denyHost ? `https://${denyHost}` : stepOrigin),
    returnOrigins: settings.return_origins ?? [...pack.origins.shop, ...pack.origins.return],
    embedOrigins: pack.policy.embed === "frame" ? (settings.embed_origins ?? pack.origins.embed) : [],
  };
}

/** A host of ours: the brand's step, a host that serves the deny link alone, or an alias of the step. */
export interface BrandHost {
  brand: Brand;
  serves: "step" | "deny" | "alias";
  /** The origin the host stands for, by configuration. */
  origin: string;
}

const hosts = new WeakMap<Config, Map<string, BrandHost>>();

/**
 * The brand a host belongs to, and what it serves. `host` is lower-case, one trailing dot stripped, with
 * the port where it is not the scheme's own. No suffix matching, no wildcard, no fallback (requirement H6).
 */
export function brandByHost(config: Config, host: string): BrandHost | undefined {
  let map = hosts.get(config);
  if (!map) {
    map = new Map();
    for (const id of packs.keys()) {
      const brand = brandOf(config, id);
      if (!brand) continue;
      const { stepOrigin, denyOrigin, settings, pack } = brand;
      const aliases = settings.step_origin ? [] : pack.hosts.aliases;
      for (const name of aliases) map.set(name, { brand, serves: "alias", origin: stepOrigin });
      map.set(new URL(denyOrigin).host, { brand, serves: "deny", origin: denyOrigin });
      map.set(new URL(stepOrigin).host, { brand, serves: "step", origin: stepOrigin });
    }
    hosts.set(config, map);
  }
  return map.get(host);
}

/** Parses the packs at start: a wrong one names itself and stops the build's first request, never a shopper's. */
function compiled(sources: readonly unknown[]): ReadonlyMap<string, BrandPack> {
  const map = new Map<string, BrandPack>();
  const taken = new Set<string>();
  for (const source of sources) {
    const result = v.safeParse(brandPackSchema, source);
    if (!result.success) {
      const [issue] = result.issues;
      throw new Error(
        `brand pack ${String(Reflect.get(Object(source), "id"))}: ${v.getDotPath(issue)}: ${issue.message}`,
      );
    }
    const pack = result.output;
    const { step, aliases, deny = step } = pack.hosts;
    for (const host of new Set([pack.id, step, ...aliases, deny])) {
      if (taken.has(host)) throw new Error(`brand pack ${pack.id}: ${host} is taken by another brand`);
      taken.add(host);
    }
    map.set(pack.id, pack);
  }
  return map;
}
