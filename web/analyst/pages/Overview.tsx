/** The four numbers first, then what they are made of. */
import { Bars } from "../charts/Bars.tsx";
import { Swatch } from "../charts/Drawing.tsx";
import { Funnel } from "../charts/Funnel.tsx";
import { count, percent, rate } from "../figures.ts";
import type { Answer } from "../given.ts";
import { together } from "../known.ts";
import { countryName, GROUPS, OUTCOMES, REASONS } from "../labels.ts";
import type { Console } from "../model.ts";
import { type Drawn, Failed, Panel, Waiting } from "../Panel.tsx";
import type { Sight } from "../sight.ts";
import { figure, number, sum, text, withOutcome } from "../tally.ts";
import { drawnOutcomes, drawnRate } from "./course.tsx";
import { FourNumbers, Tiles } from "./numbers.tsx";
import { timesOf } from "./overtime.ts";
import { stagesOf, stagesSheet, stagesSummary } from "./stages.ts";

/** Four numbers, tiles, funnel, reasons, course, countries. */
export function Overview({ console: model, sight }: { console: Console; sight: Sight }) {
  const known = (question: string) => model.known(sight.ask(question));
  const before = sight.askBefore("hourly");
  const per = `per ${timesOf(sight.range, sight.zone, sight.range.to).step}`;
  const first = together([known("outcomes"), known("funnel"), known("attempts")]);
  return (
    <>
      {first.state === "loading" && <Waiting />}
      {first.state === "error" && <Failed fault={first.fault} retry={model.retry} />}
      {first.state === "known" && (
        <>
          <FourNumbers console={model} sight={sight} />
          <Tiles console={model} sight={sight} />
        </>
      )}
      <div class="grid">
        <Panel
          console={model}
          title="From challenge to order"
          hint="How many reached each step, and how many went in between"
          needs={[known("funnel")]}
          draw={([funnel]) => funnel && drawnFunnel(funnel)}
        />
        <Panel
          console={model}
          title="Why they did not proceed"
          hint="By reason or outcome"
          needs={[known("outcomes"), known("reasons")]}
          draw={([outcomes, reasons]) => outcomes && reasons && drawnReasons(outcomes, reasons)}
        />
        <Panel
          console={model}
          wide
          title="Outcomes over time"
          hint={`Verifications ${per}, each where it began`}
          needs={[known("hourly")]}
          draw={([hourly]) => hourly && drawnOutcomes(hourly, sight)}
        />
        <Panel
          console={model}
          title="Code sent → authenticated"
          hint={`Share ${per}${before ? ", beside the period before" : ""}`}
          needs={[known("hourly"), ...(before ? [model.known(before)] : [])]}
          draw={([hourly, earlier]) => hourly && drawnRate(hourly, earlier, sight)}
        />
        <Panel
          console={model}
          title="Countries"
          hint="Verifications by the country of the number"
          needs={[known("countries")]}
          draw={([countries]) => countries && drawnCountries(countries, (country) => model.look({ country }))}
        />
      </div>
    </>
  );
}

/** The funnel of an answer; undefined when nobody was challenged. */
export function drawnFunnel(funnel: Answer, look: 1 | 4 = 1, title = "From challenge to order"): Drawn | undefined {
  const stages = stagesOf(funnel);
  if (!stages[0]?.reached.value) return undefined;
  const summary = stagesSummary(stages);
  return {
    summary,
    chart: <Funnel title={title} summary={summary} stages={stages} look={look} />,
    sheet: stagesSheet(stages),
  };
}

const LOOKS = { aborted: 2, failed: 3, prevented: 4, held: 5, withdrawn: 6 } as const;

/** Everybody who was asked for a code, or refused one, and did not proceed: by reason where they went themselves, by outcome else. */
function drawnReasons(outcomes: Answer, reasons: Answer): Drawn | undefined {
  const went = reasons.data.map((row) => {
    const reason = text(row, "reason");
    return { group: "aborted" as const, name: REASONS[reason] ?? reason, value: figure(reasons, row, "sessions") };
  });
  const ended = Object.entries(OUTCOMES).flatMap(([outcome, [group, name]]) =>
    group === "proceeded" || group === "exempt" || group === "aborted"
      ? []
      : [{ group, name, value: withOutcome(outcomes, outcome) }],
  );
  const all = [...went, ...ended].filter(({ value }) => value.value > 0).sort((a, b) => b.value.value - a.value.value);
  if (!all.length) return undefined;
  const whole = sum(all.map(({ value }) => value));
  const bars = all.map(({ group, name, value }) => ({
    name,
    value: value.value,
    shown: count(value),
    aside: percent(rate(value, whole) ?? value),
    look: LOOKS[group],
  }));
  const groups = [...new Set(all.map(({ group }) => group))];
  const summary = `Most often: ${bars[0]?.name}, ${bars[0]?.shown} or ${bars[0]?.aside}.`;
  return {
    summary,
    chart: (
      <>
        <ul class="legend">
          {groups.map((group) => (
            <li key={group}>
              <span>
                <Swatch look={LOOKS[group]} />
                {GROUPS[group]}
              </span>
            </li>
          ))}
        </ul>
        <Bars title="Why they did not proceed" summary={summary} bars={bars} />
      </>
    ),
    sheet: {
      columns: [
        { name: "reason", as: "text" },
        { name: "group", as: "text" },
        { name: "verifications", as: "count" },
        { name: "margin", as: "count" },
        { name: "share", as: "share" },
      ],
      rows: all.map(({ group, name, value }) => [
        name,
        GROUPS[group],
        value.value,
        value.margin,
        value.value / whole.value,
      ]),
    },
  };
}

function drawnCountries(countries: Answer, narrow: (country: string) => void): Drawn | undefined {
  const rows = countries.data.filter((row) => number(row, "created") > 0);
  if (!rows.length) return undefined;
  const parts = rows.map((row) => ({
    code: text(row, "country"),
    created: figure(countries, row, "created"),
    approved: rate(figure(countries, row, "approved"), figure(countries, row, "sent")),
    blocked: figure(countries, row, "blocked"),
  }));
  const bars = parts.slice(0, 10).map(({ code, created, approved }) => ({
    name: countryName(code),
    value: created.value,
    shown: count(created),
    aside: approved && percent(approved),
    few: created.margin > 0 && (created.rows ?? 0) < 30,
  }));
  const summary = `Most verifications: ${bars[0]?.name}, ${bars[0]?.shown}.`;
  const pick = (i: number) => {
    const code = parts[i]?.code ?? "";
    if (/^[A-Z]{2}$/.test(code)) narrow(code);
  };
  return {
    summary,
    chart: <Bars title="Countries" summary={summary} bars={bars} pick={pick} />,
    note: "The share is of those sent a code who were authenticated. Choose a country to look at it alone.",
    sheet: {
      columns: [
        { name: "country", as: "text" },
        { name: "created", as: "count" },
        { name: "margin", as: "count" },
        { name: "sent → authenticated", as: "share" },
        { name: "its margin", as: "share" },
        { name: "blocked", as: "count" },
      ],
      rows: parts.map(({ code, created, approved, blocked }) => [
        countryName(code),
        created.value,
        created.margin,
        approved?.value ?? "",
        approved?.margin ?? "",
        blocked.value,
      ]),
    },
  };
}
