/** Two groups held against each other, drawn. */
import { Bars } from "../charts/Bars.tsx";
import { Columns } from "../charts/Columns.tsx";
import { Swatch } from "../charts/Drawing.tsx";
import { HeatGrid } from "../charts/HeatGrid.tsx";
import { chanceOfShare, change, count, duration, FEW_ROWS_QUANTILE, type Figure, percent, rate } from "../figures.ts";
import type { Answer } from "../given.ts";
import { FAILED, OUTCOMES } from "../labels.ts";
import type { Drawn } from "../Panel.tsx";
import { type Sheet, Table, withoutZeroMargins } from "../Table.tsx";
import { Verdict } from "../Tile.tsx";
import { about, counted, figure, histogram, number, sum, text } from "../tally.ts";
import { stagesOf } from "./stages.ts";

/** Share of each step that came to the next, of both groups. */
export function drawnSteps(left: Answer, right: Answer, names: readonly [string, string]): Drawn | undefined {
  const sides = [stagesOf(left), stagesOf(right)];
  if (!sides.every((stages) => stages[0]?.reached.value)) return undefined;
  const [a = [], b = []] = sides;
  const rows = a.slice(1).map((stage, i) => {
    const shares = [a, b].map((stages) => rate(stages[i + 1]?.reached as Figure, stages[i]?.reached as Figure));
    const [first, second] = shares;
    const chance = shares.map((share, side) => chanceOfShare(share?.value ?? 0, [a, b][side]?.[i]?.reached.value ?? 0));
    const differs = first && second && change(second, first, "up", { points: true, chance: Math.hypot(...chance) });
    return { name: `${a[i]?.name} → ${stage.name}`, first, second, differs };
  });
  const summary = rows
    .map(
      ({ name, first, second }) => `${name}: ${first ? percent(first) : "–"} against ${second ? percent(second) : "–"}`,
    )
    .join("; ");
  return {
    summary,
    plain: true,
    chart: (
      <table class="steps">
        <caption class="unseen">Step by step</caption>
        <thead>
          <tr>
            <th scope="col">step</th>
            <th scope="col" class="n">
              {names[0]}
            </th>
            <th scope="col" class="n">
              {names[1]}
            </th>
            <th scope="col" class="n">
              difference
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, first, second, differs }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="n">{first ? percent(first) : "–"}</td>
              <td class="n">{second ? percent(second) : "–"}</td>
              <td class="n change">{differs ? <Verdict change={differs} /> : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    ),
    sheet: {
      columns: [
        { name: "step", as: "text" },
        ...names.flatMap((name) => [
          { name, as: "share" as const },
          { name: `${name}, margin`, as: "share" as const },
        ]),
      ],
      rows: rows.map(({ name, first, second }) => [
        name,
        first?.value ?? "",
        first?.margin ?? "",
        second?.value ?? "",
        second?.margin ?? "",
      ]),
    },
  };
}

/** Steps after which a verification can be left, from reach 2 on. */
const STEPS_LEFT = ["asked", "opened", "sent", "entered"];
const ENDS = ["aborted", ...FAILED] as const;

/** Last step reached by outcome. */
export function drawnLeaving(leaving: Answer, title: string): Drawn | undefined {
  const cells = ENDS.map((outcome) =>
    STEPS_LEFT.map((_, i) =>
      counted(leaving, "sessions", (row) => text(row, "outcome") === outcome && number(row, "reach") === i + 2),
    ),
  );
  const whole = sum(cells.flat());
  if (!whole.value) return undefined;
  const most = Math.max(...cells.flat().map(({ value }) => value));
  const rows = ENDS.map((outcome) => OUTCOMES[outcome]?.[1] ?? outcome);
  const columns = STEPS_LEFT;
  const place = cells.flat().findIndex(({ value }) => value === most);
  const summary = `Most ended after “${columns[place % columns.length]}”: ${rows[Math.floor(place / columns.length)]}, ${count({ value: most, margin: 0 })}.`;
  return {
    summary,
    chart: (
      <HeatGrid
        title={title}
        summary={summary}
        rows={rows}
        columns={columns}
        label={150}
        cell={(r, c) => {
          const found = cells[r]?.[c];
          if (!found?.value) return undefined;
          return { share: found.value / most, said: count(found), label: count({ ...found, margin: 0 }) };
        }}
      />
    ),
    sheet: {
      columns: [
        { name: "ended as", as: "text" },
        { name: "after", as: "text" },
        { name: "verifications", as: "count" },
        { name: "margin", as: "count" },
      ],
      rows: rows.flatMap((row, r) =>
        columns.map((column, c) => [row, column, cells[r]?.[c]?.value ?? 0, cells[r]?.[c]?.margin ?? 0]),
      ),
    },
  };
}

const CLASSES = ["0", "1", "2", "3", "4", "5"];

