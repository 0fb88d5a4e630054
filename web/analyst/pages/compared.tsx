/** What the server found when it held the analytics against the exact counters by itself. */
import { Fragment } from "preact";
import { clockTime, fullDay, moment } from "../charts/time.ts";
import { count, percent } from "../figures.ts";
import type { Health, Reconciled } from "../given.ts";
import { OUTCOMES } from "../labels.ts";

/** It is done each hour: what is older than two is missing. */
const OVERDUE_S = 2 * 3600;
const DAY_S = 86_400;
/** Outcomes that are named; the largest differences come first. */
const NAMED = 3;

/** When it was last done, or why not, and whether somebody has to look. */
export function comparedAt({ reconciled, freshness }: Health, zone: string): [said: string, wrong: boolean] {
  if (!reconciled) return ["not yet", false];
  const { state, tried_at, done_at } = reconciled;
  const overdue = freshness.as_of - tried_at > OVERDUE_S;
  const tried = moment(tried_at, zone);
  if (state === "exact") return [`${tried}: exact sums have nothing to differ from`, overdue];
  if (state === "done") return [tried, overdue];
  const why = state === "late" ? "the exact counters were behind" : "the analytics store did not answer";
  return [`${done_at === null ? "never" : moment(done_at, zone)}; at ${clockTime(tried_at, zone)} ${why}`, true];
}

/** "authenticated and proceeded 30 missing, time ran out 4 too many". */
function differences(differs: Readonly<Record<string, number>>): string {
  const all = Object.entries(differs).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  const named = all.slice(0, NAMED).map(([outcome, n]) => {
    const many = count({ value: Math.abs(n), margin: 0 });
    return `${OUTCOMES[outcome]?.[1] ?? outcome} ${many} ${n > 0 ? "too many" : "missing"}`;
  });
  return [...named, ...(all.length > NAMED ? [`${all.length - NAMED} more outcomes`] : [])].join(", ");
}

/** Day by day, newest first; days of the counters are those of UTC. */
export function Days({ name, days }: { name: string; days: Reconciled["days"] }) {
  if (days.length === 0) return null;
  return (
    <table class="compared">
      <caption class="unseen">Analytics against exact counters: {name}</caption>
      <thead>
        <tr>
          <th scope="col">day, UTC</th>
          <th scope="col" class="n">
            counted
          </th>
          <th scope="col" class="n">
            analytics
          </th>
          <th scope="col" class="n">
            share
          </th>
        </tr>
      </thead>
      <tbody>
        {days.map(({ day, until, exact, engine, margin, off, differs }) => (
          <Fragment key={day}>
            <tr class={off ? "off" : ""}>
              <th scope="row">
                {fullDay(day, "UTC")}
                {until - day < DAY_S && <span class="more">, until {clockTime(until, "UTC")}</span>}
              </th>
              <td class="n">{count({ value: exact, margin: 0 })}</td>
              <td class="n">{count({ value: engine, margin })}</td>
              <td class="n">{exact > 0 ? percent({ value: engine / exact, margin: margin / exact }) : "–"}</td>
            </tr>
            {off && (
              <tr>
                <td colSpan={4} class="differs">
                  <span class="warned">differs</span> {differences(differs)}
                </td>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}
