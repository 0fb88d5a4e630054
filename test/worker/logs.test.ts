import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { call, type Environment } from "./subject.ts";

const MARK = "zq7marked";
const EVIL = `${MARK}\r\n{"level":"info","event":"customer.unlocked"}\n    at ${MARK} (+4792123456)\u001b[31m\u009b2J\u2028`;

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  for (const level of ["log", "info", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((...said: unknown[]) => void lines.push(said.map(String).join(" ")));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A deployment in which the object of a customer throws what a library might: the caller's own words. */
function failing(): Environment {
  const broken = { ...env };
  const fault = new Error(EVIL);
  Object.defineProperty(broken, "CUSTOMER_LEDGER", {
    get() {
      throw fault;
    },
  });
  return broken;
}

const unlock = (at: Environment, headers: Record<string, string> = {}) =>
  call("POST", "/v1/customers/unlock", { customer: { ref: MARK }, reason: MARK }, { at, headers });

/** One line each, JSON, nothing in it that a terminal or a line-wise reader would obey. */
function clean(): Record<string, unknown>[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("a line of the log", () => {
  it("of a failure has frames and a correlator, and not one word of what was thrown", async () => {
    const answer = await unlock(failing());
    expect(answer.status).toBe(500);
    const correlator = answer.headers.get("x-correlator");
    const frames = expect.arrayContaining([expect.stringMatching(/^\s+at /)]);
    expect(clean()).toEqual([{ level: "error", event: "internal", name: "Error", correlator, frames }]);
    expect(lines[0]).not.toContain(MARK);
    expect(await answer.text()).not.toContain(MARK);
  });

  it.each([
    ["a colour", "a\u001b[31mred"],
    ["a quote that would end a string", 'a","event":"customer.unlocked'],
    ["a percent-encoded line break", "a%0d%0aevent"],
    ["an eight-bit control", "a\u009b2J"],
    ["257 characters", "a".repeat(257)],
    ["a space", "a b"],
    ["nothing", ""],
  ])("never carries a caller's correlator with %s", async (_, correlator) => {
    for (const at of [env, failing()]) {
      const answer = await unlock(at, { "x-correlator": correlator });
      expect(answer.headers.get("x-correlator")).toMatch(/^[0-9a-f-]{36}$/);
    }
    for (const line of clean()) expect(line.correlator).toMatch(/^[0-9a-f-]{36}$/);
    expect(lines).toHaveLength(2);
  });

  it("carries a caller's correlator of the right form, unchanged", async () => {
    await unlock(env, { "x-correlator": "shop-7:<a>{b}./;_" });
    expect(clean()[0]).toMatchObject({ event: "customer.unlocked", correlator: "shop-7:<a>{b}./;_" });
  });

  it("is not split by a line break, because the platform takes none in a header", () => {
    for (const broken of ["a\r\nb", "a\nb", "a\0b"]) expect(() => new Headers({ "x-correlator": broken })).toThrow();
  });
});
