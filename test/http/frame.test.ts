/** The step in a frame as the network sees it: who may frame it, its cookie, the last line of its SMS, its loader. */
import { createHash } from "node:crypto";
import { describe, expect, inject, it } from "vitest";
import loader from "../../web/embed/loader.json" with { type: "json" };
import type { VerificationView } from "../../worker/contract.ts";
import { type Answer, clients, problemOf, read, send } from "./client.ts";
import { browser } from "./step.ts";

const at = clients(inject("ports"));
const shop = at.shop("marisol");
const EMBED = at.origins.framing;

/** A create for the framing shop's order; `change` goes into its presentation. */
async function asked(change: object = {}, order = at.order("marisol")) {
  const { ref, number } = await at.customer("marisol");
  const body = at.opening("marisol", ref, order);
  const frame = { mode: "frame", embed_origin: EMBED };
  const create = (presentation: object) =>
    shop.post("", { ...body, presentation: { ...body.presentation, ...presentation } });
  return { number, create, answer: await create({ ...frame, ...change }) };
}

async function opened(change: object = {}) {
  const { number, create, answer } = await asked(change);
  const { id, url } = read<VerificationView>(answer);
  return { id, number, create, visitor: browser(at, url ?? "") };
}

const ancestors = ({ headers }: Answer) => /frame-ancestors ([^;]+)/.exec(`${headers["content-security-policy"]}`)?.[1];
const guards = (answer: Answer) => [
  ancestors(answer),
  answer.headers["x-frame-options"],
  answer.headers["cross-origin-opener-policy"],
];
const told = ({ text }: Answer) => JSON.parse(/id="brand-data"[^>]*>(.*?)<\/script>/s.exec(text)?.[1] ?? "{}").embed;
const lastLine = (body: string) => body.split("\n").at(-1);

describe("a page for a frame", () => {
  it("may be framed by its verification's one origin, which alone it is told, and keeps its cookie apart", async () => {
    const { visitor } = await opened();
    const page = await visitor.page();
    expect(guards(page)).toEqual([EMBED, undefined, undefined]);
    expect(told(page)).toBe(EMBED);
    expect(page.headers["permissions-policy"]).toContain("otp-credentials=(self)");
    const [cookie = ""] = page.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^__Host-ringfence=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=None; Partitioned$/);
  });

  it("is nobody's frame in redirect mode, whatever else the brand allows", async () => {
    const { visitor } = await opened({ mode: "redirect" });
    const page = await visitor.page();
    expect(guards(page)).toEqual(["'none'", "DENY", "same-origin"]);
    expect(told(page)).toBeUndefined();
    expect(page.headers["set-cookie"]?.[0]).toMatch(/; SameSite=Lax$/);
  });

  it("is the only answer of its verification that may be framed, and only to the browser it is bound to", async () => {
    const { visitor } = await opened();
    const cookie = (await visitor.page()) && visitor.jar.cookie;
    const answers = [
      await visitor.post("start"),
      await visitor.ask({ path: `${visitor.path}/state` }),
      await visitor.check("000000"),
      await visitor.form("resend", { press: "12345678" }),
      await visitor.ask({ path: "/" }),
      await visitor.ask({ path: `${visitor.path}x` }),
    ];
    visitor.jar.cookie = `${cookie?.slice(0, -1)}${cookie?.endsWith("A") ? "B" : "A"}`;
    answers.push(await visitor.page());
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 422, 303, 200, 404, 200]);
    for (const answer of answers) expect(guards(answer)).toEqual(["'none'", "DENY", "same-origin"]);
  });

  it("is none any more once the order system has created it again to be redirected to", async () => {
    const { visitor, create } = await opened();
    expect(ancestors(await visitor.page())).toBe(EMBED);
    await create({ mode: "redirect", embed_origin: undefined });
    expect(guards(await visitor.page())).toEqual(["'none'", "DENY", "same-origin"]);
  });

  it("is refused at create to every origin but the listed one, letter by letter", async () => {
    const { host, hostname, port } = new URL(EMBED);
    const others = [
      ...["", "*", "null", "'self'", "https:", hostname, host, `//${host}`, `https://${host}`, `http://${hostname}`],
      ...[
        `${EMBED}/`,
        `${EMBED}/x`,
        `${EMBED}.`,
        `${EMBED}0`,
        `${EMBED}.evil.example`,
        `http://${hostname}.evil:${port}`,
      ],
      ...[`http://x${host}`, `http://x.${host}`, `http://evil.example#${host}`, `http://evil.example@${host}`],
      ...[
        `${EMBED}@evil.example`,
        EMBED.toUpperCase(),
        ` ${EMBED}`,
        `${EMBED} *`,
        `${EMBED}; script-src *`,
        `${EMBED}\t`,
      ],
      ...[at.origins.shop("marisol"), at.origins.brand("marisol"), "https://www.marisol.example"],
    ];
    const { create } = await asked({ embed_origin: "https://shop.example.evil" });
    for (const embed_origin of others) {
      const answer = await create({ mode: "frame", embed_origin });
      expect([embed_origin, answer.status, problemOf(answer)]).toEqual([embed_origin, 422, "ORDER.RETURN_ADDRESS"]);
    }
  });

  it("takes presses from itself alone, not from the page around it", async () => {
    const { id, visitor } = await opened();
    await visitor.page();
    const { headers, ...start } = visitor.press("start", { framed: true });
    const origins = [EMBED, "null", `${new URL(EMBED).origin}.evil`, at.origins.shop("marisol")];
    for (const origin of origins)
      expect((await visitor.ask({ ...start, headers: { ...headers, origin } })).status).toBe(403);
    expect((await shop.view(id)).sends).toBe(0);
    expect((await visitor.ask({ ...start, headers: headers ?? {} })).status).toBe(200);
  });
});

