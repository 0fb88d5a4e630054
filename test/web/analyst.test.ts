import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csv } from "../../web/analyst/csv.ts";
import {
  chanceOfCount,
  change,
  count,
  duration,
  margin,
  percent,
  rate,
  rateMargin,
  varianceAtMost,
} from "../../web/analyst/figures.ts";
import { type Filters, isPeriod, PAGES, PLAIN, readFilters, writeFilters } from "../../web/analyst/filters.ts";
import { OUTCOMES as NAMED } from "../../web/analyst/labels.ts";
import { lineAndColumn, marked } from "../../web/analyst/sql/place.ts";
import { starters } from "../../web/analyst/sql/starters.ts";
import { attempts, failed, figure, sum, withOutcome } from "../../web/analyst/tally.ts";
import { parse } from "../../worker/analytics/dialect.ts";
import { OUTCOMES } from "../../worker/events/outcome.ts";
import { chanceOf } from "../traffic/chance.ts";

/** An answer of which one row in `weigh` was read. */
function told(data: Record<string, string | number>[], weigh = 1) {
  const rows_read = data.length;
  const settled = { as_of: 0, age_s: 0, suppressed: 0, nothing_yet: false, settled_until: 0, sql: "SELECT" };
  return { meta: [], data, exact: weigh === 1, rows_read, coarsest: weigh, ...settled };
}

describe("a number", () => {
  it("is written plainly when exact, and with its margin when sampled", () => {
    expect(count({ value: 12340, margin: 0 })).toBe("12,340");
    expect(count({ value: 12341, margin: 321.4 })).toBe("≈ 12,340 ± 320");
    expect(count({ value: 88, margin: 7.3 })).toBe("≈ 88 ± 7");
    expect(percent({ value: 0.6321, margin: 0 })).toBe("63.2 %");
    expect(percent({ value: 0.6321, margin: 0.0042 })).toBe("≈ 63.2 % ± 0.4");
  });

  it("is never rounded to all or to none", () => {
    expect(percent({ value: 0.99996, margin: 0 })).toBe("> 99.9 %");
    expect(percent({ value: 0.0001, margin: 0 })).toBe("< 0.1 %");
    expect(percent({ value: 1, margin: 0 })).toBe("100.0 %");
    expect(percent({ value: 0, margin: 0 })).toBe("0.0 %");
  });

  it("has the margin of its weights", () => {
    // Ten rows of weight 10: V = Σ w(w − 1) = 900.
    expect(margin(900)).toBeCloseTo(58.8, 6);
    expect(varianceAtMost(100, 10)).toBe(900);
    expect(varianceAtMost(100, 1)).toBe(0);
  });

  it("has, as a rate, the margin of both of its counts", () => {
    // ((1 − 2R)·V_A + R²·V_B)/B² with A = 60, B = 100, V_A = 540, V_B = 900.
    expect(rateMargin(60, 100, 540, 900)).toBeCloseTo(1.96 * Math.sqrt((-0.2 * 540 + 0.36 * 900) / 10_000), 9);
    expect(rate({ value: 60, margin: 0 }, { value: 100, margin: 0 })).toEqual({ value: 0.6, margin: 0 });
    expect(rate({ value: 0, margin: 0 }, { value: 0, margin: 0 })).toBeUndefined();
  });

  it("covers the truth in 19 of 20 samples", () => {
    // 400 samples of 2,000 rows, each row kept with 1 in 10.
    const { is } = chanceOf(7);
    let inside = 0;
    for (let i = 0; i < 400; i++) {
      let [all, some] = [0, 0];
      for (let row = 0; row < 2000; row++) {
        if (!is(0.1)) continue;
        all += 10;
        if (row % 4 === 0) some += 10;
      }
      const shown = rate({ value: some, margin: margin(some * 9) }, { value: all, margin: margin(all * 9) });
      if (shown && Math.abs(shown.value - 0.25) <= shown.margin) inside++;
    }
    expect(inside / 400).toBeGreaterThan(0.91);
    expect(inside / 400).toBeLessThan(0.98);
  });

  it("tells times as people do", () => {
    expect([840, 14_230, 59_960, 72_000].map(duration)).toEqual(["840 ms", "14.2 s", "1 min", "1 min 12 s"]);
  });
});

