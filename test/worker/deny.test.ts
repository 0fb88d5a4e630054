import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Brand, brandOf } from "../../worker/brands/brand.ts";
import { config } from "../../worker/config.ts";
import app from "../../worker/index.ts";
import { createPace, networkOf } from "../../worker/routes/pace.ts";
import { askLink, numberLedger } from "../../worker/routes/reach.ts";
import { written } from "../../worker/routes/text.ts";
import type { ReservedSend } from "../../worker/verification/answers.ts";
import { freshDenyToken, isDenyToken } from "../../worker/verification/deny.ts";
import type { MasterKey } from "../../worker/verification/keys.ts";
import { linkToken, readLink } from "../../worker/verification/link.ts";
import { approved, fresh, opening, sent } from "./opened.ts";

// Ahead of the real clock, because alarms follow that one: none may fire by itself in the middle of a test.
const START = Date.UTC(2031, 5, 1, 12);
const MINUTE = 60_000;
const { digest } = opening();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
const masterOf = (brand: string) => config(env).secrets(brand)?.master[0] as MasterKey;
const deny = ({ stub }: ReturnType<typeof fresh>) => stub().deny("tindra");

describe("the token", () => {
  it("is eight letters without digits, vowels or l, and no two are alike", () => {
    const tokens = Array.from({ length: 2000 }, () => freshDenyToken(masterOf("tindra")));
    for (const token of tokens) expect(token).toMatch(/^[b-df-hjkmnp-tv-zB-DF-HJ-NP-TV-Z]{8}$/);
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(new Set(tokens.join("")).size).toBe(41);
  });

  it("carries a MAC of its brand: one forged token in some 1,681 passes", () => {
    const token = freshDenyToken(masterOf("tindra"));
    expect(isDenyToken([masterOf("tindra")], token)).toBe(true);
    expect(isDenyToken([masterOf("marisol"), masterOf("tindra")], token)).toBe(true);
    const others = Array.from({ length: 8000 }, () => freshDenyToken(masterOf("rimal")));
    const passing = others.filter((other) => isDenyToken([masterOf("tindra")], other));
    expect(passing.length).toBeLessThan(25);
    for (const other of ["", token.slice(1), `${token}b`, token.toLowerCase(), `${token.slice(0, 7)}a`, `${token}\n`]) {
      if (other !== token) expect(isDenyToken([masterOf("tindra")], other), other).toBe(false);
    }
  });

  it("is no step token, and no step token is one", () => {
    const { id } = fresh();
    const step = linkToken(masterOf("tindra"), "step link", id);
    const token = freshDenyToken(masterOf("tindra"));
    expect(isDenyToken([masterOf("tindra")], step)).toBe(false);
    expect(readLink([masterOf("tindra")], "step link", token)).toBeUndefined();
    expect(step).not.toContain(token);
  });
});

