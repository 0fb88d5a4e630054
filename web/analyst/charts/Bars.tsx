/** Amounts of named things, longest first or in their own order. */
import { max } from "d3-array";
import { scaleLinear } from "d3-scale";
import { useState } from "preact/hooks";
import { Drawing, type Look, useWidth } from "./Drawing.tsx";
import { Reader } from "./Reader.tsx";

/** One bar; `aside` stands behind the written value. `until` draws a thin line beyond its end (a 95th percentile beside a median); `few`: read from too few rows. */
export interface Bar {
  name: string;
  value: number;
  shown: string;
  aside?: string | undefined;
  look?: Look;
  until?: number;
  few?: boolean;
}

/** About as wide as a letter is, CSS pixels: a name must not run into the value behind it. */
const LETTER = 7;

/** Rows of a bar behind its name, the written value at the end; `stacked` sets the bar below the name, as does a lack of room. `pick` narrows to one. */
export function Bars(props: {
  title: string;
  summary: string;
  bars: readonly Bar[];
  pick?: ((at: number) => void) | undefined;
  stacked?: boolean;
}) {
  const { title, summary, bars, pick } = props;
  const [box, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const longest = max(bars, ({ name, shown, aside = "" }) => name.length + shown.length + aside.length) ?? 0;
  const stacked = props.stacked || longest * LETTER + 60 > width;
  // What is said beside the value gives way first; the table has it.
  const besides = longest * LETTER < width;
  const ROW = stacked ? 48 : 34;
  const [top, thick, side] = stacked ? [24, 12, 0] : [2, ROW - 6, 14];
  const height = bars.length * ROW;
  const x = scaleLinear([0, max(bars, (bar) => Math.max(bar.value, bar.until ?? 0)) || 1], [0, width]);
  return (
    <div class="plot bars" ref={box}>
      <Drawing title={title} summary={summary} width={width} height={height}>
        {bars.map(({ name, value, shown, aside, look = 1, until, few }, i) => {
          const y = i * ROW;
          return (
            <g key={`${i} ${name}`} class={`${few ? "few" : ""}${at === i ? " read" : ""}`}>
              {!stacked && <rect x="0" y={y + top} width={width} height={thick} rx="4" class="lane" />}
              <rect
                x="0"
                y={y + top}
                width={Math.max(value > 0 ? 2 : 0, x(value))}
                height={thick}
                rx="3"
                class={stacked ? `area-${look}` : `bar bar-${look}`}
              />
              {!stacked && look !== 1 && <rect x="0" y={y + top} width="7" height={thick} class={`area-${look}`} />}
              {until !== undefined && (
                <path d={`M${x(value)} ${y + top + thick / 2}H${x(until) - 1}m0-5v10`} class="whisker" />
              )}
              <text x={side} y={stacked ? y + 12 : y + ROW / 2 - 1} dy="0.32em" class="name">
                {name}
              </text>
              <text
                x={width - side}
                y={stacked ? y + 12 : y + ROW / 2 - 1}
                dy="0.32em"
                text-anchor="end"
                class="amount"
              >
                {shown}
                {aside && besides && (
                  <tspan class="share" dx="10">
                    {aside}
                  </tspan>
                )}
              </text>
            </g>
          );
        })}
      </Drawing>
      <Reader
        name={title}
        count={bars.length}
        at={at}
        move={setAt}
        layout="down"
        pick={pick}
        say={(i) => {
          const { name = "", shown = "", aside, few } = bars[i] ?? {};
          return `${name}: ${shown}${aside ? `, ${aside}` : ""}${few ? ", from few rows" : ""}`;
        }}
      />
    </div>
  );
}
