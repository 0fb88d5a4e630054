/** The map: what every request passes, who answers which path, and the objects. */
import { env } from "cloudflare:workers";
import { Hono } from "hono/tiny";
import { config } from "./config.ts";
import { problem } from "./problem.ts";
import { analytics, handedOver } from "./routes/console.ts";
import { correlated } from "./routes/correlator.ts";
import { deny } from "./routes/deny.ts";
import { documents } from "./routes/documents.ts";
import { events } from "./routes/events.ts";
import { fault } from "./routes/fault.ts";
import { secured } from "./routes/headers.ts";
import { knownHost } from "./routes/hosts.ts";
import { oauth } from "./routes/oauth.ts";
import { outcomes } from "./routes/outcomes.ts";
import { press } from "./routes/presses.ts";
import { privacy } from "./routes/privacy.ts";
import { receipts } from "./routes/receipts.ts";
import { shell } from "./routes/shell.ts";
import { shop } from "./routes/shop.ts";
import { step } from "./routes/step.ts";
import { wellKnown } from "./routes/wellknown.ts";

export { BrandBoard } from "./board/board.ts";
export { CustomerLedger } from "./budget/customer.ts";
export { DenyLink } from "./budget/deny.ts";
export { NumberLedger } from "./budget/number.ts";
export { OrderLedger } from "./budget/order.ts";
export { Verification } from "./verification/verification.ts";

// A deployment whose platform variables are wrong must not start; the error names the variable.
config(env);

const app = new Hono<{ Bindings: Env; Variables: { correlator: string } }>()
  .use(secured)
  .use(correlated)
  .use(knownHost)
  .use(handedOver)
  .route("/", shop)
  .route("/", oauth)
  .route("/", outcomes)
  .route("/", privacy)
  .route("/", events)
  .route("/", step)
  .route("/", shell)
  .route("/", deny)
  .route("/", receipts)
  .route("/", documents)
  .route("/", wellKnown)
  .route("/", analytics)
  .notFound((c) => problem(c, "REQUEST.NOT_FOUND"))
  .onError((error, c) => problem(c, ...fault(error, c.get("correlator"))));

export default {
  /** Presses are answered before the router. */
  fetch: (request: Request, env: Env, ctx: ExecutionContext) =>
    press(request, env, ctx) ?? app.fetch(request, env, ctx),
};
