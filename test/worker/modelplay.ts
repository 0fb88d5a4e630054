/** Plays a story against the real objects and the reference at once; throws at the first difference or broken law. */
import { expect, vi } from "vitest";
import type { Status } from "../../worker/contract.ts";
import type { CheckOutcome } from "../../worker/verification/answers.ts";
import { check as lawful, ofOne, type Watched, watch } from "./modellaws.ts";
import { asked, heard, returned } from "./modelnetwork.ts";
import * as model from "./modelshadow.ts";
import type { Step } from "./modelsteps.ts";
import * as real from "./modelworld.ts";
import { called, said } from "./modelworld.ts";
import { press } from "./opened.ts";

type Of<D extends Step["do"]> = Extract<Step, { do: D }>;

/** An order as its ledger must know it. */
interface Ordered {
  verifications: { id: string; digest: string; at: number; final?: Status }[];
  keys: Map<string, { id: string; digest: string; at: number }>;
}

/** Steps that may change what the ledgers know. */
const LEDGERS: readonly Step["do"][] = ["open", "redeem", "alarm", "forgetful alarm", "tidy", "unlock"];
const KEPT = 24 * 3_600_000;
const PER_ORDER = 3;

/** Everything of one run. */
export interface Run extends Watched {
  orders: Map<string, Ordered>;
  lastKeys: Map<string, string>;
  /** Told to give way before they were opened. */
  stillborn: Set<string>;
  /** Guesses and their presses by verification, to repeat one. */
  pressed: Map<string, { name: string; code: string }>;
}

export async function play(story: readonly Step[]): Promise<void> {
  const people = real.people();
  const run: Run = {
    ...watch(people),
    orders: new Map(),
    lastKeys: new Map(),
    stillborn: new Set(),
    pressed: new Map(),
  };
  for (const step of story) {
    const touched = await taken(run, step);
    if (touched) await compared(run, touched);
    await lawful(run, { ledgers: LEDGERS.includes(step.do) });
  }
  for (const shadow of run.shadows) await compared(run, shadow);
  await settled(run);
}

/** After a long night every alarm has rung: all is told, nothing is leased, no number is left. */
async function settled(run: Run): Promise<void> {
  later(31 * 60);
  for (const shadow of run.shadows) {
    await compared(run, shadow);
    await rung(run, shadow);
    await rung(run, shadow);
    const { record } = await real.look(shadow.id, shadow.brand);
    expect(record?.leases ?? null, `${shadow.id} has told the ledgers`).toBeNull();
    expect(record?.sealed ?? null, `${shadow.id} keeps no number`).toBeNull();
  }
  await lawful(run, { ledgers: true });
}

async function taken(run: Run, step: Step): Promise<model.Shadow | undefined> {
  if (step.do === "wait") return void later(step.s);
  if (step.do === "open") return opened(run, step);
  if (step.do === "tidy") return void (await real.tidy());
  if (step.do === "unlock") return unlocked(run, step.who);
  const shadow = run.shadows.at(-1 - (step.of % Math.max(1, run.shadows.length)));
  if (!shadow) return undefined;
  await aged(run, shadow);
  if (run.gone.has(shadow.id)) return undefined;
  switch (step.do) {
    case "text":
      await texted(shadow, step);
      break;
    case "word":
      await worded(shadow, step.fate);
      break;
    case "ask":
      await asked(shadow, step);
      break;
    case "back":
      await returned(shadow, step);
      break;
    case "heard":
      await heard(shadow, step.word);
      break;
    case "guess":
      await guessed(run, shadow, step);
      break;
    case "redeem":
      await redeemed(shadow, step);
      break;
    case "receipt":
      await received(shadow, step.delivered);
      break;
    case "evict":
      await real.evict(shadow.id, shadow.brand);
      break;
    case "alarm":
      await rung(run, shadow);
      break;
    case "forgetful alarm":
      await forgetful(run, shadow);
      break;
    default:
      await stopped(shadow, step);
  }
  return shadow;
}

