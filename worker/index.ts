/** The map: what every request passes, who answers which path, and the objects. */
import { env } from "cloudflare:workers";
import { Hono } from "hono";
import { config } from "./config.ts";
import { Unreachable } from "./objects.ts";
import { problem } from "./problem.ts";
import { analyst, analytics } from "./routes/analyst.ts";
import { correlated } from "./routes/correlator.ts";
import { deny } from "./routes/deny.ts";
import { events } from "./routes/events.ts";
import { secured } from "./routes/headers.ts";
import { knownHost } from "./routes/hosts.ts";
import { outcomes } from "./routes/outcomes.ts";
import { privacy } from "./routes/privacy.ts";
import { receipts } from "./routes/receipts.ts";
import { shell } from "./routes/shell.ts";
import { shop } from "./routes/shop.ts";
import { step } from "./routes/step.ts";
import { wellKnown } from "./routes/wellknown.ts";

export { BrandBoard } from "./board/board.ts";
export { DenyLink } from "./board/deny.ts";
export { CustomerLedger } from "./budget/customer.ts";
export { NumberLedger } from "./budget/number.ts";
export { OrderLedger } from "./budget/order.ts";
export { Verification } from "./verification/verification.ts";

// A deployment whose platform variables are wrong must not start; the error names the variable.
config(env);

const app = new Hono<{ Bindings: Env; Variables: { correlator: string } }>()
  .use(secured)
  .use(correlated)
  .use(knownHost)
  .route("/", shop)
  .route("/", outcomes)
  .route("/", privacy)
  .route("/", events)
  .route("/", step)
  .route("/", shell)
  .route("/", deny)
  .route("/", receipts)
  .route("/", wellKnown)
  .route("/", analyst)
  .route("/", analytics)
  .notFound((c) => problem(c, "REQUEST.NOT_FOUND"))
  .onError((error, c) => {
    // Frames without the message, however many lines it has: a library's message may quote what a person typed.
    const { stack = "", message } = error;
    const frames = stack
      .slice(stack.indexOf(message) + message.length)
      .split("\n")
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 8);
    console.error(
      JSON.stringify({ level: "error", event: "internal", correlator: c.get("correlator"), name: error.name, frames }),
    );
    return error instanceof Unreachable ? problem(c, "SERVICE.UNAVAILABLE", { waitS: 2 }) : problem(c, "INTERNAL");
  });

export default app;
