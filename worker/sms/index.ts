/** Sending one SMS: the contract of every gateway. Failover comes here with the second one. */
import type { BrandSecrets, BrandSettings } from "../config.ts";
import type { E164 } from "../customer/number.ts";
import { twilio } from "./twilio.ts";

/** Everything asked of a gateway, in milliseconds. Requirement K9. */
const DEADLINE_MS = 3000;

/** One text on its way to one phone. */
export interface Sms {
  to: E164;
  /** The brand's sender: an alphanumeric id or a number. */
  from: string;
  text: string;
  /** Seconds after which the gateway stops trying: a late code is worth nothing. */
  validityS: number;
  /** Absolute URL for delivery reports; absent where nobody waits for one. */
  statusCallback?: string;
}

/** What became of an SMS handed to the gateway. Only `refused` and `rejected` are certain not to reach a phone (S13). */
export type Receipt =
  | { fate: "accepted"; messageId: string }
  /** The destination is refused; asking again will not help. */
  | { fate: "rejected" }
  /** The gateway certainly did not take it: the send is given back. Worth another try after `retryAfterS` (1 to 120). */
  | { fate: "refused"; retryAfterS: number }
  /** It may have been sent: it stays counted. */
  | { fate: "unclear" };

/** What a gateway reports later. `ignored`: nothing new, or nothing we can read. */
export type DeliveryReport = { status: "sent" | "delivered" | "failed"; messageId: string } | { status: "ignored" };

/** One kind of SMS gateway (Twilio; others later). */
export interface Gateway {
  /** Hands over one SMS, once; gives up when `signal` fires. Never throws. */
  send(sms: Sms, signal: AbortSignal): Promise<Receipt>;
}

/**
 * Hands `sms` to the brand's gateway, within 3 s. Never throws. Never tries twice: a gateway without idempotency keys
 * would send two messages where one was counted.
 */
export async function sendSms(
  gateway: BrandSettings["gateway"],
  credentials: BrandSecrets["gateway"],
  sms: Sms,
): Promise<Receipt> {
  return gatewayOf(gateway, credentials).send(sms, AbortSignal.timeout(DEADLINE_MS));
}

function gatewayOf(gateway: BrandSettings["gateway"], credentials: BrandSecrets["gateway"]): Gateway {
  switch (gateway.kind) {
    case "twilio":
      return twilio(gateway.base_url, credentials);
  }
}
