/** Marked numbers, codes, customers and keys go through everything that happens; afterwards they are nowhere (F9, I8). */
import { randomUUID } from "node:crypto";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VerificationView } from "../../worker/contract.ts";
import { type Clients, clients, read, send } from "../http/client.ts";
import { browser, wrongCodes } from "../http/step.ts";
import { API_KEYS, AUTHORITY, BRANDS, type BrandId, GATEWAY } from "../standins/secrets.ts";
import { type Local, startLocal } from "../standins/start.ts";
import { files, found, type Ground, type Mark } from "./hunt.ts";
import { type Tap, tapped } from "./tap.ts";

const data = mkdtempSync(join(tmpdir(), "ringfence-leaks-"));
const log = join(data, "worker.log");
const marks = new Map<string, Mark>();
/** Tokens of links and cookies: they have their places, the log is none. */
const tokens = new Map<string, Mark>();
const cookies = new Map<string, Mark>();
let local: Local;
let tap: Tap;
let at: Clients;

beforeAll(async () => {
  writeFileSync(log, "");
  local = await startLocal({ data, ports: 0, quiet: true, log });
  tap = await tapped(local.ports.worker);
  at = clients({ ...local.ports, worker: tap.port });
  for (const brand of BRANDS) {
    mark("api key", API_KEYS[brand]);
    mark("gateway token", GATEWAY[brand].auth_token);
    mark("authority secret", AUTHORITY[brand].client_secret);
  }
});
afterAll(async () => {
  await tap?.close();
  await local?.stop();
  rmSync(data, { recursive: true, force: true });
});

function mark(name: string, value: string, into = marks) {
  into.set(value, { name, value, ...(/^\d{6,8}$/.test(value) && { digits: true }) });
}

/** A customer whose every detail is marked, with a verification opened by the order system in their name. */
async function marked(brand: BrandId = "tindra", change: Record<string, unknown> = {}) {
  const { ref, number } = await at.customer(brand, change);
  const { auth_token } = await at.control<{ auth_token: string }>("GET", `/customers/${brand}/${ref}`);
  mark("customer", ref);
  mark("number", number);
  mark("auth token", auth_token);
  const order = at.order(brand);
  const shop = at.shop(brand);
  const request = at.opening(brand, ref, order);
  const open = () => shop.post("", { ...request, customer: { ref, auth_token } });
  return { ref, number, order, shop, open, brand };
}

/** The same with the step open in a browser; its link and cookie are marked for the log. */
async function atStep(brand: BrandId = "tindra") {
  const known = await marked(brand);
  const { id, url } = read<VerificationView>(await known.open());
  const visitor = browser(at, url ?? "");
  mark("step token", visitor.path.slice(3), tokens);
  return { ...known, id, visitor };
}

async function texted(brand: BrandId = "tindra") {
  const known = await atStep(brand);
  await known.visitor.page();
  await known.visitor.post("start");
  const { code, body } = await at.text(known.number);
  mark("code", code);
  mark("cookie", known.visitor.jar.cookie?.split("=")[1] ?? "no cookie was set", cookies);
  const deny = /\/d\/([A-Za-z]{8})\b/.exec(body)?.[1];
  if (deny) mark("deny token", deny, tokens);
  return { ...known, code, deny };
}

/** Where nothing may be: what was printed, stored and answered. The dev server's own lines of requests are not ours. */
function printed(): Buffer {
  const ours = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => !/^\[wrangler:info\] [A-Z]+ \//.test(line));
  return Buffer.from(ours.join("\n"));
}
const grounds = (): Ground => new Map([...files(join(data, "worker")), ["log", printed()], ["answers", tap.answers()]]);

