/** Verifications that ask for no proof: decided at once, redeemed like an approval, and nothing else. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fresh, opening } from "./opened.ts";

const MINUTE = 60_000;
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2031, 5, 1, 12) });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("an order that no proof is asked for", () => {
  const exempt = async () => {
    const v = fresh();
    await v.open({ decision: { action: "exempt", reasons: ["policy.exempt"] }, leases: null });
    return v;
  };
  const digest = opening().digest;

  it("sends nothing, and is redeemed once", async () => {
    const v = await exempt();
    expect(await v.stub().read("tindra")).toMatchObject({ status: "exempt", reason: "policy", sends: 0 });
    expect(await v.send("start")).toMatchObject({ ok: false, problem: "VERIFICATION.ENDED" });
    expect(await v.guess("000000")).toMatchObject({ ok: false, problem: "VERIFICATION.ENDED" });
    expect(await v.stub().redeem("tindra", digest, "key", "verdict")).toEqual({ ok: true, verdict: "verdict" });
    expect(await v.stub().redeem("tindra", digest, "other", "verdict")).toMatchObject({ ok: false });
    expect(await v.stub().read("tindra")).toMatchObject({ status: "redeemed", reason: "policy" });
  });

  it("lapses with the time a step would have had, and gives way to a newer revision or to a revocation", async () => {
    const [late, changed, revoked] = [await exempt(), await exempt(), await exempt()];
    await changed.stub().supersede("tindra");
    await revoked.stub().withdraw("tindra", "revoke", null);
    later(15 * MINUTE);
    expect(await late.stub().redeem("tindra", digest, "key", "v")).toMatchObject({ problem: "VERIFICATION.EXPIRED" });
    const states = await Promise.all([late, changed, revoked].map((v) => v.stub().read("tindra")));
    expect(states.map((facts) => facts?.status)).toEqual(["lapsed", "superseded", "revoked"]);
  });
});
