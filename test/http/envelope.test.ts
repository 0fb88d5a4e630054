/** Everything around a body that can be wrong: its type, its size, its keys, the method, the host, the path. */
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { bytes, exactly } from "./burst.ts";
import { type Call, clients, send } from "./client.ts";
import { judged, MARK } from "./refusal.ts";
import { sent } from "./step.ts";

const at = clients(inject("ports"));
const { worker } = at.ports;
let known: Awaited<ReturnType<typeof sent>>;
let open: Call & { headers: Record<string, string>; body: string };
let check: Call & { headers: Record<string, string>; body: string };

beforeAll(async () => {
  known = await sent(at);
  const headers = { authorization: `Bearer ${at.key("tindra")}`, ...at.json, "idempotency-key": randomUUID() };
  const body = JSON.stringify(at.opening("tindra", known.ref));
  open = { method: "POST", path: "/v1/verifications", headers, body };
  const { host, jar, press } = known.visitor;
  const { headers: given, ...call } = press("check", { code: known.code });
  check = { ...call, host, headers: { ...given, cookie: jar.cookie ?? "" }, body: call.body ?? "" };
  return async () => {
    expect(await known.shop.view(known.id)).toMatchObject({ status: "sent", attempts: 0, sends: 1 });
    expect((await known.visitor.check(known.code)).status).toBe(200);
  };
});

const without = ({ headers, ...call }: typeof open, name: string): Call => {
  const { [name]: _, ...rest } = headers;
  return { ...call, headers: rest };
};
const withHeader = (call: typeof open, name: string, value: string): Call => ({
  ...call,
  headers: { ...call.headers, [name]: value },
});
const raw = ({ headers = {}, ...call }: Call, change: Record<string, string> = {}) =>
  exactly(worker, bytes(worker, { ...call, headers: { ...headers, ...change } }));

describe("media types and sizes", () => {
  it("takes JSON in UTF-8 and nothing that looks like it", async () => {
    const types = [
      ...["text/plain", "text/json", "application/jsonp", "application/problem+json", "application/ld+json", "*/*"],
      ...["multipart/form-data; boundary=x", "application/xml", "application/octet-stream", "application/javascript"],
      ...["application/json; charset=utf-16", "application/json; charset=latin1", "application/json;charset=utf-7"],
      ...["application/json, text/plain", "json", `application/${MARK}`, "application/json; version=2", "text/html"],
    ];
    const cases = types.flatMap((type) => [open, check].map((call) => withHeader(call, "content-type", type)));
    cases.push(without(open, "content-type"), without(check, "content-type"));
    cases.push(withHeader(open, "content-type", "application/x-www-form-urlencoded"));
    for (const encoding of ["gzip", "br", "deflate", "identity, gzip", MARK])
      cases.push(withHeader(open, "content-encoding", encoding), withHeader(check, "content-encoding", encoding));
    const found = await judged(cases, async (call) => {
      const name = `${call.path.slice(0, 4)} ${JSON.stringify(call.headers)}`;
      return { name, answer: await send(worker, call), status: 415, code: "REQUEST.MEDIA_TYPE" };
    });
    expect(found).toEqual([]);
  });

  it("takes a body of 8192 bytes and refuses one more, also where no length is told", async () => {
    const of = (size: number) => ({ ...open, body: open.body.padEnd(size, " ") });
    expect((await send(worker, of(8192))).status).toBe(201);
    const chunked = (size: number) => {
      const { headers, path, body } = of(size);
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${worker}\r\nconnection: close\r\n${lines.join("\r\n")}`;
      const parts = body.match(/.{1,4000}/gs)?.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`) ?? [];
      return exactly(worker, `${head}\r\ntransfer-encoding: chunked\r\n\r\n${parts.join("")}0\r\n\r\n`);
    };
    expect((await chunked(8192)).status).toBe(201);
    const answers = [
      () => send(worker, of(8193)),
      () => send(worker, of(200_000)),
      () => chunked(8193),
      () => chunked(99_000),
    ];
    const form = {
      ...withHeader(check, "content-type", "application/x-www-form-urlencoded"),
      body: `code=${"1".repeat(9000)}`,
    };
    const found = await judged([...answers, () => send(worker, form)], async (ask) => {
      return { name: String(ask), answer: await ask(), status: 413, code: "REQUEST.TOO_LARGE" };
    });
    expect(found).toEqual([]);
  });

  it("refuses bytes that are no UTF-8", async () => {
    const body = open.body.replace("One phone", "One \xff\xfe phone");
    const answer = await raw({ ...open, body }, { "content-length": String(body.length) });
    const found = await judged([0], async () => ({ name: "bytes", answer, status: 400, code: "REQUEST.MALFORMED" }));
    expect(found).toEqual([]);
  });

  it("takes addresses and headers as long as the edge lets through for what they are, and repeats none of them", async () => {
    const long = MARK.repeat(1600); // 14 kB; the edge stops at 16
    const { id, visitor } = known;
    const view = { path: `/v1/verifications/${id}`, headers: { authorization: open.headers.authorization ?? "" } };
    const state: Call = { path: "/v/unknown/state", host: visitor.host };
    const cases: [Call, number, string][] = [
      [{ ...view, path: `/v1/verifications/ver_${long}` }, 404, "VERIFICATION.NOT_FOUND"],
      [{ ...view, path: `/v1/verifications?order_id=${long}` }, 400, "REQUEST.INVALID"],
      [{ ...view, headers: { authorization: `Bearer ${long}` } }, 401, "CLIENT.UNAUTHENTICATED"],
      [{ ...view, path: `/${long}` }, 404, "REQUEST.NOT_FOUND"],
      [withHeader(open, "idempotency-key", long), 400, "IDEMPOTENCY.KEY_MISSING"],
      [withHeader(open, "content-type", `application/json; ${long}`), 415, "REQUEST.MEDIA_TYPE"],
      [withHeader(check, "cookie", `__Host-ringfence=${long}`), 403, "VERIFICATION.ELSEWHERE"],
      [withHeader(check, "origin", `http://${long}`), 403, "REQUEST.ORIGIN"],
      [{ ...state, path: `/v/${long}/state` }, 404, "VERIFICATION.NOT_FOUND"],
      [{ ...state, path: `${state.path}?lang=${long}` }, 404, "VERIFICATION.NOT_FOUND"],
      ...["x-correlator", "accept-language", "user-agent", "referer"].map((name): [Call, number, string] => [
        { ...state, headers: { [name]: long } },
        ...([404, "VERIFICATION.NOT_FOUND"] as const),
      ]),
    ];
    const found = await judged(cases, async ([call, status, code]) => {
      const name = `${call.path.slice(0, 30)} ${Object.keys(call.headers ?? {})}`;
      return { name, answer: await send(worker, call), status, code };
    });
    expect(found).toEqual([]);
  });

  it("answers 406 where nothing it can say is accepted", async () => {
    const page: Call = { path: known.visitor.path, host: known.visitor.host };
    const cases = [
      withHeader(open, "accept", "text/html"),
      withHeader(open, "accept", "application/json;q=0"),
      {
        path: `/v1/verifications/${known.id}`,
        headers: { authorization: open.headers.authorization ?? "", accept: "image/png" },
      },
      { ...page, headers: { accept: "image/png" } },
      { ...page, path: `${page.path}/state`, headers: { accept: "text/html" } },
      { ...page, path: "/.well-known/jwks.json", headers: { accept: "text/csv" } },
    ];
    const found = await judged(cases, async (call) => {
      const name = `${call.path.slice(0, 30)} ${call.headers?.accept}`;
      return { name, answer: await send(worker, call), status: 406, code: "REQUEST.NOT_ACCEPTABLE" };
    });
    expect(found).toEqual([]);
  });
});

