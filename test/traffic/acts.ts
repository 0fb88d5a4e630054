/** One shopper, one shop, one gateway: doing what a story tells, over the public API, and noting what came of it. */
import { randomBytes, randomUUID } from "node:crypto";
import type { ProblemBody, StepState, VerificationView } from "../../worker/contract.ts";
import { API_KEYS, type BrandId } from "../standins/secrets.ts";
import type { Send } from "./client.ts";
import type { Act, Beat, Device, Story } from "./stories.ts";
import type { Fact } from "./truth.ts";

/** Where everything of the system is, as `GET /origins` of the control API tells. */
export interface Places {
  api: string;
  control: string;
  console: string;
  [shop: `shop ${string}`]: string;
}

/** What a run's acts share. */
export interface Scene {
  send: Send;
  places: Places;
  /** Epoch seconds of the system's clock. */
  now: () => number;
  /** Makes the clock go on by seconds, now. */
  pass: (seconds: number) => Promise<void>;
  /** Milliseconds a step lives, by brand. */
  lives: Record<BrandId, number>;
  /** Everything that was seen, a fact a verification. */
  facts: Fact[];
}

/** One customer on the way through the step. */
export interface Walk {
  story: Story;
  ref: string;
  number: string;
  order: { id: string; revision: number };
  id: string;
  step: { origin: string; path: string; cookie: string };
  texts: number;
  code: string;
  link: string;
  fact: Fact;
}

const AGENTS: Record<Device, string> = {
  ios: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
  android:
    "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Mobile Safari/537.36",
  desktop:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36",
};
const CURRENCY: Record<BrandId, string> = { tindra: "NOK", marisol: "EUR", rimal: "AED" };
/** Mobile ranges of the countries, and how many digits are free in them. */
const RANGES: Record<string, [prefix: string, free: number]> = {
  NO: ["+4740", 6],
  SE: ["+4670", 7],
  DK: ["+45401", 5],
  DE: ["+49151", 8],
  GB: ["+447400", 6],
  ES: ["+3462", 7],
  PT: ["+35191", 7],
  AE: ["+97152", 7],
  SA: ["+96650", 7],
  JO: ["+96279", 7],
};
const CROWD_AT_HOME = ["NO", "ES", "AE"];
const LONG_AGO_S = 1_600_000_000;
const FRESH_S = 3 * 3600;
/** Real milliseconds by which a late receipt is late: time enough to move the clock. */
const LATE_MS = 250;
const RECEIPT_TRIES = 200;

/** The shopper of a story: somebody of the crowd, or a customer made for it where the crowd does not live there. */
export async function walkOf(scene: Scene, story: Story, nth: number): Promise<Walk> {
  const { brand, country, fresh } = story;
  const crowd = CROWD_AT_HOME.includes(country) && !fresh;
  const ref = crowd ? `b${nth}` : `t${nth}-${story.at}`;
  const [prefix = "", free = 0] = RANGES[country] ?? [];
  const made = {
    phone_number: prefix + String(nth).padStart(free, "0"),
    phone_number_verified: true,
    updated_at: fresh ? story.at - FRESH_S : LONG_AGO_S,
  };
  const path = `/customers/${brand}/${ref}`;
  const call = { origin: scene.places.control, path, ...(!crowd && { method: "PUT", body: made }) };
  const { body: known } = await scene.send<{ phone_number: string }>(call, 200);
  return {
    story,
    ref,
    number: known.phone_number,
    order: { id: `traffic-${story.at}-${nth}`, revision: 1 },
    id: "",
    step: { origin: "", path: "", cookie: "" },
    texts: 0,
    code: "",
    link: "",
    fact: factOf(story, "", 0, false),
  };
}

/** What is known of a verification that was just opened. */
function factOf(
  { brand, country, device, amount, category, armed }: Story,
  status: string,
  created: number,
  denied: boolean,
): Fact {
  return {
    ...{ brand, country, device, amount, category, armed, created, denied, status },
    reason: null,
    opened: false,
    gateway: [],
    receipts: 0,
    resends: 0,
    guesses: 0,
    wrong: 0,
    approved: null,
    redeemed: false,
    entry: null,
    reports: [],
  };
}

/** Does one act; what it saw stands in the walk's fact. */
export function act(scene: Scene, walk: Walk, beat: Beat): Promise<void> {
  return ACTS[beat.act](scene, walk, beat);
}

