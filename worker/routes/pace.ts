/** How often a network does something, per isolate. It slows who does it too often; it is no limit, and it keeps no address. */

const WINDOW_MS = 10 * 60_000;
const FREE = 20;
/** More networks than one isolate meets in ten minutes; beyond, the oldest window goes first. */
const NETWORKS_MAX = 20_000;

/** Counts one more from `network` at `now`; true where it is beyond the twenty that ten minutes allow. Carrier NAT: slow, never refuse. */
export function createPace(): (network: string, now: number) => boolean {
  const seen = new Map<string, { since: number; count: number }>();
  return (network, now) => {
    const known = seen.get(network);
    const row = known && now < known.since + WINDOW_MS ? known : { since: now, count: 0 };
    row.count += 1;
    if (row !== known) {
      seen.delete(network);
      seen.set(network, row);
      for (const oldest of seen.keys()) {
        if (seen.size <= NETWORKS_MAX) break;
        seen.delete(oldest);
      }
    }
    return row.count > FREE;
  };
}

/** The IPv4 /24 or IPv6 /64 of an address; undefined where it is neither, or the machine itself, which is nobody's. An IPv4 address in IPv6 counts as IPv4. */
export function networkOf(ip: string): string | undefined {
  const mapped = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i.exec(ip);
  if (mapped?.[1]) return mapped[1].startsWith("127.") ? undefined : mapped[1];
  if (ip === "::1") return undefined;
  if (!/^[0-9a-f:]{2,39}$/i.test(ip) || !ip.includes(":")) return undefined;
  const [head = "", tail] = ip.toLowerCase().split("::");
  const groups = head.split(":").filter(Boolean);
  const last = tail?.split(":").filter(Boolean) ?? [];
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - last.length) }, () => "0");
  const all = tail === undefined ? groups : [...groups, ...zeros, ...last];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
