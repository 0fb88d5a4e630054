/** Parts of a whole over time. */
import { max } from "d3-array";
import { scaleLinear } from "d3-scale";
import { area, stack } from "d3-shape";
import { useMemo, useState } from "preact/hooks";
import { count } from "../figures.ts";
import { Axes, Cursor, INSET, Open, type Times } from "./Axes.tsx";
import { Drawing, type Look, Swatch, useWidth } from "./Drawing.tsx";
import { Reader } from "./Reader.tsx";
import { compact } from "./scale.ts";
import { moment } from "./time.ts";

/** One part: a value per bucket. The first of a list lies at the bottom. */
export interface Part {
  name: string;
  look: Look;
  values: readonly number[];
  /** Half width of the interval per bucket, when sampled. */
  margins?: readonly number[];
}

const HEIGHT = 280;

/** Stacked parts over `times`; the legend shows the values of the point being read, else the totals, and toggles parts. */
export function StackedArea({
  title,
  summary,
  parts,
  times,
}: {
  title: string;
  summary: string;
  parts: readonly Part[];
  times: Times;
}) {
  const [box, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const shown = parts.filter(({ name }) => !hidden.includes(name));
  const n = times.starts.length;

  const { paths, x, y } = useMemo(() => {
    const layers = stack<number, Part>()
      .keys(shown)
      .value((i, part) => part.values[i] ?? 0)(Array.from({ length: n }, (_, i) => i));
    const top = max(layers.at(-1) ?? [], (point) => point[1]) ?? 0;
    const scaleX = scaleLinear([0, Math.max(1, n - 1)], [INSET.left, width - INSET.right]);
    const scaleY = scaleLinear([0, Math.max(1, top)], [HEIGHT - INSET.bottom, INSET.top]).nice(4);
    const draw = area<[number, number]>()
      .digits(1)
      .x((_, i) => scaleX(i))
      .y0(([low]) => scaleY(low))
      .y1(([, high]) => scaleY(high));
    return { paths: layers.map((layer) => draw(layer as unknown as [number, number][]) ?? ""), x: scaleX, y: scaleY };
  }, [parts, hidden, width, n]);

  const figureOf = ({ values, margins }: Part, i: number | undefined) =>
    i === undefined
      ? { value: values.reduce((a, b) => a + b, 0), margin: Math.hypot(...(margins ?? [])) }
      : { value: values[i] ?? 0, margin: margins?.[i] ?? 0 };
  const when = (i: number) =>
    `${moment(times.starts[i] ?? 0, times.zone, times.step)}${i >= (times.open ?? n) ? ", still open" : ""}`;
  const toggle = (name: string) =>
    setHidden(hidden.includes(name) ? hidden.filter((other) => other !== name) : [...hidden, name]);

  return (
    <div class="chart">
      <ul class="legend">
        <li class="when">{at === undefined ? "Whole period" : when(at)}</li>
        {parts.map((part) => (
          <li key={part.name}>
            <button
              type="button"
              aria-pressed={!hidden.includes(part.name)}
              disabled={shown.length === 1 && shown[0] === part}
              onClick={() => toggle(part.name)}
            >
              <Swatch look={part.look} />
              {part.name} <b>{count(figureOf(part, at))}</b>
            </button>
          </li>
        ))}
      </ul>
      <div class="plot" ref={box}>
        <Drawing title={title} summary={summary} width={width} height={HEIGHT}>
          {shown.map((part, i) => (
            <path key={part.name} d={paths[i]} class={`stacked area-${part.look}`} />
          ))}
          <Axes times={times} x={x} y={y} width={width} height={HEIGHT} say={compact} />
          <Open times={times} x={x} height={HEIGHT} />
          <Cursor at={at} x={x} height={HEIGHT} />
        </Drawing>
        <Reader
          name={title}
          count={n}
          at={at}
          move={setAt}
          inset={INSET}
          say={(i) => `${when(i)}: ${shown.map((part) => `${part.name} ${count(figureOf(part, i))}`).join(", ")}`}
        />
      </div>
    </div>
  );
}
