import { readFileSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { NAMES } from "../../web/i18n/index.ts";
import { clock } from "../../web/step/clock.ts";
import marisol from "../../worker/brands/packs/marisol.json" with { type: "json" };
import rimal from "../../worker/brands/packs/rimal.json" with { type: "json" };
import tindra from "../../worker/brands/packs/tindra.json" with { type: "json" };
import { brandPackSchema } from "../../worker/brands/schema.ts";

const PACKS = [tindra, marisol, rimal];
const accepts = (pack: unknown) => v.safeParse(brandPackSchema, pack).success;

describe("a brand pack", () => {
  it.each(PACKS)("$id passes the schema", (pack) => {
    expect(v.safeParse(brandPackSchema, pack).issues).toBeUndefined();
  });

  it("is refused with an unknown key at any depth", () => {
    expect(accepts({ ...tindra, script: "x" })).toBe(false);
    expect(accepts({ ...tindra, color: { ...tindra.color, text: "#ffffff" } })).toBe(false);
    expect(accepts({ ...tindra, limits: { guess: 3 } })).toBe(false);
  });

  it.each([
    ["a limit looser than the product's", { limits: { guesses: 6 } }],
    ["a code of five digits", { policy: { ...tindra.policy, digits: 5 } }],
    ["a code of nine digits", { policy: { ...tindra.policy, digits: 9 } }],
    ["more texts than the product's", { limits: { sends: 6 } }],
    ["a code that lives for longer", { limits: { code_ttl_s: 601 } }],
    ["a longer step", { limits: { step_ttl_s: 1801 } }],
    ["more verifications of one order", { limits: { verifications_per_order: 6 } }],
    ["shorter waits", { limits: { resend_waits_s: [5] } }],
    ["CSS in a colour", { color: { ...tindra.color, brand: "red;}" } }],
    ["a remote logo", { logo: { ...tindra.logo, light: "https://cdn.example/logo.svg" } }],
    ["another brand's logo", { logo: { ...tindra.logo, light: "/assets/brands/rimal/logo-v1.svg" } }],
    ["a path in an origin", { origins: { ...tindra.origins, return: ["https://www.tindra.example/x"] } }],
    ["plain http", { origins: { ...tindra.origins, return: ["http://www.tindra.example"] } }],
    ["an SMS host that is not the step's", { hosts: { ...tindra.hosts, sms: "tindra.example" } }],
    ["a default language it does not speak", { defaultLocale: "ar" }],
    ["a language without support hours", { locales: ["nb", "en", "de", "es"] }],
    ["a reply keyword but a sender nobody can answer", { sms: { ...tindra.sms, deny: ["keyword"] } }],
    ['no decision on how the SMS says "not you?"', { sms: { ...tindra.sms, deny: undefined } }],
    ["a deny host with a port", { hosts: { ...tindra.hosts, deny: "t.example:8443" } }],
    [
      "hardware without proof",
      { policy: { ...tindra.policy, exempt: { category: ["hardware"], below: { NOK: 100 } } } },
    ],
    [
      "large orders without proof",
      { policy: { ...tindra.policy, exempt: { category: ["service"], below: { NOK: 40_000 } } } },
    ],
    [
      "no proof in a currency it does not take",
      { policy: { ...tindra.policy, exempt: { category: ["service"], below: { SEK: 100 } } } },
    ],
    ["a support number like a code", { support: { ...tindra.support, phone: "800103" } }],
  ])("is refused with %s", (_, over) => {
    expect(accepts({ ...tindra, ...over })).toBe(false);
  });

  it.each(PACKS)("$id has logos of at most 5 KB without script or reference", ({ logo }) => {
    for (const file of Object.values(logo).filter((value) => typeof value === "string")) {
      const svg = readFileSync(new URL(`../../web/public${file}`, import.meta.url), "utf8");
      expect(svg.length).toBeLessThan(5000);
      expect(svg).not.toMatch(/<script|href|\bon\w+=|url\(/);
    }
  });
});

describe("a time", () => {
  it("is told by a clock of 24 hours in English too", () => {
    expect(clock("2026-11-22T17:27:00.000Z", "en")).toMatch(/^\d\d:27$/);
    expect(clock("2026-11-22T17:27:00.000Z", "nb")).toMatch(/^\d\d:27$/);
  });

  it("ends in no dot that would meet the sentence's own, and has Latin digits", () => {
    for (const locale of Object.keys(NAMES))
      expect(clock("2026-11-22T17:27:00.000Z", locale)).toMatch(/^[0-9]{1,2}:27(?:\s\p{L}+)?$/u);
  });
});
