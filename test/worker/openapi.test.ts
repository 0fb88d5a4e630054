import { describe, expect, it } from "vitest";
import { SCOPES } from "../../worker/config.ts";
import { EVENT_TYPES } from "../../worker/contract.ts";
import { openApi } from "../../worker/openapi/document.ts";
import { catalogue } from "../../worker/problem.ts";
import { sha256Hex } from "../../worker/verification/keys.ts";
import type { Json } from "../openapi/schema.ts";
import { faults } from "../openapi/structure.ts";
import { API_KEYS } from "../standins/secrets.ts";
import { call, environment } from "./subject.ts";

declare global {
  interface ImportMeta {
    glob(pattern: string, options: { eager: true }): Record<string, object>;
  }
}

type Operation = { operationId: string; tags: string[]; responses: Json; security: { [scheme: string]: string[] }[] };
type Document = Json & {
  paths: Record<string, Record<string, Operation>>;
  webhooks: Json;
  components: { schemas: Record<"Order" | "Opened" | "Problem", { properties: Json }> };
};

const written = () => structuredClone(openApi()) as Document;
const routes = import.meta.glob("../../worker/routes/*.ts", { eager: true });

/** Method and path of every route that the rooms of the order systems have, as the document writes paths. */
function routed(): string[] {
  const apps = Object.values(routes).flatMap((room): { routes?: { method: string; path: string }[] }[] =>
    Object.values(room),
  );
  const all = apps.flatMap((app) => app?.routes ?? []);
  const calls = all.filter(({ method, path }) => path.startsWith("/v1/") && method !== "ALL");
  return [...new Set(calls.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`))].sort();
}

/** Tindra's key, good for these alone. */
const only = (scopes: readonly string[]) =>
  environment(() => ({ api_keys: [{ id: "tindra-shop", sha256: sha256Hex(API_KEYS.tindra), scopes }] }));

describe("the published description", () => {
  it("is a document as the specification has it, with an example of everything", () => {
    expect(faults(written())).toEqual([]);
  });

  it.each<[string, (document: Document) => void, RegExp]>([
    [
      "a reference leads nowhere",
      ({ components }) => Object.assign(components, { schemas: { ...components.schemas, Order: undefined } }),
      /leads nowhere: .*Order/,
    ],
    [
      "two calls have one name",
      ({ paths }) => Object.assign(paths["/v1/exports"]?.post ?? {}, { operationId: "erase" }),
      /a second erase/,
    ],
    [
      "a path names what is no parameter",
      ({ paths }) => Object.assign(paths, { "/v1/{else}": paths["/v1/exports"] }),
      /names , not else/,
    ],
    [
      "an example is not what the schema says",
      ({ components }) => delete components.schemas.Opened.properties.url,
      /example usual: \$\.url: not described/,
    ],
    [
      "a schema says what nobody understands",
      ({ components }) => Object.assign(components.schemas.Order, { requires: [] }),
      /unknown keyword requires/,
    ],
    [
      "an answer has no description",
      ({ paths }) => Object.assign(paths["/v1/exports"]?.post?.responses["200"] ?? {}, { description: undefined }),
      /no description/,
    ],
    [
      "a credential is asked for that there is not",
      ({ paths }) => paths["/v1/exports"]?.post?.security.push({ password: [] }),
      /no scheme password/,
    ],
  ])("would not be one where %s", (_, fault, shows) => {
    const document = written();
    fault(document);
    expect(faults(document).join("\n")).toMatch(shows);
  });

  it("has every call there is, and none that there is not", () => {
    const calls = Object.entries(written().paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((one) => one !== "parameters")
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(calls.filter((one) => one.includes(" /v1/")).sort()).toEqual(routed());
  });

  it("asks for the scope that the call asks for", async () => {
    const item = Object.entries(written().paths).filter(([path]) => path.startsWith("/v1/"));
    for (const [path, { parameters: _, ...methods }] of item)
      for (const [method, { security }] of Object.entries(methods)) {
        const filled = path.replace("{id}", "x");
        const others = SCOPES.filter((scope) => !security.some(({ apiKey }) => apiKey?.includes(scope)));
        const answer = await call(method.toUpperCase(), filled, method === "post" ? {} : undefined, {
          at: only(others),
        });
        expect([path, answer.status]).toEqual([path, 403]);
      }
  });

  it("knows every problem and every event by its name", () => {
    const { components, webhooks } = written();
    const { code } = components.schemas.Problem.properties as { code: { enum: string[] } };
    expect(code.enum).toEqual(catalogue().map((one) => one.code));
    expect(Object.keys(webhooks)).toEqual([...EVENT_TYPES]);
  });
});
