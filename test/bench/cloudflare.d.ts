/** The little of the runtime that floor.ts touches: this project has Node's types, and both sets at once collide. */
declare module "cloudflare:workers" {
  export class DurableObject {
    constructor(ctx: object, env: object);
    protected ctx: {
      storage: {
        kv: { put(key: string, value: unknown): void };
        sql: { exec(query: string, ...values: unknown[]): { toArray(): unknown[] } };
        setAlarm(at: number): Promise<void>;
      };
    };
  }
}
