/** The answer to a statement: as a table, as bars, or as lines. */
import { useState } from "preact/hooks";
import { Bars } from "../charts/Bars.tsx";
import type { Look } from "../charts/Drawing.tsx";
import { Lines } from "../charts/Lines.tsx";
import { compact } from "../charts/scale.ts";
import { count } from "../figures.ts";
import type { Answer } from "../given.ts";
import { type Sheet, Table } from "../Table.tsx";
import { figure, number, text } from "../tally.ts";

type As = "table" | "bars" | "lines";

const BARS_MOST = 20;
const LINES_MOST = 4;
/** More points than a screen has are not drawn. */
const POINTS_MOST = 2000;
const LOOKS: readonly Look[] = [1, 2, 3, 4];
/** Numbers from here on, in a column of that kind, are moments: 2001 in epoch seconds. */
const MOMENT_FROM = 1e9;

/** Which columns of an answer are drawn: names of things, moments, and counts. Variances stand behind their counts. */
export function columnsOf(answer: Answer): { names: string[]; time?: string; counts: string[] } {
  const shown = answer.meta.filter(({ name }) => !name.startsWith("var_"));
  const texts = shown.filter(({ type }) => /String/.test(type)).map(({ name }) => name);
  const numbers = shown.filter(({ type }) => !/String|Date/.test(type)).map(({ name }) => name);
  const time = numbers.find(
    (name) => answer.data.length > 1 && answer.data.every((row) => number(row, name) >= MOMENT_FROM),
  );
  const counts = numbers.filter((name) => name !== time && name !== "rows_read" && name !== "coarsest");
  return { names: texts, counts, ...(time && { time }) };
}

/** An answer as a table; a count that was sampled is followed by its margin. */
export function sheetOf(answer: Answer): Sheet {
  const shown = answer.meta.filter(({ name }) => !name.startsWith("var_"));
  const variances = new Set(answer.meta.map(({ name }) => name));
  const sampled = (name: string) => !answer.exact && variances.has(`var_${name}`);
  return {
    columns: shown.flatMap(({ name, type }) => [
      { name, as: /String|Date/.test(type) ? ("text" as const) : ("number" as const) },
      ...(sampled(name) ? [{ name: `${name} ±`, as: "count" as const }] : []),
    ]),
    rows: answer.data.map((row) =>
      shown.flatMap(({ name }) => [row[name] ?? "", ...(sampled(name) ? [figure(answer, row, name).margin] : [])]),
    ),
  };
}

/** `file` fetches the answer as CSV. */
export function Result({ answer, zone, file }: { answer: Answer; zone: string; file(): void }) {
  const { names, time, counts } = columnsOf(answer);
  const [as, setAs] = useState<As>("table");
  const [column, setColumn] = useState("");
  const value = counts.includes(column) ? column : (counts[0] ?? "");
  const possible: Record<As, boolean> = {
    table: true,
    bars: counts.length > 0 && (names.length > 0 || !time),
    lines: counts.length > 0 && time !== undefined && names.length === 0,
  };
  const chosen = possible[as] ? as : "table";
  const drawn = answer.data.slice(0, POINTS_MOST);
  return (
    <section class="panel wide" aria-label="Answer">
      <header>
        <div>
          <h2>Answer</h2>
          <p class="hint">
            {answer.data.length} {answer.data.length === 1 ? "row" : "rows"}
            {answer.exact ? ", exact" : `, from a sample of ${count({ value: answer.rows_read, margin: 0 })} rows`}
            {answer.suppressed > 0 && `; ${answer.suppressed} left out: fewer than five verifications each`}
          </p>
        </div>
        <div class="tools">
          {(["table", "bars", "lines"] as const).map((way) => (
            <button
              key={way}
              type="button"
              aria-pressed={chosen === way}
              disabled={!possible[way]}
              onClick={() => setAs(way)}
            >
              {{ table: "Table", bars: "Bars", lines: "Lines" }[way]}
            </button>
          ))}
          <button type="button" onClick={file}>
            CSV
          </button>
        </div>
      </header>
      {answer.data.length === 0 && <p class="nothing">{answer.nothing_yet ? "Nothing yet" : "No rows"}</p>}
      {answer.data.length > 0 && chosen === "table" && <Table name="Answer" sheet={sheetOf(answer)} />}
      {chosen === "bars" && (
        <>
          {counts.length > 1 && (
            <label class="pick">
              <span>Column</span>
              <select value={value} onChange={(event) => setColumn(event.currentTarget.value)}>
                {counts.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          )}
          <Bars
            title={`Answer: ${value}`}
            summary={`${value} of the first ${Math.min(BARS_MOST, answer.data.length)} rows.`}
            bars={answer.data.slice(0, BARS_MOST).map((row, i) => ({
              name: names.map((name) => text(row, name) || "–").join(" · ") || String(Object.values(row)[0] ?? i + 1),
              value: number(row, value),
              shown: count(figure(answer, row, value)),
            }))}
          />
        </>
      )}
      {chosen === "lines" && time && (
        <Lines
          title={`Answer over ${time}`}
          summary={`${counts.slice(0, LINES_MOST).join(", ")} over time.`}
          times={{ starts: drawn.map((row) => number(row, time)), step: "hour", zone }}
          series={counts.slice(0, LINES_MOST).map((name, i) => ({
            name,
            look: LOOKS[i] ?? 1,
            points: drawn.map((row) => figure(answer, row, name)),
          }))}
          say={count}
          tick={compact}
        />
      )}
    </section>
  );
}
