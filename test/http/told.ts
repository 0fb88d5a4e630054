/** What a brand's shop was told by webhooks. */
import type { BrandId } from "../standins/secrets.ts";
import type { Received } from "../standins/shop/hooks.ts";
import { type Clients, read, send } from "./client.ts";

/** The events of one verification in their order, as soon as the shop has `count` of them; rejects where they do not come. */
export async function told(at: Clients, brand: BrandId, id: string, count: number): Promise<Received[]> {
  const { host } = new URL(at.origins.shop(brand));
  const path = `/api/events?verification=${id}&after=${count - 1}`;
  const answer = await send(at.ports.shop, { path, host });
  if (answer.status !== 200) throw new Error(`the shop was not told ${count} times: ${answer.status}`);
  return read<{ events: Received[] }>(answer).events.sort((a, b) => a.data.seq - b.data.seq);
}

/** The same, as soon as an event of this type is among them, and all before it. */
export async function toldOf(at: Clients, brand: BrandId, id: string, type: Received["type"]): Promise<Received[]> {
  let events: Received[] = [];
  for (;;) {
    const last = events.find((event) => event.type === type);
    if (last && events.length > last.data.seq) return events;
    events = await told(at, brand, id, events.length + 1);
  }
}
