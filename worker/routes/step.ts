/** What the shopper's browser may see, at `/v` on the brand's host; what it may change is answered in `presses.ts`. */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { Hono } from "hono/tiny";
import { config } from "../config.ts";
import { NOTICES, type StepPage } from "../contract.ts";
import { ask } from "../objects.ts";
import { pickLocale } from "../page/look.ts";
import { emptyHtml, stepHtml } from "../page/step.tsx";
import { problem } from "../problem.ts";
import type { MasterKey } from "../verification/keys.ts";
import { linkToken, readLink } from "../verification/link.ts";
import { acceptable } from "./accept.ts";
import { withVerification } from "./addresses.ts";
import { plain } from "./deny.ts";
import { fault } from "./fault.ts";
import { documentHeaders, nonce } from "./headers.ts";
import { type Hosted, onBrandHost } from "./hosts.ts";
import { notAllowed, verification } from "./reach.ts";
import { visitorOf } from "./visitor.ts";

type Opened = {
  Bindings: Env;
  Variables: Hosted["Variables"] & { id: string };
};

/** Reads the token's MAC before any object is touched; sets `id`. */
const opened = createMiddleware<Opened>(async function opened(c, next) {
  const secrets = config(c.env).secrets(c.var.brand.pack.id);
  const script = c.req.path.endsWith("/state");
  if (!secrets) return script ? problem(c, "BRAND.UNAVAILABLE", { waitS: 60 }) : faulty(c);
  const id = readLink(secrets.master, "step link", c.req.param("token") ?? "");
  if (!id) return script ? problem(c, "VERIFICATION.NOT_FOUND") : page(c, { view: "closed" }, 404);
  c.set("id", id);
  return next();
});

export const step = new Hono<Opened>()
  .get("/", onBrandHost, acceptable("text/html"), async (c) => {
    const { pack } = c.var.brand;
    const secret = nonce();
    documentHeaders(c, secret, c.var.brand);
    return c.html(
      await emptyHtml(
        c.env.ASSETS,
        pack,
        pickLocale(pack, c.req.query("lang"), c.req.header("accept-language")),
        secret,
        c.var.brand.returnOrigins[0],
      ),
    );
  })
  .all("/", onBrandHost, notAllowed("GET"))
  .use("/v/*", onBrandHost)
  .get("/v/:token", acceptable("text/html"), opened, (c) => shown(c, new URL(c.req.url).pathname))
  // Where the operator sends the browser back to: the same page, which posts what came with it. Nothing is decided here.
  .get("/network", onBrandHost, acceptable("text/html"), async (c) => {
    const { state: said = "", code = "" } = c.req.query();
    const [state = "", locale] = said.split(".");
    const { master = [] } = config(c.env).secrets(c.var.brand.pack.id) ?? {};
    const id = readLink(master, "network link", state);
    if (!id) return page(c, { view: "closed" }, 404);
    c.set("id", id);
    return shown(c, `/v/${linkToken(master[0] as MasterKey, "step link", id)}`, { state, code }, locale);
  })
  .get("/v/:token/state", acceptable("application/json", "application/problem+json"), opened, async (c) => {
    const outcome = await ask(verification(c.env, c.var.id), (v) => v.state(browserOf(c).visitor));
    return outcome.ok ? c.json(outcome.state) : problem(c, outcome.problem, { step: outcome.state });
  })
  .all("/v/:token", notAllowed("GET"))
  .all("/v/:token/state", notAllowed("GET"))
  .all("/v/:token/start", notAllowed("POST"))
  .all("/v/:token/resend", notAllowed("POST"))
  .all("/v/:token/check", notAllowed("POST"))
  .all("/v/:token/leave", notAllowed("POST"))
  .all("/v/:token/network", notAllowed("POST"))
  .all("/network", onBrandHost, notAllowed("GET"));

/** The page of the verification, for its browser; `back` is what one that returns from the operator brings along. */
async function shown(
  c: Context<Opened>,
  path: string,
  back?: { state: string; code: string },
  spoken?: string,
): Promise<Response> {
  const { id, brand } = c.var;
  const { visitor, setCookie } = browserOf(c, !back);
  const seen = await ask(verification(c.env, id), (v) => v.page(visitor, back !== undefined)).catch(
    (error: unknown) => {
      fault(error, c.get("correlator"));
      return undefined;
    },
  );
  if (!seen) return faulty(c);
  // The page brings it, so that a lost answer to the first `start` locks nobody out.
  if (seen.view === "open" && setCookie) c.header("set-cookie", setCookie(seen.embedOrigin !== undefined));
  if (seen.view === "closed") return page(c, { view: "closed" }, 404);
  if (seen.view === "elsewhere") return page(c, { view: "elsewhere" });
  const { digits, order, ending, state, returnUrl, cancelUrl } = seen;
  // Came back late, or twice: the check is over.
  if (back && state.status !== "created") return c.redirect(path, 303);
  const mobile = /iPhone|iPad|Android/.test(c.req.header("user-agent") ?? "");
  // One press approves: only for who comes from the shop. Whom a link has brought here gets the text, which says what it is about.
  const from = c.req.header("referer") ?? "";
  const offered =
    mobile && seen.askable && brand.settings.network && brand.returnOrigins.some((shop) => from.startsWith(`${shop}/`));
  const network = back ?? (offered ? {} : undefined);
  return page(c, {
    view: "open",
    locale: spoken ?? seen.locale ?? undefined,
    embed: seen.embedOrigin,
    open: {
      digits,
      order: { payee: order.payee, amount: order.amount, summary: order.summary },
      number_ending: ending,
      state,
      press: crypto.randomUUID(),
      return_url: withVerification(returnUrl, id),
      cancel_url: cancelUrl,
      support_reference: id.slice(4, 12),
      path,
      ...(network && { network }),
    },
  });
}

/** A person who cannot be shown the page is told to try again, and whom to call (requirement I10). */
function faulty(c: Context<Opened>): Promise<Response> {
  c.header("retry-after", "2");
  return plain(c as Context as Context<Hosted>, { view: "fault", apart: true });
}

function browserOf(c: Context<Opened>, enter = false) {
  return visitorOf(c.req.raw.headers, { brand: c.var.brand.pack.id, id: c.var.id }, enter);
}

type Shown = Pick<StepPage, "view" | "embed"> & { locale?: string | undefined; open?: StepPage["open"] };

async function page(
  c: Context<Opened>,
  { view, embed, locale, open }: Shown,
  status: 200 | 404 = 200,
): Promise<Response> {
  const { brand } = c.var;
  const secret = nonce();
  documentHeaders(c, secret, brand, embed);
  const spoken = pickLocale(brand.pack, c.req.query("lang"), locale, c.req.header("accept-language"));
  const notice = open && NOTICES.find((known) => known === c.req.query("r"));
  const content: StepPage = { view, embed, locale: spoken, ...(notice && { notice }), ...(open && { open }) };
  return c.html(await stepHtml(c.env.ASSETS, brand.pack, content, secret, brand.returnOrigins[0]), status);
}
