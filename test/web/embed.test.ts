/** The frame's protocol, as both sides read it, and what its loader weighs. */
import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import loader from "../../web/embed/loader.json" with { type: "json" };
import { read } from "../../web/embed/protocol.ts";

describe("a message between frame and page", () => {
  const ready = { v: 1, type: "ready", nonce: "n" };

  it("is heard when it is one flat object of this version", () => {
    for (const message of [ready, { v: 1, type: "resize", height: 480.5 }, { v: 1, type: "of the future" }])
      expect(read(message)).toBe(message);
  });

  it("is not heard in any other shape", () => {
    const cyclic: Record<string, unknown> = { ...ready };
    cyclic.self = cyclic;
    const forged: unknown[] = [
      ...[undefined, null, 1, "ready", JSON.stringify(ready), [ready], new Map(Object.entries(ready)), new Date(0)],
      ...[{}, { type: "ready" }, { ...ready, v: 2 }, { ...ready, v: "1" }, { ...ready, v: [1] }, { ...ready, v: 1n }],
      ...[
        { ...ready, type: 1 },
        { ...ready, type: ["ready"] },
        { ...ready, type: undefined },
      ],
      ...[{ ...ready, nonce: { toString: "n" } }, { ...ready, more: null }, { ...ready, more: true }, cyclic],
      ...[
        { ...ready, more: 1n },
        { ...ready, more: new ArrayBuffer(8) },
      ],
    ];
    for (const one of forged) expect(read(one)).toBeUndefined();
  });

  it("is not heard beyond 1 KB, and never makes the reader throw", () => {
    const room = 1024 - JSON.stringify({ ...ready, more: "" }).length;
    expect(read({ ...ready, more: "x".repeat(room) })).toBeDefined();
    expect(read({ ...ready, more: "x".repeat(room + 1) })).toBeUndefined();
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withMap: true, withTypedArray: true }), (data) => {
        const heard = read(data);
        if (heard) expect(JSON.stringify(heard).length).toBeLessThanOrEqual(1024);
      }),
    );
  });
});

describe("the loader", () => {
  it("weighs less than 2 KB brotli", () => {
    const built = readFileSync(new URL(`../../dist${loader.file}`, import.meta.url));
    expect(brotliCompressSync(built).length).toBeLessThan(2000);
  });
});
