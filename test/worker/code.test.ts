import { createHash, createHmac } from "node:crypto";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Order } from "../../worker/contract.ts";
import { hotp } from "../../worker/verification/code.ts";
import { orderDigest } from "../../worker/verification/digest.ts";
import { liveCode, sameMac, verificationKey } from "../../worker/verification/keys.ts";
import { linkToken, readLink, verificationId } from "../../worker/verification/link.ts";
import { seal, unseal } from "../../worker/verification/seal.ts";

const master = { kid: "m1", key: new Uint8Array(32).fill(7) };
const other = { kid: "m2", key: new Uint8Array(32).fill(8) };
const id = verificationId("ab".repeat(32));

describe("the code", () => {
  it("equals RFC 4226 appendix D where the MAC is SHA-1", () => {
    const sha1 = (key: Uint8Array, message: Uint8Array) =>
      new Uint8Array(createHmac("sha1", key).update(message).digest());
    const key = new TextEncoder().encode("12345678901234567890");
    const codes = Array.from({ length: 10 }, (_, epoch) => hotp(sha1, key, epoch, 6));
    expect(codes).toEqual([
      "755224",
      "287082",
      "359152",
      "969429",
      "338314",
      "254676",
      "287922",
      "162583",
      "399871",
      "520489",
    ]);
  });

  it("is HOTP under HMAC-SHA-256, although its MAC is made in one call", () => {
    const sha256 = (k: Uint8Array, m: Uint8Array) => new Uint8Array(createHmac("sha256", k).update(m).digest());
    const of = { id: verificationId("ab".repeat(32)), digest: "d".repeat(64), digits: 8 as const };
    for (const epoch of [0, 1, 2, 255, 65_536]) {
      const key = verificationKey(master, "code", of.id, of.digest);
      expect(liveCode(master, { ...of, epoch })).toBe(hotp(sha256, key, epoch * 2 ** 32 + 1, of.digits));
    }
  });

  it("is uniform from its first digits to its last: chi-square over 200,000 codes, leading zeros kept", () => {
    const places = [0, 2, 4].map((at) => ({ at, buckets: new Array<number>(100).fill(0) }));
    const key = new Uint8Array(32).fill(3);
    const sha256 = (k: Uint8Array, m: Uint8Array) => new Uint8Array(createHmac("sha256", k).update(m).digest());
    for (let epoch = 0; epoch < 200_000; epoch += 1) {
      const code = hotp(sha256, key, epoch, 6);
      if (code.length !== 6) throw new Error("a leading zero was lost");
      for (const { at, buckets } of places) {
        const pair = Number(code.slice(at, at + 2));
        buckets[pair] = (buckets[pair] as number) + 1;
      }
    }
    for (const { at, buckets } of places) {
      const chi2 = buckets.reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0);
      // 99 degrees of freedom: 160 is the value for p = 1e-4; deterministic, so it never flickers.
      expect(chi2, `digits ${at + 1} and ${at + 2}`).toBeLessThan(160);
    }
  });

  it("changes with verification, digest, epoch and master key", () => {
    const of = { id, digest: "d".repeat(64), epoch: 0, digits: 8 as const };
    const codes = [
      liveCode(master, of),
      liveCode(other, of),
      liveCode(master, { ...of, id: verificationId("cd".repeat(32)) }),
      liveCode(master, { ...of, digest: "e".repeat(64) }),
      liveCode(master, { ...of, epoch: 1 }),
    ];
    expect(new Set(codes).size).toBe(5);
    expect(liveCode(master, of)).toBe(codes[0]);
  });
});

describe("the order digest", () => {
  const order: Order = {
    id: "o-1",
    revision: 1,
    amount: { value: 114900, currency: "EUR" },
    payee: "Tindra",
    summary: "Phone",
    category: "hardware",
    items_sha256: "a".repeat(64),
    delivery: { type: "address", address_sha256: "b".repeat(64) },
  };
  const digest = (o: Order) => orderDigest(o, canonicalize, (text) => createHash("sha256").update(text).digest("hex"));

  it("changes with each bound field alone", () => {
    const flipped: Order[] = [
      { ...order, id: "o-2" },
      { ...order, revision: 2 },
      { ...order, amount: { value: 114901, currency: "EUR" } },
      { ...order, amount: { value: 114900, currency: "NOK" } },
      { ...order, payee: "Tindrb" },
      { ...order, items_sha256: "c".repeat(64) },
      { ...order, delivery: { type: "store", address_sha256: "b".repeat(64) } },
      { ...order, delivery: { type: "address", address_sha256: "c".repeat(64) } },
    ];
    expect(new Set([order, ...flipped].map(digest)).size).toBe(flipped.length + 1);
  });

  it("does not depend on the order of members, nor on wording", () => {
    const shuffled = Object.fromEntries(Object.entries(order).reverse()) as unknown as Order;
    expect(digest(shuffled)).toBe(digest(order));
    expect(digest({ ...order, summary: "Telefon" })).toBe(digest(order));
  });
});

describe("link tokens", () => {
  it("open with the key and purpose they were made for, and with a key that was rotated out", () => {
    expect(readLink([master], "step link", linkToken(master, "step link", id))).toBe(id);
    expect(readLink([other, master], "step link", linkToken(master, "step link", id))).toBe(id);
    expect(readLink([other], "step link", linkToken(master, "step link", id))).toBeUndefined();
    expect(readLink([master], "receipt link", linkToken(master, "step link", id))).toBeUndefined();
  });

  it("refuse every other text", () => {
    const real = linkToken(master, "step link", id);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat(real.length - 1).map((at) => real.slice(0, at) + (real[at] === "A" ? "B" : "A") + real.slice(at + 1)),
        ),
        (text) => {
          // The last character of each base64url part carries spare bits: only equal bytes may open.
          const opened = readLink([master], "step link", text);
          expect(opened === undefined || opened === id).toBe(true);
          if (text.slice(0, 42) !== real.slice(0, 42)) expect(opened).toBeUndefined();
        },
      ),
    );
  });

  it("compare MACs of different length without throwing", () => {
    expect(sameMac(new Uint8Array(8), new Uint8Array(9))).toBe(false);
  });
});

describe("the sealed number", () => {
  it("opens for its verification and key alone, and never looks the same twice", async () => {
    const sealed = await seal(master, id, "+4791234567");
    expect(await unseal(master, id, sealed)).toBe("+4791234567");
    expect(await seal(master, id, "+4791234567")).not.toBe(sealed);
    await expect(unseal(other, id, sealed)).rejects.toThrow();
    await expect(unseal(master, verificationId("cd".repeat(32)), sealed)).rejects.toThrow();
    expect(sealed).not.toContain("91234567");
  });
});
