/** The steps of the funnel as a chart, a table and a sentence. */
import type { Stage } from "../charts/Funnel.tsx";
import { count, percent, rate } from "../figures.ts";
import type { Answer } from "../given.ts";
import type { Sheet } from "../Table.tsx";
import { figure } from "../tally.ts";

/** Steps in the order in which they happen: the page is opened before the code is sent. */
const STEPS = [
  ["challenged", "challenged"],
  ["opened", "page opened"],
  ["sent", "code sent"],
  ["submitted", "code entered"],
  ["approved", "authenticated"],
  ["proceeded", "proceeded"],
] as const;

/** From those asked for a code to those who proceeded. */
export function stagesOf(funnel: Answer): Stage[] {
  return STEPS.map(([column, name]) => ({ name, reached: figure(funnel, funnel.data[0], column) }));
}

/** Each step with its share of the first and of the step before. */
export function stagesSheet(stages: readonly Stage[]): Sheet {
  const first = stages[0]?.reached;
  return {
    columns: [
      { name: "step", as: "text" },
      { name: "reached", as: "count" },
      { name: "margin", as: "count" },
      { name: "of the first step", as: "share" },
      { name: "of the step before", as: "share" },
    ],
    rows: stages.map(({ name, reached }, i) => {
      const before = stages[i - 1]?.reached;
      const share = (of: typeof first) => (of ? (rate(reached, of)?.value ?? "") : "");
      return [name, reached.value, reached.margin, share(first), share(before)];
    }),
  };
}

/** "Of 12,340 challenged 71.2 % proceeded; most were lost between …". */
export function stagesSummary(stages: readonly Stage[]): string {
  const [first, last] = [stages[0], stages.at(-1)];
  const share = first && last && rate(last.reached, first.reached);
  if (!first || !share) return "Nobody was challenged.";
  const losses = stages.slice(1).map((stage, i) => (stages[i]?.reached.value ?? 0) - stage.reached.value);
  const worst = losses.indexOf(Math.max(...losses));
  const where = `${stages[worst]?.name} and ${stages[worst + 1]?.name}`;
  return `Of ${count(first.reached)} challenged ${percent(share)} proceeded. Most were lost between ${where}.`;
}
