/** A judge of JSON Schema 2020-12, as much of it as our document speaks; a word it does not know is an error, not ignored. */

export type Json = { [key: string]: unknown };

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const typeOf = (value: unknown) =>
  value === null ? "null" : Array.isArray(value) ? "array" : typeof value === "object" ? "object" : typeof value;
const FORMATS: Record<string, (text: string) => boolean> = {
  "date-time": (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text),
  uri: (text) => URL.canParse(text),
  ipv4: (text) => /^\d{1,3}(\.\d{1,3}){3}$/.test(text),
  ipv6: (text) => /^[0-9a-f:.]+$/i.test(text) && text.includes(":"),
};
const length = (value: unknown) => [...(value as string)].length;

/** Whether `value` keeps what one keyword says; keywords that do not concern its type are kept by all. */
const KEEPS: Record<string, (told: never, value: unknown, schema: Json) => boolean> = {
  type: (told: string, value) => (told === "integer" ? Number.isInteger(value) : typeOf(value) === told),
  const: (told: unknown, value) => JSON.stringify(told) === JSON.stringify(value),
  enum: (told: unknown[], value) => told.includes(value),
  pattern: (told: string, value) => typeof value !== "string" || new RegExp(told, "u").test(value),
  format: (told: string, value) => {
    const known = FORMATS[told];
    if (!known) throw new Error(`unknown format ${told}`);
    return typeof value !== "string" || known(value);
  },
  minLength: (told: number, value) => typeof value !== "string" || length(value) >= told,
  maxLength: (told: number, value) => typeof value !== "string" || length(value) <= told,
  minimum: (told: number, value) => typeof value !== "number" || value >= told,
  maximum: (told: number, value) => typeof value !== "number" || value <= told,
  minItems: (told: number, value) => !Array.isArray(value) || value.length >= told,
  maxItems: (told: number, value) => !Array.isArray(value) || value.length <= told,
  maxProperties: (told: number, value) => !isObject(value) || Object.keys(value).length <= told,
};
/** Keywords that say nothing of a value. */
const SILENT = ["description", "default", "contentMediaType", "contentSchema"];

/** What in `value` is not as `schema` says, a line each by its place; references are looked up in `document`. */
export function mismatches(document: Json, schema: Json, value: unknown, at = "$"): string[] {
  return Object.entries(schema).flatMap(([keyword, told]) => {
    const inner = (one: unknown, part: unknown, place = at) => mismatches(document, one as Json, part, place);
    const members = isObject(value) ? Object.entries(value) : [];
    const named = (schema.properties ?? {}) as Json;
    switch (keyword) {
      case "$ref":
        return inner(resolved(document, told as string), value);
      case "allOf":
        return (told as Json[]).flatMap((one) => inner(one, value));
      case "anyOf": {
        const found = (told as Json[]).map((one) => inner(one, value));
        return found.some((one) => one.length === 0)
          ? []
          : [`${at}: none of ${found.length}: ${found.flat().join("; ")}`];
      }
      case "properties":
        return members.flatMap(([key, part]) =>
          Object.hasOwn(named, key) ? inner(named[key], part, `${at}.${key}`) : [],
        );
      case "required":
        return (told as string[])
          .filter((key) => isObject(value) && !Object.hasOwn(value, key))
          .map((key) => `${at}.${key}: missing`);
      case "additionalProperties":
        return members
          .filter(([key]) => !Object.hasOwn(named, key))
          .flatMap(([key, part]) =>
            told === false ? [`${at}.${key}: not described`] : inner(told, part, `${at}.${key}`),
          );
      case "propertyNames":
        return members.flatMap(([key]) => inner(told, key, `${at}.${key}`));
      case "items":
        return Array.isArray(value) ? value.flatMap((part, n) => inner(told, part, `${at}[${n}]`)) : [];
    }
    if (SILENT.includes(keyword)) return [];
    const keeps = KEEPS[keyword];
    if (!keeps) throw new Error(`unknown keyword ${keyword}`);
    return keeps(told as never, value, schema) ? [] : [`${at}: not its ${keyword}`];
  });
}

/** What a reference within the document leads to. Throws where that is nothing. */
export function resolved(document: Json, ref: string): Json {
  const steps = ref.startsWith("#/") ? ref.slice(2).split("/") : [""];
  const found = steps.reduce<unknown>(
    (at, step) => (isObject(at) ? at[step.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined),
    document,
  );
  if (!isObject(found)) throw new Error(`leads nowhere: ${ref}`);
  return found;
}
