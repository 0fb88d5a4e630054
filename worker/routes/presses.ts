/**
 * What the shopper's browser may change, `POST /v/{token}/start`, `resend`, `check`, `leave` and `network`: from the request to the
 * whole answer in one go. Guesses are most of what a busy day brings; they do not pay for the router and its chain.
 */
import { getPath } from "hono/utils/url";
import type { InferOutput } from "valibot";
import { mediaType } from "../body.ts";
import { config } from "../config.ts";
import { checkSchema, leaveSchema, networkSchema, sendSchema } from "../contract.ts";
import { deviceOf } from "../events/device.ts";
import { checked } from "../events/rows.ts";
import { ask } from "../objects.ts";
import { normaliseCode } from "../page/step.tsx";
import { type Answer, problemOf } from "../problem.ts";
import { reachable } from "../signals/number.ts";
import type { CheckOutcome, NetworkOutcome, ReserveOutcome, StepOutcome } from "../verification/answers.ts";
import { freshDenyToken } from "../verification/deny.ts";
import { derive, type MasterKey, token } from "../verification/keys.ts";
import { readLink } from "../verification/link.ts";
import { affordable } from "./affordable.ts";
import { correlatorOf } from "./correlator.ts";
import { fault } from "./fault.ts";
import { PLAIN } from "./headers.ts";
import { fromOwnPage, placeOf } from "./hosts.ts";
import { compared, operatorOf, sentTo } from "./network.ts";
import { textNotice } from "./notice.ts";
import { createPace, networkOf } from "./pace.ts";
import { back, type Press, reply, type Said, said } from "./press.ts";
import { verification } from "./reach.ts";
import { textCode } from "./text.ts";
import { visitorOf } from "./visitor.ts";

const PRESS_BYTES = 16;
const PATH = /^(\/v\/([^/]+))\/(start|resend|check|leave|network)$/;
type Action = "start" | "resend" | "check" | "leave" | "network";

