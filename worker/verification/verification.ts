import { DurableObject } from "cloudflare:workers";
import { Buffer } from "node:buffer";
import { brandById } from "../brands/brand.ts";
import { hours, KEPT, limitsOf, SETTLE_AFTER, STEP_LIFE_MAX } from "../budget/limits.ts";
import { config } from "../config.ts";
import type { Entry, Reason } from "../contract.ts";
import type {
  Facts,
  Opening,
  OpenOutcome,
  PageOutcome,
  RedeemOutcome,
  ReserveOutcome,
  StepOutcome,
  Visitor,
  WithdrawOutcome,
} from "./answers.ts";
import { answer, ended, facts, redeemed, refusal } from "./answers.ts";
import { hmac, liveCode, type MasterKey, purposeKey, sameMac, token } from "./keys.ts";
import { verificationId } from "./link.ts";
import { codeAlive, type Opened, opened, type Record, stepState } from "./record.ts";
import { type Fate, receive, reserve, settle } from "./sending.ts";
import { after, live, type Move, redeemable, reopenable } from "./state.ts";

/**
 * One customer proving, once, that they hold the number on file. One object per verification.
 * Deciding methods are not async on purpose: the compiler then refuses an await between read and write.
 */
export class Verification extends DurableObject<Env> {
  /** Opens, resumes or repeats. The same create key gets the same answer and changes nothing. */
  open(o: Opening): OpenOutcome {
    const now = Date.now();
    const known = this.#read(now);
    if (!known) return this.#create(o, now);
    const before = known.openings[o.key];
    if (before) return { ok: true, opened: before, facts: facts(known) };
    if (reopenable(known.status)) return { ok: false, reopenable: true };
    if (live(known.status) && known.number.mac !== o.number.mac) {
      // The number proven must be the number on file now, not the one of some minutes ago.
      this.#move(known, "block", now, "number_changed");
      return { ok: false, reopenable: true };
    }
    return this.#resume(known, o, now);
  }

  /** The verification as its brand's order system may see it; undefined for any other brand. */
  read(brand: string): Facts | undefined {
    const r = this.#read(Date.now());
    return r?.brand === brand ? facts(r) : undefined;
  }

  /** What the page of a visitor shows. Changes nothing but what time already changed. */
  page({ brand, browser }: Visitor): PageOutcome {
    const now = Date.now();
    const r = this.#read(now);
    if (r?.brand !== brand) return { view: "closed" };
    const { returnUrl, cancelUrl, locale } = r.presentation;
    if (r.browser !== null && !same(r.browser, browser)) return { view: "elsewhere" };
    return {
      view: "open",
      digits: r.digits,
      order: r.order,
      ending: r.number.ending,
      state: stepState(r, now),
      returnUrl,
      cancelUrl,
      locale,
    };
  }

  /** The state for the bound browser. */
  state(visitor: Visitor): StepOutcome {
    return this.#admitted(visitor, (r, now) => answer(r, now));
  }

