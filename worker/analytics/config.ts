/** What the console's Worker is told: who vouches for analysts, what each group may see, and where the numbers are. */
import * as v from "valibot";
import { BRAND_ID, ConfigError, complaint, endpoint, origin } from "../config.ts";

/** Names of data sets that go into statements as they are. */
const dataSet = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,63}$/));

const settings = v.strictObject({
  /** Cloudflare Access: the team's origin, which is also the issuer, and the application's audience tag. */
  team: origin,
  audience: v.pipe(v.string(), v.minLength(8)),
  /** The claim that lists a person's groups. */
  claim: v.optional(v.string(), "groups"),
  /** By group, or by a service token's client id. `brands`: ids, or all that have a pack. */
  roles: v.record(
    v.string(),
    v.strictObject({
      role: v.picklist(["analyst", "fraud", "operator", "admin"]),
      brands: v.union([v.literal("all"), v.array(v.pipe(v.string(), v.regex(BRAND_ID)))]),
    }),
  ),
  /** Analytics Engine's SQL API. */
  sql: v.optional(
    v.strictObject({
      base: endpoint,
      account: v.pipe(v.string(), v.regex(/^[a-z0-9]{1,64}$/)),
      data_sets: v.optional(v.strictObject({ otp_sessions: dataSet, otp_events: dataSet })),
    }),
  ),
});

const platform = v.object({
  ANALYTICS: v.picklist(["engine", "rollup"]),
  ANALYST_ORIGIN: v.optional(origin),
  ANALYSTS: v.optional(v.pipe(v.string(), v.parseJson(), settings)),
  ANALYTICS_TOKEN: v.optional(v.pipe(v.string(), v.minLength(16))),
});

/** The analysts' side of this deployment. */
export interface ConsoleConfig extends Omit<v.InferOutput<typeof settings>, "sql"> {
  origin: string;
  /** How to reach the SQL API; undefined where the exact counters are all there is. The token reads the whole account. */
  sql: (NonNullable<v.InferOutput<typeof settings>["sql"]> & { token: string }) | undefined;
}

const parsed = new WeakMap<object, { console: ConsoleConfig | undefined }>();

/** The validated configuration; undefined where only order systems ask. Throws `ConfigError` that names the variable at fault. */
export function consoleConfig(env: object): ConsoleConfig | undefined {
  const known = parsed.get(env);
  if (known) return known.console;
  const result = v.safeParse(platform, env);
  if (!result.success) throw new ConfigError(complaint(result.issues[0]));
  const fresh = consoleOf(result.output);
  parsed.set(env, { console: fresh });
  return fresh;
}

function consoleOf(given: v.InferOutput<typeof platform>): ConsoleConfig | undefined {
  const { ANALYST_ORIGIN: origin, ANALYSTS, ANALYTICS_TOKEN: token } = given;
  if (!origin && !ANALYSTS) return undefined;
  if (!origin) throw new ConfigError("ANALYST_ORIGIN: missing beside ANALYSTS");
  if (!ANALYSTS) throw new ConfigError("ANALYSTS: missing beside ANALYST_ORIGIN");
  if (given.ANALYTICS === "rollup") return { ...ANALYSTS, origin, sql: undefined };
  if (!ANALYSTS.sql) throw new ConfigError("ANALYSTS.sql: missing for the engine");
  if (!token) throw new ConfigError("ANALYTICS_TOKEN: missing for the engine");
  return { ...ANALYSTS, origin, sql: { ...ANALYSTS.sql, token } };
}
