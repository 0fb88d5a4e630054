/** Two groups side by side. */
import { DEVICES, type Segment } from "../filters.ts";
import { countryName, DEVICE_NAMES } from "../labels.ts";
import type { Console } from "../model.ts";
import { Panel } from "../Panel.tsx";
import type { Sight } from "../sight.ts";
import { drawnFunnel } from "./Overview.tsx";
import { drawnAttempts, drawnLeaving, drawnSteps, drawnTimes } from "./segments.tsx";

/** What a segment is called. */
function segmentName(segment: Segment, sight: Sight): string {
  const [dimension, value = ""] = segment.split(":");
  if (dimension === "country") return countryName(value);
  if (dimension === "device") return DEVICE_NAMES[value] ?? value;
  return sight.me.brands.find(({ id }) => id === value)?.name ?? value;
}

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
      </div>
    </>
  );
}

/** Chooses one of the two groups. */
function Side({ console: model, sight, name }: { console: Console; sight: Sight; name: "a" | "b" }) {
  const chosen = sight.filters[name];
  const countries = [...new Set(sight.me.brands.flatMap((brand) => brand.countries))].sort();
  const [dimension, value] = chosen.split(":");
  const strange = dimension === "country" && value && !countries.includes(value) ? [value] : [];
  return (
    <label class={`side side-${name}`}>
      <span>{name === "a" ? "First group" : "Second group"}</span>
      <select value={chosen} onChange={(event) => model.look({ [name]: event.currentTarget.value as Segment })}>
        <optgroup label="Device">
          {DEVICES.map((device) => (
            <option key={device} value={`device:${device}`}>
              {DEVICE_NAMES[device]}
            </option>
          ))}
        </optgroup>
        <optgroup label="Country">
          {[...strange, ...countries].map((country) => (
            <option key={country} value={`country:${country}`}>
              {countryName(country)}
            </option>
          ))}
        </optgroup>
        <optgroup label="Brand">
          {sight.me.brands.map(({ id, name: brand }) => (
            <option key={id} value={`brand:${id}`}>
              {brand}
            </option>
          ))}
        </optgroup>
      </select>
    </label>
  );
}