  /** Counts a send, or says why there is none. The first one binds the step to this browser. */
  reserveSend(
    visitor: Visitor & { kind: "start" | "resend"; press: string; framed: boolean; locale: string | null },
  ): ReserveOutcome {
    return this.#admitted<ReserveOutcome>(
      visitor,
      (r, now) => {
        if (!live(r.status)) return ended(r, now);
        const bound = { ...r, browser: visitor.browser, framed: r.browser === null ? visitor.framed : r.framed };
        const reservation = reserve(bound, visitor, now);
        if (reservation.kind === "sent") {
          if (r.browser === null) this.#put(bound);
          return answer(bound, now);
        }
        if (reservation.kind === "refused") return refusal(bound, now, reservation.problem, reservation.waitMs);
        const { ordinal } = reservation;
        const record = this.#put({ ...reservation.record, smsLocale: visitor.locale ?? r.smsLocale });
        return {
          ok: true,
          send: {
            ordinal,
            epoch: record.epoch,
            sealed: record.number.sealed as string,
            kid: record.kid,
            digest: record.digest,
            digits: record.digits,
            amount: record.order.amount,
            locale: record.smsLocale ?? record.presentation.locale,
            validityS: Math.ceil(((record.codeExpiresAt as number) - now) / 1000),
          },
        };
      },
      visitor.kind === "start",
    );
  }

  /** Takes the gateway's word on a reserved send. */
  settleSend(brand: string, ordinal: number, word: Fate): StepOutcome {
    const now = Date.now();
    const r = this.#read(now);
    if (r?.brand !== brand) return { ok: false, problem: "VERIFICATION.NOT_FOUND" };
    const settled = settle(r, ordinal, word, now);
    const record = this.#follow(settled, r, now);
    if (word.fate === "refused") {
      return live(record.status)
        ? refusal(record, now, "GATEWAY.UNAVAILABLE", word.retryAfterS * 1000)
        : ended(record, now);
    }
    return answer(record, now);
  }

  /** Takes a delivery receipt; unknown sends and repeated words change nothing. */
  receipt(brand: string, ordinal: number, delivered: boolean): void {
    const now = Date.now();
    const r = this.#read(now);
    if (r?.brand === brand && live(r.status)) this.#follow(receive(r, ordinal, delivered), r, now);
  }

  /**
   * Compares a well-formed guess with the one live code, both as MACs; the code is derived, never stored.
   * `press` names one press with one code: the same pair gets the same answer and costs nothing.
   */
  check(guess: Visitor & { press: string; code: string; entry: Entry }): StepOutcome {
    return this.#admitted(guess, (r, now) => {
      if (r.browser === null) return refusal(r, now, "VERIFICATION.NO_CODE_SENT");
      // A right code that comes twice is told the same, and approves nothing twice.
      if (r.status === "approved" || r.status === "redeemed") return answer(r, now);
      const master = this.#master(r);
      if (!master) return { ok: false, problem: "BRAND.UNAVAILABLE" };
      const mac = guessMac(master, r.id, guess.code);
      const before = r.guesses.find((g) => g.press === guess.press && sameMac(Buffer.from(g.mac, "base64url"), mac));
      if (before) return live(r.status) ? refusal(r, now, "VERIFICATION.CODE_WRONG") : ended(r, now);
      if (!live(r.status)) return ended(r, now);
      if (guess.code.length !== r.digits) return refusal(r, now, "REQUEST.INVALID");
      if (r.codeExpiresAt === null) return refusal(r, now, "VERIFICATION.NO_CODE_SENT");
      if (!codeAlive(r, now)) return refusal(r, now, "VERIFICATION.CODE_EXPIRED");
      const right = sameMac(mac, guessMac(master, r.id, liveCode(master, r)));
      // A guess at a code whose send is not settled yet: something was sent, or there were nothing to type.
      const sent = r.status === "created" ? this.#next(r, "send", now, null) : r;
      const counted = {
        ...sent,
        entry: guess.entry,
        wrong: sent.wrong + (right ? 0 : 1),
        guesses: [...sent.guesses, { press: guess.press, mac: token(mac), right }],
      };
      if (right)
        return answer(
          this.#move({ ...counted, approvedAt: now, redeemBy: now + r.limits.redeemWindow }, "approve", now, "code"),
          now,
        );
      if (counted.wrong >= r.limits.guesses)
        return ended(this.#move(counted, "exhaust", now, "guesses_exhausted"), now);
      return refusal(this.#put(counted), now, "VERIFICATION.CODE_WRONG");
    });
  }

  /** The shopper stops. Leaving twice is leaving once. */
  leave(visitor: Visitor & { reason: "left" | "no_access_to_number" }): StepOutcome {
    return this.#admitted(
      visitor,
      (r, now) => {
        if (r.status === "abandoned") return answer(r, now);
        if (!live(r.status)) return ended(r, now);
        return answer(this.#move(r, "abandon", now, visitor.reason), now);
      },
      true,
    );
  }

  /** A newer revision of the order took its place. */
  supersede(brand: string): void {
    const now = Date.now();
    const r = this.#read(now);
    if (r?.brand === brand && after(r.status, "supersede")) this.#move(r, "supersede", now, "order_changed");
  }

  /** The order system withdraws (`cancel`) or takes an approval back (`revoke`); idempotent. */
  withdraw(brand: string, move: "cancel" | "revoke"): WithdrawOutcome {
    const now = Date.now();
    const r = this.#read(now);
    if (r?.brand !== brand) return { ok: false, problem: "VERIFICATION.NOT_FOUND" };
    const [target, reason] =
      move === "cancel" ? (["canceled", "canceled_by_shop"] as const) : (["revoked", "revoked_by_shop"] as const);
    if (r.status === target) return { ok: true, facts: facts(r) };
    if (!after(r.status, move)) return { ok: false, problem: "VERIFICATION.ENDED" };
    return { ok: true, facts: facts(this.#move(r, move, now, reason)) };
  }

  /**
   * Consumes the approval for exactly the order of `digest`, once. The same `key` (a hash) gets the same
   * answer again, because a lost response must not strand an order.
   */
  redeem(brand: string, digest: string, key: string): RedeemOutcome {
    const now = Date.now();
    const r = this.#read(now);
    if (r?.brand !== brand) return { ok: false, problem: "VERIFICATION.NOT_FOUND" };
    if (r.status === "revoked") return { ok: false, problem: "VERIFICATION.REVOKED" };
    if (r.digest !== digest) return { ok: false, problem: "VERIFICATION.ORDER_MISMATCH" };
    if (r.redemption)
      return r.redemption.key === key ? redeemed(r) : { ok: false, problem: "VERIFICATION.ALREADY_REDEEMED" };
    if (r.status === "lapsed" || r.status === "expired") return { ok: false, problem: "VERIFICATION.EXPIRED" };
    if (!redeemable(r.status))
      return { ok: false, problem: live(r.status) ? "VERIFICATION.NOT_APPROVED" : "VERIFICATION.ENDED" };
    return redeemed(
      this.#move(
        { ...r, redemption: { key, jti: crypto.randomUUID(), at: now, verdict: null } },
        "redeem",
        now,
        r.reason,
      ),
    );
  }

  /** Keeps the signed verdict of a redemption and returns the one that was kept first. */
  keepVerdict(key: string, verdict: string): string {
    const r = this.#read(Date.now());
    if (r?.redemption?.key !== key) return verdict;
    if (r.redemption.verdict === null) this.#put({ ...r, redemption: { ...r.redemption, verdict } });
    return r.redemption.verdict ?? verdict;
  }

  /** Closer of last resort: every decision here was, or will be, taken by the next read just the same. */
  override async alarm(): Promise<void> {
    try {
      const now = Date.now();
      const r = this.#read(now);
      if (!r) return;
      if (r.endedAt !== null && now >= r.endedAt + KEPT) return await this.ctx.storage.deleteAll();
      await this.ctx.storage.setAlarm(
        r.endedAt !== null ? r.endedAt + KEPT : Math.max(r.redeemBy ?? 0, r.expiresAt, now + SETTLE_AFTER),
      );
    } catch {
      // An alarm that throws is retried six times and then lost: come back by ourselves instead.
      await this.ctx.storage.setAlarm(Date.now() + hours(1));
    }
  }

  #create(o: Opening, now: number): OpenOutcome {
    const brand = brandById(o.brand);
    if (!brand) throw new Error("a verification was opened for a brand without a pack");
    const id = verificationId(this.ctx.id.toString());
    const record = opened(o, id, brand.policy.digits, limitsOf(brand.limits), now);
    void this.ctx.storage.setAlarm(record.expiresAt);
    const stored = o.decision.action === "deny" ? this.#move(record, "block", now, "rule") : this.#put(record);
    return { ok: true, opened: stored.openings[o.key] as Opened, facts: facts(stored) };
  }

  /** A create for the same order: more time, and the next browser that starts takes over. Nothing is refilled. */
  #resume(r: Record, o: Opening, now: number): OpenOutcome {
    const expiresAt = live(r.status) ? Math.min(now + r.limits.stepTtl, r.createdAt + STEP_LIFE_MAX) : r.expiresAt;
    const opened: Opened = { status: r.status, expiresAt };
    const kept = Object.entries(r.openings).slice(-9);
    const resumed = this.#put({
      ...r,
      expiresAt,
      presentation: o.presentation,
      browser: live(r.status) ? null : r.browser,
      openings: { ...Object.fromEntries(kept), [o.key]: opened },
    });
    return { ok: true, opened, facts: facts(resumed) };
  }

  /** Runs `act` for the browser the step is bound to; `first` lets one in while it is bound to none. */
  #admitted<T>(
    { brand, browser }: Visitor,
    act: (r: Record, now: number) => T | StepOutcome,
    first = false,
  ): T | StepOutcome {
    const now = Date.now();
    const r = this.#read(now);
    if (r?.brand !== brand) return { ok: false, problem: "VERIFICATION.NOT_FOUND" };
    if (r.browser === null ? first && browser === null : !same(r.browser, browser))
      return { ok: false, problem: "VERIFICATION.ELSEWHERE" };
    return act(r, now);
  }

  /** What time alone decides is decided on every read; the alarm only tidies up. */
  #read(now: number): Record | undefined {
    const r = this.ctx.storage.kv.get<Record>("record");
    if (!r) return undefined;
    if (live(r.status) && now >= r.expiresAt) return this.#expire(r);
    if (redeemable(r.status) && r.redeemBy !== null && now >= r.redeemBy)
      return this.#move(r, "lapse", r.redeemBy, "not_redeemed");
    const last = r.sends.at(-1);
    // A send that nobody settled: the Worker died in between. Counted, and the SMS may well be there.
    if (r.status === "created" && last?.fate === "reserved" && now >= last.at + SETTLE_AFTER)
      return this.#move(r, "send", now, null);
    return r;
  }

  #expire(r: Record): Record {
    if (r.sends.length === 0 && r.refusals > 0) return this.#move(r, "error", r.expiresAt, "gateway_failed");
    return this.#move(
      r,
      "expire",
      r.expiresAt,
      r.browser === null && r.sends.length === 0 ? "expired_unopened" : "expired_unentered",
    );
  }

  #follow({ record, move }: { record: Record; move?: Move }, before: Record, now: number): Record {
    if (move === "send") return this.#move(record, move, now, null);
    if (move === "undeliver") return this.#move(record, move, now, "not_delivered");
    if (move === "error") return this.#move(record, move, now, "gateway_failed");
    return record === before ? before : this.#put(record);
  }

  /** The one door: every state change passes here, and `seq` counts it. */
  #move(r: Record, move: Move, at: number, reason: Reason | null): Record {
    return this.#put(this.#next(r, move, at, reason));
  }

  #next(r: Record, move: Move, at: number, reason: Reason | null): Record {
    const status = after(r.status, move);
    if (!status) throw new Error(`illegal move ${move} from ${r.status}`);
    const over = !live(status);
    return {
      ...r,
      status,
      reason,
      seq: r.seq + 1,
      endedAt: over && !redeemable(status) ? at : null,
      // Nothing can be sent any more: the number has no reason to stay.
      number: over ? { ...r.number, sealed: null } : r.number,
    };
  }

  #put(r: Record): Record {
    this.ctx.storage.kv.put<Record>("record", r);
    return r;
  }

  #master(r: Record): MasterKey | undefined {
    return config(this.env)
      .secrets(r.brand)
      ?.master.find(({ kid }) => kid === r.kid);
  }
}

function guessMac(master: MasterKey, id: string, code: string): Uint8Array {
  return hmac(purposeKey(master, "guess"), `${id}|${code}`);
}

function same(bound: string, browser: string | null): boolean {
  return browser !== null && sameMac(Buffer.from(bound), Buffer.from(browser));
}
