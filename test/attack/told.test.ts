/** The code in an answer, where whoever sits at the page could read it: plain, hashed, in a header, in an address. */
import { createHash } from "node:crypto";
import type { Answer } from "../http/client.ts";
import { opened } from "../http/step.ts";
import { attacked, patch } from "./attack.ts";
import type { Target } from "./target.ts";

/** A shopper's whole way, with and without script, and its order system's: every answer but the text message itself. */
async function codesTold({ at }: Target): Promise<string[]> {
  const { visitor, number, shop, id, order } = await opened(at);
  const answers: [string, Answer][] = [];
  const keep = async (name: string, call: Promise<Answer>) => void answers.push([name, await call]);
  await keep("page", visitor.page());
  await keep("start", visitor.post("start"));
  const { code } = await at.text(number);
  const typo = String((Number(code) + 1) % 1e6).padStart(6, "0");
  await keep("state", visitor.ask({ path: `${visitor.path}/state` }));
  await keep("page after the text", visitor.page());
  await keep("resend", visitor.post("resend"));
  await keep("wrong check", visitor.check(typo));
  await keep("wrong check by form", visitor.form("check", { code: typo, press: "form-press-1" }));
  await keep("start by form", visitor.form("start", { press: "form-press-2" }));
  await keep("view", shop.get(`/${id}`));
  await keep("malformed check", visitor.check(`${code}0`.slice(1)));
  await keep("right check by form", visitor.form("check", { code, press: "form-press-3" }));
  await keep("page of the end", visitor.page());
  await keep("redeem", shop.post(`/${id}/redeem`, { order }));
  const hidden = [Buffer.from(code).toString("base64url"), createHash("sha256").update(code).digest("hex")];
  const telling = new RegExp(`(?<!\\d)${code}(?!\\d)|${hidden.join("|")}`);
  return answers
    .filter(([, { headers, text }]) => telling.test(`${JSON.stringify(headers)}\n${text}`))
    .map(([name]) => `the code is in the answer to ${name}`);
}

attacked("reading the code in an answer", codesTold, [
  {
    name: "the answer to start carries it in a header",
    patches: [
      patch(
        "worker/routes/presses.ts",
        "import { derive, type MasterKey, token }",
        "import { derive, liveCode, type MasterKey, token }",
      ),
      patch(
        "worker/routes/presses.ts",
        "const word = await textCode(",
        `const told = answer;
  answer = (outcome) => {
    const { headers, ...rest } = told(outcome);
    return { ...rest, headers: { ...headers, "x-debug": liveCode(secrets.master[0], { ...reserved.send, id }) } };
  };
  const word = await textCode(`,
      ),
      patch("worker/routes/presses.ts", "const answer = (outcome", "let answer = (outcome"),
    ],
    shows: /in the answer to start$/,
  },
  {
    name: "the refusal of a wrong code says which one was expected",
    patches: [
      patch(
        "worker/verification/guess.ts",
        "if (counted.wrong >= r.limits.guesses)",
        `const told = refusal(r, now, "VERIFICATION.CODE_WRONG");
  return { ...told, state: { ...told.state, expected: liveCode(master, r) } };
  if (counted.wrong >= r.limits.guesses)`,
      ),
    ],
    shows: /in the answer to wrong check/,
  },
  {
    name: "the address back to the shop carries a hash of it",
    patches: [
      patch(
        "worker/routes/press.ts",
        "import type { SetCookie }",
        'import { sha256Hex } from "../verification/keys.ts";\nimport type { SetCookie }',
      ),
      patch(
        "worker/routes/press.ts",
        "return seeOther(withVerification(outcome.returnUrl, p.id));",
        'return seeOther(withVerification(outcome.returnUrl, p.id) + "&c=" + sha256Hex(form.get("code") ?? ""));',
      ),
    ],
    shows: /in the answer to right check by form/,
  },
]);
