/** What gateways report back, at `/receipts/{gateway}/{brand}` on the API host: delivery receipts and answers. */
import { Hono } from "hono/tiny";
import { readForm } from "../body.ts";
import { brandOf } from "../brands/brand.ts";
import { config } from "../config.ts";
import { ask, askRow } from "../objects.ts";
import { problem } from "../problem.ts";
import { saysNo } from "../sms/deny.ts";
import { authentic, deliveryReport, inbound } from "../sms/twilio.ts";
import { readLink } from "../verification/link.ts";
import { onApiHost } from "./hosts.ts";
import { numberName } from "./names.ts";
import { notAllowed, numberLedger, verification } from "./reach.ts";

export const receipts = new Hono<{ Bindings: Env }>()
  .post("/receipts/twilio/:brand", onApiHost, async (c) => {
    const settings = config(c.env);
    const brand = brandOf(settings, c.req.param("brand"));
    const secrets = brand && settings.secrets(brand.pack.id);
    if (!brand || !secrets) return problem(c, "REQUEST.NOT_FOUND");
    const form = await readForm(c);
    if (!form.ok) return form.response;
    const url = new URL(c.req.url);
    // The address that was signed is ours by configuration; the request's own host proves nothing.
    const signed = settings.apiOrigin + url.pathname + url.search;
    if (!authentic(signed, form.value, c.req.header("x-twilio-signature") ?? "", secrets.gateway.auth_token)) {
      return problem(c, "GATEWAY.SIGNATURE");
    }
    const answer = inbound(form.value);
    if (answer) {
      if (saysNo(answer.body)) await denyAll(c.env, brand.pack.id, answer.from);
      return c.body(null, 204);
    }
    const id = readLink(secrets.master, "receipt link", url.searchParams.get("ref") ?? "");
    const ordinal = Number(url.searchParams.get("send"));
    const report = deliveryReport(form.value);
    if (id && Number.isInteger(ordinal) && (report.status === "delivered" || report.status === "failed")) {
      const delivered = report.status === "delivered";
      await ask(verification(c.env, id), (v) => v.receipt(brand.pack.id, ordinal, delivered));
    }
    return c.body(null, 204);
  })
  .all("/receipts/twilio/:brand", onApiHost, notAllowed("POST"));

/**
 * Stops everything of the brand that this number got an SMS for and that can still be stopped. Throws where one could
 * not be asked, after all others were: the gateway may come again.
 */
async function denyAll(env: Env, brand: string, number: string): Promise<void> {
  const ids = await askRow(
    (name) => numberLedger(env, name),
    await numberName(env, number),
    (ledger, name) => ledger.deniable(name, brand),
  );
  const asked = await Promise.allSettled(ids.map((id) => ask(verification(env, id), (v) => v.deny(brand))));
  for (const one of asked) if (one.status === "rejected") throw one.reason;
}
