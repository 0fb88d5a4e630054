import { DurableObject } from "cloudflare:workers";
import { brandById } from "../brands/brand.ts";
import { hours, KEPT, limitsOf } from "./limits.ts";

/** One create call, in hashes: neither the order id nor the key is kept in clear. */
export interface OrderClaim {
  brand: string;
  /** HMAC(brand pepper, order id), base64url. */
  order: string;
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
      id: string /** Verifications of other revisions that this one takes the place of. */;
      supersedes: string[];
    }
  | { ok: false; problem: "IDEMPOTENCY.KEY_REUSED" | "ORDER.VERIFICATIONS_EXHAUSTED" };

interface OrderRow {
  verifications: { digest: string; id: string }[];
  keys: { key: string; body: string; id: string; at: number }[];
}

/** A row outlives its last create by the life of a key and of a readable verification. */
const ROW_LIFE = KEPT * 2;
const KEYS_MAX = 20;

/**
 * Orders and their verifications, one of 256 fixed shards. A row per order: which verification stands for
 * which digest, how many there were, and which create keys were used (24 h, scope: the order).
 */
export class OrderLedger extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, row TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID",
    );
    void ctx.blockConcurrencyWhile(async () => {
      if ((await ctx.storage.getAlarm()) === null) await ctx.storage.setAlarm(Date.now() + hours(1));
    });
  }

  /**
   * The verification that stands for this order: the one a repeated key or the same digest already has, or
   * `candidate`. One synchronous step, so that two creates at once agree. Not async on purpose.
   */
  claim(c: OrderClaim): ClaimOutcome {
    const now = Date.now();
    const row = this.#row(c.order, now) ?? { verifications: [], keys: [] };
    const used = row.keys.find(({ key, at }) => key === c.key && now < at + KEPT);
    if (used && used.body !== c.body) return { ok: false, problem: "IDEMPOTENCY.KEY_REUSED" };
    const repeated = used && used.id !== c.instead ? used.id : undefined;
    const standing = row.verifications.findLast(({ id, digest }) => (repeated ? id === repeated : digest === c.digest));
    if (standing && standing.id !== c.instead) {
      if (!repeated) this.#put(c, { ...row, keys: withKey(row, c, standing.id, now) }, now);
      return { ok: true, id: standing.id, supersedes: others(row, standing) };
    }
    const brand = brandById(c.brand);
    if (row.verifications.length >= limitsOf(brand?.limits).verificationsPerOrder)
      return { ok: false, problem: "ORDER.VERIFICATIONS_EXHAUSTED" };
    const fresh = { digest: c.digest, id: c.candidate };
    const verifications = [...row.verifications, fresh];
    this.#put(c, { verifications, keys: withKey(row, c, c.candidate, now) }, now);
    return { ok: true, id: c.candidate, supersedes: others({ verifications }, fresh) };
  }

  /** The newest verification of an order; undefined where there is none. */
  latest(order: string): string | undefined {
    return this.#row(order, Date.now())?.verifications.at(-1)?.id;
  }

  /** Rows whose time is over go; a missed alarm only keeps them, unread, a little longer. */
  override async alarm(): Promise<void> {
    try {
      this.ctx.storage.sql.exec("DELETE FROM orders WHERE expires_at <= ?", Date.now());
      const [{ n } = { n: 0 }] = this.ctx.storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM orders").toArray();
      if (n > 0) await this.ctx.storage.setAlarm(Date.now() + hours(1));
    } catch {
      await this.ctx.storage.setAlarm(Date.now() + hours(1));
    }
  }

  #row(order: string, now: number): OrderRow | undefined {
    const [found] = this.ctx.storage.sql
      .exec<{ row: string }>("SELECT row FROM orders WHERE id = ? AND expires_at > ?", order, now)
      .toArray();
    return found && (JSON.parse(found.row) as OrderRow);
  }

  #put({ order }: OrderClaim, row: OrderRow, now: number): void {
    this.ctx.storage.sql.exec(
      "INSERT INTO orders (id, row, expires_at) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET row = ?2, expires_at = ?3",
      order,
      JSON.stringify(row),
      now + ROW_LIFE,
    );
  }
}

function withKey(row: OrderRow, c: OrderClaim, id: string, now: number): OrderRow["keys"] {
  const live = row.keys.filter(({ key, at }) => key !== c.key && now < at + KEPT);
  return [...live.slice(-(KEYS_MAX - 1)), { key: c.key, body: c.body, id, at: now }];
}

function others({ verifications }: Pick<OrderRow, "verifications">, mine: OrderRow["verifications"][number]): string[] {
  const before = verifications.slice(
    0,
    verifications.findIndex(({ id }) => id === mine.id),
  );
  return before.filter(({ digest }) => digest !== mine.digest).map(({ id }) => id);
}
