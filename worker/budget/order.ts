import { brandById } from "../brands/brand.ts";
import type { ProblemCode } from "../contract.ts";
import { Ledger, type Moved } from "./ledger.ts";
import { FINDABLE, KEPT, limitsOf } from "./limits.ts";

/** One create call, in hashes: neither the order id nor the key is kept in clear. */
export interface OrderClaim {
  brand: string;
  /** HMAC(brand pepper, order id), base64url. */
  order: string;
  /** Keyed name of the customer's row, so that the order's erasure finds it. */
  customer: string;
  digest: string;
  /** Hash of the `Idempotency-Key`. */
  key: string;
  /** Hash of the body the key came with. */
  body: string;
  /** The verification to take if a new one is due. */
  candidate: string;
  /** A verification of this order that ended and may be replaced. */
  instead?: string;
}

export type ClaimOutcome =
  | {
      ok: true;
      /** Made by this very call. */
      fresh: boolean;
      id: string;
      /** Verifications of other revisions that this one takes the place of. */
      supersedes: string[];
      /** It was claimed too long ago, or its order was denied: where its verification is not there, none may be opened. */
      old?: true;
    }
  | { ok: false; problem: ProblemCode };

/** How a verification stands for its order for good: the recipient stopped it, it was used, or the shop took it back. */
export type Final = "denied" | "redeemed" | "revoked";

/** All that is kept of one order. */
export interface OrderRow {
  verifications: { digest: string; id: string; customer: string; at: number; final?: Final }[];
  /** `again`: its call came twice, so that none of them may take the claim back. */
  keys: { key: string; body: string; id: string; at: number; again?: true }[];
  /** Verifications that were erased: they still count, nothing else is left of them. */
  erased?: number;
  /** A recipient said that it is not their order; outlives the verification, and an erasure. */
  denied?: true;
}

const KEYS_MAX = 100;
const EXHAUSTED = { ok: false, problem: "ORDER.VERIFICATIONS_EXHAUSTED" } as const;
/** What a create is told once the verification that stands for good can be forgotten. */
const FINAL: Record<Final, ProblemCode> = {
  denied: "ORDER.DENIED",
  redeemed: "VERIFICATION.ALREADY_REDEEMED",
  revoked: "VERIFICATION.REVOKED",
};

/**
 * Orders and their verifications, one of 256 fixed shards. A row per order: which verification stands for
 * which digest, how many there were, and which create keys were used (24 h, scope: the order).
 */
export class OrderLedger extends Ledger<OrderRow> {
  /**
   * The verification that stands for this order: the one a repeated key or the same digest already has, or
   * `candidate`. One synchronous step, so that two creates at once agree. Not async on purpose.
   */
  claim(c: OrderClaim): ClaimOutcome | Moved<OrderRow> {
    const now = Date.now();
    const found = this.find(c.order, now);
    if (found.moved !== undefined) return found;
    const row = found.row ?? { verifications: [], keys: [] };
    const used = row.keys.find(({ key, at }) => key === c.key && now < at + KEPT);
    if (used && used.body !== c.body) return { ok: false, problem: "IDEMPOTENCY.KEY_REUSED" };
    // Forgetting a key within its day would make a repeated call a new one.
    if (!used && row.keys.filter(({ at }) => now < at + KEPT).length >= KEYS_MAX) return EXHAUSTED;
    const repeated = used && used.id !== c.instead ? used.id : undefined;
    const standing = row.verifications.findLast(({ id, digest }) => (repeated ? id === repeated : digest === c.digest));
    if (standing && standing.id !== c.instead) {
      const past = now >= standing.at + KEPT;
      const final = row.denied ? "denied" : standing.final;
      if (past && final) return { ok: false, problem: FINAL[final] };
      if (!repeated) this.put(c.order, { ...row, keys: withKey(row, c, standing.id, now) });
      else if (used && !used.again)
        this.put(c.order, { ...row, keys: row.keys.with(row.keys.indexOf(used), { ...used, again: true }) });
      const old = past || row.denied;
      return { ok: true, fresh: false, id: standing.id, supersedes: others(row, standing), ...(old && { old }) };
    }
    // Whoever it was that changed it: nobody is asked about this order again.
    if (row.denied) return { ok: false, problem: FINAL.denied };
    const brand = brandById(c.brand);
    if (row.verifications.length + (row.erased ?? 0) >= limitsOf(brand?.limits).verificationsPerOrder) return EXHAUSTED;
    const fresh = { digest: c.digest, id: c.candidate, customer: c.customer, at: now };
    const verifications = [...row.verifications, fresh];
    this.put(c.order, { ...row, verifications, keys: withKey(row, c, c.candidate, now) });
    return { ok: true, fresh: true, id: c.candidate, supersedes: others({ verifications }, fresh) };
  }

