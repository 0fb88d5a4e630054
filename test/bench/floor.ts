/** The floor: a bare Worker, one object RPC, one SQLite row written. Nothing that keeps a promise costs less. Runs in workerd. */
import { DurableObject } from "cloudflare:workers";

/** One row, overwritten by each call. */
export class Row extends DurableObject {
  write(at: number): number {
    this.ctx.storage.kv.put("row", { at });
    return at;
  }
}

interface Env {
  ROW: {
    newUniqueId(): object;
    idFromString(hex: string): object;
    get(id: object): { write(at: number): Promise<number> };
  };
}

export default {
  /** `POST /` makes an object and writes; `POST /{id}` writes to that one. Answers with the object's id. */
  async fetch(request: Request, { ROW }: Env): Promise<Response> {
    const hex = new URL(request.url).pathname.slice(1);
    const id = hex ? ROW.idFromString(hex) : ROW.newUniqueId();
    const at = await ROW.get(id).write(Date.now());
    return Response.json({ id: String(id), at });
  },
};
