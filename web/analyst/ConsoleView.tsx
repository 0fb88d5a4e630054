/** All of the page: the bar, the filters, and the page that is looked at. */
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Patterns } from "./charts/Drawing.tsx";
import { clockTime, days, fullDay, moment } from "./charts/time.ts";
import { FilterBar } from "./FilterBar.tsx";
import { PAGES, type Page } from "./filters.ts";
import { together } from "./known.ts";
import { type Console, TITLES } from "./model.ts";
import { faultText, Waiting } from "./Panel.tsx";
import { DataPage } from "./pages/DataPage.tsx";
import { Delivery } from "./pages/Delivery.tsx";
import { FunnelPage } from "./pages/FunnelPage.tsx";
import { needsOf } from "./pages/needs.ts";
import { Overview } from "./pages/Overview.tsx";
import { SchemeSwitch } from "./SchemeSwitch.tsx";
import type { Sight } from "./sight.ts";

type PageView = ComponentType<{ console: Console; sight: Sight }>;

/** Writing SQL needs more than the rest together, and most readers never do. */
function LaterSql(props: { console: Console; sight: Sight }) {
  const [Loaded, setLoaded] = useState<PageView>();
  useEffect(() => void import("./sql/SqlPage.tsx").then(({ SqlPage }) => setLoaded(() => SqlPage)), []);
  return Loaded ? <Loaded {...props} /> : <Waiting />;
}

const VIEWS: Record<Page, PageView> = {
  overview: Overview,
  funnel: FunnelPage,
  delivery: Delivery,
  sql: LaterSql,
  data: DataPage,
};

/** Head, filters and the page the address names. */
export function ConsoleView({ console: model }: { console: Console }) {
  const { page } = model.filters.value;
  const sight = model.seen.value;
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) heading.current?.focus();
    first.current = false;
  }, [page]);
  const View = VIEWS[page];
  return (
    <>
      <Patterns />
      <a class="skip" href="#content">
        To the numbers
      </a>
      <header class="bar">
        <span class="mark">Ringfence</span>
        <nav aria-label="Pages">
          {PAGES.map((name) => (
            <a
              key={name}
              href={model.link({ page: name })}
              aria-current={name === page ? "page" : undefined}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                model.look({ page: name });
              }}
            >
              {TITLES[name]}
            </a>
          ))}
        </nav>
        <SchemeSwitch />
      </header>
      <main id="content">
        <div class="head">
          <h1 tabIndex={-1} ref={heading}>
            {TITLES[page]}
          </h1>
          {sight && <Says sight={sight} />}
        </div>
        {sight && <FilterBar console={model} sight={sight} />}
        <Banner console={model} sight={sight} />
        {!sight && !model.me.value.fault && <Waiting />}
        {sight && <Body console={model} sight={sight} View={View} />}
      </main>
      <footer>{sight && `${sight.me.name} · ${sight.me.role}`}</footer>
    </>
  );
}

/** The page, or one quiet sentence where nothing was recorded. */
function Body({ console: model, sight, View }: { console: Console; sight: Sight; View: PageView }) {
  const { page } = sight.filters;
  const parts = needsOf(sight).map(model.known);
  const fault = parts[0]?.fault;
  if (fault && parts.every((part) => part.fault && !part.value)) {
    return (
      <section class="panel empty" role="status">
        <h2>No numbers now</h2>
        <p>{faultText(fault)} It is asked again by itself while you look.</p>
        <button type="button" onClick={model.retry}>
          Try again
        </button>
      </section>
    );
  }
  const outcomes = model.known(sight.ask("outcomes")).value;
  if (page !== "overview" || outcomes === undefined || outcomes.data.length > 0) {
    return <View key={page} console={model} sight={sight} />;
  }
  if (outcomes.nothing_yet && !sight.narrowed) {
    return (
      <section class="panel empty">
        <h2>Nothing yet</h2>
        <p>The numbers appear here with the first verification that ends, one to three minutes after it.</p>
      </section>
    );
  }
  return (
    <section class="panel empty">
      <h2>Nothing in this period</h2>
      <p>Nobody began a verification here, with these filters.</p>
      <button type="button" onClick={() => model.look({ country: "", device: "", gateway: "", period: "28d" })}>
        Look at 28 days, everywhere
      </button>
    </section>
  );
}

/** "9 – 22 Nov 2026, Europe/Oslo, against …; settled until 14:55". */
function Says({ sight }: { sight: Sight }) {
  const { range, before, zone, filters } = sight;
  if (filters.page === "data") return null;
  return (
    <p class="says">
      {days(range, zone)}, {zone.replaceAll("_", " ")}
      {before && filters.page === "overview" && <span> against {days(before, zone)}</span>}
    </p>
  );
}

/** What is wrong with all of the page: the session, the server, old numbers; else until when the numbers are settled. */
function Banner({ console: model, sight }: { console: Console; sight: Sight | undefined }) {
  if (model.ended.value) {
    return (
      <p class="banner" role="alert">
        Your session is over. <a href={model.link({})}>Sign in again</a>
      </p>
    );
  }
  const { fault } = model.me.value;
  if (!sight) {
    return fault ? (
      <p class="banner" role="alert">
        {faultText(fault)}{" "}
        <button type="button" onClick={model.retry}>
          Try again
        </button>
      </p>
    ) : null;
  }
  const asked = needsOf(sight).map(model.known);
  const all = together(asked.filter(({ value }) => value));
  if (!asked.length || all.state !== "known") return null;
  if (all.stale) {
    const missing = asked.filter(({ value }) => !value).length;
    return (
      <p class="banner" role="status">
        These numbers are from <b>{moment(all.stale.since / 1000, sight.zone)}</b>. The analytics store has not answered
        since
        {missing > 0 && ", and some parts are missing"}.{" "}
        <button type="button" onClick={model.retry}>
          Try again
        </button>
      </p>
    );
  }
  if (!all.yet) return null;
  const settled = Math.min(...all.answers.map(({ settled_until }) => settled_until));
  if (!Number.isFinite(settled) || settled >= sight.range.to || settled <= sight.range.from) return null;
  return (
    <p class="settled">
      Settled until {clockTime(settled, sight.zone)}, {fullDay(settled, sight.zone)}. What began later can still change.
    </p>
  );
}
