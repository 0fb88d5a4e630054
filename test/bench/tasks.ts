/** The tasks of a page's main thread by the processor time they took: what a busy machine adds by letting them wait is not theirs. */
import type { Browser } from "playwright-core";

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Begin and processor time, both in µs; an event without duration has none. */
  ts: number;
  tdur?: number;
  args: { beginData?: { url?: string } };
}

/** Within what time after the first byte a task counts, in µs. */
const WINDOW = 5_000_000;
const CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline"];

/** Runs `visit` and tells the longest task of the page at `url`, in ms of processor time; an emulated slower processor is in it. NaN if the page was not seen. */
export async function longestTask(browser: Browser, url: string, visit: () => Promise<void>): Promise<number> {
  const wire = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  wire.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await wire.send("Tracing.start", {
    traceConfig: { includedCategories: CATEGORIES },
    transferMode: "ReportEvents",
  });
  await visit();
  const complete = new Promise((told) => wire.once("Tracing.tracingComplete", told));
  await wire.send("Tracing.end");
  await complete;
  await wire.detach();
  const first = events.find(({ name, args }) => name === "ParseHTML" && args.beginData?.url === url);
  if (!first) return Number.NaN;
  const tasks = events.filter(
    ({ name, pid, tid, ts }) =>
      /RunTask$/.test(name) && pid === first.pid && tid === first.tid && ts >= first.ts && ts < first.ts + WINDOW,
  );
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}
