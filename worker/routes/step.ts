/** What the shopper's browser may do, at `/v` on the brand's host. */
import { type Context, Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { matched, mediaType, readForm, readJson } from "../body.ts";
import { type BrandSecrets, config } from "../config.ts";
import {
  checkSchema,
  leaveSchema,
  NOTICES,
  type Notice,
  type ProblemCode,
  type StepPage,
  sendSchema,
} from "../contract.ts";
import { checked } from "../events/columns.ts";
import { deviceOf } from "../events/device.ts";
import { ask } from "../objects.ts";
import { pickLocale } from "../page/look.ts";
import { emptyHtml, normaliseCode, stepHtml } from "../page/step.tsx";
import { problem } from "../problem.ts";
import type { StepOutcome, Visitor } from "../verification/answers.ts";
import { freshDenyToken } from "../verification/deny.ts";
import { hmac, type MasterKey, sha256Hex, token } from "../verification/keys.ts";
import { readLink } from "../verification/link.ts";
import { acceptable } from "./accept.ts";
import { withVerification } from "./addresses.ts";
import { affordable } from "./affordable.ts";
import { documentHeaders, nonce } from "./headers.ts";
import { type Hosted, onBrandHost, ownOrigin } from "./hosts.ts";
import { createPace, networkOf } from "./pace.ts";
import { notAllowed, verification } from "./reach.ts";
import { textCode } from "./text.ts";

type Opened = {
  Bindings: Env;
  Variables: Hosted["Variables"] & { id: string; secrets: BrandSecrets; freshCookie: string | undefined };
};

const COOKIE = "ringfence";
/** Names one press; the page makes a UUID, the plain form carries ours. */
const PRESS = /^[\x21-\x7e]{8,64}$/;

/** Reads the token's MAC before any object is touched; sets `id` and `secrets`. */
const opened = createMiddleware<Opened>(async function opened(c, next) {
  const secrets = config(c.env).secrets(c.var.brand.pack.id);
  if (!secrets) return problem(c, "BRAND.UNAVAILABLE", { waitS: 60 });
  const id = readLink(secrets.master, "step link", c.req.param("token") ?? "");
  if (!id)
    return ["GET", "HEAD"].includes(c.req.method) && !c.req.path.endsWith("/state")
      ? page(c, { view: "closed" }, 404)
      : problem(c, "VERIFICATION.NOT_FOUND");
  c.set("id", id);
  c.set("secrets", secrets);
  return next();
});

export const step = new Hono<Opened>()
  .get("/", onBrandHost, acceptable("text/html"), async (c) => {
    const { pack } = c.var.brand;
    const secret = nonce();
    documentHeaders(c, secret, c.var.brand);
    return c.html(
      await emptyHtml(
        c.env.ASSETS,
        pack,
        pickLocale(pack, c.req.query("lang"), c.req.header("accept-language")),
        secret,
        c.var.brand.returnOrigins[0],
      ),
    );
  })
  .all("/", onBrandHost, notAllowed("GET"))
  .use("/v/*", onBrandHost)
  .get("/v/:token", acceptable("text/html"), opened, async (c) => {
    const seen = await ask(verification(c.env, c.var.id), (v) => v.page(visitor(c, true)));
    if (seen.view === "open") keepCookie(c, seen.embedOrigin !== undefined);
    if (seen.view === "closed") return page(c, { view: "closed" }, 404);
    if (seen.view === "elsewhere") return page(c, { view: "elsewhere" });
    const { digits, order, ending, state, returnUrl, cancelUrl } = seen;
    return page(c, {
      view: "open",
      locale: seen.locale ?? undefined,
      embed: seen.embedOrigin,
      open: {
        digits,
        order: { payee: order.payee, amount: order.amount, summary: order.summary },
        number_ending: ending,
        state,
        press: crypto.randomUUID(),
        return_url: withVerification(returnUrl, c.var.id),
        cancel_url: cancelUrl,
        support_reference: c.var.id.slice(4, 12),
        path: new URL(c.req.url).pathname,
      },
    });
  })
  .get("/v/:token/state", acceptable("application/json", "application/problem+json"), opened, async (c) => {
    const outcome = await ask(verification(c.env, c.var.id), (v) => v.state(visitor(c)));
    return outcome.ok ? c.json(outcome.state) : problem(c, outcome.problem, { step: outcome.state });
  })
  .post("/v/:token/start", opened, ownOrigin, (c) => send(c, "start"))
  .post("/v/:token/resend", opened, ownOrigin, (c) => send(c, "resend"))
  .post("/v/:token/check", opened, ownOrigin, async (c) => {
    const press = await pressed(c, checkSchema, (form) => ({
      code: normaliseCode(form.get("code") ?? "", c.var.brand.pack.policy.digits),
      entry: "typed",
    }));
    if (!press.ok) return press.response;
    const guess = { ...visitor(c), press: press.name, ...press.value };
    const outcome = await ask(verification(c.env, c.var.id), (v) => v.check(guess));
    return reply(c, press.form, outcome);
  })
  .post("/v/:token/leave", opened, ownOrigin, async (c) => {
    const press = await pressed(c, leaveSchema, (form) => ({ reason: form.get("reason") ?? "left" }));
    if (!press.ok) return press.response;
    const leaving = { ...visitor(c, true), reason: press.value.reason };
    return reply(c, press.form, await ask(verification(c.env, c.var.id), (v) => v.leave(leaving)));
  })
  .all("/v/:token", notAllowed("GET"))
  .all("/v/:token/state", notAllowed("GET"))
  .all("/v/:token/start", notAllowed("POST"))
  .all("/v/:token/resend", notAllowed("POST"))
  .all("/v/:token/check", notAllowed("POST"))
  .all("/v/:token/leave", notAllowed("POST"));

/** Sends beyond twenty in ten minutes from one network wait this long; they are never refused for it (carrier NAT). */
const SLOWED_MS = 2_000;
const tooMany = createPace();

/** Reserve, act, settle: the send is counted before the SMS leaves. */
async function send(c: Context<Opened>, kind: "start" | "resend"): Promise<Response> {
  const press = await pressed(c, sendSchema, (form) => ({
    framed: c.req.header("sec-fetch-dest") === "iframe",
    ...(form.has("locale") && { locale: form.get("locale") }),
  }));
  if (!press.ok) return press.response;
  const { id, brand } = c.var;
  const locale = brand.pack.locales.find((known) => known === press.value.locale) ?? null;
  const denyToken = freshDenyToken(c.var.secrets.master[0] as MasterKey);
  const asked = {
    ...visitor(c, kind === "start"),
    kind,
    press: press.name,
    framed: press.value.framed,
    locale,
    denyToken,
    seen: {
      device: deviceOf(c.req.header("user-agent") ?? ""),
      from: checked("country", c.req.raw.cf?.country as string | undefined),
      armed: press.value.webotp,
    },
  };
  const reserved = await ask(verification(c.env, id), (v) => v.reserveSend(asked));
  if (!("send" in reserved) || !reserved.send) return reply(c, press.form, reserved as StepOutcome, kind);
  const { ordinal } = reserved.send;
  if ((await affordable(c.env, brand, c.var.correlator)) === "stop") {
    return reply(c, press.form, await ask(verification(c.env, id), (v) => v.unaffordable(brand.pack.id)), kind);
  }
  const network = networkOf(c.req.header("cf-connecting-ip") ?? "");
  if (network && tooMany(network, Date.now())) await scheduler.wait(SLOWED_MS);
  const word = await textCode(c.env, brand, c.var.secrets, id, reserved.send);
  return reply(
    c,
    press.form,
    await ask(verification(c.env, id), (v) => v.settleSend(brand.pack.id, ordinal, word)),
    kind,
  );
}

type Press<T> =
  | { ok: true; form: URLSearchParams | undefined; name: string; value: T }
  | { ok: false; response: Response };

/** One press, from script (JSON and `Idempotency-Key`) or from the plain form (hidden `press`). */
async function pressed<S extends Parameters<typeof readJson>[1]>(
  c: Context<Opened>,
  schema: S,
  fromForm: (form: URLSearchParams) => unknown,
) {
  type Value = Extract<Awaited<ReturnType<typeof readJson<S>>>, { ok: true }>["value"];
  const isForm = mediaType(c) === "application/x-www-form-urlencoded";
  const form = isForm ? await readForm(c) : undefined;
  if (form && !form.ok) return form as Press<Value>;
  const name = form ? (form.value.get("press") ?? "") : (c.req.header("idempotency-key") ?? "");
  if (!PRESS.test(name)) return { ok: false, response: problem(c, "IDEMPOTENCY.KEY_MISSING") } as Press<Value>;
  const body = form ? matched(c, schema, fromForm(form.value)) : await readJson(c, schema);
  if (!body.ok) {
    const code = form?.value.get("code");
    const { digits } = c.var.brand.pack.policy;
    if (typeof code !== "string" || !form) return body as Press<Value>;
    return {
      ok: false,
      response: back(c, form.value, normaliseCode(code, digits).length > digits ? "too_many" : "too_few"),
    } as Press<Value>;
  }
  // The object keeps a hash: whatever a caller has put into the name does not get into storage.
  return { ok: true, form: form?.value, name: sha256Hex(name), value: body.value } as Press<Value>;
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

/** The one place that knows both faces: JSON for script, 303 for the plain form. */
function reply(
  c: Context<Opened>,
  form: URLSearchParams | undefined,
  outcome: StepOutcome,
  kind?: "start" | "resend",
): Response {
  if (outcome.ok || outcome.problem !== "VERIFICATION.ELSEWHERE") keepCookie(c);
  if (!form)
    return outcome.ok
      ? c.json(outcome.state)
      : problem(c, outcome.problem, { step: outcome.state, waitS: outcome.waitS });
  if (!outcome.ok) return back(c, form, NOTICE[outcome.problem]);
  if (outcome.state.status === "approved") return c.redirect(withVerification(outcome.returnUrl, c.var.id), 303);
  if (outcome.state.status === "abandoned") return c.redirect(outcome.cancelUrl, 303);
  return back(c, form, kind === "resend" ? "resent" : undefined);
}

function back(c: Context<Opened>, form: URLSearchParams, notice?: Notice): Response {
  const query = new URLSearchParams();
  if (notice) query.set("r", notice);
  const locale = c.var.brand.pack.locales.find((known) => known === form.get("locale"));
  if (locale) query.set("lang", locale);
  const path = new URL(c.req.url).pathname.replace(/\/[a-z]+$/, "");
  return c.redirect(query.size > 0 ? `${path}?${query}` : path, 303);
}

/**
 * Gives a browser that has none its cookie. The page brings it, so that a lost answer to the first `start` locks nobody
 * out; a refusal never does, or it would replace the one that is bound. In a frame of another site a cookie is kept
 * only apart for each site around it (CHIPS).
 */
function keepCookie(c: Context<Opened>, frame = false): void {
  const cookie = c.get("freshCookie");
  if (cookie)
    setCookie(c, COOKIE, cookie, {
      prefix: "host",
      path: "/",
      secure: true,
      httpOnly: true,
      ...(frame ? { sameSite: "None", partitioned: true } : { sameSite: "Lax" }),
    });
}

/** Who is asking; `enter` gives a browser without our cookie one, so that the step can be bound to it. */
function visitor(c: Context<Opened>, enter = false): Visitor {
  const sent = getCookie(c, COOKIE, "host");
  let cookie = sent && /^[A-Za-z0-9_-]{43}$/.test(sent) ? sent : undefined;
  if (!cookie && enter) {
    cookie = token(crypto.getRandomValues(new Uint8Array(32)));
    c.set("freshCookie", cookie);
  }
  // Keyed by the id: the same browser leaves unlinkable marks in two verifications.
  const browser = cookie ? token(hmac(new TextEncoder().encode(c.var.id), cookie)) : null;
  return { brand: c.var.brand.pack.id, browser };
}

type Shown = Pick<StepPage, "view" | "embed"> & { locale?: string | undefined; open?: StepPage["open"] };

async function page(
  c: Context<Opened>,
  { view, embed, locale, open }: Shown,
  status: 200 | 404 = 200,
): Promise<Response> {
  const { brand } = c.var;
  const secret = nonce();
  documentHeaders(c, secret, brand, embed);
  const spoken = pickLocale(brand.pack, c.req.query("lang"), locale, c.req.header("accept-language"));
  const notice = open && NOTICES.find((known) => known === c.req.query("r"));
  const content: StepPage = { view, embed, locale: spoken, ...(notice && { notice }), ...(open && { open }) };
  return c.html(await stepHtml(c.env.ASSETS, brand.pack, content, secret, brand.returnOrigins[0]), status);
}
