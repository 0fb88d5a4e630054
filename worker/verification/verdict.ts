/** The verdict: a JWS that says what was proven, for which order, to whom. */
import type { VerdictClaims } from "../contract.ts";
import type { VerdictFacts } from "./answers.ts";

/** The claims of a verdict. Pure; `at` in epoch milliseconds, claims in seconds. */
export function claims(facts: VerdictFacts, of: { id: string; jti: string; at: number; iss: string }): VerdictClaims {
  const { order, number, decision } = facts;
  const network = facts.reason === "network";
  const changedDays = number.changedAt === null ? undefined : (of.at - number.changedAt) / 86_400_000;
  return {
    iss: of.iss,
    aud: facts.client,
    sub: facts.sub,
    jti: of.jti,
    iat: epochSeconds(of.at),
    exp: epochSeconds(facts.expiresAt),
    vid: of.id,
    txn: {
      order_id: order.id,
      revision: order.revision,
      amount: order.amount.value,
      currency: order.amount.currency,
      payee: order.payee,
      digest: facts.digest,
    },
    // RFC 8176 names; a policy that asked for no proof must not look like one. The network knows a device by the key in its SIM.
    amr: facts.reason === "policy" ? [] : network ? ["hwk"] : ["otp", "sms"],
    ...(facts.approvedAt !== null && {
      auth_time: epochSeconds(facts.approvedAt),
      entry: network ? "network" : (facts.entry ?? "typed"),
    }),
    attempts: facts.wrong + (facts.reason === "code" ? 1 : 0),
    resends: Math.max(0, facts.sends - 1),
    number: {
      source: number.source,
      age_band: ageBand(changedDays),
      changed_recently: changedDays !== undefined && changedDays < 3,
    },
    risk: { band: decision.action === "review" ? "mid" : "low", reasons: decision.reasons },
    policy: "sms-step/1",
  };
}

function epochSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function ageBand(days: number | undefined): string {
  if (days === undefined) return "unknown";
  if (days < 1) return "under_1d";
  if (days < 3) return "under_3d";
  return days < 30 ? "under_30d" : "over_30d";
}