describe("the last line of the SMS", () => {
  const [top, step] = [EMBED, at.origins.brand("marisol")].map((origin) => new URL(origin).hostname);
  const text = async ({ number, visitor }: Awaited<ReturnType<typeof opened>>, framed: boolean) => {
    await visitor.post("start", { framed });
    return at.text(number);
  };

  it("names both hosts where the step runs in the frame, by script and by plain form", async () => {
    const { body, code } = await text(await opened(), true);
    expect(lastLine(body)).toBe(`@${top} #${code} @${step}`);
    const plain = await opened();
    const press = /name="press" value="([^"]+)"/.exec((await plain.visitor.page()).text)?.[1] ?? "";
    const { headers, ...form } = plain.visitor.press("start");
    const type = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-dest": "iframe" };
    await plain.visitor.ask({ ...form, headers: { ...headers, ...type }, body: `press=${press}` });
    const second = await at.text(plain.number);
    expect(lastLine(second.body)).toBe(`@${top} #${second.code} @${step}`);
  });

  it("names the step's host alone where the frame was given up, and where there may be none", async () => {
    const { body, code } = await text(await opened(), false);
    expect(lastLine(body)).toBe(`@${step} #${code}`);
    const claimed = await text(await opened({ mode: "redirect" }), true);
    expect(lastLine(claimed.body)).toBe(`@${step} #${claimed.code}`);
  });

  it("follows the browser that takes a resumed step over", async () => {
    const known = await opened();
    await text(known, true);
    await known.create({ mode: "frame", embed_origin: EMBED });
    await at.control("POST", "/clock", { shift_ms: 31_000 });
    try {
      const next = browser(at, `${at.origins.brand("marisol")}${known.visitor.path}`);
      await next.post("start", { framed: false });
      await next.post("resend", { framed: true });
      const { body, code } = await at.text(known.number, 1);
      expect(lastLine(body)).toBe(`@${step} #${code}`);
    } finally {
      await at.control("POST", "/clock", { reset: true });
    }
  });
});

describe("the loader", () => {
  it("is there for any shop, for good, as the bytes whose digest is published", async () => {
    const { host } = new URL(at.origins.brand("marisol"));
    const { status, headers, text } = await send(at.ports.worker, { host, path: loader.file });
    expect(status).toBe(200);
    expect(`sha384-${createHash("sha384").update(text).digest("base64")}`).toBe(loader.integrity);
    expect(headers["access-control-allow-origin"]).toBe("*");
    expect(headers["cross-origin-resource-policy"]).toBe("cross-origin");
    expect(headers["cache-control"]).toContain("immutable");
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });
});
