/** What can happen to three customers, two numbers and their orders: steps as plain data, so that a counterexample reads like a story. */
import fc from "fast-check";

/** Where the Worker dies while it opens a verification; `never` = it lives. */
export const DEATHS = ["never", "claim", "customer", "number", "lease", "supersede", "open"] as const;
export type Death = (typeof DEATHS)[number];

/** What becomes of a text. `lost`: the gateway has it, and the Worker dies before it can say so. */
export const FATES = ["accepted", "refused", "rejected", "unclear", "lost"] as const;
export type TextFate = (typeof FATES)[number];

/** `of` counts back from the newest verification; `twice`: the first answer never arrives, and the same call comes again. */
export type Step =
  | { do: "open"; who: number; order: number; revision: number; key: "new" | "same"; dies: Death }
  | { do: "text"; of: number; fate: TextFate; twice: boolean }
  | { do: "word"; of: number; fate: Exclude<TextFate, "lost"> }
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
  who: fc.nat(2),
  order: fc.nat(3),
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
  {
    weight: 2,
    arbitrary: plain({
      do: fc.constant("redeem" as const),
      of,
      key: fc.nat(1),
      order: rarely<"same" | "other">("same", ["other"]),
      twice,
    }),
  },
  {
    weight: 2,
    arbitrary: plain({
      do: fc.constantFrom("revoke" as const, "cancel", "deny", "leave", "broke"),
      of,
      twice,
    }),
  },
  plain({ do: fc.constant("receipt" as const), of, delivered: fc.boolean() }),
  {
    weight: 3,
    arbitrary: plain({ do: fc.constantFrom("evict" as const, "alarm", "alarm", "forgetful alarm"), of }),
  },
  plain({ do: fc.constant("tidy" as const) }),
  plain({ do: fc.constant("unlock" as const), who: fc.nat(2) }),
);

/** Any steps, few orders: what one verification can go through. */
export const story: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 10, maxLength: 45, size: "max" });

/** One whole verification, and whether the ledgers hear of its end. */
const attempt = plain({
  who: rarely(0, [1, 2]),
  order: fc.nat(3),
  key: rarely<"new" | "same">("new", ["same"]),
  dies: rarely<Death>("never", DEATHS),
  texts: rarely(1, [2, 3]),
  wrong: rarely(5, [0, 1, 4]),
  right: rarely(false, [true]),
  told: rarely<"alarm" | "forgetful alarm" | "evict">("alarm", ["evict", "forgetful alarm"]),
  s: fc.constantFrom(1, 14 * MINUTE, 16 * MINUTE, HOUR + 1, 23 * HOUR, 25 * HOUR),
}).map(({ who, order, key, dies, texts, wrong, right, told, s }): Step[] => [
  { do: "open", who, order, revision: 1, key, dies },
  ...Array.from({ length: texts }, (_, i): Step[] => [
    ...(i === 0 ? [] : [{ do: "wait", s: 61 } as const]),
    { do: "text", of: 0, fate: "accepted", twice: false },
  ]).flat(),
  ...Array.from({ length: wrong }, (): Step => ({ do: "guess", of: 0, code: "wrong", twice: false })),
  ...(right ? [{ do: "guess", of: 0, code: "right", twice: false } as const] : []),
  { do: told, of: 0 },
  { do: "wait", s },
]);

/** One customer after the other verification, some of them told late or never: what the days' budgets must stand. */
export const siege: fc.Arbitrary<Step[]> = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: attempt },
      step.map((one) => [one]),
    ),
    { minLength: 3, maxLength: 14, size: "max" },
  )
  .map((parts) => parts.flat());