describe("a change", () => {
  const exact = (value: number) => ({ value, margin: 0 });

  it("says better or worse in words, and which way", () => {
    expect(change(exact(110), exact(100), "up")).toEqual({ tone: "better", text: "10.0 % more" });
    expect(change(exact(110), exact(100), "down")).toEqual({ tone: "worse", text: "10.0 % more" });
    expect(change(exact(0.61), exact(0.6), "up", { points: true })).toEqual({ tone: "better", text: "1.0 point more" });
    expect(change(exact(90), exact(100), "none")).toEqual({ tone: "neutral", text: "10.0 % less" });
  });

  it("calls nothing better that chance alone can do", () => {
    const chance = Math.hypot(chanceOfCount(10_245), chanceOfCount(10_306));
    expect(change(exact(10_245), exact(10_306), "up", { chance })).toEqual({ tone: "neutral", text: "0.6 % less" });
    expect(change(exact(9_500), exact(10_306), "up", { chance })?.tone).toBe("worse");
  });

  it("is none inside the margins of a sample, and none without a period before", () => {
    expect(change({ value: 110, margin: 20 }, { value: 100, margin: 20 }, "up")?.text).toBe("no clear change");
    expect(change(exact(5), undefined, "up")).toBeUndefined();
    expect(change(exact(5), exact(0), "up")).toBeUndefined();
  });
});

describe("the four numbers", () => {
  const outcomes = told([
    { outcome: "proceeded", sessions: 700 },
    { outcome: "aborted", sessions: 60 },
    { outcome: "expired", sessions: 40 },
    { outcome: "locked", sessions: 10 },
    { outcome: "undeliverable", sessions: 5 },
    { outcome: "failed_technical", sessions: 2 },
    { outcome: "exempt", sessions: 90 },
    { outcome: "unreported", sessions: 8 },
  ]);

  it("count as they are defined: exempt is not authenticated, failed has four outcomes", () => {
    expect(withOutcome(outcomes, "proceeded").value).toBe(700);
    expect(failed(outcomes).value).toBe(57);
    expect(withOutcome(outcomes).value).toBe(915);
  });

  it("count attempts as guesses, not as verifications", () => {
    const answer = told([
      { submits: 0, sessions: 30 },
      { submits: 1, sessions: 600 },
      { submits: 5, sessions: 10 },
    ]);
    expect(attempts(answer)).toEqual({ value: 650, margin: 0, rows: 3 });
  });

  it("carry the variance beside them, or the most it can be", () => {
    const given = told([{ sessions: 100, var_sessions: 900, rows_read: 10 }], 10);
    expect(figure(given, given.data[0], "sessions")).toEqual({ value: 100, margin: margin(900), rows: 10 });
    const bare = told([{ sessions: 100 }], 10);
    expect(figure(bare, bare.data[0], "sessions").margin).toBe(margin(900));
    expect(sum([figure(given, given.data[0], "sessions"), figure(bare, bare.data[0], "sessions")]).margin).toBeCloseTo(
      margin(1800),
      9,
    );
  });

  it("have a name for every outcome there is", () => {
    expect(Object.keys(NAMED).sort()).toEqual([...OUTCOMES].sort());
  });
});

