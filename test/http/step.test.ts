/** The shopper's browser at the step: what it may do, from where, once, and until when. */
import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, inject, it } from "vitest";
import type { StepState, VerificationView } from "../../worker/contract.ts";
import { type Call, clients, problemOf, read, send } from "./client.ts";
import { browser, opened, sent, wrongCodes } from "./step.ts";

const at = clients(inject("ports"));
const move = (shift_ms: number) => at.control("POST", "/clock", { shift_ms });
afterEach(() => at.control("POST", "/clock", { reset: true }));

const MARKED = { payee: "Marked payee", summary: "Marked handset" };

describe("looking", () => {
  it("sends nothing and starts nothing, by GET, HEAD or prefetch", async () => {
    const { id, number, visitor, shop } = await opened(at);
    const before = await shop.view(id);
    const ways: Record<string, string>[] = [
      {},
      { "sec-purpose": "prefetch" },
      { "sec-purpose": "prefetch;prerender", purpose: "prefetch" },
      { "x-moz": "prefetch" },
      { "user-agent": "WhatsApp/2.23" },
      { "sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "sec-fetch-site": "cross-site" },
    ];
    const paths = ["", "?r=resent", "?lang=de", "/state"].map((tail) => visitor.path + tail);
    for (const headers of ways) {
      for (const method of ["GET", "HEAD"]) {
        for (const path of paths) expect((await visitor.ask({ method, path, headers })).status).toBe(200);
        for (const action of ["start", "resend", "check", "leave"]) {
          const path = `${visitor.path}/${action}`;
          expect(
            (
              await visitor.ask({
                method,
                path,
                headers: { origin: new URL(`http://${visitor.host}`).origin, ...headers },
              })
            ).status,
          ).toBe(405);
        }
      }
    }
    expect(await at.texts(number)).toBe(0);
    expect(await shop.view(id)).toEqual(before);
  });
});

describe("starting", () => {
  it("sends one text however often it is pressed, and keeps to the browser that pressed first", async () => {
    const { id, link, number, visitor, shop } = await opened(at);
    const first = await visitor.post("start");
    expect(first.headers["set-cookie"]?.[0]).toMatch(
      /^__Host-ringfence=[\w-]{43}; (?=.*Path=\/)(?=.*HttpOnly)(?=.*Secure)(?=.*SameSite=Lax)/,
    );
    for (const key of [randomUUID(), randomUUID()]) {
      const again = await visitor.post("start", {}, key);
      expect(read<StepState>(again).delivery).toMatchObject({ sends_remaining: 2 });
      expect((await visitor.post("start", {}, key)).status).toBe(200);
    }
    expect([await at.texts(number), (await shop.view(id)).sends]).toEqual([1, 1]);
    const stranger = browser(at, link);
    expect(problemOf(await stranger.post("start"))).toBe("VERIFICATION.ELSEWHERE");
    expect(await at.texts(number)).toBe(1);
  });

  it("can be repeated with the same key by a browser that never got the first answer", async () => {
    const { number, visitor } = await opened(at);
    await visitor.page();
    const press = visitor.press("start");
    const { cookie } = visitor.jar;
    // The answer to this one is lost on the way, its cookie with it.
    await send(at.ports.worker, {
      host: visitor.host,
      ...press,
      headers: { ...press.headers, ...(cookie && { cookie }) },
    });
    const again = await visitor.ask(press);
    expect([again.status, await at.texts(number)]).toEqual([200, 1]);
  });

  it("leaves a browser that pressed twice at once inside", async () => {
    const { number, visitor } = await opened(at);
    await visitor.page();
    const press = visitor.press("start");
    await Promise.all([visitor.ask(press), visitor.ask(press)]);
    expect((await visitor.ask({ path: `${visitor.path}/state` })).status).toBe(200);
    expect(await at.texts(number)).toBe(1);
  });
});

describe("another browser", () => {
  it("is shown the way back to the shop after the start, and nothing of the order", async () => {
    const { id, link, number, code, visitor, shop } = await sent(at, "tindra", MARKED);
    expect((await visitor.page()).text).toContain("Marked handset");
    for (const cookie of [undefined, `__Host-ringfence=${"x".repeat(43)}`, "__Host-ringfence=short", "ringfence=x"]) {
      const stranger = browser(at, link);
      if (cookie) stranger.jar.cookie = cookie;
      const page = await stranger.page();
      expect([page.status, page.text.includes("Tindra Mobil")]).toEqual([200, true]);
      for (const secret of ["Marked", "11490", "11 490", number.slice(-6), id, code])
        expect(page.text).not.toContain(secret);
      expect(problemOf(await stranger.ask({ path: `${stranger.path}/state` }))).toBe("VERIFICATION.ELSEWHERE");
      for (const [action, body] of [
        ["start", {}],
        ["resend", {}],
        ["check", { code }],
        ["leave", { reason: "left" }],
      ] as const) {
        const answer = await stranger.post(action, body);
        expect([action, answer.status, Object.keys(read<object>(answer))]).toEqual([
          action,
          403,
          ["type", "title", "status", "code"],
        ]);
      }
    }
    expect(await shop.view(id)).toMatchObject({ status: "sent", attempts: 0, sends: 1 });
    expect((await visitor.check(code)).status).toBe(200);
  });

  it("takes over when the order system opens the same order again, without a second text", async () => {
    const { link, ref, order, number, code, visitor, shop } = await sent(at);
    read<VerificationView>(await shop.post("", at.opening("tindra", ref, order)));
    const fresh = browser(at, link);
    expect((await fresh.post("start")).status).toBe(200);
    expect(await at.texts(number)).toBe(1);
    expect(problemOf(await visitor.check(code))).toBe("VERIFICATION.ELSEWHERE");
    expect((await fresh.check(code)).status).toBe(200);
  });
});

describe("a state change", () => {
  it("is taken from our own page only", async () => {
    const { id, number, link, code, visitor, shop } = await sent(at);
    const { origin } = new URL(link);
    const foreign = [
      "null",
      "http://evil.example",
      origin.replace("tindra", "marisol"),
      `${origin}.evil.example`,
      `${origin}/`,
    ];
    foreign.push(at.origins.shop("tindra"), at.origins.api);
    // Not over wrangler dev, which rewrites an Origin of its own host: other schemes, capitals, an empty one.
    const froms: Record<string, string>[] = foreign.map((from) => ({ origin: from, "sec-fetch-site": "same-origin" }));
    froms.push({}, ...["none", "same-site", "cross-site", ""].map((site) => ({ "sec-fetch-site": site })));
    for (const from of froms) {
      for (const [action, body] of [
        ["start", {}],
        ["resend", {}],
        ["check", { code }],
        ["leave", { reason: "left" }],
      ] as const) {
        const { headers, ...call }: Call = visitor.press(action, body);
        const { origin: _, ...rest } = headers ?? {};
        const answer = await visitor.ask({ ...call, headers: { ...rest, ...from } });
        expect([from, action, answer.status, problemOf(answer)]).toEqual([from, action, 403, "REQUEST.ORIGIN"]);
      }
    }
    expect(await shop.view(id)).toMatchObject({ status: "sent", attempts: 0, sends: 1 });
    expect(await at.texts(number)).toBe(1);
    const { headers, ...call }: Call = visitor.press("check", { code });
    const { origin: _, ...rest } = headers ?? {};
    expect((await visitor.ask({ ...call, headers: { ...rest, "sec-fetch-site": "same-origin" } })).status).toBe(200);
  });
});

describe("a guess", () => {
  it("costs nothing when its press is repeated, and one more when the digits differ", async () => {
    const { id, code, visitor, shop } = await sent(at);
    const [wrong = "", other = ""] = wrongCodes(code, 2);
    const key = randomUUID();
    const answers = [await visitor.check(wrong, key), await visitor.check(wrong, key), await visitor.check(wrong, key)];
    expect(answers.map((answer) => read<{ step: StepState }>(answer).step.attempts_remaining)).toEqual([4, 4, 4]);
    expect((await shop.view(id)).attempts).toBe(1);
    await visitor.check(other, key);
    expect((await shop.view(id)).attempts).toBe(2);
    const right = randomUUID();
    expect((await visitor.check(code, right)).status).toBe(200);
    expect((await visitor.check(code, right)).status).toBe(200);
    expect(await shop.view(id)).toMatchObject({ status: "approved", attempts: 3 });
  });

  it("is refused alike whatever made it wrong: a typo, another verification's code, an earlier one", async () => {
    const mine = await sent(at);
    const other = await sent(at);
    const early = mine.code;
    await move(301_000);
    expect((await mine.visitor.post("resend")).status).toBe(200);
    const { code } = await at.text(mine.number, 1);
    expect(code).not.toBe(early);
    const [typo = ""] = wrongCodes(code, 1);
    const faces = new Set<string>();
    for (const guess of [early, other.code, typo]) {
      const answer = await mine.visitor.check(guess);
      const { step: _, ...told } = read<Record<string, unknown>>(answer);
      faces.add(JSON.stringify([answer.status, told]));
    }
    expect(faces.size).toBe(1);
    expect((await mine.visitor.check(code)).status).toBe(200);
  });
});

describe("time", () => {
  it("ends a code after five minutes at no cost of a guess, and a resend of a live one repeats it", async () => {
    const { id, code, number, visitor, shop } = await sent(at);
    const early = await visitor.post("resend");
    expect([early.status, problemOf(early)]).toEqual([429, "VERIFICATION.RESEND_TOO_EARLY"]);
    expect(Number(early.headers["retry-after"])).toBeGreaterThan(20);
    await move(200_000);
    expect((await visitor.post("resend")).status).toBe(200);
    expect((await at.text(number, 1)).code).toBe(code);
    await move(301_000);
    const late = await visitor.check(code);
    expect([late.status, problemOf(late)]).toEqual([410, "VERIFICATION.CODE_EXPIRED"]);
    expect(await shop.view(id)).toMatchObject({ status: "sent", attempts: 0, sends: 2 });
  });

  it("takes a code one second before its end", async () => {
    const { visitor, code } = await sent(at);
    await move(296_000);
    expect((await visitor.check(code)).status).toBe(200);
  });

  it("ends the step after fifteen minutes, opened or not", async () => {
    const [unopened, unentered] = [await opened(at), await sent(at)];
    await move(901_000);
    const late = await unentered.visitor.check(unentered.code);
    expect([late.status, problemOf(late)]).toEqual([410, "VERIFICATION.EXPIRED"]);
    expect(problemOf(await unopened.visitor.post("start"))).toBe("VERIFICATION.EXPIRED");
    expect(await at.texts(unopened.number)).toBe(0);
    const views = [await unopened.shop.view(unopened.id), await unentered.shop.view(unentered.id)];
    expect(views.map(({ reason }) => reason)).toEqual(["expired_unopened", "expired_unentered"]);
    expect((await unentered.visitor.page()).status).toBe(200);
  });

  it("brings nothing back when it jumps backwards", async () => {
    const { id, code, visitor, shop } = await sent(at);
    await move(901_000);
    expect((await shop.view(id)).status).toBe("expired");
    await move(-901_000);
    expect(problemOf(await visitor.check(code))).toBe("VERIFICATION.EXPIRED");
    expect((await shop.view(id)).status).toBe("expired");
  });

  it("lets the shopper leave, once", async () => {
    const { id, visitor, shop, code } = await sent(at);
    const states = [
      await visitor.post("leave", { reason: "left" }),
      await visitor.post("leave", { reason: "no_access_to_number" }),
    ];
    expect(states.map((answer) => read<StepState>(answer).status)).toEqual(["abandoned", "abandoned"]);
    expect(await shop.view(id)).toMatchObject({ status: "abandoned", reason: "left" });
    expect(problemOf(await visitor.check(code))).toBe("VERIFICATION.ENDED");
  });
});