describe("a leak hunt", () => {
  it("follows orders that are proven, guessed at, denied, left, withdrawn, exported and erased", async () => {
    for (const brand of BRANDS) {
      const { id, visitor, code, order, shop } = await texted(brand);
      for (const wrong of wrongCodes(code, 2)) {
        mark("guess", wrong);
        await visitor.check(wrong);
      }
      expect((await visitor.check(code)).status).toBe(200);
      expect((await shop.post(`/${id}/redeem`, { order })).status).toBe(200);
      await shop.get(`?order_id=${order.id}`);
    }
    const failed = await texted();
    for (const wrong of wrongCodes(failed.code, 5)) await failed.visitor.check(wrong);
    expect((await failed.shop.view(failed.id)).status).toBe("failed");
    const left = await texted();
    await left.visitor.post("leave", { reason: "no_access_to_number" });
    const plain = await texted();
    await plain.visitor.form("check", { code: wrongCodes(plain.code, 1)[0] ?? "", press: randomUUID() });
    const canceled = await texted();
    await canceled.shop.post(`/${canceled.id}/cancel`, { reason: "the shop's words" });
    const denied = await texted();
    const { host, origin } = new URL(`http://${denied.visitor.host}`);
    for (const method of ["GET", "POST"])
      await send(tap.port, { host, path: `/d/${denied.deny}`, method, headers: { origin } });
    expect((await denied.shop.view(denied.id)).status).toBe("denied");
    const blocked = await marked("tindra", { updated_at: Math.floor(Date.now() / 1000) - 60 });
    expect(read<VerificationView>(await blocked.open()).status).toBe("blocked");
    const key = API_KEYS.tindra;
    for (const path of ["/v1/exports", "/v1/erasures"]) {
      const subject = { subject: { customer_ref: path.endsWith("s") ? failed.ref : left.ref } };
      expect((await v1(path, subject, key)).status).toBeLessThan(300);
    }
    const unlock = { customer: { ref: failed.ref }, reason: "asked at the desk" };
    expect((await v1("/v1/customers/unlock", unlock, key)).status).toBe(200);
  });

  it("follows gateways and authorities that fail, and quote what they were asked", async () => {
    for (const mode of ["500", "503", "429", "401", "malformed", "error_body", "close", "huge"]) {
      await at.control("PUT", "/faults", { part: "gateway", mode });
      const { visitor } = await atStep();
      await visitor.post("start");
    }
    await at.control("PUT", "/faults", { mode: "ok" });
    for (const [part, mode] of [
      ["userinfo", "500"],
      ["userinfo", "malformed"],
      ["userinfo", "wrong_subject"],
      ["token", "malformed"],
      ["discovery", "malformed"],
    ]) {
      await at.control("PUT", "/faults", { part, mode });
      await (await marked()).open();
      await at.control("PUT", "/faults", { mode: "ok" });
    }
  });

  it("follows requests that are malformed, with marked values where they do not belong", async () => {
    const { number, ref } = await marked();
    const secret = `${number.slice(1)}-zq7-${randomUUID()}`;
    mark("malformed", secret);
    const authorization = `Bearer ${API_KEYS.tindra}`;
    const json = { "content-type": "application/json", "idempotency-key": randomUUID() };
    const order = at.order("tindra");
    const opening = at.opening("tindra", ref, order);
    const bodies = [
      `{"customer": {"ref": "${secret}"`,
      JSON.stringify({ ...opening, phone: number }),
      JSON.stringify({ ...opening, [secret]: number }),
      JSON.stringify({ ...opening, order: { ...order, payee: `${secret}\u0000` } }),
      JSON.stringify({ ...opening, customer: { ref: `${secret} ${number}` } }),
      JSON.stringify({ subject: { phone: number } }),
      secret.repeat(400),
    ];
    for (const path of ["/v1/verifications", "/v1/erasures", "/v1/exports", "/v1/customers/unlock"]) {
      for (const body of bodies)
        await send(tap.port, { method: "POST", path, headers: { authorization, ...json }, body });
    }
    const heads = {
      authorization: `Bearer ${secret}`,
      cookie: `a=${secret}`,
      "x-forwarded-for": secret,
      "user-agent": secret,
    };
    for (const path of ["/v1/verifications", "/v1/exports"])
      await send(tap.port, { method: "POST", path, headers: { ...heads, ...json }, body: bodies[0] ?? "" });
    const { visitor, code } = await texted();
    for (const typed of [`${code}0000`, ` ${code}`, number, [code], Number(code), { code }])
      await visitor.post("check", { code: typed });
    await visitor.form("check", { code: `${code} ${number}`, press: secret });
    await send(tap.port, { host: `${secret.slice(0, 40)}.example`, path: "/v/x", headers: heads });
  });

  it("finds no code, number, customer, key or auth token in anything printed, stored or answered", async () => {
    expect(marks.size).toBeGreaterThan(60);
    expect(found([...marks.values()], grounds())).toEqual([]);
  });

  it("finds no link and no cookie in the log, and the cookie in no storage", async () => {
    expect(tokens.size).toBeGreaterThan(10);
    expect(found([...tokens.values(), ...cookies.values()], new Map([["log", printed()]]))).toEqual([]);
    expect(found([...cookies.values()], files(join(data, "worker")))).toEqual([]);
    const answers = tap
      .answers()
      .toString("latin1")
      .replaceAll(/^set-cookie: .*$/gim, "");
    expect(found([...cookies.values()], new Map([["answers", Buffer.from(answers, "latin1")]]))).toEqual([]);
  });

  it("finds nothing of an erased customer's order either", async () => {
    const gone = await texted();
    await gone.visitor.check(gone.code);
    expect((await gone.shop.view(gone.id)).status).toBe("approved");
    expect((await v1("/v1/erasures", { subject: { customer_ref: gone.ref } }, API_KEYS.tindra)).status).toBe(201);
    const trace: Mark[] = [{ name: "order", value: gone.order.id }];
    // The log's write-ahead file is the recovery tail that the receipt speaks of; the platform lets go of it in time.
    const live = [...files(join(data, "worker"))].filter(([path]) => !/BrandBoard.*-wal$/.test(path));
    expect(found(trace, new Map(live))).toEqual([]);
    const kept = await texted();
    expect(found([{ name: "order", value: kept.order.id }], files(join(data, "worker")))).not.toEqual([]);
  });

  it("has seen its fault: each form is found in a file, a log line and an answer", async () => {
    const number = "+4792345678";
    const seeds = {
      raw: number,
      "without plus": "a4792345678b",
      address: encodeURIComponent(number),
      base64: Buffer.from(number).toString("base64"),
      "base64, one further": Buffer.from(`x${number}y`).toString("base64"),
      "base64, two further": Buffer.from(`xx${number}yy`).toString("base64"),
      base64url: Buffer.from(`{"to":"${number}"}`).toString("base64url"),
      hex: Buffer.from(number).toString("hex"),
      reversed: "876543297",
    };
    const file = join(data, "worker", "seeded.sqlite-wal");
    for (const [name, seed] of Object.entries(seeds)) {
      writeFileSync(file, `\0\u0001${seed}\u0002`);
      expect(found([{ name, value: number }], files(join(data, "worker"))).length, name).toBeGreaterThan(0);
    }
    rmSync(file);
    appendFileSync(log, 'code sent: "482913"\n');
    expect(found([{ name: "code", value: "482913", digits: true }], grounds())).not.toEqual([]);
    expect(
      found([{ name: "code", value: "482913", digits: true }], new Map([["time", Buffer.from("1482913000")]])),
    ).toEqual([]);
    const code = { name: "code", value: "482913", digits: true };
    const hash = `${"a".repeat(30)}482913${"b".repeat(28)}`;
    expect(found([code], new Map([["hash", Buffer.from(hash)]]))).toEqual([]);
    expect(found([code], new Map([["hash and code", Buffer.from(`${hash}482913`)]]))).not.toEqual([]);
    // What must be there is there: neither ground is empty.
    for (const event of ["privacy.erased", "privacy.exported", "customer.unlocked"])
      expect(printed().toString()).toContain(event);
    const [link] = [...tokens.values()];
    expect(found([link as Mark], new Map([["answers", tap.answers()]]))).not.toEqual([]);
  });
});

function v1(path: string, body: unknown, key: string) {
  const headers = {
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    "idempotency-key": randomUUID(),
  };
  return send(tap.port, { method: "POST", path, headers, body: JSON.stringify(body) });
}
