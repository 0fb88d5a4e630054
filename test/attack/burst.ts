/** Many calls of one caller in flight, their last bytes released together. */

import { bytes, together } from "../http/burst.ts";
import type { Answer, Call, Clients } from "../http/client.ts";
import type { Browser } from "../http/step.ts";
import type { BrandId } from "../standins/secrets.ts";

/** `count` things made of their places. */
export const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** All `calls` of one browser at once. */
export function fromBrowser({ ports }: Clients, { host, jar, state }: Browser, calls: Call[]): Promise<Answer[]> {
  const cookie = jar.cookie ?? "";
  const requests = calls.map((call) => bytes(ports.worker, { host, ...call, headers: { cookie, ...call.headers } }));
  return together(ports.worker, requests, state);
}

/** All `posts` of a brand's order system at once. */
export function fromShop(
  { ports, key, json, shop }: Clients,
  brand: BrandId,
  posts: { path: string; body: unknown; key: string }[],
): Promise<Answer[]> {
  const requests = posts.map(({ path, body, key: idempotency }) => {
    const headers = { authorization: `Bearer ${key(brand)}`, ...json, "idempotency-key": idempotency };
    return bytes(ports.worker, { path: `/v1/verifications${path}`, headers, body: JSON.stringify(body) });
  });
  return together(ports.worker, requests, () => shop(brand).get(`/ver_${"A".repeat(43)}`));
}

/** How many of `answers` have `status`. */
export const count = (answers: Answer[], status: number) => answers.filter((answer) => answer.status === status).length;
