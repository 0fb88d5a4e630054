/** The shop's baskets and orders, one per cookie and order number, kept as JSON lines. */
import { createHash, randomBytes, randomInt } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { VerdictClaims } from "../../../worker/contract.ts";
import type { BrandId } from "../secrets.ts";

export interface Line {
  colour: string;
  quantity: number;
}

/** What one browser has in mind. */
export interface Basket {
  kind: "basket";
  id: string;
  brand: BrandId;
  customer: string;
  lines: Line[];
  /** The order this basket became at its last checkout. */
  order?: string;
}

export interface Order {
  kind: "order";
  id: string;
  revision: number;
  brand: BrandId;
  basket: string;
  customer: string;
  lines: Line[];
  /** Minor units. */
  amount: number;
  currency: string;
  items: string;
  status: "open" | "accepted";
  verifications: string[];
  verdict?: VerdictClaims;
}

const FILE = "shop.jsonl";
const LINES_MAX = 9;

/** The order book of the data folder; survives a restart, even in mid-checkout. */
export function openOrders(data: string) {
  const file = join(data, FILE);
  const baskets = new Map<string, Basket>();
  const orders = new Map<string, Order>();
  const keep = (row: Basket | Order) => (row.kind === "basket" ? baskets.set(row.id, row) : orders.set(row.id, row));
  for (const row of rows(file)) keep(row);
  const save = <T extends Basket | Order>(row: T): T => {
    keep(row);
    appendFileSync(file, `${JSON.stringify(row)}\n`);
    return row;
  };

  return {
    /** The basket of a cookie; a new empty one for a cookie we never gave out, or gave out in another shop. */
    basket(id: string | undefined, brand: BrandId): Basket {
      const known = baskets.get(id ?? "");
      if (known?.brand === brand) return known;
      return { kind: "basket", id: randomBytes(16).toString("base64url"), brand, customer: "c1", lines: [] };
    },
    save,
    order: (id: string) => orders.get(id),
    /** The order a verification belongs to, for the shopper who began it. */
    orderOf: (verification: string, basket: string) =>
      [...orders.values()].find((o) => o.basket === basket && o.verifications.includes(verification)),
    /** The basket as an order: the same one while nothing changed, its next revision when lines did, a new one otherwise. */
    place(basket: Basket, price: number, currency: string): Order {
      const items = createHash("sha256").update(JSON.stringify(basket.lines)).digest("hex");
      const last = orders.get(basket.order ?? "");
      const same = last?.status === "open" && last.customer === basket.customer ? last : undefined;
      if (same && same.items === items) return same;
      const order = save<Order>({
        kind: "order",
        id: same?.id ?? orderNumber(basket.brand),
        revision: (same?.revision ?? 0) + 1,
        brand: basket.brand,
        basket: basket.id,
        customer: basket.customer,
        lines: structuredClone(basket.lines),
        amount: basket.lines.reduce((sum, { quantity }) => sum + quantity * price, 0),
        currency,
        items,
        status: "open",
        verifications: same?.verifications ?? [],
      });
      save({ ...basket, order: order.id });
      return order;
    },
  };
}
export type Orders = ReturnType<typeof openOrders>;

/** The lines with `colour` at `quantity`; 0 removes it. */
export function withLine(lines: Line[], colour: string, quantity: number): Line[] {
  const others = lines.filter((line) => line.colour !== colour);
  const bounded = Math.min(LINES_MAX, Math.max(0, Math.trunc(quantity) || 0));
  return bounded > 0 ? [...others, { colour, quantity: bounded }] : others;
}

function orderNumber(brand: BrandId): string {
  const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
  const tail = Array.from({ length: 7 }, () => alphabet[randomInt(alphabet.length)]).join("");
  return `${brand.slice(0, 1).toUpperCase()}-${tail}`;
}

function rows(file: string): (Basket | Order)[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Basket | Order];
      } catch {
        return []; // a line cut short by a kill
      }
    });
}
