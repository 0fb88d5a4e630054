/** A value per row and column, darker where it needs a look. */
import { scaleLinear } from "d3-scale";
import { useState } from "preact/hooks";
import { Drawing, useWidth } from "./Drawing.tsx";
import { Reader } from "./Reader.tsx";

/** One cell: `share` 0 to 1 sets how strong it is; `few` cells are read from too few rows and stay pale. Absent cells have no traffic. */
export interface HeatCell {
  share: number;
  said: string;
  /** Written into the cell where there is room. */
  label?: string;
  few?: boolean;
  /** Worth a look: marked with a corner, so that it shows without colour. */
  flagged?: boolean;
}

const HEAD = 34;
const STEPS = 6;

/** Cells by row and column. Of the columns every `every`th is named; `label` is the room for the names of the rows. */
export function HeatGrid(props: {
  title: string;
  summary: string;
  rows: readonly string[];
  columns: readonly string[];
  cell(row: number, column: number): HeatCell | undefined;
  every?: number;
  label?: number;
  row?: number;
  /** What the palest and the strongest cells stand for. */
  ends?: readonly [pale: string, strong: string];
}) {
  const { title, summary, rows, columns, cell, ends, every = 1, row: ROW = 24 } = props;
  const [box, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const LABEL = Math.min(props.label ?? 84, Math.round(width * 0.4));
  const height = HEAD + rows.length * ROW;
  const x = scaleLinear([0, columns.length], [LABEL, width]);
  const size = x(1) - x(0);
  const shade = (share: number) => Math.max(0, Math.min(STEPS, Math.ceil(share * STEPS)));
  const said = (i: number) => {
    const [row, column] = [Math.floor(i / columns.length), i % columns.length];
    const found = cell(row, column);
    return `${rows[row]}, ${columns[column]}: ${found ? found.said : "no traffic"}`;
  };
  const gap = size > 10 ? 2 : 1;
  return (
    <div class="chart">
      {ends && (
        <p class="scale">
          {ends[0]}
          <svg class="scale-steps" viewBox={`0 0 ${(STEPS + 1) * 20} 12`} aria-hidden="true">
            {Array.from({ length: STEPS + 1 }, (_, step) => (
              <rect key={step} x={step * 20 + 1} y="1" width="18" height="10" rx="2" class={`heat heat-${step}`} />
            ))}
          </svg>
          {ends[1]}
        </p>
      )}
      <div class="plot" ref={box}>
        <Drawing title={title} summary={summary} width={width} height={height}>
          {columns.map((name, c) =>
            c % every === 0 ? (
              <text key={name} y={HEAD - 8} text-anchor="middle" class="axis">
                {name.split(" ").map((word, i, words) => (
                  <tspan key={word} x={x(c) + size / 2} dy={i ? 13 : -13 * (words.length - 1)}>
                    {word}
                  </tspan>
                ))}
              </text>
            ) : null,
          )}
          {rows.map((name, r) => (
            <g key={name}>
              <text x="0" y={HEAD + r * ROW + ROW / 2} dy="0.32em" class="axis row-name">
                {name}
              </text>
              {columns.map((column, c) => {
                const found = cell(r, c);
                const [left, top] = [x(c), HEAD + r * ROW];
                const cls = found ? (found.few ? "heat few" : `heat heat-${shade(found.share)}`) : "heat none";
                return (
                  <g key={column}>
                    <rect x={left} y={top} width={Math.max(1, size - gap)} height={ROW - gap} rx="2" class={cls} />
                    {found?.label && size > 30 && (
                      <text
                        x={left + (size - gap) / 2}
                        y={top + (ROW - gap) / 2}
                        dy="0.34em"
                        text-anchor="middle"
                        class="heat-label"
                      >
                        {found.label}
                      </text>
                    )}
                    {found?.flagged && <path d={`M${left + size - gap - 7} ${top}h7v7z`} class="flag" />}
                  </g>
                );
              })}
            </g>
          ))}
          {at !== undefined && (
            <rect
              x={x(at % columns.length) - 1}
              y={HEAD + Math.floor(at / columns.length) * ROW - 1}
              width={size}
              height={ROW}
              rx="3"
              class="heat-cursor"
            />
          )}
        </Drawing>
        <Reader
          name={title}
          count={rows.length * columns.length}
          at={at}
          move={setAt}
          layout={columns.length}
          inset={{ left: LABEL, top: HEAD }}
          say={said}
        />
      </div>
      <p class="read-out" aria-hidden="true">
        {at === undefined ? " " : said(at)}
      </p>
    </div>
  );
}
