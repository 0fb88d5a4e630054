/** Whether texts arrive, hour by hour, by operator and by country. */
import { HeatGrid } from "../charts/HeatGrid.tsx";
import { moment } from "../charts/time.ts";
import { count, FEW_ROWS, type Figure, percent, rate } from "../figures.ts";
import type { Answer } from "../given.ts";
import type { Console } from "../model.ts";
import { type Drawn, Panel } from "../Panel.tsx";
import { buckets } from "../period.ts";
import type { Sight } from "../sight.ts";
import { figure, number, sum, text } from "../tally.ts";
import { dayOf, hourOf } from "../zone.ts";
import { drawnCountries, drawnGateways, drawnOperators, type Times } from "./arrivals.tsx";
import { answerable } from "./needs.ts";

/** Receipts that go missing anyway: such hours are as good as any. */
const USUAL = 0.06;
/** Below this share of delivery receipts a cell is flagged, when enough texts stand behind it. */
const POOR = 0.8;

/** Receipts by gateway and hour, then gateways, operators and countries over the period. */
export function Delivery({ console: model, sight }: { console: Console; sight: Sight }) {
  const known = (question: string) => model.known(sight.ask(question));
  const byGateway = known("deliveryByProvider");
  // A table does not wait for its times, and stands without those that are not kept.
  const times = (by: "Gateway" | "Operator" | "Country"): Times => {
    const [receipt, approval] = [`latencyBy${by}`, `verifyTimeBy${by}`].map((question) => {
      const { value, fault } = known(question);
      return value ?? (answerable(sight, question) && fault?.code !== "ANALYTICS.SQL_UNAVAILABLE" ? "open" : "unkept");
    });
    return { receipt, approval };
  };
  const gateways = [...new Set(byGateway.value?.data.map((row) => text(row, "provider")) ?? [])].filter(Boolean);
  return (
    <div class="grid">
      {(gateways.length ? gateways : [""]).map((gateway) => (
        <Panel
          key={gateway}
          console={model}
          wide
          title={gateway ? `Receipts by hour: ${gateway}` : "Receipts by hour"}
          hint="Texts whose delivery was confirmed, by day and hour of sending"
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
        title="Gateways"
        hint="Texts of the whole period, and how long a receipt and an authentication took"
        needs={[byGateway]}
        draw={([answer]) => answer && drawnGateways(answer, times("Gateway"))}
      />
      <Panel
        console={model}
        wide
        title="Operators"
        hint="Where the phones are at home"
        needs={[known("deliveryByOperator")]}
        draw={([answer]) => answer && drawnOperators(answer, times("Operator"))}
      />
      <Panel
        console={model}
        wide
        title="Countries"
        hint="Second texts, what an authentication costs, and how long it took"
        needs={[known("resend"), known("countries"), known("pumping")]}
        draw={([resend, countries, cost]) =>
          resend && countries && cost && drawnCountries(resend, countries, cost, times("Country"))
        }
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
          ends={[`up to ${USUAL * 100} % missing`, "half or more missing"]}
          cell={(day, hour) => {
            const found = at(day, hour);
            if (!found?.share) return undefined;
            const missing = 1 - Math.min(1, found.share.value);
            // At most so many rows were read; in a sample each stands for several texts.
            const few = found.of.value / answer.coarsest < FEW_ROWS;
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
    note: `A corner marks hours under ${POOR * 100} %; pale cells rest on fewer than ${FEW_ROWS} ${answer.exact ? "texts" : "rows read"}. Hours of ${zone.replaceAll("_", " ")}.`,
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
