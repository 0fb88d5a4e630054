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

type Namespace = "VERIFICATION" | "ORDER_LEDGER";
const armed = new Map<string, { namespace: Namespace; at: number }>();

/** The object's alarms in shifted time: the platform's own alarm clock is real and cannot be moved. */
function shifted(ctx: DurableObjectState, namespace: Namespace, env: LocalEnv): DurableObjectState {
  const { storage } = ctx;
  const { setAlarm, getAlarm } = { setAlarm: storage.setAlarm.bind(storage), getAlarm: storage.getAlarm.bind(storage) };
  storage.setAlarm = (time, options) => {
    armed.set(String(ctx.id), { namespace, at: Number(time) });
    return setAlarm(Number(time) - (offsetMs ?? 0), options);
  };
  storage.getAlarm = async (options) => {
    const at = await getAlarm(options);
    return at === null ? null : at + (offsetMs ?? 0);
  };
  void ctx.blockConcurrencyWhile(() => synced(env));
  return ctx;
}

/** Sets a pending alarm once more, after the clock has moved. */
async function rearm({ storage, id }: DurableObjectState): Promise<Response> {
  const at = armed.get(String(id))?.at;
  if (at !== undefined && (await storage.getAlarm()) !== null) await storage.setAlarm(at);
  return new Response(null, { status: 204 });
}

export class Verification extends real.Verification {
  constructor(ctx: DurableObjectState, env: LocalEnv) {
    super(shifted(ctx, "VERIFICATION", env), env);
  }
  override fetch() {
    return rearm(this.ctx);
  }
}

export class OrderLedger extends real.OrderLedger {
  constructor(ctx: DurableObjectState, env: LocalEnv) {
    super(shifted(ctx, "ORDER_LEDGER", env), env);
  }
  override fetch() {
    return rearm(this.ctx);
  }
}

async function moveClock(request: Request, env: LocalEnv): Promise<Response> {
  offsetMs = (await request.json<{ offset_ms: number }>()).offset_ms;
  const woken = [...armed].map(([id, { namespace }]) =>
    env[namespace].get(env[namespace].idFromString(id)).fetch("http://rearm/"),
  );
  await Promise.allSettled(woken);
  return Response.json({ now: new Date().toISOString() });
}

export default {
  async fetch(request, env, ctx): Promise<Response> {
    if (request.method === "POST" && new URL(request.url).pathname === "/__clock") return moveClock(request, env);
    await synced(env);
    return app.fetch(request, env, ctx);
  },
} satisfies ExportedHandler<LocalEnv>;
