/** What is looked at, as choices; each one is a new address. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { DEVICES, isPeriod } from "./filters.ts";
import { countryName, DEVICE_NAMES } from "./labels.ts";
import type { Console } from "./model.ts";
import { type Compare, type Period, PRESETS } from "./period.ts";
import type { Sight } from "./sight.ts";

const PERIODS: Record<(typeof PRESETS)[number], string> = {
  today: "Today",
  yesterday: "Yesterday",
  "7d": "7 days",
  "14d": "14 days",
  "28d": "28 days",
};

const COMPARED: Record<Compare, string> = {
  previous: "the period before",
  weekday: "same weekdays before",
  year: "a year before",
  none: "nothing",
};

function Choice({
  label,
  value,
  pick,
  children,
}: {
  label: string;
  value: string;
  pick(value: string): void;
  children: ComponentChildren;
}) {
  return (
    <label class={value ? "choice set" : "choice"}>
      <span>{label}</span>
      <select value={value} onChange={(event) => pick(event.currentTarget.value)}>
        {children}
      </select>
    </label>
  );
}

/** The choices the looked-at page knows; folded under one line where there is no room. */
export function FilterBar({ console: model, sight }: { console: Console; sight: Sight }) {
  const { filters, me, zone, range } = sight;
  const [open, setOpen] = useState(false);
  const countries = [...new Set([...sight.brands.flatMap((brand) => brand.countries), filters.country])]
    .filter(Boolean)
    .sort();
  const zones = [
    ...new Set([
      ...me.brands.map((brand) => brand.zone),
      Intl.DateTimeFormat().resolvedOptions().timeZone,
      "UTC",
      zone,
    ]),
  ];
  const custom = filters.period.includes("..");
  const brand =
    me.brands.length > 1 ? (sight.brands.length === 1 ? sight.brands[0]?.name : "All brands") : me.brands[0]?.name;
  const said = [
    brand,
    filters.country && countryName(filters.country),
    DEVICE_NAMES[filters.device],
    filters.gateway,
    custom ? `${range.first} to ${range.last}` : PERIODS[filters.period as keyof typeof PERIODS],
  ].filter(Boolean);
  const narrows = filters.page !== "data";
  // A statement says itself what it narrows to.
  const writes = filters.page === "sql";
  const compares = filters.page === "overview";

  return (
    <search class={open ? "filters open" : "filters"}>
      <button type="button" class="unfold" aria-expanded={open} onClick={() => setOpen(!open)}>
        {said.join(" · ")}
      </button>
      <div class="choices">
        {me.brands.length > 1 && (
          <Choice
            label="Brand"
            value={sight.brands.length === 1 ? filters.brand : ""}
            pick={(brand) => model.look({ brand })}
          >
            <option value="">All brands</option>
            {me.brands.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Choice>
        )}
        {narrows && !writes && (
          <>
            <Choice label="Country" value={filters.country} pick={(country) => model.look({ country })}>
              <option value="">All countries</option>
              {countries.map((country) => (
                <option key={country} value={country}>
                  {countryName(country)}
                </option>
              ))}
            </Choice>
            <Choice label="Device" value={filters.device} pick={(device) => model.look({ device })}>
              <option value="">All devices</option>
              {DEVICES.map((device) => (
                <option key={device} value={device}>
                  {DEVICE_NAMES[device]}
                </option>
              ))}
            </Choice>
            {filters.gateway && (
              <button type="button" class="chip" onClick={() => model.look({ gateway: "" })}>
                {filters.gateway} <span aria-hidden="true">×</span>
                <span class="unseen">: show all gateways</span>
              </button>
            )}
          </>
        )}
        {narrows && (
          <>
            <Choice
              label="Period"
              value={custom ? "custom" : filters.period}
              pick={(period) =>
                model.look({ period: (period === "custom" ? `${range.first}..${range.last}` : period) as Period })
              }
            >
              {PRESETS.map((preset) => (
                <option key={preset} value={preset}>
                  {PERIODS[preset]}
                </option>
              ))}
              <option value="custom">Other days…</option>
            </Choice>
            {custom && <Days first={range.first} last={range.last} pick={(period) => model.look({ period })} />}
          </>
        )}
        {compares && (
          <Choice
            label="Compare with"
            value={filters.compare}
            pick={(compare) => model.look({ compare: compare as Compare })}
          >
            {Object.entries(COMPARED).map(([compare, name]) => (
              <option key={compare} value={compare}>
                {name}
              </option>
            ))}
          </Choice>
        )}
        <Choice
          label="Days in"
          value={zone}
          pick={(zone) => model.look({ zone: zone === sight.brands[0]?.zone ? "" : zone })}
        >
          {zones.map((name) => (
            <option key={name} value={name}>
              {name.replaceAll("_", " ")}
            </option>
          ))}
        </Choice>
      </div>
    </search>
  );
}

/** First and last day, both counted. Days that make no period are not looked at. */
function Days({ first, last, pick }: { first: string; last: string; pick(period: Period): void }) {
  const take = (period: string) => {
    if (isPeriod(period)) pick(period);
  };
  return (
    <>
      <label class="choice set">
        <span>From</span>
        <input
          type="date"
          value={first}
          max={last}
          onChange={(event) => take(`${event.currentTarget.value}..${last}`)}
        />
      </label>
      <label class="choice set">
        <span>To</span>
        <input
          type="date"
          value={last}
          min={first}
          onChange={(event) => take(`${first}..${event.currentTarget.value}`)}
        />
      </label>
    </>
  );
}
