/** What can happen to three customers, two numbers and their orders: steps as plain data, so that a counterexample reads like a story. */
import fc from "fast-check";

/** Where the Worker dies while it opens a verification; `never` = it lives. */
export const DEATHS = ["never", "claim", "supersede", "customer", "number", "lease", "open"] as const;
export type Death = (typeof DEATHS)[number];

/** What becomes of a text. `lost`: the gateway has it, and the Worker dies before it can say so. */
export const FATES = ["accepted", "refused", "rejected", "unclear", "lost"] as const;
export type TextFate = (typeof FATES)[number];

/** What the operator says of the device. */
export type Word = "ok" | "no" | "unknown";

/** `of` counts back from the newest verification; `twice`: the first answer never arrives, and the same call comes again. */
export type Step =
  | { do: "open"; who: number; order: number; revision: number; key: "new" | "same"; dies: Death }
  | { do: "text"; of: number; fate: TextFate; twice: boolean }
  | { do: "word"; of: number; fate: Exclude<TextFate, "lost"> }
  | { do: "ask"; of: number; press: "new" | "same"; twice: boolean }
  | { do: "back"; of: number; word: Word | "none"; twice: boolean }
  | { do: "heard"; of: number; word: Word }
  | { do: "guess"; of: number; code: "right" | "wrong" | "old" | "repeated"; twice: boolean }
  | { do: "redeem"; of: number; key: number; order: "same" | "other"; twice: boolean }
  | { do: "revoke" | "cancel" | "deny" | "leave" | "broke"; of: number; twice: boolean }
  | { do: "receipt"; of: number; delivered: boolean }
  | { do: "wait"; s: number }
  | { do: "evict" | "alarm" | "forgetful alarm"; of: number }
  | { do: "tidy" }
  | { do: "unlock"; who: number };

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** A record as one would write it, so that a counterexample can be pasted. */
const plain = <T>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record<T>(members, { noNullPrototype: true });
/** Around every limit that time decides: a resend, a code's life, a step's, a lease's, a stage's, a day. */
const WAITS = [
  1,
  16,
  31,
  61,
  4 * MINUTE,
  6 * MINUTE,
  14 * MINUTE,
  16 * MINUTE,
  HOUR + 1,
  5 * HOUR,
  22 * HOUR,
  25 * HOUR,
];

const of = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(3) }, fc.nat(11));
const twice = fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true));
const rarely = <T>(usual: T, others: readonly T[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));

const open = plain({
  do: fc.constant("open" as const),
  who: rarely(0, [1, 2]),
  order: rarely(0, [1, 2, 3]),
  revision: rarely(1, [2]),
  key: rarely<"new" | "same">("new", ["same"]),
  dies: rarely<Death>("never", DEATHS),
});
const text = plain({ do: fc.constant("text" as const), of, fate: rarely<TextFate>("accepted", FATES), twice });
const guess = plain({
  do: fc.constant("guess" as const),
  of,
  code: rarely<"right" | "wrong" | "old" | "repeated">("wrong", ["right", "old", "repeated"]),
  twice,
});
/** The press that goes to the operator. */
const ask = plain({
  do: fc.constant("ask" as const),
  of,
  press: rarely<"new" | "same">("new", ["same"]),
  twice,
});
/** The browser is back from there, with a code. `none`: the Worker dies before the operator says a word. */
const back = plain({
  do: fc.constant("back" as const),
  of,
  word: fc.constantFrom<Word | "none">("ok", "no", "unknown", "none", "none"),
  twice,
});
/** The operator's word by itself: late, once more, or one that nobody has asked for. */
const heard = plain({
  do: fc.constant("heard" as const),
  of,
  word: fc.constantFrom<Word>("ok", "ok", "no", "unknown"),
});
const redeem = plain({
  do: fc.constant("redeem" as const),
  of: rarely(0, [1, 2]),
  key: fc.nat(1),
  order: rarely<"same" | "other">("same", ["other"]),
  twice,
});
const stop = plain({ do: fc.constantFrom("revoke" as const, "cancel", "deny", "leave", "broke"), of, twice });
const wait = plain({ do: fc.constant("wait" as const), s: fc.constantFrom(...WAITS) });

/** One step; openings, texts and guesses come most often, because all else follows from them. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: open },
  { weight: 5, arbitrary: text },
  { weight: 8, arbitrary: guess },
  { weight: 5, arbitrary: wait },
  plain({
    do: fc.constant("word" as const),
    of,
    fate: fc.constantFrom("accepted" as const, "refused", "rejected", "unclear"),
  }),
  { weight: 2, arbitrary: redeem },
  ask,
  back,
  { weight: 2, arbitrary: stop },
  plain({ do: fc.constant("receipt" as const), of, delivered: fc.boolean() }),
  {
    weight: 3,
    arbitrary: plain({ do: fc.constantFrom("evict" as const, "alarm", "alarm", "forgetful alarm"), of }),
  },
  plain({ do: fc.constant("tidy" as const) }),
  plain({ do: fc.constant("unlock" as const), who: fc.nat(2) }),
);

/** A verification from its opening to what comes after the code. */
const scene = plain({
  begin: open,
  texts: fc.array(fc.tuple(fc.constantFrom(31, 61, 6 * MINUTE), text), { minLength: 1, maxLength: 3 }),
  guesses: fc.array(guess, { maxLength: 5 }),
  right: fc.boolean(),
  later: fc.array(step, { maxLength: 3 }),
  redeems: fc.array(redeem, { maxLength: 3 }),
}).map(({ begin, texts, guesses, right, later, redeems }): Step[] => [
  { ...begin, key: "new", dies: "never" },
  ...texts.flatMap(([s, one], i): Step[] => (i === 0 ? [one] : [{ do: "wait", s }, one])),
  ...guesses,
  ...(right ? [{ do: "guess", of: 0, code: "right", twice: false } as const] : []),
  ...later,
  ...redeems,
]);

