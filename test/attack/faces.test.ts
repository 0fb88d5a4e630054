/** What the difference between two refusals tells: in their bytes, in the objects they wake. */
import { randomBytes, randomUUID } from "node:crypto";
import { type Answer, type Call, send } from "../http/client.ts";
import { sent } from "../http/step.ts";
import { attacked, findings, patch } from "./attack.ts";
import { many } from "./burst.ts";
import { deadTokens, face } from "./faces.ts";
import type { Target } from "./target.ts";

const ROUTE = "worker/routes/step.ts";
const DENY = "worker/routes/deny.ts";
const LETTERS = "bcdfghjkmnpqrstvwxyzBCDFGHJKLMNPQRSTVWXYZ";

/** Every call of the step with `token` in its path. */
function calls(host: string, token: string): Call[] {
  const headers = { origin: `http://${host}`, "content-type": "application/json", "idempotency-key": randomUUID() };
  const post = (action: string, body: object) => ({
    method: "POST",
    path: `/v/${token}/${action}`,
    host,
    headers,
    body: JSON.stringify(body),
  });
  return [
    { path: `/v/${token}`, host },
    { path: `/v/${token}/state`, host },
    post("start", {}),
    post("resend", {}),
    post("check", { code: "123456" }),
    post("leave", { reason: "left" }),
  ];
}

async function tellingTokensApart(target: Target): Promise<string[]> {
  const { at } = target;
  const host = `tindra.localhost:${at.ports.worker}`;
  const { forged, ...others } = await deadTokens(target);
  const asked = (token: string) => Promise.all(calls(host, token).map((call) => send(at.ports.worker, call)));
  const expected = (await asked(forged)).map((answer) => face(answer, forged));
  const found: string[] = [];
  for (const [name, token] of Object.entries(others)) {
    (await asked(token)).forEach((answer, i) => {
      const path = calls(host, "…")[i]?.path;
      if (answer.status !== 404) found.push(`${path} of a ${name} token: ${answer.status}`);
      if (face(answer, token) !== expected[i]) found.push(`${path} tells a ${name} token from a forged one`);
    });
  }
  return found;
}

const FITS = "return fits.includes(true) ? id : undefined;";
attacked("telling step tokens apart by the answer", tellingTokensApart, [
  {
    name: "a forged end of a token has a status of its own",
    patches: [
      patch(
        ROUTE,
        'const id = readLink(secrets.master, "step link", c.req.param("token") ?? "");',
        'const token_ = c.req.param("token") ?? "";\n  const id = readLink(secrets.master, "step link", token_);\n  if (!id && token_.length === 55) return problem(c, "REQUEST.ORIGIN");',
      ),
    ],
    shows: /\/v\/…\/state of a foreign token: 403[\s\S]*tells a shapeless token/,
  },
  {
    name: "a token of no form has a body of another shape",
    patches: [
      patch(
        ROUTE,
        '? problem(c, "VERIFICATION.NOT_FOUND")',
        '? problem(c, "VERIFICATION.NOT_FOUND", c.req.param("token").length === 55 ? {} : { field: "token" })',
      ),
    ],
    shows: /\/v\/…\/state tells a shapeless token/,
  },
  {
    name: "a press with a token of no form has a body of another shape",
    patches: [
      patch(
        "worker/routes/presses.ts",
        'if (!id) return problemOf("VERIFICATION.NOT_FOUND");',
        'if (!id) return problemOf("VERIFICATION.NOT_FOUND", token.length === 55 ? {} : { field: "token" });',
      ),
    ],
    shows: /\/v\/…\/check tells a shapeless token/,
  },
  {
    name: "the end of a token is not compared",
    patches: [patch("worker/verification/link.ts", FITS, "return id;")],
    shows: /of a unknown token: [45]|tells a foreign token/,
  },
]);

async function enumeratingDenyLinks(target: Target): Promise<string[]> {
  const { at } = target;
  const { body } = await sent(at);
  const real = /\/d\/([A-Za-z]{8})\n/.exec(body)?.[1] ?? "";
  const letter = (byte: number) => LETTERS[byte % LETTERS.length];
  const tokens = many(200, () => [...randomBytes(8)].map(letter).join(""));
  const before = target.objects("DenyLink");
  const origin = at.origins.brand("tindra");
  const host = new URL(origin).host;
  const ask = (token: string, post: boolean): Promise<Answer> =>
    send(at.ports.worker, { method: post ? "POST" : "GET", path: `/d/${token}`, host, headers: { origin } });
  const answers = await Promise.all(tokens.map((token, i) => ask(token, i % 2 === 0)));
  const woken = target.objects("DenyLink") - before;
  const faces = new Set(answers.map((answer, i) => face(answer, tokens[i] ?? "")));
  const elsewhere = at.origins.brand("marisol");
  const foreign = (token: string) =>
    send(at.ports.worker, { path: `/d/${token}`, host: new URL(elsewhere).host, headers: { origin: elsewhere } });
  const [theirs, none] = [await foreign(real), await foreign(tokens[0] ?? "")];
  return findings(
    [real === "", "there was no deny link to begin with"],
    // One in 1,681 fits by luck.
    [woken > 3, `200 forged deny tokens woke ${woken} objects`],
    [faces.size > 1, `200 forged deny tokens got ${faces.size} different answers`],
    [
      face(theirs, real) !== face(none, tokens[0] ?? ""),
      "another brand's host tells a real deny token from a forged one",
    ],
  );
}

attacked("trying deny tokens", enumeratingDenyLinks, [
  {
    name: "the end of a deny token is not compared",
    patches: [patch(DENY, "isDenyToken(secrets.master, token) ? await", "token.length === 8 ? await")],
    shows: /forged deny tokens woke (?:1\d\d|200) objects/,
  },
  {
    name: "a deny link works on every brand's host",
    patches: [
      patch(DENY, "isDenyToken(secrets.master, token) ? await", "token.length === 8 ? await"),
      patch(DENY, "if (target?.brand !== brand) return CLOSED;", "if (!target) return CLOSED;"),
      patch(DENY, "(v) => v[act](brand));", "(v) => v[act](target.brand));"),
    ],
    shows: /another brand's host tells a real deny token/,
  },
]);
