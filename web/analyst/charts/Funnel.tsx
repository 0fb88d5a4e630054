/** How many came how far, and how many went on the way. */
import { scaleLinear } from "d3-scale";
import { useState } from "preact/hooks";
import { count, type Figure, percent, rate } from "../figures.ts";
import { Drawing, type Look, useWidth } from "./Drawing.tsx";
import { Reader } from "./Reader.tsx";

/** One step and how many reached it. */
export interface Stage {
  name: string;
  reached: Figure;
}

const ROW = 62;
const BAR = 20;

/** Steps from top to bottom, each as long as its share of the first. */
export function Funnel({
  title,
  summary,
  stages,
  look = 1,
}: {
  title: string;
  summary: string;
  stages: readonly Stage[];
  look?: Look;
}) {
  const [box, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const first = stages[0]?.reached ?? { value: 0, margin: 0 };
  const height = stages.length * ROW - (ROW - BAR - 24);
  const x = scaleLinear([0, Math.max(1, first.value)], [0, width]);
  const losses = stages.map(({ reached }, i) => reached.value - (stages[i + 1]?.reached.value ?? reached.value));
  const worst = losses.indexOf(Math.max(...losses));
  return (
    <div class="plot" ref={box}>
      <Drawing title={title} summary={summary} width={width} height={height}>
        {stages.map(({ name, reached }, i) => {
          const y = i * ROW;
          const next = stages[i + 1]?.reached;
          const [from, to] = [x(reached.value), x(next?.value ?? 0)];
          const foot = y + 24 + BAR;
          return (
            <g key={name} class={at === i ? "read" : ""}>
              {next && <path d={`M0 ${foot}H${from}L${to} ${y + ROW + 24}H0Z`} class={`slope slope-${look}`} />}
              <rect x="0" y={y + 24} width={Math.max(1, from)} height={BAR} rx="3" class={`stage area-${look}`} />
              <text x="0" y={y + 17} class="name">
                {name}
              </text>
              <text x={width} y={y + 17} text-anchor="end" class="amount">
                {count(reached)}
                <tspan class="share" dx="8">
                  {i === 0 ? "" : percent(rate(reached, first) ?? { value: 0, margin: 0 })}
                </tspan>
              </text>
              {next && (
                <text x={width} y={foot + 13} text-anchor="end" class={i === worst ? "lost worst" : "lost"}>
                  {lostWords(reached, next)}
                </text>
              )}
            </g>
          );
        })}
      </Drawing>
      <Reader name={title} count={stages.length} at={at} move={setAt} layout="down" say={(i) => told(stages, i)} />
    </div>
  );
}

/** "−312, 4.1 %": those who did not come from one step to the next. */
function lostWords(reached: Figure, next: Figure): string {
  const gone = Math.max(0, reached.value - next.value);
  if (!gone) return "";
  return `− ${count({ value: gone, margin: 0 })}, ${percent({ value: gone / Math.max(1, reached.value), margin: 0 })}`;
}

function told(stages: readonly Stage[], i: number): string {
  const [stage, first, next] = [stages[i], stages[0], stages[i + 1]];
  if (!stage || !first) return "";
  const share = rate(stage.reached, first.reached);
  const lost = next && lostWords(stage.reached, next.reached);
  return `${stage.name}: ${count(stage.reached)}${share && i ? `, ${percent(share)} of ${first.name}` : ""}${lost ? `, then ${lost} went` : ""}`;
}
