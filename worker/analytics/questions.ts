/** The named questions, one file each. Imported by name: a glob import breaks in the deployed Worker. */

import { parse } from "./dialectparse.ts";
import type { Tree } from "./dialecttree.ts";
import attempts from "./questions/attempts.sql";
import attemptsMean from "./questions/attemptsMean.sql";
import countries from "./questions/countries.sql";
import deliveryByOperator from "./questions/deliveryByOperator.sql";
import deliveryByProvider from "./questions/deliveryByProvider.sql";
import eventCounts from "./questions/eventCounts.sql";
import funnel from "./questions/funnel.sql";
import funnelByBrand from "./questions/funnelByBrand.sql";
import hourly from "./questions/hourly.sql";
import latencyByCountry from "./questions/latencyByCountry.sql";
import latencyByGateway from "./questions/latencyByGateway.sql";
import latencyByOperator from "./questions/latencyByOperator.sql";
import leaving from "./questions/leaving.sql";
import liveMinutes from "./questions/liveMinutes.sql";
import losses from "./questions/losses.sql";
import money from "./questions/money.sql";
import outcomes from "./questions/outcomes.sql";
import outcomesByDay from "./questions/outcomesByDay.sql";
import prefixWindow from "./questions/prefixWindow.sql";
import pumping from "./questions/pumping.sql";
import reasons from "./questions/reasons.sql";
import releases from "./questions/releases.sql";
import resend from "./questions/resend.sql";
import rules from "./questions/rules.sql";
import verifyTime from "./questions/verifyTime.sql";
import verifyTimeAutofill from "./questions/verifyTimeAutofill.sql";
import verifyTimeByCountry from "./questions/verifyTimeByCountry.sql";
import verifyTimeByGateway from "./questions/verifyTimeByGateway.sql";
import verifyTimeByOperator from "./questions/verifyTimeByOperator.sql";
import webotp from "./questions/webotp.sql";

const TEXTS = {
  attempts,
  attemptsMean,
  countries,
  deliveryByOperator,
  deliveryByProvider,
  eventCounts,
  funnel,
  funnelByBrand,
  hourly,
  latencyByCountry,
  latencyByGateway,
  latencyByOperator,
  leaving,
  liveMinutes,
  losses,
  money,
  outcomes,
  outcomesByDay,
  prefixWindow,
  pumping,
  reasons,
  releases,
  resend,
  rules,
  verifyTime,
  verifyTimeAutofill,
  verifyTimeByCountry,
  verifyTimeByGateway,
  verifyTimeByOperator,
  webotp,
};

/** The name of a question: that of its file. */
export type Question = keyof typeof TEXTS;

/** Every question there is. */
export const QUESTIONS = Object.keys(TEXTS) as Question[];

/** Whether `text` names a question. */
export const isQuestion = (text: string): text is Question => Object.hasOwn(TEXTS, text);

const trees = new Map<Question, Tree>();

/** The tree of a question, by the same road as anybody's statement. Throws where its file is not in the subset: a bug. */
export function questionTree(name: Question): Tree {
  const known = trees.get(name);
  if (known) return known;
  const tree = parse(TEXTS[name], "shipped");
  if (Array.isArray(tree)) throw new Error(`question ${name}: ${tree[0]?.text} at ${tree[0]?.at}`);
  trees.set(name, tree);
  return tree;
}
