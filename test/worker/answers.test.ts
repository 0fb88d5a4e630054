import { describe, expect, it } from "vitest";
import { textOfAnswer } from "../../worker/body.ts";

const CHUNK = new TextEncoder().encode("a".repeat(10_000));

/** An answer of ten chunks, more than is ever read, and how many of them were taken. */
function long(headers: Record<string, string>) {
  let taken = 0;
  const body = new ReadableStream({
    pull(stream) {
      taken += 1;
      if (taken > 10) stream.close();
      else stream.enqueue(CHUNK);
    },
  });
  return { answer: new Response(body, { headers }), taken: () => taken };
}

describe("an answer from outside", () => {
  it.each([
    ["declares nothing", {}],
    [
      "declares less and comes in chunks, as workerd reads it",
      { "content-length": "5", "transfer-encoding": "chunked" },
    ],
    ["declares what it is packed", { "content-length": "5", "content-encoding": "gzip" }],
    ["declares as much", { "content-length": "100000" }],
  ])("is cut where it grows too long, when it %s", async (_, headers) => {
    const { answer, taken } = long(headers);
    expect(await textOfAnswer(answer)).toBeUndefined();
    expect(taken()).toBeLessThan(10);
  });

  it("is read where it is short", async () => {
    expect(await textOfAnswer(new Response("short", { headers: { "content-length": "5" } }))).toBe("short");
    expect(await textOfAnswer(new Response("short"))).toBe("short");
  });
});
