/** More guesses than five, and more approvals than one: in parallel, after the end, by a resend, before the first text. */
import { type Answer, problemOf, read } from "../http/client.ts";
import { approved, opened, sent, wrongCodes } from "../http/step.ts";
import { attacked, findings, patch } from "./attack.ts";
import { fromBrowser, many } from "./burst.ts";
import type { Target } from "./target.ts";

const OBJECT = "worker/verification/verification.ts";
const GUESS = "worker/verification/guess.ts";
const STATES = "worker/verification/state.ts";
const wrong = (answers: Answer[]) =>
  answers.filter((answer) => answer.status === 422 && problemOf(answer) === "VERIFICATION.CODE_WRONG").length;

/** The object reads, waits for something, and decides on what it had read (workerd then lets other calls in). */
const AWAITS = {
  name: "the object waits between reading and writing",
  patches: [
    patch(
      OBJECT,
      "(r, now) => {\n        const change = judge(",
      "async (r, now) => {\n        await scheduler.wait(50);\n        const change = judge(",
    ),
  ],
};
const NO_LOCK = {
  name: "nothing ends at the fifth wrong guess",
  patches: [patch(GUESS, "if (counted.wrong >= r.limits.guesses)", "if (counted.wrong < 0)")],
};
/** Both the look at the status and the table of moves have to go before a code works after the end. */
const REUSED = {
  name: "a code is taken after the end as well",
  patches: [
    patch(GUESS, 'if (r.status === "approved" || r.status === "redeemed") return judged(r, now);', ""),
    patch(GUESS, "if (before || !live(r.status)) return", "if (before) return"),
    patch(
      STATES,
      'approve: { created: "approved", sent: "approved" }',
      'approve: { created: "approved", sent: "approved", approved: "approved", redeemed: "approved", failed: "approved" }',
    ),
  ],
};

async function parallelGuesses({ at }: Target): Promise<string[]> {
  const { id, code, visitor, shop } = await sent(at);
  const presses = wrongCodes(code, 60).map((guess) => visitor.press("check", { code: guess }));
  const told = wrong(await fromBrowser(at, visitor, presses));
  const { attempts, status } = await shop.view(id);
  return findings(
    [told > 4, `${told} of 60 guesses in flight together were evaluated and told wrong`],
    [attempts !== 5, `the object evaluated ${attempts} of 60 guesses`],
    [status !== "failed", `after 60 wrong guesses it is ${status}`],
  );
}

attacked("guessing sixty codes in flight together", parallelGuesses, [
  { ...AWAITS, shows: /(?:[5-9]|\d\d) of 60 guesses in flight together were evaluated/ },
  { ...NO_LOCK, shows: /the object evaluated 60 of 60/ },
]);

async function aroundTheRightOne({ at }: Target): Promise<string[]> {
  const found: string[] = [];
  for (const place of [5, 60, 131, 199]) {
    const { id, code, visitor, shop } = await sent(at);
    const guesses = wrongCodes(code, 200).with(place, code);
    const presses = guesses.map((guess) => visitor.press("check", { code: guess }));
    const answers = await fromBrowser(at, visitor, presses);
    const { attempts, status } = await shop.view(id);
    // The bytes of all are released at once, so the right one may come among the first five by chance; then it is one of them.
    const right = answers[place]?.status === 200;
    found.push(
      ...findings(
        [attempts > 5 || (!right && attempts !== 5), `the object evaluated ${attempts} of 200 around the right one`],
        [right && wrong(answers) >= 5, `the right one of 200 was taken after ${wrong(answers)} wrong ones`],
        [status !== (right ? "approved" : "failed"), `200 guesses around the right one made it ${status}`],
      ),
    );
  }
  return found;
}

attacked("guessing two hundred codes at once around the right one", aroundTheRightOne, [
  { ...NO_LOCK, shows: /evaluated \d{2,3} of 200[\s\S]*taken after \d+ wrong ones/ },
]);

async function parallelRightCodes({ at }: Target): Promise<string[]> {
  const { id, code, order, visitor, shop } = await sent(at);
  const presses = many(50, () => visitor.press("check", { code }));
  const answers = await fromBrowser(at, visitor, presses);
  const faces = new Set(answers.map((answer) => JSON.stringify({ ...read<object>(answer), server_now: "" })));
  const { attempts, status } = await shop.view(id);
  const redeems = await Promise.all(many(2, () => shop.post(`/${id}/redeem`, { order })));
  const verdicts = redeems.filter((answer) => answer.status === 200).length;
  return findings(
    [attempts !== 1, `the object evaluated ${attempts} of 50 right codes`],
    [faces.size !== 1, `50 right codes got ${faces.size} different answers`],
    [status !== "approved", `after 50 right codes it is ${status}`],
    [verdicts !== 1, `50 right codes led to ${verdicts} redemptions`],
  );
}

// `AWAITS` cannot be seen here: fifty stale approvals write the same record, and one is left. It is seen above.
attacked("entering the right code fifty times at once", parallelRightCodes, [
  { ...REUSED, shows: /evaluated (?:[2-9]|\d\d) of 50 right codes/ },
]);

