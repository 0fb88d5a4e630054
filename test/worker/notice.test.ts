/** The SMS that tells the holder of a number that its codes were guessed at: when it leaves, how often, and what it leaves behind. */
import { createExecutionContext, runInDurableObject, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Brand, brandOf } from "../../worker/brands/brand.ts";
import { type BrandSecrets, config } from "../../worker/config.ts";
import app from "../../worker/index.ts";
import { leaseFor } from "../../worker/routes/lease.ts";
import { numberName } from "../../worker/routes/names.ts";
import { textNotice } from "../../worker/routes/notice.ts";
import { numberLedger } from "../../worker/routes/reach.ts";
import { visitorOf } from "../../worker/routes/visitor.ts";
import type { FailureNotice } from "../../worker/verification/answers.ts";
import type { MasterKey } from "../../worker/verification/keys.ts";
import { linkToken } from "../../worker/verification/link.ts";
import { seal } from "../../worker/verification/seal.ts";
import { shardOf } from "../../worker/verification/settlement.ts";
import { fresh, opening, press } from "./opened.ts";

const START = Date.UTC(2031, 5, 1, 12);
const DAY = 86_400_000;
const COOKIE = `__Host-ringfence=${"c".repeat(43)}`;
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

/** What the gateway was asked, and what it does. */
let texts: Record<string, string>[];
let gateway: () => Response | Promise<Response>;
const accepted = () => Response.json({ sid: `SM${"0".repeat(32)}`, status: "queued" }, { status: 201 });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  texts = [];
  gateway = accepted;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url, init) => {
    if (!String(url).endsWith("/Messages.json")) return new Response(null, { status: 204 });
    texts.push(Object.fromEntries(new URLSearchParams(String(init?.body))));
    return gateway();
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

let numbers = 0;
/** A number nobody else has. */
function fromNorway(): string {
  numbers += 1;
  return `+4798${String(numbers).padStart(6, "0")}`;
}

type BrandId = "tindra" | "marisol" | "rimal";
const brandNamed = (id: BrandId) => brandOf(config(env), id) as Brand;
const masterOf = (id: BrandId) => config(env).secrets(id)?.master[0] as MasterKey;

/** A step of a new customer who has this number, with the code on the phone; `check` guesses through the Worker. */
async function guessing(number: string, brand: BrandId = "tindra", at: object = env) {
  const v = fresh(brand);
  const pack = brandNamed(brand).pack;
  const names = { customer: `${shard}${v.id}`, number: await numberName(env, number) };
  const { budget } = await leaseFor(env, names, { id: v.id, brand: pack, order: "order", asks: true });
  const sealed = await seal(masterOf(brand), v.id, number);
  await v.open({ budget, leases: names, number: { ...opening().number, sealed } });
  const { visitor } = visitorOf(new Headers({ cookie: COOKIE }), { brand, id: v.id });
  const send = { kind: "start", press: press(), framed: false, locale: null, denyToken: "bcdfghjk" } as const;
  await v.stub().reserveSend({ ...visitor, ...send });
  await v.settle(1, "accepted");
  const origin = `http://${brand}.localhost:8787`;
  const url = `${origin}/v/${linkToken(masterOf(brand), "step link", v.id)}/check`;
  const headers = { "content-type": "application/json", cookie: COOKIE, origin };
  const wrong = await v.wrong();
  /** One guess, and everything that goes on after its answer. */
  const check = async (code = wrong, name = press()) => {
    const ctx = createExecutionContext();
    const init = { method: "POST", headers: { ...headers, "idempotency-key": name }, body: JSON.stringify({ code }) };
    const answer = await app.fetch(new Request(url, init), at as Env, ctx);
    return { status: answer.status, text: await answer.text(), done: () => waitOnExecutionContext(ctx) };
  };
  /** All the guesses there are. */
  const fail = async () => {
    for (let n = 0; n < 5; n += 1) await (await check()).done();
  };
  const guess = (name: string) => v.stub().check({ ...visitor, press: name, code: wrong, entry: "typed" });
  return { ...v, row: names.number, sealed, granted: budget, check, fail, guess };
}
/** Names of one shard's rows, so that no ledger is started anew for each test. */
const shard = "AAAA";

/** The row of a number as its ledger keeps it. */
const kept = (row: string) =>
  runInDurableObject(env.NUMBER_LEDGER.getByName(shardOf(row)) as unknown as DurableObjectStub, (_, { storage }) =>
    JSON.stringify(storage.sql.exec("SELECT row FROM rows WHERE id = ?", row).toArray()),
  );

/** Uses so many of the number's sends up, in another verification. */
async function used(number: string, sends: number): Promise<void> {
  const row = await numberName(env, number);
  const limits = { guesses: 1, sends };
  await numberLedger(env, row)().lease(row, { id: `earlier-${row}`, brand: "tindra", limits });
  const usage = { id: `earlier-${row}`, evaluated: 0, wrong: 0, right: false, sends };
  await numberLedger(env, row)().settle(row, usage);
}

describe("the holder of a number", () => {
  it("is told once, after the last wrong guess and not before, whatever is pressed then", async () => {
    const number = fromNorway();
    const v = await guessing(number);
    const [wrong, last] = [await v.wrong(), press()];
    for (let n = 0; n < 4; n += 1) await (await v.check()).done();
    expect(texts).toEqual([]);
    await (await v.check(wrong, last)).done();
    expect(texts).toEqual([
      {
        To: number,
        From: "Tindra",
        Body: "Tindra-bestilling ikke godkjent: Noen tastet feil koder. Ikke deg? Ring 800 10 310.",
        ValidityPeriod: "14400",
      },
    ]);
    for (const name of [last, press()]) await (await v.check(wrong, name)).done();
    expect(texts).toHaveLength(1);
  });

  it("is told in the language the shopper's code came in", async () => {
    const v = await guessing(fromNorway(), "rimal");
    await v.fail();
    expect(texts.map(({ Body }) => Body)).toEqual(["لم يعتمد طلب Rimal: أدخلت رموز خاطئة. لست أنت؟ 800\u00a00310."]);
  });

  it("is told nothing where the last guess was right", async () => {
    const v = await guessing(fromNorway());
    for (let n = 0; n < 4; n += 1) await (await v.check()).done();
    expect((await v.check(await v.code())).status).toBe(200);
    expect(texts).toEqual([]);
  });

  it("is told once in 24 hours by whichever brand, and again after them", async () => {
    const number = fromNorway();
    await (await guessing(number)).fail();
    expect(texts).toHaveLength(1);
    later(1_000);
    await (await guessing(number, "marisol")).fail();
    expect(texts).toHaveLength(1);
    later(DAY - 2_000);
    await (await guessing(number, "rimal")).fail();
    expect(texts).toHaveLength(1);
    later(1_000);
    await (await guessing(number)).fail();
    expect(texts).toHaveLength(2);
  });

  it("is told whatever other numbers were told that day", async () => {
    await (await guessing(fromNorway())).fail();
    await (await guessing(fromNorway())).fail();
    expect(texts).toHaveLength(2);
  });
});

describe("a notice", () => {
  it("is counted as one of the number's sends, out of those that its own verification leaves", async () => {
    const number = fromNorway();
    await used(number, 7);
    const v = await guessing(number);
    expect(v.granted).toMatchObject({ sends: 3 });
    await v.fail();
    expect(texts).toHaveLength(1);
    const next = await guessing(number);
    expect(next.granted, "7 before, a code and a notice").toMatchObject({ ok: true, sends: 1 });
  });

  it("is not sent where none is left", async () => {
    const number = fromNorway();
    await used(number, 9);
    const v = await guessing(number);
    await v.fail();
    expect(await v.record()).toMatchObject({ status: "failed" });
    expect(texts).toEqual([]);
  });

  it("is counted before it leaves: an answer that is lost costs it, and nobody asks again", async () => {
    const number = fromNorway();
    const v = await guessing(number);
    for (let n = 0; n < 4; n += 1) await v.guess(press());
    const last = press();
    const told = (await v.guess(last)) as { notice: FailureNotice };
    const { row, used: usage } = told.notice;
    expect(await v.guess(last)).toEqual({ ...told, notice: undefined });
    expect(await numberLedger(env, row)().notice(row, usage)).toBe(true);
    const secrets = config(env).secrets("tindra") as BrandSecrets;
    await textNotice({ env, brand: brandNamed("tindra"), secrets, correlator: "c", id: v.id }, told.notice);
    expect(texts).toEqual([]);
  });

  it("follows a number whose row was renamed meanwhile", async () => {
    const number = fromNorway();
    const v = await guessing(number);
    const to = `${shard}${v.row}`;
    await numberLedger(env, v.row)().handOver(v.row, to);
    await v.fail();
    expect(texts).toHaveLength(1);
    expect([await kept(v.row), await kept(to)].map((row) => row.includes('\\"notice\\"'))).toEqual([false, true]);
  });

  it("is not sent for a number that its ledger does not know", async () => {
    const usage = { id: "ver", evaluated: 5, wrong: 5, right: false, sends: 1 };
    expect(await numberLedger(env, `${shard}nobody`)().notice(`${shard}nobody`, usage)).toBe(false);
    expect(await kept(`${shard}nobody`)).toBe("[]");
  });

  it("is not sent on a day on which the brand can afford no text", async () => {
    const BRAND_BOARD = { getByName: () => ({ admitSend: async () => "stop" }) };
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await (await guessing(fromNorway(), "tindra", { ...env, BRAND_BOARD })).fail();
    expect(texts).toEqual([]);
  });

  it("is left to a brand that tells its customers itself, and then not counted", async () => {
    const v = await guessing(fromNorway());
    for (let n = 0; n < 4; n += 1) await v.guess(press());
    const { notice } = (await v.guess(press())) as { notice: FailureNotice };
    const tindra = brandNamed("tindra");
    const policy = { ...tindra.pack.policy, notice: false };
    const secrets = config(env).secrets("tindra") as BrandSecrets;
    const asked = { env, secrets, correlator: "c", id: v.id };
    await textNotice({ ...asked, brand: { ...tindra, pack: { ...tindra.pack, policy } } }, notice);
    expect([texts, (await kept(v.row)).includes("notice")]).toEqual([[], false]);
    await textNotice({ ...asked, brand: tindra }, notice);
    expect(texts).toHaveLength(1);
  });
});

describe("the shopper's answer", () => {
  const FACE = /^\{"type":"[^"]+","title":"[^"]+","status":409,/;

  it.each<[string, () => Response | Promise<Response>]>([
    ["refuses", () => new Response("{}", { status: 503 })],
    ["cannot be reached", () => Promise.reject(new TypeError("fetch failed"))],
    ["answers nonsense", () => new Response("<html>")],
  ])("is the same, and nothing is tried again, where the gateway %s", async (_, answers) => {
    gateway = answers;
    const number = fromNorway();
    const v = await guessing(number);
    for (let n = 0; n < 4; n += 1) await v.check();
    const answer = await v.check();
    await answer.done();
    expect([answer.status, texts.length]).toEqual([409, 1]);
    expect(answer.text).toMatch(FACE);
    later(60_000);
    await (await guessing(number)).fail();
    expect(texts).toHaveLength(1);
  });

  it("does not wait for the gateway", async () => {
    const arrives = Promise.withResolvers<Response>();
    gateway = () => arrives.promise;
    const v = await guessing(fromNorway());
    for (let n = 0; n < 4; n += 1) await v.check();
    const { status, done } = await v.check();
    expect(status).toBe(409);
    await vi.waitUntil(() => texts.length === 1);
    arrives.resolve(accepted());
    await done();
  });

  it("is the same where the number's ledger is down, and nothing is sent", async () => {
    const down = () => {
      throw new Error("down");
    };
    const v = await guessing(fromNorway(), "tindra", { ...env, NUMBER_LEDGER: { getByName: down } });
    for (let n = 0; n < 4; n += 1) await v.check();
    const { status, text, done } = await v.check();
    await done();
    expect([status, texts]).toEqual([409, []]);
    expect(text).toMatch(FACE);
  });

  it("has the face of every later one: nothing of the number, of its row or of its key", async () => {
    const number = fromNorway();
    const v = await guessing(number);
    const said: { status: number; text: string }[] = [];
    for (let n = 0; n < 6; n += 1) {
      const { status, text, done } = await v.check();
      await done();
      said.push({ status, text: text.replace(/(?<="server_now":")[^"]+/, "…") });
    }
    expect(said[4]).toEqual(said[5]);
    for (const { text } of said)
      for (const secret of [number, number.slice(4), v.sealed, v.row, "local-1", "notice"])
        expect(text).not.toContain(secret);
  });
});

describe("what stays behind", () => {
  it("is no number, sealed or not, in the object or in the ledger", async () => {
    const number = fromNorway();
    const v = await guessing(number);
    const stored = () =>
      runInDurableObject(v.object() as DurableObjectStub, (_, { storage }) => JSON.stringify([...storage.kv.list()]));
    for (let n = 0; n < 4; n += 1) await (await v.check()).done();
    expect(await stored()).toContain(v.sealed);
    await (await v.check()).done();
    expect(texts).toHaveLength(1);
    for (const bytes of [await stored(), await kept(v.row)])
      for (const secret of [v.sealed, number, number.slice(4)]) expect(bytes).not.toContain(secret);
    expect(await v.record()).toMatchObject({ status: "failed", sealed: null, sends: [{ ordinal: 1 }] });
  });

  it("is not a word in the log", async () => {
    const lines = (["log", "info", "warn", "error"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => undefined),
    );
    gateway = () => Promise.reject(new TypeError("fetch failed"));
    await (await guessing(fromNorway())).fail();
    expect(texts).toHaveLength(1);
    expect(lines.flatMap(({ mock }) => mock.calls)).toEqual([]);
  });
});
