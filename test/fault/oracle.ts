/**
 * Judges a history after the fact: what clients asked and were told, which texts the gateway took, which events the
 * shop received, and what stands in the end. Knows the invariants of SECURITY.md 4 and nothing of the Worker.
 */

/** One request of one client. Without an answer it was lost: the Worker may have done it, or not. */
export interface Asked {
  op: "open" | "start" | "check" | "redeem" | "cancel" | "revoke" | "deny";
  /** Empty where an open was never answered. */
  verification: string;
  /** What the client sent of the order, all of it: equal texts are equal orders. */
  order: string;
  /** Its `Idempotency-Key`: a repeated request has the same one. */
  key: string;
  /** Of a check: what was typed. */
  code?: string;
  from: number;
  to: number;
  answer?: { status: number; problem?: string; state?: string; verdict?: string };
}

/** A text that the gateway took. */
export interface Text {
  number: string;
  at: number;
  /** It carries no code: it tells the holder of the number that codes were guessed. */
  notice?: true;
}

/** An event as the shop received it, or as it stands among the dead letters. */
export interface Heard {
  id: string;
  type: string;
  verification: string;
  seq: number;
}

/** What `GET /v1/verifications/{id}` says in the end. */
export interface Final {
  id: string;
  order: string;
  number: string;
  status: string;
  attempts: number;
  sends: number;
}

export interface History {
  asked: readonly Asked[];
  texts: readonly Text[];
  hooks: readonly Heard[];
  dead: readonly Heard[];
  finals: readonly Final[];
}

/** DESIGN.md 5, by hand. */
const GUESSES = 5;
const TEXTS = { verification: 3, number: 10, notice: 1 };
/** Shorter than this no approval lapses. */
const REDEEM_WITHIN_MS = 300_000;
const DAY_MS = 86_400_000;
const LIVE = ["created", "sent"];
/** Where an approval can lead, and what takes it back. */
const AFTER_APPROVAL: Record<string, readonly Asked["op"][]> = {
  approved: [],
  redeemed: ["redeem"],
  revoked: ["revoke", "deny"],
  superseded: ["open"],
};

/** Every violation, a line each that begins with its invariant; none in a sound history. */
export function judged(history: History): string[] {
  const each = history.finals.flatMap((final) => {
    const mine = history.asked.filter(({ verification }) => verification === final.id);
    return [guesses, approvals, survival, acceptance, ends, known].flatMap((law) => law(final, mine, history));
  });
  return [...each, ...missing(history), ...redemptions(history), ...texts(history), ...events(history)];
}

type Law = (final: Final, mine: readonly Asked[], history: History) => string[];

const when = (broken: boolean, complaint: string): string[] => (broken ? [complaint] : []);
const told = (asked: Asked, state: string) => asked.answer?.status === 200 && asked.answer.state === state;
const unlessNo = ({ answer }: Asked) => answer === undefined || answer.status < 300;

/** I1: five guesses, and each that was answered is counted; a press that is repeated is one guess. */
const guesses: Law = ({ id, attempts, status }, mine) => {
  const presses = (of: readonly Asked[]) => new Set(of.map(({ key, code }) => `${key} ${code}`)).size;
  const checks = mine.filter(({ op }) => op === "check");
  const evaluated = checks.filter((c) => c.answer?.problem === "VERIFICATION.CODE_WRONG");
  const answered = presses(evaluated) + (checks.some((c) => told(c, "approved")) ? 1 : 0);
  return [
    ...when(attempts > GUESSES || answered > GUESSES, `I1 ${id}: ${Math.max(attempts, answered)} guesses evaluated`),
    ...when(attempts < answered, `I1 ${id}: ${answered} guesses were answered, ${attempts} are counted`),
    ...when(attempts > presses(checks), `I1 ${id}: ${attempts} guesses counted of ${presses(checks)} presses`),
    ...when(status === "failed" && attempts < GUESSES, `I1 ${id}: failed after ${attempts} guesses`),
  ];
};

/** I3: one approval a verification. */
const approvals: Law = ({ id }, mine, { hooks, dead }) => {
  const named = [...hooks, ...dead].filter((h) => h.verification === id && h.type === "verification.approved");
  const codes = new Set(mine.filter((c) => c.op === "check" && told(c, "approved")).map(({ code }) => code));
  const times = Math.max(new Set(named.map((h) => h.id)).size, codes.size);
  return when(times > 1, `I3 ${id}: approved ${times} times`);
};

/** I5: an approval that was answered stands until it is redeemed, or somebody takes it back. */
const survival: Law = ({ id, status, order }, mine, { asked }) => {
  const approval = mine.find((one) => told(one, "approved"));
  const takesBack = AFTER_APPROVAL[status];
  const by = status === "superseded" ? asked.filter((one) => one.order !== order) : mine;
  const meant = takesBack?.length === 0 || by.some((one) => takesBack?.includes(one.op) && unlessNo(one));
  const old = status === "lapsed" && Date.now() >= (approval?.from ?? 0) + REDEEM_WITHIN_MS;
  const redeemed = mine.find((one) => one.op === "redeem" && one.answer?.status === 200);
  const back = mine.some(({ op }) => op === "revoke" || op === "deny");
  return [
    ...when(approval !== undefined && !meant && !old, `I5 ${id}: its approval was answered, it is ${status}`),
    ...when(
      redeemed !== undefined && status !== "redeemed" && !(status === "revoked" && back),
      `I5 ${id}: its redemption was answered, it is ${status}`,
    ),
  ];
};

