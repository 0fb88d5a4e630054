/** Codes that are not the one: out of time, of an earlier epoch, of another verification, brand or order. */
import type { Order } from "../../worker/contract.ts";
import { type Answer, problemOf, read } from "../http/client.ts";
import { approved, browser, sent } from "../http/step.ts";
import { attacked, findings, patch } from "./attack.ts";
import { face } from "./faces.ts";
import type { Target } from "./target.ts";

const GUESS = "worker/verification/guess.ts";
const ELAPSED = "worker/verification/elapsed.ts";
const KEYS = "worker/verification/keys.ts";
const SECOND = 1000;

async function codesOutOfTime({ at, ahead }: Target): Promise<string[]> {
  const [late, early] = [await sent(at), await sent(at)];
  await ahead(297 * SECOND);
  const inTime = await early.visitor.check(early.code);
  await ahead(301 * SECOND);
  const overdue = await late.visitor.check(late.code);
  const { attempts } = await late.shop.view(late.id);
  return findings(
    [inTime.status !== 200, `a code was refused before its 300 s were over: ${inTime.status}`],
    [overdue.status === 200, "a code was taken after its 300 s"],
    [attempts !== 0, "an expired code was evaluated"],
  );
}

attacked("entering a code after its time", codesOutOfTime, [
  {
    name: "a code never expires",
    patches: [patch(GUESS, "if (!codeAlive(r, now)) return", "if (r.wrong < 0) return")],
    shows: /taken after its 300 s/,
  },
  {
    name: "a code lives for ten minutes from its text",
    patches: [patch("worker/budget/limits.ts", "within(wishes.code_ttl_s, 300,", "within(wishes.code_ttl_s, 600,")],
    shows: /taken after its 300 s/,
  },
]);

async function codesOfEarlierEpochs({ at, ahead }: Target): Promise<string[]> {
  const { code, visitor, number, id, shop } = await sent(at);
  await ahead(301 * SECOND);
  await visitor.post("resend");
  const fresh = await at.text(number, 1);
  const typo = await visitor.check(String((Number(fresh.code) + 1) % 1e6).padStart(6, "0"));
  const old = await visitor.check(code);
  const { attempts } = await shop.view(id);
  // After a few minutes more the second code has gone as well; whatever is resent, no code is older than ten minutes.
  await ahead(602 * SECOND);
  const later = await visitor.check(fresh.code);
  const same = code === fresh.code; // once in a million
  return findings(
    [same, "a new epoch sent the old code"],
    [!same && old.status === 200, "the code of an earlier epoch was taken"],
    [!same && attempts !== 2, `of a typo and an old code ${attempts} were counted`],
    [blanked(typo) !== blanked(old), "the answer tells an old code from a typo"],
    [later.status === 200, "a code was taken ten minutes after its text"],
  );
}

/** A refusal without what every guess, or the text's receipt in between, changes. */
const blanked = (answer: Answer) =>
  face(answer).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|"attempts_remaining":\d|"delivery":\{"status":"\w+"/g, "…");

const COMPARED = "const right = sameText(mac, guessMac(master, r.id, guess.press, code(master, r)));";
attacked("entering the code of an earlier epoch", codesOfEarlierEpochs, [
  {
    name: "an expired code is sent once more",
    patches: [patch("worker/verification/sending.ts", "? r.epoch : r.epoch + 1", "? r.epoch : r.epoch")],
    shows: /new epoch sent the old code/,
  },
  {
    name: "earlier epochs count as well",
    patches: [
      patch(
        GUESS,
        COMPARED,
        "const right = [r.epoch, r.epoch - 1].some((epoch) => sameText(mac, guessMac(master, r.id, guess.press, liveCode(master, { ...r, epoch }))));",
      ),
    ],
    shows: /earlier epoch was taken/,
  },
  {
    name: "the refusal says that a code was once right",
    patches: [
      patch(
        GUESS,
        "const counted = {",
        `if (sameText(mac, guessMac(master, r.id, guess.press, liveCode(master, { ...r, epoch: r.epoch - 1 }))))
          return refusal(r, now, "VERIFICATION.CODE_EXPIRED");
        const counted = {`,
      ),
    ],
    shows: /tells an old code from a typo/,
  },
]);