describe("denying", () => {
  it("stops a verification before its approval, once, and kills its code", async () => {
    const v = await sent();
    expect(await deny(v)).toMatchObject({ state: "stopped", amount: { value: 114900, currency: "NOK" } });
    const record = await v.record();
    expect(record).toMatchObject({ status: "denied", reason: "recipient_denied", sealed: null });
    expect(await deny(v)).toMatchObject({ state: "stopped" });
    expect(await v.record()).toEqual(record);
    expect((await v.guess(await v.code())).ok).toBe(false);
    expect(await v.stub().redeem("tindra", digest, "k", "jws")).toMatchObject({ problem: "VERIFICATION.ENDED" });
  });

  it("takes an approval back within two hours, redeemed or not, and asks for the order to be held", async () => {
    const waiting = await approved();
    expect(await deny(waiting)).toMatchObject({ state: "held" });
    expect(await waiting.stub().redeem("tindra", digest, "k", "jws")).toMatchObject({
      problem: "VERIFICATION.REVOKED",
    });
    const redeemed = await approved();
    expect(await redeemed.stub().redeem("tindra", digest, "k", "jws")).toMatchObject({ ok: true });
    later(120 * MINUTE - 1);
    expect(await deny(redeemed)).toMatchObject({ state: "held" });
    expect(await redeemed.record()).toMatchObject({ status: "revoked", reason: "recipient_denied" });
    // The very call that was answered before is refused as well: the order must not leave on a stored answer.
    expect(await redeemed.stub().redeem("tindra", digest, "k", "jws")).toMatchObject({
      problem: "VERIFICATION.REVOKED",
    });
  });

  it("does nothing after the hold window, for another brand, before an SMS left or after another end", async () => {
    const late = await approved();
    await late.stub().redeem("tindra", digest, "k", "jws");
    later(120 * MINUTE);
    expect(await deny(late)).toEqual({ state: "closed" });
    expect(await late.record()).toMatchObject({ status: "redeemed" });
    const foreign = await sent();
    expect(await foreign.stub().deny("marisol")).toEqual({ state: "closed" });
    expect(await foreign.record()).toMatchObject({ status: "sent" });
    const unsent = fresh();
    expect(await deny(unsent)).toEqual({ state: "closed" });
    await unsent.open();
    expect(await deny(unsent)).toEqual({ state: "closed" });
    const left = await sent();
    await left.stub().leave({ ...left.visitor, reason: "left" });
    expect(await deny(left)).toEqual({ state: "closed" });
  });

  it("tells what would happen without doing it", async () => {
    const v = await sent();
    const before = await v.record();
    expect(await v.stub().deniable("tindra")).toMatchObject({ state: "open", sentAt: START, locale: null });
    expect(await v.record()).toEqual(before);
  });

  it("by a reply looks at what may have been texted alone, however much was opened and left", async () => {
    const number = "AA-number-of-many";
    const ledger = numberLedger(env, number);
    const limits = { guesses: 1, sends: 1 };
    const used = { evaluated: 0, wrong: 0, right: false };
    for (let n = 0; n < 50; n += 1) {
      await ledger().lease(number, { id: `left-${n}`, brand: "tindra", limits });
      await ledger().settle(number, { id: `left-${n}`, ...used, sends: 0 });
    }
    for (const id of ["texted", "live"]) await ledger().lease(number, { id, brand: "tindra", limits });
    await ledger().settle(number, { id: "texted", ...used, sends: 1 });
    expect(await ledger().deniable(number, "tindra")).toEqual(["texted", "live"]);
  });

  it("announces the denial, and after an approval first that the order is to be held, each once", async () => {
    const told = async (v: Awaited<ReturnType<typeof sent>>) => {
      await runInDurableObject(v.object(), (instance) => {
        const { webhooks } = config(Reflect.get(instance, "env")).brands.tindra ?? { webhooks: [] };
        webhooks.splice(0, webhooks.length, { id: "test", url: "http://127.0.0.1:1/" });
      });
      await Promise.all(Array.from({ length: 20 }, () => deny(v)));
      return (await v.record()).outbox.slice(-2).map(({ type, seq }) => [type, seq]);
    };
    expect(await told(await sent())).toEqual([["verification.denied", 2]]);
    expect((await told(await approved())).map(([type]) => type)).toEqual([
      "order.hold_requested",
      "verification.revoked",
    ]);
    config(env).brands.tindra?.webhooks.splice(0);
  });
});

describe("denying at the same time as", () => {
  const rounds = Array.from({ length: 12 }, (_, i) => i);

  it("a right code ends as one after the other would", async () => {
    for (const round of rounds) {
      const v = await sent();
      const code = await v.code();
      const [first, second] = round % 2 ? [() => v.guess(code), () => deny(v)] : [() => deny(v), () => v.guess(code)];
      const outcomes = await Promise.all([first(), second()]);
      const guess = outcomes.find((one) => "ok" in one);
      const view = outcomes.find((one) => "state" in one && typeof one.state === "string");
      const { status, reason } = await v.record();
      const checkedFirst = [true, "held", "revoked", "recipient_denied"];
      const deniedFirst = [false, "stopped", "denied", "recipient_denied"];
      expect([checkedFirst, deniedFirst]).toContainEqual([
        guess && "ok" in guess && guess.ok,
        view?.state,
        status,
        reason,
      ]);
    }
  });

  it("a redemption leaves the order revoked, whoever was first", async () => {
    for (const round of rounds) {
      const v = await approved();
      const redeem = () => v.stub().redeem("tindra", digest, "k", "jws");
      const [redeemed, view] =
        round % 2 ? await Promise.all([redeem(), deny(v)]) : (await Promise.all([deny(v), redeem()])).reverse();
      expect(view).toMatchObject({ state: "held" });
      const record = await v.record();
      expect(record).toMatchObject({ status: "revoked", reason: "recipient_denied" });
      expect(record.redemption !== null).toBe((redeemed as { ok: boolean }).ok);
      expect(await redeem()).toMatchObject({ ok: false, problem: "VERIFICATION.REVOKED" });
    }
  });
});

