/** Requirement K1: the brand's keys are rotated between any two calls of an order, and nobody notices. */
import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { platform } from "../bench/platform.ts";
import { started, type Workerd } from "../bench/workerd.ts";
import { type Clients, clients, problemOf, read, send } from "../http/client.ts";
import { approved, opened, sent, wrongCodes } from "../http/step.ts";
import { localFetch } from "../standins/http.ts";
import { brandSecrets } from "../standins/secrets.ts";
import { startStandins } from "../standins/system.ts";
import { type Plan, planned } from "./stormworker.ts";

const data = mkdtempSync(join(tmpdir(), "ringfence-keyring-"));
let plan: Plan;
let worker: Workerd | undefined;
let stopStandins: () => Promise<void>;
let at: Clients;

beforeAll(async () => {
  const { ports, ...options } = await platform();
  plan = await planned(data, ports, options);
  stopStandins = await startStandins(data, ports);
  at = clients(ports);
}, 60_000);
afterAll(async () => {
  await worker?.stop();
  await stopStandins();
  rmSync(data, { recursive: true, force: true });
});

/** A master key and a signing key of one generation. */
function generation(kid: string) {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" }) as { privateKey: KeyObject };
  const signing = { ...privateKey.export({ format: "jwk" }), kid: `sign-${kid}` };
  return { master: { kid, key: randomBytes(32).toString("base64url") }, signing };
}
const [OLD, NEXT] = [generation("old"), generation("next")];

/** Deploys the brand anew with these generations, the current one first: another Worker over the same objects. */
async function deployed(...ring: (typeof OLD)[]): Promise<void> {
  const keys = { master: ring.map(({ master }) => master), signing: ring.map(({ signing }) => signing) };
  const SECRETS_TINDRA = JSON.stringify({ ...JSON.parse(brandSecrets("tindra")), ...keys });
  await worker?.stop();
  const bindings = { ...(plan.options.bindings as object), SECRETS_TINDRA };
  worker = await started(plan.port, plan.modules, { ...plan.options, bindings });
}

type Order = Awaited<ReturnType<typeof opened>>;
type Sent = Awaited<ReturnType<typeof sent>>;

const texted = async ({ visitor, number }: Order) => {
  expect((await visitor.post("start")).status).toBe(200);
  return (await at.text(number)).code;
};
const proven = async ({ visitor }: Order, code: string) => {
  const [wrong = ""] = wrongCodes(code, 1);
  expect(problemOf(await visitor.check(wrong))).toBe("VERIFICATION.CODE_WRONG");
  expect((await visitor.check(code)).status).toBe(200);
};
const verdictOf = async ({ shop, id, order }: Order) => {
  const answer = await shop.post(`/${id}/redeem`, { order });
  expect(answer.status).toBe(200);
  return read<{ verdict: string }>(answer).verdict;
};
const published = async () =>
  (await (await localFetch(`${at.origins.brand("tindra")}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
const kids = (keys: JSONWebKeySet) => keys.keys.map(({ kid }) => kid);
/** Who signed it; throws where `keys` do not know them. */
const signer = async (verdict: string, keys: JSONWebKeySet) => {
  await jwtVerify(verdict, createLocalJWKSet(keys), { algorithms: ["ES256"], typ: "verdict+jwt" });
  return decodeProtectedHeader(verdict).kid;
};
const denied = async ({ body, visitor }: Sent) => {
  const path = /\/d\/[A-Za-z]{8}\b/.exec(body)?.[0] ?? "";
  const headers = { origin: new URL(at.origins.brand("tindra")).origin };
  return (await send(at.ports.worker, { method: "POST", host: visitor.host, path, headers })).status;
};

describe("a rotation of master and signing key", () => {
  it("fails nobody who is under way, and shows the next key before it signs and the last one after", async () => {
    await deployed(OLD);
    const before = await Promise.all([opened(at), sent(at), approved(at), approved(at), sent(at)]);
    const [page, code, right, bought, theirs] = before;
    const first = await verdictOf(bought);
    expect(kids(await published())).toEqual(["sign-old"]);

    await deployed(OLD, NEXT);
    const cached = await published();
    expect(kids(cached)).toEqual(["sign-old", "sign-next"]);
    const late = await Promise.all([opened(at), sent(at), approved(at)]);
    const pageCode = await texted(page);
    await proven(code, code.code);
    expect(await signer(await verdictOf(right), cached)).toBe("sign-old");

    await deployed(NEXT, OLD);
    const now = await published();
    expect(kids(now)).toEqual(["sign-next", "sign-old"]);
    // Receivers keep the keys for a while: whoever has those of before knows the signer of now.
    expect(await signer(await verdictOf(code), cached)).toBe("sign-next");
    expect(await signer(first, now)).toBe("sign-old");
    expect((await page.visitor.page()).status).toBe(200);
    await proven(page, pageCode);
    await proven(late[0], await texted(late[0]));
    await proven(late[1], late[1].code);
    for (const one of [page, ...late]) expect(await signer(await verdictOf(one), now)).toBe("sign-next");
    expect([await denied(theirs), (await theirs.shop.view(theirs.id)).reason]).toEqual([200, "recipient_denied"]);
    const fresh = await sent(at);

    await deployed(NEXT);
    await proven(fresh, fresh.code);
    expect(kids(await published())).toEqual(["sign-next"]);
    expect(await signer(await verdictOf(fresh), now)).toBe("sign-next");
  });
});