async function unlocked(run: Run, who: number): Promise<undefined> {
  const person = run.people[who] as real.Person;
  await real.unlock(person);
  run.unlocked.add(person.customer);
}

/** Its alarm rings, and tells the ledgers what they do not know yet. */
async function rung(run: Run, s: model.Shadow): Promise<void> {
  await real.ring(s.id);
  model.tick(s, Date.now());
  const known = run.orders.get(s.order)?.verifications.find(({ id }) => id === s.id);
  const final = model.finalOf(s);
  if (known && final) known.final = final;
}

/** Time has passed over it; long after its end it may be forgotten, where a first read only ends it. */
async function aged(run: Run, shadow: model.Shadow): Promise<void> {
  model.tick(shadow, Date.now());
  if (shadow.endedAt && Date.now() >= shadow.endedAt + KEPT) for (const _ of [1, 2]) await compared(run, shadow);
}

async function opened(run: Run, { who, order, revision, key, dies }: Of<"open">): Promise<model.Shadow | undefined> {
  const person = run.people[who] as real.Person;
  const row = real.orderRow(person, order);
  const digest = String(revision).repeat(64);
  const slot = `${row}|${digest}`;
  const name = (key === "same" && run.lastKeys.get(slot)) || press();
  run.lastKeys.set(slot, name);
  for (const shadow of run.shadows) if (shadow.order === row) await aged(run, shadow);
  const before = await real.budgets([person]);
  const passes: real.Pass[] = [];
  const end = await real.create({ person, order: row, digest, key: name }, passes, dies);
  const shadow = followed(run, { person, order: row, digest, key: name }, passes, end);
  const [pass] = passes;
  if (pass)
    run.asked.push({ person, before, pass: end === "died" ? { ...pass, outcome: undefined } : pass, at: Date.now() });
  for (const other of run.shadows) if (other.order === row && other !== shadow) await compared(run, other);
  if (end === "answered") expect(passes.at(-1)?.outcome).toMatchObject({ ok: true, facts: { id: shadow?.id } });
  return shadow;
}

/** Takes what the ledgers and the object said, pass by pass, for what the reference must have said. */
export function followed(
  run: Run,
  c: real.Create,
  passes: readonly real.Pass[],
  end: string,
): model.Shadow | undefined {
  const known = run.orders.get(c.order) ?? { verifications: [], keys: new Map() };
  run.orders.set(c.order, known);
  const now = Date.now();
  let instead: string | undefined;
  let shadow: model.Shadow | undefined;
  for (const { claim, budget, over, made, outcome } of passes) {
    const id = claimed(known, c, claim.id, instead, now);
    expect(id, "the verification that stands for the order").toBe(claim.id);
    instead = id;
    const others = known.verifications.slice(
      0,
      known.verifications.findIndex((v) => v.id === id),
    );
    const rivals = others.filter((v) => v.digest !== c.digest);
    expect(claim.supersedes).toEqual(rivals.map((v) => v.id));
    shadow = run.shadows.find((one) => one.id === id);
    if (made) for (const rival of rivals) superseded(run, rival, now);
    if (!outcome || !budget) return shadow;
    if (shadow) model.tick(shadow, now);
    const again = shadow && !run.gone.has(shadow.id);
    if (again && shadow && !shadow.keys.has(c.key)) {
      const stuck = shadow.reason === "budget" && shadow.texts.length === 0 && !budget.ok;
      expect(outcome.ok, "whether it is taken up again").toBe(stuck || !model.isReplaceable(shadow));
      if (outcome.ok) model.resumed(shadow, c.key, now);
    } else if (!again && !over) {
      expect(outcome.ok).toBe(true);
      const of = { id: claim.id, brand: c.person.brand, order: c.order, digest: c.digest };
      shadow = model.opened(of, c.key, budget.ok ? budget : undefined, run.stillborn.has(claim.id), now);
      run.shadows.push(shadow);
      run.owners.set(shadow.id, c.person);
    } else expect(outcome.ok).toBe(again === true);
  }
  if (end === "exhausted") {
    expect(claimed(known, c, "none is left", instead, now)).toBeUndefined();
    if (passes.at(-1)?.claim.fresh) unclaimed(known, c, instead);
  }
  return shadow;
}