describe("the page", () => {
  const origin = "http://tindra.localhost:8787";
  const call = (token: string, init: RequestInit = {}, bindings: object = env) =>
    app.fetch(new Request(`${origin}/d/${token}`, init), bindings as Env, createExecutionContext());
  const post = { method: "POST", headers: { origin } };
  /** A namespace that counts who reaches for it. */
  function trap() {
    const touched: string[] = [];
    const of = (name: string) =>
      new Proxy({}, { get: (_, method) => () => void touched.push(`${name}.${String(method)}`) });
    const names = ["VERIFICATION", "DENY_LINK", "ORDER_LEDGER", "CUSTOMER_LEDGER", "NUMBER_LEDGER", "BRAND_BOARD"];
    return { touched, bindings: { ...env, ...Object.fromEntries(names.map((name) => [name, of(name)])) } };
  }
  /** A verification whose SMS carried this link. */
  async function linked(brand = "tindra") {
    const v = await sent(brand);
    const token = freshDenyToken(masterOf(brand));
    expect(await askLink(env, token, (links, link) => links.point(link, { brand, verification: v.id }))).toBe(true);
    return { ...v, token };
  }

  it("touches no object for a token whose MAC is wrong", async () => {
    const { touched, bindings } = trap();
    const real = freshDenyToken(masterOf("tindra"));
    const flipped = real.slice(0, 7) + (real.endsWith("b") ? "c" : "b");
    for (const token of ["nothing", flipped, freshDenyToken(masterOf("marisol")), "..%2f", "%ff", "b".repeat(500)]) {
      if (isDenyToken([masterOf("tindra")], token)) continue;
      for (const init of [{}, post, { method: "HEAD" }]) {
        const answer = await call(token, init, bindings);
        expect([token, answer.status]).toEqual([token, 200]);
      }
    }
    expect(touched).toEqual([]);
    // The trap springs for a right one.
    expect((await call(real, {}, bindings)).status).toBe(503);
    expect(touched).not.toEqual([]);
  });

  it("is one and the same for forged, unknown, foreign and ended links, by GET and by POST", async () => {
    const foreign = await linked("marisol");
    const ended = await linked();
    await ended.stub().leave({ ...ended.visitor, reason: "left" });
    const theirs = freshDenyToken(masterOf("tindra"));
    await askLink(env, theirs, (links, link) => links.point(link, { brand: "marisol", verification: foreign.id }));
    const tokens = ["bcdfghjk", freshDenyToken(masterOf("tindra")), theirs, foreign.token, ended.token];
    const answers = await Promise.all(tokens.flatMap((token) => [call(token), call(token, post)]));
    const seen = await Promise.all(
      answers.map(async (answer) => [
        answer.status,
        answer.headers.get("content-security-policy"),
        await answer.text(),
      ]),
    );
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(String(seen[0]?.[2])).toContain("800 10 310");
  });

  it("changes nothing on GET and HEAD, and stops the order on POST from its own origin alone", async () => {
    const v = await linked();
    const before = await v.record();
    for (const init of [{}, { method: "HEAD" }, { headers: { "sec-purpose": "prefetch" } }]) {
      expect((await call(v.token, init)).status).toBe(200);
    }
    for (const headers of [
      {},
      { origin: "null" },
      { origin: "https://evil.example" },
      { origin: "http://marisol.localhost:8787" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "none" },
    ]) {
      expect((await call(v.token, { method: "POST", headers })).status).toBe(403);
    }
    expect(await v.record()).toEqual(before);
    const stopped = await call(v.token, { method: "POST", headers: { "sec-fetch-site": "same-origin" } });
    expect([stopped.status, await stopped.text()]).toEqual([200, expect.stringContaining("Vi har stoppet")]);
    expect(await v.record()).toMatchObject({ status: "denied" });
    expect(await (await call(v.token, post)).text()).toContain("Vi har stoppet");
  });

  it("gives a person a number to call when the objects cannot be reached", async () => {
    const v = await linked();
    const answer = await call(v.token, post, { ...env, VERIFICATION: trap().bindings.VERIFICATION });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("content-type")).toContain("text/html");
    expect(await answer.text()).toContain("tel:80010310");
  });
});

