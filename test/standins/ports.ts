/** Free ports on loopback. */
import { createServer } from "node:net";
import type { SystemPorts } from "./system.ts";

const USUAL: SystemPorts = {
  worker: 8787,
  shop: 8788,
  phone: 8789,
  control: 8790,
  gateway: 8791,
  authority: 8792,
  analytics: 8793,
  access: 8794,
};

/** `port` if it can be listened on, else undefined; 0 gives any free one. */
function tried(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(undefined));
    probe.listen(port, "127.0.0.1", () => {
      const { port: taken } = probe.address() as { port: number };
      probe.close(() => resolve(taken));
    });
  });
}

/** A port per part: the usual ones from `first` on, the next free one where a port is busy (`busy` is told), or any free ones for 0. */
export async function pickPorts(
  first: number | undefined,
  busy: (port: number, instead: number) => void,
): Promise<SystemPorts> {
  const shift = (first ?? USUAL.worker) - USUAL.worker;
  const picked = new Set<number>();
  const next = async (wish: number) => {
    let [port, candidate] = [first === 0 ? await tried(0) : await tried(wish), USUAL.access + Math.max(0, shift)];
    while (port === undefined || picked.has(port)) port = first === 0 ? await tried(0) : await tried(++candidate);
    if (first !== 0 && port !== wish) busy(wish, port);
    picked.add(port);
    return port;
  };
  const ports = { ...USUAL };
  for (const part of Object.keys(USUAL) as (keyof SystemPorts)[]) ports[part] = await next(USUAL[part] + shift);
  return ports;
}
