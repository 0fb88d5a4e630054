import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const DIST = new URL("../../dist/", import.meta.url).pathname;
const text = (file: string) => readFileSync(join(DIST, file), "utf8");
const scripts = readdirSync(join(DIST, "assets")).filter((name) => name.endsWith(".js"));
/** Files the page at `html` asks for before anything is pressed. */
const first = (html: string, ending: string) =>
  [...text(html).matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].flatMap(([, file = ""]) =>
    file.endsWith(ending) ? [file] : [],
  );
const brotli = (file: string) => brotliCompressSync(readFileSync(join(DIST, file))).length;

/** Words that are on one page and mean nothing to the other. */
const CONSOLE = ["authenticated and proceeded", "/console/", "otp_sessions"];
const STEP = ["one-time-code", "OTPCredential", "idempotency-key"];

describe("the console's files", () => {
  it("are at most 60 kB of script for the first view, and 10 kB of style", () => {
    const size = (ending: string) => first("analyst/index.html", ending).reduce((sum, file) => sum + brotli(file), 0);
    expect(first("analyst/index.html", ".js")).toHaveLength(1);
    expect(size(".js")).toBeLessThan(60_000);
    expect(size(".css")).toBeLessThan(10_000);
  });

  it("carry the nonce wherever the policy asks for one, and no style in an attribute", () => {
    const html = text("analyst/index.html");
    const tags = html.match(/<(script|style|link)\b[^>]*>/g) ?? [];
    expect(tags.length).toBeGreaterThan(1);
    expect(tags.filter((tag) => !tag.includes('nonce="%NONCE%"'))).toEqual([]);
    expect(html).not.toMatch(/\sstyle=/);
  });

  it("hold not one word of the shopper's step, nor the step one of theirs", () => {
    const [step = ""] = first("step/index.html", ".js");
    const others = scripts.map((name) => `assets/${name}`).filter((file) => file !== step);
    const analyst = others.map(text).join("\n");
    expect(CONSOLE.filter((word) => !analyst.includes(word))).toEqual([]);
    expect(STEP.filter((word) => analyst.includes(word))).toEqual([]);
    expect(STEP.filter((word) => !text(step).includes(word))).toEqual([]);
    expect(CONSOLE.filter((word) => (text(step) + text("step/index.html")).includes(word))).toEqual([]);
  });
});
