import { DurableObject } from "cloudflare:workers";
import type { Counted } from "../board/cells.ts";
import { brandById } from "../brands/brand.ts";
import { hours, KEPT, limitsOf } from "../budget/limits.ts";
import { config } from "../config.ts";
import { revived } from "../webhooks/outbox.ts";
import { admitted, same } from "./admission.ts";
import {
  answer,
  type CheckOutcome,
  type DenyView,
  denyView,
  ended,
  exported,
  type Facts,
  facts,
  type NetworkOutcome,
  noticeOf,
  type OfferOutcome,
  type Opening,
  type OpenOutcome,
  type PageOutcome,
  pageView,
  type RedeemOutcome,
  type ReserveOutcome,
  redeemRefusal,
  refusal,
  reservedSend,
  type SendPress,
  type StepOutcome,
  type Unsettled,
  unsettled,
  type Visitor,
  verdictFacts,
  type WithdrawOutcome,
} from "./answers.ts";
import { alarmed, closing, toldOf } from "./errands.ts";
import { type Guess, judge, judged, rememberedCode } from "./guess.ts";
import { Kept } from "./kept.ts";
import { verificationId } from "./link.ts";
import { askable, heard, type NetworkCheck } from "./network.ts";
import { born, resumed, standing, uses } from "./opening.ts";
import type { Opened, Record } from "./record.ts";
import { type Fate, receive, reserve, settle } from "./sending.ts";
import { after, live } from "./state.ts";

const NOT_FOUND = { ok: false, problem: "VERIFICATION.NOT_FOUND" } as const;

/**
 * One customer proving, once, that they hold the number on file. One object per verification.
 * Deciding methods are not async on purpose: the compiler then refuses an await between read and write.
 */
export class Verification extends DurableObject<Env> {
  readonly #kept = new Kept(this.ctx, this.env);
  readonly #code = rememberedCode();

  /** Opens, resumes or repeats. The same create key gets the same answer and changes nothing. */
  open(o: Opening): OpenOutcome {
    const now = Date.now();
    const known = this.#kept.read(now);
    // Erased, or forgotten after its day: what it had leased, if anything, is used up, so the next one leases on its own.
    if (!known)
      return o.over || this.#kept.remembers("erased")
        ? { ok: false, leased: false, reopenable: true, ended: undefined }
        : this.#create(o, now);
    const before = known.openings[o.key];
    if (before) return { ok: true, leased: uses(known, o), opened: before, facts: facts(known) };
    const means = standing(known, o);
    if (means === "resume") return this.#opened(this.#kept.put(resumed(known, o, now)), o);
    const over = means === "end" ? this.#kept.move(known, "block", now, "number_changed") : known;
    return { ok: false, leased: false, reopenable: true, ended: unsettled(over) };
  }

  /** The verification as its brand's order system may see it; undefined for any other brand. */
  read(brand: string): Facts | undefined {
    const r = this.#kept.read(Date.now());
    return r?.brand === brand ? facts(r) : undefined;
  }

  /** What the page of a visitor shows; one who is `returning` has started before. Changes nothing but what time already changed. */
  page({ brand, browser }: Visitor, returning = false): PageOutcome {
    const now = Date.now();
    const r = this.#kept.read(now);
    if (r?.brand !== brand) return { view: "closed" };
    const elsewhere = r.browser === null ? returning : !same(r.browser, browser);
    return elsewhere ? { view: "elsewhere" } : pageView(r, now);
  }

  /** The state for the bound browser. */
  state(visitor: Visitor): StepOutcome {
    return this.#admitted(visitor, (r, now) => answer(r, now));
  }

