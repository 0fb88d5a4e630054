/** Approving by the mobile network what its phone has not asked for: relays, foreign codes, replays, another number. */
import type { StepState, VerificationView } from "../../worker/contract.ts";
import { type Answer, type Clients, read, send } from "../http/client.ts";
import { asked, BRAND, bring, overOperator } from "../http/operator.ts";
import { browser, opened } from "../http/step.ts";
import { attacked, findings, patch } from "./attack.ts";
import type { Target } from "./target.ts";

const said = ({ text }: Answer) =>
  text.startsWith("{") ? ((read<Partial<StepState>>({ text } as Answer).status ?? "") as string) : "";

/** One more order on an account, and the operator's address that its page was given. */
async function another(at: Clients, ref: string) {
  const shop = at.shop(BRAND);
  const { id, url } = read<VerificationView>(await shop.post("", at.opening(BRAND, ref)));
  const visitor = browser(at, url ?? "");
  const { network_url = "" } = read<StepState>(await visitor.post("start", { network: true }));
  return { id, visitor, shop, address: network_url };
}

/** The fraudster's own order on a stolen account, its operator's address opened by the account holder's phone. */
async function relayed({ at }: Target): Promise<string[]> {
  const found: string[] = [];
  const own = await opened(at, BRAND);
  for (const resumed of [false, true]) {
    const { visitor, number, ref, order, shop, id, address } = await asked(at);
    const back = await overOperator(address, number);
    // The fraudster's shop asks once more, which unbinds the step.
    if (resumed) await shop.post("", at.opening(BRAND, ref, order));
    await own.visitor.post("start");
    for (const cookie of ["", `__Host-ringfence=${"A".repeat(43)}`, own.visitor.jar.cookie ?? ""]) {
      const { headers, ...call } = visitor.press("network", {
        state: back.searchParams.get("state")?.split(".")[0],
        code: back.searchParams.get("code"),
      });
      const with_ = { ...headers, ...(cookie && { cookie }) };
      await send(at.ports.worker, { path: back.pathname + back.search, host: visitor.host, headers: with_ });
      await send(at.ports.worker, { ...call, host: visitor.host, headers: with_ });
    }
    const { status } = await shop.view(id);
    if (status !== "created") found.push(`a phone elsewhere made it ${status}${resumed ? " after a new create" : ""}`);
    const page = await send(at.ports.worker, { path: back.pathname + back.search, host: visitor.host });
    if (page.text.includes(visitor.path)) found.push("the operator's answer leads to the step's token");
  }
  return found;
}

/** A code of the account holder's own check, brought into the fraudster's. */
async function injected({ at }: Target): Promise<string[]> {
  const victim = await asked(at);
  const { searchParams } = await overOperator(victim.address, victim.number);
  const fraudster = await another(at, victim.ref);
  const own = new URL(fraudster.address);
  const foreign = await bring(fraudster.visitor, own, {
    state: searchParams.get("state")?.split(".")[0] ?? "",
    code: searchParams.get("code") ?? "",
  });
  const code = await bring(fraudster.visitor, own, { code: searchParams.get("code") ?? "" });
  const { status } = await fraudster.shop.view(fraudster.id);
  return findings(
    [foreign.status !== 400, `the state of another verification got ${foreign.status}`],
    [said(code) === "approved" || status !== "created", `a code of another verification made it ${status}`],
  );
}

/** Codes of the fraudster's own phone, many at once, and whatever an operator may say instead of yes. */
async function pressed({ at }: Target): Promise<string[]> {
  const redeemed = async () => (await at.control<unknown[]>("GET", `/requests?part=redeem&brand=${BRAND}`)).length;
  const { visitor, shop, id, address } = await asked(at);
  const before = await redeemed();
  const codes = await Promise.all(Array.from({ length: 8 }, () => overOperator(address, "+34612999999")));
  await Promise.all(codes.map((back) => bring(visitor, back)));
  const times = (await redeemed()) - before;
  const { status, decision } = await shop.view(id);
  const words: string[] = [];
  for (const mode of ["malformed", "403", "500"]) {
    const known = await asked(at);
    await at.control("PUT", "/faults", { part: "number", mode });
    await bring(known.visitor, await overOperator(known.address, known.number)).finally(() =>
      at.control("PUT", "/faults", { mode: "ok" }),
    );
    if ((await known.shop.view(known.id)).status !== "created") words.push(mode);
  }
  return findings(
    [times !== 1, `the operator was asked for ${times} codes of one verification`],
    [status !== "created", `another number made it ${status}`],
    [!decision.reasons.includes("network.other_number"), "nobody is told of another number"],
    [words.length > 0, `approved by ${words}`],
  );
}

const OBJECT = "worker/verification/verification.ts";
const ROUTE = "worker/routes/network.ts";

attacked("having the account holder's phone approve one's own order", relayed, [
  {
    name: "any browser may bring the operator's code",
    patches: [
      patch(
        "worker/verification/admission.ts",
        "enter && browser === null : !same(r.browser, browser)",
        "enter && browser === null : r.brand === browser",
      ),
    ],
    shows: /a phone elsewhere made it approved/,
  },
  {
    name: "a step that is bound to no browser takes the code of any",
    patches: [patch("worker/verification/opening.ts", "...(r.network && {", "...(!r && {")],
    shows: /a phone elsewhere made it approved after a new create/,
  },
  {
    name: "the page behind the operator's answer is for everybody",
    patches: [patch(OBJECT, "r.browser === null ? returning : !same(r.browser, browser)", "false")],
    shows: /leads to the step's token/,
  },
]);

attacked("bringing a code of another verification", injected, [
  {
    name: "nothing ties a code to its verification",
    patches: [patch(ROUTE, '"network", id, use)', '"network", "", use)')],
    shows: /a code of another verification made it approved/,
  },
  {
    name: "any state of the brand's is taken",
    patches: [
      patch("worker/routes/presses.ts", '"network link", state) === id', '"network link", state) !== undefined'),
    ],
    shows: /the state of another verification got 200/,
  },
]);

attacked("having another number pass for the one on file", pressed, [
  {
    name: "a verification may have any number of codes redeemed",
    patches: [patch(OBJECT, "!network || network.tried)", "!network)")],
    shows: /asked for [2-8] codes/,
  },
  {
    name: "every word of the operator's is a yes",
    patches: [patch("worker/signals/number.ts", 'return same === true ? "ok"', 'return same !== undefined ? "ok"')],
    shows: /another number made it approved/,
  },
  {
    name: "an operator that cannot tell is believed",
    patches: [patch("worker/signals/number.ts", 'same === false ? "no" : "unknown"', 'same === false ? "no" : "ok"')],
    shows: /approved by malformed,403,500/,
  },
]);
