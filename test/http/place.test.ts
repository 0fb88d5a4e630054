/** Where a request goes: methods, hosts, paths and ids that are not ours. */
import { beforeAll, describe, expect, inject, it } from "vitest";
import { bytes, exactly } from "./burst.ts";
import { clients, send } from "./client.ts";
import { judged, MARK } from "./refusal.ts";
import { approved, sent } from "./step.ts";

const at = clients(inject("ports"));
const { worker, shop: shopPort } = at.ports;
let known: Awaited<ReturnType<typeof sent>>;

beforeAll(async () => {
  known = await sent(at);
  return async () => {
    expect(await known.shop.view(known.id)).toMatchObject({ status: "sent", attempts: 0, sends: 1 });
    expect((await known.visitor.check(known.code)).status).toBe(200);
  };
});

describe("methods", () => {
  it("answers 405 and what is allowed to every other method of a path", async () => {
    const { id, visitor } = known;
    const api = `127.0.0.1:${worker}`;
    const paths: [host: string, path: string, allow: string][] = [
      [api, "/v1/verifications", "GET, POST"],
      [api, `/v1/verifications/${id}`, "GET"],
      ...["redeem", "cancel", "revoke"].map((verb): [string, string, string] => [
        api,
        `/v1/verifications/${id}/${verb}`,
        "POST",
      ]),
      [api, "/receipts/twilio/tindra", "POST"],
      [visitor.host, "/", "GET"],
      [visitor.host, visitor.path, "GET"],
      [visitor.host, `${visitor.path}/state`, "GET"],
      ...["start", "resend", "check", "leave"].map((verb): [string, string, string] => [
        visitor.host,
        `${visitor.path}/${verb}`,
        "POST",
      ]),
      [visitor.host, "/.well-known/jwks.json", "GET"],
      [visitor.host, "/.well-known/checkout-verification", "GET"],
    ];
    const cases = paths.flatMap(([host, path, allow]) =>
      ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]
        .filter((method) => !allow.split(", ").includes(method))
        .map((method) => ({ host, path, allow, method })),
    );
    const found = await judged(cases, async ({ allow, ...call }) => {
      const { origin } = new URL(known.link);
      const headers = { origin, authorization: `Bearer ${at.key("tindra")}`, "x-marked": MARK };
      const answer = await send(worker, { ...call, headers });
      const name = `${call.method} ${call.path.slice(0, 24)}…${call.path.slice(-6)} allow=${answer.headers.allow}`;
      const right = answer.headers.allow === allow;
      return { name, answer, status: right ? 405 : [], code: "REQUEST.METHOD" };
    });
    expect(found).toEqual([]);
  });

  it("answers HEAD as it answers GET, without the body", async () => {
    const { visitor } = known;
    const paths = ["/", visitor.path, `${visitor.path}/state`, "/v/unknown", "/.well-known/jwks.json", "/nowhere"];
    for (const path of paths) {
      const [get, head] = await Promise.all(["GET", "HEAD"].map((method) => visitor.ask({ method, path })));
      const seen = (answer: typeof get) => [path, answer?.status, answer?.headers["content-type"]];
      expect(seen(head)).toEqual(seen(get));
      expect(head?.text).toBe("");
    }
  });
});

