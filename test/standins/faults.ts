/** What the stand-ins do wrong on purpose, and what they saw. Switched by the control API at run time. */
import { openNews } from "./news.ts";

/** Modes a test may ask of each part; `ok` is no fault. */
export const FAULT_MODES = {
  gateway: [
    "ok",
    "hang",
    "hang_delivered",
    "slow",
    "429",
    "500",
    "503",
    "401",
    "malformed",
    "error_body",
    "close",
    "huge",
  ],
  receipts: ["ok", "lost", "doubled", "failed", "wrong_signature", "reversed", "slow"],
  hooks: ["ok", "500", "410", "429", "302", "hang", "down"],
  userinfo: ["ok", "hang", "slow", "500", "429", "malformed", "wrong_subject"],
  token: ["ok", "hang", "slow", "500", "429", "malformed"],
  discovery: ["ok", "hang", "slow", "500", "429", "malformed"],
  operator: ["ok", "hang", "slow", "500", "down"],
  authorize: ["ok", "hang", "slow", "500", "down"],
  redeem: ["ok", "hang", "slow", "500", "down", "wrong_nonce"],
  number: ["ok", "hang", "slow", "500", "down", "no", "403", "malformed"],
} as const satisfies Record<string, readonly string[]>;

export type Part = keyof typeof FAULT_MODES;

/** One switch. Without `brand` it holds for every brand; without `times` until it is switched back. */
export interface Fault {
  part: Part;
  brand?: string;
  mode: string;
  times?: number;
  delay_ms: number;
}

export interface Faults {
  /** The complaint about an unknown part or mode, or undefined when the switch is set. */
  set(wish: {
    part?: unknown;
    brand?: unknown;
    mode?: unknown;
    times?: unknown;
    delay_ms?: unknown;
  }): string | undefined;
  /** The fault of this request; a counted one is used up by asking. A brand's own switch comes first. */
  take(part: Part, brand: string): { mode: string; delayMs: number };
  list(): Fault[];
}

const DELAY_MS = 2500; // the slow gateway of the fault plan (F4)

export function openFaults(): Faults {
  let active: Fault[] = [];
  return {
    set({ part, brand, mode, times, delay_ms }) {
      // `authority` means its UserInfo endpoint: discovery and tokens are cached by clients and have switches of their own.
      const name = part === "authority" ? "userinfo" : part;
      if (name === undefined && mode === "ok") {
        active = [];
        return undefined;
      }
      if (typeof name !== "string" || !Object.hasOwn(FAULT_MODES, name)) return "part: unknown";
      const known: readonly string[] = FAULT_MODES[name as Part];
      const wanted = String(mode);
      if (!known.includes(wanted)) return `mode: one of ${known.join(", ")}`;
      if (times !== undefined && !(Number.isInteger(times) && Number(times) > 0)) return "times: a positive integer";
      active = active.filter((f) => !(f.part === name && (brand === undefined || f.brand === brand)));
      if (wanted === "ok") return undefined;
      active.push({
        part: name as Part,
        ...(typeof brand === "string" ? { brand } : {}),
        mode: wanted,
        ...(typeof times === "number" ? { times } : {}),
        delay_ms: typeof delay_ms === "number" ? delay_ms : DELAY_MS,
      });
      return undefined;
    },
    take(part, brand) {
      const mine = active.filter((f) => f.part === part);
      const fault = mine.find((f) => f.brand === brand) ?? mine.find((f) => f.brand === undefined);
      if (!fault) return { mode: "ok", delayMs: 0 };
      if (fault.times !== undefined && --fault.times === 0) active = active.filter((f) => f !== fault);
      return { mode: fault.mode, delayMs: fault.delay_ms };
    },
    list: () => active,
  };
}

/** One request a stand-in saw. No header and no body is kept, so no secret and no number. */
export interface Seen {
  at: string;
  part: string;
  brand: string;
  method: string;
  path: string;
  fault: string;
}

const SEEN_MAX = 5000;

/** The log of requests, newest last, for tests that count calls. */
export function openSeenLog(now: () => number) {
  const seen: Seen[] = [];
  const news = openNews();
  const list = (part?: string, brand?: string) =>
    seen.filter((s) => (!part || s.part === part) && (!brand || s.brand === brand));
  return {
    add(part: string, brand: string, method: string, path: string, fault = "ok") {
      seen.push({ at: new Date(now()).toISOString(), part, brand, method, path, fault });
      if (seen.length > SEEN_MAX) seen.shift();
      news.tell();
    },
    list,
    /** The same as soon as there are more than `after`; undefined where none comes. */
    more: (part: string, brand: string, after: number) =>
      news.until(() => {
        const all = list(part, brand);
        return all.length > after ? all : undefined;
      }),
  };
}
export type SeenLog = ReturnType<typeof openSeenLog>;
