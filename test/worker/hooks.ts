import { createExecutionContext, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { vi } from "vitest";
import type { EventView } from "../../worker/contract.ts";
import worker from "../../worker/index.ts";
import { API_KEYS, type BrandId } from "../standins/secrets.ts";
import type { fresh } from "./opened.ts";

type Opened = ReturnType<typeof fresh>;

/** One try, as the receiver saw it (test/receiver.ts). */
export interface Arrived {
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** How the receiver answers on `path` from now on; without a status it never does. */
export async function behave(path: string, status: number | null, more: object = {}): Promise<void> {
  await fetch(`http://receiver.test${path}`, { method: "PUT", body: JSON.stringify({ status, ...more }) });
}

/** Waits for the first try of an event to reach `path`. */
export const firstTry = (path: string, event: string) => fetch(`http://receiver.test${path}?id=${event}`);

/** The tries of a verification's events that reached `path`, oldest first. */
export async function tries(path: string, { id }: Pick<Opened, "id">): Promise<Arrived[]> {
  const arrived = await (await fetch(`http://receiver.test${path}`)).json<Arrived[]>();
  return arrived.filter(({ headers }) => headers["webhook-id"]?.startsWith(`evt_${id.slice(4)}_`));
}

/** What the official package makes of a try at the time it was made. Throws where it is not genuine. */
export function verified({ headers, body }: Arrived, secret: string): EventView {
  const now = Date.now();
  vi.setSystemTime(Number(headers["webhook-timestamp"]) * 1000);
  try {
    return new Webhook(secret).verify(body, headers) as EventView;
  } finally {
    vi.setSystemTime(now);
  }
}

/** Rings the alarm, whatever the time is. */
export const ring = (v: Opened) => runDurableObjectAlarm(v.object());

/** Lets time pass until `at` and rings each time the object asked for; tells how often that was. */
export async function until(v: Opened, at: number): Promise<number> {
  for (let wakes = 0; ; wakes += 1) {
    const next = await runInDurableObject(v.object(), (_, state) => state.storage.getAlarm());
    if (next === null || next > at || wakes > 500) {
      vi.setSystemTime(at);
      return wakes;
    }
    vi.setSystemTime(Math.max(Date.now(), next));
    await ring(v);
  }
}

/** A call of a brand's order system. */
export async function api(brand: BrandId, path: string, method = "GET") {
  const authorization = `Bearer ${API_KEYS[brand]}`;
  const call = new Request(`http://127.0.0.1:8787${path}`, { method, headers: { authorization } });
  const answer = await worker.fetch(call, env, createExecutionContext());
  return { status: answer.status, body: await answer.json<Listed & { code?: string }>() };
}

/** A page of `GET /v1/events`. */
export interface Listed {
  data: EventView[];
  next: string;
  has_more: boolean;
}

/** Every event of a brand, page by page. */
export async function listed(brand: BrandId, query = "limit=200"): Promise<EventView[]> {
  const all: EventView[] = [];
  for (let after = ""; ; ) {
    const { data, next, has_more } = (await api(brand, `/v1/events?${query}${after}`)).body;
    all.push(...data);
    if (!has_more) return all;
    after = `&after=${next}`;
  }
}
