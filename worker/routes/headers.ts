/** Headers of every answer, and the policy of a document. */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Brand } from "../brands/brand.ts";

const EVERYWHERE = {
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // Not `no-referrer`: plain form posts would arrive with `Origin: null` (Fetch standard).
  "referrer-policy": "same-origin",
  "permissions-policy": "otp-credentials=(self), camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "x-frame-options": "DENY",
} as const;

const CSP = "content-security-policy";
const UNFRAMED = "frame-ancestors 'none'";

/** What an answer that is no document carries besides. */
const UNLESS_SAID = {
  [CSP]: `default-src 'none'; ${UNFRAMED}`,
  "cache-control": "no-store",
} as const;

/** All headers of an answer that brings none of its own, for whoever answers without the router. */
export const PLAIN = { ...EVERYWHERE, ...UNLESS_SAID };

const FIXED = Object.entries(EVERYWHERE);
const DEFAULTS = Object.entries(UNLESS_SAID);

/** Sets the headers every answer carries, errors included; documents bring their own CSP. */
export const secured = createMiddleware(async function secured(c, next) {
  await next();
  const { headers } = c.res;
  for (const [name, value] of FIXED) headers.set(name, value);
  for (const [name, value] of DEFAULTS) if (!headers.has(name)) headers.set(name, value);
  // The old header cannot name an origin, so it would forbid what the policy allows one page.
  if (headers.get(CSP)?.includes("frame-ancestors http")) {
    headers.delete("x-frame-options");
    headers.delete("cross-origin-opener-policy");
  }
});

/** 128 random bits, base64. */
export function nonce(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
}

/**
 * The policy of a page of ours: only its own script and style, only its own host, forms back to the shop, no frame but
 * that of the page at `embedOrigin`.
 */
export function documentHeaders(
  c: Context,
  secret: string,
  { returnOrigins, settings }: Brand,
  embedOrigin?: string,
): void {
  const operator = settings.network ? [new URL(settings.network.issuer).origin] : [];
  c.header(
    CSP,
    [
      "default-src 'none'",
      `script-src 'self' 'nonce-${secret}'`,
      `style-src 'nonce-${secret}'`,
      "img-src 'self'",
      "font-src 'self'",
      "connect-src 'self'",
      "manifest-src 'self'",
      "worker-src 'self'",
      // Chromium checks the redirect after a post as well: without these the plain form cannot return to the shop, nor ask the operator.
      `form-action 'self' ${[...returnOrigins, ...operator].join(" ")}`,
      "base-uri 'none'",
      "object-src 'none'",
      embedOrigin ? `frame-ancestors ${embedOrigin}` : UNFRAMED,
      "require-trusted-types-for 'script'",
      "trusted-types ringfence",
    ].join("; "),
  );
  c.header("cache-control", "no-store");
}