  /** Counts a send, or says why there is none. The first one binds the step to this browser. */
  reserveSend(visitor: SendPress): ReserveOutcome {
    return this.#admitted<ReserveOutcome>(
      visitor,
      (r, now, entering) => {
        if (!live(r.status)) return ended(r, now);
        const first = r.sends.length === 0;
        const tally = first ? { ...r.tally, ...visitor.seen } : r.tally;
        const seen = entering || first ? { ...r, framed: visitor.framed, tally } : r;
        const smsLocale = visitor.locale ?? r.smsLocale;
        if (visitor.network && askable(r, visitor.press)) {
          const asked = this.#kept.put({ ...seen, smsLocale, network: { press: visitor.press } });
          return { ...answer(asked, now), network: true };
        }
        const reservation = reserve(seen, visitor, now);
        // A start that sends nothing still binds: after a resuming create the code is already out.
        if (reservation.kind === "sent") return answer(entering ? this.#kept.put(seen) : seen, now);
        if (reservation.kind === "refused") return refusal(r, now, reservation.problem, reservation.waitMs);
        const { ordinal } = reservation;
        const denyToken = r.denyToken ?? visitor.denyToken;
        const record = this.#kept.put({ ...reservation.record, smsLocale, denyToken });
        return { ok: true, send: reservedSend(record, ordinal, now) };
      },
      true,
    );
  }

  /** The brand's budget of the day is used up: nothing is sent, and the shop has to look for another way. */
  unaffordable(brand: string): StepOutcome {
    return this.#of(brand, (r, now) => ended(live(r.status) ? this.#kept.move(r, "block", now, "budget") : r, now));
  }

