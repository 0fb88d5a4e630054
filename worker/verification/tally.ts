/** What is counted of a verification beside what its record says anyway, and the rows made of both. Pure. */
import type { Counted } from "../board/cells.ts";
import type { Reason, Status } from "../contract.ts";
import { type Decided, outcome } from "../events/outcome.ts";
import {
  banded,
  type Checked,
  checked,
  type Device,
  type EventName,
  type Happening,
  type Session,
} from "../events/rows.ts";
import type { Record } from "./record.ts";
import { live, redeemable } from "./state.ts";

/** What a record keeps for the numbers. Times in epoch milliseconds. */
export interface Tally {
  country: Checked<"country"> | "";
  prefix: Checked<"prefix"> | "";
  /** Of the browser that started first. */
  device: Device | "";
  from: Checked<"country"> | "";
  /** Whether that browser could have read the code out of the SMS by itself (WebOTP). */
  armed: boolean;
  openedAt: number | null;
  receiptAt: number | null;
  exempt: boolean;
  /** The end that its wide row tells of; noted before the row is written, so that there is never a second. */
  row: { status: Status; reason: Reason; at: number } | null;
  /** `{epoch seconds of the hour} {event}` → how often. */
  events: { [hourAndEvent: string]: number };
  /** Events in all, and how many of them the board knows of. */
  count: number;
  told: number;
  /** Points that were not taken. */
  lost: number;
}

/** Where the phone and the browser are, and what the browser is: all that the Worker tells of them. */
export type Seen = Pick<Tally, "device" | "from" | "armed">;

/** A verification of which nothing has been counted yet. */
export const EMPTY: Tally = {
  country: "",
  prefix: "",
  device: "",
  from: "",
  armed: false,
  openedAt: null,
  receiptAt: null,
  exempt: false,
  row: null,
  events: {},
  count: 0,
  told: 0,
  lost: 0,
};

/** What a deployment knows about a brand's verifications. */
export interface Terms {
  gateway: Session["gateway"];
  /** Micro-EUR of one accepted message. */
  messageCost: number;
  /** The brand's reporting currency and the digits of its minor unit. */
  currency: string;
  digits: number;
  worker: Session["worker"];
}

/** Something that happened between two states of a record. */
export type Happened = Pick<Happening, "event" | "why" | "ordinal" | "latency_ms">;

/** What happened from `before` (undefined: there was nothing) to `r`. The same state twice is nothing. */
export function happened(before: Record | undefined, r: Record, now: number): Happened[] {
  const found: Happened[] = [];
  const add = (event: EventName, more: Partial<Happened> = {}) =>
    found.push({ event, why: "", ordinal: 0, latency_ms: 0, ...more });
  if (!before) add("created", { why: ruleOf(r) });
  // The first start; a browser that only leaves has opened nothing.
  if ((r.sends.length > 0 || r.network) && r.tally.openedAt === null) add("opened");
  if (r.network?.word && !before?.network?.word) add("network_checked", { why: r.network.word });
  for (const send of r.sends) {
    const earlier = before?.sends.find(({ ordinal }) => ordinal === send.ordinal);
    const more = { ordinal: send.ordinal, latency_ms: now - send.at };
    if (send.fate !== "reserved" && (earlier?.fate ?? "reserved") === "reserved")
      add(send.fate === "rejected" ? "send_failed" : "code_sent", more);
    if (send.delivered === true && earlier?.delivered === undefined) add("code_delivered", more);
  }
  if (before && r.refusals > before.refusals) add("send_failed", { ordinal: r.sends.length + r.refusals });
  if (before && r.wrong > before.wrong) add("code_wrong", { ordinal: r.wrong });
  const { status } = r;
  // A send is an event of its own, with its gateway's word; an exemption is part of `created`.
  if (status !== (before?.status ?? "created") && status !== "created" && status !== "sent" && status !== "exempt")
    add(status, { why: r.reason === "rule" ? ruleOf(r) : (r.reason ?? "") });
  return found;
}

/** The record, knowing what happened and whether its wide row is due now. */
export function noted(r: Record, events: readonly Happened[], now: number): { record: Record; due: boolean } {
  const { tally, status, reason, endedAt } = r;
  const due = tally.row === null && reason !== null && endedAt !== null && !live(status) && !redeemable(status);
  const exempt = tally.exempt || status === "exempt";
  if (events.length === 0 && !due && exempt === tally.exempt) return { record: r, due };
  const hour = Math.floor(now / 3_600_000) * 3600;
  const counts = { ...tally.events };
  for (const { event } of events) counts[`${hour} ${event}`] = (counts[`${hour} ${event}`] ?? 0) + 1;
  const is = (name: EventName) => events.some(({ event }) => event === name);
  const next: Tally = {
    ...tally,
    exempt,
    events: counts,
    count: tally.count + events.length,
    openedAt: is("opened") ? now : tally.openedAt,
    receiptAt: is("code_delivered") ? (tally.receiptAt ?? now) : tally.receiptAt,
    row: due ? { status, reason, at: endedAt } : tally.row,
  };
  return { record: { ...r, tally: next }, due };
}

