/** The states of the step as its server renders them, for previews: made-up orders, the product's own components. */
import { readFileSync } from "node:fs";
import { runnerImport } from "vite";
import type { BrandPack } from "../../worker/brands/schema.ts";
import type { Notice, Status, StepPage, StepState } from "../../worker/contract.ts";

type Renderer = typeof import("../../worker/page/step.tsx");

const ROOT = new URL("../../", import.meta.url);
/** The server's clock in every view, in ms. */
export const NOW = Date.UTC(2026, 10, 22, 13, 27);
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

/** What a view differs in from an order whose code was sent a minute ago. */
export interface Shown {
  status?: StepState["status"];
  notice?: Notice;
  left?: number;
  delivery?: Partial<StepState["delivery"]>;
  /** The operator is asked first. */
  network?: object;
}

/** Every view that the server can render, by the name it has in the product. */
export const VIEWS: Record<string, Shown | "elsewhere" | "closed" | "empty"> = {
  "first visit": { status: "created", delivery: { status: "none", code_expires_at: null, last_sent_at: null } },
  asking: { status: "created", network: {}, delivery: { status: "none", code_expires_at: null, last_sent_at: null } },
  sent: {},
  wrong: { notice: "wrong", left: 3 },
  "last try": { notice: "wrong", left: 1 },
  "too few digits": { notice: "too_few" },
  "code expired": { notice: "code_expired", delivery: { code_expires_at: at(-10) } },
  resent: { notice: "resent" },
  "no text left": { delivery: { sends_remaining: 0 } },
  "delivery failed": { delivery: { status: "failed" } },
  "our fault": { notice: "fault" },
  failed: { status: "failed", left: 0 },
  blocked: { status: "blocked" },
  "step expired": { status: "expired" },
  undeliverable: { status: "undeliverable" },
  "order changed": { status: "superseded" },
  approved: { status: "approved" },
  elsewhere: "elsewhere",
  closed: "closed",
  "no order": "empty",
};
export type ViewName = keyof typeof VIEWS;

/** Those a contact sheet shows: the ones that differ most. */
export const KEY_VIEWS = [
  "first visit",
  "sent",
  "wrong",
  "code expired",
  "delivery failed",
  "failed",
  "approved",
  "elsewhere",
];

let loaded: Promise<Renderer> | undefined;

/** The product's renderer; Node cannot read JSX, Vite can. */
function renderer(): Promise<Renderer> {
  loaded ??= runnerImport<Renderer>(new URL("worker/page/step.tsx", ROOT).pathname, {
    root: ROOT.pathname,
    configFile: false,
    logLevel: "error",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  }).then(({ module }) => module);
  return loaded;
}

const assets = {
  fetch: async (url: Request | URL | string) =>
    new Response(readFileSync(new URL(`dist${new URL(String(url)).pathname}`, ROOT))),
};

/**
 * The HTML of `view` in a brand's look; `rewrite` may change every text (a pseudo-locale). As in a browser with script,
 * which hides what is only for those without; the script itself is left out, so nothing in it can be pressed.
 */
export async function viewHtml(pack: BrandPack, locale: string, view: ViewName): Promise<string> {
  const { stepHtml, emptyHtml } = await renderer();
  const shown = VIEWS[view];
  const html =
    shown === "empty"
      ? await emptyHtml(assets, pack, locale, "preview")
      : await stepHtml(
          assets,
          pack,
          pageOf(pack, locale, shown as Exclude<typeof shown, "empty" | undefined>),
          "preview",
        );
  return html
    .replace(/<script[\s\S]*?<\/script>/g, "")
    .replace("<html ", '<html class="js" ')
    .replace(/<link rel="manifest"[^>]*>/, "");
}

/** All the Worker would know of the verification behind a view. */
export function pageOf(pack: BrandPack, locale: string, shown: Shown | "elsewhere" | "closed"): StepPage {
  if (typeof shown === "string") return { view: shown, locale };
  const [currency = "EUR", value = 99_900] = Object.entries(pack.sms.maxAmount)[0] ?? [];
  const { status = "sent" as Status as StepState["status"], notice, left = 5, delivery, network } = shown;
  const state: StepState = {
    status,
    attempts_remaining: left,
    resend_available_at: at(-5),
    expires_at: at(600),
    delivery: { status: "sent", code_expires_at: at(240), sends_remaining: 2, last_sent_at: at(-60), ...delivery },
    server_now: at(0),
  };
  const order = { payee: pack.name, amount: { value, currency }, summary: "1 × Phone, 256 GB" };
  return {
    view: "open",
    locale,
    ...(notice && { notice }),
    open: {
      digits: pack.policy.digits,
      order,
      number_ending: "42",
      state,
      press: "preview",
      return_url: pack.origins.return[0] ?? "/",
      cancel_url: pack.origins.shop[0] ?? "/",
      support_reference: "7KQ2M9XA",
      path: "/v/preview",
      ...(network && { network }),
    },
  };
}
