import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { verification } from "../../worker/routes/reach.ts";
import type { Opening, ReserveOutcome, StepOutcome } from "../../worker/verification/answers.ts";
import { liveCode } from "../../worker/verification/keys.ts";
import { verificationId } from "../../worker/verification/link.ts";
import type { Record } from "../../worker/verification/record.ts";
import { readRecord } from "../../worker/verification/rows.ts";
import type { Verification } from "../../worker/verification/verification.ts";
import { localEnv } from "../standins/secrets.ts";

/** What the Worker would pass to `open`, with one member changed at will. */
export const opening = (change: Partial<Opening> = {}): Opening => ({
  brand: "tindra",
  key: "key-1",
  order: {
    id: "o-1",
    revision: 1,
    amount: { value: 114900, currency: "NOK" },
    payee: "Tindra Mobil",
    summary: "Phone",
    category: "hardware",
    delivery: { type: "address" },
  },
  digest: "d".repeat(64),
  client: "tindra-shop",
  sub: "pseudonym",
  number: { sealed: "sealed-number", macs: ["number-mac"], ending: "42", source: "oidc", changedAt: null },
  kid: "local-1",
  decision: { action: "allow", reasons: [] },
  budget: { ok: true, guesses: 5, sends: 3 },
  leases: null,
  row: "order-row-of-nobody",
  presentation: {
    mode: "redirect",
    returnUrl: "http://shop.tindra.localhost:8788/return",
    cancelUrl: "http://shop.tindra.localhost:8788/",
    locale: null,
  },
  metadata: {},
  ...change,
});

const secrets = localEnv({ workerPort: 1, gatewayPort: 1, authorityPort: 1, shopPort: 1 });
const masterOf = (brand: string) => ({
  kid: "local-1",
  key: new Uint8Array(
    Buffer.from(JSON.parse(secrets[`SECRETS_${brand.toUpperCase()}`] as string).master[0].key, "base64url"),
  ),
});

let presses = 0;
/** A fresh press, as the page would name it. */
export function press(): string {
  presses += 1;
  return `press-${String(presses).padStart(6, "0")}`;
}

/** A verification that nobody has opened yet, and what a shopper's browser can do with it. */
export function fresh(brand = "tindra", browser = "browser-1") {
  const id = verificationId(env.VERIFICATION.newUniqueId().toString());
  const stub = verification(env, id);
  const object = () =>
    env.VERIFICATION.get(env.VERIFICATION.idFromString(Buffer.from(id.slice(4), "base64url").toString("hex")));
  const visitor = { brand, browser };
  const record = () =>
    runInDurableObject(
      object() as DurableObjectStub<Verification>,
      (_, state) => readRecord(state.storage.kv) as Record,
    );
  return {
    id,
    stub,
    object,
    visitor,
    record,
    open: (change: Partial<Opening> = {}) => stub().open(opening({ brand, ...change })),
    send: (kind: "start" | "resend", name = press()): Promise<ReserveOutcome> =>
      stub().reserveSend({ ...visitor, kind, press: name, framed: false, locale: null, denyToken: "bcdfghjk" }),
    settle: (ordinal: number, fate: "accepted" | "rejected" | "unclear" | "refused") =>
      stub().settleSend(brand, ordinal, fate === "refused" ? { fate, retryAfterS: 5 } : { fate }),
    guess: (code: string, name = press()): Promise<StepOutcome> =>
      stub().check({ ...visitor, press: name, code, entry: "typed" }),
    /** The code of the current epoch, derived as the Worker derives it for the SMS. */
    code: async () => liveCode(masterOf(brand), await record()),
    /** A well-formed code that is not the live one. */
    wrong: async () => {
      const right = await liveCode(masterOf(brand), await record());
      return String((Number(right) + 1 + (presses % 900_000)) % 1_000_000).padStart(6, "0");
    },
  };
}

/** A verification whose first SMS was accepted by the gateway. */
export async function sent(brand = "tindra") {
  const v = fresh(brand);
  await v.open();
  await v.send("start");
  await v.settle(1, "accepted");
  return v;
}

/** One that the right code has approved. */
export async function approved() {
  const v = await sent();
  await v.guess(await v.code());
  return v;
}