async function onePressOften({ at }: Target): Promise<string[]> {
  const { id, code, visitor, shop } = await sent(at);
  const [guess = ""] = wrongCodes(code, 1);
  const press = visitor.press("check", { code: guess });
  await fromBrowser(
    at,
    visitor,
    many(20, () => press),
  );
  const { attempts } = await shop.view(id);
  return findings([attempts !== 1, `one press that was sent 20 times cost ${attempts} guesses`]);
}

attacked("repeating one press of a wrong code", onePressOften, [
  {
    name: "presses have no name",
    patches: [patch(GUESS, "r.guesses.find((g) => sameText(g.mac, mac))", "undefined")],
    shows: /sent 20 times cost 5 guesses/,
  },
]);

async function codesAfterTheEnd({ at }: Target): Promise<string[]> {
  const done = await approved(at);
  await done.shop.post(`/${done.id}/redeem`, { order: done.order });
  await done.visitor.check(done.code);
  const redeemed = await done.shop.view(done.id);
  const again = await done.shop.post(`/${done.id}/redeem`, { order: done.order });
  const lost = await sent(at);
  for (const guess of wrongCodes(lost.code, 5)) await lost.visitor.check(guess);
  const late = await lost.visitor.check(lost.code);
  const failed = await lost.shop.view(lost.id);
  return findings(
    [redeemed.status !== "redeemed", `a used code made ${redeemed.status} of redeemed`],
    [redeemed.attempts !== 1, `a used code was evaluated again: ${redeemed.attempts} guesses`],
    [again.status === 200, "a used code brought a second verdict"],
    [late.status === 200, "the right code was taken after five wrong ones"],
    [
      failed.status !== "failed" || failed.attempts !== 5,
      `the end was ${failed.status} with ${failed.attempts} guesses`,
    ],
  );
}

attacked("using a code after the end", codesAfterTheEnd, [
  { ...REUSED, shows: /made approved of redeemed[\s\S]*taken after five wrong/ },
  { ...NO_LOCK, shows: /taken after five wrong/ },
]);

async function guessesAfterResend({ at, ahead }: Target): Promise<string[]> {
  const { id, code, visitor, shop, number } = await sent(at);
  const guesses = wrongCodes(code, 9);
  for (const guess of guesses.slice(0, 4)) await visitor.check(guess);
  await ahead(31_000);
  await visitor.post("resend");
  const texts = await at.texts(number);
  for (const guess of guesses.slice(4)) await visitor.check(guess);
  const { attempts, status } = await shop.view(id);
  return findings(
    [texts !== 2, `the resend brought ${texts} texts in all`],
    [attempts !== 5, `a resend gave guesses back: ${attempts} were evaluated`],
    [status !== "failed", `five wrong guesses around a resend left it ${status}`],
  );
}

attacked("refilling guesses by a resend", guessesAfterResend, [
  {
    name: "a resend begins to count anew",
    patches: [patch("worker/verification/sending.ts", "retryAt: null,\n    },", "retryAt: null, wrong: 0,\n    },")],
    shows: /gave guesses back: 9/,
  },
]);

async function codesBeforeAnyText({ at }: Target): Promise<string[]> {
  const { id, visitor, shop, number } = await opened(at);
  await visitor.page(); // brings the cookie
  const codes = ["", "0", "000000", "0000000", "123456", "undefined", "null"];
  const statuses = new Set<number>();
  for (const code of codes) statuses.add((await visitor.check(code)).status);
  const { attempts, status } = await shop.view(id);
  return findings(
    [attempts !== 0, `${attempts} guesses were evaluated though nothing was sent`],
    [statuses.has(200), "a code was right though nothing was sent"],
    [status !== "created", `guesses before any text made it ${status}`],
    [(await at.texts(number)) !== 0, "a guess sent a text"],
  );
}

attacked("entering codes before any was sent", codesBeforeAnyText, [
  {
    name: "the code counts before its first text",
    patches: [
      patch(GUESS, 'if (r.codeExpiresAt === null) return refusal(r, now, "VERIFICATION.NO_CODE_SENT");', ""),
      patch(
        "worker/verification/record.ts",
        "return r.codeExpiresAt !== null && now <",
        "return r.codeExpiresAt === null || now <",
      ),
    ],
    shows: /[1-9] guesses were evaluated though nothing was sent/,
  },
  {
    name: "no code yet means that the empty one is right",
    patches: [
      patch(GUESS, 'if (r.codeExpiresAt === null) return refusal(r, now, "VERIFICATION.NO_CODE_SENT");', ""),
      patch(
        "worker/verification/record.ts",
        "return r.codeExpiresAt !== null && now <",
        "return r.codeExpiresAt === null || now <",
      ),
      patch(GUESS, "if (guess.code.length !== r.digits)", "if (guess.code && guess.code.length !== r.digits)"),
      patch(GUESS, "const right = sameText(", 'const right = (r.sends.length === 0 && guess.code === "") || sameText('),
      patch("worker/contract.ts", "v.regex(/^[0-9]{6,8}$/)", "v.regex(/^[0-9]*$/)"),
    ],
    shows: /a code was right though nothing was sent/,
  },
]);
