/**
 * The reference: one verification as DESIGN.md tells it, in plain data and by hand. Knows no storage, no alarm and no
 * worker/ code but names of things, so that it cannot share a mistake with the object.
 */
import type { ProblemCode, Reason, Status } from "../../worker/contract.ts";
import type { TextFate, Word } from "./modelsteps.ts";

const S = 1000;
const MINUTE = 60 * S;
const CODE_LIFE = 5 * MINUTE;
const CODE_LIFE_MAX = 10 * MINUTE;
const STEP_LIFE = 15 * MINUTE;
const STEP_LIFE_MAX = 30 * MINUTE;
const REDEEM_WITHIN = 5 * MINUTE;
const HOLD_WINDOW = 120 * MINUTE;
const SETTLE_AFTER = 15 * S;
const REFUSALS_MAX = 5;
const RESEND_WAITS = [30 * S, 60 * S, 120 * S];
export const REFUSED_FOR = 5 * S;

/** One counted text. */
export interface Text {
  press: string;
  ordinal: number;
  at: number;
  word: "none" | "accepted" | "rejected" | "unclear";
  delivered?: boolean;
}

/** What a verification must be by now. */
export interface Shadow {
  id: string;
  brand: string;
  order: string;
  digest: string;
  status: Status;
  reason: Reason | null;
  granted: { guesses: number; sends: number };
  guesses: { press: string; code: string; right: boolean; at: number }[];
  texts: Text[];
  /** Texts that the gateway took, by when: whatever became of the word about them. */
  seen: number[];
  refusals: number;
  retryAt: number;
  /** The silent check: the press that went to the operator, and where its one code is. */
  check: { press: string; code: "out" | "taken" | "void"; word?: Word } | null;
  /** Somebody has come who was sent to the operator. */
  entered: boolean;
  /** Times that a code of the operator's was let through, as the object had it. */
  checks: number;
  code: { epoch: number; from: number; until: number } | null;
  createdAt: number;
  expiresAt: number;
  endedAt: number | null;
  approvedAt: number | null;
  redeemedWith: string | null;
  /** Somebody was told that it is approved. */
  acknowledged: boolean;
  keys: Map<string, Status>;
}

/** What a caller is told; `sends` = a text has to leave now, `asks` = the browser goes to the operator instead. */
export type Told = { ok: true; sends?: true; asks?: true } | { ok: false; problem: ProblemCode };
const OK: Told = { ok: true };
const no = (problem: ProblemCode): Told => ({ ok: false, problem });

export const isLive = ({ status }: Shadow) => status === "created" || status === "sent";
const REPLACEABLE: readonly Status[] = [
  ...(["failed", "expired", "abandoned", "canceled", "superseded"] as const),
  ...(["blocked", "undeliverable", "errored", "lapsed"] as const),
];
/** Whether a new create of the same order opens another one in its place. */
export const isReplaceable = ({ status }: Shadow) => REPLACEABLE.includes(status);

export function opened(
  of: Pick<Shadow, "id" | "brand" | "order" | "digest">,
  key: string,
  granted: { guesses: number; sends: number } | undefined,
  late: boolean,
  now: number,
): Shadow {
  const [status, reason]: [Status, Reason | null] = late
    ? ["superseded", "order_changed"]
    : granted
      ? ["created", null]
      : ["blocked", "budget"];
  return {
    ...{ ...of, status, reason, granted: granted ?? { guesses: 0, sends: 0 } },
    ...{ guesses: [], texts: [], seen: [], refusals: 0, retryAt: 0, code: null },
    ...{ check: null, entered: false, checks: 0 },
    ...{ createdAt: now, expiresAt: now + STEP_LIFE, endedAt: status === "created" ? null : now },
    ...{ approvedAt: null, redeemedWith: null, acknowledged: false, keys: new Map([[key, status]]) },
  };
}

/** What time alone has done by `now`. */
export function tick(s: Shadow, now: number): void {
  const last = s.texts.at(-1);
  if (isLive(s) && now >= s.expiresAt) {
    if (s.texts.length > 0) end(s, "expired", "expired_unentered", s.expiresAt);
    else if (s.refusals > 0) end(s, "errored", "gateway_failed", s.expiresAt);
    else end(s, "expired", s.entered ? "expired_unentered" : "expired_unopened", s.expiresAt);
  } else if (s.status === "approved" && now >= (s.approvedAt ?? 0) + REDEEM_WITHIN) {
    end(s, "lapsed", "not_redeemed", (s.approvedAt ?? 0) + REDEEM_WITHIN);
  } else if (s.status === "created" && last?.word === "none" && now >= last.at + SETTLE_AFTER) s.status = "sent";
}