  /** Takes back a claim that led nowhere (no number on file), unless another create, or the same once more, has joined it meanwhile. */
  unclaim(c: Pick<OrderClaim, "order" | "key">, id: string): Moved<OrderRow> | undefined {
    const found = this.find(c.order, Date.now());
    if (found.moved !== undefined) return found;
    const { row } = found;
    if (!row || row.keys.some((entry) => entry.id === id && (entry.key !== c.key || entry.again))) return undefined;
    const verifications = row.verifications.filter((entry) => entry.id !== id);
    this.put(c.order, { ...row, verifications, keys: row.keys.filter((entry) => entry.id !== id) });
    return undefined;
  }

  /** Keeps that a verification stands for its order for good, as long as the order is known. */
  finish(order: string, id: string, as: Final): Moved<OrderRow> | undefined {
    const found = this.find(order, Date.now());
    if (found.moved !== undefined) return found;
    const { row } = found;
    if (!row) return undefined;
    const verifications = row.verifications.map((entry) => (entry.id === id ? { ...entry, final: as } : entry));
    this.put(order, { ...row, verifications, ...(as === "denied" && { denied: true }) });
    return undefined;
  }

  /** The newest verification of an order; undefined where there is none. */
  latest(order: string): string | undefined | Moved<OrderRow> {
    const found = this.find(order, Date.now());
    return found.moved !== undefined ? found : found.row?.verifications.at(-1)?.id;
  }

  /** Every verification of an order and whose it is, oldest first. */
  verifications(order: string): { id: string; customer: string }[] | Moved<OrderRow> {
    const found = this.find(order, Date.now());
    if (found.moved !== undefined) return found;
    return (found.row?.verifications ?? []).map(({ id, customer }) => ({ id, customer }));
  }

  /**
   * Forgets these verifications of an order and the keys that led to them; only how many there were still counts, and
   * whether one was denied.
   */
  erase(order: string, ids: readonly string[]): Moved<OrderRow> | undefined {
    const found = this.find(order, Date.now());
    if (found.moved !== undefined) return found;
    const { row } = found;
    if (!row) return undefined;
    const verifications = row.verifications.filter(({ id }) => !ids.includes(id));
    const erased = (row.erased ?? 0) + row.verifications.length - verifications.length;
    const keys = row.keys.filter(({ id }) => !ids.includes(id));
    this.put(order, { ...row, verifications, keys, erased });
    return undefined;
  }

  protected override neededUntil(_: OrderRow, now: number): number {
    return now + FINDABLE;
  }
}

function withKey(row: OrderRow, c: OrderClaim, id: string, now: number): OrderRow["keys"] {
  const live = row.keys.filter(({ key, at }) => key !== c.key && now < at + KEPT);
  return [...live, { key: c.key, body: c.body, id, at: now }];
}

function others({ verifications }: Pick<OrderRow, "verifications">, mine: OrderRow["verifications"][number]): string[] {
  const before = verifications.slice(
    0,
    verifications.findIndex(({ id }) => id === mine.id),
  );
  return before.filter(({ digest }) => digest !== mine.digest).map(({ id }) => id);
}