/** Whether the board has not heard yet how this verification ended, or what became of it since. */
export function uncounted({ tally }: Pick<Record, "tally">): boolean {
  return tally.row !== null && tally.told < tally.count;
}

/** The thin row of what happened. */
export function eventRow(r: Record, one: Happened, terms: Terms, now: number): Happening {
  return { ...dimensions(r, terms), version: "E1", ...one, cost: 0, since_ms: now - r.createdAt, amount: 0 };
}

/** The wide row of a verification that is over; undefined as long as it is not. */
export function sessionRow(r: Record, terms: Terms): Session | undefined {
  const { tally } = r;
  const { row } = tally;
  if (!row) return undefined;
  const decision = decided(r);
  const first = r.sends[0];
  return {
    version: "S1",
    ...dimensions(r, terms),
    outcome: outcome(decision, row.status, row.reason),
    rule: ruleOf(r),
    reason: row.reason,
    locale: checked("locale", r.smsLocale ?? r.presentation.locale),
    arm: "",
    worker: terms.worker,
    mode: r.presentation.mode,
    category: r.order.category,
    created: Math.floor(r.createdAt / 1000),
    reach: reach(r, decision, row.status),
    sends: taken(r),
    receipts: r.sends.filter(({ delivered }) => delivered === true).length,
    refused: r.refusals + r.sends.filter(({ fate }) => fate === "rejected").length,
    resends: Math.max(0, r.sends.length - 1),
    switches: r.network && channelOf(r) === "sms" ? 1 : 0,
    guesses: r.guesses.length,
    wrong: r.wrong,
    approved: r.approvedAt === null ? 0 : 1,
    approved_ms: r.approvedAt === null ? 0 : r.approvedAt - r.createdAt,
    receipt_ms: first && tally.receiptAt !== null ? tally.receiptAt - first.at : 0,
    length_ms: row.at - r.createdAt,
    opened: tally.openedAt === null ? 0 : 1,
    review: r.decision.action === "review" ? 1 : 0,
  };
}

/** What the exact counters take of a verification that is over; undefined as long as it is not. */
export function countedOf(r: Record, terms: Terms): Counted | undefined {
  const session = sessionRow(r, terms);
  if (!session) return undefined;
  const { value: amount, currency } = r.order.amount;
  const taken = r.redemption !== null && r.status === "revoked";
  const late = taken ? (r.reason === "recipient_denied" ? "denied" : "revoked") : "";
  return { session, amount, currency, late, lost: r.tally.lost, events: r.tally.events };
}

const BAND = { allow: "low", exempt: "low", review: "mid", deny: "high" } as const;
const ENTRY = { typed: 1, paste: 2, autofill: 3, webotp: 4 } as const;

function dimensions(r: Record, terms: Terms) {
  const { tally, decision, order } = r;
  return {
    brand: checked("brand", r.brand),
    country: tally.country,
    operator: "",
    gateway: texted(r) ? terms.gateway : "",
    channel: channelOf(r),
    prefix: tally.prefix,
    band: BAND[decision.action],
    from: tally.from,
    device: tally.device,
    decision: decided(r),
    pseudonym: "",
    // Two currencies are never added: a basket in another one has no value here.
    value: order.amount.currency === terms.currency ? banded(order.amount.value, terms.digits) : 0,
    cost: taken(r) * terms.messageCost,
    score: 0,
    entry: r.network?.word === "ok" ? 5 : r.entry === null ? 0 : ENTRY[r.entry],
    webotp: r.entry === "webotp" ? 2 : tally.armed ? 1 : 0,
  } as const;
}

/** The last one it was tried on. */
function channelOf(r: Record): Session["channel"] {
  return r.network?.word !== "ok" && texted(r) ? "sms" : r.network ? "network" : "";
}

function texted(r: Record): boolean {
  return r.sends.length + r.refusals > 0;
}

function decided({ tally, decision }: Record): Decided {
  if (tally.exempt) return "exempt";
  return decision.action === "deny" ? "block" : "challenge";
}

function ruleOf({ decision, reason }: Record): Checked<"rule"> | "" {
  if (reason === "budget" || reason === "number_changed") return checked("rule", reason);
  return decision.action === "allow" ? "" : checked("rule", decision.reasons[0]);
}

/** A send whose fate is not known may have arrived, and is paid for like one that was accepted. */
function taken({ sends }: Record): number {
  return sends.filter(({ fate }) => fate === "accepted" || fate === "unclear").length;
}

/** How far it came. Each step includes the ones before: an approval by the network counts in all of them. */
function reach(r: Record, decision: Decided, end: Status): number {
  if (decision !== "challenge") return 1;
  if (end === "redeemed") return 7;
  if (r.approvedAt !== null) return 6;
  if (r.guesses.length > 0) return 5;
  if (taken(r) > 0) return 4;
  if (r.tally.openedAt !== null) return 3;
  return r.limits.guesses > 0 ? 2 : 1;
}
