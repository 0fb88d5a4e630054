/** The way over the operator: from a press on the step to what the operator sends the browser back with, and back. */
import type { StepState } from "../../worker/contract.ts";
import { type Clients, read, send } from "./client.ts";
import { type Browser, opened } from "./step.ts";

/** The brand whose operator is asked. */
export const BRAND = "marisol";
/** What a phone's browser says of itself. */
export const PHONE = "Mozilla/5.0 (Linux; Android 16; K) Chrome/153.0.0.0 Mobile Safari/537.36";

/** Where the operator sends the browser of the device with `number`; without one it is not in the network. */
export async function overOperator(address: string, number?: string): Promise<URL> {
  const { port, pathname, search } = new URL(address);
  const headers = number ? { cookie: `device=${encodeURIComponent(number)}` } : {};
  const answer = await send(Number(port), { path: pathname + search, headers });
  if (answer.status !== 302) throw new Error(`operator: ${answer.status} ${answer.text}`);
  return new URL(answer.headers.location ?? "");
}

/** An open verification whose shopper has approved, and the operator's address that the page was given. */
export async function asked(at: Clients) {
  const known = await opened(at, BRAND);
  const answer = await known.visitor.post("start", { network: true });
  const { network_url = "" } = read<StepState>(answer);
  return { ...known, answer, address: network_url };
}

/** What the page behind `url` posts, as `visitor` does it. */
export const bring = (visitor: Browser, { searchParams }: URL, change: { state?: string; code?: string } = {}) =>
  visitor.post("network", {
    state: searchParams.get("state")?.split(".")[0],
    code: searchParams.get("code") ?? "",
    ...change,
  });
