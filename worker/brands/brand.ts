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
  /** Exact origins a shopper may be sent back to. */
  returnOrigins: readonly string[];
}

/** The pack of `id`; undefined for an unknown brand. */
export function brandById(id: string): BrandPack | undefined {
  return packs.get(id);
}

/** The brand `id` with this deployment's settings; undefined where either is missing. */
export function brandOf(config: Config, id: string): Brand | undefined {
  const pack = packs.get(id);
  const settings = config.brands[id];
  if (!pack || !settings) return undefined;
  return {
    pack,
    settings,
    stepOrigin: settings.step_origin ?? `https://${pack.hosts.step}`,
    returnOrigins: settings.return_origins ?? [...pack.origins.shop, ...pack.origins.return],
  };
}

const hosts = new WeakMap<Config, Map<string, { brand: Brand; alias: boolean }>>();

/**
 * The brand a host belongs to, and whether it is an alias. `hostname` is lower-case, without port, one
 * trailing dot stripped. No suffix matching, no wildcard, no fallback (SECURITY: H6).
 */
export function brandByHost(config: Config, hostname: string): { brand: Brand; alias: boolean } | undefined {
  let map = hosts.get(config);
  if (!map) {
    map = new Map();
    for (const id of packs.keys()) {
      const brand = brandOf(config, id);
      if (!brand) continue;
      const names = [
        new URL(brand.stepOrigin).hostname,
        ...(brand.settings.step_origin ? [] : brand.pack.hosts.aliases),
      ];
      for (const [i, name] of names.entries()) map.set(name, { brand, alias: i > 0 });
    }
    hosts.set(config, map);
  }
  return map.get(hostname);
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
    for (const host of [pack.id, pack.hosts.step, ...pack.hosts.aliases]) {
      if (taken.has(host)) throw new Error(`brand pack ${pack.id}: ${host} is taken by another brand`);
      taken.add(host);
    }
    map.set(pack.id, pack);
  }
  return map;
}
