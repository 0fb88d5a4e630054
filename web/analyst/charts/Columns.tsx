/** A histogram, of one or two groups side by side. */
import { max } from "d3-array";
import { scaleBand, scaleLinear } from "d3-scale";
import { useState } from "preact/hooks";
import { type Figure, percent } from "../figures.ts";
import { Drawing, type Look, Swatch, useWidth } from "./Drawing.tsx";
import { Reader } from "./Reader.tsx";
import { percentTick } from "./scale.ts";

/** Shares per class, in the order of `classes`. */
export interface Group {
  name: string;
  look: Look;
  shares: readonly Figure[];
}

const HEIGHT = 220;
const FOOT = 26;
const HEAD = 20;
/** Room for the values of the axis. */
const SIDE = 46;

/** Columns of `groups` over `classes`, each with its share above. */
export function Columns(props: {
  title: string;
  summary: string;
  classes: readonly string[];
  groups: readonly Group[];
}) {
  const { title, summary, classes, groups } = props;
  const [box, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const x = scaleBand(classes, [SIDE, width]).paddingInner(0.3).paddingOuter(0.15);
  const top = max(groups, (group) => max(group.shares, ({ value }) => value)) || 1;
  const y = scaleLinear([0, top], [HEIGHT - FOOT, HEAD]).nice(4);
  const each = x.bandwidth() / groups.length;
  const roomy = each > 46;
  return (
    <div class="chart">
      {groups.length > 1 && (
        <ul class="legend">
          {groups.map(({ name, look }) => (
            <li key={name}>
              <span>
                <Swatch look={look} />
                {name}
              </span>
            </li>
          ))}
        </ul>
      )}
      <div class="plot" ref={box}>
        <Drawing title={title} summary={summary} width={width} height={HEIGHT}>
          {y.ticks(4).map((value) => (
            <g key={value}>
              <path d={`M${SIDE} ${y(value)}H${width}`} class={value === 0 ? "rule base" : "rule"} />
              <text x={SIDE - 10} y={y(value)} dy="0.32em" class="axis" text-anchor="end">
                {percentTick(value)}
              </text>
            </g>
          ))}
          {classes.map((name, i) => (
            <g key={name} class={at === i ? "read" : ""}>
              {groups.map(({ look, shares }, g) => {
                const left = (x(name) ?? 0) + g * each;
                const { value } = shares[i] ?? { value: 0 };
                return (
                  <g key={look}>
                    <rect
                      x={left + 1}
                      y={y(value)}
                      width={Math.max(1, each - 2)}
                      height={HEIGHT - FOOT - y(value)}
                      rx="3"
                      class={`area-${look}`}
                    />
                    {(roomy || groups.length === 1) && (
                      <text x={left + each / 2} y={y(value) - 6} text-anchor="middle" class="axis">
                        {percent({ value, margin: 0 })}
                      </text>
                    )}
                  </g>
                );
              })}
              <text x={(x(name) ?? 0) + x.bandwidth() / 2} y={HEIGHT - 6} text-anchor="middle" class="axis">
                {name}
              </text>
            </g>
          ))}
        </Drawing>
        <Reader
          name={title}
          count={classes.length}
          at={at}
          move={setAt}
          say={(i) =>
            `${classes[i]}: ${groups.map(({ name, shares }) => `${groups.length > 1 ? `${name} ` : ""}${percent(shares[i] ?? { value: 0, margin: 0 })}`).join(", ")}`
          }
        />
      </div>
      <p class="read-out" aria-hidden="true">
        {at === undefined
          ? " "
          : `${classes[at]}: ${groups.map(({ name, shares }) => `${groups.length > 1 ? `${name} ` : ""}${percent(shares[at] ?? { value: 0, margin: 0 })}`).join(" · ")}`}
      </p>
    </div>
  );
}
