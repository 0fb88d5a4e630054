/** kill -9 in the middle of guesses and sends, again and again over one storage folder: nothing that was answered is undone. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, type Clients, clients, problemOf, read } from "../http/client.ts";
import { approved, opened, sent, wrongCodes } from "../http/step.ts";
import { type Local, startLocal } from "../standins/start.ts";

let local: Local;
let at: Clients;
const data = mkdtempSync(join(tmpdir(), "ringfence-crash-"));
beforeAll(async () => {
  local = await startLocal({ data, ports: 0, quiet: true });
  at = clients(local.ports);
});
afterAll(async () => {
  await local.stop();
  rmSync(data, { recursive: true, force: true });
});

const answeredOf = (answers: (Answer | undefined)[]) => answers.flatMap((answer) => answer ?? []);
type Sent = Awaited<ReturnType<typeof sent>>;

/** Three guesses in a row at each of `victims`, all victims at once; what was never answered is undefined. */
function guessing(victims: Sent[], onAnswer: () => void): Promise<(Answer | undefined)[]>[] {
  return victims.map(async ({ visitor, code }) => {
    const answers: (Answer | undefined)[] = [];
    for (const [i, wrong] of wrongCodes(code, 3).entries()) {
      const answer = await visitor.check(wrong, `guess-no-${i}`).catch(() => undefined);
      answers.push(answer);
      if (answer) onAnswer();
    }
    return answers;
  });
}

describe("a Worker that is killed", () => {
  it.each([2, 11])(
    "after %i acknowledged guesses gives none of them back, and keeps every approval",
    async (moment) => {
      const done = await Promise.all(Array.from({ length: 2 }, () => approved(at)));
      const [proven, redeemed] = done as [Sent, Sent];
      const once = await redeemed.shop.post(
        `/${redeemed.id}/redeem`,
        { order: redeemed.order },
        "redeem-before-the-kill",
      );
      const victims = await Promise.all(Array.from({ length: 8 }, () => sent(at)));
      const late = await Promise.all(Array.from({ length: 4 }, () => sent(at)));
      let acknowledged = 0;
      const reached = Promise.withResolvers<void>();
      const running = guessing(victims, () => ++acknowledged === moment && reached.resolve());
      // Right codes race with the kill: an approval that was answered must be there afterwards.
      const rights = late.map(({ visitor, code }) => visitor.check(code).catch(() => undefined));
      await reached.promise;
      await local.restartWorker("SIGKILL");
      const answers = await Promise.all(running);
      const approvals = await Promise.all(rights);

      for (const [i, { id, shop, visitor, code }] of victims.entries()) {
        const known = answeredOf(answers[i] ?? []);
        expect(known.every((answer) => problemOf(answer) === "VERIFICATION.CODE_WRONG")).toBe(true);
        const { attempts, status } = await shop.view(id);
        expect(attempts).toBeGreaterThanOrEqual(known.length);
        expect(status).toBe("sent");
        // Repeating every press, acknowledged or not, ends at three; two more guesses end it, five in all.
        for (const [n, wrong] of wrongCodes(code, 3).entries()) await visitor.check(wrong, `guess-no-${n}`);
        expect((await shop.view(id)).attempts).toBe(3);
        const [, , , fourth = "", fifth = "", sixth = ""] = wrongCodes(code, 6);
        for (const guess of [fourth, fifth, sixth, code]) await visitor.check(guess);
        expect(await shop.view(id)).toMatchObject({ status: "failed", attempts: 5 });
      }
      for (const [i, { id, order, shop, visitor, code }] of late.entries()) {
        if (approvals[i]?.status === 200) expect((await shop.view(id)).status).toBe("approved");
        else expect((await visitor.check(code)).status).toBe(200);
        expect((await shop.post(`/${id}/redeem`, { order })).status).toBe(200);
      }
      expect((await proven.shop.post(`/${proven.id}/redeem`, { order: proven.order })).status).toBe(200);
      const twice = await redeemed.shop.post(
        `/${redeemed.id}/redeem`,
        { order: redeemed.order },
        "redeem-before-the-kill",
      );
      expect([twice.status, twice.text]).toEqual([200, once.text]);
    },
  );

  it("while texts are on their way has counted each one that the gateway saw", async () => {
    const cases = await Promise.all(Array.from({ length: 12 }, () => opened(at)));
    for (const [i, { visitor }] of cases.entries())
      visitor.jar.cookie = `__Host-ringfence=${String(i).padStart(43, "c")}`;
    const starts = cases.map(({ visitor }) => visitor.post("start", {}, "start-press").catch(() => undefined));
    await Promise.race(cases.map(({ number }) => at.text(number)));
    await local.restartWorker("SIGKILL");
    const answers = await Promise.all(starts);
    for (const [i, { id, number, shop, visitor }] of cases.entries()) {
      const texts = await at.texts(number);
      const { sends } = await shop.view(id);
      expect(sends).toBeGreaterThanOrEqual(texts);
      if (answers[i]) expect(sends).toBe(1);
      const again = await visitor.post("start", {}, "start-press");
      expect([again.status, read<{ delivery: object }>(again).delivery]).toMatchObject([200, { sends_remaining: 2 }]);
      expect(await at.texts(number)).toBeLessThanOrEqual(1);
    }
  });
});