/** It gives way, or says that nothing may take its place: its order knows that from then on. */
function superseded(run: Run, known: Ordered["verifications"][number], now: number): void {
  const rival = run.shadows.find((one) => one.id === known.id);
  if (!rival || run.gone.has(known.id)) return void run.stillborn.add(known.id);
  model.tick(rival, now);
  model.stopped(rival, "supersede", now);
  if (model.finalOf(rival) === "denied") known.final = "denied";
}

/** A claim that led nowhere is taken back, unless another create has joined it. */
function unclaimed(known: Ordered, { key }: real.Create, id: string | undefined): void {
  if ([...known.keys].some(([name, entry]) => entry.id === id && name !== key)) return;
  known.verifications = known.verifications.filter((v) => v.id !== id);
  known.keys.delete(key);
}

/** The id that stands for the order, `candidate` where a new one is due, nothing where there may be no more. */
function claimed(known: Ordered, c: real.Create, candidate: string, instead: string | undefined, now: number) {
  const used = known.keys.get(c.key);
  const repeated = used && now < used.at + KEPT && used.id !== instead ? used.id : undefined;
  const denied = known.verifications.some(({ final }) => final === "denied");
  const found = known.verifications.findLast((v) => (repeated ? v.id === repeated : v.digest === c.digest));
  const standing = found?.id;
  // What stands for good stands as long as the order is known, and one that was denied for all revisions.
  if (found && found.id !== instead ? now >= found.at + KEPT && (denied || found.final) : denied) return undefined;
  const id = standing && standing !== instead ? standing : candidate;
  if (id === candidate && !known.verifications.some((v) => v.id === id)) {
    if (known.verifications.length >= PER_ORDER) return undefined;
    known.verifications.push({ id, digest: c.digest, at: now });
  }
  if (!repeated) known.keys.set(c.key, { id, digest: c.digest, at: now });
  return id;
}

async function texted(s: model.Shadow, { fate, twice }: Of<"text">): Promise<void> {
  const now = Date.now();
  const name = press();
  const kind = s.texts.length === 0 ? "start" : "resend";
  const ask = {
    brand: s.brand,
    browser: "browser",
    kind,
    press: name,
    framed: false,
    locale: null,
    denyToken: "bcdfghjk",
  } as const;
  const told = await real.remote(s.id).reserveSend(ask);
  const must = model.texted(s, name, now);
  expect(said(told), "a press for a text").toEqual(said(must));
  expect("send" in told && told.send !== undefined, "whether a text leaves").toBe(must.ok && must.sends === true);
  if (!("send" in told) || !told.send) return;
  // Counted before it leaves: the gateway sees it only now.
  if (fate === "accepted" || fate === "unclear" || fate === "lost") s.seen.push(now);
  if (twice) {
    const again = await real.remote(s.id).reserveSend(ask);
    expect(again, "a press that is repeated while its text is on the way").not.toHaveProperty("send");
    model.texted(s, name, now);
  }
  if (fate !== "lost") await worded(s, fate, twice);
}

async function worded(s: model.Shadow, fate: Exclude<Of<"text">["fate"], "lost">, twice = false): Promise<void> {
  const text = s.texts.find(({ word }) => word === "none");
  // A text that was seen is never refused afterwards.
  if (!text || (fate === "refused" && s.seen.length >= s.texts.length)) return;
  const word = fate === "refused" ? { fate, retryAfterS: model.REFUSED_FOR / 1000 } : { fate };
  await called(s, twice, () => real.remote(s.id).settleSend(s.brand, text.ordinal, word));
  model.worded(s, text, fate, Date.now());
}

async function received(s: model.Shadow, delivered: boolean): Promise<void> {
  const text = s.texts.at(-1);
  if (!text) return;
  for (const _ of [1, 2]) await real.remote(s.id).receipt(s.brand, text.ordinal, delivered);
  model.received(s, text, delivered, Date.now());
}

