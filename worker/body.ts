/** Request bodies: size, media type, form, schema; a refusal names the place and echoes nothing. */
import { Buffer } from "node:buffer";
import type { Context } from "hono";
import * as v from "valibot";
import { problem } from "./problem.ts";

/** 8 KB, also without a `content-length` (requirement H2). */
const BODY_MAX = 8192;

export type Parsed<T> = { ok: true; value: T; text: string } | { ok: false; response: Response };

/** The JSON body as `schema` describes it. 413, 415, `REQUEST.MALFORMED`, `REQUEST.INVALID` with the field. */
export async function readJson<S extends v.GenericSchema>(
  c: Context,
  schema: S,
  { max = BODY_MAX, lists = false }: { max?: number; lists?: boolean } = {},
): Promise<Parsed<v.InferOutput<S>>> {
  if (mediaType(c) !== "application/json") return refused(c, "REQUEST.MEDIA_TYPE");
  const text = await readText(c, max);
  if (!text.ok) return text;
  let json: unknown;
  try {
    json = JSON.parse(text.value);
  } catch {
    return refused(c, "REQUEST.MALFORMED");
  }
  return matched(c, schema, json, text.value, lists);
}

/** The text of a `text/plain` body. */
export async function readPlain(c: Context): Promise<Parsed<string>> {
  return mediaType(c) === "text/plain" ? readText(c) : refused(c, "REQUEST.MEDIA_TYPE");
}

/** The members of a form body (`application/x-www-form-urlencoded`), each at most once. */
export async function readForm(c: Context): Promise<Parsed<URLSearchParams>> {
  if (mediaType(c) !== "application/x-www-form-urlencoded") return refused(c, "REQUEST.MEDIA_TYPE");
  const text = await readText(c);
  if (!text.ok) return text;
  const form = new URLSearchParams(text.value);
  const twice = [...form.keys()].length !== new Set(form.keys()).size;
  // Two readers of a doubled member may each see another one.
  return twice
    ? { ok: false, response: problem(c, "REQUEST.INVALID", { field: "repeated member" }) }
    : { ...text, value: form };
}

/** `input` as `schema` describes it, or the problem that names the first offending member. */
export function matched<S extends v.GenericSchema>(
  c: Context,
  schema: S,
  input: unknown,
  text = "",
  lists = false,
): Parsed<v.InferOutput<S>> {
  // Only a batch has a list in it, and the schema library takes an empty one for an empty object.
  if (!lists && holdsArray(input)) return { ok: false, response: problem(c, "REQUEST.INVALID", { field: "body" }) };
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output, text };
  return { ok: false, response: problem(c, "REQUEST.INVALID", { field: place(result.issues[0]) }) };
}

/** The media type of the body, lower-case, without parameters; a charset other than UTF-8 makes it unknown. */
export function mediaType(c: Context): string | undefined {
  const [type, ...parameters] = (c.req.header("content-type") ?? "")
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  return parameters.every((parameter) => /^charset="?utf-8"?$/.test(parameter)) ? type : undefined;
}

async function readText(c: Context, max = BODY_MAX): Promise<Parsed<string>> {
  const encoding = c.req.header("content-encoding");
  if (encoding !== undefined && encoding !== "identity") return refused(c, "REQUEST.MEDIA_TYPE");
  const declared = c.req.header("content-length");
  if (Number(declared ?? 0) > max) return refused(c, "REQUEST.TOO_LARGE");
  try {
    // A declared length holds; without one the stream is cut where it grows too long.
    const bytes = declared === undefined ? await capped(c.req.raw, max) : new Uint8Array(await c.req.raw.arrayBuffer());
    if (bytes === undefined || bytes.byteLength > max) return refused(c, "REQUEST.TOO_LARGE");
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    return { ok: true, value: text, text };
  } catch {
    return refused(c, "REQUEST.MALFORMED");
  }
}

/** The body, or undefined as soon as it is too long. */
async function capped(request: Request, max: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > max) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refused(
  c: Context,
  code: "REQUEST.MEDIA_TYPE" | "REQUEST.TOO_LARGE" | "REQUEST.MALFORMED",
): { ok: false; response: Response } {
  return { ok: false, response: problem(c, code) };
}

/** Path of known members only: an unknown key is input as well, so it is never spelled. */
export function place(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) => String(key));
  if (issue.expected === "never") return [...path.slice(0, -1), "unknown property"].join(": ");
  // Keys of metadata are the caller's own words.
  if (path[0] === "metadata") return "metadata";
  return path.filter((key) => /^[a-z0-9_]{1,40}$/.test(key)).join(".") || "body";
}

function holdsArray(input: unknown): boolean {
  if (typeof input !== "object" || input === null) return false;
  return Array.isArray(input) || Object.values(input).some(holdsArray);
}
