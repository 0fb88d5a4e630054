/**
 * The console's Worker. It has no route and no host: whatever arrives was sent over its service binding by the Worker of
 * worker/index.ts, which has checked the host, and sets the headers. That binding is all it trusts: an analyst must still
 * show the assertion of Access, and an order system's request comes on a host that nobody outside can name.
 */
import { env } from "cloudflare:workers";
import { consoleConfig } from "./analytics/config.ts";
import { problem } from "./problem.ts";
import { analyst, orderSystem } from "./routes/analyst.ts";
import { correlatorOf } from "./routes/correlator.ts";
import { fault } from "./routes/fault.ts";
import { ORDER_SYSTEMS } from "./routes/hosts.ts";
import { hourly } from "./routes/hourly.ts";

// As in the other Worker: wrong variables stop the start, and the error names them.
consoleConfig(env);

for (const app of [analyst, orderSystem]) {
  app.notFound((c) => problem(c, "REQUEST.NOT_FOUND"));
  app.onError((error, c) => problem(c, ...fault(error, correlatorOf(c.req.raw.headers))));
}

export default {
  /** Two apps, so that no path of the analysts' host leads to what order systems are answered with. */
  fetch(request: Request, env: ConsoleEnv): Response | Promise<Response> {
    return (new URL(request.url).host === ORDER_SYSTEMS ? orderSystem : analyst).fetch(request, env);
  },
  /** `[triggers]` of its wrangler.toml. */
  scheduled({ scheduledTime }: ScheduledController, env: ConsoleEnv): Promise<void> {
    return hourly(env, scheduledTime);
  },
};
