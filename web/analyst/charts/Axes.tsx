/** The quiet parts of a chart over time: rules, labels, the cursor, and the end that is still open. */
import type { ScaleLinear } from "d3-scale";
import type { Step } from "../period.ts";
import { ticks } from "./time.ts";

/** Margins around the drawn area, CSS pixels. */
export const INSET = { left: 46, right: 14, top: 10, bottom: 26 } as const;

/** Where a chart over time stands. `starts` are the buckets; those from `open` on can still change. */
export interface Times {
  starts: readonly number[];
  step: Step;
  zone: string;
  open?: number;
}

/** Horizontal rules with their values, and the labels of time. */
export function Axes(props: {
  times: Times;
  x(at: number): number;
  y: ScaleLinear<number, number>;
  width: number;
  height: number;
  say(value: number): string;
}) {
  const { times, x, y, width, height, say } = props;
  const foot = height - INSET.bottom;
  return (
    <>
      {y.ticks(4).map((value) => (
        <g key={value}>
          <path d={`M${INSET.left} ${y(value)}H${width - INSET.right}`} class={value === 0 ? "rule base" : "rule"} />
          <text x={INSET.left - 10} y={y(value)} dy="0.32em" class="axis" text-anchor="end">
            {say(value)}
          </text>
        </g>
      ))}
      {ticks(times.starts, times.step, times.zone, width - INSET.left - INSET.right).map(({ at, label }) => (
        <text key={at} x={x(at)} y={foot + 18} class="axis" text-anchor={at === 0 ? "start" : "middle"}>
          {label}
        </text>
      ))}
    </>
  );
}

/** A veil over the buckets whose verifications are not all finished. */
export function Open({ times, x, height }: { times: Times; x(at: number): number; height: number }) {
  const { open, starts } = times;
  if (open === undefined || open >= starts.length) return null;
  const from = x(Math.max(0, open - 0.5));
  return (
    <rect
      x={from}
      y={INSET.top}
      width={Math.max(2, x(starts.length - 1) - from)}
      height={height - INSET.top - INSET.bottom}
      class="open"
      fill="url(#pattern-open)"
    />
  );
}

/** The line through the point being read. */
export function Cursor({ at, x, height }: { at: number | undefined; x(at: number): number; height: number }) {
  if (at === undefined) return null;
  return <path d={`M${x(at)} ${INSET.top}V${height - INSET.bottom}`} class="cursor" />;
}
