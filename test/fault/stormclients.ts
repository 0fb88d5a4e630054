/** Clients in the storm: whole purchases, each request written down, each lost one repeated under its own key. */
import type { StepState, VerificationView } from "../../worker/contract.ts";
import { type Answer, type Clients, read } from "../http/client.ts";
import { browser, wrongCodes } from "../http/step.ts";
import { BRANDS, type BrandId } from "../standins/secrets.ts";
import type { Asked } from "./oracle.ts";

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Whose verification it was, to read it in the end. */
export interface Bought {
  brand: BrandId;
  number: string;
  order: string;
}

/** What all clients have seen together. */
export interface Log {
  asked: Asked[];
  bought: Map<string, Bought>;
}

export interface Weather {
  /** Resolves as soon as a Worker answers. */
  up(): Promise<void>;
  /** The storm is over: what was begun is brought to its end, nothing new begins. */
  over(): boolean;
}

const TRIES = 40;
/** A text that was reserved and never left does not come; the customer would press "send again". */
const TEXT_MS = 1_500;

/** Buys until the storm is over. */
export async function customer(at: Clients, log: Log, weather: Weather, seed: number): Promise<void> {
  const random = chance(seed);
  while (!weather.over()) await purchase(at, log, weather, random);
}

async function purchase(at: Clients, log: Log, weather: Weather, random: () => number): Promise<void> {
  const brand = BRANDS[Math.floor(random() * BRANDS.length)] as BrandId;
  const { ref, number } = await at.customer(brand);
  const order = at.order(brand);
  const text = JSON.stringify(order);
  const shop = at.shop(brand);
  const named = { verification: "" };
  const key = () => `storm-${Math.floor(random() * 2 ** 52).toString(36)}`;
  const ask = (op: Asked["op"], send: (key: string) => Promise<Answer>, code?: string) =>
    persistent(log, weather, { op, named, order: text, key: key(), ...(code !== undefined && { code }) }, send);

  const body = at.opening(brand, ref, order);
  const opened = await ask("open", (name) => shop.post("", body, name));
  if (opened?.status !== 201) return;
  const { id, url } = read<VerificationView>(opened);
  log.bought.set(id, { brand, number, order: text });
  const shopper = browser(at, url ?? "");
  // Brought along, as the page would have given it: a lost answer must not cost the step.
  shopper.jar.cookie = `__Host-ringfence=${Buffer.from(key().padEnd(32, "x")).toString("base64url").slice(0, 43)}`;
  if ((await ask("start", (name) => shopper.post("start", {}, name)))?.status !== 200) return;
  const query = `number=${encodeURIComponent(number)}&wait_ms=${TEXT_MS}`;
  const texts = await at
    .control<{ messages: { code: string }[] }>("GET", `/messages/next?${query}`)
    .catch(() => undefined);
  const code = texts?.messages[0]?.code;
  if (!code) return;
  for (const wrong of wrongCodes(code, Math.floor(random() * 6)))
    await ask("check", (name) => shopper.check(wrong, name), wrong);
  if (random() < 0.1) return void (await ask("cancel", () => shop.post(`/${id}/cancel`, {})));
  const checked = await ask("check", (name) => shopper.check(code, name), code);
  if (checked?.status !== 200 || random() < 0.1) return;
  await ask("redeem", (name) => shop.post(`/${id}/redeem`, { order }, name));
  if (random() < 0.3) await ask("redeem", (name) => shop.post(`/${id}/redeem`, { order }, name));
  if (random() < 0.2) await ask("revoke", () => shop.post(`/${id}/revoke`, {}));
}

interface Wish extends Pick<Asked, "op" | "order" | "key" | "code"> {
  named: { verification: string };
}

/** Sends until there is an answer that is no outage, each time under the same key, and writes down every try. */
async function persistent(
  log: Log,
  weather: Weather,
  { named, ...wish }: Wish,
  send: (key: string) => Promise<Answer>,
): Promise<Answer | undefined> {
  for (let n = 0; n < TRIES; n += 1) {
    await weather.up();
    const from = Date.now();
    const answer = await send(wish.key).catch(() => undefined);
    if (wish.op === "open" && answer?.status === 201) named.verification = read<{ id: string }>(answer).id;
    log.asked.push({
      ...wish,
      ...{ verification: named.verification, from, to: Date.now() },
      ...(answer && { answer: { status: answer.status, ...told(answer) } }),
    });
    if (answer && answer.status < 500) return answer;
  }
  return undefined;
}

function told({ text }: Answer): { problem?: string; state?: string; verdict?: string } {
  const body = JSON.parse(text) as Partial<StepState & { code: string; verdict: string }> & { status?: unknown };
  return {
    ...(body.code !== undefined && { problem: body.code }),
    ...(typeof body.status === "string" && { state: body.status }),
    ...(body.verdict !== undefined && { verdict: body.verdict }),
  };
}
