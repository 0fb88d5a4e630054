/**
 * How long the console takes to draw again what 14 days of quarter hours would be: four lines of 2,000 points with their
 * bands. `node test/bench/console.ts`, after `npm run build`; the goal is 50 ms.
 */

import { launchChromium } from "../chromium.ts";
import { analystServer } from "../journey/analyst.ts";
import { median } from "./budgets.ts";

const POINTS = 2000;
const TURNS = 15;
const GOAL_MS = 50;
const NOW = Date.parse("2026-10-30T14:20:00Z") / 1000;
const NAMES = ["created", "sent", "approved", "proceeded"];

const data = Array.from({ length: POINTS }, (_, i) => {
  const counts = NAMES.map((name, n) => [name, Math.round(1000 + 400 * Math.sin(i / 40 + n) - 90 * n)]);
  const variances = NAMES.map((name) => [`var_${name}`, 9000]);
  return { t: NOW - (POINTS - i) * 900, ...Object.fromEntries([...counts, ...variances]) };
});
const meta = Object.keys(data[0] as object).map((name) => ({ name, type: "UInt64" }));
const around = { exact: false, rows_read: 90_000, coarsest: 10, as_of: NOW, age_s: 0, suppressed: 0 };
const answer = { meta, data, ...around, nothing_yet: false, settled_until: NOW };

const server = await analystServer(NOW);
const browser = await launchChromium();
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
await page.route("**/console/query", (route) => route.fulfill({ json: answer }));
await page.goto(`${server.origin}/console?page=sql`);
await page.getByRole("button", { name: "Run" }).click();
const lines = page.getByRole("button", { name: "Lines" });
await lines.click();
await page.getByRole("slider").waitFor();

/** From a change of the width to the frame that shows the chart in it. */
const redrawn = (width: number) =>
  page.evaluate(async (pixels) => {
    const drawing = document.querySelector(".plot svg") as SVGElement;
    const main = document.querySelector("main") as HTMLElement;
    const changed = new Promise<void>((done) => {
      const watch = new MutationObserver(() => {
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(done));
      });
      watch.observe(drawing, { attributes: true, attributeFilter: ["viewBox"] });
    });
    const from = performance.now();
    main.style.maxWidth = `${pixels}px`;
    await changed;
    return performance.now() - from;
  }, width);

/** CPU the page's main thread has used so far, ms. */
const thread = await page.context().newCDPSession(page);
await thread.send("Performance.enable", { timeDomain: "threadTicks" });
async function used(): Promise<number> {
  const { metrics } = await thread.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000;
}

const turns: { wall: number; cpu: number }[] = [];
for (let i = 0; i < TURNS; i++) {
  const before = await used();
  const wall = await redrawn(1200 + (i % 2) * 40);
  turns.push({ wall, cpu: (await used()) - before });
}
await browser.close();
server.close();
const cpu = median(turns.map((turn) => turn.cpu));
const best = Math.min(...turns.map((turn) => turn.wall));
console.log(
  `four lines of ${POINTS} points drawn again: ${cpu.toFixed(0)} ms of the main thread, on the screen after ${best.toFixed(0)} ms at best (goal ${GOAL_MS})`,
);