const ACTS: Record<Act, (scene: Scene, walk: Walk, beat: Beat) => Promise<void>> = {
  open,
  page: async (scene, walk) => void (await scene.send({ ...ofBrowser(walk), path: walk.step.path }, 200)),
  start: (scene, walk, beat) => sending(scene, walk, beat, "start"),
  "start again": (scene, walk, beat) => sending(scene, walk, beat, "start"),
  resend: (scene, walk, beat) => sending(scene, walk, beat, "resend"),
  wrong: (scene, walk) =>
    check(scene, walk, String((Number(walk.code) + 1 + walk.fact.wrong * 7) % 1e6).padStart(6, "0")),
  right: (scene, walk) => check(scene, walk, walk.code),
  leave: (scene, walk) => leave(scene, walk, "left"),
  "no access": (scene, walk) => leave(scene, walk, "no_access_to_number"),
  cancel: (scene, walk) => withdraw(scene, walk, "cancel"),
  revoke: (scene, walk) => withdraw(scene, walk, "revoke"),
  revise,
  deny,
  redeem,
  look,
  report,
};

async function open(scene: Scene, walk: Walk): Promise<void> {
  const { brand } = walk.story;
  const shop = scene.places[`shop ${brand}`];
  const presentation = { mode: "redirect", return_url: `${shop}/return`, cancel_url: `${shop}/cancel` };
  const body = { order: ordered(walk), customer: { ref: walk.ref }, presentation };
  const { body: view } = await scene.send<VerificationView>({ ...ofShop(scene, walk, ""), body }, 201);
  const { host, pathname } = new URL(view.url ?? "http://none.invalid");
  walk.id = view.id;
  walk.step = {
    origin: `http://${host}`,
    path: pathname,
    cookie: `__Host-ringfence=${randomBytes(32).toString("base64url")}`,
  };
  // The step's end is told to the millisecond, and so is its life.
  const created = Date.parse(view.expires_at) - scene.lives[brand];
  walk.fact = factOf(walk.story, view.status, created, view.decision.action === "deny");
  scene.facts.push(walk.fact);
}

/** A press that asks for an SMS; reads it as the customer does, and waits until the system knows what became of it. */
async function sending(scene: Scene, walk: Walk, { spoiled }: Beat, kind: "start" | "resend"): Promise<void> {
  const { fact, story } = walk;
  if (spoiled) {
    const mode = spoiled === "late" ? "slow" : spoiled;
    await faults(scene, { part: "receipts", mode, brand: story.brand, times: 1, delay_ms: LATE_MS });
  }
  const body = { framed: false, ...(kind === "start" && { webotp: story.armed }) };
  const answer = await scene.send<StepState | ProblemBody>({ ...press(walk, kind), body }, 200, 503);
  const at = Date.parse(stepOf(answer.body)?.server_now ?? "");
  fact.opened = true;
  if (answer.status === 503) {
    fact.gateway.push({ what: "refused", at });
    return;
  }
  fact.gateway.push({ what: "sent", at });
  if (kind === "resend") fact.resends += 1;
  const path = `/messages/next?all=true&number=${encodeURIComponent(walk.number)}&after=${walk.texts}`;
  if (spoiled === "late") await scene.pass(60);
  if (spoiled !== "failed") {
    const { body: read } = await scene.send<{ messages: { code: string; body: string }[]; count: number }>(
      { origin: scene.places.control, path },
      200,
    );
    walk.texts = read.count;
    walk.code = read.messages.at(-1)?.code ?? "";
    walk.link = /https?:\/\/\S+\/d\/\w+/.exec(read.messages.at(-1)?.body ?? "")?.[0] ?? walk.link;
  }
  if (spoiled === "lost") return;
  const seen = await until(scene, walk, spoiled === "failed" ? "failed" : "delivered");
  if (spoiled === "failed") return;
  fact.receipts += 1;
  fact.gateway.push({ what: "receipt", at: seen });
}

/** The state in an answer: the answer itself, or what a problem carries of it. */
function stepOf(body: StepState | ProblemBody): StepState | undefined {
  return "code" in body ? body.step : body;
}

