/** One delivery to a brand's endpoint, by the Standard Webhooks specification 1.0.0. */
import { Buffer } from "node:buffer";
import { createHmac, hash } from "node:crypto";
import type { BrandSettings } from "../config.ts";
import type { Word } from "./outbox.ts";

/** Where events go, as the operator configured it. */
export type Endpoint = BrandSettings["webhooks"][number];

/** A slow receiver is a failed one (the specification recommends 15 to 30 s). */
const TIMEOUT_MS = 15_000;
/** A receiver under load is left alone at least this long, though it did not ask for it. */
const THROTTLED = [429, 502, 504];
const THROTTLE_MS = 60_000;
const WAIT_MAX_MS = 86_400_000;

/** What a board remembers an endpoint by. A new address is a new endpoint, so it starts enabled. */
export function endpointName({ id, url }: Endpoint): string {
  return `${id}:${hash("sha256", url, "hex").slice(0, 16)}`;
}

/** What is posted: the event's name, the same over all its tries, and its thin payload. */
export interface Letter {
  id: string;
  body: string;
}

/**
 * Posts one event once: fresh timestamp and signatures (one per secret in overlap), the same `webhook-id` over all
 * tries. Only 2xx is taken; redirects are failures, so that no answer can point us inside. Never throws.
 */
export async function deliver({ id, body }: Letter, { url }: Endpoint, secrets: readonly string[]): Promise<Word> {
  const at = String(Math.floor(Date.now() / 1000));
  try {
    const answer = await fetch(url, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        "content-type": "application/json",
        "user-agent": "ringfence-webhooks",
        "webhook-id": id,
        "webhook-timestamp": at,
        "webhook-signature": secrets.map((secret) => signature(secret, `${id}.${at}.${body}`)).join(" "),
      },
      body,
    });
    // The status is the answer. What a receiver writes is not read, however long it is.
    void answer.body?.cancel().catch(() => {});
    return wordOf(answer.status, answer.headers.get("retry-after"), Date.now());
  } catch {
    return { word: "failed" };
  }
}

/** Scheme `v1` of the specification: HMAC-SHA-256 by the secret's bytes. Receivers check it with the official library. */
function signature(secret: string, signed: string): string {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
}

/** What a receiver's answer says of a try. */
export function wordOf(status: number, retryAfter: string | null, now: number): Word {
  if (status >= 200 && status < 300) return { word: "taken" };
  if (status === 410) return { word: "gone" };
  const waitMs = Math.max(asked(retryAfter, now), THROTTLED.includes(status) ? THROTTLE_MS : 0);
  return { word: "failed", ...(waitMs > 0 && { waitMs }) };
}

/** `Retry-After` in seconds or as a date (RFC 9110 10.2.3), at most a day; 0 where it says nothing. */
function asked(value: string | null, now: number): number {
  const text = value?.trim() ?? "";
  const date = text.endsWith(" GMT") ? Date.parse(text) - now : 0; // Date.parse alone takes "1.5" for a day in January
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : date;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), WAIT_MAX_MS) : 0;
}