describe("a text with a link", () => {
  const brand = brandOf(config(env), "tindra") as Brand;
  const write = (id: string, denyToken: string, bindings: object = env) => {
    const send = { amount: { value: 1_149_000, currency: "NOK" }, category: "hardware", locale: "nb", denyToken };
    return written(bindings as Env, brand, id, send as ReservedSend, "482913");
  };
  const pointing = (point: () => Promise<boolean>) => ({ ...env, DENY_LINK: { getByName: () => ({ point }) } });

  it("goes out once the link leads to its verification, and again with a resend", async () => {
    const [{ id }, token] = [fresh(), freshDenyToken(masterOf("tindra"))];
    for (const _ of [1, 2]) {
      const { text, deny } = await write(id, token);
      expect([deny, text]).toEqual(["link", expect.stringContaining(` http://tindra.localhost:8787/d/${token}\n@`)]);
      expect(await askLink(env, token, (links, link) => links.target(link))).toEqual({
        brand: "tindra",
        verification: id,
      });
    }
  });

  it("goes out without it when the link leads elsewhere, fails or does not answer: the code never waits", async () => {
    const [{ id }, token] = [fresh(), freshDenyToken(masterOf("tindra"))];
    await askLink(env, token, (links, link) => links.point(link, { brand: "tindra", verification: fresh().id }));
    const answers = await Promise.all([
      write(id, token),
      write(
        id,
        token,
        pointing(() => Promise.reject(new Error("gone"))),
      ),
      write(
        id,
        token,
        pointing(() => new Promise(() => {})),
      ),
      write(id, ""),
    ]);
    for (const { text, deny } of answers) {
      expect(deny).toBeNull();
      expect(text).not.toContain("/d/");
      expect(text).toContain("482913 er din Tindra-kode");
    }
  });
});

describe("a brand's own deny host", () => {
  const { BRANDS } = env as unknown as { BRANDS: string };
  const brands = JSON.parse(BRANDS);
  const origin = "http://t.localhost:8787";
  brands.tindra.deny_origin = origin;
  const bindings = { ...env, BRANDS: JSON.stringify(brands) };
  const call = async (url: string, init: RequestInit = {}) =>
    app.fetch(new Request(url, init), bindings as unknown as Env, createExecutionContext());

  it("is in the link, serves that alone, and takes presses from itself alone", async () => {
    expect(brandOf(config(bindings), "tindra")?.denyOrigin).toBe(origin);
    expect((await call(`${origin}/d/bcdfghjk`)).headers.get("content-type")).toContain("text/html");
    for (const path of ["/", "/v/token", "/.well-known/jwks.json", "/v1/verifications"])
      expect([path, (await call(origin + path)).status]).toEqual([path, 404]);
    const post = (from: string, to: string) =>
      call(`${to}/d/bcdfghjk`, { method: "POST", headers: { origin: from } }).then(({ status }) => status);
    const step = "http://tindra.localhost:8787";
    expect(await Promise.all([post(origin, origin), post(step, step)])).toEqual([200, 200]);
    expect(await Promise.all([post(step, origin), post(origin, step)])).toEqual([403, 403]);
  });
});

describe("misses", () => {
  it("make a network wait, but no link of its that leads somewhere", async () => {
    const headers = { "cf-connecting-ip": "203.0.113.9" };
    const call = (token: string, ip = headers) =>
      app.fetch(
        new Request(`http://tindra.localhost:8787/d/${token}`, { headers: ip }),
        env,
        createExecutionContext(),
      ) as Promise<Response>;
    await Promise.all(Array.from({ length: 20 }, () => call("bcdfghjk")));
    const slow = call("bcdfghjk").then(() => "slow");
    const v = await sent();
    const token = freshDenyToken(masterOf("tindra"));
    await askLink(env, token, (links, link) => links.point(link, { brand: "tindra", verification: v.id }));
    const known = call(token).then(() => "known");
    const other = call("bcdfghjk", { "cf-connecting-ip": "198.51.100.9" }).then(() => "other");
    expect([await Promise.race([slow, known]), await Promise.race([slow, other])]).toEqual(["known", "other"]);
    await slow;
  });

  it("are slowed beyond twenty of one network in ten minutes, and no other network's", () => {
    const missed = createPace();
    const many = (n: number, network: string, at: number) => Array.from({ length: n }, () => missed(network, at));
    expect(many(20, "192.0.2", START)).not.toContain(true);
    expect(missed("192.0.2", START + 9 * MINUTE)).toBe(true);
    expect(missed("198.51.100", START)).toBe(false);
    expect(missed("192.0.2", START + 10 * MINUTE)).toBe(false);
  });

  it.each([
    ["192.0.2.7", "192.0.2"],
    ["::ffff:192.0.2.7", "192.0.2"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:0db8:0001:0002::9", "2001:db8:1:2"],
    ["2001:db8::9", "2001:db8:0:0"],
    ["::1", undefined],
    ["127.0.0.1", undefined],
    ["", undefined],
    ["unknown", undefined],
  ])("count %s as %s", (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });
});
