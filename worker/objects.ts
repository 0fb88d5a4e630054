/** The one way to an object: inside the deployment's jurisdiction, retried only where that is safe. */
import type { Moved } from "./budget/ledger.ts";
import { config } from "./config.ts";

/** An object could not answer; `onError` makes a 503 of it. */
export class Unreachable extends Error {}

/**
 * The namespace, confined to the deployment's jurisdiction (`eu` by default, GDPR art. 44–49). workerd on a
 * laptop knows no jurisdictions and throws, hence the configured exception.
 */
export function within<T extends Rpc.DurableObjectBranded | undefined>(
  namespace: DurableObjectNamespace<T>,
  env: object,
): DurableObjectNamespace<T> {
  const { jurisdiction } = config(env);
  return jurisdiction === "none" ? namespace : namespace.jurisdiction(jurisdiction);
}

/**
 * Calls an object. A `retryable` failure is tried once more on a new stub (each of our methods is idempotent by
 * press, key or state); an overloaded object never is. Throws `Unreachable`. Cloudflare: Durable Objects error handling.
 */
export async function ask<S, T>(stub: () => S, act: (stub: S) => Promise<T>): Promise<T> {
  try {
    return await act(stub());
  } catch (first) {
    if (flag(first, "retryable") && !flag(first, "overloaded")) {
      try {
        return await act(stub());
      } catch (second) {
        throw new Unreachable("object unreachable twice", { cause: second });
      }
    }
    throw new Unreachable("object unreachable", { cause: first });
  }
}

/** What a ledger must offer for its rows to be renamed. */
export interface Renaming {
  adopt(name: string, row: never): Promise<void>;
  arrived(name: string, to: string): Promise<void>;
}

/** A row is renamed once a rotation; more notes in a chain than this are a circle of an interrupted way back. */
const RENAMED_MAX = 3;

/**
 * Asks the ledger for its row `name` and, where a pepper's rotation has renamed it, under the name it has now: after
 * carrying the row there, should the one who began have died on the way.
 */
export async function askRow<L extends Renaming, T>(
  ledgerOf: (name: string) => () => L,
  name: string,
  act: (ledger: L, name: string) => Promise<T>,
): Promise<Exclude<T, Moved>> {
  let at = name;
  for (let n = 0; n <= RENAMED_MAX; n += 1) {
    const answer = await ask(ledgerOf(at), (ledger) => act(ledger, at));
    if (!isMoved(answer)) return answer as Exclude<T, Moved>;
    const { moved, pending } = answer;
    if (pending !== undefined) await carried(ledgerOf, pending, at, moved);
    at = moved;
  }
  throw new Unreachable("a ledger's row has no end of names");
}

/** Brings a row to its new name, then empties the note under the old one; doing it twice changes nothing. */
export async function carried<L extends Renaming>(
  ledgerOf: (name: string) => () => L,
  row: unknown,
  from: string,
  to: string,
): Promise<void> {
  await ask(ledgerOf(to), (ledger) => ledger.adopt(to, row as never));
  await ask(ledgerOf(from), (ledger) => ledger.arrived(from, to));
}

function isMoved(answer: unknown): answer is Moved {
  return typeof answer === "object" && answer !== null && "moved" in answer;
}

function flag(error: unknown, name: "retryable" | "overloaded"): boolean {
  return typeof error === "object" && error !== null && Reflect.get(error, name) === true;
}
