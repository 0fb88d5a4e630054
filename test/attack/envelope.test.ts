/** What is around a body: its media type, its size, the host it is sent to. */
import { bytes, exactly } from "../http/burst.ts";
import { type Call, send } from "../http/client.ts";
import { approved, sent } from "../http/step.ts";
import { attacked, findings, patch } from "./attack.ts";
import { callsWithBody } from "./bodies.ts";
import type { Target } from "./target.ts";

const BODY = "worker/body.ts";

async function envelopes({ at }: Target): Promise<string[]> {
  const known = await approved(at);
  const other = await sent(at);
  const all = callsWithBody(at, other);
  const expect = async (name: string, call: Call, status: number) => {
    const answer = await send(at.ports.worker, call);
    return answer.status === status ? [] : [`${name} got ${answer.status}, not ${status}`];
  };
  const found: string[] = [];
  for (const [name, call] of all) {
    for (const type of [
      "text/plain",
      "application/json; charset=utf-16",
      "multipart/form-data; boundary=x",
      "application/xml",
    ])
      found.push(
        ...(await expect(`${name} as ${type}`, { ...call, headers: { ...call.headers, "content-type": type } }, 415)),
      );
    const body = (call.body ?? "").padEnd(9000, " ");
    found.push(...(await expect(`${name} with 9000 bytes`, { ...call, body }, 413)));
    const { "content-length": _, ...headers } = call.headers;
    const chunked = bytes(at.ports.worker, { ...call, headers, body: "" }).replace(
      /content-length: 0\r\n/,
      "transfer-encoding: chunked\r\n",
    );
    const { status } = await exactly(at.ports.worker, `${chunked}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
    if (status !== 413) found.push(`${name} with 9000 bytes of untold length got ${status}`);
  }
  const { worker } = at.ports;
  for (const host of [
    "evil.example",
    `tindra.localhost.evil.example:${worker}`,
    `x.tindra.localhost:${worker}`,
    "tindra.localhost:1",
    `localhost:${worker}`,
  ])
    for (const path of ["/", known.visitor.path, "/v1/verifications", "/.well-known/jwks.json"])
      found.push(
        ...(await expect(
          `${host}${path.slice(0, 4)}`,
          { path, host, headers: { "x-forwarded-host": known.visitor.host } },
          421,
        )),
      );
  const { attempts, sends, status } = await other.shop.view(other.id);
  return [
    ...found,
    ...findings([attempts !== 0 || sends !== 1 || status !== "sent", `wrong envelopes made it ${status}`]),
  ];
}

attacked("sending wrong media types, large bodies and foreign hosts", envelopes, [
  {
    name: "any content type is read as JSON",
    patches: [patch(BODY, 'if (mediaType(request) !== "application/json") return refused("REQUEST.MEDIA_TYPE");', "")],
    shows: /open as text\/plain got 201[\s\S]*check as text\/plain got/,
  },
  {
    name: "the charset of a body is not read",
    patches: [patch(BODY, "return parameters.every(", "return true || parameters.every(")],
    shows: /as application\/json; charset=utf-16 got/,
  },
  {
    name: "bodies have no limit",
    patches: [patch(BODY, "const BODY_MAX = 8192;", "const BODY_MAX = 1e9;")],
    shows: /open with 9000 bytes got 201/,
  },
  {
    name: "only a told length is limited",
    patches: [
      patch("worker/outside.ts", "if (size > max) return undefined;", ""),
      patch(BODY, "if (bytes === undefined || bytes.byteLength > max)", "if (bytes === undefined)"),
    ],
    shows: /bytes of untold length got (?:2|422)/,
  },
  {
    name: "an unknown host is served the first brand",
    patches: [
      patch("worker/brands/brand.ts", "return map.get(host);", "return map.get(host) ?? [...map.values()][0];"),
    ],
    shows: /evil\.example\/ got 200/,
  },
  {
    name: "a host that ends like ours is ours",
    patches: [
      patch(
        "worker/brands/brand.ts",
        "return map.get(host);",
        "return [...map].find(([name]) => host.endsWith(name))?.[1];",
      ),
    ],
    shows: /x\.tindra\.localhost:\d+\/ got 200/,
  },
]);

async function withoutKey({ at }: Target): Promise<string[]> {
  const known = await sent(at);
  const keys = [
    "",
    "Bearer ",
    "Bearer rk_local_tindra_shop_0002",
    `Basic ${at.key("tindra")}`,
    `Bearer ${at.key("tindra")}x`,
  ];
  const found: string[] = [];
  for (const [name, { headers, ...call }] of callsWithBody(at, known)) {
    if (!call.path.startsWith("/v1/")) continue;
    for (const authorization of keys) {
      const answer = await send(at.ports.worker, { ...call, headers: { ...headers, authorization } });
      if (answer.status !== 401) found.push(`${name} with "${authorization}" got ${answer.status}`);
    }
  }
  return found;
}

attacked("calling as an order system without its key", withoutKey, [
  {
    name: "any key of the right form is a key",
    patches: [
      patch(
        "worker/client.ts",
        "if (sameMac(new TextEncoder().encode(credential.proof), hash)) found = credential;",
        "found ??= credential;",
      ),
    ],
    shows: /open with "Bearer rk_local_tindra_shop_0002" got 201/,
  },
]);
