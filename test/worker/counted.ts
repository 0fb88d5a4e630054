/** Verifications for the tests of the numbers: how each end is reached, what was written of it, and the brand's board. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import schema from "../../worker/analytics/migrations/0001_totals.sql";
import { EVENT_BLOBS, EVENT_DOUBLES, SESSION_BLOBS, SESSION_DOUBLES } from "../../worker/events/columns.ts";
import type { Outcome } from "../../worker/events/outcome.ts";
import { checked } from "../../worker/events/rows.ts";
import type { Seen } from "../../worker/verification/tally.ts";
import { BOARD_SHARDS, boardShard } from "../../worker/webhooks/outbox.ts";
import { approved, fresh, press, sent } from "./opened.ts";

export type Opened = ReturnType<typeof fresh>;

export const MINUTE = 60_000;
export const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

/** Of the phone and of the browser, as the Worker tells them. */
export const PHONE = { country: checked("country", "NO"), prefix: checked("prefix", "4792") };
export const SEEN: Seen = { device: "ios", from: checked("country", "SE"), armed: true };

/** Opens, and sends a first code from a browser that is seen. */
export async function seen(): Promise<Opened> {
  const v = fresh();
  await v.open({ phone: PHONE });
  await start(v);
  await v.settle(1, "accepted");
  return v;
}

export const start = (v: Opened) =>
  v.stub().reserveSend({
    ...v.visitor,
    kind: "start",
    press: press(),
    framed: false,
    locale: null,
    denyToken: "bcdfghjk",
    seen: SEEN,
  });

export async function redeemed(v?: Opened): Promise<Opened> {
  const one = v ?? (await sent());
  await one.guess(await one.code());
  await one.stub().redeem("tindra", "d".repeat(64), "redeem-key", "verdict");
  return one;
}

const resend = async (v: Opened, ordinal: number, fate: "rejected" | "refused") => {
  later(2 * MINUTE);
  await v.send("resend");
  await v.settle(ordinal, fate);
};

/** Every end a verification can come to, its outcome and how it gets there. */
export const ENDS: [name: string, outcome: Outcome, act: () => Promise<Opened>][] = [
  ["redeemed", "proceeded", () => redeemed()],
  [
    "exempt by the brand's policy",
    "exempt",
    async () => {
      const v = fresh();
      await v.open({ decision: { action: "exempt", reasons: ["policy.low_value"] } });
      await v.stub().redeem("tindra", "d".repeat(64), "redeem-key", "verdict");
      return v;
    },
  ],
  [
    "revoked by the shop",
    "stopped",
    async () => {
      const v = await approved();
      await v.stub().withdraw("tindra", "revoke", null);
      return v;
    },
  ],
  [
    "denied by the recipient",
    "denied",
    async () => {
      const v = await sent();
      await v.stub().deny("tindra");
      return v;
    },
  ],
  [
    "denied by the recipient after the approval",
    "denied",
    async () => {
      const v = await approved();
      await v.stub().deny("tindra");
      return v;
    },
  ],
  [
    "never redeemed",
    "unreported",
    async () => {
      const v = await approved();
      later(6 * MINUTE);
      await v.stub().read("tindra");
      return v;
    },
  ],
  [
    "left",
    "aborted",
    async () => {
      const v = await sent();
      await v.stub().leave({ ...v.visitor, reason: "left" });
      return v;
    },
  ],
  [
    "without the number",
    "aborted",
    async () => {
      const v = await sent();
      await v.stub().leave({ ...v.visitor, reason: "no_access_to_number" });
      return v;
    },
  ],
  [
    "never opened",
    "expired",
    async () => {
      const v = fresh();
      await v.open();
      later(16 * MINUTE);
      await v.stub().read("tindra");
      return v;
    },
  ],
  [
    "never entered",
    "expired",
    async () => {
      const v = await sent();
      later(16 * MINUTE);
      await runDurableObjectAlarm(v.object());
      return v;
    },
  ],
  [
    "guessed up",
    "locked",
    async () => {
      const v = await sent();
      for (let n = 0; n < 5; n += 1) await v.guess(await v.wrong());
      return v;
    },
  ],
  [
    "not delivered",
    "undeliverable",
    async () => {
      const v = fresh();
      await v.open();
      await v.send("start");
      await v.settle(1, "rejected");
      await resend(v, 2, "rejected");
      await resend(v, 3, "rejected");
      return v;
    },
  ],
  [
    "refused by the gateway",
    "failed_technical",
    async () => {
      const v = fresh();
      await v.open();
      for (let n = 1; n <= 5; n += 1) {
        await v.send("start");
        await v.settle(n, "refused");
        later(MINUTE);
      }
      return v;
    },
  ],
  [
    "denied by a rule",
    "blocked",
    async () => {
      const v = fresh();
      await v.open({ decision: { action: "deny", reasons: ["number.changed_24h"] } });
      return v;
    },
  ],
  [
    "without a budget",
    "blocked",
    async () => {
      const v = fresh();
      await v.open({ budget: { ok: false, waitMs: 1000 } });
      return v;
    },
  ],
  [
    "opened again with another number",
    "blocked",
    async () => {
      const v = await sent();
      await v.open({
        key: "key-2",
        number: { sealed: "s", macs: ["another"], ending: "43", source: "oidc", changedAt: null },
      });
      return v;
    },
  ],
  [
    "canceled",
    "canceled",
    async () => {
      const v = await sent();
      await v.stub().withdraw("tindra", "cancel", null);
      return v;
    },
  ],
  [
    "replaced by a newer revision",
    "superseded",
    async () => {
      const v = await approved();
      await v.stub().supersede("tindra");
      return v;
    },
  ],
];

