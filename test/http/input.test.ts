/** Malformed bodies, generated from well-formed ones: refused alike, echoed nowhere, charged to nobody. */
import { randomUUID } from "node:crypto";
import { describe, expect, inject, it } from "vitest";
import { clients, read, send } from "./client.ts";
import { judged, MARK } from "./refusal.ts";
import { approved, sent } from "./step.ts";

const at = clients(inject("ports"));
const { worker } = at.ports;

/** Every member of an open body, the optional ones too. */
const full = (ref: string) => ({
  ...at.opening("tindra", ref, {
    ...at.order("tindra"),
    items_sha256: "b".repeat(64),
    delivery: { type: "address", address_sha256: "a".repeat(64), address_changed_at: "2026-01-02T03:04:05Z" },
  }),
  context: { ip: "192.0.2.1", user_agent: "Mozilla" },
  metadata: { channel: "web" },
});
const OPTIONAL =
  /^(context|metadata|context\.(ip|user_agent)|metadata\.channel|order\.items_sha256|order\.delivery\.address_\w+)$/;

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Tree = { [key: string]: Json };

/** `[path, value]` of every member below `tree`. */
function members(tree: Tree, above = ""): [string, Json][] {
  return Object.entries(tree).flatMap(([key, value]): [string, Json][] => {
    const path = above + key;
    const inner = value !== null && typeof value === "object" && !Array.isArray(value);
    return [[path, value], ...(inner ? members(value, `${path}.`) : [])];
  });
}

/** A copy of `tree` with `change` done to the object that holds the member at `path`. */
function changed(tree: Tree, path: string, change: (holder: Tree, key: string) => void): string {
  const copy = structuredClone(tree);
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  change(
    keys.reduce((holder, key) => holder[key] as Tree, copy),
    last,
  );
  return JSON.stringify(copy).replaceAll('"@proto"', '"__proto__"').replaceAll("@lone", "\\ud800");
}

function wrongValues(value: Json): Json[] {
  const always = [null, true, [], [value], { [MARK]: value }];
  if (typeof value === "number") return [...always, String(value), -1, 0.5, 1e21, MARK];
  if (typeof value !== "string") return [...always, MARK, 7];
  const odd = ["", `${MARK}${"x".repeat(5000)}`, `${MARK}\u0000`, `${value}\n`, `${value}\u0085`, `${value}@lone`];
  return [...always, ...odd, 7];
}

/** Free texts of the shop's own, where nothing is still something. */
const MAY_BE_EMPTY = /^(metadata\.channel|context\.user_agent) = ""$/;

/** Wrong bodies with a name each, from one that is right. */
function malformed(right: Tree): [name: string, body: string][] {
  const set = (path: string, to: Json) =>
    changed(right, path, (holder, key) => {
      holder[key] = to;
    });
  const all = members(right);
  const objects = ["", ...all.filter(([, value]) => typeof value === "object").map(([path]) => `${path}.`)];
  return [
    ...all
      .filter(([path]) => !OPTIONAL.test(path))
      .map(([path]): [string, string] => [`no ${path}`, changed(right, path, (holder, key) => delete holder[key])]),
    ...all.flatMap(([path, value]) =>
      wrongValues(value).map((to): [string, string] => [`${path} = ${JSON.stringify(to).slice(0, 30)}`, set(path, to)]),
    ),
    ...objects
      .filter((path) => path !== "metadata.")
      .flatMap((path) =>
        [MARK, "phone_number", "msisdn", "@proto", "constructor", "toString"].map((key): [string, string] => [
          `unknown ${path}${key}`,
          set(`${path}${key}`, { [MARK]: "+4792000001" }),
        ]),
      ),
    ...["null", "[]", "7", `"${MARK}"`, `[${JSON.stringify(right)}]`].map((body): [string, string] => [body, body]),
  ];
}

describe("the body that opens a verification", () => {
  it("is refused for every malformed member, by the member's place and never by its value", async () => {
    const { ref } = await at.customer("tindra");
    const cases = malformed(full(ref) as unknown as Tree).filter(([name]) => !MAY_BE_EMPTY.test(name));
    expect(cases.length).toBeGreaterThan(250);
    const authorization = `Bearer ${at.key("tindra")}`;
    const found = await judged(cases, async ([name, body]) => {
      const headers = { authorization, ...at.json, "idempotency-key": randomUUID() };
      const answer = await send(worker, { method: "POST", path: "/v1/verifications", headers, body });
      const address = name.startsWith("presentation.") && name.includes("_url =");
      if (address) return { name, answer, status: [400, 422], code: ["REQUEST.INVALID", "ORDER.RETURN_ADDRESS"] };
      return { name, answer, status: [400, 413], code: ["REQUEST.INVALID", "REQUEST.TOO_LARGE"] };
    });
    expect(found).toEqual([]);
  });

  it("does not name a metadata key in the refusal: a key may be a telephone number", async () => {
    const { ref } = await at.customer("tindra");
    const cases = [
      { [MARK]: 7 },
      { [`9${MARK}`]: "x" },
      { [`${MARK}_`.repeat(6)]: "x" },
      { [MARK.toUpperCase()]: "x" },
    ];
    const found = await judged(cases, async (metadata) => {
      const answer = await at.shop("tindra").post("", { ...full(ref), metadata });
      return { name: JSON.stringify(metadata), answer, status: 400, code: "REQUEST.INVALID" };
    });
    expect(found).toEqual([]);
  });

  it("keeps every metadata member it accepts", async () => {
    const { ref } = await at.customer("tindra");
    const metadata = { constructor: "a", prototype: "b", channel: "web" };
    const answer = await at.shop("tindra").post("", { ...full(ref), metadata });
    if (answer.status === 400) return; // refusing is as good as keeping
    expect((await at.shop("tindra").view(read<{ id: string }>(answer).id)).metadata).toEqual(metadata);
  });

  it("is refused when it is no JSON", async () => {
    const cut = [
      "",
      " ",
      "{",
      "}",
      "nul",
      "NaN",
      "{'a':1}",
      "[1,]",
      '{"a":1}{"b":2}',
      `{"${MARK}":`,
      "\u0000",
      "[".repeat(8000),
    ];
    const found = await judged(cut, async (body) => {
      const headers = { authorization: `Bearer ${at.key("tindra")}`, ...at.json, "idempotency-key": randomUUID() };
      const answer = await send(worker, { method: "POST", path: "/v1/verifications", headers, body });
      return { name: body.slice(0, 20), answer, status: 400, code: "REQUEST.MALFORMED" };
    });
    expect(found).toEqual([]);
  });
});