describe("hosts", () => {
  it("serves exact hosts only: no suffix, prefix, other port, user info or default", async () => {
    const own = `tindra.localhost:${worker}`;
    const hosts = [
      ...["evil.example", `evil.example:${worker}`, `tindra.localhost.evil.example:${worker}`, `x${own}`, `x.${own}`],
      ...[
        "tindra.localhost",
        "tindra.localhost:1",
        "127.0.0.1",
        "127.0.0.1:1",
        `localhost:${worker}`,
        `[::1]:${worker}`,
      ],
      ...[`${own}@evil.example`, `tindra.localhost..:${worker}`, `tindra%2elocalhost.x:${worker}`],
      ...[
        `shop.tindra.localhost:${worker}`,
        `tindra.localhost:${shopPort}`,
        `tindra_localhost:${worker}`,
        `${MARK}.localhost:${worker}`,
      ],
      ...[`verify.tindra.example`, `verify.tindra.example:${worker}`, `0.0.0.0:${worker}`, `api.localhost:${worker}`],
    ];
    const found = await judged(
      hosts.flatMap((host) => ["/", known.visitor.path].map((path) => ({ host, path }))),
      async ({ host, path }) => {
        const answer = await exactly(worker, bytes(worker, { method: "GET", path, host }));
        return { name: host, answer, status: 421, code: "REQUEST.HOST" };
      },
    );
    expect(found).toEqual([]);
  });

  it("takes the brand from no other header, and one trailing dot and capitals for what they are", async () => {
    const { host, path, jar } = known.visitor;
    const claims = ["x-forwarded-host", "x-host", "forwarded", "x-original-host", "x-brand", "x-forwarded-server"];
    const lies = Object.fromEntries(claims.map((name) => [name, `marisol.localhost:${worker}`]));
    const headers = { ...lies, cookie: jar.cookie ?? "" };
    for (const name of [host, host.toUpperCase(), host.replace(":", ".:")]) {
      const page = await send(worker, { path, host: name, headers });
      expect([name, page.status, page.text.includes("Tindra Mobil")]).toEqual([name, 200, true]);
    }
    const other = await send(worker, {
      path,
      host: `marisol.localhost:${worker}`,
      headers: { "x-forwarded-host": host },
    });
    expect(other.status).toBe(404);
  });
});

describe("paths", () => {
  it("leads nowhere but along its own paths", async () => {
    const { id, visitor } = known;
    const api = [
      ...["/v1", "/v1/", "/v1//verifications", "/V1/verifications", "/v1/verifications/", `/v1/verifications/${id}/`],
      ...[
        `/v1/verifications/${id}/start`,
        `/v1/verifications/${id}%2fredeem`,
        `/v1/verifications/${id}%00`,
        "/v1/verifications/%ff",
      ],
      ...[
        `/v1/verifications/${MARK}`,
        "/v1/verifications/ver_",
        `/v1/verifications/ver_${"A".repeat(43)}`,
        "/v1/verifications/..%2f",
      ],
      ...[
        "/v2/verifications",
        "/__clock",
        "/receipts/twilio",
        `/receipts/${MARK}/tindra`,
        "/cdn-cgi/x",
        "/.env",
        "/.git/config",
      ],
      ...[
        `/v1/verifications/${id.replace("ver_", "VER_")}`,
        `/v1/verifications/${id.slice(0, -1)}`,
        visitor.path,
        "/console",
      ],
    ].map((path) => ({ path, host: `127.0.0.1:${worker}` }));
    const brand = [
      "/v",
      "/v/",
      "/nowhere",
      "/v1/verifications",
      `/v1/verifications/${id}`,
      "/receipts/twilio/tindra",
      `/${MARK}`,
    ]
      .concat([
        `${visitor.path}/`,
        `${visitor.path}/state/`,
        `${visitor.path}/%73tate%00`,
        `/v/${MARK}/state`,
        "/step/",
        "/manifest",
      ])
      .map((path) => ({ path, host: visitor.host }));
    const headers = { authorization: `Bearer ${at.key("tindra")}` };
    const found = await judged([...api, ...brand], async (call) => {
      const answer = await exactly(worker, bytes(worker, { method: "GET", ...call, headers }));
      return { name: call.path, answer, status: 404, code: ["REQUEST.NOT_FOUND", "VERIFICATION.NOT_FOUND"] };
    });
    expect(found).toEqual([]);
  });

  it("knows a verification by one spelling of its id only", async () => {
    const { id, order, shop } = await approved(at);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const last = alphabet.indexOf(id.at(-1) ?? "");
    // 43 characters carry 258 bits for an id of 256: the last two bits are free unless somebody looks.
    const twins = [1, 2, 3].map((bits) => id.slice(0, -1) + alphabet[last ^ bits]);
    const calls = twins.flatMap((twin) => [() => shop.get(`/${twin}`), () => shop.post(`/${twin}/redeem`, { order })]);
    const found = await judged(calls, async (call) => {
      return { name: String(call), answer: await call(), status: 404, code: "VERIFICATION.NOT_FOUND" };
    });
    expect(found).toEqual([]);
    expect((await shop.view(id)).status).toBe("approved");
  });
});
