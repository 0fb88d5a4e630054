/** How the numbers went over time, drawn. */
import { Lines } from "../charts/Lines.tsx";
import { type Part, StackedArea } from "../charts/StackedArea.tsx";
import { percentTick } from "../charts/scale.ts";
import { moment } from "../charts/time.ts";
import { count, type Figure, percent, rate } from "../figures.ts";
import type { Answer } from "../given.ts";
import { FOUR } from "../labels.ts";
import type { Drawn } from "../Panel.tsx";
import type { Sight } from "../sight.ts";
import { sum } from "../tally.ts";
import { over, timesOf } from "./overtime.ts";

const PARTS = [
  ["proceeded", FOUR.proceeded, 1],
  ["aborted", FOUR.aborted, 2],
  ["failed", FOUR.failed, 3],
  ["blocked", "blocked", 4],
] as const;

/** Outcomes per bucket, stacked; what has no part of its own is the last one. */
export function drawnOutcomes(hourly: Answer, sight: Sight): Drawn | undefined {
  const times = timesOf(sight.range, sight.zone, hourly.settled_until);
  const created = over(hourly, "created", times);
  if (!sum(created).value) return undefined;
  const named = PARTS.map(([column, name, look]) => ({ name, look, figures: over(hourly, column, times) }));
  const rest = created.map((all, i) => {
    const known = sum(named.map(({ figures }) => figures[i] as Figure));
    // What is left of disjoint parts: variances subtract as the counts do.
    const margin = Math.sqrt(Math.max(0, all.margin ** 2 - known.margin ** 2));
    return { value: Math.max(0, all.value - known.value), margin };
  });
  const all = [...named, { name: "all others", look: 7 as const, figures: rest }];
  const parts: Part[] = all.map(({ name, look, figures }) => ({
    name,
    look,
    values: figures.map(({ value }) => value),
    margins: figures.map(({ margin }) => margin),
  }));
  const totals = all.map(({ name, figures }) => `${name} ${count(sum(figures))}`);
  const summary = `${count(sum(created))} verifications: ${totals.join(", ")}.`;
  return {
    summary,
    chart: <StackedArea title="Outcomes over time" summary={summary} parts={parts} times={times} />,
    note: times.open !== undefined && "Hatched: verifications that began there may still be under way.",
    sheet: {
      columns: [
        { name: times.step, as: "text" },
        ...all.flatMap(({ name }) => [
          { name, as: "count" as const },
          { name: `${name}, margin`, as: "count" as const },
        ]),
      ],
      rows: times.starts.map((t, i) => [
        moment(t, times.zone, times.step),
        ...all.flatMap(({ figures }) => [figures[i]?.value ?? 0, figures[i]?.margin ?? 0]),
      ]),
    },
  };
}

/** The share of those sent a code who were authenticated, per bucket, beside the period before. */
export function drawnRate(hourly: Answer, earlier: Answer | undefined, sight: Sight): Drawn | undefined {
  const times = timesOf(sight.range, sight.zone, hourly.settled_until);
  const rates = (answer: Answer, at: typeof times) => {
    const [sent, approved] = [over(answer, "sent", at), over(answer, "approved", at)];
    return { points: sent.map((all, i) => rate(approved[i] as Figure, all)), whole: rate(sum(approved), sum(sent)) };
  };
  const now = rates(hourly, times);
  if (!now.whole) return undefined;
  const range = sight.before;
  const then =
    earlier && range && !earlier.nothing_yet ? rates(earlier, timesOf(range, sight.zone, range.to)) : undefined;
  const summary = `${percent(now.whole)} of those who were sent a code were authenticated${then?.whole ? `; in the period before ${percent(then.whole)}` : ""}.`;
  return {
    summary,
    chart: (
      <Lines
        title="Code sent → authenticated"
        summary={summary}
        series={[
          { name: "this period", look: 1, ...now },
          ...(then
            ? [{ name: "before", look: 7 as const, ...then, points: now.points.map((_, i) => then.points[i]) }]
            : []),
        ]}
        times={times}
        say={percent}
        tick={percentTick}
        zero={false}
        most={1}
      />
    ),
    sheet: {
      columns: [
        { name: times.step, as: "text" },
        { name: "share", as: "share" },
        { name: "margin", as: "share" },
        ...(then ? [{ name: "before", as: "share" as const }] : []),
      ],
      rows: times.starts.map((t, i) => [
        moment(t, times.zone, times.step),
        now.points[i]?.value ?? "",
        now.points[i]?.margin ?? "",
        ...(then ? [then.points[i]?.value ?? ""] : []),
      ]),
    },
  };
}
