/** The browser behind a call: the cookie that binds a step to it, and what its objects are told of that. */
import type { Visitor } from "../verification/answers.ts";
import { derive, token } from "../verification/keys.ts";

/** Of the brand's host alone (RFC 6265bis 4.1.3.2). */
const COOKIE = "__Host-ringfence";
/** The first of its name decides. */
const SENT = new RegExp(`(?:^|;)\\s*${COOKIE}=([^;\\s]*)`);
const FORM = /^[A-Za-z0-9_-]{43}$/;

/** The header that brings the cookie; in a frame of another site one is kept only apart for each site around it (CHIPS). */
export type SetCookie = (frame?: boolean) => string;

/** Who is asking; `enter` makes a cookie for a browser without ours, so that the step can be bound to it. */
export function visitorOf(
  headers: Headers,
  of: { brand: string; id: string },
  enter = false,
): { visitor: Visitor; setCookie: SetCookie | undefined } {
  const sent = SENT.exec(headers.get("cookie") ?? "")?.[1] ?? "";
  const fresh = enter && !FORM.test(sent) ? token(crypto.getRandomValues(new Uint8Array(32))) : undefined;
  const cookie = fresh ?? (FORM.test(sent) ? sent : undefined);
  return {
    // Of one verification alone: the same browser leaves unlinkable marks in two of them.
    visitor: { brand: of.brand, browser: cookie ? token(derive(cookie, "browser", of.id)) : null },
    setCookie: fresh
      ? (frame) => `${COOKIE}=${fresh}; Path=/; HttpOnly; Secure; SameSite=${frame ? "None; Partitioned" : "Lax"}`
      : undefined,
  };
}
