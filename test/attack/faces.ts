/** What a stranger can compare: links that lead nowhere, and the answers to them. */
import { randomBytes } from "node:crypto";
import type { Answer } from "../http/client.ts";
import { sent } from "../http/step.ts";
import type { Target } from "./target.ts";

/** The whole answer without date, correlator and nonce, and without `blanks`, which came from the question. */
export function face({ status, headers, text }: Answer, ...blanks: string[]): string {
  const { date: _, "x-correlator": __, ...kept } = headers;
  const nonce = /nonce-([^']+)/.exec(String(kept["content-security-policy"]))?.[1];
  const all = `${status} ${JSON.stringify(kept)} ${text}`;
  return [...blanks, ...(nonce ? [nonce] : [])].reduce((rest, blank) => rest.replaceAll(blank, "…"), all);
}

/** Step tokens that lead nowhere on Tindra's host: another brand's, one with a forged end, one of nobody's, one of no form. */
export async function deadTokens({ at }: Target) {
  const [mine, theirs] = [await sent(at), await sent(at, "marisol")];
  const token = (path: string) => path.slice("/v/".length);
  const own = token(mine.visitor.path);
  return {
    foreign: token(theirs.visitor.path),
    forged: own.slice(0, -12) + randomBytes(9).toString("base64url"),
    unknown: randomBytes(32).toString("base64url") + own.slice(-12),
    shapeless: "nothing",
  };
}
