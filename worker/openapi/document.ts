/** The published description of `/v1` (OpenAPI 3.1): built from the schemas that validate and the catalogue of problems. */
import { SCOPES, type Scope } from "../config.ts";
import { EVENT_TYPES, type EventType, type ProblemCode } from "../contract.ts";
import { catalogue } from "../problem.ts";
import { ALWAYS, BODY, CALLS, type Call } from "./calls.ts";
import { EXAMPLES } from "./examples.ts";
import { ANSWER_HEADERS, CORRELATOR, PARAMETERS, WEBHOOK_HEADERS } from "./parameters.ts";
import { components, refTo, type SchemaName } from "./schemas.ts";
import { API, securitySchemes, tokenCall } from "./token.ts";

const MEANS: Record<Scope, string> = {
  verifications: "Open, read, redeem, cancel and revoke verifications; list their events",
  outcomes: "Tell what became of orders",
  privacy: "Erase and export what is kept of a person",
  operations: "Unlock customers, replay events",
  analytics: "Ask about the brand's own numbers",
  "otp-sms": "Texts of the operator's own kind (CAMARA); no call of this document",
};

const CORRELATED = [{ $ref: "#/components/parameters/correlator" }];
const header = (name: keyof typeof ANSWER_HEADERS) => ({ $ref: `#/components/headers/${name}` });
const PROBLEMS = new Map(catalogue().map(({ code, ...rest }) => [code, rest]));

export { AUTHORIZATION_SERVER } from "./token.ts";

/** The document; JSON by nature. */
export function openApi(): object {
  return {
    openapi: "3.1.0",
    info: {
      title: "Ringfence for order systems",
      version: "1",
      summary: "A customer proves that they hold the number on file, and the order system redeems a signed verdict.",
      description:
        "Failures are problem+json (RFC 9457) with a stable `code`. Bodies are JSON of at most 8 KB (a batch of outcomes: 32 KB); unknown members are refused. A credential belongs to one brand and sees nothing of another's.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: API }],
    paths: {
      "/oauth/token": { parameters: CORRELATED, post: tokenCall(header("Correlator")) },
      ...Object.fromEntries(
        [...Map.groupBy(CALLS, ({ path }) => path)].map(([path, calls]) => [
          path,
          {
            parameters: CORRELATED,
            ...Object.fromEntries(calls.map((call) => [call.method, operation(call)])),
          },
        ]),
      ),
    },
    webhooks: Object.fromEntries(EVENT_TYPES.map((type) => [type, { post: hook(type) }])),
    components: {
      schemas: components(),
      parameters: { correlator: CORRELATOR, ...PARAMETERS, ...WEBHOOK_HEADERS },
      headers: ANSWER_HEADERS,
      responses: Object.fromEntries(catalogue().map(({ code, status }) => [code, refusal(status, [code])])),
      securitySchemes: securitySchemes(MEANS),
    },
    tags: [
      { name: "oauth", description: "Tokens instead of API keys" },
      ...SCOPES.filter((scope) => CALLS.some((call) => call.scope === scope)).map((name) => ({
        name,
        description: MEANS[name],
      })),
      { name: "webhooks", description: "What the brand's endpoints are sent" },
    ],
  };
}

function operation({ name, scope, summary, description, parameters = [], body, answer, problems }: Call): object {
  const refused = Map.groupBy([...problems, ...(body ? BODY : []), ...ALWAYS], (code) => PROBLEMS.get(code)?.status);
  return {
    operationId: name,
    tags: [scope],
    summary,
    ...(description && { description }),
    ...(parameters.length > 0 && {
      parameters: parameters.map((one) => ({ $ref: `#/components/parameters/${one}` })),
    }),
    ...(body && { requestBody: { required: true, content: { "application/json": content(body) } } }),
    responses: {
      [answer.status]: {
        description: answer.is,
        headers: {
          "x-correlator": header("Correlator"),
          ...(answer.location && { Location: header("Location") }),
          ...(answer.retryAfter && { "Retry-After": header("RetryAfter") }),
        },
        content: {
          "application/json": content(answer.schema),
          ...(answer.csv && { "text/csv": { schema: { type: "string" } } }),
        },
      },
      ...Object.fromEntries(
        [...refused].map(([status, codes]) => [
          status,
          codes.length > 1 ? refusal(Number(status), codes) : { $ref: `#/components/responses/${codes[0]}` },
        ]),
      ),
    },
    security: [{ apiKey: [scope] }, { oauth: [scope] }],
  };
}

function content(name: SchemaName): object {
  return { schema: refTo(name), examples: { usual: { value: EXAMPLES[name] } } };
}

/** All that is refused with one status: which codes there are, and each as it reads. */
function refusal(status: number, codes: readonly ProblemCode[]): object {
  const one = (code: ProblemCode) => ({
    type: `urn:ringfence:problem:${code}`,
    title: PROBLEMS.get(code)?.title,
    status,
    code,
  });
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS.get(code)?.title}`).join(". "),
    headers: {
      "x-correlator": header("Correlator"),
      ...(status === 503 && { "Retry-After": header("RetryAfter") }),
      ...((status === 401 || codes.includes("CLIENT.FORBIDDEN")) && { "WWW-Authenticate": header("Challenge") }),
    },
    content: {
      "application/problem+json": {
        schema: { allOf: [refTo("Problem"), { properties: { status: { const: status }, code: { enum: codes } } }] },
        examples: Object.fromEntries(codes.map((code) => [code, { value: one(code) }])),
      },
    },
  };
}

function hook(type: EventType): object {
  const erased = type === "erasure.completed";
  const example = { ...EXAMPLES.Webhook, type, data: { ...EXAMPLES.Webhook.data, ...after(type) } };
  return {
    operationId: type,
    tags: ["webhooks"],
    summary: type,
    description:
      "A Standard Webhook: check it with the official library. Thin on purpose: read the verification for more. At least once, in no promised order.",
    parameters: Object.keys(WEBHOOK_HEADERS).map((name) => ({ $ref: `#/components/parameters/${name}` })),
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: erased
            ? refTo("ErasureWebhook")
            : { allOf: [refTo("Webhook"), { properties: { type: { const: type } } }] },
          examples: {
            usual: { value: erased ? EXAMPLES.ErasureWebhook : example },
          },
        },
      },
    },
    responses: {
      "2XX": { description: "Taken" },
      "410": { description: "Wanted no more: the endpoint is called no more" },
      default: { description: "Not taken: tried ten times in all, over 75 hours" },
    },
    security: [],
  };
}

/** The status an example of this event comes with. */
function after(type: string): object {
  const status = type.replace("verification.", "");
  if (status === "delivered") return { status: "sent", reason: null };
  return status === "order.hold_requested" ? { status: "revoked", reason: "recipient_denied" } : { status };
}