/** Asks the step until its last send has this fate; epoch milliseconds of the system's clock. The last failure ends it. */
async function until(scene: Scene, walk: Walk, fate: "delivered" | "failed"): Promise<number> {
  for (let asked = 0; asked < RECEIPT_TRIES; asked++) {
    const { body } = await scene.send<StepState>({ ...ofBrowser(walk), path: `${walk.step.path}/state` }, 200);
    const over = fate === "failed" && body.status !== "sent";
    if (over || body.delivery.status === fate) return Date.parse(body.server_now);
    // Again, as its page does: many texts are on their way, and the receipt of this one is the Worker's alone.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`a send was never ${fate}`);
}

async function check(scene: Scene, walk: Walk, code: string): Promise<void> {
  const { fact, story } = walk;
  const right = code === walk.code;
  const call = { ...press(walk, "check"), body: { code, entry: story.entry } };
  // 409: that was the last guess.
  const answer = await scene.send<StepState | ProblemBody>(call, ...(right ? [200] : [422, 409]));
  fact.guesses += 1;
  fact.entry = story.entry;
  if (right) fact.approved = Date.parse(stepOf(answer.body)?.server_now ?? "");
  else fact.wrong += 1;
}

async function leave(scene: Scene, walk: Walk, reason: string): Promise<void> {
  await scene.send({ ...press(walk, "leave"), body: { reason } }, 200);
}

async function withdraw(scene: Scene, walk: Walk, move: "cancel" | "revoke"): Promise<void> {
  await scene.send({ ...ofShop(scene, walk, `/${walk.id}/${move}`), body: {} }, 200);
}

/** The shopper changes the order: another revision, another verification; the old one's fact is closed first. */
async function revise(scene: Scene, walk: Walk): Promise<void> {
  const { id, fact } = walk;
  walk.order = { ...walk.order, revision: walk.order.revision + 1 };
  await open(scene, walk);
  const now = await view(scene, { ...walk, id });
  Object.assign(fact, { status: now.status, reason: now.reason });
}

/** The recipient's "not my order"; on a slow machine a text may have gone out without its link, and nobody says no. */
async function deny(scene: Scene, { link }: Walk): Promise<void> {
  if (!link) return;
  const { origin, pathname: path } = new URL(link);
  const headers = { origin, "content-type": "application/x-www-form-urlencoded" };
  await scene.send({ origin, path, method: "POST", headers }, 200);
}

async function redeem(scene: Scene, walk: Walk): Promise<void> {
  await scene.send({ ...ofShop(scene, walk, `/${walk.id}/redeem`), body: { order: ordered(walk) } }, 200);
  walk.fact.redeemed = true;
}

/** What became of the order; its amount where it was lost. */
async function report(scene: Scene, walk: Walk, beat: Beat): Promise<void> {
  if (!beat.report) return;
  const amount = beat.report.type === "fraud.confirmed" && { amount: ordered(walk).amount };
  await scene.send({ ...ofShop(scene, walk, `/${walk.id}/outcomes`), body: { ...beat.report, ...amount } }, 200);
  walk.fact.reports.push(beat.report);
}

/** What the shop is told in the end. */
async function look(scene: Scene, walk: Walk): Promise<void> {
  const { status, reason } = await view(scene, walk);
  Object.assign(walk.fact, { status, reason });
}

async function view(scene: Scene, walk: Walk): Promise<VerificationView> {
  return (await scene.send<VerificationView>(ofShop(scene, walk, `/${walk.id}`), 200)).body;
}

/** Sets a fault of the stand-ins. */
export async function faults(scene: Scene, fault: Record<string, unknown>): Promise<void> {
  await scene.send({ origin: scene.places.control, path: "/faults", method: "PUT", body: fault }, 200);
}

function ordered({ story, order }: Walk) {
  const amount = { value: story.amount, currency: CURRENCY[story.brand] };
  const rest = { payee: "The shop", summary: "One order", category: story.category, delivery: { type: "address" } };
  return { ...order, amount, ...rest };
}

function ofShop(scene: Scene, { story }: Walk, path: string) {
  const headers = { authorization: `Bearer ${API_KEYS[story.brand]}`, "idempotency-key": randomUUID() };
  return { origin: scene.places.api, path: `/v1/verifications${path}`, headers };
}

function ofBrowser({ step, story }: Walk) {
  return {
    origin: step.origin,
    headers: { cookie: step.cookie, "user-agent": AGENTS[story.device], origin: step.origin },
  };
}

function press(walk: Walk, action: string) {
  const { origin, headers } = ofBrowser(walk);
  return { origin, path: `${walk.step.path}/${action}`, headers: { ...headers, "idempotency-key": randomUUID() } };
}
