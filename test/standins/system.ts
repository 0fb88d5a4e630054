/** All stand-ins of one data folder, each on its own port, in this process. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { startAccess } from "./access.ts";
import { startAuthority } from "./authority.ts";
import { openClock } from "./clock.ts";
import { startControl } from "./control.ts";
import { openCustomers } from "./customers.ts";
import { openFaults, openSeenLog } from "./faults.ts";
import { passOn, startGateway } from "./gateway.ts";
import { localFetch } from "./http.ts";
import { openMessages } from "./messages.ts";
import { startPhone } from "./phone.ts";
import { type BrandId, FRAMING, SERVED } from "./secrets.ts";
import { startShop } from "./shop.ts";

/** The ports of one local system. */
export interface SystemPorts {
  worker: number;
  shop: number;
  phone: number;
  control: number;
  gateway: number;
  authority: number;
  analytics: number;
  access: number;
}

/** Where everything is. `brand` is the step's origin, `shop` the shop's; both are `*.localhost`, which Node does not resolve. */
export interface Origins {
  api: string;
  brand: (brand: BrandId) => string;
  shop: (brand: BrandId) => string;
  /** The shop that frames the step. */
  framing: string;
  phone: string;
  control: string;
  gateway: string;
  authority: string;
  analytics: string;
  access: string;
  /** The analysts' host of the Worker. */
  console: string;
}

/** The origins of a system on `ports`. */
export function originsOn(ports: SystemPorts): Origins {
  const loopback = (port: number) => `http://127.0.0.1:${port}`;
  return {
    api: loopback(ports.worker),
    brand: (brand) => `http://${brand}.localhost:${ports.worker}`,
    shop: (brand) => `http://shop.${brand}.localhost:${ports.shop}`,
    framing: `http://${FRAMING.host}:${ports.shop}`,
    phone: loopback(ports.phone),
    control: loopback(ports.control),
    gateway: loopback(ports.gateway),
    authority: loopback(ports.authority),
    analytics: loopback(ports.analytics),
    access: loopback(ports.access),
    console: `http://console.localhost:${ports.worker}`,
  };
}

/** Ids of the Worker's objects by class, as workerd names their files: `ringfence-dev-Verification/{id}.sqlite`. */
function objectsOf(data: string): Record<string, string[]> {
  const folder = join(data, "worker", "v3", "do");
  if (!existsSync(folder)) return {};
  const ids = (space: string) =>
    readdirSync(join(folder, space)).flatMap((file) => /^([0-9a-f]{64})\.sqlite$/.exec(file)?.[1] ?? []);
  return Object.fromEntries(readdirSync(folder).map((space) => [space.split("-").at(-1) ?? "", ids(space)]));
}

/** Starts every stand-in; the returned function ends them all. What they keep lies in `data`. */
export async function startStandins(data: string, ports: SystemPorts): Promise<() => Promise<void>> {
  mkdirSync(data, { recursive: true });
  const origins = originsOn(ports);
  const clock = openClock(data);
  const { api, phone, control, gateway, authority } = origins;
  const parts = {
    clock,
    faults: openFaults(),
    seen: openSeenLog(clock.now),
    messages: openMessages(data),
    customers: openCustomers(data, clock),
    passOn: (answer: Parameters<typeof passOn>[0]) => passOn(answer, api, parts.seen),
  };
  const shops = Object.fromEntries(SERVED.map((brand) => [`shop ${brand}`, origins.shop(brand)]));
  const pushOffset = async (offset_ms: number, by_ms: number, due: string[] | undefined) => {
    const request = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ offset_ms, by_ms, due, objects: due ? {} : objectsOf(data) }),
    };
    await localFetch(`${api}/__clock`, request).catch(() => undefined); // not running: it asks when it starts
  };
  const hourly = async () => {
    const body = JSON.stringify({ boards: objectsOf(data).BrandBoard ?? [] });
    return (await localFetch(`${api}/__hourly`, { method: "POST", body })).status;
  };
  const served = await Promise.all([
    startGateway(ports.gateway, parts),
    startAuthority(ports.authority, parts),
    startPhone(ports.phone, { ...parts, home: () => control }),
    startShop(ports.shop, { ...parts, data, origins: () => ({ api, phone, home: control, step: origins.brand }) }),
    startAccess(ports.access),
    startControl(ports.control, {
      ...parts,
      origins: () => ({ api, phone, control, gateway, authority, console: origins.console, ...shops }),
      analytics: origins.analytics,
      pushOffset,
      hourly,
    }),
  ]);
  return async () => void (await Promise.all(served.map((one) => one.close())));
}
