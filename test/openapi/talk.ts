/** What was said between an order system and the API, judged by the published description. */
import type { Answer, Call } from "../http/call.ts";
import { type Json, mismatches, resolved } from "./schema.ts";

/** One call and its answer. `ought`: the request is one that the description must allow. */
export interface Talk {
  call: Call;
  answer: Answer;
  ought: boolean;
}

interface Content {
  content?: Record<string, { schema: Json }>;
}
type Operation = { operationId: string; requestBody?: Content; responses: Record<string, Json & Content> };

/** The described call that `call` is one of; undefined where there is none. */
export function described(document: Json, { method = "GET", path }: Call): Operation | undefined {
  const [pathname = ""] = path.split("?");
  const paths = Object.entries(document.paths as Record<string, Record<string, Operation>>);
  const fits = (template: string) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(pathname);
  return paths.find(([template, item]) => fits(template) && item[method.toLowerCase()])?.[1][method.toLowerCase()];
}

/** What the description does not know of this talk, a line each. */
export function surprises(document: Json, { call, answer, ought }: Talk): string[] {
  const { status, headers, text } = answer;
  const place = `${call.method ?? "GET"} ${call.path.replaceAll(/(ver|evt|era)_[\w-]+/g, "$1_…")} ${status}`;
  const operation = described(document, call);
  if (!operation) return [`${place}: no such call`];
  const said = operation.requestBody?.content?.["application/json"];
  const sent = ought && said ? mismatches(document, said.schema, JSON.parse(call.body ?? "null"), "request") : [];
  const found = operation.responses[status];
  if (!found) return [...sent, `${place}: no such answer`].map((line) => `${place}: ${line}`);
  const response = (typeof found.$ref === "string" ? resolved(document, found.$ref) : found) as Json & Content;
  const missing = Object.keys((response.headers ?? {}) as Json).filter((name) => !(name.toLowerCase() in headers));
  // Those two are there where there is something to tell.
  const needed = missing.filter((name) => name !== "Retry-After" && name !== "Location");
  const type = String(headers["content-type"]).split(";", 1)[0] ?? "";
  const media = response.content?.[type];
  if (!media) return [`${place}: no such media type ${type}`];
  const value: unknown = type.endsWith("json") ? JSON.parse(text) : text;
  const lines = [
    ...sent,
    ...needed.map((name) => `no ${name}`),
    ...mismatches(document, media.schema, value),
    ...signed(document, media.schema, value),
  ];
  return lines.map((line) => `${place}: ${line}`);
}

/** The same of what is signed within: a member whose content has a schema of its own is a JWS. */
function signed(document: Json, schema: Json, value: unknown): string[] {
  const whole = typeof schema.$ref === "string" ? resolved(document, schema.$ref) : schema;
  const members = Object.entries((whole.properties ?? {}) as Record<string, Json>);
  return members.flatMap(([name, { contentSchema }]) => {
    const jws = (value as Json)[name];
    if (!contentSchema || typeof jws !== "string") return [];
    const claims: unknown = JSON.parse(Buffer.from(jws.split(".")[1] ?? "", "base64url").toString());
    return mismatches(document, contentSchema as Json, claims, `$.${name}`);
  });
}
