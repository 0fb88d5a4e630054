/** The frame of a chart: title, the chart, the table behind it, and what to say while there is neither. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { clockTime } from "./charts/time.ts";
import type { Answer, Fault } from "./given.ts";
import { together } from "./known.ts";
import type { Console, Known } from "./model.ts";
import { asFile, download, type Sheet, Table } from "./Table.tsx";

/** A chart with its summary in words and the same numbers as a table. */
export interface Drawn {
  summary: string;
  chart: ComponentChildren;
  sheet: Sheet;
  /** The chart is a table already. */
  plain?: boolean;
  /** A sentence below the chart. */
  note?: ComponentChildren;
}

const SENTENCES: Record<string, string> = {
  "ANALYST.FORBIDDEN": "You may not see this.",
  "ANALYTICS.UNAVAILABLE": "The analytics store does not answer.",
  "ANALYTICS.SQL_UNAVAILABLE": "The exact sums do not keep this.",
  lost: "The server could not be reached.",
};

/** A fault in words. */
export const faultText = ({ code, title }: Fault): string => SENTENCES[code] ?? `${title}.`;

/** `draw` is called once all of `needs` are known and something was recorded; undefined from it means nothing in this period. */
export function Panel(props: {
  console: Console;
  title: string;
  hint?: ComponentChildren;
  needs: readonly Known<Answer>[];
  draw(answers: readonly Answer[]): Drawn | undefined;
  wide?: boolean;
}) {
  const { console: model, title, hint, needs, draw, wide } = props;
  const [table, setTable] = useState(false);
  const all = together(needs);
  const drawn = all.state === "known" && all.yet ? draw(all.answers) : undefined;
  const stale = all.state === "known" ? all.stale : undefined;
  const zone = model.seen.value?.zone ?? "UTC";
  const suppressed = all.state === "known" ? Math.max(...all.answers.map((a) => a.suppressed), 0) : 0;
  const file = `${title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.csv`;
  return (
    <section class={`panel${wide ? " wide" : ""}${stale ? " stale" : ""}`} aria-label={title}>
      <header>
        <div>
          <h2>{title}</h2>
          {hint && <p class="hint">{hint}</p>}
        </div>
        {drawn && (
          <div class="tools">
            {!drawn.plain && (
              <button
                type="button"
                aria-pressed={table}
                onClick={() => setTable(!table)}
                aria-label={`Table of “${title}”`}
              >
                Table
              </button>
            )}
            <button type="button" onClick={() => download(asFile(drawn.sheet), file)} aria-label={`CSV of “${title}”`}>
              CSV
            </button>
          </div>
        )}
      </header>
      {stale && <p class="since">as of {clockTime(stale.since / 1000, zone)}</p>}
      {all.state === "loading" && <Waiting />}
      {all.state === "error" && <Failed fault={all.fault} retry={model.retry} />}
      {all.state === "known" && !drawn && (
        <p class="nothing">
          {suppressed > 0
            ? "Fewer than five verifications: not shown"
            : all.yet || model.seen.value?.narrowed
              ? "Nothing in this period"
              : "Nothing yet"}
        </p>
      )}
      {drawn && (
        <>
          {drawn.chart}
          {drawn.note && <p class="note">{drawn.note}</p>}
          {suppressed > 0 && (
            <p class="note">
              {suppressed} {suppressed === 1 ? "group" : "groups"} of fewer than five verifications left out.
            </p>
          )}
          {table && <Table name={title} sheet={drawn.sheet} />}
        </>
      )}
    </section>
  );
}

/** Stands where a chart will be. */
export function Waiting() {
  return (
    <div class="waiting" role="status">
      <span class="unseen">Loading</span>
    </div>
  );
}

/** Stands where a chart would be. */
export function Failed({ fault, retry }: { fault: Fault; retry(): void }) {
  return (
    <div class="failed" role="status">
      <p>{faultText(fault)}</p>
      <button type="button" onClick={retry}>
        Try again
      </button>
    </div>
  );
}
