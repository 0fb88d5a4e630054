/** Judging a guess. Pure; the object writes what comes back. */
import type { Entry } from "../contract.ts";
import { answer, ended, refusal, type StepOutcome } from "./answers.ts";
import { derive, liveCode, type MasterKey, sameText, token } from "./keys.ts";
import { type Change, codeAlive, type Due, type Record } from "./record.ts";
import { live } from "./state.ts";

/** A well-formed code, and the press it came with, as the caller named it. */
export interface Guess {
  press: string;
  code: string;
  entry: Entry;
}

/** 128 bits: no two guesses look alike, and five of them stay within the record's page. */
const MAC_BYTES = 16;

/**
 * Compares a guess with the one live code, both as MACs; the code is derived, never stored. Gives what it changes, or
 * the answer where it changes nothing: the same press with the same code is evaluated once.
 */
export function judge(
  r: Record,
  guess: Guess,
  { master, code }: { master: MasterKey | undefined; code: typeof liveCode },
  now: number,
): Change | StepOutcome {
  if (r.status === "approved" || r.status === "redeemed") return judged(r, now);
  if (!master) return { ok: false, problem: "BRAND.UNAVAILABLE" };
  const mac = guessMac(master, r.id, guess.press, guess.code);
  const before = r.guesses.find((g) => sameText(g.mac, mac));
  if (before || !live(r.status)) return judged(r, now);
  if (guess.code.length !== r.digits) return refusal(r, now, "REQUEST.INVALID");
  if (r.codeExpiresAt === null) return refusal(r, now, "VERIFICATION.NO_CODE_SENT");
  if (!codeAlive(r, now)) return refusal(r, now, "VERIFICATION.CODE_EXPIRED");
  const right = sameText(mac, guessMac(master, r.id, guess.press, code(master, r)));
  const counted = {
    ...r,
    entry: guess.entry,
    wrong: r.wrong + (right ? 0 : 1),
    guesses: [...r.guesses, { mac, right }],
  };
  const moves: Due[] = [];
  // A guess at a code whose send is not settled yet: something was sent, or there were nothing to type.
  if (r.status === "created") moves.push({ move: "send", reason: null, at: now });
  if (right) {
    moves.push({ move: "approve", reason: "code", at: now });
    return { record: { ...counted, approvedAt: now, redeemBy: now + r.limits.redeemWindow }, moves };
  }
  if (counted.wrong >= r.limits.guesses) moves.push({ move: "exhaust", reason: "guesses_exhausted", at: now });
  return { record: counted, moves };
}

/** `liveCode` that knows its last answer, in memory alone: the guess after a wrong one does not derive the code again. */
export function rememberedCode(): typeof liveCode {
  let [known, code] = ["", ""];
  return (master, of) => {
    const name = `${master.kid}|${of.id}|${of.digest}|${of.epoch}`;
    if (name !== known) [known, code] = [name, liveCode(master, of)];
    return code;
  };
}

/** What `r` answers to a guess that was evaluated, now or before: a right code that comes twice is told the same. */
export function judged(r: Record, now: number): StepOutcome {
  if (r.status === "approved" || r.status === "redeemed") return answer(r, now);
  return live(r.status) ? refusal(r, now, "VERIFICATION.CODE_WRONG") : ended(r, now);
}

/** Of press and code together, so that what a caller has put into the press does not get into storage. */
function guessMac({ key }: MasterKey, id: string, press: string, code: string): string {
  return token(derive(key, "guess", `${id}|${code}|${press}`).subarray(0, MAC_BYTES));
}
