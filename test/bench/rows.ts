/** Counts the rows an object writes, as Cloudflare bills them. Runs in workerd, around the real classes. */

interface Storage {
  kv: { put(key: string, value: unknown): void; delete(key: string): boolean };
  sql: { exec(query: string, ...values: unknown[]): { rowsWritten: number } };
  setAlarm(at: number | Date): Promise<void>;
}

/** Rows written so far, by what wrote them. */
export const rows: Record<string, number> = {};

/**
 * `ctx` with its storage counted under `name`: a `put` or `delete` of the key-value store and a `setAlarm` are one
 * row each (Cloudflare: Durable Objects pricing), SQL says itself how many.
 */
export function counted<T extends { storage: object }>(ctx: T, name: string): T {
  const storage = ctx.storage as Storage;
  const { kv, sql } = storage;
  const setAlarm = storage.setAlarm.bind(storage);
  const add = (what: string, n: number) => {
    rows[`${name} ${what}`] = (rows[`${name} ${what}`] ?? 0) + n;
  };
  storage.setAlarm = (at) => {
    add("alarm", 1);
    return setAlarm(at);
  };
  const counting = {
    kv: watched(kv, (member) => (member === "put" || member === "delete") && add("record", 1)),
    sql: watched(sql, (_, cursor) => add("sql", (cursor as { rowsWritten?: number }).rowsWritten ?? 0)),
  };
  for (const [member, value] of Object.entries(counting)) Object.defineProperty(storage, member, { value });
  return ctx;
}

/** `target`, telling `seen` of each call and its result. */
function watched<T extends object>(target: T, seen: (member: string | symbol, result: unknown) => void): T {
  return new Proxy(target, {
    get(_, member) {
      const value: unknown = Reflect.get(target, member);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(value, target, args);
        seen(member, result);
        return result;
      };
    },
  });
}
