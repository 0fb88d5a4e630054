/** Real Chromium, one per file, and its phones: contexts whose pages may not complain. */
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import { afterAll, afterEach, expect } from "vitest";
import { launchChromium } from "../chromium.ts";

/** A small phone; the clock of its owner is not the server's. */
const PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  locale: "en-GB",
  timezoneId: "Asia/Dubai",
  reducedMotion: "reduce",
  // What it kept would change what a test sees of the network; `pwa` lets it in.
  serviceWorkers: "block",
};

/** Starts Chromium with `more` arguments; it ends with the file. */
async function launched(more: string[] = []): Promise<Browser> {
  const started = await launchChromium(more);
  afterAll(() => started.close());
  return started;
}

/** Addresses of the step and of the analysts' pages whose refusals are answers, and the script the step can do without: Chromium writes each into the console. */
const ANSWERS =
  /\/v\/[^/]+(\/(start|check|resend|leave|state))?$|\/console\/(me|query|saved|health\?.*)$|\/assets\/workbox-[^/]+$/;

const phones: { context: BrowserContext; complaints: string[] }[] = [];

/** What pages of the journeys can be opened in. `desktop` has a mouse and a wide window. */
export interface Phones {
  phone(options?: BrowserContextOptions): Promise<BrowserContext>;
  desktop(options?: BrowserContextOptions): Promise<BrowserContext>;
}

/** The browser of a file. After each test its contexts are closed, and none of their pages may have complained, but of what is `meant`. */
export function phonesOf(more: string[] = [], meant?: RegExp): Phones {
  let browser: Promise<Browser> | undefined;
  async function open(options: BrowserContextOptions): Promise<BrowserContext> {
    browser ??= launched(more).then((started) => {
      afterAll(() => started.close());
      return started;
    });
    const context = await (await browser).newContext(options);
    context.setDefaultTimeout(10_000);
    const complaints: string[] = [];
    phones.push({ context, complaints });
    context.on("weberror", (fault) => complaints.push(`thrown: ${fault.error().message}`));
    context.on("console", (line) => {
      const refusal = line.text().startsWith("Failed to load resource") && ANSWERS.test(line.location().url);
      const complaint = `${line.location().url}: ${line.text()}`;
      if (line.type() === "error" && !refusal && !meant?.test(complaint)) complaints.push(complaint);
    });
    await context.addInitScript(() =>
      document.addEventListener("securitypolicyviolation", (event) =>
        console.error(`policy ${event.violatedDirective} refuses ${event.blockedURI}`),
      ),
    );
    return context;
  }
  afterEach(async () => {
    const all = phones.splice(0);
    await Promise.all(all.map(({ context }) => context.close()));
    expect(all.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
  const { viewport: _, isMobile: __, hasTouch: ___, ...person } = PHONE;
  return {
    phone: (options = {}) => open({ ...PHONE, ...options }),
    desktop: (options = {}) => open({ ...person, viewport: { width: 1280, height: 800 }, ...options }),
  };
}
