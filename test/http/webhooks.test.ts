import { afterAll, afterEach, describe, expect, inject, it, vi } from "vitest";
import type { BrandId } from "../standins/secrets.ts";
import { type Clients, clients, read, send } from "./client.ts";
import { approved, opened } from "./step.ts";
import { told, toldOf } from "./told.ts";

const at: Clients = clients(inject("ports"));
const HOUR = 3_600_000;

/** How often the Worker has tried to tell a brand's shop, once that is more than `after` times. */
const tries = async (brand: BrandId, after?: number) =>
  (await at.control<unknown[]>("GET", `/requests?part=hooks&brand=${brand}&after=${after ?? ""}`)).length;
const hooks = (brand: BrandId, mode: string) => at.control("PUT", "/faults", { part: "hooks", brand, mode });
const shift = (ms: number) => at.control("POST", "/clock", { shift_ms: ms });
const api = (brand: BrandId, path: string, method = "GET") =>
  send(at.ports.worker, { method, path, headers: { authorization: `Bearer ${at.key(brand)}` } });

afterEach(() => at.control("PUT", "/faults", { mode: "ok" }));
afterAll(() => at.control("POST", "/clock", { reset: true }));

describe("webhooks over the network", () => {
  it("tell the shop of every move of an order, signed, once each", async () => {
    const { id, order, shop } = await approved(at, "tindra");
    expect((await shop.post(`/${id}/redeem`, { order })).status).toBe(200);
    const moves = ["created", "sent", "delivered", "approved", "redeemed"];
    const seen = await toldOf(at, "tindra", id, "verification.redeemed");
    const types = seen.map(({ type }) => type.replace("verification.", ""));
    // A receipt that comes after the code has nothing to tell any more.
    expect(moves.filter((move) => move !== "delivered" || types.includes(move))).toEqual(types);
    expect(seen.map(({ data }) => data.seq)).toEqual(seen.map((_, seq) => seq));
    expect(seen.every(({ times, data }) => times === 1 && data.order.id === order.id)).toBe(true);
    expect(seen.map((event) => event.id)).toEqual(seen.map((_, seq) => `evt_${id.slice(4)}_${seq}`));
  });

  it("bring everything once the receiver is back after a day, each event once", async () => {
    const { id, shop } = await opened(at, "marisol");
    await told(at, "marisol", id, 1);
    await hooks("marisol", "down");
    const before = await tries("marisol");
    await shop.post(`/${id}/cancel`, {});
    await tries("marisol", before);
    await shift(12 * HOUR);
    await tries("marisol", before + 1);
    await shift(12 * HOUR);
    await tries("marisol", before + 2);
    expect(await told(at, "marisol", id, 1)).toHaveLength(1);
    await hooks("marisol", "ok");
    await shift(3 * HOUR);
    const events = await told(at, "marisol", id, 2);
    expect(events.map(({ type, times }) => [type, times])).toEqual([
      ["verification.created", 1],
      ["verification.canceled", 1],
    ]);
    const listed = read<{ data: { id: string }[] }>(await api("marisol", "/v1/events?limit=200"));
    expect(listed.data.map((event) => event.id)).toEqual(expect.arrayContaining(events.map((event) => event.id)));
  });

  it("stop at 410, stand as dead letters, and start again with a replay", async () => {
    await hooks("rimal", "410");
    const first = await opened(at, "rimal");
    const dead = async (id: string) => {
      const listed = read<{ data: { id: string; dead: boolean }[] }>(await api("rimal", "/v1/events?state=dead"));
      return listed.data.some((event) => event.id === `evt_${id.slice(4)}_0` && event.dead);
    };
    // Asked again and again: the Worker notes it after the answer, and tells nobody.
    await vi.waitUntil(() => dead(first.id), { timeout: 20_000, interval: 50 });
    await hooks("rimal", "ok");
    const calls = await tries("rimal");
    const second = await opened(at, "rimal");
    await vi.waitUntil(() => dead(second.id), { timeout: 20_000, interval: 50 });
    expect(await tries("rimal")).toBe(calls);

    const event = `/v1/events/evt_${second.id.slice(4)}_0/replay`;
    expect((await api("tindra", event, "POST")).status).toBe(404);
    expect((await api("rimal", event)).status).toBe(405);
    expect((await api("rimal", event, "POST")).status).toBe(202);
    await told(at, "rimal", second.id, 1);
    const third = await opened(at, "rimal");
    await told(at, "rimal", third.id, 1);
    expect(await told(at, "rimal", first.id, 0)).toEqual([]);
  });
});
