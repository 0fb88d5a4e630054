/** Where a shopper may be sent. */
import type { Brand } from "../brands/brand.ts";

/**
 * Whether `address` lies on one of the brand's exact origins and is written in the one form a URL parser
 * would write it: anything a second parser could read differently is refused (requirement H15, OWASP open redirects).
 */
export function returnAddress(brand: Brand, address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  const plain = !url.username && !url.password && !url.hash && (url.href === address || url.origin === address);
  return plain && brand.returnOrigins.includes(url.origin);
}

/** `returnUrl` with the verification's id added; no outcome travels in a URL. */
export function withVerification(returnUrl: string, id: string): string {
  const url = new URL(returnUrl);
  url.searchParams.set("verification", id);
  return url.href;
}
