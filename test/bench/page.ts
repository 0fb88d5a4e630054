/** `npm run bench:page`: how soon a shopper can type, against the same page without any script, on slow networks. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { launchChromium } from "../chromium.ts";
import { startLocal } from "../standins/start.ts";
import { type Figure, judged, median, missed } from "./budgets.ts";
import { type Edge, edge } from "./edge.ts";
import { load } from "./load.ts";
import { open, type Step } from "./shopper.ts";
import { longestTask } from "./tasks.ts";

const { values: options } = parseArgs({ options: { quick: { type: "boolean" }, strict: { type: "boolean" } } });
const ROUNDS = options.quick ? 3 : 7;

/** Round trip in ms, kbit/s down and up, and how many times slower the processor is. */
interface Conditions {
  name: string;
  rtt: number;
  kbits: number;
  cpu: number;
}
const SLOW_4G: Conditions = { name: "slow 4G, CPU × 4", rtt: 150, kbits: 1600, cpu: 4 };
const FAR: Conditions = { name: "400 ms, 400 kbit/s, CPU × 4", rtt: 400, kbits: 400, cpu: 4 };
const FAR_3G: Conditions = { name: "400 ms, 400 kbit/s, CPU × 6", rtt: 400, kbits: 400, cpu: 6 };

/** What one visit was like. Times in ms from the start of the navigation. */
interface Visit {
  canType: number;
  lcp: number;
  cls: number;
  longest: number;
  /** The longest task without the time it had to wait for a processor. */
  task: number;
}

/** One visit of `url` in a browser that knows nothing yet. */
async function visit(browser: Browser, url: string, { rtt, kbits, cpu }: Conditions): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send("Network.enable");
  const throughput = (kbits * 1000) / 8;
  await wire.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: rtt,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  });
  await wire.send("Emulation.setCPUThrottlingRate", { rate: cpu });
  await page.addInitScript(watch);
  const task = await longestTask(browser, url, async () => {
    await page.goto(url, { waitUntil: "networkidle" });
  });
  const seen = await page.evaluate(() => (window as unknown as { seen: Omit<Visit, "task"> }).seen);
  await context.close();
  return { ...seen, task };
}

/** Runs in the page: notes the first frame with a field in it, and what the browser tells of painting and long tasks. */
function watch(): void {
  const seen = { canType: 0, lcp: 0, cls: 0, longest: 0 };
  Object.assign(window, { seen });
  const look = () => {
    if (document.querySelector("#code")?.getClientRects().length) seen.canType = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const observe = (type: string, note: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe("largest-contentful-paint", ({ startTime }) => {
    seen.lcp = startTime;
  });
  observe("layout-shift", (shift) => {
    seen.cls += (shift as PerformanceEntry & { value: number }).value;
  });
  observe("longtask", ({ duration, startTime }) => {
    if (startTime < 5000) seen.longest = Math.max(seen.longest, duration);
  });
}

/** One line that is written over, where there is a terminal to do so. */
function tell(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-page-"));
  const local = await startLocal({ data: folder, ports: 0, quiet: true });
  let front: Edge | undefined;
  const browser = await launchChromium();
  try {
    front = await edge(local.ports.worker);
    let customer = 0;
    const fresh = async () => {
      let step: Step | undefined;
      await load(1, [
        async (send) => {
          step = await open(send, local.ports, { brand: "tindra", ref: `b${++customer}` });
        },
      ]);
      return front?.url("tindra", step?.path ?? "") ?? "";
    };
    await visit(browser, await fresh(), SLOW_4G); // the first one wakes everything
    const visits = new Map<Conditions, { ours: Visit[]; floor: Visit[] }>();
    for (const conditions of [SLOW_4G, FAR, FAR_3G]) visits.set(conditions, { ours: [], floor: [] });
    for (let round = 0; round < ROUNDS; round++) {
      for (const [conditions, { ours, floor }] of visits) {
        const url = await fresh();
        const plain = await front.plain(url);
        const turns = [
          async () => ours.push(await visit(browser, url, conditions)),
          async () => floor.push(await visit(browser, plain, conditions)),
        ];
        for (const turn of round % 2 ? turns.reverse() : turns) await turn();
        tell(`  round ${round + 1} of ${ROUNDS}: ${conditions.name}`);
      }
    }
    tell("");
    const figures = [...visits].flatMap(([conditions, both]) => figuresOf(conditions, both));
    console.log(`${judged(figures)}\n`);
    if (options.strict && figures.some(missed)) process.exitCode = 1;
  } finally {
    await browser.close();
    await front?.close();
    await local.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const LCP: ReadonlyMap<Conditions, { must: number; aim: number }> = new Map([
  [SLOW_4G, { must: 700, aim: 400 }],
  [FAR_3G, { must: 1500, aim: 900 }],
]);

function figuresOf(conditions: Conditions, { ours, floor }: { ours: Visit[]; floor: Visit[] }): Figure[] {
  const { name } = conditions;
  const mid = (visits: Visit[], of: keyof Visit) => median(visits.map((one) => one[of]));
  const worst = (visits: Visit[], of: keyof Visit) => Math.max(...visits.map((one) => one[of]));
  const ratio = median(ours.map(({ canType }, i) => canType / (floor[i]?.canType ?? Number.NaN)));
  return [
    {
      what: `can type, ${name}, to the floor`,
      value: ratio,
      unit: "×",
      ...(conditions === FAR && { must: 1.2, aim: 1.05 }),
    },
    { what: `can type, ${name}`, value: mid(ours, "canType"), unit: "ms" },
    { what: `largest paint, ${name}`, value: mid(ours, "lcp"), unit: "ms", ...LCP.get(conditions) },
    {
      what: `layout shift, ${name}, worst`,
      value: worst(ours, "cls"),
      unit: "×",
      must: 0,
      aim: 0,
    },
    { what: `longest task, processor time, ${name}`, value: mid(ours, "task"), unit: "ms" },
    {
      what: `longest task, processor time, ${name}, worst`,
      value: worst(ours, "task"),
      unit: "ms",
      ...(conditions.cpu === 4 && { must: 100, aim: 50 }),
    },
    { what: `longest task by the clock, ${name}, worst`, value: worst(ours, "longest"), unit: "ms" },
    { what: `longest task by the clock, ${name}, worst of the floor`, value: worst(floor, "longest"), unit: "ms" },
  ];
}

await main();
