/** The four numbers, and the smaller ones around them. */
import {
  chanceOfCount,
  chanceOfShare,
  change,
  count,
  duration,
  FEW_ROWS_QUANTILE,
  type Figure,
  type Good,
  mean,
  percent,
  rate,
} from "../figures.ts";
import type { Answer } from "../given.ts";
import { FOUR } from "../labels.ts";
import type { Console } from "../model.ts";
import type { Sight } from "../sight.ts";
import { fewRows, Tile, type TileOf } from "../Tile.tsx";
import { about, attempts, autofillShare, counted, failed, figure, number, text, withOutcome } from "../tally.ts";
import { over, timesOf } from "./overtime.ts";

/** Answers over a period by question, as far as they are known. */
type Told = (question: string) => Answer | undefined;

/** What is known over the period, and over the one before. */
function told(model: Console, sight: Sight): [Told, Told] {
  return [
    (question) => model.known(sight.ask(question)).value,
    (question) => {
      const ask = sight.askBefore(question);
      const value = ask && model.known(ask).value;
      return value?.nothing_yet ? undefined : value;
    },
  ];
}

const plain = (value: number) => count({ value, margin: 0 });
const share = (value: number) => percent({ value, margin: 0 });

/** How a number of a tile is read from an answer, and what is said of it. */
interface Reading {
  read(answer: Answer): Figure | undefined;
  good: Good;
  say?: (figure: Figure) => string;
  /** A rate, with what it is a share of: its change is in percentage points. */
  of?: (answer: Answer) => Figure;
  /** Column of the hourly answer that is its course; two for a rate. */
  course?: readonly [string, string?];
  detail?: TileOf["detail"];
}

/** Below this relative difference a mean is not called better or worse: its answer does not say how far chance goes. */
const CLEAR_MEAN = 0.03;

/** Makes the tile of a number from the answer to `question`. */
function tileOf([now, before]: [Told, Told], sight: Sight) {
  const courseOf = (told: Told, range: Sight["before"], [a, b]: readonly [string, string?]) => {
    const hours = told("hourly");
    if (!hours || !range || !hours.meta.some(({ name }) => name === a)) return undefined;
    const times = timesOf(range, sight.zone, range.to);
    const values = over(hours, a, times);
    if (!b) return values.map(({ value }) => value);
    return over(hours, b, times).map((all, i) => rate(values[i] as Figure, all)?.value);
  };
  return (name: string, question: string, reading: Reading): TileOf => {
    const { read, good, of, say = of ? percent : count, course, detail } = reading;
    const [answer, earlier] = [now(question), before(question)];
    const [value, then] = [answer && read(answer), earlier && read(earlier)];
    const chance = [answer, earlier].map((told) => {
      const figure = told && read(told);
      if (!figure) return 0;
      if (of) return chanceOfShare(figure.value, of(told).value);
      return say === count ? chanceOfCount(figure.value) : figure.value * CLEAR_MEAN;
    });
    const values = course && courseOf(now, sight.range, course);
    return {
      name,
      value: value ? say(value) : "–",
      few: value ? fewRows(value) : false,
      detail,
      change: value && change(value, then, good, { points: Boolean(of), chance: Math.hypot(...chance) }),
      before: then && say(then),
      ...(values && {
        course: { values, before: courseOf(before, sight.before, course), say: course[1] ? share : plain },
      }),
    };
  };
}

/** Always first, and under these names. */
export function FourNumbers({ console: model, sight }: { console: Console; sight: Sight }) {
  const both = told(model, sight);
  const [now] = both;
  const tile = tileOf(both, sight);
  const challenged = now("funnel");
  const whole = challenged && figure(challenged, challenged.data[0], "challenged");
  const ofChallenged = (part: Figure | undefined) => {
    const of = part && whole && rate(part, whole);
    return of && `${percent(of)} of those challenged`;
  };
  const outcomes = now("outcomes");
  const stopped = outcomes && withOutcome(outcomes, "stopped");
  return (
    <dl class="four">
      <Tile
        big
        {...tile(FOUR.proceeded, "outcomes", {
          read: (answer) => withOutcome(answer, "proceeded"),
          good: "up",
          course: ["proceeded"],
          detail: [
            ofChallenged(outcomes && withOutcome(outcomes, "proceeded")),
            stopped && stopped.value > 0 && <span class="more">{count(stopped)} more stopped by the shop</span>,
          ],
        })}
      />
      <Tile
        big
        {...tile(FOUR.aborted, "outcomes", {
          read: (answer) => withOutcome(answer, "aborted"),
          good: "down",
          course: ["aborted"],
          detail: ofChallenged(outcomes && withOutcome(outcomes, "aborted")),
        })}
      />
      <Tile
        big
        {...tile(FOUR.failed, "outcomes", {
          read: failed,
          good: "down",
          course: ["failed"],
          detail: ofChallenged(outcomes && failed(outcomes)),
        })}
      />
      <Tile
        big
        {...tile(FOUR.attempts, "attempts", {
          read: attempts,
          good: "none",
          course: ["attempts"],
          detail: <Guesses now={now} />,
        })}
      />
    </dl>
  );
}

