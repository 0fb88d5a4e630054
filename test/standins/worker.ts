/**
 * LOCAL ENTRY of `[env.dev]`, never deployed: production's `main` is worker/index.ts, which knows nothing of this
 * file. It runs the same Worker on the shared clock of the stand-ins, so that "in fifteen minutes" can be now.
 */
import app, * as real from "../../worker/index.ts";

export * from "../../worker/index.ts"; // the classes below take precedence over theirs

type LocalEnv = Env & { CONTROL_ORIGIN?: string };

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

/** The object's alarms in shifted time: the platform's own alarm clock is real and cannot be moved. */
function shifted(ctx: DurableObjectState, env: LocalEnv): DurableObjectState {
  const { storage } = ctx;
  const { setAlarm, getAlarm } = { setAlarm: storage.setAlarm.bind(storage), getAlarm: storage.getAlarm.bind(storage) };
  storage.setAlarm = (time, options) => setAlarm(Number(time) - (offsetMs ?? 0), options);
  storage.getAlarm = async (options) => {
    const at = await getAlarm(options);
    return at === null ? null : at + (offsetMs ?? 0);
  };
  void ctx.blockConcurrencyWhile(() => synced(env));
  return ctx;
}

/** Sets a pending alarm once more, now that the clock has moved by `?by=` milliseconds. */
async function rearm({ storage }: DurableObjectState, { url }: Request): Promise<Response> {
  const at = await storage.getAlarm();
  if (at !== null) await storage.setAlarm(at - Number(new URL(url).searchParams.get("by")));
  return new Response(null, { status: 204 });
}

export class Verification extends real.Verification {
  constructor(ctx: DurableObjectState, env: LocalEnv) {
    super(shifted(ctx, env), env);
  }
  override fetch(request: Request) {
    return rearm(this.ctx, request);
  }
}

export class OrderLedger extends real.OrderLedger {
  constructor(ctx: DurableObjectState, env: LocalEnv) {
    super(shifted(ctx, env), env);
  }
  override fetch(request: Request) {
    return rearm(this.ctx, request);
  }
}

export class CustomerLedger extends real.CustomerLedger {
  constructor(ctx: DurableObjectState, env: LocalEnv) {
    super(shifted(ctx, env), env);
  }
  override fetch(request: Request) {
    return rearm(this.ctx, request);
  }
}

export class NumberLedger extends real.NumberLedger {
  constructor(ctx: DurableObjectState, env: LocalEnv) {
    super(shifted(ctx, env), env);
  }
  override fetch(request: Request) {
    return rearm(this.ctx, request);
  }
}

export class DenyLink extends real.DenyLink {
  constructor(ctx: DurableObjectState, env: LocalEnv) {
    super(shifted(ctx, env), env);
  }
  override fetch(request: Request) {
    return rearm(this.ctx, request);
  }
}

export class BrandBoard extends real.BrandBoard {
  constructor(ctx: DurableObjectState, env: LocalEnv) {
    super(shifted(ctx, env), env);
  }
  override fetch(request: Request) {
    return rearm(this.ctx, request);
  }
}

/** Any of the namespaces: their objects are only woken. */
interface Space {
  idFromString(id: string): DurableObjectId;
  get(id: DurableObjectId): { fetch(address: string): Promise<Response> };
}

/** `objects` are the ids the control server found on disk, by class: no other list outlives a restart. */
async function moveClock(request: Request, env: LocalEnv): Promise<Response> {
  type Move = { offset_ms: number; by_ms: number; objects: Record<string, string[]> };
  const { offset_ms, by_ms, objects } = await request.json<Move>();
  offsetMs = offset_ms;
  const spaces: Record<string, Space> = {
    Verification: env.VERIFICATION,
    OrderLedger: env.ORDER_LEDGER,
    CustomerLedger: env.CUSTOMER_LEDGER,
    NumberLedger: env.NUMBER_LEDGER,
    DenyLink: env.DENY_LINK,
    BrandBoard: env.BRAND_BOARD,
  };
  const woken = Object.entries(spaces).flatMap(([name, space]) =>
    (objects[name] ?? []).map((id) => space.get(space.idFromString(id)).fetch(`http://rearm/?by=${by_ms}`)),
  );
  await Promise.allSettled(woken);
  return Response.json({ now: new Date().toISOString(), woken: woken.length });
}

export default {
  async fetch(request, env, ctx): Promise<Response> {
    if (request.method === "POST" && new URL(request.url).pathname === "/__clock") return moveClock(request, env);
    await synced(env);
    return app.fetch(request, env, ctx);
  },
} satisfies ExportedHandler<LocalEnv>;
