/**
 * LOCAL ENTRY of `[env.dev]`, never deployed: production's `main` is worker/index.ts, which knows nothing of this
 * file. It runs the same Worker on the shared clock of the stand-ins, so that "in fifteen minutes" can be now; gives it
 * data sets that write to the analytics stand-in, and the console's Worker in the same isolate; and is the access proxy in
 * front of it.
 */
import { type DurableObject, waitUntil } from "cloudflare:workers";
import app, * as real from "../../worker/index.ts";
import { throughAccess } from "./access-login.ts";
import { hourly, withConsole } from "./console.ts";

export * from "../../worker/index.ts"; // the classes below take precedence over theirs

type LocalEnv = Env & {
  CONTROL_ORIGIN?: string;
  ANALYTICS_ORIGIN?: string;
  ANALYST_ORIGIN?: string;
  ANALYSTS?: string;
};

const RealDate = Date;
let offsetMs: number | undefined;
const now = () => RealDate.now() + (offsetMs ?? 0);

// Worker and objects share one isolate under `wrangler dev`, so one patch reaches both.
globalThis.Date = new Proxy(RealDate, {
  construct: (date, args, target) => Reflect.construct(date, args.length > 0 ? args : [now()], target),
  apply: () => new RealDate(now()).toString(),
  get: (date, member) => (member === "now" ? now : Reflect.get(date, member)),
});

/** Asks the control server for the offset until it is known; later changes are pushed to `POST /__clock`. */
async function synced({ CONTROL_ORIGIN }: LocalEnv): Promise<void> {
  if (offsetMs !== undefined || !CONTROL_ORIGIN) return;
  const answer = await fetch(`${CONTROL_ORIGIN}/clock`).catch(() => undefined);
  if (answer?.ok) offsetMs ??= (await answer.json<{ offset_ms: number }>()).offset_ms;
}

/** Points written in this turn of the event loop; they leave together. */
const points: { set: string; at: number; point: unknown }[] = [];
let warned = false;

/** Like the platform's: `writeDataPoint` returns nothing, never throws and waits for nothing. */
function dataSet(set: string, origin: string): AnalyticsEngineDataset {
  return {
    writeDataPoint(point) {
      if (points.push({ set, at: now(), point }) === 1) waitUntil(Promise.resolve().then(() => posted(origin)));
    },
  };
}

async function posted(origin: string): Promise<void> {
  try {
    const { ok, body } = await fetch(`${origin}/points`, { method: "POST", body: JSON.stringify(points.splice(0)) });
    await body?.cancel();
    if (ok) return;
  } catch {
    // Not running, or ended: said below.
  }
  if (!warned) console.warn("the analytics stand-in takes no points: the numbers stay behind");
  warned = true;
}

const wrapped = new WeakMap<object, LocalEnv>();

/** The environment as the Worker sees it here; one for each, so that what is kept by it is kept. */
function local(env: LocalEnv): LocalEnv {
  const { ANALYTICS_ORIGIN: origin } = env;
  const known = wrapped.get(env) ?? {
    ...withConsole(env),
    ...(origin && { FUNNEL: dataSet("otp_sessions", origin), EVENTS: dataSet("otp_events", origin) }),
  };
  wrapped.set(env, known);
  return known;
}

/** Pending alarms of this isolate's objects, epoch milliseconds of the shifted clock, by object. */
const alarms = new Map<string, { space: string; at: number }>();

/** The object's alarms in shifted time: the platform's own alarm clock is real and cannot be moved. */
function shifted(ctx: DurableObjectState, env: LocalEnv, space: string): DurableObjectState {
  const { storage } = ctx;
  const id = ctx.id.toString();
  const { setAlarm, getAlarm, deleteAlarm } = {
    setAlarm: storage.setAlarm.bind(storage),
    getAlarm: storage.getAlarm.bind(storage),
    deleteAlarm: storage.deleteAlarm.bind(storage),
  };
  storage.setAlarm = (time, options) => {
    alarms.set(id, { space, at: Number(time) });
    return setAlarm(Number(time) - (offsetMs ?? 0), options);
  };
  storage.getAlarm = async (options) => {
    const at = await getAlarm(options);
    // Its own memory first: since it was set the clock may have moved without it.
    return at === null ? null : (alarms.get(id)?.at ?? at + (offsetMs ?? 0));
  };
  storage.deleteAlarm = (options) => {
    alarms.delete(id);
    return deleteAlarm(options);
  };
  void ctx.blockConcurrencyWhile(() => synced(env));
  return ctx;
}

/** Where an object is told of a moved clock; any other request is its own. */
const CLOCK = "http://clock.invalid";

// biome-ignore lint/suspicious/noExplicitAny: TypeScript asks a mixin for exactly this constructor
type Class = new (...args: any[]) => DurableObject<Env>;

