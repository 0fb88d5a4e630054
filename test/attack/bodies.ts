/** The calls that have a body, for who wants to send something else in it. */
import { randomUUID } from "node:crypto";
import type { Call, Clients } from "../http/client.ts";
import type { sent } from "../http/step.ts";

type Known = Awaited<ReturnType<typeof sent>>;

/** Every call that has a body, and a right body for it. */
export function callsWithBody(
  at: Clients,
  { id, visitor, order, ref }: Known,
): [name: string, call: Call & { headers: Record<string, string> }][] {
  const headers = () => ({ authorization: `Bearer ${at.key("tindra")}`, ...at.json, "idempotency-key": randomUUID() });
  const post = (path: string, body: unknown) => ({
    method: "POST",
    path: `/v1/${path}`,
    headers: headers(),
    body: JSON.stringify(body),
  });
  const press = (action: string, body: unknown) => {
    const call = visitor.press(action, body);
    return { ...call, host: visitor.host, headers: { ...call.headers, cookie: visitor.jar.cookie ?? "" } };
  };
  return [
    ["open", post("verifications", at.opening("tindra", ref))],
    ["redeem", post(`verifications/${id}/redeem`, { order })],
    ["cancel", post(`verifications/${id}/cancel`, {})],
    ["erase", post("erasures", { subject: { customer_ref: "nobody" } })],
    ["export", post("exports", { subject: { customer_ref: "nobody" } })],
    ["unlock", post("customers/unlock", { customer: { ref: "nobody" }, reason: "a reason" })],
    ["check", press("check", { code: "123456" })],
    ["resend", press("resend", {})],
    ["leave", press("leave", { reason: "left" })],
  ];
}