  /** Nobody can tell which number is on file now: where nothing was sent yet, nothing will be. */
  unconfirmed(brand: string): void {
    this.#of(brand, (r, now) => {
      if (live(r.status) && r.sends.length === 0) this.#kept.move(r, "error", now, "authority_failed");
    });
  }

  /** Takes the gateway's word on a reserved send. */
  settleSend(brand: string, ordinal: number, word: Fate): StepOutcome {
    return this.#of(brand, (r, now) => {
      const settled = settle(r, ordinal, word, now);
      const record = settled ? this.#kept.take(settled) : r;
      if (word.fate !== "refused") return answer(record, now);
      if (!live(record.status)) return ended(record, now);
      return refusal(record, now, "GATEWAY.UNAVAILABLE", word.retryAfterS * 1000);
    });
  }

  /** Lets the bound browser have one code of the operator's redeemed, and counts it before it leaves. */
  reserveNetwork(visitor: Visitor): NetworkOutcome {
    return this.#admitted<NetworkOutcome>(visitor, (r, now) => {
      const { kid, network, sealed } = r;
      if (!live(r.status) || !network || network.tried) return answer(r, now);
      const record = this.#kept.put({ ...r, network: { ...network, tried: true } });
      return { ...answer(record, now), number: { sealed: sealed ?? "", kid } };
    });
  }

  /** Takes the operator's word on the device that fetched the code. */
  settleNetwork(brand: string, word: NonNullable<NetworkCheck["word"]>): StepOutcome {
    return this.#of(brand, (r, now) => {
      const change = live(r.status) ? heard(r, word, now) : undefined;
      return answer(change ? this.#kept.take(change) : r, now);
    });
  }

  /** Takes a delivery receipt; unknown sends and repeated words change nothing. */
  receipt(brand: string, ordinal: number, delivered: boolean): void {
    this.#of(brand, (r, now) => {
      const received = receive(r, ordinal, delivered, now);
      if (!received) return;
      const { record, moves } = received;
      this.#kept.take({ record: delivered ? this.#kept.told(record, "verification.delivered", now) : record, moves });
    });
  }

  /** Evaluates a guess; the same press with the same code gets the same answer and costs nothing. */
  check(guess: Visitor & Guess): CheckOutcome {
    return this.#admitted<CheckOutcome>(
      guess,
      (r, now) => {
        const change = judge(r, guess, { master: this.#master(r), code: this.#code }, now);
        if (!("record" in change)) return change;
        const record = this.#kept.take(change);
        const notice = noticeOf(r, record);
        return notice ? { ...judged(record, now), notice } : judged(record, now);
      },
      true,
    );
  }

  /** The shopper stops. Leaving twice is leaving once. */
  leave(visitor: Visitor & { reason: "left" | "no_access_to_number" }): StepOutcome {
    return this.#admitted(
      visitor,
      (r, now) => {
        if (!live(r.status)) return r.status === "abandoned" ? answer(r, now) : ended(r, now);
        return answer(this.#kept.move(r, "abandon", now, visitor.reason), now);
      },
      true,
    );
  }

  /**
   * A newer revision of the order took its place; what this one leased is free for it. Where the recipient has denied
   * the order it says so instead, to who asks for that: a Worker of before reads every answer for what was leased.
   */
  supersede(brand: string, asking?: "denied"): Unsettled | "denied" | undefined {
    const now = Date.now();
    const r = this.#kept.read(now);
    // Its own create is still on the way, and comes too late.
    if (!r) this.#kept.remember("superseded", now + KEPT);
    else if (r.brand !== brand) return undefined;
    else if (after(r.status, "supersede")) return unsettled(this.#kept.move(r, "supersede", now, "order_changed"));
    else if (r.reason === "recipient_denied") return asking;
    return undefined;
  }

  /** The order system withdraws (`cancel`) or takes an approval back (`revoke`); idempotent. */
  withdraw(brand: string, move: "cancel" | "revoke", why: string | null): WithdrawOutcome {
    return this.#of<WithdrawOutcome>(brand, (r, now) => {
      const [target, reason] =
        move === "cancel" ? (["canceled", "canceled_by_shop"] as const) : (["revoked", "revoked_by_shop"] as const);
      if (r.status === target) return { ok: true, facts: facts(r) };
      if (!after(r.status, move)) return { ok: false, problem: "VERIFICATION.ENDED" };
      return { ok: true, facts: facts(this.#kept.move({ ...r, withdrawal: why }, move, now, reason)) };
    });
  }

  /** What a verdict for this order would say; checks everything `redeem` checks, consumes nothing. */
  offer(brand: string, digest: string, key: string): OfferOutcome {
    return this.#of<OfferOutcome>(brand, (r, now) => {
      const problem = redeemRefusal(r, digest, key);
      if (problem) return { ok: false, problem };
      if (r.redemption) return { ok: true, verdict: r.redemption.verdict, offer: null };
      return { ok: true, verdict: null, offer: { at: now, facts: verdictFacts(r, now) } };
    });
  }

  /**
   * Consumes the approval for exactly the order of `digest`, once, and keeps the verdict that was signed for it.
   * The same `key` (a hash) gets the same verdict again, because a lost response must not strand an order.
   */
  redeem(brand: string, digest: string, key: string, verdict: string): RedeemOutcome {
    return this.#of<RedeemOutcome>(brand, (r, now) => {
      const problem = redeemRefusal(r, digest, key);
      if (problem) return { ok: false, problem };
      if (r.redemption) return { ok: true, verdict: r.redemption.verdict };
      // The Worker settles from here; should it die first, the next alarm does.
      const over = unsettled(r);
      this.#kept.move({ ...r, redemption: { key, at: now, verdict } }, "redeem", now, r.reason);
      return { ok: true, verdict, ...(over && { ended: over }) };
    });
  }

  /**
   * The recipient of the SMS says "not my order". Before the approval it ends the verification; after it, within the
   * hold window, it takes the approval back and asks for the order to be held. Idempotent.
   */
  deny(brand: string): DenyView {
    const now = Date.now();
    const r = this.#kept.read(now);
    const view = denyView(r, brand, now);
    if (!r || view.state !== "open") return view;
    const held = live(r.status) ? r : this.#kept.told(r, "order.hold_requested", now);
    return denyView(this.#kept.move(held, "deny", now, "recipient_denied"), brand, now);
  }

  /** What the page behind the link in the SMS shows; nothing that the recipient should not know. */
  deniable(brand: string): DenyView {
    return denyView(this.#kept.read(Date.now()), brand, Date.now());
  }

  /** Puts event `seq` on its way again, with all its tries. False where it is not in the outbox any more. */
  replay(brand: string, seq: number): boolean {
    const now = Date.now();
    const r = this.#kept.read(now);
    const record = r?.brand === brand ? revived(r, seq, now) : undefined;
    if (record) this.#kept.put(record);
    return record !== undefined;
  }

  /**
   * What is counted of it, for a label that comes before the board was told: null while it is not over, undefined where
   * nothing is kept, false for any other brand.
   */
  counted(brand: string): Counted | null | undefined | false {
    const r = this.#kept.read(Date.now());
    if (!r) return undefined;
    return r.brand === brand && (toldOf(this.env, r)?.counted ?? null);
  }

  /** All that is stored of the customer here, readable; no key, no code, no full number. */
  export(brand: string): object | undefined {
    const r = this.#kept.read(Date.now());
    return r?.brand === brand ? exported(r) : undefined;
  }

  /** Ends what is still running, tells the ledgers what they have to know of it, and forgets everything. */
  async erase(brand: string): Promise<boolean> {
    const now = Date.now();
    const r = this.#kept.read(now);
    if (r?.brand !== brand) return false;
    const over = live(r.status) ? this.#kept.move(r, "cancel", now, "canceled_by_shop") : r;
    await closing(this.env, over);
    // Taken back meanwhile: its order has to know of that as well.
    if (this.#kept.recall(Date.now())?.seq !== over.seq) return this.erase(brand);
    await this.ctx.storage.deleteAlarm();
    await this.#kept.clear();
    // For an hour only the fact that there was something to erase: errands on their way come home to it.
    this.#kept.remember("erased", now + hours(1));
    return true;
  }

  /** Runs the errands. Every decision was, or will be, taken by the next read just the same. */
  override async alarm(): Promise<void> {
    await alarmed(this.env, this.#kept);
  }

  #create(o: Opening, now: number): OpenOutcome {
    const brand = brandById(o.brand);
    if (!brand) throw new Error("a verification was opened for a brand without a pack");
    const id = verificationId(this.ctx.id.toString());
    const superseded = this.#kept.remembers("superseded");
    const place = { id, digits: brand.policy.digits, limits: limitsOf(brand.limits), superseded };
    const { record, moves } = born(o, place, now);
    // The first event is number 0: it tells of no move.
    const told = this.#kept.told({ ...record, seq: -1 }, "verification.created", now);
    return this.#opened(this.#kept.take({ record: told, moves }), o);
  }

  #opened(r: Record, o: Opening): OpenOutcome {
    return { ok: true, leased: uses(r, o), opened: r.openings[o.key] as Opened, facts: facts(r) };
  }

  /** Runs `act` for the verification's own brand. */
  #of<T>(brand: string, act: (r: Record, now: number) => T): T | typeof NOT_FOUND {
    const now = Date.now();
    const r = this.#kept.recall(now);
    const outcome = r?.brand === brand ? act(r, now) : NOT_FOUND;
    this.#kept.touch();
    return outcome;
  }

  /** Runs `act` for the browser the step is bound to; `enter` lets one in while it is bound to none. */
  #admitted<T>(
    visitor: Visitor,
    act: (r: Record, now: number, entering: boolean) => T | StepOutcome,
    enter = false,
  ): T | StepOutcome {
    const now = Date.now();
    const known = admitted(this.#kept.recall(now), visitor, enter);
    const outcome = known.ok ? act(known.r, now, known.entering) : known;
    this.#kept.touch();
    return outcome;
  }

  #master(r: Record) {
    return config(this.env)
      .secrets(r.brand)
      ?.master.find(({ kid }) => kid === r.kid);
  }
}