/** Codes compared per verification, as shares of each group. */
export function drawnAttempts(left: Answer, right: Answer, names: readonly [string, string]): Drawn | undefined {
  const groups = [left, right].map((answer, i) => {
    const counts = histogram(answer);
    const whole = sum(counts);
    return {
      name: names[i] ?? "",
      look: i ? (4 as const) : (1 as const),
      counts,
      shares: counts.map((n) => rate(n, whole) ?? { value: 0, margin: 0 }),
      whole,
    };
  });
  if (!groups.some(({ whole }) => whole.value)) return undefined;
  const summary = groups
    .map(({ name, shares }) => `${name}: ${percent(shares[1] ?? { value: 0, margin: 0 })} needed one attempt`)
    .join("; ");
  return {
    summary,
    chart: <Columns title="Attempts per verification" summary={summary} classes={CLASSES} groups={groups} />,
    sheet: {
      columns: [
        { name: "attempts", as: "text" },
        ...groups.flatMap(({ name }) => [
          { name, as: "count" as const },
          { name: `${name}, margin`, as: "count" as const },
          { name: `${name}, share`, as: "share" as const },
        ]),
      ],
      rows: CLASSES.map((name, i) => [
        name,
        ...groups.flatMap(({ counts, shares }) => [
          counts[i]?.value ?? 0,
          counts[i]?.margin ?? 0,
          shares[i]?.value ?? 0,
        ]),
      ]),
    },
  };
}

/** Attempts and the wrong ones among them; per authentication, and right at the first try. */
export function drawnGuesses(
  funnels: readonly [Answer, Answer],
  means: readonly [Answer, Answer],
  names: readonly [string, string],
): Drawn | undefined {
  const rows = funnels.map((funnel, i) => {
    const [row] = funnel.data;
    const [all, wrong] = [figure(funnel, row, "attempts"), figure(funnel, row, "wrong")];
    const mean = means[i]?.data[0];
    const known = (column: string) => (typeof mean?.[column] === "number" ? mean[column] : "");
    return {
      name: names[i] ?? "",
      all,
      wrong,
      share: rate(wrong, all),
      each: known("submits_per_session"),
      first: known("first_try"),
    };
  });
  if (!rows.some(({ all }) => all.value)) return undefined;
  const sheet: Sheet = {
    columns: [
      { name: "group", as: "text" },
      { name: "attempts", as: "count" },
      { name: "attempts, margin", as: "count" },
      { name: "wrong", as: "count" },
      { name: "wrong, margin", as: "count" },
      { name: "wrong of all", as: "share" },
      { name: "wrong of all, margin", as: "share" },
      { name: "attempts per authentication", as: "mean" },
      { name: "right at the first try", as: "share" },
    ],
    rows: rows.map(({ name, all, wrong, share, each, first }) => [
      ...[name, all.value, all.margin, wrong.value, wrong.margin],
      ...[share?.value ?? "", share?.margin ?? "", each, first],
    ]),
  };
  const summary = rows.map(({ name, share }) => `${name}: ${share ? percent(share) : "none"} wrong`).join("; ");
  return { summary, plain: true, chart: <Table name="Wrong codes" sheet={withoutZeroMargins(sheet)} />, sheet };
}

const ENTRIES = ["typed, nothing offered", "typed, autofill offered", "filled in by the browser"];

/** Median and 95th percentile by how the code came in; undefined below 100 authentications each. */
export function drawnTimes(left: Answer, right: Answer, names: readonly [string, string]): Drawn | undefined {
  const rows = [left, right].flatMap((answer, i) =>
    answer.data.map((row) => ({
      group: names[i] ?? "",
      entry: ENTRIES[number(row, "webotp")] ?? text(row, "webotp"),
      look: i ? (4 as const) : (1 as const),
      p50: number(row, "p50_ms"),
      p95: number(row, "p95_ms"),
      approved: figure(answer, row, "approved"),
      about: about(answer),
    })),
  );
  // An unsampled count is the number of rows it was read from; a sampled one only has the answer's.
  const enough = rows.filter(
    ({ approved }) => (approved.margin ? (approved.rows ?? 0) : approved.value) >= FEW_ROWS_QUANTILE,
  );
  if (!enough.length) return undefined;
  const bars = enough.map(({ entry, look, p50, p95, about }) => ({
    name: entry,
    value: p50,
    until: p95,
    look,
    shown: `${about}${duration(p50)} · ${duration(p95)}`,
  }));
  const said = bars.map(({ name, shown }, i) => `${enough[i]?.group}, ${name}: ${shown}`);
  const summary = `Median and 95th percentile. ${said.join("; ")}.`;
  return {
    summary,
    chart: (
      <>
        <ul class="legend">
          {names.map((name, i) => (
            <li key={name}>
              <span>
                <Swatch look={i ? 4 : 1} />
                {name}
              </span>
            </li>
          ))}
        </ul>
        <Bars title="Time to verify" summary={summary} bars={bars} stacked />
      </>
    ),
    note: enough.length < rows.length && `Left out: ways with fewer than ${FEW_ROWS_QUANTILE} authentications.`,
    sheet: {
      columns: [
        { name: "group", as: "text" },
        { name: "entry", as: "text" },
        { name: "median", as: "ms" },
        { name: "95th percentile", as: "ms" },
        { name: "authenticated", as: "count" },
        { name: "margin", as: "count" },
      ],
      rows: enough.map(({ group, entry, p50, p95, approved }) => [
        group,
        entry,
        p50,
        p95,
        approved.value,
        approved.margin,
      ]),
    },
  };
}
