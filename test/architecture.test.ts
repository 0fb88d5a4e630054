import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = new URL("..", import.meta.url).pathname;

/** Lower rooms first. A room takes values from itself and from lower rows; types may come from anywhere. */
const ROWS = [
  ["contract", "config"],
  ["brands", "events", "objects", "outside", "oauth", "webhooks"],
  ["risk", "signals", "customer", "sms", "verification", "budget", "board", "analytics", "privacy"],
  ["problem", "body", "client", "page"],
  ["routes"],
  ["index", "console", "openapi"],
];
/** What a reviewer must trust takes clock, keys and hashes as arguments: it imports types only. */
const PURE = [
  "verification/state",
  "verification/code",
  "verification/digest",
  "budget/limits",
  "risk/rules",
  "sms/message",
  "sms/deny",
  "sms/amount",
  "sms/units",
  "analytics/dialect",
  "analytics/dialecttokens",
  "analytics/dialecttree",
  "analytics/dialecttypes",
  "analytics/dialectcursor",
  "analytics/dialectexpressions",
  "analytics/dialectparse",
  "analytics/dialectscope",
  "analytics/dialectprint",
  "sms/words",
];

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => join(folder, name));
}

function imports(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const found = text.matchAll(/^(?:import|export)\s+(type\s+)?([^;"]*?)\s*(?:from\s+)?"([^"]+)";/gm);
  return [...found].map(([, type, names = "", to = ""]) => ({
    from: file,
    to: to.startsWith(".") ? normalize(join(dirname(file), to)) : to,
    typeOnly:
      Boolean(type) ||
      (/^\{[^}]*\}$/.test(names) &&
        names
          .slice(1, -1)
          .split(",")
          .every((name) => !name.trim() || name.trim().startsWith("type "))),
  }));
}

const room = (file: string) =>
  file
    .replace(/^worker\//, "")
    .replace(/\.tsx?$/, "")
    .split("/")[0] as string;
const row = (file: string) => ROWS.findIndex((rooms) => rooms.includes(room(file)));
const worker = sources("worker").flatMap(imports);

describe("the rooms of the Worker", () => {
  it("all have a row", () => {
    expect(sources("worker").filter((file) => row(file) < 0)).toEqual([]);
  });

  it("take values only from lower rows, never upwards or from a neighbour of the middle row", () => {
    const wrong = worker.filter(({ from, to, typeOnly }) => {
      if (typeOnly || !to.startsWith("worker/") || room(from) === room(to)) return false;
      // The object applies the limits and the ledger keeps them: budget/limits is pure and read by both.
      if (to === "worker/budget/limits.ts") return false;
      return row(to) > row(from) || (row(to) === row(from) && row(from) === 2);
    });
    expect(wrong).toEqual([]);
  });

  it("import types only where they must be provable", () => {
    const values = worker.filter(
      ({ from, to, typeOnly }) => PURE.includes(from.slice(7, -3)) && !typeOnly && !PURE.includes(to.slice(7, -3)),
    );
    expect(values).toEqual([]);
  });

  it("keep hono out of everything below the routes' three rows", () => {
    expect(worker.filter(({ from, to, typeOnly }) => /^hono/.test(to) && !typeOnly && row(from) < 3)).toEqual([]);
  });

  it("know nothing of the tests and stand-ins, and of the browser only what the page renders", () => {
    expect(worker.filter(({ to }) => to.startsWith("test/"))).toEqual([]);
    expect(worker.filter(({ from, to }) => to.startsWith("web/") && room(from) !== "page")).toEqual([]);
  });

  it("reach every object inside the deployment's jurisdiction, and ask for no place by a hint", () => {
    const texts = sources("worker").map((file) => [file, readFileSync(join(ROOT, file), "utf8")] as const);
    const namespace =
      /(?<!within\((?:this\.|c\.)?)\benv\.(?:VERIFICATION|ORDER_LEDGER|CUSTOMER_LEDGER|NUMBER_LEDGER|DENY_LINK|BRAND_BOARD)\b/;
    const wrong = texts.filter(([, text]) => namespace.test(text) || /\bidFromName\b|\blocationHint\b/.test(text));
    expect(wrong.map(([file]) => file)).toEqual([]);
    const within = texts.flatMap(([, text]) => text.match(/within\((?:this\.|c\.)?env\.[A-Z]/g) ?? []);
    expect(within.length).toBeGreaterThan(8);
  });

  it("call the outside within a deadline, and go nowhere it points to", () => {
    const calling = sources("worker").filter((file) => /\bawait fetch\(/.test(readFileSync(join(ROOT, file), "utf8")));
    expect(calling.length).toBeGreaterThan(3);
    for (const file of calling) {
      const text = readFileSync(join(ROOT, file), "utf8");
      const calls = text.match(/\bawait fetch\(/g)?.length;
      expect([file, text.match(/redirect: "manual"/g)?.length]).toEqual([file, calls]);
      expect([file, /\bsignal\b/.test(text)]).toEqual([file, true]);
    }
  });

  it("draw nothing at random but from the platform's generator", () => {
    expect(sources("worker").filter((file) => readFileSync(join(ROOT, file), "utf8").includes("Math.random"))).toEqual(
      [],
    );
  });
});

describe("the browser's side", () => {
  it("sees one file of the Worker, as types; the analysts' SQL page also sees what the columns mean", () => {
    const seen = sources("web")
      .flatMap(imports)
      .filter(({ to }) => to.startsWith("worker/"))
      .filter(({ from, to }) => from !== "web/analyst/sql/columns.ts" || to !== "worker/events/columns.ts");
    expect(seen.filter(({ to, typeOnly }) => to !== "worker/contract.ts" || !typeOnly)).toEqual([]);
  });

  it("keeps the shopper's step and the analysts' console apart", () => {
    const crossing = sources("web")
      .flatMap(imports)
      .filter(({ from, to }) => from.startsWith("web/analyst/") !== to.startsWith("web/analyst/"))
      .filter(({ to }) => to.startsWith("web/"));
    expect(crossing).toEqual([]);
  });
});

describe("names", () => {
  it("say what a room is, never that it is a drawer", () => {
    const drawers = [...sources("worker"), ...sources("web"), ...sources("test")].filter((file) =>
      /(^|\/)(utils?|helpers?|managers?|services?|common|misc|types)(\/|\.tsx?$)/i.test(file),
    );
    expect(drawers).toEqual([]);
  });
});
