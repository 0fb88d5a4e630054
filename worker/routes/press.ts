/** One press on the step's page: what it says, from script or from the plain form, and both faces of its answer. */
import type { GenericSchema, InferOutput } from "valibot";
import { fitting, formOf, jsonOf, mediaType } from "../body.ts";
import type { Brand } from "../brands/brand.ts";
import type { BrandSecrets } from "../config.ts";
import type { Notice, ProblemCode } from "../contract.ts";
import { normaliseCode } from "../page/step.tsx";
import { type Answer, problemOf } from "../problem.ts";
import type { StepOutcome } from "../verification/answers.ts";
import { withVerification } from "./addresses.ts";
import type { SetCookie } from "./visitor.ts";

/** A press that is let in: it comes from our own page, and its token leads to a verification. */
export interface Press {
  request: Request;
  env: Env;
  /** For what goes on after the answer. */
  ctx: ExecutionContext;
  brand: Brand;
  secrets: BrandSecrets;
  correlator: string;
  /** The verification. */
  id: string;
  /** Of the page it was made on. */
  path: string;
}

/** What a press says; `form` where it came without script. */
export interface Said<T> {
  /** What the caller calls this press; to be hashed before it gets into storage. */
  name: string;
  value: T;
  form: URLSearchParams | undefined;
}

/** Names one press; the page makes a UUID, the plain form carries ours. */
const NAME = /^[\x21-\x7e]{8,64}$/;

/** Reads a press from script (JSON and `Idempotency-Key`) or from the plain form (hidden `press`), or says why not. */
export async function said<S extends GenericSchema>(
  p: Press,
  schema: S,
  fromForm: (form: URLSearchParams) => unknown,
): Promise<({ ok: true } & Said<InferOutput<S>>) | { ok: false; answer: Answer }> {
  const { request, brand } = p;
  const isForm = mediaType(request) === "application/x-www-form-urlencoded";
  const form = isForm ? await formOf(request) : undefined;
  if (form && !form.ok) return { ok: false, answer: problemOf(form.problem, form) };
  const name = form ? (form.value.get("press") ?? "") : (request.headers.get("idempotency-key") ?? "");
  if (!NAME.test(name)) return { ok: false, answer: problemOf("IDEMPOTENCY.KEY_MISSING") };
  const body = form ? fitting(schema, fromForm(form.value)) : await jsonOf(request, schema);
  if (body.ok) return { ok: true, form: form?.value, name, value: body.value };
  const code = form?.value.get("code");
  if (typeof code !== "string" || !form) return { ok: false, answer: problemOf(body.problem, body) };
  const { digits } = brand.pack.policy;
  const long = normaliseCode(code, digits).length > digits;
  return { ok: false, answer: back(p, form.value, long ? "too_many" : "too_few") };
}

const NOTICE: Partial<Record<ProblemCode, Notice>> = {
  "VERIFICATION.CODE_WRONG": "wrong",
  "VERIFICATION.CODE_EXPIRED": "code_expired",
  "VERIFICATION.NO_CODE_SENT": "no_code",
  "VERIFICATION.RESEND_TOO_EARLY": "too_early",
  "VERIFICATION.SENDS_EXHAUSTED": "sends_exhausted",
  "GATEWAY.UNAVAILABLE": "gateway",
  "REQUEST.INVALID": "too_few",
  "BRAND.UNAVAILABLE": "fault",
};

/**
 * The one place that knows both faces: JSON for script, 303 for the plain form. `setCookie` is for a browser that has
 * none; a refusal from elsewhere never brings it, or it would replace the one that is bound.
 */
export function reply(
  p: Press,
  { form }: Pick<Said<unknown>, "form">,
  outcome: StepOutcome,
  { setCookie, kind }: { setCookie?: SetCookie | undefined; kind?: "start" | "resend" } = {},
): Answer {
  const answer = form ? turned(p, form, outcome, kind) : told(outcome);
  if (setCookie && (outcome.ok || outcome.problem !== "VERIFICATION.ELSEWHERE"))
    answer.headers["set-cookie"] = setCookie();
  return answer;
}

function told(outcome: StepOutcome): Answer {
  if (!outcome.ok) return problemOf(outcome.problem, { step: outcome.state, waitS: outcome.waitS });
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(outcome.state) };
}

function turned(p: Press, form: URLSearchParams, outcome: StepOutcome, kind?: "start" | "resend"): Answer {
  if (!outcome.ok) return back(p, form, NOTICE[outcome.problem]);
  if (outcome.state.network_url) return seeOther(outcome.state.network_url);
  if (outcome.state.status === "approved") return seeOther(withVerification(outcome.returnUrl, p.id));
  if (outcome.state.status === "abandoned") return seeOther(outcome.cancelUrl);
  return back(p, form, kind === "resend" ? "resent" : undefined);
}

/** Back to the page, in the language of `form`. */
export function back({ path, brand }: Pick<Press, "path" | "brand">, form: URLSearchParams, notice?: Notice): Answer {
  const query = new URLSearchParams();
  if (notice) query.set("r", notice);
  const locale = brand.pack.locales.find((known) => known === form.get("locale"));
  if (locale) query.set("lang", locale);
  return seeOther(query.size > 0 ? `${path}?${query}` : path);
}

function seeOther(location: string): Answer {
  return { status: 303, headers: { location }, body: null };
}