export function resumed(s: Shadow, key: string, now: number): void {
  if (isLive(s)) {
    s.expiresAt = Math.min(now + STEP_LIFE, s.createdAt + STEP_LIFE_MAX);
    s.entered = false;
  }
  // Whoever comes now has not asked the operator.
  if (s.check?.code === "out") s.check.code = "void";
  s.keys.set(key, s.status);
}

/** The press that would rather go to the operator: once, repeated under its own name, and a text where that cannot be. */
export function asked(s: Shadow, press: string, now: number): Told {
  if (!isLive(s)) return over(s);
  if (s.texts.length > 0) return OK;
  const first = s.check === null || (s.check.press === press && s.check.code === "out");
  if (s.status !== "created" || !first) return texted(s, press, now);
  s.check = { press, code: "out" };
  s.entered = true;
  return { ok: true, asks: true };
}

/** Whether the code that the browser brings back from the operator is taken. */
export function returned(s: Shadow): boolean {
  if (!isLive(s) || s.check?.code !== "out") return false;
  s.check.code = "taken";
  return true;
}

/** The operator's word: the first one on a code that was taken; anything but `ok` leaves all as it was. */
export function heard(s: Shadow, word: Word, now: number): void {
  if (!isLive(s) || s.check?.code !== "taken" || s.check.word) return;
  s.check.word = word;
  if (word === "ok") Object.assign(s, { status: "approved", reason: "network", approvedAt: now, acknowledged: true });
}

/** The check as the object must have stored it. */
export function checkOf({ check }: Shadow): object | null {
  if (!check) return null;
  const { press, code, word } = check;
  return { press, ...(code !== "out" && { tried: true }), ...(word && { word }) };
}

export function texted(s: Shadow, press: string, now: number): Told {
  if (!isLive(s)) return over(s);
  if (s.texts.some((text) => text.press === press)) return OK;
  if (s.texts.length >= s.granted.sends) return no("VERIFICATION.SENDS_EXHAUSTED");
  const last = s.texts.at(-1);
  const early = last ? last.at + (RESEND_WAITS[s.texts.length - 1] ?? 0) : 0;
  if (now < Math.max(early, s.retryAt))
    return no(s.retryAt >= early ? "GATEWAY.UNAVAILABLE" : "VERIFICATION.RESEND_TOO_EARLY");
  const alive = s.code && now < s.code.until;
  const from = s.code && alive ? s.code.from : now;
  const until = Math.min(now + CODE_LIFE, from + CODE_LIFE_MAX, s.expiresAt);
  s.code = { epoch: s.code ? s.code.epoch + (alive ? 0 : 1) : 0, from, until };
  s.texts.push({ press, ordinal: s.texts.length + s.refusals + 1, at: now, word: "none" });
  s.retryAt = 0;
  return { ok: true, sends: true };
}

/** The gateway's word on a text that has none yet. */
export function worded(s: Shadow, text: Text, fate: Exclude<TextFate, "lost">, now: number): void {
  if (fate === "refused") {
    s.texts = s.texts.filter((other) => other !== text);
    s.refusals += 1;
    s.retryAt = now + REFUSED_FOR;
    const last = s.texts.at(-1);
    const until = last && s.code && Math.min(last.at + CODE_LIFE, s.code.from + CODE_LIFE_MAX, s.expiresAt);
    s.code = s.code && until ? { ...s.code, until } : null;
    if (s.refusals >= REFUSALS_MAX && isLive(s)) end(s, "errored", "gateway_failed", now);
    return;
  }
  text.word = fate;
  if (hopeless(s)) end(s, "undeliverable", "not_delivered", now);
  else if (s.status === "created" && fate !== "rejected") s.status = "sent";
}

export function received(s: Shadow, text: Text, delivered: boolean, now: number): void {
  if (!isLive(s) || text.delivered !== undefined) return;
  text.delivered = delivered;
  if (hopeless(s)) end(s, "undeliverable", "not_delivered", now);
}

