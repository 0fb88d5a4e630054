/** The documents: the way through the step without script, and the headers every page leaves with. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { BRANDS } from "../standins/secrets.ts";
import { ROOT } from "../standins/wrangler.ts";
import { bytes, exactly } from "./burst.ts";
import { type Answer, clients, send } from "./client.ts";
import { type Browser, opened, wrongCodes } from "./step.ts";

const at = clients(inject("ports"));
const field = ({ text }: Answer) => /name="press" value="([\x21-\x7e]{8,64})"/.exec(text)?.[1] ?? "no field";
/** Presses a button of the page as a browser without script does. */
/** On every answer, whoever gives it (requirement H14). */
const EVERYWHERE = [
  "strict-transport-security",
  "x-content-type-options",
  "x-frame-options",
  "cross-origin-opener-policy",
  "cross-origin-resource-policy",
  "referrer-policy",
  "permissions-policy",
];
const pressed = async (visitor: Browser, action: string, fields: Record<string, string> = {}) =>
  visitor.form(action, { press: field(await visitor.page()), ...fields });

describe("the step without script", () => {
  it.each(BRANDS)("leads %s's shopper from the link to the shop by plain forms alone", async (brand) => {
    const { id, number, visitor, shop } = await opened(at, brand);
    const start = await pressed(visitor, "start", { locale: "en" });
    expect([start.status, start.headers.location?.split("?")[0]]).toEqual([303, visitor.path]);
    const { code } = await at.text(number);
    const [wrong = ""] = wrongCodes(code, 1);
    const miss = await pressed(visitor, "check", { code: wrong });
    expect([miss.status, miss.headers.location]).toEqual([303, `${visitor.path}?r=wrong`]);
    const told = await visitor.ask({ path: `${visitor.path}?r=wrong` });
    expect(told.text).not.toContain(wrong);
    const short = await pressed(visitor, "check", { code: "123" });
    expect(short.headers.location).toBe(`${visitor.path}?r=too_few`);
    const long = await pressed(visitor, "check", { code: "1234567890123" });
    expect(long.headers.location).toBe(`${visitor.path}?r=too_many`);
    expect((await shop.view(id)).attempts).toBe(1);
    const hit = await pressed(visitor, "check", { code: `${code.slice(0, 3)} ${code.slice(3)}` });
    expect([hit.status, hit.headers.location]).toEqual([303, `${at.origins.shop(brand)}/return?verification=${id}`]);
  });

  it("costs one guess and one text when a form is sent twice", async () => {
    const { id, number, visitor, shop } = await opened(at);
    const press = field(await visitor.page());
    await visitor.form("start", { press });
    await visitor.form("start", { press });
    const { code } = await at.text(number);
    const [wrong = ""] = wrongCodes(code, 1);
    const again = field(await visitor.page());
    await visitor.form("check", { press: again, code: wrong });
    await visitor.form("check", { press: again, code: wrong });
    expect(await shop.view(id)).toMatchObject({ attempts: 1, sends: 1 });
    expect(await at.texts(number)).toBe(1);
  });

  it("says when another text was asked for too early, and leaves when asked to", async () => {
    const { id, visitor, shop } = await opened(at);
    await pressed(visitor, "start");
    expect((await pressed(visitor, "resend")).headers.location).toBe(`${visitor.path}?r=too_early`);
    expect((await pressed(visitor, "leave", { reason: "left" })).status).toBe(303);
    expect((await shop.view(id)).status).toBe("abandoned");
  });

  it("takes each member of a form once", async () => {
    const { id, number, visitor, shop } = await opened(at);
    await pressed(visitor, "start");
    const { code } = await at.text(number);
    const { headers, ...call } = visitor.press("check");
    const body = `press=${field(await visitor.page())}&code=${code}&code=000000`;
    const form = { ...headers, "content-type": "application/x-www-form-urlencoded" };
    await visitor.ask({ ...call, headers: form, body });
    expect((await shop.view(id)).status).toBe("sent");
  });
});

