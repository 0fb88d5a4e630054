/** Request bodies: size, media type, form, schema; a refusal names the place and echoes nothing. */
import type { Context } from "hono";
import * as v from "valibot";
import { problem } from "./problem.ts";

/** 8 KB, also without a `content-length` (SECURITY: H2). */
const BODY_MAX = 8192;

export type Parsed<T> = { ok: true; value: T; text: string } | { ok: false; response: Response };

/** The JSON body as `schema` describes it. 413, 415, `REQUEST.MALFORMED`, `REQUEST.INVALID` with the field. */
export async function readJson<S extends v.GenericSchema>(c: Context, schema: S): Promise<Parsed<v.InferOutput<S>>> {
  if (mediaType(c) !== "application/json") return refused(c, "REQUEST.MEDIA_TYPE");
  const text = await readText(c);
  if (!text.ok) return text;
  let json: unknown;
  try {
    json = JSON.parse(text.value);
  } catch {
    return refused(c, "REQUEST.MALFORMED");
  }
  return matched(c, schema, json, text.value);
}

/** The members of a form body (`application/x-www-form-urlencoded`), each at most once. */
export async function readForm(c: Context): Promise<Parsed<URLSearchParams>> {
  if (mediaType(c) !== "application/x-www-form-urlencoded") return refused(c, "REQUEST.MEDIA_TYPE");
  const text = await readText(c);
  return text.ok ? { ...text, value: new URLSearchParams(text.value) } : text;
}

/** `input` as `schema` describes it, or the problem that names the first offending member. */
export function matched<S extends v.GenericSchema>(
  c: Context,
  schema: S,
  input: unknown,
  text = "",
): Parsed<v.InferOutput<S>> {
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

async function readText(c: Context): Promise<Parsed<string>> {
  const encoding = c.req.header("content-encoding");
  if (encoding !== undefined && encoding !== "identity") return refused(c, "REQUEST.MEDIA_TYPE");
  const declared = Number(c.req.header("content-length") ?? 0);
  if (declared > BODY_MAX) return refused(c, "REQUEST.TOO_LARGE");
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  let text = "";
  let size = 0;
  try {
    for await (const chunk of c.req.raw.body ?? []) {
      size += chunk.byteLength;
      if (size > BODY_MAX) return refused(c, "REQUEST.TOO_LARGE");
      text += decoder.decode(chunk, { stream: true });
    }
    text += decoder.decode();
  } catch {
    return refused(c, "REQUEST.MALFORMED");
  }
  return { ok: true, value: text, text };
}

function refused(
  c: Context,
  code: "REQUEST.MEDIA_TYPE" | "REQUEST.TOO_LARGE" | "REQUEST.MALFORMED",
): { ok: false; response: Response } {
  return { ok: false, response: problem(c, code) };
}

/** Path of known members only: an unknown key is input as well, so it is never spelled. */
function place(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) => String(key));
  if (issue.expected === "never") return [...path.slice(0, -1), "unknown property"].join(": ");
  return path.filter((key) => /^[a-z0-9_]{1,40}$/.test(key)).join(".") || "body";
}
