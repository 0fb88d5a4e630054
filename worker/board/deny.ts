import { DurableObject } from "cloudflare:workers";
import { hours } from "../budget/limits.ts";

/** What a deny token leads to. */
export interface DenyTarget {
  brand: string;
  verification: string;
}

/** Step (30 min), redeem window (30 min) and hold window (2 h): no link outlives all three. */
const LINK_LIFE = hours(3);

/** The "not my order" link of one SMS: named by its token, it holds the verification's id until nothing can be stopped. */
export class DenyLink extends DurableObject<Env> {
  /** Points the token at a verification. False where it already leads to another one: that token must not be sent. */
  point(target: DenyTarget): boolean {
    const held = this.ctx.storage.kv.get<DenyTarget & { until: number }>("target");
    if (held && (held.verification !== target.verification || held.brand !== target.brand)) return false;
    const until = Date.now() + LINK_LIFE;
    this.ctx.storage.kv.put("target", { ...target, until });
    void this.ctx.storage.setAlarm(until);
    return true;
  }

  /** Where the token leads; undefined where it never did, or does not any more. */
  target(): DenyTarget | undefined {
    const held = this.ctx.storage.kv.get<DenyTarget & { until: number }>("target");
    return held && Date.now() < held.until ? { brand: held.brand, verification: held.verification } : undefined;
  }

  override async alarm(): Promise<void> {
    const held = this.ctx.storage.kv.get<{ until: number }>("target");
    if (held && Date.now() < held.until) return this.ctx.storage.setAlarm(held.until);
    await this.ctx.storage.deleteAll();
  }
}
