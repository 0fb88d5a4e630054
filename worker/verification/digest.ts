/** What a verification is bound to. Pure; canonical JSON and hash come in as arguments. */
import type { Order } from "../contract.ts";

/** The order's fields in the form that is signed over. */
interface Bound {
  order_id: string;
  revision: number;
  amount: number;
  currency: string;
  payee: string;
  items: string | null;
  delivery: { type: string; address: string | null };
}

function bound(order: Order): Bound {
  return {
    order_id: order.id,
    revision: order.revision,
    amount: order.amount.value,
    currency: order.amount.currency,
    payee: order.payee,
    items: order.items_sha256 ?? null,
    delivery: { type: order.delivery.type, address: order.delivery.address_sha256 ?? null },
  };
}

/**
 * SHA-256, lower-case hex, of the RFC 8785 form of everything that makes the order this order. Change one
 * field and every code is void (dynamic linking, RTS (EU) 2018/389 art. 5). Wording (`summary`) is not part of it.
 */
export function orderDigest(
  order: Order,
  canonical: (value: unknown) => string | undefined,
  sha256: (text: string) => string,
): string {
  return sha256(canonical(bound(order)) as string);
}
