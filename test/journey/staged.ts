/** The step on a stage: the product's page and its own script, a server whose answers the test gives, a clock that stands still. */
import { readFileSync } from "node:fs";
import type { BrowserContext } from "playwright-core";
import { expect } from "vitest";
import type { Locale } from "../../web/i18n/index.ts";
import type { Messages } from "../../web/i18n/messages.ts";
import { TEXTS } from "../../web/i18n/texts.ts";
import { inTone } from "../../web/i18n/tone.ts";
import type { Call } from "../../web/step/view.ts";
import type { BrandPack } from "../../worker/brands/schema.ts";
import type { ProblemCode, StepPage, StepState } from "../../worker/contract.ts";
import { emptyHtml, stepHtml } from "../../worker/page/step.tsx";
import { readPacks } from "../brands/packs.ts";
import { NOW, pageOf, type Shown, VIEWS, type ViewName } from "../brands/views.ts";
import { playhouse } from "./playhouse.ts";

/** The brands in the tree. */
export const PACKS: readonly BrandPack[] = readPacks().flatMap(({ pack }) => pack ?? []);

/** The brand called `id`. */
export const packOf = (id: string) => PACKS.find((pack) => pack.id === id) as BrandPack;

/** What the server makes of one request: the changed state, a problem, no answer for ever, or no network. */
export type Answer = "never" | "lost" | { problem?: ProblemCode; state?: StateChange | null };
type StateChange = Partial<Omit<StepState, "delivery">> & { delivery?: Partial<StepState["delivery"]> };

/** What is on: a view by its name or what it differs in, and the answers to its calls (one for all, or one after the other). */
export interface Play {
  view?: ViewName | Shown;
  locale?: string;
  answers?: Partial<Record<Call | "state", Answer | Answer[]>>;
  /** Leaves the page as somebody without script gets it. */
  plain?: boolean;
  /** The last word on what the Worker would know. */
  change?: (page: StepPage) => StepPage;
}

const DIST = new URL("../../dist", import.meta.url).pathname;
const PATH = "/v/preview";

/** A moment in the time of the stage, `seconds` after its beginning. */
export const moment = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

/** Reads the build, as the Worker's asset binding would. */
export const built = {
  fetch: async (url: Request | URL | string) =>
    new Response(readFileSync(`${DIST}${new URL(url instanceof Request ? url.url : url).pathname}`)),
};

export type Stage = Awaited<ReturnType<typeof stageIn>>;

/** One page of `context` that plays can be shown on, one after the other. */
export async function stageIn(context: BrowserContext) {
  const page = await context.newPage();
  await page.clock.install({ time: NOW - 1000 });
  await page.clock.pauseAt(NOW);
  // The clock that stands has no record of how the page was come by.
  await page.addInitScript(() => {
    performance.getEntriesByType = () => [{ type: window.name || "navigate" } as unknown as PerformanceEntry];
  });
  let html = "";
  let state: StepState | undefined;
  let answers: NonNullable<Play["answers"]> = {};
  let texts = TEXTS.en as Messages;
  let [now, begun] = [NOW, NOW];
  let reads = 0;
  const calls: { call: string; body: Record<string, unknown> }[] = [];

  function next(call: Call | "state"): Answer {
    const planned = answers[call];
    if (!Array.isArray(planned)) return planned ?? {};
    return (planned.length > 1 ? planned.shift() : planned[0]) ?? {};
  }

  /** Lets time pass in the page and at its server. */
  async function pass(seconds: number): Promise<void> {
    now += seconds * 1000;
    await page.clock.runFor(seconds * 1000);
  }

  const { origin, close } = await playhouse({
    html: () => html,
    call(called, body) {
      if (body) calls.push({ call: called, body });
      else reads++;
      const answer = next(called as Call | "state");
      if (typeof answer === "string") return answer;
      const { delivery, ...rest } = answer.state ?? {};
      if (state) {
        state = { ...state, ...rest, delivery: { ...state.delivery, ...delivery } };
        state.server_now = new Date(now).toISOString();
      }
      const { problem } = answer;
      if (!problem) return { status: 200, body: state };
      const step = answer.state === null ? {} : { step: state };
      return { status: 409, body: { type: "about:blank", title: "", status: 409, code: problem, ...step } };
    },
  });
  page.on("close", close);

  /** Shows any page at the step's address. */
  async function open(source: string): Promise<void> {
    html = source;
    // Its script has begun when it is loaded, and goes on for two tasks more: messages come in their order.
    await page.goto(origin + PATH);
    await page.evaluate(async () => {
      for (let task = 0; task < 4; task += 1) {
        const { port1, port2 } = new MessageChannel();
        port2.postMessage(0);
        await new Promise((next) => {
          port1.onmessage = next;
        });
      }
    });
  }

  return {
    page,
    calls,
    open,
    /** How often the state was read. */
    reads: () => reads,
    field: page.locator("#code"),
    approve: page.locator(".check .primary"),
    say: () => texts,
    /** Calls to the server after the page's own first one. */
    posted: () => calls.map(({ call }) => call).filter((call) => call !== "start"),

    /** Shows a play from its beginning; what was on before is gone. */
    async show(pack: BrandPack, play: Play = {}): Promise<void> {
      const { view = "sent", locale = pack.defaultLocale, plain = false, change = (same) => same } = play;
      const shown = typeof view === "string" ? VIEWS[view] : view;
      if (shown === undefined) throw new Error(`there is no view ${view}`);
      texts = inTone(TEXTS[locale as Locale], pack.tone) as Messages;
      calls.length = 0;
      begun = now;
      answers = atClock(play.answers ?? {}, begun - NOW);
      let source = "";
      if (shown === "empty") source = await emptyHtml(built, pack, locale, "n");
      else {
        const page = atClock(pageOf(pack, locale, shown), begun - NOW);
        if (page.open)
          page.open = { ...page.open, return_url: `${origin}/shop/return`, cancel_url: `${origin}/shop/cancel` };
        const known = change(page);
        state = known.open && structuredClone(known.open.state);
        source = await stepHtml(built, pack, known, "n");
      }
      await open(plain ? source.replace(/<script[\s\S]*?<\/script>/g, "") : source);
    },

    pass,

    async reload(): Promise<void> {
      const name = (how: string) => page.evaluate((how) => Object.assign(window, { name: how }) && undefined, how);
      await name("reload");
      await page.reload();
      await name("");
    },

    /** Waits until the page shows `selector`; its time goes on meanwhile, by steps of so many seconds. */
    async until(selector: string, seconds = 0.1): Promise<void> {
      const place = page.locator(selector).first();
      // Each look lets time pass.
      await expect
        .poll(
          async () => {
            await pass(seconds);
            return place.isVisible();
          },
          { timeout: 15_000, interval: 20, message: selector },
        )
        .toBe(true);
    },
  };
}

/** The same, `shift` ms later: the clock of a page is never turned back. */
const atClock = <T>(told: T, shift: number): T =>
  JSON.parse(
    JSON.stringify(told).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (iso) => new Date(Date.parse(iso) + shift).toISOString()),
  );