/** What stands beside the number of attempts. */
function Guesses({ now }: { now: Told }) {
  const row = now("attemptsMean")?.data[0];
  const funnel = now("funnel");
  const opened = funnel && figure(funnel, funnel.data[0], "opened");
  const firstTry = row?.first_try;
  const wrong = funnel && figure(funnel, funnel.data[0], "wrong");
  const ofAll = wrong && rate(wrong, figure(funnel, funnel.data[0], "attempts"));
  return (
    <>
      {opened && `in ${count(opened)} opened verifications`}
      {ofAll && (
        <span class="more">
          {count(wrong)} wrong, {percent(ofAll)}
        </span>
      )}
      {typeof firstTry === "number" && (
        <span class="more">{percent({ value: firstTry, margin: 0 })} right at the first try</span>
      )}
    </>
  );
}

const step = (column: string) => (answer: Answer) => figure(answer, answer.data[0], column);
const ratio = (a: string, b: string) => (answer: Answer) => rate(step(a)(answer), step(b)(answer));

/** One brand's quantile of time to verify; several brands' are listed, never averaged. */
function verifyTime(answer: Answer, sight: Sight): Pick<TileOf, "value" | "detail" | "few"> {
  const name = (row: Answer["data"][number]) => {
    const id = text(row, "brand");
    // Isolated (Unicode UAX #9): a name may be of a script that runs the other way.
    return `\u2068${sight.me.brands.find((brand) => brand.id === id)?.name ?? id}\u2069`;
  };
  const enough = answer.data.filter((row) => number(row, "rows_read") >= FEW_ROWS_QUANTILE);
  if (!enough.length) return { value: "–", detail: `from ${FEW_ROWS_QUANTILE} approvals on` };
  const [low, high] = ["p50_ms", "p95_ms"].map((q) => enough.map((row) => number(row, q)).sort((a, b) => a - b));
  const ends = (all: number[] = []) => [...new Set([all[0] ?? 0, all.at(-1) ?? 0].map(duration))].join(" – ");
  return {
    value: about(answer) + ends(low),
    detail: [
      `95 % within ${ends(high)}`,
      enough.length > 1 && <span class="more">median per brand, {enough.map(name).join(", ")}</span>,
    ],
  };
}

/** The numbers the four are made of. */
export function Tiles({ console: model, sight }: { console: Console; sight: Sight }) {
  const both = told(model, sight);
  const [now, before] = both;
  const tile = tileOf(both, sight);
  const times = now("verifyTime");
  const median = (answer: Answer | undefined) =>
    answer?.data.length === 1 && number(answer.data[0], "rows_read") >= FEW_ROWS_QUANTILE
      ? { value: number(answer.data[0], "p50_ms"), margin: 0 }
      : undefined;
  const p50 = median(times);
  const earlier = median(before("verifyTime"));
  const outcomes = now("outcomes");
  const blocked = outcomes && rate(withOutcome(outcomes, "blocked"), withOutcome(outcomes));
  return (
    <dl class="tiles">
      <Tile {...tile("verifications created", "outcomes", { read: withOutcome, good: "none", course: ["created"] })} />
      <Tile
        {...tile("code sent → authenticated", "funnel", {
          read: ratio("approved", "sent"),
          of: step("sent"),
          good: "up",
          course: ["approved", "sent"],
        })}
      />
      <Tile
        {...tile("challenged → proceeded", "funnel", {
          read: ratio("proceeded", "challenged"),
          of: step("challenged"),
          good: "up",
        })}
      />
      <Tile
        {...tile("blocked", "outcomes", {
          read: (answer) => withOutcome(answer, "blocked"),
          good: "none",
          course: ["blocked"],
          detail: blocked && `${percent(blocked)} of all`,
        })}
      />
      <Tile
        name="time to verify, median"
        {...(times ? verifyTime(times, sight) : { value: "–" })}
        change={p50 && change(p50, earlier, "down", { chance: p50.value * CLEAR_MEAN })}
        before={earlier && duration(earlier.value)}
      />
      <Tile
        {...tile("attempts per authentication", "attemptsMean", {
          read: meanOf,
          good: "down",
          say: ({ value }) => mean(value),
        })}
      />
      <Tile
        {...tile("filled in by the browser", "webotp", {
          read: autofillShare,
          of: (answer) => counted(answer, "approved", () => true),
          good: "up",
          detail: "of all authenticated",
        })}
      />
      <Tile
        {...tile("“not my order”", "outcomes", { read: (answer) => withOutcome(answer, "denied"), good: "none" })}
      />
    </dl>
  );
}

function meanOf(answer: Answer): Figure | undefined {
  const value = answer.data[0]?.submits_per_session;
  return typeof value === "number" ? { value, margin: 0 } : undefined;
}
