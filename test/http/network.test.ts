import { afterEach, describe, expect, inject, it } from "vitest";
import type { StepState } from "../../worker/contract.ts";
import { clients, problemOf, read } from "./client.ts";
import { asked, BRAND, bring, overOperator, PHONE } from "./operator.ts";
import { opened } from "./step.ts";

const at = clients(inject("ports"));
const fault = (part: string, mode: string) => at.control("PUT", "/faults", { part, mode });
const FROM_SHOP = { "user-agent": PHONE, referer: `${at.origins.shop(BRAND)}/` };
afterEach(async () => {
  await at.control("PUT", "/faults", { mode: "ok" });
});

/** The hidden fields of the form that a page offers in place of the code's. */
function formIn(html: string) {
  const [, action = "", inner = ""] =
    /<form class="check" method="post" action="([^"]+)"[^>]*>(.*?)<\/form>/s.exec(html) ?? [];
  const fields = [...inner.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return {
    action: action.split("/").at(-1) ?? "",
    fields: Object.fromEntries(fields.map(([, name, value]) => [name, value])),
  };
}

describe("the silent check over HTTP", () => {
  it("approves a phone that carries the number on file, and no text is sent", async () => {
    const { visitor, answer, address, number, shop, id } = await asked(at);
    expect(read<StepState>(answer)).toMatchObject({ status: "created", delivery: { status: "none" } });
    const url = new URL(address);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: "code",
      prompt: "none",
      scope: "openid number-verification:verify",
      redirect_uri: `${at.origins.brand(BRAND)}/network`,
      code_challenge_method: "S256",
    });
    expect(address).not.toContain(visitor.path.slice(3));
    const back = await overOperator(address, number);
    expect(read<StepState>(await bring(visitor, back))).toMatchObject({ status: "approved", attempts_remaining: 5 });
    expect(await shop.view(id)).toMatchObject({ status: "approved", reason: "network", sends: 0, attempts: 0 });
    expect(await at.texts(number)).toBe(0);
  });

  it.each([
    ["another number", "+34612000001", "ok"],
    ["no device at all", undefined, "ok"],
    ["a word that is none", "own", "malformed"],
    ["an operator that does not take the proof for its network's", "own", "403"],
    ["an operator that fails", "own", "500"],
  ])("sends the text after %s, with all guesses", async (_, device, mode) => {
    const { visitor, address, number, shop, id } = await asked(at);
    await fault("number", mode);
    const back = await overOperator(address, device === "own" ? number : device);
    expect(read<StepState>(await bring(visitor, back))).toMatchObject({ status: "created" });
    expect(read<StepState>(await visitor.post("start"))).toMatchObject({ status: "sent", attempts_remaining: 5 });
    const { code } = await at.text(number);
    expect(read<StepState>(await visitor.check(code)).status).toBe("approved");
    expect(await shop.view(id)).toMatchObject({
      ...{ reason: "code", sends: 1 },
      decision: { reasons: device === "+34612000001" ? ["network.other_number"] : [] },
    });
  });

  it("does not believe an id token for something else", async () => {
    const { visitor, address, number } = await asked(at);
    await fault("redeem", "wrong_nonce");
    expect(read<StepState>(await bring(visitor, await overOperator(address, number)))).toMatchObject({
      status: "created",
    });
  });

  it("waits no longer than 2.5 s for an operator that says nothing", async () => {
    const { visitor, address, number } = await asked(at);
    const back = await overOperator(address, number);
    await fault("number", "hang");
    const since = Date.now();
    expect(read<StepState>(await bring(visitor, back))).toMatchObject({ status: "created" });
    expect(Date.now() - since).toBeLessThan(4500);
  });

  it("is offered to phones that come from the shop, and only where nothing was decided yet", async () => {
    const { visitor, number } = await opened(at, BRAND);
    const { referer } = FROM_SHOP;
    for (const headers of [
      { referer },
      { "user-agent": PHONE },
      { "user-agent": PHONE, referer: "https://evil.example/" },
    ])
      expect(formIn((await visitor.page(headers)).text).action).toBe("check");
    const page = await visitor.page(FROM_SHOP);
    expect(formIn(page.text).action).toBe("start");
    expect(page.headers["content-security-policy"]).toContain(` ${new URL(at.origins.authority).origin};`);
    await visitor.post("start");
    await at.text(number);
    expect(formIn((await visitor.page(FROM_SHOP)).text).action).not.toBe("start");
    const other = await opened(at, "tindra");
    expect(formIn((await other.visitor.page(FROM_SHOP)).text).action).toBe("check");
    expect(read<StepState>(await other.visitor.post("start", { network: true })).status).toBe("sent");
  });

  it("works without script: a press, the operator, a press, and where that proves nothing the text is on its way", async () => {
    for (const own of [true, false]) {
      const { visitor, number, shop, id } = await opened(at, BRAND);
      const first = formIn((await visitor.page(FROM_SHOP)).text);
      const sent = await visitor.form(first.action, { ...first.fields, network: "" });
      expect(sent.status).toBe(303);
      const back = await overOperator(sent.headers.location ?? "", own ? number : "+34612000002");
      const path = back.pathname + back.search;
      const page = await visitor.ask({ path });
      expect(await visitor.ask({ path })).toMatchObject({ status: 200 });
      expect(await shop.view(id)).toMatchObject({ status: "created" });
      const { action, fields } = formIn(page.text);
      const done = await visitor.form(action, { ...fields, network: "" });
      expect(done).toMatchObject({ status: 303, headers: { location: `${visitor.path}?lang=es` } });
      expect(await shop.view(id)).toMatchObject(own ? { status: "approved", reason: "network" } : { status: "sent" });
      expect(await at.texts(number)).toBe(own ? 0 : 1);
      expect(await visitor.ask({ path })).toMatchObject({ status: 303, headers: { location: visitor.path } });
    }
  });

  it("shows who comes back elsewhere, or with a state that is none, nothing of the order", async () => {
    const { visitor, address, number, link } = await asked(at);
    const { pathname, search, searchParams } = await overOperator(address, number);
    const bound = visitor.jar.cookie ?? "";
    for (const headers of [{ cookie: "" }, { cookie: `__Host-ringfence=${"A".repeat(43)}` }]) {
      const page = await visitor.ask({ path: pathname + search, headers });
      expect(page.text).not.toContain("One phone");
      expect(page.text).not.toContain(new URL(link).pathname);
    }
    visitor.jar.cookie = bound;
    for (const state of ["", "x", `${searchParams.get("state")?.slice(0, -5)}AA.es`, visitor.path.slice(3)])
      expect((await visitor.ask({ path: `/network?state=${state}&code=c` })).status).toBe(404);
    const other = await asked(at);
    const foreign = new URL(other.address).searchParams.get("state")?.split(".")[0] ?? "";
    const answer = await bring(visitor, new URL(address), { state: foreign, code: "c" });
    expect([answer.status, problemOf(answer)]).toEqual([400, "REQUEST.INVALID"]);
  });

  // Last: a minute long the operator is then not asked again.
  it("sends the text at once where the operator is down", async () => {
    await at.control("POST", "/clock", { shift_ms: 61_000 });
    await fault("operator", "down");
    const { answer, number } = await asked(at);
    expect(read<StepState>(answer)).toMatchObject({ status: "sent" });
    expect(read<StepState>(answer)).not.toHaveProperty("network_url");
    expect(await at.texts(number)).toBe(1);
    await fault("operator", "ok");
    expect(read<StepState>((await asked(at)).answer).status).toBe("sent");
    await at.control("POST", "/clock", { reset: true });
  });
});
