/** Whether texts arrive, hour by hour, by operator and by country. */
import { HeatGrid } from "../charts/HeatGrid.tsx";
import { moment } from "../charts/time.ts";
import { count, FEW_ROWS, type Figure, percent, rate } from "../figures.ts";
import type { Answer } from "../given.ts";
import { countryName } from "../labels.ts";
import type { Console } from "../model.ts";
import { type Drawn, Panel } from "../Panel.tsx";
import { buckets } from "../period.ts";
import type { Sight } from "../sight.ts";
import { type Sheet, Table } from "../Table.tsx";
import { counted, figure, number, sum, text } from "../tally.ts";
import { dayOf, hourOf } from "../zone.ts";

/** Receipts that go missing anyway: such hours are as good as any. */
const USUAL = 0.06;
/** Below this share of delivery receipts a cell is flagged, when enough texts stand behind it. */
const POOR = 0.8;

/** Receipts by gateway and hour, operators, countries. */
export function Delivery({ console: model, sight }: { console: Console; sight: Sight }) {
  const known = (question: string) => model.known(sight.ask(question));
  const byGateway = known("deliveryByProvider");
  const gateways = [...new Set(byGateway.value?.data.map((row) => text(row, "provider")) ?? [])].filter(Boolean);
  return (
    <div class="grid">
      {(gateways.length ? gateways : [""]).map((gateway) => (
        <Panel
          key={gateway}
          console={model}
          wide
          title={gateway ? `Receipts by hour: ${gateway}` : "Receipts by hour"}
          hint="Share of texts whose delivery was confirmed; the darker, the more are missing"
          needs={[byGateway]}
          draw={([answer]) =>
            answer &&
            drawnHours(answer, gateway, sight, gateways.length > 1 ? () => model.look({ gateway }) : undefined)
          }
        />
      ))}
      <Panel
        console={model}
        wide
        title="Operators"
        hint="Where the phones are at home"
        needs={[known("deliveryByOperator")]}
        draw={([answer]) => answer && drawnOperators(answer)}
      />
      <Panel
        console={model}
        wide
        title="Countries"
        hint="Second texts, and what an authentication costs"
        needs={[known("resend"), known("countries"), known("pumping")]}
        draw={([resend, countries, cost]) => resend && countries && cost && drawnCountries(resend, countries, cost)}
      />
    </div>
  );
}

/** Days down, hours across. In the night the clocks go back, the repeated hour is one cell with both. */
function drawnHours(answer: Answer, gateway: string, sight: Sight, alone?: () => void): Drawn | undefined {
  const { zone, range } = sight;
  const days = buckets(range, "day", zone);
  const cells = new Map<string, { sent: Figure[]; receipts: Figure[]; hours: Set<number> }>();
  for (const row of answer.data) {
    const t = number(row, "t");
    if (text(row, "provider") !== gateway || t < range.from || t >= range.to) continue;
    const key = `${dayOf(t, zone)} ${hourOf(t, zone)}`;
    const cell = cells.get(key) ?? { sent: [], receipts: [], hours: new Set() };
    cells.set(key, cell);
    cell.sent.push(figure(answer, row, "sent"));
    cell.receipts.push(figure(answer, row, "receipts"));
    cell.hours.add(t);
  }
  const all = [...cells.values()];
  const sent = sum(all.flatMap((cell) => cell.sent));
  const receipts = sum(all.flatMap((cell) => cell.receipts));
  const share = rate(receipts, sent);
  if (!share) return undefined;
  const rows = days.map((t) => moment(t, zone, "day"));
  const columns = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
  const at = (day: number, hour: number) => {
    const cell = cells.get(`${dayOf(days[day] ?? 0, zone)} ${hour}`);
    if (!cell) return undefined;
    const of = sum(cell.sent);
    return { of, share: rate(sum(cell.receipts), of), twice: cell.hours.size > 1 };
  };
  const title = `Receipts by hour: ${gateway}`;
  const summary = `${percent(share)} of ${count(sent)} texts were confirmed as delivered.`;
  return {
    summary,
    chart: (
      <>
        <p class="lead">
          <b>{percent(share)}</b> of {count(sent)} texts confirmed
          {alone && (
            <button type="button" class="quiet" onClick={alone}>
              Look at it alone
            </button>
          )}
        </p>
        <HeatGrid
          title={title}
          summary={summary}
          rows={rows}
          columns={columns}
          every={2}
          cell={(day, hour) => {
            const found = at(day, hour);
            if (!found?.share) return undefined;
            const missing = 1 - Math.min(1, found.share.value);
            const few = found.of.value < FEW_ROWS;
            return {
              share: (missing - USUAL) * 2,
              said: `${percent(found.share)} of ${count(found.of)} texts confirmed${found.twice ? ", both hours of the clock change" : ""}`,
              few,
              flagged: !few && found.share.value < POOR,
            };
          }}
        />
      </>
    ),
    note: `A corner marks hours under ${POOR * 100} %; pale cells stand for fewer than ${FEW_ROWS} texts. Hours of ${zone}.`,
    sheet: {
      columns: [
        { name: "hour", as: "text" },
        { name: "texts", as: "count" },
        { name: "texts, margin", as: "count" },
        { name: "confirmed", as: "count" },
        { name: "confirmed, margin", as: "count" },
        { name: "refused", as: "count" },
      ],
      rows: answer.data
        .filter((row) => text(row, "provider") === gateway)
        .map((row) => {
          const [texts, confirmed] = [figure(answer, row, "sent"), figure(answer, row, "receipts")];
          const t = number(row, "t");
          return [
            moment(t, zone),
            texts.value,
            texts.margin,
            confirmed.value,
            confirmed.margin,
            number(row, "refused"),
          ];
        }),
    },
  };
}

