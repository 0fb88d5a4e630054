import { describe, expect, it } from "vitest";
import { type Assets, builtFile } from "../../worker/page/texts.ts";

const answering: Assets = { fetch: async () => new Response("the file") };

describe("a built file", () => {
  it("is not waited for in place of a request that was given up in the middle of fetching it", async () => {
    void builtFile({ fetch: () => new Promise(() => {}) }, "given-up.txt");
    expect(await builtFile(answering, "given-up.txt")).toBe("the file");
  });

  it("is fetched once; a failure is not remembered", async () => {
    const failing: Assets = { fetch: async () => new Response(null, { status: 404 }) };
    await expect(builtFile(failing, "late.txt")).rejects.toThrow("missing");
    expect(await builtFile(answering, "late.txt")).toBe("the file");
    expect(await builtFile(failing, "late.txt")).toBe("the file");
  });
});
