/** Stubs of the objects by the names the routes know them by, and the refusal every route ends with. */
import type { Handler } from "hono";
import type { BrandBoard } from "../board/board.ts";
import type { CustomerLedger } from "../budget/customer.ts";
import type { DenyLink } from "../budget/deny.ts";
import type { NumberLedger } from "../budget/number.ts";
import type { OrderLedger } from "../budget/order.ts";
import { ask, within } from "../objects.ts";
import { problem } from "../problem.ts";
import { derive, token } from "../verification/keys.ts";
import { objectHex } from "../verification/link.ts";
import { shardOf } from "../verification/settlement.ts";
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

/** Whether `id` was given out by this platform, which signs its ids: any other is refused without touching an object. */
export function knownId(env: Env, id: string): boolean {
  const hex = objectHex(id);
  if (!hex) return false;
  try {
    within(env.VERIFICATION, env).idFromString(hex);
    return true;
  } catch {
    return false;
  }
}

/** The shard of the order ledger that keeps the order of this keyed name. */
export function orderLedger(env: Env, name: string): () => Remote<OrderLedger> {
  const namespace = within(env.ORDER_LEDGER, env);
  return () => namespace.getByName(shardOf(name)) as unknown as Remote<OrderLedger>;
}

/** The shard of the customer ledger that keeps the customer of this keyed name. */
export function customerLedger(env: Env, name: string): () => Remote<CustomerLedger> {
  const namespace = within(env.CUSTOMER_LEDGER, env);
  return () => namespace.getByName(shardOf(name)) as unknown as Remote<CustomerLedger>;
}

/** The shard of the number ledger that keeps the number of this keyed name. */
export function numberLedger(env: Env, name: string): () => Remote<NumberLedger> {
  const namespace = within(env.NUMBER_LEDGER, env);
  return () => namespace.getByName(shardOf(name)) as unknown as Remote<NumberLedger>;
}

/** Asks the shard that keeps the link of a deny token, and tells it what the link is called there. */
export function askLink<T>(
  env: Env,
  denyToken: string,
  act: (links: Remote<DenyLink>, link: string) => Promise<T>,
): Promise<T> {
  const link = token(derive(denyToken, "deny link", ""));
  const namespace = within(env.DENY_LINK, env);
  return ask(
    () => namespace.getByName(shardOf(link)) as unknown as Remote<DenyLink>,
    (links) => act(links, link),
  );
}

/** A shard of a brand's board. */
export function brandBoard(env: Env, brand: string, shard: number): () => Remote<BrandBoard> {
  const namespace = within(env.BRAND_BOARD, env);
  return () => namespace.getByName(`${brand}:${shard}`) as unknown as Remote<BrandBoard>;
}

/** 405 with `Allow` for every other method of a path (RFC 9110 15.5.6). */
export function notAllowed(allow: string): Handler {
  return (c) => {
    c.header("allow", allow);
    return problem(c, "REQUEST.METHOD");
  };
}
