/** The course of one number, small. */
import { extent } from "d3-array";
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { useMemo } from "preact/hooks";
import { Drawing } from "./Drawing.tsx";

const [WIDTH, HEIGHT] = [132, 36];

/** A line without axes; `before` is the period it is compared with, dashed. `say` writes a value in its summary. */
export function Spark(props: {
  title: string;
  values: readonly (number | undefined)[];
  before?: readonly (number | undefined)[] | undefined;
  say(value: number): string;
}) {
  const { title, values, before, say } = props;
  const { now, earlier } = useMemo(() => {
    const [low = 0, high = 1] = extent([...values, ...(before ?? [])].filter((v) => v !== undefined));
    const y = scaleLinear([Math.min(low, high - 1e-9), high], [HEIGHT - 3, 3]);
    const drawn = (of: readonly (number | undefined)[]) => {
      const x = scaleLinear([0, Math.max(1, of.length - 1)], [2, WIDTH - 2]);
      const path = line<number | undefined>()
        .defined((v) => v !== undefined)
        .x((_, i) => x(i))
        .y((v) => y(v ?? 0));
      return path(of) ?? "";
    };
    return { now: drawn(values), earlier: before ? drawn(before) : "" };
  }, [values, before]);
  const known = values.filter((v) => v !== undefined);
  if (known.length < 2) return null;
  const [low = 0, high = 0] = extent(known);
  return (
    <div class="spark">
      <Drawing
        title={`Course of ${title}`}
        summary={`Between ${say(low)} and ${say(high)}, last ${say(known.at(-1) ?? 0)}.`}
        width={WIDTH}
        height={HEIGHT}
      >
        {earlier && <path d={earlier} class="line line-before" />}
        <path d={now} class="line line-1" />
      </Drawing>
    </div>
  );
}