describe("keys and credentials", () => {
  it("asks for an Idempotency-Key of 8 to 128 visible ASCII characters", async () => {
    const keys = [
      "",
      "1234567",
      MARK.repeat(20),
      "with space 1",
      "tab\tinside1",
      "ümläute-here",
      `"${"x".repeat(130)}"`,
    ];
    const { id } = known;
    const redeem = { ...open, path: `/v1/verifications/${id}/redeem` };
    const calls = [open, redeem, check];
    const found = await judged(
      calls.flatMap((call) => [
        without(call, "idempotency-key"),
        ...keys.map((key) => withHeader(call, "idempotency-key", key)),
      ]),
      async (call) => {
        const name = `${call.path.slice(0, 4)} ${call.headers?.["idempotency-key"]}`;
        return { name, answer: await raw(call), status: 400, code: "IDEMPOTENCY.KEY_MISSING" };
      },
    );
    expect(found).toEqual([]);
  });

  it("admits no call without a known API key, and tells nothing of why", async () => {
    const key = at.key("tindra");
    const wrong = [
      ...["", "Bearer", "Bearer ", `Basic ${key}`, `Bearer ${MARK.repeat(3)}`, `Bearer ${key.toUpperCase()}`, key],
      ...[
        `Bearer ${key}x`,
        `Bearer ${key.slice(0, -1)}`,
        `Bearer  ${key}`,
        `Bearer ${key}, Bearer ${key}`,
        `Bearer "${key}"`,
      ],
      ...["Bearer undefined", `Bearer ${"A".repeat(300)}`, `Bearer ${at.key("rimal").replace("rimal", "tindra")}2`],
    ];
    const paths = ["", `/${known.id}`, "?order_id=o-1"].map((path): Call => ({ path: `/v1/verifications${path}` }));
    const found = await judged(
      wrong.flatMap((authorization) => [
        withHeader(open, "authorization", authorization),
        ...paths.map((call): Call => ({ ...call, headers: { authorization } })),
      ]),
      async (call) => {
        const answer = await send(worker, call);
        expect(answer.headers["www-authenticate"]).toBe('Bearer realm="ringfence"');
        return { name: `${call.headers?.authorization}`, answer, status: 401, code: "CLIENT.UNAUTHENTICATED" };
      },
    );
    expect(found).toEqual([]);
  });
});
