/** The console's requests. An HTTP status never throws; what comes back is a value or a fault. */
import type { Answer, Ask, Complaint, Fault, Health, Me, Outcome, Saved } from "./given.ts";

const GIVE_UP_MS = 20_000;
const LOST: Fault = { code: "lost", title: "The server could not be reached" };

/** A statement of the reader's own, its bounds in epoch seconds and the brands it is narrowed to. */
export interface Statement {
  sql: string;
  from: number;
  to: number;
  brand?: string;
}

/** What a saved statement is made of; `brands` is a comma list of ids. */
export interface Draft {
  title: string;
  sql: string;
  brands: string;
}

/** The requests the console can make. */
export type Calls = ReturnType<typeof callsWith>;

/** The calls below `/console`, made with `send`. */
export function callsWith(send: typeof fetch) {
  async function call<T>(path: string, read: (response: Response) => Promise<T>, init: RequestInit = {}) {
    try {
      const response = await send(`/console/${path}`, { ...init, signal: AbortSignal.timeout(GIVE_UP_MS) });
      const value: Outcome<T> = response.ok
        ? { ok: true, value: await read(response) }
        : { ok: false, fault: await faultOf(response) };
      return value;
    } catch {
      return { ok: false, fault: LOST } as Outcome<T>;
    }
  }
  const json = <T>(path: string, init?: RequestInit) => call(path, (r) => r.json() as Promise<T>, init);
  const body = (method: string, value: object): RequestInit => ({
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  });
  return {
    me: () => json<Me>("me"),
    ask: (ask: Ask) => json<Answer>("query", body("POST", ask)),
    run: (statement: Statement) => json<Answer>("query", body("POST", statement)),
    file: (asked: Ask | Statement) =>
      call("query", (response) => response.blob(), body("POST", { ...asked, format: "csv" })),
    saved: () => json<{ data: Saved[] }>("saved"),
    save: (draft: Draft, id?: string) =>
      id ? json<Saved>(`saved/${id}`, body("PUT", draft)) : json<Saved>("saved", body("POST", draft)),
    forget: (id: string) => call(`saved/${id}`, async () => true, { method: "DELETE" }),
    health: (brand: string) => json<Health>(`health?brand=${encodeURIComponent(brand)}`),
  };
}

async function faultOf(response: Response): Promise<Fault> {
  const wait = Number(response.headers.get("retry-after"));
  const given: { code?: string; title?: string; complaints?: Complaint[] } = await response
    .json()
    .catch(() => ({ code: "lost" }));
  return {
    code: given.code ?? "lost",
    title: given.title ?? `The server answered ${response.status}`,
    ...(given.complaints && { complaints: given.complaints }),
    ...(wait > 0 && { waitS: wait }),
  };
}