type Point = Parameters<AnalyticsEngineDataset["writeDataPoint"]>[0] & object;
type Named = { index: string } & { [column: string]: string | number };

/** All points since, by the names of their columns, and as they were written. */
export function points() {
  const wide: Point[] = [];
  const thin: Point[] = [];
  vi.spyOn(env.FUNNEL, "writeDataPoint").mockImplementation((point) => void wide.push(point ?? {}));
  vi.spyOn(env.EVENTS, "writeDataPoint").mockImplementation((point) => void thin.push(point ?? {}));
  const named = (all: Point[], blobs: readonly string[], doubles: readonly string[]): Named[] =>
    all.map((point) => ({
      index: String(point.indexes?.[0]),
      ...Object.fromEntries(blobs.map((name, n) => [name, String(point.blobs?.[n])])),
      ...Object.fromEntries(doubles.map((name, n) => [name, Number(point.doubles?.[n])])),
    }));
  return {
    raw: () => [...wide, ...thin],
    wide: () => named(wide, SESSION_BLOBS, SESSION_DOUBLES),
    thin: () => named(thin, EVENT_BLOBS, EVENT_DOUBLES),
    count: () => wide.length + thin.length,
  };
}

export const boardOf = ({ id }: { id: string }, brand = "tindra") =>
  env.BRAND_BOARD.getByName(`${brand}:${boardShard({ id })}`);

/** Rings the alarm of the verification, once its step is over, so that its board knows of it. */
export async function told(v: Opened): Promise<void> {
  later(31 * MINUTE);
  await runDurableObjectAlarm(v.object());
}

/** Rings the alarms of all of a brand's boards. */
export async function rolledUp(brand = "tindra"): Promise<void> {
  for (let shard = 0; shard < BOARD_SHARDS; shard += 1)
    await runDurableObjectAlarm(env.BRAND_BOARD.getByName(`${brand}:${shard}`));
}

/** An empty database with the tables and views of the migration. */
export async function migrated(): Promise<void> {
  const { results } = await env.ANALYTICS_DB.prepare(
    "SELECT type, name FROM sqlite_master WHERE name = 'total' OR name LIKE 'rollup%'",
  ).all<{ type: string; name: string }>();
  const drops = results.map(({ type, name }) => `DROP ${type} ${name}`);
  const statements = [...drops, ...schema.split(/;\n/).filter((text) => text.trim())];
  await env.ANALYTICS_DB.batch(statements.map((sql) => env.ANALYTICS_DB.prepare(sql)));
}

/** Sums over a view of the roll-up. */
export async function sums(view: string, columns: string, where = "1"): Promise<Record<string, number>> {
  const list = columns.split(" ").map((column) => `COALESCE(SUM(${column}), 0) AS ${column}`);
  const row = await env.ANALYTICS_DB.prepare(`SELECT ${list.join(", ")} FROM ${view} WHERE ${where}`).first();
  return row as Record<string, number>;
}
