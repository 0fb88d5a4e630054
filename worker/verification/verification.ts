import { DurableObject } from "cloudflare:workers";
import { Buffer } from "node:buffer";
import { brandById } from "../brands/brand.ts";
import { hours, KEPT, limitsOf, minutes, SETTLE_AFTER, STEP_LIFE_MAX } from "../budget/limits.ts";
import { config } from "../config.ts";
import type { Entry, EventType, Reason, Status } from "../contract.ts";
import type {
  DenyView,
  Facts,
  OfferOutcome,
  Opening,
  OpenOutcome,
  PageOutcome,
  RedeemOutcome,
  ReserveOutcome,
  StepOutcome,
  Unsettled,
  Visitor,
  WithdrawOutcome,
} from "./answers.ts";
import {
  answer,
  denyView,
  ended,
  exported,
  facts,
  redeemRefusal,
  refusal,
  reservedSend,
  verdictFacts,
} from "./answers.ts";
import { runErrands, unlog } from "./errands.ts";
import { hmac, liveCode, type MasterKey, purposeKey, sameMac, token } from "./keys.ts";
import { verificationId } from "./link.ts";
import { announce, depart, revived } from "./outbox.ts";
import { codeAlive, type Opened, opened, type Record, retryAt, stepState } from "./record.ts";
import { type Fate, receive, reserve, settle } from "./sending.ts";
import { settleWith, usage } from "./settlement.ts";
import { after, live, type Move, redeemable, reopenable } from "./state.ts";
import { forgettable, wakeAt } from "./waking.ts";

/**
 * One customer proving, once, that they hold the number on file. One object per verification.
 * Deciding methods are not async on purpose: the compiler then refuses an await between read and write.
 */
