/** How complete, how fresh and how exact the numbers are, brand by brand. */
import { fullDay, moment } from "../charts/time.ts";
import { count, percent } from "../figures.ts";
import type { Brand, Health } from "../given.ts";
import { FAILED, FOUR, OUTCOMES } from "../labels.ts";
import type { Console, Known } from "../model.ts";
import { Failed, Waiting } from "../Panel.tsx";
import type { Sight } from "../sight.ts";
import { comparedAt, Days } from "./compared.tsx";

/** Share of what was counted exactly that the analytics must hold, or somebody has to look. */
const COMPLETE = 0.99;

/** One card a brand, and what the numbers mean. */
export function DataPage({ console: model, sight }: { console: Console; sight: Sight }) {
  return (
    <>
      <div class="grid cards">
        {sight.brands.map((brand) => (
          <BrandHealth
            key={brand.id}
            brand={brand}
            known={model.health.value.get(brand.id) ?? {}}
            zone={sight.zone}
            retry={model.retry}
          />
        ))}
      </div>
      <Meaning
        engine={sight.me.engine}
        any={sight.brands.map(({ id }) => model.health.value.get(id)?.value).find(Boolean)}
      />
    </>
  );
}

function BrandHealth(props: { brand: Brand; known: Known<Health>; zone: string; retry(): void }) {
  const { brand, known, zone, retry } = props;
  const { value: health, fault } = known;
  return (
    <section class={`panel${health && fault ? " stale" : ""}`} aria-label={brand.name}>
      <header>
        <h2>{brand.name}</h2>
      </header>
      {health && fault && known.at !== undefined && <p class="since">as of {moment(known.at / 1000, zone)}</p>}
      {!health && !fault && <Waiting />}
      {!health && fault && <Failed fault={fault} retry={retry} />}
      {health && <Facts name={brand.name} health={health} zone={zone} />}
    </section>
  );
}

function Facts({ name: brand, health, zone }: { name: string; health: Health; zone: string }) {
  const { completeness, sampling, freshness, identity } = health;
  if (freshness.newest === null) return <p class="nothing">Nothing yet</p>;
  const { share, margin } = completeness;
  const short = share !== null && share + (margin ?? 0) < COMPLETE;
  const when = (t: number | null) => (t === null ? "–" : moment(t, zone));
  const rows: [name: string, value: string, wrong?: boolean][] = [
    ["Last compared", ...comparedAt(health, zone)],
    ["Settled until", when(health.settled_until)],
    ["Newest row", when(freshness.newest)],
    ["Oldest row", freshness.oldest === null ? "–" : fullDay(freshness.oldest, zone)],
    [
      "Sampled away",
      sampling.coarsest <= 1
        ? "nothing: exact"
        : `${percent({ value: sampling.share, margin: 0 })}, at most 1 in ${sampling.coarsest}`,
    ],
    [
      "Created = sum of outcomes",
      identity.difference === 0
        ? `holds: ${count({ value: identity.created, margin: 0 })}`
        : `differs by ${count({ value: identity.difference, margin: 0 })}`,
      identity.difference !== 0,
    ],
    ["Points lost", count({ value: health.points_lost, margin: 0 }), health.points_lost > 0],
    [
      "Ordered without redeeming",
      count({ value: health.completed_without_redeem, margin: 0 }),
      health.completed_without_redeem > 0,
    ],
  ];
  return (
    <>
      <p class="lead">
        {share === null ? (
          "Completeness is not measured yet"
        ) : (
          <>
            <b>{percent({ value: share, margin: margin ?? 0 })}</b> analytics complete
          </>
        )}
        {short && <span class="warned">below {COMPLETE * 100} %</span>}
      </p>
      <dl class="facts">
        {rows.map(([name, value, wrong]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value}
              {wrong && <span class="warned">look at it</span>}
            </dd>
          </div>
        ))}
      </dl>
      {health.reconciled && <Days name={brand} days={health.reconciled.days} />}
    </>
  );
}

/** What the four numbers are, in one place. */
function Meaning({ engine, any }: { engine: "engine" | "rollup"; any: Health | undefined }) {
  const names = FAILED.map((outcome) => OUTCOMES[outcome]?.[1]).join(", ");
  return (
    <section class="panel meaning" aria-label="What the numbers mean">
      <header>
        <h2>What the numbers mean</h2>
      </header>
      <dl class="facts">
        <div>
          <dt>{FOUR.proceeded}</dt>
          <dd>authenticated by code or network, and redeemed by the shop</dd>
        </div>
        <div>
          <dt>{FOUR.aborted}</dt>
          <dd>the shopper left, or had no access to the number</dd>
        </div>
        <div>
          <dt>{FOUR.failed}</dt>
          <dd>{names}</dd>
        </div>
        <div>
          <dt>{FOUR.attempts}</dt>
          <dd>codes compared, right and wrong; a malformed code and a repeated press do not count</dd>
        </div>
        <div>
          <dt>≈ 12,340 ± 320</dt>
          <dd>read from a sample; the true number lies in that range 19 times of 20. Without ≈ it is exact</dd>
        </div>
        <div>
          <dt>Period</dt>
          <dd>a verification counts in the period in which it began; days are those of the chosen zone</dd>
        </div>
        {any && (
          <div>
            <dt>Kept</dt>
            <dd>
              {any.retention.engine_days} days of rows ({Object.values(any.schema).flat().join(", ")}),{" "}
              {any.retention.rollup_months} months of sums, {any.retention.log_days} days of statements
            </dd>
          </div>
        )}
        <div>
          <dt>Source</dt>
          <dd>
            {engine === "rollup"
              ? "exact sums; free SQL is not available"
              : "one row per finished verification; small groups are left out"}
          </dd>
        </div>
      </dl>
    </section>
  );
}