async function verificationsOutOfTime({ at, ahead }: Target): Promise<string[]> {
  const [waiting, ready] = [await sent(at), await approved(at)];
  await ahead(301 * SECOND);
  const redeemed = await ready.shop.post(`/${ready.id}/redeem`, { order: ready.order });
  await ahead(901 * SECOND);
  const pressed = await waiting.visitor.post("resend");
  const { status } = await waiting.shop.view(waiting.id);
  return findings(
    [redeemed.status !== 410, `an approval of five minutes ago was redeemed: ${redeemed.status}`],
    [pressed.status !== 410, `a step of fifteen minutes ago sent again: ${pressed.status}`],
    [status !== "expired", `after fifteen minutes it is ${status}`],
  );
}

attacked("going on after the step's time", verificationsOutOfTime, [
  {
    name: "a step never expires",
    patches: [patch(ELAPSED, "if (live(r.status) && now >= r.expiresAt) return expired(r);", "")],
    shows: /after fifteen minutes it is sent/,
  },
  {
    name: "an approval never lapses",
    patches: [patch(ELAPSED, "r.redeemBy !== null && now >= r.redeemBy", "r.redeemBy === 0")],
    shows: /five minutes ago was redeemed: 200/,
  },
]);

async function foreignCodes({ at }: Target): Promise<string[]> {
  const mine = await sent(at);
  const [neighbour, elsewhere] = [await sent(at), await sent(at, "marisol")];
  const guess = async (code: string) => ({ same: code === mine.code, answer: await mine.visitor.check(code) });
  const tried = {
    "another verification's": await guess(neighbour.code),
    "another brand's": await guess(elsewhere.code),
  };
  const reopened = async ({ ref, number, shop }: typeof mine, order: Order) => {
    const { url } = read<{ url: string }>(await shop.post("", at.opening("tindra", ref, order)));
    const visitor = browser(at, url);
    await visitor.post("start");
    return { visitor, code: (await at.text(number, 1)).code };
  };
  // An order that gets dearer by one unit: a verification of its own takes the place of the first one.
  const first = await sent(at);
  const amount = { ...first.order.amount, value: first.order.amount.value + 1 };
  const next = await reopened(first, { ...first.order, revision: 2, amount });
  const older = { same: next.code === first.code, answer: await next.visitor.check(first.code) };
  // And one that its shopper had left, unchanged.
  const gone = await sent(at);
  await gone.visitor.post("leave", { reason: "left" });
  const again = await reopened(gone, gone.order);
  const left = { same: again.code === gone.code, answer: await again.visitor.check(gone.code) };
  const all = Object.entries({ ...tried, "an earlier revision's": older, "an ended verification's": left });
  return all.flatMap(([whose, { same, answer }]) =>
    findings(
      [same || answer.status === 200, `${whose} code was taken`],
      [answer.status !== 200 && problemOf(answer) !== "VERIFICATION.CODE_WRONG", `${whose} code: ${answer.status}`],
    ),
  );
}

// That the digest goes into the key cannot be seen from outside: an object never has two. test/worker/code holds it.
attacked("entering a code of another verification, brand or order", foreignCodes, [
  {
    name: "a code is not bound to its verification",
    patches: [
      patch(
        KEYS,
        'verificationKey(master, "code", of.id, of.digest)',
        'verificationKey(master, "code", "", of.digest)',
      ),
    ],
    shows: /an ended verification's code was taken/,
  },
  {
    name: "a code is bound to neither verification nor order",
    patches: [
      patch(KEYS, 'verificationKey(master, "code", of.id, of.digest)', 'verificationKey(master, "code", "", "")'),
    ],
    shows: /another verification's code was taken[\s\S]*an earlier revision's code was taken/,
  },
  {
    name: "a code is not bound to its brand",
    patches: [patch(KEYS, 'verificationKey(master, "code", of.id, of.digest)', "new Uint8Array(32)")],
    shows: /another brand's code was taken/,
  },
]);
