/** Which store answers what, by this deployment's configuration and the question. */
import { consoleConfig } from "../analytics/config.ts";
import { type AnalyticsStore, engineStore } from "../analytics/query.ts";
import type { Question } from "../analytics/questions.ts";
import { type RollupStore, rollupStore } from "../analytics/rollup.ts";

/** Money, losses and blocks by rule: never from a sample. */
const EXACT: ReadonlySet<Question> = new Set<Question>(["rules", "money", "losses"]);

/** The stores there are: exact counters always, the engine where it is configured. */
export interface Stores {
  engine: AnalyticsStore | undefined;
  exact: RollupStore;
}

/** The stores as somebody of `role` asks them; without one every answer is a fresh one. */
export function stores(env: ConsoleEnv, role: string | undefined): Stores {
  const sql = consoleConfig(env)?.sql;
  return { engine: sql && engineStore(sql, role, Date.now), exact: rollupStore(env) };
}

/** The store for `question` about a period; `recent`: no part of it is older than the engine remembers. */
export function storeFor({ engine, exact }: Stores, question: Question, recent: boolean): AnalyticsStore {
  return engine && recent && !EXACT.has(question) ? engine : exact;
}
