import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { verdictFacts } from "../../worker/verification/answers.ts";
import { termsOf } from "../../worker/verification/counting.ts";
import type { Record } from "../../worker/verification/record.ts";
import { sessionRow } from "../../worker/verification/tally.ts";
import { claims } from "../../worker/verification/verdict.ts";
import { fresh, opening, press } from "./opened.ts";

const BRAND = "marisol";

/** A verification whose shopper may approve through the network. */
async function offered(change: Parameters<typeof opening>[0] = {}) {
  const v = fresh(BRAND);
  await v.open(change);
  const start = (name = press(), browser = "browser-1") =>
    v.stub().reserveSend({
      ...{ brand: BRAND, browser, kind: "start", press: name, framed: false, locale: null },
      ...{ denyToken: "bcdfghjk", network: true },
    });
  const reserve = (browser: string | null = "browser-1") => v.stub().reserveNetwork({ brand: BRAND, browser });
  const settle = (word: "ok" | "no" | "unknown") => v.stub().settleNetwork(BRAND, word);
  return { ...v, start, reserve, word: settle };
}

/** The same, with the operator's word on the device. */
async function told(word: "ok" | "no" | "unknown") {
  const v = await offered();
  await v.start();
  await v.reserve();
  return { ...v, outcome: await v.word(word) };
}

const counted = ({ tally }: Record) =>
  Object.entries(tally.events).map(([key, times]) => `${key.split(" ")[1]} ${times}`);
const verdictOf = (r: Record) => claims(verdictFacts(r, 0), { id: r.id, jti: "j", at: 0, iss: "i" });
const rowOf = (r: Record) =>
  sessionRow(
    { ...r, tally: { ...r.tally, row: { status: "lapsed", reason: "not_redeemed", at: 0 } } },
    termsOf(env, BRAND),
  );

describe("the silent check", () => {
  it("binds the browser and sends nothing; the same press is sent to the operator again, another one gets the text", async () => {
    const v = await offered();
    expect(await v.start("the-press")).toMatchObject({ ok: true, state: { status: "created" }, network: true });
    expect(await v.record()).toMatchObject({ browser: "browser-1", sends: [] });
    expect(await v.start("the-press")).toHaveProperty("network");
    expect(await v.start("the-press", "browser-2")).toMatchObject({ problem: "VERIFICATION.ELSEWHERE" });
    expect(await v.start("another-press")).toMatchObject({ send: { ordinal: 1 } });
    expect(await v.start("the-press")).not.toHaveProperty("network");
  });

  it.each([
    ["in a frame", { presentation: { ...opening().presentation, mode: "frame" as const } }],
    ["where nothing is asked for", { decision: { action: "exempt" as const, reasons: [] } }],
  ])("is not made %s", async (_, change) => {
    const v = await offered(change);
    expect(await v.start()).not.toHaveProperty("network");
  });

  it("approves with its own reason, and tells of it in the verdict and in the numbers", async () => {
    const v = await told("ok");
    expect(v.outcome).toMatchObject({ ok: true, state: { status: "approved" } });
    const r = await v.record();
    expect(r).toMatchObject({
      status: "approved",
      reason: "network",
      sends: [],
      guesses: [],
      sealed: null,
    });
    expect(verdictOf(r)).toMatchObject({ amr: ["hwk"], entry: "network", attempts: 0, resends: 0 });
    expect(counted(r)).toEqual(["created 1", "opened 1", "network_checked 1", "approved 1"]);
    expect(rowOf(r)).toMatchObject({
      channel: "network",
      entry: 5,
      reach: 6,
      switches: 0,
      sends: 0,
      approved: 1,
      opened: 1,
    });
  });

  it.each(["no", "unknown"] as const)(
    "leaves all as it was at %s: the text is sent, with every guess",
    async (word) => {
      const v = await told(word);
      expect(v.outcome).toMatchObject({ ok: true, state: { status: "created", attempts_remaining: 5 } });
      expect(await v.send("start")).toMatchObject({ send: { ordinal: 1 } });
      await v.settle(1, "accepted");
      expect(await v.guess(await v.code())).toMatchObject({ ok: true, state: { status: "approved" } });
      const r = await v.record();
      expect(r).toMatchObject({ reason: "code", limits: { guesses: 5, sends: 3 } });
      expect(verdictOf(r)).toMatchObject({ amr: ["otp", "sms"], entry: "typed" });
      expect(verdictOf(r).risk.reasons).toEqual(word === "no" ? ["network.other_number"] : []);
      expect(rowOf(r)).toMatchObject({ channel: "sms", entry: 1, switches: 1, sends: 1 });
      expect(counted(r)).toContain("network_checked 1");
    },
  );

  it("takes one code and one word, the first", async () => {
    const v = await told("no");
    expect(await v.reserve()).not.toHaveProperty("number");
    expect(await v.word("ok")).toMatchObject({ state: { status: "created" } });
    expect(counted(await v.record())).toContain("network_checked 1");
  });

  it("hands the number to the bound browser's check alone, and nobody else uses that up", async () => {
    const v = await offered();
    expect(await v.reserve()).not.toHaveProperty("number");
    await v.start();
    for (const browser of ["browser-2", null])
      expect(await v.reserve(browser)).toMatchObject({ problem: "VERIFICATION.ELSEWHERE" });
    expect(await v.stub().reserveNetwork({ brand: "tindra", browser: "browser-1" })).toMatchObject({ ok: false });
    expect(await v.reserve()).toMatchObject({ number: { sealed: "sealed-number", kid: "local-1" } });
    expect(await v.reserve()).not.toHaveProperty("number");
  });

  it("lets nobody in whom a resuming create has sent away", async () => {
    const v = await offered();
    await v.start();
    await v.open({ key: "key-2" });
    expect(await v.reserve()).not.toHaveProperty("number");
    expect((await v.record()).browser).toBeNull();
    // Nor whoever starts next: it was not this browser that asked.
    await v.start(press(), "browser-2");
    expect(await v.reserve("browser-2")).not.toHaveProperty("number");
  });

  it("believes no word that it has not asked for", async () => {
    const v = await offered();
    expect(await v.word("ok")).toMatchObject({ state: { status: "created" } });
    await v.start();
    expect(await v.word("ok")).toMatchObject({ state: { status: "created" } });
    expect((await v.record()).network).toEqual({ press: expect.any(String) });
  });

  it("still approves when its word comes after the text, and not once all guesses are used up", async () => {
    const v = await offered();
    await v.start();
    await v.reserve();
    await v.send("start");
    await v.settle(1, "accepted");
    expect(await v.word("ok")).toMatchObject({ state: { status: "approved" } });
    const late = await offered();
    await late.start();
    await late.reserve();
    await late.send("start");
    await late.settle(1, "accepted");
    for (let n = 0; n < 5; n += 1) await late.guess(await late.wrong());
    expect(await late.word("ok")).toMatchObject({ state: { status: "failed" } });
    expect(await late.record()).toMatchObject({ status: "failed", reason: "guesses_exhausted" });
  });
});
