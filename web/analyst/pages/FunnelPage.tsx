/** Two groups side by side. */
import type { Segment } from "../filters.ts";
import type { Console } from "../model.ts";
import { Panel } from "../Panel.tsx";
import type { Sight } from "../sight.ts";
import { drawnFunnel } from "./Overview.tsx";
import { Side, segmentName } from "./Side.tsx";
import { drawnAttempts, drawnGuesses, drawnLeaving, drawnSteps, drawnTimes } from "./segments.tsx";

/** Funnel, leaving, attempts and times of two groups the reader picks. */
export function FunnelPage({ console: model, sight }: { console: Console; sight: Sight }) {
  const { a, b } = sight.filters;
  const names = [segmentName(a, sight), segmentName(b, sight)] as const;
  const known = (question: string, side: Segment) => model.known(sight.ask(question, side));
  const both = (question: string) => [known(question, a), known(question, b)];
  return (
    <>
      <div class="sides">
        <Side console={model} sight={sight} name="a" />
        <span>against</span>
        <Side console={model} sight={sight} name="b" />
      </div>
      <div class="grid even">
        {([a, b] as const).map((side, i) => (
          <Panel
            key={i}
            console={model}
            title={`Funnel: ${names[i]}`}
            needs={[known("funnel", side)]}
            draw={([funnel]) => funnel && drawnFunnel(funnel, i ? 4 : 1, `Funnel: ${names[i]}`)}
          />
        ))}
        <Panel
          console={model}
          wide
          title="Step by step"
          hint={`Share of each step that came to the next; the difference is ${names[1]} seen from ${names[0]}`}
          needs={both("funnel")}
          draw={([left, right]) => left && right && drawnSteps(left, right, names)}
        />
        {([a, b] as const).map((side, i) => (
          <Panel
            key={i}
            console={model}
            title={`Where they left: ${names[i]}`}
            hint="Asked for a code, page opened, code sent, code entered: the last step reached"
            needs={[known("leaving", side)]}
            draw={([leaving]) => leaving && drawnLeaving(leaving, `Where they left: ${names[i]}`)}
          />
        ))}
        <Panel
          console={model}
          title="Attempts per verification"
          hint="Codes compared, right and wrong; five is the most there can be"
          needs={both("attempts")}
          draw={([left, right]) => left && right && drawnAttempts(left, right, names)}
        />
        <Panel
          console={model}
          title="Time to verify"
          hint="From the start to the right code: bar to the median, line to the 95th percentile"
          needs={both("verifyTimeAutofill")}
          draw={([left, right]) => left && right && drawnTimes(left, right, names)}
        />
        <Panel
          console={model}
          wide
          title="Wrong codes"
          hint="Of all codes compared, and how many of those authenticated were right at once"
          needs={[...both("funnel"), ...both("attemptsMean")]}
          draw={([left, right, leftMean, rightMean]) =>
            left && right && leftMean && rightMean && drawnGuesses([left, right], [leftMean, rightMean], names)
          }
        />
      </div>
    </>
  );
}
