/** Choosing the two groups that are held against each other. */
import { shortDay } from "../charts/time.ts";
import { DEVICES, KINDS, type Segment } from "../filters.ts";
import { countryName, DEVICE_NAMES, KIND_NAMES } from "../labels.ts";
import type { Console } from "../model.ts";
import type { Sight } from "../sight.ts";
import { number, text } from "../tally.ts";

/** What the dimensions of `KINDS` are called. */
const HEADS: Record<keyof typeof KINDS, string> = {
  category: "What was ordered",
  autofill: "Autofill of the code",
  mode: "Where the step was shown",
};

/** What a segment is called. */
export function segmentName(segment: Segment, sight: Sight): string {
  const [dimension = "", value = ""] = segment.split(":");
  if (dimension === "country") return countryName(value);
  if (dimension === "device") return DEVICE_NAMES[value] ?? value;
  if (dimension === "release") return `Release ${value}`;
  return KIND_NAMES[dimension]?.[value] ?? sight.me.brands.find(({ id }) => id === value)?.name ?? value;
}

/** Chooses one of the two groups; what the exact sums do not keep is offered where there are rows. */
export function Side({ console: model, sight, name }: { console: Console; sight: Sight; name: "a" | "b" }) {
  const chosen = sight.filters[name];
  const countries = [...new Set(sight.me.brands.flatMap((brand) => brand.countries))].sort();
  const [dimension = "", value = ""] = chosen.split(":");
  const strange = dimension === "country" && !countries.includes(value) ? [value] : [];
  const rows = sight.me.engine === "engine";
  const found = rows ? (model.known(sight.ask("releases")).value?.data ?? []) : [];
  const releases = found.filter((row) => text(row, "release"));
  const groups: [head: string, options: [value: Segment, name: string][]][] = [
    ["Device", DEVICES.map((device) => [`device:${device}`, DEVICE_NAMES[device] ?? device])],
    ["Country", [...strange, ...countries].map((country) => [`country:${country}`, countryName(country)])],
    ["Brand", sight.me.brands.map(({ id, name: brand }) => [`brand:${id}`, brand])],
    ...(rows ? (["category", "autofill", "mode"] as const) : []).map((kind): (typeof groups)[number] => [
      HEADS[kind],
      KINDS[kind].map((one) => [`${kind}:${one}`, KIND_NAMES[kind]?.[one] ?? one]),
    ]),
    [
      "Release, by its first day",
      releases.map((row) => [
        `release:${text(row, "release")}`,
        `${text(row, "release")}, ${shortDay(number(row, "since"), sight.zone)}`,
      ]),
    ],
  ];
  const offered = groups.some(([, options]) => options.some(([option]) => option === chosen));
  return (
    <label class={`side side-${name}`}>
      <span>{name === "a" ? "First group" : "Second group"}</span>
      <select value={chosen} onChange={(event) => model.look({ [name]: event.currentTarget.value as Segment })}>
        {!offered && <option value={chosen}>{segmentName(chosen, sight)}</option>}
        {groups.map(
          ([head, options]) =>
            options.length > 0 && (
              <optgroup key={head} label={head}>
                {options.map(([option, said]) => (
                  <option key={option} value={option}>
                    {said}
                  </option>
                ))}
              </optgroup>
            ),
        )}
      </select>
    </label>
  );
}