describe("the address of a page", () => {
  const day = fc.date({ min: new Date("2024-01-01"), max: new Date("2026-12-01"), noInvalidDate: true });
  const filters: fc.Arbitrary<Filters> = fc.record({
    page: fc.constantFrom(...PAGES),
    brand: fc.constantFrom("", "tindra", "brand-2"),
    country: fc.constantFrom("", "DE", "NO"),
    device: fc.constantFrom("", "ios", "other"),
    gateway: fc.constantFrom("", "twilio"),
    period: fc.oneof(
      fc.constantFrom("today" as const, "yesterday" as const, "7d" as const, "28d" as const),
      fc.tuple(day, fc.integer({ min: 0, max: 90 })).map(([from, n]): `${string}..${string}` => {
        const text = (at: Date) => at.toISOString().slice(0, 10);
        return `${text(from)}..${text(new Date(from.getTime() + n * 86_400_000))}`;
      }),
    ),
    compare: fc.constantFrom("previous" as const, "weekday" as const, "year" as const, "none" as const),
    zone: fc.constantFrom("", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+3", "UTC"),
    a: fc.constantFrom("device:ios" as const, "country:NO" as const, "brand:tindra" as const),
    b: fc.constantFrom("device:android" as const, "country:SE" as const),
  });

  it("says all that is looked at, and reads back as the same", () => {
    fc.assert(
      fc.property(filters, (all) => {
        expect(readFilters(writeFilters(all))).toEqual(all);
      }),
    );
  });

  it("is short when all is plain, and stays readable", () => {
    expect(writeFilters(PLAIN)).toBe("");
    expect(writeFilters({ ...PLAIN, page: "funnel", zone: "Europe/Berlin" })).toBe("?page=funnel&zone=Europe/Berlin");
  });

  it("never makes the page do what it does not know", () => {
    const search =
      "?page=fraud&brand=A%20B&country=germany&device=fridge&period=2026-02-30..2026-03-01&zone=Moon/Base&a=x:y";
    expect(readFilters(search)).toEqual(PLAIN);
  });

  it("knows periods of up to 92 days, in order", () => {
    expect(["2026-10-01..2026-12-31", "2026-10-01..2026-10-01", "14d"].map(isPeriod)).toEqual([true, true, true]);
    expect(["2026-10-01..2027-01-01", "2026-10-02..2026-10-01", "2026-10-01", "13d", "..", ""].map(isPeriod)).toEqual(
      Array(6).fill(false),
    );
  });
});

describe("a table as a file", () => {
  it("quotes what must be quoted, and ends each line as the standard says", () => {
    expect(
      csv(
        ["a", "b"],
        [
          ["x,y", 'say "no"'],
          ["two\nlines", 3],
        ],
      ),
    ).toBe('a,b\r\n"x,y","say ""no"""\r\n"two\nlines",3\r\n');
  });

  it("runs no text as a formula, and mangles no negative number", () => {
    expect(csv(["=a"], [["=SUM(A1)"], ["+1"], ["-1"], ["@x"], ["\tx"], [-1], [0.5], [Number.NaN]])).toBe(
      "'=a\r\n'=SUM(A1)\r\n'+1\r\n'-1\r\n'@x\r\n'\tx\r\n-1\r\n0.5\r\n\r\n",
    );
  });
});

describe("the shipped questions, to begin with", () => {
  const folder = new URL("../../worker/analytics/questions/", import.meta.url);
  const files = readdirSync(folder);
  const shipped = Object.fromEntries(files.map((file) => [`./${file}`, readFileSync(new URL(file, folder), "utf8")]));
  const all = starters(shipped, 1_793_577_600, 1_794_787_200);

  it("are all there, each under a name of its own", () => {
    expect(all.map(({ name }) => name).sort()).toEqual(files.map((file) => file.replace(".sql", "")).sort());
    expect(new Set(all.map(({ title }) => title)).size).toBe(files.length);
  });

  it("pass the guard as a reader's own statement, without a marker left", () => {
    const refused = all.flatMap(({ name, sql }) => {
      const tree = parse(sql, "caller");
      return Array.isArray(tree) ? tree.map(({ text }) => `${name}: ${text}`) : [];
    });
    expect(refused).toEqual([]);
  });
});

describe("a complaint about a statement", () => {
  const sql = "SELECT\n  uniq(blob2) AS u\nFROM otp_sessions";

  it("has a line and a column", () => {
    expect(lineAndColumn(sql, 9)).toEqual({ line: 2, column: 3 });
    expect(lineAndColumn(sql, 0)).toEqual({ line: 1, column: 1 });
  });

  it("marks its place, and loses no character of the text", () => {
    expect(marked(sql, [{ at: 9, length: 4 }]).find(({ wrong }) => wrong)?.text).toBe("uniq");
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.record({ at: fc.nat(30), length: fc.nat(10) })),
        (text, spans) =>
          marked(text, spans)
            .map((piece) => piece.text)
            .join("") === text,
      ),
    );
  });
});