export class Verification extends DurableObject<Env> {
  /** Opens, resumes or repeats. The same create key gets the same answer and changes nothing. */
  open(o: Opening): OpenOutcome {
    const now = Date.now();
    const known = this.#read(now);
    // Erased, or forgotten after its day: what it had leased is used up, so the next one leases on its own.
    if (!known) return o.over ? { ok: false, leased: false, reopenable: true, ended: undefined } : this.#create(o, now);
    const before = known.openings[o.key];
    if (before) return { ok: true, leased: known.leases !== null, opened: before, facts: facts(known) };
    // Still no budget: the same refusal stands, and no further verification of the order is spent on it.
    if (known.reason === "budget" && !o.budget.ok) return this.#resume(known, o, now);
    if (reopenable(known.status)) return replaceable(known);
    if (live(known.status) && !known.number.macs.some((mac) => o.number.macs.includes(mac))) {
      // The number proven must be the number on file now, not the one of some minutes ago.
      return replaceable(this.#move(known, "block", now, "number_changed"));
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
    const { returnUrl, cancelUrl, locale, embedOrigin } = r.presentation;
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
      embedOrigin,
    };
  }

  /** The state for the bound browser. */
  state(visitor: Visitor): StepOutcome {
    return this.#admitted(visitor, (r, now) => answer(r, now));
  }

  /** Counts a send, or says why there is none. The first one binds the step to this browser. */
  reserveSend(
    visitor: Visitor & {
      kind: "start" | "resend";
      press: string;
      framed: boolean;
      locale: string | null;
      /** A fresh deny token; the one made for the first send stays. */
      denyToken: string;
    },
  ): ReserveOutcome {
    return this.#admitted<ReserveOutcome>(
      visitor,
      (r, now, entering) => {
        if (!live(r.status)) return ended(r, now);
        const seen = entering || r.sends.length === 0 ? { ...r, framed: visitor.framed } : r;
        const reservation = reserve(seen, visitor, now);
        // A start that sends nothing still binds: after a resuming create the code is already out.
        if (reservation.kind === "sent") return answer(entering ? this.#put(seen) : seen, now);
        if (reservation.kind === "refused") return refusal(r, now, reservation.problem, reservation.waitMs);
        const { ordinal } = reservation;
        const denyToken = r.denyToken ?? visitor.denyToken;
        const record = this.#put({ ...reservation.record, smsLocale: visitor.locale ?? r.smsLocale, denyToken });
        return { ok: true, send: reservedSend(record, ordinal, now) };
      },
      true,
    );
  }

  /** The brand's budget of the day is used up: nothing is sent, and the shop has to look for another way. */
  unaffordable(brand: string): StepOutcome {
    const now = Date.now();
    const r = this.#read(now);
    if (r?.brand !== brand) return { ok: false, problem: "VERIFICATION.NOT_FOUND" };
    return ended(live(r.status) ? this.#move(r, "block", now, "budget") : r, now);
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
    if (r?.brand !== brand || !live(r.status)) return;
    const received = receive(r, ordinal, delivered);
    if (received.record === r || !delivered) return void this.#follow(received, r, now);
    const counted = { ...received.record, seq: r.seq + 1 };
    this.#put(announce(counted, "verification.delivered", now, this.#endpoints(r, "verification.delivered")));
  }

  /**
   * Compares a well-formed guess with the one live code, both as MACs; the code is derived, never stored.
   * `press` names one press with one code: the same pair gets the same answer and costs nothing.
   */
  check(guess: Visitor & { press: string; code: string; entry: Entry }): StepOutcome {
    return this.#admitted(
      guess,
      (r, now) => {
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
      },
      true,
    );
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

  /** A newer revision of the order took its place; what this one leased is free for it. */
  supersede(brand: string): Unsettled | undefined {
    const now = Date.now();
    const r = this.#read(now);
    if (!r) {
      // Its own create is still on the way, and comes too late.
      this.ctx.storage.kv.put("superseded", now);
      void this.ctx.storage.setAlarm(now + KEPT);
    } else if (r.brand === brand && after(r.status, "supersede")) {
      return unsettled(this.#move(r, "supersede", now, "order_changed"));
    }
    return undefined;
  }

  /** The order system withdraws (`cancel`) or takes an approval back (`revoke`); idempotent. */
  withdraw(brand: string, move: "cancel" | "revoke", why: string | null): WithdrawOutcome {
    const now = Date.now();
    const r = this.#read(now);
    if (r?.brand !== brand) return { ok: false, problem: "VERIFICATION.NOT_FOUND" };
    const [target, reason] =
      move === "cancel" ? (["canceled", "canceled_by_shop"] as const) : (["revoked", "revoked_by_shop"] as const);
    if (r.status === target) return { ok: true, facts: facts(r) };
    if (!after(r.status, move)) return { ok: false, problem: "VERIFICATION.ENDED" };
    return { ok: true, facts: facts(this.#move({ ...r, withdrawal: why }, move, now, reason)) };
  }

  /** What a verdict for this order would say; checks everything `redeem` checks, consumes nothing. */
  offer(brand: string, digest: string, key: string): OfferOutcome {
    const now = Date.now();
    const r = this.#read(now);
    const refusal = redeemRefusal(r, brand, digest, key);
    if (!r || refusal) return { ok: false, problem: refusal ?? "VERIFICATION.NOT_FOUND" };
    if (r.redemption) return { ok: true, verdict: r.redemption.verdict, offer: null };
    return { ok: true, verdict: null, offer: { at: now, facts: verdictFacts(r, now) } };
  }

  /**
   * Consumes the approval for exactly the order of `digest`, once, and keeps the verdict that was signed for it.
   * The same `key` (a hash) gets the same verdict again, because a lost response must not strand an order.
   */
  redeem(brand: string, digest: string, key: string, verdict: string): RedeemOutcome {
    const now = Date.now();
    const r = this.#read(now);
    const refusal = redeemRefusal(r, brand, digest, key);
    if (!r || refusal) return { ok: false, problem: refusal ?? "VERIFICATION.NOT_FOUND" };
    if (r.redemption) return { ok: true, verdict: r.redemption.verdict };
    // The Worker settles from here; should it die first, what was leased counts in full, which harms nobody.
    const ended = unsettled(r);
    this.#move({ ...r, leases: null, redemption: { key, at: now, verdict } }, "redeem", now, r.reason);
    return { ok: true, verdict, ...(ended && { ended }) };
  }

  /**
   * The recipient of the SMS says "not my order". Before the approval it ends the verification; after it, within the
   * hold window, it takes the approval back and asks for the order to be held. Idempotent.
   */
  deny(brand: string): DenyView {
    const now = Date.now();
    const r = this.#read(now);
    const view = denyView(r, brand, now);
    if (!r || view.state !== "open") return view;
    const late = !live(r.status);
    const asked = { ...r, seq: r.seq + 1 };
    const held = late ? announce(asked, "order.hold_requested", now, this.#endpoints(r, "order.hold_requested")) : r;
    return denyView(this.#move(held, "deny", now, "recipient_denied"), brand, now);
  }

  /** What the page behind the link in the SMS shows; nothing that the recipient should not know. */
  deniable(brand: string): DenyView {
    const now = Date.now();
    return denyView(this.#read(now), brand, now);
  }

  /** Puts event `seq` on its way again, with all its tries. False where it is not in the outbox any more. */
  replay(brand: string, seq: number): boolean {
    const now = Date.now();
    const r = this.#read(now);
    const record = r?.brand === brand ? revived(r, seq, now) : undefined;
    if (record) this.#put(record);
    return record !== undefined;
  }

  /** All that is stored of the customer here, readable; no key, no code, no full number. */
  export(brand: string): object | undefined {
    const r = this.#read(Date.now());
    return r?.brand === brand ? exported(r) : undefined;
  }

  /** Ends what is still running, settles what it leased, and forgets everything. */
  async erase(brand: string): Promise<boolean> {
    const now = Date.now();
    const r = this.#read(now);
    if (r?.brand !== brand) return false;
    const over = live(r.status) ? this.#move(r, "cancel", now, "canceled_by_shop") : r;
    if (over.leases) await settleWith(this.env, over.leases, usage(over));
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    // For an hour only the fact that there was something to erase: errands on their way come home to it.
    this.ctx.storage.kv.put("erased", now);
    await this.ctx.storage.setAlarm(now + hours(1));
    return true;
  }

  /**
   * Runs the errands: tells the ledgers, the brand's log and its endpoints. Idempotent by state, since alarms run
   * twice; every decision was, or will be, taken by the next read just the same.
   */
  override async alarm(): Promise<void> {
    try {
      const r = this.#read(Date.now());
      if (!r) return await this.ctx.storage.deleteAll();
      // Tries are counted before they leave: a run that is killed, or runs twice, repeats none.
      const jitter = (crypto.getRandomValues(new Uint8Array(1))[0] as number) / 255;
      const { record, leaving } = depart(r, Date.now(), jitter);
      if (record !== r) this.ctx.storage.kv.put<Record>("record", { ...record, alarmAt: null });
      const patch = await runErrands(this.env, record, leaving, Date.now());
      const after = this.#read(Date.now());
      // It has rung, early or late: none is set, so the write below sets one.
      if (after) this.#put({ ...patch(after), alarmAt: null });
      // Erased meanwhile: what the errands have told the log since then goes as well.
      else if (this.ctx.storage.kv.get("erased") !== undefined) await unlog(this.env, record);
    } catch (error) {
      const name = error instanceof Error ? error.name : "unknown";
      console.error(JSON.stringify({ level: "error", event: "alarm_failed", name }));
      // An alarm that throws is retried six times and then lost: come back by ourselves instead.
      await this.ctx.storage.setAlarm(Date.now() + minutes(1));
    }
  }

  #create(o: Opening, now: number): OpenOutcome {
    const brand = brandById(o.brand);
    if (!brand) throw new Error("a verification was opened for a brand without a pack");
    const id = verificationId(this.ctx.id.toString());
    const stillborn = this.#stillborn(o);
    const record = opened(
      o,
      id,
      brand.policy.digits,
      limitsOf(brand.limits),
      now,
      stillborn ? stillborn.status : "created",
    );
    const announced = announce(record, "verification.created", now, this.#endpoints(record, "verification.created"));
    const stored = stillborn ? this.#move(announced, stillborn.move, now, stillborn.reason) : this.#put(announced);
    return { ok: true, leased: stored.leases !== null, opened: stored.openings[o.key] as Opened, facts: facts(stored) };
  }

  /** How a verification ends in the moment it begins, where it does. */
  #stillborn(o: Opening): { move: Move; status: Status; reason: Reason } | undefined {
    if (this.ctx.storage.kv.get("superseded"))
      return { move: "supersede", status: "superseded", reason: "order_changed" };
    if (o.decision.action === "deny") return { move: "block", status: "blocked", reason: "rule" };
    return o.budget.ok ? undefined : { move: "block", status: "blocked", reason: "budget" };
  }

  /** A create for the same order: more time, and the next browser that starts takes over. Nothing is refilled. */
  #resume(r: Record, o: Opening, now: number): OpenOutcome {
    const expiresAt = live(r.status) ? Math.min(now + r.limits.stepTtl, r.createdAt + STEP_LIFE_MAX) : r.expiresAt;
    const opened: Opened = { status: r.status, expiresAt, ...(r.reason === "budget" ? retryAt(o, now) : {}) };
    const resumed = this.#put({
      ...r,
      expiresAt,
      presentation: o.presentation,
      browser: live(r.status) ? null : r.browser,
      openings: { ...r.openings, [o.key]: opened },
    });
    return { ok: true, leased: resumed.leases !== null, opened, facts: facts(resumed) };
  }

  /**
   * Runs `act` for the browser the step is bound to. While it is bound to none, `enter` lets the next one in: whatever
   * `act` then writes binds it.
   */
  #admitted<T>(
    { brand, browser }: Visitor,
    act: (r: Record, now: number, entering: boolean) => T | StepOutcome,
    enter = false,
  ): T | StepOutcome {
    const now = Date.now();
    const r = this.#read(now);
    if (r?.brand !== brand) return { ok: false, problem: "VERIFICATION.NOT_FOUND" };
    if (r.browser === null ? enter && browser === null : !same(r.browser, browser)) {
      return { ok: false, problem: "VERIFICATION.ELSEWHERE" };
    }
    const entering = enter && r.browser === null;
    return act(entering ? { ...r, browser } : r, now, entering);
  }

  /** What time alone decides is decided on every read; the alarm only tidies up. */
  #read(now: number): Record | undefined {
    const r = this.ctx.storage.kv.get<Record>("record");
    if (!r) return undefined;
    if (forgettable(r, now)) return this.#forget();
    if (live(r.status) && now >= r.expiresAt) return this.#expire(r);
    if (redeemable(r.status) && r.redeemBy !== null && now >= r.redeemBy)
      return this.#move(r, "lapse", r.redeemBy, "not_redeemed");
    const last = r.sends.at(-1);
    // A send that nobody settled: the Worker died in between. Counted, and the SMS may well be there.
    if (r.status === "created" && last?.fate === "reserved" && now >= last.at + SETTLE_AFTER)
      return this.#move(r, "send", now, null);
    return r;
  }

  /** Its time is over although no alarm said so: nobody reads it any more, and the next alarm takes the rest away. */
  #forget(): undefined {
    this.ctx.storage.kv.delete("record");
    void this.ctx.storage.setAlarm(Date.now());
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

  #follow({ record, move: wanted }: { record: Record; move?: Move }, before: Record, now: number): Record {
    // A late word on a verification that is over changes no end.
    const move = wanted && after(record.status, wanted) ? wanted : undefined;
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
    const moved: Record = {
      ...r,
      status,
      reason,
      seq: r.seq + 1,
      endedAt: over && !redeemable(status) ? at : null,
      // Nothing can be sent any more: the number has no reason to stay.
      number: over ? { ...r.number, sealed: null } : r.number,
    };
    return announce(moved, `verification.${status}`, at, this.#endpoints(r, `verification.${status}`));
  }

  #put(r: Record): Record {
    const now = Date.now();
    const wake = wakeAt(r, now);
    const ringing = r.alarmAt !== null && r.alarmAt > now && r.alarmAt <= wake;
    const record = ringing ? r : { ...r, alarmAt: wake };
    this.ctx.storage.kv.put<Record>("record", record);
    if (!ringing) void this.ctx.storage.setAlarm(wake);
    return record;
  }

  #endpoints({ brand }: Record, type: EventType): string[] {
    const webhooks = config(this.env).brands[brand]?.webhooks ?? [];
    return webhooks.filter(({ types }) => types === undefined || types.includes(type)).map(({ id }) => id);
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

function unsettled(r: Record): Unsettled | undefined {
  return r.leases ? { leases: r.leases, used: usage(r) } : undefined;
}

function replaceable(r: Record): OpenOutcome {
  return { ok: false, leased: r.leases !== null, reopenable: true, ended: unsettled(r) };
}
