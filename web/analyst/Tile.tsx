/** One number with its name, its course, and how it has changed. */
import type { ComponentChildren } from "preact";
import { Spark } from "./charts/Spark.tsx";
import { type Change, FEW_ROWS, type Figure } from "./figures.ts";

/** `change` undefined: nothing to compare with. `few` greys a number read from too few rows. */
export interface TileOf {
  name: string;
  value: string;
  few?: boolean;
  detail?: ComponentChildren;
  change?: Change | undefined;
  /** The number of the period before, as written. */
  before?: string | undefined;
  course?: {
    values: readonly (number | undefined)[];
    before?: readonly (number | undefined)[] | undefined;
    say(value: number): string;
  };
  big?: boolean;
}

/** Whether a sampled figure rests on too few rows to be read. */
export const fewRows = ({ margin, rows }: Figure): boolean => margin > 0 && (rows ?? FEW_ROWS) < FEW_ROWS;

/** Name, number, what it is made of, change and course, as one group of a description list. */
export function Tile({ name, value, few, detail, change, before, course, big }: TileOf) {
  return (
    <div class={`tile${big ? " big" : ""}${few ? " few" : ""}`}>
      <dt>{name}</dt>
      <dd class="value">
        <Written text={value} />
        {few && <span class="unseen">, from fewer than {FEW_ROWS} rows</span>}
      </dd>
      {detail && <dd class="detail">{detail}</dd>}
      {change && <Changed change={change} before={before} />}
      {course && (
        <dd class="course">
          <Spark title={name} {...course} />
        </dd>
      )}
    </div>
  );
}

/** A number with its margin in a smaller voice. */
function Written({ text }: { text: string }) {
  const [number, margin] = text.split(" ± ");
  return (
    <>
      {number}
      {margin && <small> ± {margin}</small>}
    </>
  );
}

/** The change in words, and whether that is good. */
export function Verdict({ change: { tone, text } }: { change: Change }) {
  return (
    <>
      {text}
      {tone !== "neutral" && (
        <>
          <span class="unseen">, </span>
          <b class={tone}>{tone}</b>
        </>
      )}
    </>
  );
}

function Changed({ change, before }: { change: Change; before: string | undefined }) {
  return (
    <dd class="change">
      <Verdict change={change} />
      {before !== undefined && <span class="before">before {before}</span>}
    </dd>
  );
}
