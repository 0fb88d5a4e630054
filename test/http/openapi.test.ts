/** The published description, and what the system really says. */
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, inject, it } from "vitest";
import type { Json } from "../openapi/schema.ts";
import { mismatches } from "../openapi/schema.ts";
import { described, surprises, type Talk } from "../openapi/talk.ts";
import { type Call, clients, read, send } from "./client.ts";
import { approved, opened } from "./step.ts";
import { ask, byKey } from "./token.ts";
import { toldOf } from "./told.ts";

const at = clients(inject("ports"));
const { worker } = at.ports;
const talks: Talk[] = [];
let document: Json;
let redeemed: string;

type Schemas = Record<string, { properties: Json; required: string[] }>;

/** Says something as Tindra's order system and notes it. */
async function say(
  method: "GET" | "POST",
  path: string,
  body?: unknown,
  { ought = true, headers = {} }: { ought?: boolean; headers?: Call["headers"] } = {},
) {
  const usual = { authorization: `Bearer ${at.key("tindra")}`, "idempotency-key": randomUUID(), ...at.json };
  const sent = { headers: { ...usual, ...headers }, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const call = { method, path, ...sent };
  const answer = await send(worker, call);
  talks.push({ call, answer, ought });
  return answer;
}

beforeAll(async () => {
  document = read(await send(worker, { path: "/openapi.json" }));
  const [one, other] = await Promise.all([approved(at), opened(at)]);
  const { id, order, ref } = one;
  const body = {
    ...at.opening("tindra", ref),
    metadata: { basket: "b-1" },
    context: { ip: "192.0.2.1", user_agent: "x" },
  };
  const v1 = `/v1/verifications/${id}`;
  redeemed = id;

  await say("POST", "/v1/verifications", body);
  await say("GET", `/v1/verifications?order_id=${order.id}`);
  await say("GET", v1);
  await say("POST", `${v1}/redeem`, { order });
  await say("POST", `/v1/verifications/${other.id}/cancel`, { reason: "changed their mind" });
  await say("POST", `${v1}/revoke`, {});
  await say("POST", `${v1}/outcomes`, { type: "fraud.confirmed", kind: "sim_swap", amount: order.amount });
  await say("POST", "/v1/outcomes", {
    outcomes: [{ verification: id, type: "order.shipped" }, { verification: "?" }, { verification: id }],
  });
  const events = read<{ next: string }>(await say("GET", "/v1/events?limit=200"));
  await say("GET", `/v1/events?after=${events.next}&state=all`, undefined, { ought: false });
  await say("POST", `/v1/events/evt_${id.slice(4)}_0/replay`);
  await say("POST", "/v1/exports", { subject: { customer_ref: ref } });
  await say("POST", "/v1/customers/unlock", { customer: { ref }, reason: "identity checked" });
  const erased = read<{ id: string }>(await say("POST", "/v1/erasures", { subject: { order_id: other.order.id } }));
  await say("GET", `/v1/erasures/${erased.id}`);
  const now = Math.floor(Date.now() / 1000);
  await say("POST", "/v1/analytics/query", { question: "outcomes", from: now - 86_400, to: now });
  await say("POST", "/v1/analytics/query", { question: "outcomes", from: now - 86_400, to: now, format: "csv" });

  for (const form of [{}, { scope: "otp-sms" }, { grant_type: "password" }, { client_id: "somebody" }]) {
    const headers = byKey("tindra-shop", at.key("tindra"));
    talks.push({ call: { method: "POST", path: "/oauth/token" }, answer: await ask(at, form, headers), ought: false });
  }

  const refused = { ought: false };
  await say("POST", "/v1/verifications", { ...body, phone: "none" }, refused);
  await say("POST", "/v1/verifications", body, { ...refused, headers: { "idempotency-key": "short" } });
  await say("POST", "/v1/verifications", body, {
    ...refused,
    headers: { authorization: "Bearer none-of-ours-at-all" },
  });
  await say("POST", "/v1/verifications", body, { ...refused, headers: { "content-type": "text/plain" } });
  await say(
    "POST",
    "/v1/verifications",
    { ...body, customer: { ref: "nobody-at-all" }, order: at.order("tindra") },
    refused,
  );
  await say("POST", "/v1/verifications", "x".repeat(9000), refused);
  await say("POST", `${v1}/redeem`, { order });
  await say("POST", `/v1/verifications/${other.id}/redeem`, { order: other.order });
  await say("POST", `/v1/verifications/${other.id}/revoke`, {});
  await say("GET", v1, undefined, { headers: { accept: "image/png" } });
  await say("GET", `${v1}x`, undefined, refused);
  await say("GET", "/v1/events?limit=0", undefined, refused);
  await say("POST", `/v1/events/evt_${"A".repeat(43)}_9/replay`);
  await say("GET", `/v1/erasures/era_${"A".repeat(22)}`);
  await say("POST", "/v1/analytics/query", { sql: "DROP TABLE otp_events" });
});

describe("the published description", () => {
  it("is served on the API host alone, with that host's address in it", async () => {
    const answer = await send(worker, { path: "/openapi.json" });
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "application/json"]);
    expect(document.servers).toEqual([{ url: at.origins.api }]);
    expect(answer.text).not.toContain("%");
    const elsewhere = await send(worker, { path: "/openapi.json", host: new URL(at.origins.brand("tindra")).host });
    expect(elsewhere.status).toBe(404);
    expect((await send(worker, { method: "POST", path: "/openapi.json" })).headers.allow).toBe("GET");
  });

  it("is where the brand's host says it is", async () => {
    const { host } = new URL(at.origins.brand("tindra"));
    const answer = await send(worker, { path: "/.well-known/checkout-verification", host });
    expect(read<Json>(answer).openapi).toBe(`${at.origins.api}/openapi.json`);
  });

  it("knows all that the system says, to calls of every kind", () => {
    expect(talks.flatMap((talk) => surprises(document, talk))).toEqual([]);
    const answered = talks.filter(({ answer }) => answer.status < 300).map(({ call }) => described(document, call));
    const ids = Object.values(document.paths as Record<string, Json>).flatMap(({ parameters: _, ...item }) =>
      Object.values(item).map((one) => (one as { operationId: string }).operationId),
    );
    expect(new Set(answered.map((one) => one?.operationId))).toEqual(new Set(ids));
    expect(new Set(talks.map(({ answer }) => answer.status)).size).toBeGreaterThan(10);
  });

  it.each<[string, (components: Schemas) => void, RegExp]>([
    [
      "a member that is told",
      ({ Verification }) => delete Verification?.properties.next_action,
      /\$\.next_action: not described/,
    ],
    ["a member that is not told", ({ Events }) => Events?.required.push("total"), /\$\.total: missing/],
    [
      "another form",
      ({ Opened }) => Object.assign(Opened?.properties.id ?? {}, { pattern: "^v_" }),
      /\$\.id: not its pattern/,
    ],
    [
      "another claim",
      ({ VerdictClaims }) => delete VerdictClaims?.properties.policy,
      /\$\.verdict\.policy: not described/,
    ],
    [
      "another event",
      ({ Event }) => Object.assign(Event?.properties.type ?? {}, { enum: [] }),
      /\$\.data\[0\]: none of 2/,
    ],
    [
      "a member that is taken",
      ({ OpenRequest }) => delete OpenRequest?.properties.metadata,
      /request\.metadata: not described/,
    ],
    [
      "another problem",
      ({ Problem }) => Object.assign(Problem?.properties.code ?? {}, { enum: [] }),
      /\$\.code: not its enum/,
    ],
  ])("would be caught with %s", (_, fault, shows) => {
    const wrong = structuredClone(document);
    fault((wrong.components as { schemas: never }).schemas);
    expect(talks.flatMap((talk) => surprises(wrong, talk)).join("\n")).toMatch(shows);
  });

  it("knows what webhooks bring", async () => {
    const seen = await toldOf(at, "tindra", redeemed, "verification.revoked");
    const hooks = document.webhooks as Record<
      string,
      { post: { requestBody: { content: Record<string, { schema: Json }> } } }
    >;
    for (const { type, timestamp, data } of seen) {
      const { schema } = hooks[type]?.post.requestBody.content["application/json"] ?? {};
      expect(mismatches(document, schema as Json, { type, timestamp, data })).toEqual([]);
    }
  });
});
