/** The shop's webhook receiver: takes what Ringfence signed, once per event, and can fail on purpose. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import type { EventView } from "../../../worker/contract.ts";
import type { Clock } from "../clock.ts";
import type { Faults, SeenLog } from "../faults.ts";
import { type Call, json } from "../http.ts";
import { openNews } from "../news.ts";
import { type BrandId, isBrand, WEBHOOK_SECRETS } from "../secrets.ts";

/** An event as the shop keeps it: what was signed, under its `webhook-id`, and how often it came. */
export type Received = Omit<EventView, "object" | "dead"> & { brand: BrandId; received_at: string; times: number };

interface Parts {
  data: string;
  clock: Clock;
  faults: Faults;
  seen: SeenLog;
}

const FILE = "hooks.jsonl";
const RETRY_AFTER_S = 30;

/** The receiver over the data folder; what it took survives a restart. */
export function openHooks({ data, clock, faults, seen }: Parts) {
  const file = join(data, FILE);
  const events = new Map<string, Received>();
  const news = openNews();
  const of = (brand: BrandId) => [...events.values()].filter((one) => one.brand === brand);
  for (const one of kept(file)) events.set(one.id, one);

  function take(brand: BrandId, { headers, body }: Call): boolean {
    const id = String(headers["webhook-id"]);
    const said = verified(WEBHOOK_SECRETS[brand], body, headers, clock.now());
    if (!said) return false;
    const received_at = new Date(clock.now()).toISOString();
    const fresh = { ...said, id, brand, received_at, times: 1 };
    const before = events.get(id);
    const one = before ? { ...before, times: before.times + 1 } : fresh;
    events.set(id, one);
    appendFileSync(file, `${JSON.stringify(one)}\n`);
    news.tell();
    return true;
  }

  return {
    /** Answers `POST /hooks/{brand}`; every other call is not for it: false. */
    answer(call: Call): boolean {
      const [, brand = ""] = /^\/hooks\/([a-z0-9-]+)$/.exec(call.url.pathname) ?? [];
      if (call.method !== "POST" || !isBrand(brand)) return false;
      const { mode } = faults.take("hooks", brand);
      seen.add("hooks", brand, call.method, call.url.pathname, mode);
      if (mode === "hang") return true;
      if (mode === "down") call.request.socket.destroy();
      else if (mode === "429") json(call.response, 429, { error: mode }, { "retry-after": String(RETRY_AFTER_S) });
      else if (mode === "302") json(call.response, 302, { error: mode }, { location: "/hooks/elsewhere" });
      else if (mode !== "ok") json(call.response, Number(mode), { error: mode });
      else if (take(brand, call)) call.response.writeHead(204).end();
      else json(call.response, 401, { error: "signature" });
      return true;
    },
    /** What a brand's shop was told, in the order it first came. */
    of,
    /** What it was told of one verification, as soon as that is more than `after` events; undefined where no more come. */
    more: (brand: BrandId, verification: string, after: number) =>
      news.until(() => {
        const told = of(brand).filter(({ data }) => data.verification === verification);
        return told.length > after ? told : undefined;
      }),
  };
}
export type Hooks = ReturnType<typeof openHooks>;

/** The signed body, or undefined where the package refuses it. It looks at `Date.now` for the age, and here the time is shifted. */
function verified(secret: string, body: string, headers: Call["headers"], now: number): EventView | undefined {
  const real = Date.now;
  Date.now = () => now;
  try {
    return new Webhook(secret).verify(body, headers as Record<string, string>) as EventView;
  } catch {
    return undefined;
  } finally {
    Date.now = real;
  }
}

function kept(file: string): Received[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Received];
      } catch {
        return []; // a line cut short by a kill
      }
    });
}