/** The class `space` on the shared clock and with the local environment. */
function onClock<T extends Class>(Real: T, space: string) {
  return class extends Real {
    // biome-ignore lint/suspicious/noExplicitAny: TypeScript asks a mixin for exactly this constructor
    constructor(...[ctx, env]: any[]) {
      super(shifted(ctx, env, space), local(env));
    }

    override async alarm(info?: AlarmInvocationInfo): Promise<void> {
      alarms.delete(this.ctx.id.toString());
      await super.alarm?.(info);
    }

    override async fetch(request: Request): Promise<Response> {
      const { origin, pathname, searchParams } = new URL(request.url);
      if (origin !== CLOCK) return super.fetch?.(request) ?? new Response(null, { status: 404 });
      const { storage, id } = this.ctx;
      const known = alarms.has(id.toString());
      const at = await storage.getAlarm();
      if (at === null) alarms.delete(id.toString());
      else if (pathname === "/rearm") await storage.setAlarm(known ? at : at - Number(searchParams.get("by")));
      else if (pathname === "/ring" || at <= now()) {
        await storage.deleteAlarm();
        await this.alarm();
      }
      return new Response(null, { status: 204 });
    }
  };
}

export class Verification extends onClock(real.Verification, "Verification") {}
export class OrderLedger extends onClock(real.OrderLedger, "OrderLedger") {}
export class CustomerLedger extends onClock(real.CustomerLedger, "CustomerLedger") {}
export class NumberLedger extends onClock(real.NumberLedger, "NumberLedger") {}
export class DenyLink extends onClock(real.DenyLink, "DenyLink") {}
export class BrandBoard extends onClock(real.BrandBoard, "BrandBoard") {}

/** Any of the namespaces: their objects are only woken. */
interface Space {
  idFromString(id: string): DurableObjectId;
  get(id: DurableObjectId): { fetch(address: string): Promise<Response> };
}

/**
 * Takes the new offset. With `objects`, the ids by class that the control server found on disk (no other list outlives
 * a restart), all of them set their alarm once more. With `due`, only objects of these classes whose alarm has come due
 * run it, before the answer: many small steps forward cost little, and leave all else to a last move with all.
 */
async function moveClock(request: Request, env: LocalEnv): Promise<Response> {
  type Move = { offset_ms: number; by_ms: number; objects: Record<string, string[]>; due?: string[] };
  const { offset_ms, by_ms, objects, due } = await request.json<Move>();
  offsetMs = offset_ms;
  const spaces: Record<string, Space> = {
    Verification: env.VERIFICATION,
    OrderLedger: env.ORDER_LEDGER,
    CustomerLedger: env.CUSTOMER_LEDGER,
    NumberLedger: env.NUMBER_LEDGER,
    DenyLink: env.DENY_LINK,
    BrandBoard: env.BRAND_BOARD,
  };
  const ringing = [...alarms].flatMap(([id, { space, at }]) =>
    due?.includes(space) && at <= now() ? [[space, id]] : [],
  );
  const all = Object.entries(objects).flatMap(([space, ids]) => ids.map((id) => [space, id]));
  const address = due ? `${CLOCK}/due` : `${CLOCK}/rearm?by=${by_ms}`;
  const told = (due ? ringing : all).map(([name = "", id = ""]) => {
    const space = spaces[name];
    return space?.get(space.idFromString(id)).fetch(address);
  });
  await Promise.allSettled(told);
  return Response.json({ now: new Date().toISOString(), woken: told.length });
}

/** What happens once an hour: first the boards, by their ids, tell the database; then the console's Worker compares. */
async function runHourly(request: Request, env: LocalEnv): Promise<Response> {
  const { boards } = await request.json<{ boards: string[] }>();
  const space: Space = env.BRAND_BOARD;
  await Promise.all(boards.map((id) => space.get(space.idFromString(id)).fetch(`${CLOCK}/ring`)));
  await hourly(local(env), now());
  return new Response(null, { status: 204 });
}

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const { pathname, origin } = new URL(request.url);
    if (request.method === "POST" && pathname === "/__clock") return moveClock(request, env);
    await synced(env);
    if (request.method === "POST" && pathname === "/__hourly") return runHourly(request, env);
    if (!env.ANALYSTS || origin !== env.ANALYST_ORIGIN) return app.fetch(request, local(env), ctx);
    const passed = await throughAccess(request, JSON.parse(env.ANALYSTS).team);
    return passed instanceof Response ? passed : app.fetch(passed, local(env), ctx);
  },
  async scheduled(_, env): Promise<void> {
    await synced(env);
    await hourly(local(env), now());
  },
} satisfies ExportedHandler<LocalEnv>;
