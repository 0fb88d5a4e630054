/** Requests that no client of ours would send: none may crash, none may be taken for another one, none may cost a guess. */
import { type Answer, type Call, send } from "../http/client.ts";
import { sent } from "../http/step.ts";
import { attacked, findings, patch } from "./attack.ts";
import { callsWithBody } from "./bodies.ts";
import type { Target } from "./target.ts";

const BODY = "worker/body.ts";
const CHECKED = "code: v.pipe(v.string(), v.regex(/^[0-9]{6,8}$/))";
const CONTRACT = "worker/contract.ts";

/** What makes an answer no refusal of ours, or not one for a malformed body. */
function complaint({ status, headers, text }: Answer, ofBody: boolean): string | undefined {
  if (ofBody ? status !== 400 : status < 400 || status > 499) return `got ${status}`;
  if (headers["content-type"] !== "application/problem+json") return `got ${headers["content-type"]}`;
  const { status: told, code, type } = JSON.parse(text) as Record<string, unknown>;
  return told === status && type === `urn:ringfence:problem:${code}`
    ? undefined
    : `got a body of ${told} in a ${status}`;
}

const BROKEN = [
  "",
  "{",
  "nul",
  "[1,]",
  '{"a":1}{"b":2}',
  "\u0000",
  "[".repeat(4000),
  '{"a":"\\ud800',
  "[]",
  "null",
  "7",
  '"x"',
  '{"x":1}',
  '{"__proto__":{}}',
];

async function malformed({ at }: Target): Promise<string[]> {
  const known = await sent(at);
  const asked: [string, Call][] = callsWithBody(at, known).flatMap(([name, call]) =>
    BROKEN.map((body): [string, Call] => [`${name} with ${JSON.stringify(body.slice(0, 16))}`, { ...call, body }]),
  );
  const headers = { authorization: `Bearer ${at.key("tindra")}` };
  for (const path of [
    "%",
    "%ff",
    "%00",
    "ver_%E0%A4%A",
    `ver_${"A".repeat(42)}B`,
    "..%2f..%2fx",
    "'",
    "x".repeat(4000),
  ]) {
    asked.push([`view of ${path.slice(0, 16)}`, { path: `/v1/verifications/${path}`, headers }]);
    asked.push([`state of ${path.slice(0, 16)}`, { path: `/v/${path}/state`, host: known.visitor.host }]);
    asked.push([`receipt of ${path.slice(0, 16)}`, { path: `/receipts/twilio/${path}`, method: "POST", headers }]);
  }
  const found: string[] = [];
  for (const [name, call] of asked) {
    const wrong = complaint(await send(at.ports.worker, call), call.body !== undefined);
    if (wrong) found.push(`${name} ${wrong}`);
  }
  const { attempts, status, sends } = await known.shop.view(known.id);
  return [
    ...found,
    ...findings([
      attempts + sends !== 1 || status !== "sent",
      `malformed requests made it ${status}, ${attempts}, ${sends}`,
    ]),
  ];
}

attacked("sending malformed requests", malformed, [
  {
    name: "a body that is no JSON is not expected",
    patches: [
      patch(
        BODY,
        '  } catch {\n    return refused("REQUEST.MALFORMED");\n  }\n  return fitting',
        "  } finally {\n  }\n  return fitting",
      ),
    ],
    shows: /open with "\{" got 500[\s\S]*check with "\{" got 500/,
  },
  {
    name: "refusals are plain JSON",
    patches: [
      patch("worker/problem.ts", '"content-type": "application/problem+json"', '"content-type": "application/json"'),
    ],
    shows: /got application\/json/,
  },
  {
    name: "unknown members are ignored",
    patches: [patch(CONTRACT, "export const sendSchema = v.strictObject(", "export const sendSchema = v.object(")],
    shows: /resend with .* got 429/,
  },
  {
    name: "an id of no form goes to the platform",
    patches: [
      patch("worker/verification/link.ts", "return ID.test(id) ? Buffer", "return id ? Buffer"),
      patch("worker/routes/reach.ts", "  } catch {\n    return false;\n  }", "  } finally {\n  }"),
    ],
    shows: /view of .* got 500/,
  },
]);

async function codesInOtherForms({ at }: Target): Promise<string[]> {
  const { id, code, visitor, shop } = await sent(at);
  const as = (zero: number) => [...code].map((digit) => String.fromCodePoint(zero + Number(digit))).join("");
  const values: unknown[] = [
    ...[0xff10, 0x0660, 0x06f0, 0x0966, 0x1d7ce, 0x2080].map(as),
    ...["\n", " ", "\u0000", "\u200b", "\ufeff", "-"].flatMap((sign) => [code + sign, sign + code]),
    ...[
      Number(code),
      123456,
      [code],
      { code },
      null,
      true,
      "",
      {},
      `${code}e0`,
      `0x${code}`,
      `${code}.0`,
      `${code}${code}`,
    ],
  ];
  const taken: string[] = [];
  for (const value of values) {
    const answer = await visitor.post("check", { code: value });
    if (answer.status !== 400) taken.push(`${JSON.stringify(value)} got ${answer.status}`);
  }
  const { attempts, status } = await shop.view(id);
  return [
    ...taken,
    ...findings(
      [attempts !== 0, `${attempts} codes in other forms were evaluated`],
      [status !== "sent", `codes in other forms made it ${status}`],
    ),
  ];
}

attacked("entering the code in other forms", codesInOtherForms, [
  {
    name: "digits of all scripts count",
    patches: [
      patch(
        CONTRACT,
        CHECKED,
        'code: v.pipe(v.string(), v.transform((s) => s.normalize("NFKC")), v.regex(/^[0-9]{6,8}$/))',
      ),
    ],
    shows: /got 200[\s\S]*made it approved/,
  },
  {
    name: "any script's digits are let through to the comparison",
    patches: [patch(CONTRACT, "v.regex(/^[0-9]{6,8}$/)", "v.regex(/^\\p{Nd}{6,8}$/u)")],
    shows: /codes in other forms were evaluated/,
  },
  {
    name: "numbers are made texts",
    patches: [patch(CONTRACT, CHECKED, "code: v.pipe(v.any(), v.transform(String), v.regex(/^[0-9]{6,8}$/))")],
    shows: /123456 got (?:422|200)/,
  },
  {
    name: "a line may end after the code",
    patches: [patch(CONTRACT, CHECKED, "code: v.pipe(v.string(), v.trim(), v.regex(/^[0-9]{6,8}$/))")],
    shows: /\\n" got 200/,
  },
]);
