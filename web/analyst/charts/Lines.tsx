/** Values over time, each with the band it may lie in. */
import { extent } from "d3-array";
import { scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import { useMemo, useState } from "preact/hooks";
import type { Figure } from "../figures.ts";
import { Axes, Cursor, INSET, Open, type Times } from "./Axes.tsx";
import { Drawing, type Look, Swatch, useWidth } from "./Drawing.tsx";
import { Reader } from "./Reader.tsx";
import { moment } from "./time.ts";

/** One line; a bucket without a figure is a gap. `whole` is its figure over the period. */
export interface Series {
  name: string;
  look: Look;
  points: readonly (Figure | undefined)[];
  whole?: Figure | undefined;
}

const HEIGHT = 240;

/** Lines over `times`. `say` writes a figure, `tick` a value of the axis; `zero` starts the axis at 0. */
export function Lines(props: {
  title: string;
  summary: string;
  series: readonly Series[];
  times: Times;
  say(figure: Figure): string;
  tick(value: number): string;
  zero?: boolean;
  /** No value can lie above. */
  most?: number;
}) {
  const { title, summary, series, times, say, tick, zero = true, most = Number.POSITIVE_INFINITY } = props;
  const [box, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const n = times.starts.length;

  const { drawn, x, y } = useMemo(() => {
    const ends = series.flatMap(({ points }) =>
      points.flatMap((p) => (p ? [Math.max(0, p.value - p.margin), Math.min(most, p.value + p.margin)] : [])),
    );
    const [low = 0, high = 1] = extent(ends);
    const scaleX = scaleLinear([0, Math.max(1, n - 1)], [INSET.left, width - INSET.right]);
    const pad = (high - low) * 0.08 || Math.abs(high) * 0.1 || 1;
    const scaleY = scaleLinear(
      [zero ? 0 : Math.max(0, low - pad), Math.min(most, high + (zero ? 0 : pad))],
      [HEIGHT - INSET.bottom, INSET.top],
    ).nice(4);
    const stroke = line<Figure | undefined>()
      .digits(1)
      .defined((p) => p !== undefined)
      .x((_, i) => scaleX(i))
      .y((p) => scaleY(p?.value ?? 0));
    const band = area<Figure | undefined>()
      .digits(1)
      .defined((p) => p !== undefined)
      .x((_, i) => scaleX(i))
      .y0((p) => scaleY(Math.max(0, (p?.value ?? 0) - (p?.margin ?? 0))))
      .y1((p) => scaleY(Math.min(most, (p?.value ?? 0) + (p?.margin ?? 0))));
    const lines = series.map(({ points, look }) => ({
      look,
      stroke: stroke(points) ?? "",
      band: points.some((p) => p && p.margin > 0) ? (band(points) ?? "") : "",
    }));
    return { drawn: lines, x: scaleX, y: scaleY };
  }, [series, width, n, zero, most]);

  const when = (i: number) =>
    `${moment(times.starts[i] ?? 0, times.zone, times.step)}${i >= (times.open ?? n) ? ", still open" : ""}`;
  const words = (figure: Figure | undefined) => (figure ? say(figure) : "–");
  const shown = ({ whole, points }: Series) => (at === undefined ? whole && say(whole) : words(points[at]));
  return (
    <div class="chart">
      <ul class="legend">
        <li class="when">
          {at !== undefined ? when(at) : series.some(({ whole }) => whole) ? "Whole period" : "Each point"}
        </li>
        {series.map((one) => (
          <li key={one.name}>
            <span>
              <Swatch look={one.look} line />
              {one.name} <b>{shown(one)}</b>
            </span>
          </li>
        ))}
      </ul>
      <div class="plot" ref={box}>
        <Drawing title={title} summary={summary} width={width} height={HEIGHT}>
          <Axes times={times} x={x} y={y} width={width} height={HEIGHT} say={tick} />
          {drawn.map(({ look, band }) => band && <path key={look} d={band} class={`band band-${look}`} />)}
          {drawn.map(({ look, stroke }) => (
            <path key={look} d={stroke} class={`line line-${look}`} />
          ))}
          <Open times={times} x={x} height={HEIGHT} />
          <Cursor at={at} x={x} height={HEIGHT} />
          {at !== undefined &&
            series.map(({ look, points }) => {
              const p = points[at];
              return p && <circle key={look} cx={x(at)} cy={y(p.value)} r="3.5" class={`point point-${look}`} />;
            })}
        </Drawing>
        <Reader
          name={title}
          count={n}
          at={at}
          move={setAt}
          inset={INSET}
          say={(i) => `${when(i)}: ${series.map(({ name, points }) => `${name} ${words(points[i])}`).join(", ")}`}
        />
      </div>
    </div>
  );
}
