/** A brand's endpoints: which of them want an event, one try at one of them, and which want no more. */
import type { BrandBoard } from "../board/board.ts";
import { type Ms, seconds } from "../budget/limits.ts";
import { config } from "../config.ts";
import type { EventType } from "../contract.ts";
import { within } from "../objects.ts";
import { deliver, endpointName, type Letter } from "./delivery.ts";
import { BOARD_SHARDS, type Delivery, heard, type Leaving, type Outbox, type Underway, type Word } from "./outbox.ts";

/** An object that does not answer for this long has failed, so that one run of errands always ends. */
export const PATIENCE = seconds(15);

/** The endpoints of a brand that want events of this type, by name. */
export function listening(env: Env, brand: string, type: EventType): string[] {
  const webhooks = config(env).brands[brand]?.webhooks ?? [];
  return webhooks.filter(({ types }) => types === undefined || types.includes(type)).map(({ id }) => id);
}

/** Makes tries that were counted, all at once; gives what becomes of an outbox by the endpoints' words on them. */
export async function deliverAll<E extends Underway>(
  env: Env,
  brand: string,
  leaving: readonly Leaving<E>[],
  letter: (event: E) => Letter,
  closed: readonly string[],
): Promise<<R extends Outbox>(r: R) => R> {
  const words = await Promise.all(
    leaving.map(
      async (leaves) => [leaves, await deliverOne(env, brand, letter(leaves.event), leaves.delivery, closed)] as const,
    ),
  );
  const now = Date.now();
  return (r) => words.reduce((after, [leaves, word]) => heard(after, leaves, word, now), r);
}

/**
 * Makes one try that was counted, and tells all of the brand's boards where the endpoint is gone (410), or back.
 * `closed`: endpoints that want no more, as the board knows them. Never throws.
 */
async function deliverOne(
  env: Env,
  brand: string,
  letter: Letter,
  delivery: Delivery,
  closed: readonly string[],
): Promise<Word> {
  const { brands, secrets } = config(env);
  const endpoint = brands[brand]?.webhooks.find(({ id }) => id === delivery.endpoint);
  if (!endpoint) return { word: "gone" };
  const name = endpointName(endpoint);
  const shut = closed.includes(name);
  if (shut && !delivery.replayed) return { word: "gone" };
  const keys = secrets(brand)?.webhooks[endpoint.id] ?? [];
  if (keys.length === 0) {
    say("error", "webhook_secret_missing", { brand, endpoint: endpoint.id });
    return { word: "failed" };
  }
  const word = await deliver(letter, endpoint, keys);
  if (word.word === "gone" && !shut) {
    say("warn", "webhook_endpoint_closed", { brand, endpoint: endpoint.id });
    await everyShard(env, brand, (shard) => shard.close(name));
  }
  if (word.word === "taken" && shut) await everyShard(env, brand, (shard) => shard.reopen(name));
  return word;
}

/** How much later than scheduled the next try is made, 0 to 1. */
export function jitter(): number {
  return (crypto.getRandomValues(new Uint8Array(1))[0] as number) / 255;
}

/** A shard of the brand's board. */
export function board(env: Env, brand: string, shard: number): DurableObjectStub<BrandBoard> {
  return within(env.BRAND_BOARD, env).getByName(`${brand}:${shard}`);
}

/** A shard that is missed here learns it from the next event that meets the same answer. */
async function everyShard(env: Env, brand: string, act: (shard: ReturnType<typeof board>) => Promise<void>) {
  const shards = Array.from({ length: BOARD_SHARDS }, (_, shard) => board(env, brand, shard));
  await Promise.allSettled(shards.map((shard) => before(PATIENCE, act(shard))));
}

/** What `promise` gives, or a failure after `ms`. */
export async function before<T>(ms: Ms, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("no answer in time")), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Operators' words on deliveries: no event, order or person in them. */
export function say(level: "warn" | "error", event: string, facts: { brand: string; [fact: string]: string }): void {
  console[level](JSON.stringify({ level, event, ...facts }));
}