export function guessed(s: Shadow, press: string, code: string, right: boolean, now: number): Told {
  if (s.status === "approved" || s.status === "redeemed") return OK;
  if (s.guesses.some((guess) => guess.press === press && guess.code === code))
    return isLive(s) ? no("VERIFICATION.CODE_WRONG") : over(s);
  if (!isLive(s)) return over(s);
  if (!s.code) return no("VERIFICATION.NO_CODE_SENT");
  if (now >= s.code.until) return no("VERIFICATION.CODE_EXPIRED");
  s.status = "sent";
  s.guesses.push({ press, code, right, at: now });
  if (right) {
    Object.assign(s, { status: "approved", reason: "code", approvedAt: now, acknowledged: true });
    return OK;
  }
  if (wrongOf(s) < s.granted.guesses) return no("VERIFICATION.CODE_WRONG");
  end(s, "failed", "guesses_exhausted", now);
  return over(s);
}

export function redeemed(s: Shadow, sameOrder: boolean, key: string, now: number): Told {
  if (s.status === "revoked") return no("VERIFICATION.REVOKED");
  if (!sameOrder) return no("VERIFICATION.ORDER_MISMATCH");
  if (s.redeemedWith !== null) return s.redeemedWith === key ? OK : no("VERIFICATION.ALREADY_REDEEMED");
  if (s.status === "lapsed" || s.status === "expired") return no("VERIFICATION.EXPIRED");
  if (s.status !== "approved") return no(isLive(s) ? "VERIFICATION.NOT_APPROVED" : "VERIFICATION.ENDED");
  s.redeemedWith = key;
  end(s, "redeemed", s.reason as Reason, now);
  return OK;
}

/** How it stands for its order for good, where it does. */
export function finalOf({ status, reason }: Shadow): Status | undefined {
  if (reason === "recipient_denied") return "denied";
  return status === "redeemed" || status === "revoked" ? status : undefined;
}

/** The other ways to end, by who wants it. */
export function stopped(s: Shadow, by: "revoke" | "cancel" | "leave" | "broke" | "supersede", now: number): Told {
  const [status, reason, from] = STOPS[by];
  if (s.status === status && by !== "broke" && by !== "supersede") return OK;
  if (!from.includes(s.status)) return by === "leave" || by === "broke" ? over(s) : no("VERIFICATION.ENDED");
  end(s, status, reason, now);
  return by === "broke" ? over(s) : OK;
}

const LIVE = ["created", "sent"] as const;
const STOPS: Record<"revoke" | "cancel" | "leave" | "broke" | "supersede", [Status, Reason, readonly Status[]]> = {
  revoke: ["revoked", "revoked_by_shop", ["approved", "redeemed"]],
  cancel: ["canceled", "canceled_by_shop", LIVE],
  leave: ["abandoned", "left", LIVE],
  broke: ["blocked", "budget", LIVE],
  supersede: ["superseded", "order_changed", [...LIVE, "approved"]],
};

/** "Not my order": what the recipient's page says afterwards. */
export function denied(s: Shadow, now: number): "closed" | "stopped" | "held" {
  if (s.texts.length === 0) return "closed";
  if (s.reason === "recipient_denied") return s.status === "revoked" ? "held" : "stopped";
  const before = isLive(s);
  const after = s.approvedAt !== null && now < s.approvedAt + HOLD_WINDOW;
  if (before) end(s, "denied", "recipient_denied", now);
  else if (after && (s.status === "approved" || s.status === "redeemed")) end(s, "revoked", "recipient_denied", now);
  else return "closed";
  return before ? "stopped" : "held";
}

export const wrongOf = (s: Shadow) => s.guesses.filter(({ right }) => !right).length;

function hopeless(s: Shadow): boolean {
  const lost = (text: Text) => text.word === "rejected" || text.delivered === false;
  return isLive(s) && s.texts.length >= s.granted.sends && s.texts.every(lost);
}

function over(s: Shadow): Told {
  return no(s.status === "expired" ? "VERIFICATION.EXPIRED" : "VERIFICATION.ENDED");
}

function end(s: Shadow, status: Status, reason: Reason, at: number): void {
  Object.assign(s, { status, reason, endedAt: at });
}