describe("the bodies that redeem, cancel and revoke", () => {
  it("are refused for every malformed member, and consume nothing", async () => {
    const { id, order, shop } = await approved(at);
    const wrong = malformed({ order } as unknown as Tree).map(([name, body]) => [`/${id}/redeem`, name, body] as const);
    const ends = ["cancel", "revoke"].flatMap((verb) =>
      [{ reason: "" }, { reason: 7 }, { reason: MARK.repeat(20) }, { [MARK]: 1 }, [], null].map(
        (body) => [`/${id}/${verb}`, `${verb} ${JSON.stringify(body)}`, JSON.stringify(body)] as const,
      ),
    );
    const found = await judged([...wrong, ...ends], async ([path, name, body]) => {
      const headers = { authorization: `Bearer ${at.key("tindra")}`, ...at.json, "idempotency-key": randomUUID() };
      const answer = await send(worker, { method: "POST", path: `/v1/verifications${path}`, headers, body });
      return { name, answer, status: [400, 413], code: ["REQUEST.INVALID", "REQUEST.TOO_LARGE"] };
    });
    expect(found).toEqual([]);
    expect((await shop.post(`/${id}/redeem`, { order })).status).toBe(200);
  });
});

describe("the code", () => {
  it("is read in its exact ASCII form only; look-alikes cost no guess and the right one still passes", async () => {
    const { id, code, visitor, shop } = await sent(at);
    const as = (zero: number) => [...code].map((digit) => String.fromCodePoint(zero + Number(digit))).join("");
    const scripts = [0xff10, 0x0660, 0x06f0, 0x0966, 0x0e50, 0x17e0, 0x1d7ce, 0x1d7d8, 0x1d7f6, 0x2080, 0x104a0].map(
      as,
    );
    const around = ["\n", "\r", "\t", " ", "\u0000", "\u00a0", "\u200b", "\u2028", "\ufeff", "\u0301", "-", ".", "+"];
    const texts = [
      ...scripts,
      ...around.flatMap((sign) => [code + sign, sign + code, `${code.slice(0, 3)}${sign}${code.slice(3)}`]),
      ...["", " ", code.slice(1), `000${code}`, `0x${code}`, `${code}e0`, `${code}.0`, `'${code}'`, `${code}\n${code}`],
      ...[`${code}${code}`, "null", "undefined", "true", MARK, "12345", "123456789", "*".repeat(6), "______", "%%%%%%"],
    ];
    const values = [...texts, null, true, Number(code), [code], [...code], { code }, {}, [], -1, 1e5];
    const bodies = [
      ...values.map((value) => JSON.stringify({ code: value })),
      ...["{}", "[]", "null", `"${code}"`, code, `{"Code":"${code}"}`, `{"code":"${code}","${MARK}":1}`],
      ...[
        `{"code":"${code}","entry":"${MARK}"}`,
        `{"code":"${code}","entry":null}`,
        `{"code":"${code}","__proto__":1}`,
      ],
      ...[`{"code":"0${code}"}`, `{"code":"${code}00"}`],
    ];
    expect(bodies.length).toBeGreaterThan(70);
    const found = await judged(bodies, async (body) => {
      const answer = await visitor.ask({ ...visitor.press("check"), body });
      // A bare number with a leading zero is no JSON at all.
      return {
        name: body,
        answer,
        status: 400,
        code: body === code ? ["REQUEST.INVALID", "REQUEST.MALFORMED"] : "REQUEST.INVALID",
      };
    });
    expect(found).toEqual([]);
    expect(await shop.view(id)).toMatchObject({ status: "sent", attempts: 0 });
    expect((await visitor.check(code)).status).toBe(200);
  });

  it("reads a press without code, start and leave as strictly", async () => {
    const { id, visitor, shop } = await sent(at);
    const bodies: [string, unknown][] = ["start", "resend"].flatMap((action): [string, unknown][] =>
      [
        { framed: "no" },
        { locale: "NB" },
        { locale: MARK },
        { webotp: 1 },
        { [MARK]: 1 },
        { phone: "+47" },
        [],
        null,
      ].map((body): [string, unknown] => [action, body]),
    );
    for (const body of [{}, { reason: MARK }, { reason: null }, { reason: ["left"] }, { reason: "left", [MARK]: 1 }])
      bodies.push(["leave", body]);
    const found = await judged(bodies, async ([action, body]) => {
      const answer = await visitor.post(action, body);
      return { name: `${action} ${JSON.stringify(body)}`, answer, status: 400, code: "REQUEST.INVALID" };
    });
    expect(found).toEqual([]);
    expect(await shop.view(id)).toMatchObject({ status: "sent", sends: 1 });
  });
});