/** Any steps in any order, and whole scenes among them, because chance alone seldom gets to the end of one. */
export const story: fc.Arbitrary<Step[]> = fc
  .array(fc.oneof({ weight: 2, arbitrary: scene }, { weight: 3, arbitrary: step.map((one) => [one]) }), {
    minLength: 3,
    maxLength: 9,
    size: "max",
  })
  .map((parts) => parts.flat());

/** A code that is taken, something else, and only then the operator's word on it. */
const late = fc
  .tuple(back, fc.oneof(text, guess, stop, wait), heard)
  .map(([taken, between, word]): Step[] => [{ ...taken, of: 0, word: "none" }, between, { ...word, of: 0 }]);

/** One order whose shopper may approve through the network: presses, codes, words and texts that come when they like. */
export const silent: fc.Arbitrary<Step[]> = fc
  .tuple(
    rarely<Step>({ do: "ask", of: 0, press: "new", twice: false }, [{ do: "text", of: 0, fate: "lost", twice: false }]),
    fc.array(
      fc.oneof(
        { weight: 2, arbitrary: late },
        { weight: 4, arbitrary: back.map((one) => [one]) },
        { weight: 3, arbitrary: ask.map((one) => [one]) },
        { weight: 2, arbitrary: heard.map((one) => [one]) },
        step.map((one) => [one]),
        { weight: 2, arbitrary: stop.map((one) => [one]) },
        text.map((one) => [one]),
        guess.map((one) => [one]),
        open.map((one) => [{ ...one, who: 0, order: 0 }]),
      ),
      { minLength: 2, maxLength: 8, size: "max" },
    ),
  )
  .map(([first, jumble]) => [
    { do: "open", who: 0, order: 0, revision: 1, key: "new", dies: "never" },
    first,
    ...jumble.flat(),
  ]);

/** One whole verification, whether the ledgers hear of its end, and how long the next one waits. */
const attempt = plain({
  who: fc.constantFrom(0, 0, 1),
  order: fc.nat(3),
  key: rarely<"new" | "same">("new", ["same"]),
  dies: rarely<Death>("never", DEATHS),
  texts: fc.constantFrom(1, 1, 2, 3),
  wrong: fc.constantFrom(5, 5, 5, 4, 4, 1, 0),
  right: rarely(false, [true]),
  told: fc.constantFrom("alarm" as const, "alarm" as const, "evict" as const, "forgetful alarm" as const),
  s: fc.constantFrom(1, 1, 14 * MINUTE, 16 * MINUTE, HOUR + 1, 23 * HOUR, 25 * HOUR),
}).map(({ who, order, key, dies, texts, wrong, right, told, s }): Step[] => [
  { do: "open", who, order, revision: 1, key, dies },
  ...Array.from({ length: texts }, (_, i): Step[] => [
    ...(i === 0 ? [] : [{ do: "wait", s: 61 } as const]),
    { do: "text", of: 0, fate: "accepted", twice: false },
  ]).flat(),
  ...wrongs(wrong),
  ...(right ? [{ do: "guess", of: 0, code: "right", twice: false } as const] : []),
  { do: told, of: 0 },
  { do: "wait", s },
]);

const wrongs = (n: number) =>
  Array.from({ length: n }, (): Step => ({ do: "guess", of: 0, code: "wrong", twice: false }));

/** So many days on which the first customer fails five times: the way to the stop. */
const days = (n: number): Step[] =>
  Array.from({ length: n }, (_, day): Step[] => [
    { do: "open", who: 0, order: day % 4, revision: 1, key: "new", dies: "never" },
    { do: "text", of: 0, fate: "accepted", twice: false },
    ...wrongs(5),
    { do: "alarm", of: 0 },
    { do: "wait", s: 25 * HOUR },
  ]).flat();

/** Two customers of one number have used all but one of its guesses of the day. */
const crowd: Step[] = [
  ...days(2).map((one): Step => (one.do === "wait" ? { do: "wait", s: 16 * MINUTE } : one)),
  { do: "open", who: 1, order: 3, revision: 1, key: "new", dies: "never" },
  { do: "text", of: 0, fate: "accepted", twice: false },
  ...wrongs(4),
  { do: "leave", of: 0, twice: false },
  { do: "alarm", of: 0 },
  { do: "open", who: 1, order: 2, revision: 1, key: "new", dies: "never" },
  { do: "text", of: 0, fate: "accepted", twice: false },
  ...wrongs(2),
];

/** One verification after the other, or while the last one is still open, some of them told late or never. */
export const siege: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.constantFrom([], [], [], days(4), days(5), crowd),
    fc.array(fc.oneof({ weight: 5, arbitrary: attempt }, { weight: 2, arbitrary: step.map((one) => [one]) }), {
      minLength: 3,
      maxLength: 12,
      size: "max",
    }),
  )
  .map(([before, parts]) => [...before, ...parts.flat()]);
