/** Answers from outside: read whole, or not at all. */
import { describe, expect, it } from "vitest";
import { textOfAnswer } from "../../worker/outside.ts";

const MAX = 64 * 1024;

/** An answer that comes in pieces, and says of itself what `headers` say; `taken` counts what was read of it. */
function streamed(pieces: number, size: number, headers: Record<string, string> = {}) {
  const taken = { pieces: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (taken.pieces === pieces) return controller.close();
        taken.pieces += 1;
        controller.enqueue(new Uint8Array(size).fill(0x61));
      },
      cancel() {
        taken.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { answer: new Response(body, { headers }), taken };
}

describe("what another service answers", () => {
  it.each([
    ["of a declared length", { "content-length": "9" }],
    ["without one", {}],
    ["packed", { "content-length": "3", "content-encoding": "x-packed" }],
  ])("is read whole %s", async (_, headers: Record<string, string>) => {
    expect(await textOfAnswer(streamed(3, 3, headers).answer)).toBe("aaaaaaaaa");
  });

  it.each([
    ["of a declared length", { "content-length": String(100 * MAX) }],
    ["without one", {}],
    [
      "that comes in chunks and declares less, as workerd reads it",
      { "content-length": "5", "transfer-encoding": "chunked" },
    ],
    ["that unpacks to more than it said", { "content-length": "100", "content-encoding": "x-packed" }],
  ])("is given up beyond 64 KB %s, and read no further", async (_, headers: Record<string, string>) => {
    const { answer, taken } = streamed(100, MAX, headers);
    expect(await textOfAnswer(answer)).toBeUndefined();
    expect(taken).toEqual({ pieces: 2, cancelled: true });
  });

  it("is nothing where it breaks off", async () => {
    const broken = () => new ReadableStream({ start: (controller) => controller.error(new Error("reset")) });
    expect(await textOfAnswer(new Response(broken()))).toBeUndefined();
    expect(await textOfAnswer(new Response(broken(), { headers: { "content-length": "5" } }))).toBeUndefined();
  });
});
