/** A shopper's browser at the step, and the usual way there. */
import { randomUUID } from "node:crypto";
import type { Order, StepState, VerificationView } from "../../worker/contract.ts";
import type { BrandId } from "../standins/secrets.ts";
import { type Answer, type Call, type Clients, read, send } from "./client.ts";

/** A browser on the step behind `link`: keeps its cookie, says where it comes from. */
export function browser({ ports }: Pick<Clients, "ports">, link: string) {
  const { host, origin, pathname } = new URL(link);
  const jar: { cookie?: string } = {};
  const ask = async (call: Call): Promise<Answer> => {
    const headers = { ...(jar.cookie && { cookie: jar.cookie }), ...call.headers };
    const answer = await send(ports.worker, { host, ...call, headers });
    for (const set of answer.headers["set-cookie"] ?? []) jar.cookie = set.split(";", 1)[0] ?? "";
    return answer;
  };
  /** What a press sends, for whoever sends it. */
  const press = (action: string, body: unknown = {}, key: string = randomUUID()): Call => ({
    method: "POST",
    path: `${pathname}/${action}`,
    headers: { origin, "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify(body),
  });
  return {
    jar,
    host,
    path: pathname,
    ask,
    press,
    page: (headers: Record<string, string> = {}) => ask({ path: pathname, headers }),
    state: async () => read<StepState>(await ask({ path: `${pathname}/state` })),
    post: (action: string, body: unknown = {}, key: string = randomUUID()) => ask(press(action, body, key)),
    check: (code: string, key: string = randomUUID()) => ask(press("check", { code }, key)),
    /** The plain form, as a browser without script posts it. */
    form: (action: string, fields: Record<string, string>) => {
      const headers = { origin, "content-type": "application/x-www-form-urlencoded" };
      const body = new URLSearchParams(fields).toString();
      return ask({ method: "POST", path: `${pathname}/${action}`, headers, body });
    },
  };
}
export type Browser = ReturnType<typeof browser>;

/** An open verification of a fresh customer, with the browser that follows its link. */
export async function opened(at: Clients, brand: BrandId = "tindra", change: Partial<Order> = {}) {
  const { ref, number } = await at.customer(brand);
  const order = at.order(brand, change);
  const shop = at.shop(brand);
  const answer = await shop.post("", at.opening(brand, ref, order));
  if (answer.status !== 201) throw new Error(`open: ${answer.status} ${answer.text}`);
  const { id, url } = read<VerificationView>(answer);
  const link = url ?? "";
  return { id, link, ref, number, order, shop, brand, visitor: browser(at, link) };
}

/** The same, with the first SMS on the handset. */
export async function sent(at: Clients, brand: BrandId = "tindra", change: Partial<Order> = {}) {
  const known = await opened(at, brand, change);
  const answer = await known.visitor.post("start");
  if (answer.status !== 200) throw new Error(`start: ${answer.status} ${answer.text}`);
  const { code, body } = await at.text(known.number);
  return { ...known, code, body };
}

/** The same, with the code entered. */
export async function approved(at: Clients, brand: BrandId = "tindra", change: Partial<Order> = {}) {
  const known = await sent(at, brand, change);
  const answer = await known.visitor.check(known.code);
  if (answer.status !== 200) throw new Error(`check: ${answer.status} ${answer.text}`);
  return known;
}

/** `count` different well-formed codes, none of them `code`. */
export function wrongCodes(code: string, count: number): string[] {
  const next = (i: number) => String((Number(code) + 1 + i * 7) % 1_000_000).padStart(6, "0");
  return Array.from({ length: count }, (_, i) => next(i));
}
