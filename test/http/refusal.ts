/** What every refusal must look like, whatever was wrong with the request. */
import type { Answer } from "./client.ts";

/** Put into every malformed value: an answer that contains it has echoed its input. */
export const MARK = "zq7marked";

export interface Refusal {
  /** Says which case it was when it fails. */
  name: string;
  answer: Answer;
  status: number | number[];
  code: string | string[];
}

const EVERYWHERE: Record<string, RegExp> = {
  "content-type": /^application\/problem\+json$/,
  "cache-control": /^no-store$/,
  "x-correlator": /^[0-9a-f-]{36}$/,
  "strict-transport-security": /max-age=\d{8,}; includeSubDomains/,
  "x-content-type-options": /^nosniff$/,
  "content-security-policy": /default-src 'none'.*frame-ancestors 'none'/,
  "cross-origin-opener-policy": /^same-origin$/,
  "cross-origin-resource-policy": /^same-origin$/,
  "referrer-policy": /^same-origin$/,
};
const MEMBERS = ["type", "title", "status", "code", "field", "step"];

/** What is wrong with a refusal, a line each; nothing where it is as it should be. */
export function complaints({ name, answer, status, code }: Refusal): string[] {
  const found: string[] = [];
  const say = (what: string) => found.push(`${name}: ${what}`);
  if (![status].flat().includes(answer.status)) {
    say(`answered ${answer.status} ${answer.text.slice(0, 120)}`);
    return found;
  }
  for (const [header, form] of Object.entries(EVERYWHERE)) {
    if (!form.test(String(answer.headers[header] ?? ""))) say(`${header}: ${answer.headers[header]}`);
  }
  const body = parsed(answer.text);
  if (body.status !== answer.status) say(`the body says ${body.status}`);
  if (![code].flat().includes(String(body.code))) say(`code ${body.code}`);
  if (body.type !== `urn:ringfence:problem:${body.code}`) say(`type ${body.type}`);
  const strange = Object.keys(body).filter((member) => !MEMBERS.includes(member));
  if (strange.length > 0) say(`members ${strange}`);
  if (`${answer.text}${JSON.stringify(answer.headers)}`.toLowerCase().includes(MARK)) say("echoes its input");
  return found;
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { status: "no JSON" };
  }
}

/** Runs `cases` eight at a time and collects the complaints about all of them. */
export async function judged<T>(cases: readonly T[], ask: (one: T) => Promise<Refusal>): Promise<string[]> {
  const found: string[] = [];
  const rest = [...cases];
  const work = async () => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) found.push(...complaints(await ask(one)));
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return found;
}