async function guessed(run: Run, s: model.Shadow, { code: kind, twice }: Of<"guess">): Promise<void> {
  const epoch = s.code?.epoch ?? 0;
  const right = real.codeOf(s, epoch);
  const old = real.codeOf(s, Math.max(0, epoch - 1));
  const wrong = String((Number(right) + 1 + s.guesses.length) % 1_000_000).padStart(6, "0");
  const before = run.pressed.get(s.id);
  const fresh = { name: press(), code: { right, old, wrong, repeated: wrong }[kind] };
  const guess = kind === "repeated" && before ? before : fresh;
  run.pressed.set(s.id, guess);
  const ask = { brand: s.brand, browser: "browser", press: guess.name, code: guess.code, entry: "typed" } as const;
  const over = !model.isLive(s);
  const told = await called(s, twice, () => real.remote(s.id).check(ask));
  let must = model.guessed(s, guess.name, guess.code, guess.code === right, Date.now());
  if (twice) must = model.guessed(s, guess.name, guess.code, guess.code === right, Date.now());
  expect(said(told), `a ${kind} guess`).toEqual(said(must));
  const { notice } = told as CheckOutcome;
  // Where its answer was lost nobody is told; else whoever failed just now, unless the ledger says no.
  expect(notice !== undefined, "whether the number's holder is told").toBe(!twice && !over && s.status === "failed");
  if (notice && (await real.noticed(notice))) run.notices.push({ number: notice.row, at: Date.now() });
}

async function redeemed(s: model.Shadow, { key, order, twice }: Of<"redeem">, verdict = press()): Promise<void> {
  const asked = order === "same" ? s : { ...s, digest: "f".repeat(64) };
  const name = `redeem-${key}`;
  if (twice) {
    await real.redeem(asked, name, verdict, true);
    await real.evict(s.id, s.brand);
  }
  const told = await real.redeem(asked, name, verdict);
  expect(said(told), "a redeem").toEqual(said(model.redeemed(s, order === "same", name, Date.now())));
}

async function stopped(s: model.Shadow, step: Of<"revoke" | "cancel" | "deny" | "leave" | "broke">): Promise<void> {
  const { do: by, twice } = step;
  const it = real.remote(s.id);
  const now = Date.now();
  if (by === "deny") {
    const { state } = await called(s, twice, () => real.remote(s.id).deny(s.brand));
    return expect(state, "a deny").toBe(model.denied(s, now));
  }
  const told = await called<{ ok: boolean }>(s, twice, () => {
    if (by === "leave") return it.leave({ brand: s.brand, browser: "browser", reason: "left" });
    if (by === "broke") return it.unaffordable(s.brand);
    return it.withdraw(s.brand, by, "model");
  });
  expect(said(told), by).toEqual(said(model.stopped(s, by, now)));
}

/** The alarm tells the ledgers, dies before it notes that it did, and rings again. */
async function forgetful(run: Run, s: model.Shadow): Promise<void> {
  await real.forgetSettling((await real.look(s.id, s.brand)).record);
  await rung(run, s);
}

/** What the object says of itself is what the reference says. */
async function compared(run: Run, s: model.Shadow): Promise<void> {
  if (run.gone.has(s.id)) return;
  const now = Date.now();
  model.tick(s, now);
  const { facts, record } = await real.look(s.id, s.brand);
  if (!facts) {
    expect(now, "nothing is forgotten within a day of its end").toBeGreaterThanOrEqual((s.endedAt ?? now) + KEPT);
    return void run.gone.add(s.id);
  }
  const { status, reason, attempts, attemptsRemaining, sends, expiresAt } = facts;
  expect({ status, reason, attempts, attemptsRemaining, sends, expiresAt }).toEqual({
    ...{ status: s.status, reason: s.reason, attempts: s.guesses.length },
    ...{ attemptsRemaining: s.granted.guesses - model.wrongOf(s), sends: s.texts.length, expiresAt: s.expiresAt },
  });
  if (!record) return;
  expect(record.network ?? null, "the silent check").toEqual(model.checkOf(s));
  ofOne(run, s, record);
}

const later = (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1000);