function drawnOperators(answer: Answer): Drawn | undefined {
  const rows = answer.data.filter((row) => number(row, "sends") > 0);
  if (!rows.length) return undefined;
  const latency = answer.meta.some(({ name }) => name === "p50_latency_ms");
  const of = (row: (typeof rows)[number]) => {
    const [sends, receipts, sessions, approved] = ["sends", "receipts", "sessions_sent", "approved"].map((c) =>
      figure(answer, row, c),
    ) as [Figure, Figure, Figure, Figure];
    return {
      sends,
      confirmed: rate(receipts, sends),
      refused: figure(answer, row, "refused"),
      approved: rate(approved, sessions),
    };
  };
  const sheet: Sheet = {
    columns: [
      { name: "operator", as: "text" },
      { name: "country", as: "text" },
      { name: "texts", as: "count" },
      { name: "margin", as: "count" },
      { name: "confirmed", as: "share" },
      { name: "refused", as: "count" },
      { name: "authenticated", as: "share" },
      { name: "its margin", as: "share" },
      ...(latency ? [{ name: "median latency", as: "ms" as const }] : []),
    ],
    rows: rows.map((row) => {
      const { sends, confirmed, refused, approved } = of(row);
      return [
        text(row, "operator") || "unknown",
        countryName(text(row, "country")),
        sends.value,
        sends.margin,
        confirmed?.value ?? "",
        refused.value,
        approved?.value ?? "",
        approved?.margin ?? "",
        ...(latency ? [number(row, "p50_latency_ms")] : []),
      ];
    }),
  };
  const best = rows[0] as (typeof rows)[number];
  const summary = `${rows.length} operators; most texts to ${text(best, "operator") || "unknown"}.`;
  return { summary, plain: true, chart: <Table name="Operators" sheet={shown(sheet)} />, sheet };
}

/** A table to look at: without the margins of an exact answer. */
function shown(sheet: Sheet): Sheet {
  const keep = sheet.columns.map(({ name }, c) => !/margin/.test(name) || sheet.rows.some((row) => Number(row[c]) > 0));
  return {
    columns: sheet.columns.filter((_, c) => keep[c]),
    rows: sheet.rows.map((row) => row.filter((_, c) => keep[c])),
  };
}

function drawnCountries(resend: Answer, countries: Answer, cost: Answer): Drawn | undefined {
  const rows = resend.data.filter((row) => number(row, "sent") > 0);
  if (!rows.length) return undefined;
  const sheet: Sheet = {
    columns: [
      { name: "country", as: "text" },
      { name: "sent a code", as: "count" },
      { name: "margin", as: "count" },
      { name: "asked again", as: "share" },
      { name: "then authenticated", as: "share" },
      { name: "changed to text", as: "count" },
      { name: "authenticated", as: "share" },
      { name: "cost per authentication, EUR", as: "price" },
    ],
    rows: rows.map((row) => {
      const code = text(row, "country");
      const [sent, resent, after] = ["sent", "resent", "approved_after_resend"].map((c) => figure(resend, row, c)) as [
        Figure,
        Figure,
        Figure,
      ];
      const own = countries.data.find((other) => text(other, "country") === code);
      const here = (r: Answer["data"][number]) => text(r, "country") === code;
      const micro = counted(cost, "cost_micro", here).value;
      const paid = counted(cost, "approved", here).value;
      return [
        countryName(code),
        sent.value,
        sent.margin,
        rate(resent, sent)?.value ?? "",
        rate(after, resent)?.value ?? "",
        number(row, "switched"),
        own ? (rate(figure(countries, own, "approved"), figure(countries, own, "sent"))?.value ?? "") : "",
        paid > 0 && micro > 0 ? micro / 1e6 / paid : "",
      ];
    }),
  };
  const summary = `${rows.length} countries; most codes to ${countryName(text(rows[0], "country"))}.`;
  return {
    summary,
    plain: true,
    chart: <Table name="Countries" sheet={shown(sheet)} />,
    note: "Cost covers prefixes with at least 20 verifications.",
    sheet,
  };
}
