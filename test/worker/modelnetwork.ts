/** The silent check in a story: the press that goes to the operator, the browser that comes back, and the operator's word. */
import { expect } from "vitest";
import type { NetworkOutcome, ReserveOutcome, StepOutcome } from "../../worker/verification/answers.ts";
import * as model from "./modelshadow.ts";
import type { Step, Word } from "./modelsteps.ts";
import { called, remote, said } from "./modelworld.ts";
import { press } from "./opened.ts";

type Of<D extends Step["do"]> = Extract<Step, { do: D }>;

/** The press for which the operator was asked, once more, or another one: it goes there, or for a text whose word is lost. */
export async function asked(s: model.Shadow, { press: kind, twice }: Of<"ask">): Promise<void> {
  const name = (kind === "same" && s.check?.press) || press();
  const ask = { brand: s.brand, browser: "browser", kind: "start", press: name, framed: false, locale: null } as const;
  const call = (): Promise<ReserveOutcome> =>
    remote(s.id).reserveSend({ ...ask, denyToken: "bcdfghjk", network: true });
  for (const _ of twice ? [1, 2] : [1]) {
    const now = Date.now();
    const told = await call();
    const must = model.asked(s, name, now);
    expect(said(told), "a press for the operator").toEqual(said(must));
    expect("network" in told, "whether the operator is asked").toBe(must.ok && must.asks === true);
    const leaves = told.ok && told.send !== undefined;
    expect(leaves, "whether a text leaves instead").toBe(must.ok && must.sends === true);
    if (leaves) s.seen.push(now);
  }
}

/** The browser brings a code, or the same one twice at once; where the Worker lives on, it brings the operator's word. */
export async function returned(s: model.Shadow, { word, twice }: Of<"back">): Promise<void> {
  const call = (): Promise<NetworkOutcome> => remote(s.id).reserveNetwork({ brand: s.brand, browser: "browser" });
  const told = await Promise.all(twice ? [call(), call()] : [call()]);
  const taken = told.filter((one) => one.number !== undefined);
  s.checks += taken.length;
  expect(taken.length, "codes taken").toBe(model.returned(s) ? 1 : 0);
  if (taken.length > 0 && word !== "none") await settled(s, word, twice);
}

/** A word that comes late, once more, or that nobody has asked for. None comes for a code that was never taken from a browser. */
export async function heard(s: model.Shadow, word: Word): Promise<void> {
  if (s.check?.code !== "void") await settled(s, word, false);
}

async function settled(s: model.Shadow, word: Word, twice: boolean): Promise<void> {
  const told: StepOutcome = await called(s, twice, () => remote(s.id).settleNetwork(s.brand, word));
  model.heard(s, word, Date.now());
  expect(told, "the operator's word").toMatchObject({ ok: true, state: { status: shown(s) } });
}

/** What the page is told of a status. */
const shown = ({ status }: model.Shadow) => (status === "denied" ? "blocked" : status);