/** The answer to a press on a brand's step; undefined where `request` is none: the router answers that. */
export function press(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> | undefined {
  if (request.method !== "POST") return undefined;
  const [, path, token, action] = PATH.exec(getPath(request)) ?? [];
  const place = action ? placeOf(env, new URL(request.url)) : undefined;
  if (!path || !token || !place || typeof place === "string" || place.serves !== "step") return undefined;
  return answered(
    { request, env, ctx, brand: place.brand, correlator: correlatorOf(request.headers), path },
    {
      origin: place.origin,
      token,
      action: action as Action,
    },
  );
}

/** Copied as a whole: a dozen single headers cost more than all that is decided about a guess. */
const PLAIN_HEADERS = new Headers(PLAIN);
const HEADERS = Object.fromEntries(
  ["application/json", "application/problem+json"].map((type) => [
    type,
    new Headers({ ...PLAIN, "content-type": type }),
  ]),
);

type Asked = Omit<Press, "id" | "secrets">;
type Told = { origin: string; token: string; action: Action };

async function answered(asked: Asked, told: Told): Promise<Response> {
  const answer = await admitted(asked, told).catch((error: unknown) => problemOf(...fault(error, asked.correlator)));
  // Without script there is nobody to read a problem: the page says what can be done (requirement I10).
  const unread = answer.status >= 500 && mediaType(asked.request) === "application/x-www-form-urlencoded";
  const { status, headers, body } = unread ? back(asked, new URLSearchParams(), "fault") : answer;
  const { "content-type": type = "", ...more } = headers;
  const response = new Response(body, { status, headers: HEADERS[type] ?? PLAIN_HEADERS });
  response.headers.set("x-correlator", asked.correlator);
  for (const [name, value] of Object.entries(more)) response.headers.set(name, value);
  return response;
}

/** Reads the token's MAC before any object is touched. */
async function admitted(asked: Asked, { origin, token, action }: Told): Promise<Answer> {
  const secrets = config(asked.env).secrets(asked.brand.pack.id);
  if (!secrets) return problemOf("BRAND.UNAVAILABLE", { waitS: 60 });
  const id = readLink(secrets.master, "step link", token);
  if (!id) return problemOf("VERIFICATION.NOT_FOUND");
  if (!fromOwnPage(asked.request.headers, origin)) return problemOf("REQUEST.ORIGIN");
  const p: Press = { ...asked, secrets, id };
  if (action === "check") return check(p);
  if (action === "leave") return leave(p);
  return action === "network" ? network(p) : send(p, action);
}

async function check(p: Press): Promise<Answer> {
  const press = await said(p, checkSchema, (form) => ({
    code: normaliseCode(form.get("code") ?? "", p.brand.pack.policy.digits),
    entry: "typed",
  }));
  if (!press.ok) {
    await paced(p, unreadable, "network_unreadable");
    return press.answer;
  }
  const guess = { ...browserOf(p).visitor, press: press.name, ...press.value };
  const outcome: CheckOutcome = await ask(verification(p.env, p.id), (v) => v.check(guess));
  if (!outcome.notice) return reply(p, press, outcome);
  const { notice, ...told } = outcome;
  p.ctx.waitUntil(textNotice(p, notice).catch(() => {}));
  return reply(p, press, told);
}

async function leave(p: Press): Promise<Answer> {
  const press = await said(p, leaveSchema, (form) => ({ reason: form.get("reason") ?? "left" }));
  if (!press.ok) return press.answer;
  const { visitor, setCookie } = browserOf(p, true);
  const leaving = { ...visitor, reason: press.value.reason };
  return reply(p, press, await ask(verification(p.env, p.id), (v) => v.leave(leaving)), { setCookie });
}

/** What comes beyond twenty in ten minutes from one network waits this long; it is never refused for it (carrier NAT). */
const SLOWED_MS = 2_000;
const sends = createPace();
/** A code of no form costs no guess, so this is all that slows who sends such (requirement C17). */
const unreadable = createPace();

/** Counts one more of `pace` from the network of `p`, by the edge's own word alone (requirement H7), and waits where it is too many. */
async function paced({ request, brand }: Press, pace: typeof sends, event: string): Promise<void> {
  const network = networkOf(request.headers.get("cf-connecting-ip") ?? "");
  if (!network || !pace(network, Date.now())) return;
  console.warn(JSON.stringify({ level: "warn", event, brand: brand.pack.id }));
  await scheduler.wait(SLOWED_MS);
}

async function send(p: Press, kind: "start" | "resend"): Promise<Answer> {
  const press = await said(p, sendSchema, (form) => ({
    framed: p.request.headers.get("sec-fetch-dest") === "iframe",
    network: form.has("network"),
    ...(form.has("locale") && { locale: form.get("locale") }),
  }));
  return press.ok ? text(p, kind, press) : press.answer;
}

/** Reserve, act, settle: the send is counted before the SMS leaves. */
async function text(p: Press, kind: "start" | "resend", press: Said<InferOutput<typeof sendSchema>>): Promise<Answer> {
  const { request, env, brand, secrets, id } = p;
  const { framed } = press.value;
  const master = secrets.master[0] as MasterKey;
  const locale = brand.pack.locales.find((known) => known === press.value.locale) ?? null;
  const denyToken = freshDenyToken(master);
  const { visitor, setCookie } = browserOf(p, kind === "start");
  const answer = (outcome: StepOutcome) => reply(p, press, outcome, { setCookie, kind });
  const seen = {
    device: deviceOf(request.headers.get("user-agent") ?? ""),
    from: checked("country", request.cf?.country as string | undefined),
    armed: press.value.webotp,
  };
  const operator = kind === "start" && press.value.network ? operatorOf(brand, secrets) : undefined;
  const provider = operator && (await reachable(operator, Date.now()));
  const asked = {
    ...visitor,
    kind,
    press: pressName(press.name, id),
    framed,
    locale,
    denyToken,
    seen,
    network: !!provider,
  };
  const reserved: ReserveOutcome = await ask(verification(env, id), (v) => v.reserveSend(asked));
  if (!reserved.send) {
    if (reserved.ok && reserved.network && operator && provider)
      reserved.state.network_url = sentTo(provider, operator, master, id, locale ?? "");
    return answer(reserved);
  }
  const { ordinal } = reserved.send;
  if ((await affordable(env, brand, p.correlator)) === "stop") {
    return answer(await ask(verification(env, id), (v) => v.unaffordable(brand.pack.id)));
  }
  await paced(p, sends, "network_sends");
  const word = await textCode(env, brand, secrets, id, reserved.send);
  return answer(await ask(verification(env, id), (v) => v.settleSend(brand.pack.id, ordinal, word)));
}

/** The browser is back from the operator. What it brings is redeemed once; where it proves nothing, the text is sent. */
async function network(p: Press): Promise<Answer> {
  const { env, brand, secrets, id } = p;
  const press = await said(p, networkSchema, (form) => ({ state: form.get("state"), code: form.get("code") }));
  if (!press.ok) return press.answer;
  const { state, code } = press.value;
  const operator = operatorOf(brand, secrets);
  const master = secrets.master.find((key) => readLink([key], "network link", state) === id);
  if (!operator || !master) return problemOf("REQUEST.INVALID");
  let outcome: NetworkOutcome = await ask(verification(env, id), (v) => v.reserveNetwork(browserOf(p).visitor));
  if (outcome.number) {
    const word = await compared(operator, master, secrets, id, outcome.number, code);
    outcome = await ask(verification(env, id), (v) => v.settleNetwork(brand.pack.id, word));
  }
  const { form } = press;
  if (!form || !outcome.ok) return reply(p, press, outcome);
  // By hand: there is no script that would ask for the text.
  if (!form.has("network") || outcome.state.status !== "created") return back(p, form);
  const locale = form.get("locale") ?? "";
  return text(p, "start", { ...press, value: { framed: false, webotp: false, network: false, locale } });
}

/** A press as storage may know it: whatever a caller has put into its name does not get there. */
function pressName(name: string, id: string): string {
  return token(derive(name, "press", id).subarray(0, PRESS_BYTES));
}

function browserOf({ request, brand, id }: Press, enter = false) {
  return visitorOf(request.headers, { brand: brand.pack.id, id }, enter);
}