describe("documents", () => {
  it("leave with a strict policy, a fresh nonce and no way into a cache or a frame", async () => {
    const { visitor } = await opened(at);
    const nonces = new Set<string>();
    const paths = ["/", visitor.path, visitor.path, `${visitor.path}?lang=de&r=wrong`, "/v/forged", "/v/%3Cscript%3E"];
    for (const path of paths) {
      const { headers, text } = await visitor.ask({ path });
      const policy = String(headers["content-security-policy"]);
      const nonce = /script-src 'self' 'nonce-([A-Za-z0-9+/=]{24})'/.exec(policy)?.[1] ?? "none";
      nonces.add(nonce);
      for (const part of [
        "default-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
      ])
        expect(policy).toContain(part);
      expect(policy).toContain(`form-action 'self' ${at.origins.shop("tindra")}`);
      expect(policy).not.toMatch(/unsafe|\*|data:|blob:/);
      expect([headers["cache-control"], headers["content-type"]]).toEqual(["no-store", "text/html; charset=UTF-8"]);
      expect([headers["x-content-type-options"], headers["referrer-policy"]]).toEqual(["nosniff", "same-origin"]);
      expect(headers["permissions-policy"]).toContain("otp-credentials=(self)");
      const marks = text.match(/<(?:script|style)\b[^>]*>/g) ?? [];
      expect(marks.length).toBeGreaterThan(1);
      for (const mark of marks) expect(mark).toContain(`nonce="${nonce}"`);
      expect(text).not.toMatch(/%(?:NONCE|APP|DATA|THEME|TITLE)%|<script>|\son\w+=/);
    }
    expect(nonces.size).toBe(paths.length);
  });

  it("show the order's text as text", async () => {
    const summary = `<img src=x onerror=alert(1)></script><!--'"&`;
    const { visitor } = await opened(at, "tindra", { summary, payee: "<b>&amp;" });
    const { text } = await visitor.page();
    expect(text).not.toMatch(/<img src=x|<b>&amp;|<\/script><!--/);
    expect(text).toContain("&lt;img src=x");
  });

  it("are answered by the Worker for every HTML file of the build, and never raw", async () => {
    const { visitor } = await opened(at);
    const built = readdirSync(join(ROOT, "dist"), { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".html"),
    );
    expect(built.length).toBeGreaterThan(0);
    for (const file of built) {
      const plain = `/${file}`;
      const spellings = [
        ...[
          plain,
          `/${plain}`,
          plain.replace("/index.html", ""),
          plain.replace("index.html", ""),
          plain.replace(".html", ""),
        ],
        ...[
          `/assets/..${plain}`,
          `/assets/%2e%2e${plain}`,
          `/assets/..%2f${file}`,
          `/assets/%2e%2e%2f${file}`,
          `/assets\\..\\${file}`,
        ],
        ...[
          plain.replace(".html", "%2ehtml"),
          plain.toUpperCase(),
          `${plain}?x=/assets/`,
          `/sw.js/..${plain}`,
          `/robots.txt/%2e%2e${plain}`,
        ],
      ];
      for (const path of spellings) {
        for (const host of [visitor.host, `127.0.0.1:${at.ports.worker}`]) {
          const answer = await exactly(at.ports.worker, bytes(at.ports.worker, { method: "GET", path, host }));
          expect([path, answer.status, /<html|%NONCE%/i.test(answer.text)]).toEqual([path, 404, false]);
        }
      }
    }
  });

  it("bring their own assets, with the headers of assets", async () => {
    const { visitor } = await opened(at);
    const { text, headers: page } = await visitor.page();
    const files = [...new Set(text.match(/\/assets\/[\w./-]+/g))];
    expect(files.length).toBeGreaterThan(1);
    for (const path of files) {
      const { status, headers } = await send(at.ports.worker, { host: visitor.host, path });
      expect([path, status]).toEqual([path, 200]);
      expect([path, headers["cache-control"]]).toEqual([
        path,
        path.includes("/brands/") ? "public, max-age=86400" : "public, max-age=31536000, immutable",
      ]);
      for (const name of EVERYWHERE) expect([path, name, headers[name]]).toEqual([path, name, page[name]]);
      expect([path, headers["content-security-policy"]]).toEqual([
        path,
        expect.stringContaining("frame-ancestors 'none'"),
      ]);
      const kept = { "if-none-match": String(headers.etag) };
      const same = await send(at.ports.worker, { host: visitor.host, path, headers: kept });
      expect([path, same.status, same.text]).toEqual([path, 304, ""]);
      for (const name of EVERYWHERE) expect([path, name, same.headers[name]]).toEqual([path, name, page[name]]);
    }
  });

  it("are not missing for a year where they are missing once, in the middle of a deployment", async () => {
    const { visitor } = await opened(at);
    for (const path of ["/assets/step-00000000.js", "/assets/brands/tindra/logo-v0.svg"]) {
      const { status, headers } = await send(at.ports.worker, { host: visitor.host, path });
      expect([path, status]).toEqual([path, 404]);
      expect(headers["cache-control"] ?? "").not.toContain("immutable");
    }
  });
});
