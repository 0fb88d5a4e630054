/** The console's Worker in the isolate of the one it stands behind: a service binding without a second process. */
import app from "../../worker/console.ts";

const bound = new WeakMap<object, Env>();

/** `env` with the binding CONSOLE, behind which the console's own code runs with what `env` has for it. */
export function withConsole<E extends object>(env: E): E & Env {
  const fetch = async (request: Request) => app.fetch(request, env as unknown as ConsoleEnv);
  // Not spread: a test's member may be a getter that throws.
  const known =
    bound.get(env) ??
    Object.create(null, {
      ...Object.getOwnPropertyDescriptors(env),
      CONSOLE: { value: { fetch }, enumerable: true },
    });
  bound.set(env, known);
  return known;
}

/** What the console's cron trigger does, for the moment `atMs`. */
export function hourly(env: object, atMs: number): Promise<void> {
  return app.scheduled({ scheduledTime: atMs, cron: "", noRetry() {} }, env as ConsoleEnv);
}
