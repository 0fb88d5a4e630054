/** The brand packs as they lie in the tree, checked by the product's own schema. */
import { readdirSync, readFileSync } from "node:fs";
import * as v from "valibot";
import { type BrandPack, brandPackSchema } from "../../worker/brands/schema.ts";

const FOLDER = new URL("../../worker/brands/packs/", import.meta.url);

/** A pack, or what the schema says against it: a path and a sentence each. */
export type Read = { id: string; pack?: BrandPack; complaints: string[] };

/** Every pack in the tree, by file name. */
export function readPacks(): Read[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => {
      const id = name.replace(/\.json$/, "");
      const source: unknown = JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));
      const result = v.safeParse(brandPackSchema, source);
      if (!result.success) {
        const said = result.issues.map((issue) => `${v.getDotPath(issue) ?? "pack"}: ${issue.message}`);
        return { id, complaints: said };
      }
      const misnamed = result.output.id === id ? [] : [`id: the file is called ${name}`];
      return { id, pack: result.output, complaints: misnamed };
    });
}
