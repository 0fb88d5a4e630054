/** F16: the disk below workerd is really full, and there is room again; nothing that was answered is lost in between. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { platform } from "../bench/platform.ts";
import { started, type Workerd } from "../bench/workerd.ts";
import { type Answer, type Clients, clients, problemOf, read } from "../http/client.ts";
import { approved, opened, sent, wrongCodes } from "../http/step.ts";
import { startStandins } from "../standins/system.ts";
import { type Disk, disk, type Kind, kinds } from "./disk.ts";
import { planned } from "./stormworker.ts";

const LINUX = process.platform === "linux";
/** The best one there is; `DISK=limit` takes the other. */
const KINDS: Kind[] = LINUX ? kinds(process.env.DISK).slice(0, 1) : [];
/** Room for some of what twelve shoppers do at once, and not for all of it. */
const LITTLE: Record<Kind, number> = { tmpfs: 400_000, limit: 70_000 };
const SHOPPERS = 12;

// Elsewhere all of this is skipped; a Linux that offers neither way fails.
it.runIf(LINUX)("a disk can be filled here: by a namespace of one's own, or by a limit on files", () => {
  expect(KINDS).not.toEqual([]);
});

const refused = (answers: Answer[]) => answers.map((answer) => [answer.status, problemOf(answer)]);
const REFUSED = [503, "SERVICE.UNAVAILABLE"];
/** One after the other, as a person does it. */
const each = async <T>(all: T[], act: (one: T, i: number) => Promise<Answer>) => {
  const answers: Answer[] = [];
  for (const [i, one] of all.entries()) answers.push(await act(one, i));
  return answers;
};

