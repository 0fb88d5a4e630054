/** The shipped questions as statements to begin with. */

/** What each shipped question is called; the others go by their file's name. */
const TITLES: Record<string, string> = {
  outcomes: "Outcomes",
  outcomesByDay: "Outcomes by UTC day",
  funnel: "Funnel",
  funnelByBrand: "Funnel by brand",
  attempts: "Attempts, histogram",
  attemptsMean: "Attempts, mean and first try",
  hourly: "Hour by hour",
  verifyTime: "Time to verify by brand",
  verifyTimeAutofill: "Time to verify, typed and filled in",
  verifyTimeByCountry: "Time to verify by country",
  verifyTimeByGateway: "Time to verify by gateway",
  verifyTimeByOperator: "Time to verify by operator",
  deliveryByOperator: "Delivery by operator",
  deliveryByProvider: "Delivery by gateway and hour",
  latencyByCountry: "Time to a receipt by country",
  latencyByGateway: "Time to a receipt by gateway",
  latencyByOperator: "Time to a receipt by operator",
  resend: "Second texts by country",
  webotp: "Filled in by the browser, by device",
  rules: "Blocked, by rule",
  money: "Baskets by risk band",
  losses: "Reported fraud",
  pumping: "Prefixes: sent and authenticated",
  leaving: "Where they left",
  countries: "Countries",
  reasons: "Why they left",
  releases: "Releases of the Worker",
  eventCounts: "Events",
  liveMinutes: "Minute by minute",
  prefixWindow: "Prefixes in a window",
};

/** One statement to begin with. */
export interface Starter {
  name: string;
  title: string;
  sql: string;
}

const moment = (t: number) => `toDateTime('${new Date(t * 1000).toISOString().slice(0, 19).replace("T", " ")}')`;

/**
 * The shipped questions over `from` to `to`, epoch seconds: their markers become bounds the reader can change.
 * `shipped` is their text by the path of their file.
 */
export function starters(shipped: Readonly<Record<string, string>>, from: number, to: number): Starter[] {
  const order = Object.keys(TITLES);
  const files = Object.entries(shipped).map(([path, sql]) => ({ name: path.replace(/^.*\/|\.sql$/g, ""), sql }));
  return files
    .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
    .map(({ name, sql }) => {
      return {
        name,
        title: TITLES[name] ?? name,
        sql: sql
          .trim()
          .replace("{S}", `double1 >= ${from} AND double1 < ${to}`)
          .replace("{E}", `timestamp >= ${moment(from)} AND timestamp < ${moment(to)}`),
      };
    });
}
