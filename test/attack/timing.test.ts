/** What the time of a refusal tells. The bound is SECURITY.md C11: medians less than 0.4 ms apart over loopback. */
import { randomBytes } from "node:crypto";
import type { Call } from "../http/client.ts";
import { sent } from "../http/step.ts";
import { attacked, findings, patch } from "./attack.ts";
import { deadTokens } from "./faces.ts";
import type { Target } from "./target.ts";
import { gapMs } from "./timing.ts";

const ROUTE = "worker/routes/step.ts";

async function timingTokens(target: Target): Promise<string[]> {
  const { at } = target;
  const host = `tindra.localhost:${at.ports.worker}`;
  const { foreign, forged, unknown } = await deadTokens(target);
  // The router's calls and the presses, which are answered before it.
  const state = (token: string): Call => ({ path: `/v/${token}/state`, host });
  const check = (token: string): Call => ({ method: "POST", path: `/v/${token}/check`, host, body: "{}" });
  const found: string[] = [];
  for (const call of [state, check]) {
    const gap = await gapMs(at.ports.worker, [call(forged), call(foreign), call(unknown)]);
    found.push(...findings([gap >= 0.4, `a dead token's kind shows in ${gap.toFixed(1)} ms of ${call.name}`]));
  }
  return found;
}

attacked("telling step tokens apart by time", timingTokens, [
  {
    // The hop to an object costs too little on one machine to be seen: a millisecond stands in for its way.
    name: "the object is asked before the end of its token is compared",
    patches: [
      patch(
        ROUTE,
        "  if (!id) return script",
        `  const asked = "ver_" + c.req.param("token").slice(0, 43);
  await Promise.resolve().then(() => verification(c.env, asked)).then(() => scheduler.wait(1)).catch(() => undefined);
  if (!id) return script`,
      ),
    ],
    shows: /shows in \d+\.\d ms of state/,
  },
  {
    name: "the object is asked before the end of a press's token is compared",
    patches: [
      patch(
        "worker/routes/presses.ts",
        '  if (!id) return problemOf("VERIFICATION.NOT_FOUND");\n',
        `  const named = "ver_" + token.slice(0, 43);
  await Promise.resolve().then(() => verification(asked.env, named)).then(() => scheduler.wait(1)).catch(() => undefined);
  if (!id) return problemOf("VERIFICATION.NOT_FOUND");\n`,
      ),
    ],
    shows: /shows in \d+\.\d ms of check/,
  },
]);

/** Another brand's verification against one that never was, asked for by an order system. */
async function timingIds({ at }: Target): Promise<string[]> {
  const { id } = await sent(at, "marisol");
  const headers = { authorization: `Bearer ${at.key("tindra")}` };
  const view = (of: string): Call => ({
    path: `/v1/verifications/${of}`,
    host: `127.0.0.1:${at.ports.worker}`,
    headers,
  });
  const gap = await gapMs(at.ports.worker, [view(id), view(`ver_${randomBytes(32).toString("base64url")}`)]);
  return findings([gap >= 0.4, `that an id exists shows in ${gap.toFixed(1)} ms`]);
}

attacked("telling another brand's id from an unknown one by time", timingIds, [
  {
    // The object that an existing id leads to costs 0.13 ms here; a millisecond stands in for one that is far away.
    name: "the object of an existing id is far away",
    patches: [
      patch(
        "worker/routes/shop.ts",
        "const facts = await ask(",
        "await scheduler.wait(1);\n  const facts = await ask(",
      ),
    ],
    shows: /an id exists shows in \d+\.\d ms/,
  },
]);

/** Wrong codes that begin like the right one against wrong ones from the first digit on. */
async function timingCodes({ at }: Target): Promise<string[]> {
  const near: Call[] = [];
  const far: Call[] = [];
  for (let n = 0; n < 24; n++) {
    const { code, visitor } = await sent(at);
    const guess = (digits: string): Call => {
      const { headers, ...call } = visitor.press("check", { code: digits });
      return { ...call, host: visitor.host, headers: { ...headers, cookie: visitor.jar.cookie ?? "" } };
    };
    const other = (digit: string, by: number) => String((Number(digit) + by) % 10);
    for (const by of [3, 7]) {
      near.push(guess(code.slice(0, 5) + other(code.slice(5), by)));
      far.push(guess(other(code.slice(0, 1), by) + code.slice(1)));
    }
  }
  const gap = await gapMs(at.ports.worker, [near, far]);
  return findings([gap >= 0.4, `how many digits are right shows in ${gap.toFixed(1)} ms`]);
}

// A comparison of strings digit by digit differs by nanoseconds, which no network shows: this seed stretches each digit.
attacked("reading right digits off the time of a refusal", timingCodes, [
  {
    name: "digits are compared one by one until one is wrong",
    patches: [
      patch(
        "worker/verification/guess.ts",
        "const right = sameText(mac, guessMac(master, r.id, guess.press, code(master, r)));",
        `const right = [...code(master, r)].every((digit, i) => {
          let [a, b] = [digit, guess.code[i]];
          for (let n = 0; n < 40; n++) [a, b] = [guessMac(master, r.id, a, ""), guessMac(master, r.id, b, "")];
          return a === b;
        });`,
      ),
    ],
    shows: /right shows in \d+\.\d ms/,
  },
]);