describe.each(KINDS)("a disk that is full (%s)", (kind) => {
  const data = mkdtempSync(join(tmpdir(), "ringfence-disk-"));
  let full: Disk;
  let worker: Workerd;
  let stopStandins: () => Promise<void>;
  let at: Clients;

  beforeAll(async () => {
    const { ports, ...options } = await platform();
    const plan = await planned(data, ports, options);
    full = disk(kind, data, join(data, "worker", "v3", "do"));
    stopStandins = await startStandins(data, ports);
    process.env.MINIFLARE_WORKERD_PATH = full.workerd;
    // No endpoints, so no alarms: an object whose alarm the full disk cut off is broken to workerd until it was idle.
    const { BRANDS } = options.real.bindings as { BRANDS: string };
    const bindings = { ...(plan.options.bindings as object), BRANDS };
    worker = await started(plan.port, plan.modules, { ...plan.options, bindings });
    at = clients(ports);
  }, 60_000);
  afterAll(async () => {
    delete process.env.MINIFLARE_WORKERD_PATH;
    await worker?.stop();
    await stopStandins?.();
    rmSync(data, { recursive: true, force: true });
  });

  it("refuses with 503 all that would have to be written down, and takes it once there is room", async () => {
    const [guessed, right, waiting, bought] = await Promise.all([sent(at), sent(at), opened(at), approved(at)]);
    const wrong = wrongCodes(guessed.code, 5);
    expect(problemOf(await guessed.visitor.check(wrong[0] ?? "", "guess-no-0"))).toBe("VERIFICATION.CODE_WRONG");
    const { ref, number } = await at.customer("tindra");
    const next = at.opening("tindra", ref);
    const all = async () => [
      await guessed.visitor.check(wrong[1] ?? "", "guess-no-1"),
      await right.visitor.check(right.code, "right-code"),
      await waiting.visitor.post("start", {}, "start-press"),
      await bought.shop.post(`/${bought.id}/redeem`, { order: bought.order }, "redeem-key"),
      await at.shop("tindra").post("", next, "create-key"),
    ];
    full.fill();
    // However often: what cannot be counted is not evaluated.
    for (const _ of [1, 2, 3]) expect(refused(await all())).toEqual(Array(5).fill(REFUSED));
    expect([await at.texts(waiting.number), await at.texts(number)]).toEqual([0, 0]);
    full.free();

    expect(await guessed.shop.view(guessed.id)).toMatchObject({ status: "sent", attempts: 1 });
    expect((await right.shop.view(right.id)).status).toBe("sent");
    expect((await bought.shop.view(bought.id)).status).toBe("approved");
    const [second, ...others] = await all();
    expect(problemOf(second as Answer)).toBe("VERIFICATION.CODE_WRONG");
    expect(others.map(({ status }) => status)).toEqual([200, 200, 200, 201]);
    expect(await at.texts(waiting.number)).toBe(1);
    for (const [i, code] of wrong.slice(2).entries()) await guessed.visitor.check(code, `guess-no-${i + 2}`);
    expect(await guessed.shop.view(guessed.id)).toMatchObject({ status: "failed", attempts: 5 });
  });

  it("while a text is on its way has counted it, and sends no second one for the same press", async () => {
    const { id, number, shop, visitor } = await opened(at);
    visitor.jar.cookie = `__Host-ringfence=${"c".repeat(43)}`;
    await at.control("PUT", "/faults", { part: "gateway", brand: "tindra", mode: "hang_delivered" });
    const start = visitor.post("start", {}, "start-press");
    await at.text(number);
    full.fill();
    expect(refused([await start])).toEqual([REFUSED]);
    full.free();
    await at.control("PUT", "/faults", { mode: "ok" });
    expect([(await shop.view(id)).sends, await at.texts(number)]).toEqual([1, 1]);
    expect((await visitor.post("start", {}, "start-press")).status).toBe(200);
    expect(await at.texts(number)).toBe(1);
  });

  it("in the middle of what shoppers do keeps each answer it gave, and counts each text that left", async () => {
    const proving = await Promise.all(Array.from({ length: SHOPPERS }, () => sent(at)));
    const starting = await Promise.all(Array.from({ length: SHOPPERS }, () => opened(at)));
    for (const [i, { visitor }] of starting.entries())
      visitor.jar.cookie = `__Host-ringfence=${String(i).padStart(43, "c")}`;
    full.fill(LITTLE[kind]);
    const [wrongs, starts] = await Promise.all([
      Promise.all(
        proving.map(({ visitor, code }) =>
          each(wrongCodes(code, 3), (wrong, i) => visitor.check(wrong, `guess-no-${i}`)),
        ),
      ),
      Promise.all(starting.map(({ visitor }) => visitor.post("start", {}, "start-press"))),
    ]);
    const rights = await Promise.all(proving.map(({ visitor, code }) => visitor.check(code, "right-code")));
    const answers = [...wrongs.flat(), ...starts, ...rights];
    full.free();

    const known = answers.filter(({ status }) => status < 500);
    expect(known.length, "there was room for some").toBeGreaterThan(0);
    expect(known.length, "and not for all").toBeLessThan(answers.length);
    const others = answers.filter(({ status }) => status >= 500);
    expect(refused(others)).toEqual(Array(others.length).fill(REFUSED));
    for (const [i, { id, shop, visitor, code, order }] of proving.entries()) {
      const told = wrongs[i]?.filter((answer) => problemOf(answer) === "VERIFICATION.CODE_WRONG").length ?? 0;
      const right = rights[i]?.status === 200;
      const { status, attempts } = await shop.view(id);
      // The answer may be lost, never what it said.
      expect(attempts, "guesses evaluated").toBeGreaterThanOrEqual(told + Number(right));
      expect(attempts, "guesses evaluated").toBeLessThanOrEqual(4);
      if (right) expect(status, "an approval that was answered").toBe("approved");
      expect((await visitor.check(code, "right-code")).status).toBe(200);
      expect((await shop.post(`/${id}/redeem`, { order })).status).toBe(200);
    }
    for (const [i, { id, shop, visitor, number }] of starting.entries()) {
      const texts = await at.texts(number);
      expect((await shop.view(id)).sends, "texts counted").toBeGreaterThanOrEqual(texts);
      if (starts[i]?.status === 200) expect(texts, "a text that was answered").toBe(1);
      expect((await visitor.post("start", {}, "start-press")).status).toBe(200);
      expect(await at.texts(number), "the same press, once more").toBeLessThanOrEqual(1);
      expect(
        read<{ delivery: { sends_remaining: number } }>(await visitor.ask({ path: `${visitor.path}/state` })).delivery
          .sends_remaining,
      ).toBe(2);
    }
  });
});
