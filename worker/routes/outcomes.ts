/** What became of orders, as their order systems report it, weeks later where it must be: labels for the numbers. */
import type { Context } from "hono";
import { Hono } from "hono/tiny";
import * as v from "valibot";
import type { Report } from "../board/cells.ts";
import { place, readJson } from "../body.ts";
import { allowed, type Client } from "../client.ts";
import { outcomeSchema, outcomesSchema, type ProblemCode, type ReportedOutcome } from "../contract.ts";
import { ask } from "../objects.ts";
import { problem } from "../problem.ts";
import { ledgerName } from "../verification/errands.ts";
import { boardShard } from "../webhooks/outbox.ts";
import { onApiHost } from "./hosts.ts";
import { brandBoard, knownId, notAllowed, verification } from "./reach.ts";

type Outcomes = { Bindings: Env; Variables: { client: Client } };

/** A hundred outcomes with all their members; every other body of ours has a quarter of that (requirement H2). */
const BATCH_MAX = 32_768;

/** One of a batch, as far as it could be read. */
interface Wanted {
  verification: string;
  outcome?: ReportedOutcome;
  field?: string;
}

/** `recorded` is false where this verification had an outcome of this type before: nothing is counted twice. */
type Answered = { verification: string } & (
  | { type: ReportedOutcome["type"]; recorded: boolean }
  | { problem: ProblemCode; field?: string }
);

export const outcomes = new Hono<Outcomes>()
  .use("/v1/outcomes", onApiHost)
  .use("/v1/verifications/:id/outcomes", onApiHost)
  .post("/v1/verifications/:id/outcomes", allowed("outcomes"), async (c) => {
    const body = await readJson(c, outcomeSchema);
    if (!body.ok) return body.response;
    if (!kindFits(body.value)) return problem(c, "REQUEST.INVALID", { field: "kind" });
    const [answered] = await reported(c, [{ verification: c.req.param("id"), outcome: body.value }]);
    if (!answered || "problem" in answered) return problem(c, answered?.problem ?? "INTERNAL");
    return c.json({ object: "outcome", ...answered });
  })
  .post("/v1/outcomes", allowed("outcomes"), async (c) => {
    const body = await readJson(c, outcomesSchema, { max: BATCH_MAX, lists: true });
    if (!body.ok) return body.response;
    const wanted = body.value.outcomes.map(({ verification: id, ...more }): Wanted => {
      const read = v.safeParse(outcomeSchema, more, { abortEarly: true });
      const verification = typeof id === "string" ? id : "";
      if (!read.success) return { verification, field: place(read.issues[0]) };
      return kindFits(read.output) ? { verification, outcome: read.output } : { verification, field: "kind" };
    });
    return c.json({ object: "list", data: await reported(c, wanted) });
  })
  .all("/v1/outcomes", notAllowed("POST"))
  .all("/v1/verifications/:id/outcomes", notAllowed("POST"));

function kindFits({ type, kind }: ReportedOutcome): boolean {
  return (type === "fraud.confirmed") === (kind !== undefined);
}

/** Takes each outcome to the shard that its verification's id leads to; answers in the order they came in. */
async function reported(c: Context<Outcomes>, wanted: readonly Wanted[]): Promise<Answered[]> {
  const at = Math.floor(Date.now() / 1000);
  const answers: Answered[] = wanted.map(({ verification: id, field }) =>
    // An id of no form is the caller's own words, and not repeated.
    knownId(c.env, id)
      ? { verification: id, problem: "REQUEST.INVALID", ...(field && { field }) }
      : { verification: "", problem: "VERIFICATION.NOT_FOUND" },
  );
  const sound = wanted.flatMap(({ verification: id, outcome }, n) =>
    outcome && answers[n]?.verification ? [{ n, id, outcome }] : [],
  );
  const shards = Map.groupBy(sound, ({ id }) => boardShard({ id }));
  await Promise.all(
    [...shards].map(async ([shard, ones]) => {
      const told = await tellShard(c, shard, ones, at);
      ones.forEach(({ n, id, outcome: { type } }, k) => {
        const said = told[k];
        answers[n] =
          said === undefined
            ? { verification: id, problem: "VERIFICATION.NOT_FOUND" }
            : { verification: id, type, recorded: said === "recorded" };
      });
    }),
  );
  return answers;
}

/** What the shard made of each; undefined where the verification is another brand's. */
async function tellShard(
  c: Context<Outcomes>,
  shard: number,
  ones: readonly { id: string; outcome: ReportedOutcome }[],
  at: number,
) {
  const { id: brand } = c.var.client.brand.pack;
  const board = brandBoard(c.env, brand, shard);
  const reporting = ones.map(({ id, outcome }) => ({ name: ledgerName(id), report: reportOf(outcome, at) }));
  const said = await ask(board, (stub) => stub.report(brand, reporting));
  // Too early or too late for the ledger: the verification itself may still know.
  const asked = await Promise.all(
    ones.map(({ id }, n) =>
      said[n] === "unknown" ? ask(verification(c.env, id), (one) => one.counted(brand)) : undefined,
    ),
  );
  const own = reporting.flatMap((one, n) => {
    const counted = asked[n];
    return said[n] === "unknown" && counted !== false ? [{ n, one: { ...one, counted: counted ?? null } }] : [];
  });
  const again =
    own.length === 0
      ? []
      : await ask(board, (stub) =>
          stub.report(
            brand,
            own.map(({ one }) => one),
          ),
        );
  own.forEach(({ n }, k) => {
    said[n] = again[k] ?? "recorded";
  });
  return said.map((one) => (one === "unknown" ? undefined : one));
}

function reportOf({ type, kind, amount, occurred_at }: ReportedOutcome, at: number): Report {
  return {
    type,
    as: kind ? `fraud.confirmed:${kind}` : type,
    at,
    occurred: occurred_at === undefined ? null : Math.floor(Date.parse(occurred_at) / 1000),
    amount: amount?.value ?? 0,
    currency: amount?.currency ?? "",
  };
}
