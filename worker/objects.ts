/** The one way to an object: inside the deployment's jurisdiction, retried only where that is safe. */
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

function flag(error: unknown, name: "retryable" | "overloaded"): boolean {
  return typeof error === "object" && error !== null && Reflect.get(error, name) === true;
}
