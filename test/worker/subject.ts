/** A customer of Tindra as the routes see one, without the authority: names, budgets and verifications are real. */
import { env } from "cloudflare:workers";
import { brandById, brandOf } from "../../worker/brands/brand.ts";
import type { BrandPack } from "../../worker/brands/schema.ts";
import type { Client } from "../../worker/client.ts";
import { config } from "../../worker/config.ts";
import app from "../../worker/index.ts";
import { askRow } from "../../worker/objects.ts";
import { leaseFor } from "../../worker/routes/lease.ts";
import { customerName, numberName, orderName } from "../../worker/routes/names.ts";
import { customerLedger, orderLedger, verification } from "../../worker/routes/reach.ts";
import { verificationId } from "../../worker/verification/link.ts";
import { withConsole } from "../standins/console.ts";
import { API_KEYS } from "../standins/secrets.ts";
import { opening, press } from "./opened.ts";

export type Environment = typeof env;

/** The environment with members of a brand's secrets, or variables, changed. */
export function environment(
  secrets: (brand: Record<string, never>) => object = () => ({}),
  vars: Partial<Environment> = {},
): Environment {
  const known = JSON.parse(env.SECRETS_TINDRA);
  return { ...env, ...vars, SECRETS_TINDRA: JSON.stringify({ ...known, ...secrets(known) }) };
}

/** A call of Tindra's order system. */
export function call(
  method: string,
  path: string,
  body?: unknown,
  { at = env, key = API_KEYS.tindra, headers = {} }: { at?: Environment; key?: string; headers?: object } = {},
): Promise<Response> {
  const request = new Request(`${at.API_ORIGIN}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "idempotency-key": press(),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return Promise.resolve(
    app.fetch(request, withConsole(at), { waitUntil() {}, passThroughOnException() {}, props: {} } as never),
  );
}

/** Tindra's order system behind its credential. */
export function client(at: Environment): Client {
  const brand = brandOf(config(at), "tindra");
  const secrets = config(at).secrets("tindra");
  if (!brand || !secrets) throw new Error("the test's brand is not configured");
  return { id: "tindra-shop", brand, secrets };
}

let people = 0;
/** A customer and a number that no other test uses. */
export function person() {
  people += 1;
  const unique = `${Date.now()}-${people}`;
  return { ref: `customer-marked-${unique}`, number: `+4792${String(people).padStart(6, "0")}`, unique };
}

type Whom = Pick<ReturnType<typeof person>, "ref" | "number">;

/** Opens a verification as the route does, from the claim of the order to the object. */
export async function open(whom: Whom, order: string, at: Environment = env) {
  const system = client(at);
  const [orderRow, customer] = await Promise.all([orderName(at, system, order), customerName(at, system, whom.ref)]);
  const names = { customer, number: await numberName(at, whom.number) };
  const digest = "d".repeat(64);
  const claim = (instead?: string) =>
    askRow(
      (name) => orderLedger(at, name),
      orderRow,
      (ledger, name) =>
        ledger.claim({
          brand: "tindra",
          order: name,
          customer,
          digest,
          key: press(),
          body: "body",
          candidate: verificationId(env.VERIFICATION.newUniqueId().toString()),
          ...(instead && { instead }),
        }),
    );
  const attempt = async (id: string, old: boolean) => {
    const of = { id, brand: brandById("tindra") as BrandPack, order: orderRow, asks: true, old };
    const leased = await leaseFor(at, names, of);
    const { budget } = leased;
    const leases = budget.ok ? names : null;
    const wish = opening({ key: press(), digest, budget, leases, row: orderRow, over: leased.over });
    const outcome = await verification(at, id)().open({ ...wish, order: { ...wish.order, id: order } });
    if (!outcome.leased) await leased.release();
    return { id, budget, outcome };
  };
  const claimed = await claim();
  if (!claimed.ok) return { id: "", problem: claimed.problem, budget: undefined };
  const first = await attempt(claimed.id, claimed.old === true);
  if (first.outcome.ok) return { ...first, problem: undefined };
  const again = await claim(claimed.id);
  if (!again.ok) return { id: "", problem: again.problem, budget: undefined };
  return { ...(await attempt(again.id, false)), problem: undefined };
}

/** What the customer's row says, under whatever name it has now. */
export async function row(whom: Whom, at: Environment = env) {
  return askRow(
    (name) => customerLedger(at, name),
    await customerName(at, client(at), whom.ref),
    (ledger, name) => ledger.read(name),
  );
}