/** I4: what was redeemed had been approved, for exactly that order. */
const acceptance: Law = ({ id, order }, mine) =>
  mine
    .filter((one) => one.op === "redeem" && one.answer?.status === 200)
    .flatMap((redeem) => [
      ...when(redeem.order !== order, `I4 ${id}: accepted for another order`),
      ...when(
        !mine.some((one) => one.op === "check" && (told(one, "approved") || !one.answer) && one.from <= redeem.to),
        `I4 ${id}: accepted without an approval`,
      ),
    ]);

/** I5 for the ends that a shop or a recipient was told. */
const ends: Law = ({ id, status }, mine) => {
  const said = mine.find((one) => (one.op === "cancel" || one.op === "revoke") && one.answer?.status === 200);
  const must = said && (said.op === "cancel" ? "canceled" : "revoked");
  return when(must !== undefined && status !== must, `I5 ${id}: ${must} was answered, it is ${status}`);
};

/** I6 of one verification; I5 of its texts. */
const known: Law = ({ id, sends, number }, mine, history) => {
  const started = mine.some((one) => one.op === "start" && one.answer?.status === 200);
  // A notice is counted by the number's ledger, not by a verification.
  const seen = history.texts.filter((text) => text.number === number && !text.notice).length;
  const all = history.finals.filter((final) => final.number === number);
  const counted = all.reduce((sum, one) => sum + one.sends, 0);
  return [
    ...when(started && sends === 0, `I5 ${id}: a text was answered, none is counted`),
    ...when(sends > TEXTS.verification, `I6 ${id}: ${sends} texts of one verification`),
    ...when(all[0]?.id === id && seen > counted, `I6 ${id}: the gateway saw ${seen} texts, ${counted} are counted`),
  ];
};

/** I5: whatever was opened can be read. */
function missing({ asked, finals }: History): string[] {
  const opened = asked.filter(({ op, answer }) => op === "open" && answer?.status === 201);
  const ids = new Set(opened.map(({ verification }) => verification));
  return [...ids].filter((id) => !finals.some((final) => final.id === id)).map((id) => `I5 ${id}: it is gone`);
}

/** I3: an order revision is redeemed once, and whoever asks again with the same key is told the same. */
function redemptions({ asked }: History): string[] {
  const accepted = asked.filter(({ op, answer }) => op === "redeem" && answer?.status === 200);
  return [...Map.groupBy(accepted, ({ order }) => order)].flatMap(([order, redeems]) => {
    const verdicts = new Set(redeems.map(({ answer }) => answer?.verdict)).size;
    return when(verdicts > 1, `I3 order ${order}: redeemed with ${verdicts} verdicts`);
  });
}

/** I6: no number gets more texts than a day allows, nor a notice without a reason. */
function texts({ texts: all, finals }: History): string[] {
  return [...Map.groupBy(all, ({ number }) => number)].flatMap(([number, got]) => {
    const busiest = (some: readonly Text[]) =>
      Math.max(0, ...some.map(({ at }) => some.filter((t) => t.at <= at && t.at > at - DAY_MS).length));
    const most = busiest(got);
    const notices = got.filter(({ notice }) => notice);
    const mine = finals.filter((final) => final.number === number);
    const failures = mine.filter(({ status }) => status === "failed").length;
    return [
      ...when(most > TEXTS.number, `I6 …${number.slice(-2)}: ${most} texts in a day`),
      ...when(busiest(notices) > TEXTS.notice, `I6 …${number.slice(-2)}: ${busiest(notices)} notices in a day`),
      ...when(notices.length > failures, `I6 …${number.slice(-2)}: ${notices.length} notices of ${failures} failures`),
      ...when(mine.length === 0, `I6 …${number.slice(-2)}: texts without a verification`),
    ];
  });
}

/** I7: every end arrives under one id, or stands among the dead letters; an id never names two events. */
function events({ finals, hooks, dead }: History): string[] {
  const all = [...hooks, ...dead];
  const lost = finals
    .filter(({ status }) => !LIVE.includes(status))
    .flatMap(({ id, status }) => {
      const ids = all.filter((h) => h.verification === id && h.type === `verification.${status}`).map((h) => h.id);
      return [
        ...when(ids.length === 0, `I7 ${id}: nobody heard that it is ${status}`),
        ...when(new Set(ids).size > 1, `I7 ${id}: ${status} came under ${new Set(ids).size} ids`),
      ];
    });
  const doubled = [...Map.groupBy(all, ({ id }) => id)].flatMap(([id, named]) => {
    const meanings = new Set(named.map(({ verification, seq, type }) => `${verification} ${seq} ${type}`)).size;
    return when(meanings > 1, `I7 ${id}: one id for ${meanings} events`);
  });
  return [...lost, ...doubled];
}
