/** The text by which the holder of a number learns that its codes were guessed at, as it comes to the phone. */
import { afterEach, describe, expect, inject, it } from "vitest";
import type { VerificationView } from "../../worker/contract.ts";
import { clients, read } from "./client.ts";
import { browser, sent, wrongCodes } from "./step.ts";

const at = clients(inject("ports"));
afterEach(() => at.control("POST", "/clock", { reset: true }));

/** Another customer of the number orders; the code of the `nth` text is on the phone. */
async function ordered(number: string, nth: number) {
  const { ref } = await at.customer("tindra", { phone_number: number });
  const { id, url } = read<VerificationView>(await at.shop("tindra").post("", at.opening("tindra", ref)));
  const visitor = browser(at, url ?? "");
  await visitor.post("start");
  return { id, visitor, code: (await at.text(number, nth - 1)).code };
}

describe("five wrong codes", () => {
  it("are told to the phone once a day, by script or by plain form, without a code and without a trace in the order", async () => {
    const { id, number, code, visitor, shop } = await sent(at);
    const wrong = wrongCodes(code, 5);
    for (const guess of wrong.slice(1)) await visitor.check(guess);
    expect(await at.texts(number)).toBe(1);
    const last = await visitor.check(wrong[0] ?? "");
    expect([last.status, last.text.includes(number.slice(3))]).toEqual([409, false]);
    expect(await at.text(number, 1)).toMatchObject({
      code: null,
      body: "Tindra-bestilling ikke godkjent: Noen tastet feil koder. Ikke deg? Ring 800 10 310.",
    });
    expect(await shop.view(id)).toMatchObject({ status: "failed", attempts: 5, sends: 1 });

    const second = await ordered(number, 3);
    for (const guess of wrongCodes(second.code, 5)) await second.visitor.check(guess);
    expect(await shop.view(second.id)).toMatchObject({ status: "failed" });

    await at.control("POST", "/clock", { shift_ms: 86_400_000 });
    const third = await ordered(number, 4);
    for (const [n, guess] of wrongCodes(third.code, 5).entries())
      await third.visitor.form("check", { code: guess, press: `form-press-${n}` });
    expect(await at.text(number, 4)).toMatchObject({ code: null });
    // The second failure's would have come long before this one.
    expect(await at.texts(number)).toBe(5);
  });

  it("leave the phone in peace where the shopper corrects the last one", async () => {
    const { number, code, visitor } = await sent(at);
    for (const guess of wrongCodes(code, 4)) await visitor.check(guess);
    expect((await visitor.check(code)).status).toBe(200);
    await visitor.check(wrongCodes(code, 5)[4] ?? "");
    // A text that went out after the answer would have come before that of another order.
    const next = await ordered(number, 2);
    expect([next.code === null, await at.texts(number)]).toEqual([false, 2]);
  });
});
