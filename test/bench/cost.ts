/** Counts what the real Worker does that Cloudflare bills. Runs in workerd, around its classes and bindings. */

interface Storage {
  kv: { put(key: string, value: unknown): void; delete(key: string): boolean };
  sql: { exec(query: string, ...values: unknown[]): { rowsWritten: number } };
  setAlarm(at: number | Date): Promise<void>;
}

interface Namespace {
  get(id: object): object;
  getByName(name: string): object;
}

/** How often what was done so far, by name. */
type Tally = Record<string, number>;

/** Rows written, objects called, requests sent out, and data points written for the analytics. */
export const tallies = { rows: {} as Tally, calls: {} as Tally, requests: {} as Tally, points: {} as Tally };

function add(tally: keyof typeof tallies, what: string, n = 1): void {
  tallies[tally][what] = (tallies[tally][what] ?? 0) + n;
}

/**
 * `ctx` with its storage counted under `name`: a `put` or `delete` of the key-value store and a `setAlarm` are one
 * row each (Cloudflare: Durable Objects pricing), SQL says itself how many. A shard's tables and alarm are made once for
 * all its rows, and not counted: which shard a verification meets is chance.
 */
export function counted<T extends { storage: object }>(ctx: T, name: string): T {
  const storage = ctx.storage as Storage;
  const { kv, sql } = storage;
  const setAlarm = storage.setAlarm.bind(storage);
  storage.setAlarm = (at) => {
    if (name === "Verification") add("rows", `${name} alarm`);
    return setAlarm(at);
  };
  const counting = {
    kv: watched(kv, (member) => (member === "put" || member === "delete") && add("rows", `${name} record`)),
    sql: watched(sql, (_, cursor, [query]) => {
      if (String(query).startsWith("CREATE TABLE")) return;
      add("rows", `${name} sql`, (cursor as { rowsWritten?: number }).rowsWritten ?? 0);
    }),
  };
  for (const [member, value] of Object.entries(counting)) Object.defineProperty(storage, member, { value });
  return ctx;
}

/** `target`, telling `seen` of each call and its result. */
function watched<T extends object>(
  target: T,
  seen: (member: string | symbol, result: unknown, args: unknown[]) => void,
): T {
  return new Proxy(target, {
    get(_, member) {
      const value: unknown = Reflect.get(target, member);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(value, target, args);
        seen(member, result, args);
        return result;
      };
    },
  });
}

const known = new WeakMap<object, object>();

/**
 * `env` with its bindings counted: calls of objects by class and method (`classes`: binding to class), data points by
 * binding. The same `env` gives the same object, as the Worker keeps its configuration by it.
 */
export function countedEnv<T extends object>(env: T, classes: Record<string, string>): T {
  const before = known.get(env) as T | undefined;
  if (before) return before;
  const bindings = Object.entries(env).map(([name, binding]) => {
    const of = classes[name];
    if (of) return [name, namespace(binding as Namespace, of)];
    const points = typeof binding === "object" && binding !== null && "writeDataPoint" in binding;
    return [name, points ? watched(binding, () => add("points", name)) : binding];
  });
  const counting = Object.fromEntries(bindings) as T;
  known.set(env, counting);
  return counting;
}

/** The stubs of `space` tell of each call before it is made; what fails on the way was billed as well. */
function namespace(space: Namespace, of: string): Namespace {
  return new Proxy(space, {
    get(_, member) {
      const value: unknown = Reflect.get(space, member);
      if (typeof value !== "function") return value;
      const bound = value.bind(space) as (...args: unknown[]) => object;
      if (member !== "get" && member !== "getByName") return bound;
      return (...args: unknown[]) => stub(bound(...args), of);
    },
  });
}

function stub(object: object, of: string): object {
  return new Proxy(object, {
    get(_, method) {
      return (...args: unknown[]) => {
        add("calls", `${of} ${String(method)}`);
        return (Reflect.get(object, method) as (...args: unknown[]) => unknown)(...args);
      };
    },
  });
}

/** From here on each `fetch` is counted by the end of its path; what comes from the assets is none. */
export function countFetches(): void {
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    add("requests", new URL(input instanceof Request ? input.url : input).pathname.split("/").at(-1) ?? "");
    return fetch(input, init);
  };
}
