/** Stubs of the objects by the names the routes know them by, and the refusal every route ends with. */
import type { Handler } from "hono";
import type { OrderLedger } from "../budget/order.ts";
import { within } from "../objects.ts";
import { problem } from "../problem.ts";
import { objectHex } from "../verification/link.ts";
import type { Verification } from "../verification/verification.ts";

/** An object's methods as a caller sees them: plain values, later. */
type Remote<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/** Stubs of the verification with this id, a new one per call. Throws where `id` is not one of ours. */
export function verification(env: Env, id: string): () => Remote<Verification> {
  const namespace = within(env.VERIFICATION, env);
  const objectId = namespace.idFromString(objectHex(id) ?? "");
  return () => namespace.get(objectId) as unknown as Remote<Verification>;
}

/** Stubs of one of the 256 shards of the order ledger. */
export function orderLedger(env: Env, shard: number): () => Remote<OrderLedger> {
  const namespace = within(env.ORDER_LEDGER, env);
  return () => namespace.getByName(String(shard)) as unknown as Remote<OrderLedger>;
}

/** 405 with `Allow` for every other method of a path (RFC 9110 15.5.6). */
export function notAllowed(allow: string): Handler {
  return (c) => {
    c.header("allow", allow);
    return problem(c, "REQUEST.METHOD");
  };
}
