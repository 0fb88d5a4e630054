import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse, print, scope, type Tree } from "../worker/analytics/dialect.ts";

const FOLDER = new URL("../worker/analytics/", import.meta.url);
const { panels, templating } = JSON.parse(readFileSync(new URL("grafana.json", FOLDER), "utf8")) as {
  panels: { title: string; description: string; type: string; targets: { query: string; addMetadata: boolean }[] }[];
  templating: { list: { name: string; type: string; options: { value: string }[] }[] };
};
const questions = readdirSync(new URL("questions/", FOLDER)).map((file) => file.replace(".sql", ""));
const from = 1_793_577_600;

/** The variables and macros as Grafana and the Altinity plugin expand them, for an hour's interval. */
function expanded(query: string): string {
  const list = (name: string) => {
    const options = templating.list.find((one) => one.name === name)?.options ?? [];
    return options.map(({ value }) => `'${value}'`).join(",");
  };
  return query
    .replaceAll("$timeFilter", `timestamp >= toDateTime(${from}) AND timestamp <= toDateTime(${from + 604_800})`)
    .replaceAll("$timeSeries", "(intDiv(toUInt32(timestamp), 3600) * 3600) * 1000")
    .replaceAll(/\$\{(\w+):singlequote\}/g, (_, name) => list(name));
}

/** The same statement whether its bounds are a marker or the dashboard's, and whatever its bucket. */
function bare(sql: string): string {
  const marked = sql
    .replace(/\$timeFilter AND blob14 IN \([^)]*\) AND blob[35] IN \([^)]*\) AND blob1 IN \([^)]*\)|\{E\}/, "{S}")
    .replace(/(\$timeSeries|intDiv\(toUInt32\(\w+\), \d+\) \* \d+) AS t/, "double1 AS t");
  return print(parse(marked, "shipped") as Tree);
}

describe("the dashboard for Grafana", () => {
  it("has a panel for every named question, and brands and countries as fixed lists", () => {
    expect(panels.map(({ description }) => description).sort()).toEqual(questions.sort());
    for (const { type } of templating.list) expect(type).toBe("custom");
  });

  it.each(panels)("asks in $title what the guard lets pass", ({ targets: [target] }) => {
    const tree = parse(expanded(target?.query ?? ""));
    expect(tree).not.toBeInstanceOf(Array);
    expect(print(scope(tree as Tree, { brands: ["tindra"], from, to: from + 86_400 }))).toContain(
      "blob14 IN ('tindra') AND",
    );
    // The plugin's own comment would be refused.
    expect(target?.addMetadata).toBe(false);
  });

  it.each(panels)("asks in $title what its question asks", ({ description, targets: [target] }) => {
    const question = readFileSync(new URL(`questions/${description}.sql`, FOLDER), "utf8")
      .replaceAll(/\s+/g, " ")
      .trim();
    expect(bare(target?.query ?? "")).toBe(bare(question));
  });
});
