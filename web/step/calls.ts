/** The page's requests. An HTTP status never throws; what comes back is an outcome. */
import type { ProblemCode, StepAnswer, StepState } from "../../worker/contract.ts";
import type { Call } from "./view.ts";

/** What a call came to. `lost`: nobody answered within 20 s. */
export type Outcome =
  | { ok: true; state: StepState }
  | { ok: false; problem: ProblemCode | "lost"; state?: StepState | undefined };

/** The requests a step can make. */
export interface Calls {
  post(call: Call, body: object, key: string): Promise<Outcome>;
  state(): Promise<Outcome>;
}

const TRY_MS = 8000;
const GIVE_UP_MS = 20_000;
const PAUSES_MS = [500, 1000, 2000, 4000];
/** Answers that say "not now" about the request itself; all others say something about the verification. */
const AGAIN: readonly string[] = ["IDEMPOTENCY.IN_FLIGHT", "SERVICE.UNAVAILABLE"];

/** Reads one response; undefined when it is not an answer of ours (a captive portal, an edge error page). */
export async function readAnswer(response: Response): Promise<Outcome | undefined> {
  if (!/\bjson\b/.test(response.headers.get("content-type") ?? "")) return undefined;
  const answer = (await response.json()) as StepAnswer;
  if ("code" in answer) return { ok: false, problem: answer.code, state: answer.step };
  return "server_now" in answer ? { ok: true, state: answer } : undefined;
}

/** Calls below `path` (`/v/{token}`); the same key goes with every retry of one press. */
export function callsTo(path: string): Calls {
  async function ask(url: string, init: RequestInit): Promise<Outcome> {
    const giveUp = Date.now() + GIVE_UP_MS;
    for (let tries = 0; ; tries++) {
      let waitMs = (PAUSES_MS[tries] ?? 4000) * (0.75 + Math.random() / 2);
      try {
        const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TRY_MS) });
        const outcome = await readAnswer(response);
        if (outcome && (outcome.ok || !AGAIN.includes(outcome.problem))) return outcome;
        const asked = Number(response.headers.get("retry-after"));
        if (asked > 0) waitMs = asked * 1000;
      } catch {
        // No network, or no answer in time: the same as no answer.
      }
      if (Date.now() + waitMs > giveUp) return { ok: false, problem: "lost" };
      await new Promise((done) => setTimeout(done, waitMs));
    }
  }
  return {
    post: (call, body, key) =>
      ask(`${path}/${call}`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json", "idempotency-key": key },
        body: JSON.stringify(body),
      }),
    state: () => ask(`${path}/state`, { headers: { accept: "application/json" } }),
  };
}
