/** Request bodies: size, media type, form, schema; a refusal names the place and echoes nothing. */
import type { Context } from "hono";
import * as v from "valibot";
import type { ProblemCode } from "./contract.ts";
import { capped } from "./outside.ts";
import { problem } from "./problem.ts";

/** 8 KB, also without a `content-length` (requirement H2). */
const BODY_MAX = 8192;

/** What was read, or why it is refused: `field` names the first offending member. */
export type Read<T> = { ok: true; value: T; text: string } | { ok: false; problem: ProblemCode; field?: string };

/** Where a call takes more than all others do: bytes of its body, and lists in it. */
interface Limits {
  max?: number;
  lists?: boolean;
}

/** The JSON body as `schema` describes it. 413, 415, `REQUEST.MALFORMED`, `REQUEST.INVALID` with the field. */
export async function jsonOf<S extends v.GenericSchema>(
  request: Request,
  schema: S,
  { max = BODY_MAX, lists = false }: Limits = {},
): Promise<Read<v.InferOutput<S>>> {
  if (mediaType(request) !== "application/json") return refused("REQUEST.MEDIA_TYPE");
  const text = await textOf(request, max);
  if (!text.ok) return text;
  let json: unknown;
  try {
    json = JSON.parse(text.value);
  } catch {
    return refused("REQUEST.MALFORMED");
  }
  return fitting(schema, json, { text: text.value, lists });
}

/** The members of a form body (`application/x-www-form-urlencoded`), each at most once. */
export async function formOf(request: Request): Promise<Read<URLSearchParams>> {
  if (mediaType(request) !== "application/x-www-form-urlencoded") return refused("REQUEST.MEDIA_TYPE");
  const text = await textOf(request);
  if (!text.ok) return text;
  const form = new URLSearchParams(text.value);
  const twice = [...form.keys()].length !== new Set(form.keys()).size;
  // Two readers of a doubled member may each see another one.
  return twice ? refused("REQUEST.INVALID", "repeated member") : { ...text, value: form };
}

/** `input` as `schema` describes it. */
export function fitting<S extends v.GenericSchema>(
  schema: S,
  input: unknown,
  { text = "", lists = false }: { text?: string; lists?: boolean } = {},
): Read<v.InferOutput<S>> {
  // Only a batch has a list in it, and the schema library takes an empty one for an empty object.
  if (!lists && holdsArray(input)) return refused("REQUEST.INVALID", "body");
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output, text };
  return refused("REQUEST.INVALID", place(result.issues[0]));
}

/** The same for a route: what was read, or the answer that refuses it. */
export type Parsed<T> = { ok: true; value: T; text: string } | { ok: false; response: Response };

/** `jsonOf` the request of a route. */
export async function readJson<S extends v.GenericSchema>(
  c: Context,
  schema: S,
  limits?: Limits,
): Promise<Parsed<v.InferOutput<S>>> {
  return answered(c, await jsonOf(c.req.raw, schema, limits));
}

/** The text of a `text/plain` body. */
export async function readPlain(c: Context): Promise<Parsed<string>> {
  return answered(c, mediaType(c.req.raw) === "text/plain" ? await textOf(c.req.raw) : refused("REQUEST.MEDIA_TYPE"));
}

/** `formOf` the request of a route. */
export async function readForm(c: Context): Promise<Parsed<URLSearchParams>> {
  return answered(c, await formOf(c.req.raw));
}

/** `fitting` for a route. */
export function matched<S extends v.GenericSchema>(c: Context, schema: S, input: unknown): Parsed<v.InferOutput<S>> {
  return answered(c, fitting(schema, input));
}

function answered<T>(c: Context, read: Read<T>): Parsed<T> {
  return read.ok ? read : { ok: false, response: problem(c, read.problem, read) };
}

/** The media type of the body, lower-case, without parameters; a charset other than UTF-8 makes it unknown. */
export function mediaType({ headers }: Request): string | undefined {
  const given = headers.get("content-type") ?? "";
  if (given === "application/json") return given;
  const [type, ...parameters] = given
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  return parameters.every((parameter) => /^charset="?utf-8"?$/.test(parameter)) ? type : undefined;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

async function textOf(request: Request, max = BODY_MAX): Promise<Read<string>> {
  const { headers } = request;
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding !== "identity") return refused("REQUEST.MEDIA_TYPE");
  const declared = headers.get("content-length");
  if (Number(declared ?? 0) > max) return refused("REQUEST.TOO_LARGE");
  try {
    // A declared length holds; without one the stream is cut where it grows too long.
    const bytes = declared === null ? await capped(request.body, max) : await request.arrayBuffer();
    if (bytes === undefined || bytes.byteLength > max) return refused("REQUEST.TOO_LARGE");
    const text = utf8.decode(bytes);
    return { ok: true, value: text, text };
  } catch {
    return refused("REQUEST.MALFORMED");
  }
}

function refused(problem: ProblemCode, field?: string) {
  return { ok: false, problem, ...(field && { field }) } as const;
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
