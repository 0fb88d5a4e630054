import type { Device } from "./rows.ts";

/** The class of a browser, all that is ever kept of a `User-Agent`. */
export function deviceOf(userAgent: string): Device {
  if (/iPhone|iPad|iPod/.test(userAgent)) return "ios";
  if (userAgent.includes("Android")) return "android";
  return /Windows NT|Macintosh|X11|CrOS/.test(userAgent) ? "desktop" : "other";
}
