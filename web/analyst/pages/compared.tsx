/** What the server found when it held the analytics against the exact counters by itself. */
import { fullDay, moment } from "../charts/time.ts";
import { count, percent } from "../figures.ts";
import type { Health, Reconciled } from "../given.ts";
import { OUTCOMES } from "../labels.ts";

/** It is done each hour: what is older than two is missing. */
const OVERDUE_S = 2 * 3600;

/** When it was last done, or why not, and whether somebody has to look. */
export function comparedAt({ reconciled, freshness }: Health, zone: string): [said: string, wrong: boolean] {
  if (!reconciled) return ["not yet", false];
  const { state, tried_at, done_at } = reconciled;
  const overdue = freshness.as_of - tried_at > OVERDUE_S;
  const tried = moment(tried_at, zone);
  if (state === "exact") return [`${tried}: exact sums have nothing to differ from`, overdue];
  if (state === "done") return [tried, overdue];
  const why = state === "late" ? "the exact counters were behind" : "the analytics store did not answer";
  return [`${tried}: ${why}; last done ${done_at === null ? "never" : moment(done_at, zone)}`, true];
}

/** "“time ran out” 12 less". */
function differences(differs: Readonly<Record<string, number>>): string {
  return Object.entries(differs)
    .map(
      ([outcome, n]) =>
        `${OUTCOMES[outcome]?.[1] ?? outcome} ${count({ value: Math.abs(n), margin: 0 })} ${n > 0 ? "too many" : "missing"}`,
    )
    .join(", ");
}

/** Day by day, newest first; days of the counters are those of UTC. */
export function Days({ name, days }: { name: string; days: Reconciled["days"] }) {
  if (days.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="sheet" tabIndex={0} aria-label={`Compared: ${name}`}>
      <table class="compared">
        <caption class="unseen">Analytics against exact counters</caption>
        <thead>
          <tr>
            <th scope="col">day, UTC</th>
            <th scope="col" class="n">
              counted
            </th>
            <th scope="col" class="n">
              in analytics
            </th>
            <th scope="col" class="n">
              complete
            </th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, until, exact, engine, margin, off, differs }) => (
            <tr key={day}>
              <th scope="row">
                {fullDay(day, "UTC")}
                {until - day < 86_400 && <span class="more"> until {moment(until, "UTC").slice(-5)}</span>}
                {off && <span class="differs">{differences(differs) || "differs"}</span>}
              </th>
              <td class="n">{count({ value: exact, margin: 0 })}</td>
              <td class="n">{count({ value: engine, margin })}</td>
              <td class="n">
                {exact > 0 ? percent({ value: engine / exact, margin: margin / exact }) : "–"}
                {off && <span class="warned">off</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
