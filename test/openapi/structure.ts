/** What the OpenAPI 3.1 specification asks of a document, as far as ours has the parts it speaks of. */
import { type Json, mismatches, resolved } from "./schema.ts";

/** Fixed fields of each kind of object; a field that is in none of them is a slip of the pen. */
const FIELDS: Record<string, string> = {
  document: "openapi info servers paths webhooks components tags",
  item: "parameters get post",
  operation: "operationId tags summary description parameters requestBody responses security",
  parameter: "name in required description schema example",
  body: "required content",
  media: "schema examples",
  response: "description headers content",
  header: "description schema",
};
const KEY = /^[A-Za-z0-9._-]+$/;
const METHODS = ["get", "post"] as const;

/** Everything that is wrong with `document`, a line each. */
export function faults(document: Json): string[] {
  const found: string[] = [];
  const wrong = (is: boolean, text: string) => void (is && found.push(text));
  const part = (at: Json, ...path: string[]) => path.reduce<Json>((inner, step) => (inner[step] ?? {}) as Json, at);
  const entries = (at: Json, ...path: string[]) => Object.entries(part(at, ...path)) as [string, Json][];
  const known = (kind: string, at: Json, place: string) => {
    const fields = (FIELDS[kind] ?? "").split(" ");
    for (const field of Object.keys(at)) wrong(!fields.includes(field), `${place}: no field ${field}`);
  };
  const follow = (at: Json): Json => (typeof at.$ref === "string" ? resolved(document, at.$ref) : at);
  const attempt = (place: string, act: () => void) => {
    try {
      act();
    } catch (error) {
      found.push(`${place}: ${(error as Error).message}`);
    }
  };

  const media = (at: Json, place: string) => {
    for (const [type, one] of entries(at, "content")) {
      known("media", one, `${place} ${type}`);
      wrong(!one.schema, `${place} ${type}: no schema`);
      for (const [name, { value }] of entries(one, "examples"))
        attempt(place, () => {
          const missed = mismatches(document, one.schema as Json, value);
          wrong(missed.length > 0, `${place}: example ${name}: ${missed.join("; ")}`);
        });
    }
  };
  const response = (at: Json, place: string) => {
    known("response", at, place);
    wrong(typeof at.description !== "string", `${place}: no description`);
    for (const [name, one] of entries(at, "headers"))
      attempt(place, () => known("header", follow(one), `${place} ${name}`));
    media(at, place);
  };
  const parameter = (at: Json, place: string) => {
    known("parameter", at, place);
    wrong(!["path", "query", "header"].includes(String(at.in)), `${place}: in ${at.in}`);
    wrong(!at.name || !at.schema, `${place}: no name or no schema`);
    wrong(at.in === "path" && at.required !== true, `${place}: optional in a path`);
    if (at.example !== undefined) {
      const missed = mismatches(document, at.schema as Json, at.example);
      wrong(missed.length > 0, `${place}: example: ${missed.join("; ")}`);
    }
  };

  known("document", document, "document");
  wrong(!/^3\.1\.\d+$/.test(String(document.openapi)), "no OpenAPI 3.1");
  wrong(!part(document, "info").title || !part(document, "info").version, "no title or no version");
  for (const [kind, all] of entries(document, "components"))
    for (const name of Object.keys(all)) wrong(!KEY.test(name), `${kind}: ${name} is no key`);
  for (const [name, one] of entries(document, "components", "schemas"))
    attempt(name, () => void mismatches(document, one, {}));
  for (const [name, one] of entries(document, "components", "responses")) response(one, name);
  for (const [name, one] of entries(document, "components", "parameters")) parameter(one, name);

  const tags = (document.tags as Json[]).map(({ name }) => name);
  const ids = new Set<unknown>();
  const operations = [...entries(document, "paths"), ...entries(document, "webhooks")].flatMap(([path, item]) => {
    known("item", item, path);
    return METHODS.filter((method) => item[method]).map((method) => ({ path, item, method }));
  });
  for (const { path, item, method } of operations) {
    const one = item[method] as Json;
    const place = `${method} ${path}`;
    known("operation", one, place);
    wrong(ids.has(one.operationId), `${place}: a second ${one.operationId}`);
    ids.add(one.operationId);
    for (const tag of one.tags as string[]) wrong(!tags.includes(tag), `${place}: no tag ${tag}`);
    attempt(place, () => {
      const taken = ([item.parameters ?? [], one.parameters ?? []] as Json[][]).flat().map(follow);
      const names = taken.map(({ in: where, name }) => `${where} ${name}`);
      wrong(new Set(names).size < names.length, `${place}: a parameter twice`);
      const inPath = taken.filter((each) => each.in === "path").map(({ name }) => name);
      const written = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      wrong(inPath.sort().join() !== written.sort().join(), `${place}: names ${inPath}, not ${written}`);
      const answers = entries(one, "responses");
      wrong(answers.length === 0, `${place}: no answer`);
      for (const [status, answer] of answers) {
        wrong(!/^(?:[1-5]\d\d|[1-5]XX|default)$/.test(status), `${place}: no status ${status}`);
        response(follow(answer), `${place} ${status}`);
      }
      if (one.requestBody) {
        known("body", one.requestBody as Json, place);
        media(one.requestBody as Json, `${place} body`);
      }
    });
    for (const way of (one.security ?? []) as Json[])
      for (const name of Object.keys(way))
        wrong(!part(document, "components", "securitySchemes")[name], `${place}: no scheme ${name}`);
  }
  for (const [, ref] of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g))
    attempt("document", () => void resolved(document, ref as string));
  return [...new Set(found)];
}
