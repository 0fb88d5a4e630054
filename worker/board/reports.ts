/** A reported outcome as a thin row, complete on its own: Analytics Engine joins nothing. */
import { checked } from "../events/rows.ts";
import { write } from "../events/write.ts";
import type { Counted, Report } from "./cells.ts";

/** Records one outcome; what the ledger does not know any more stays empty. */
export function recordReport(env: Env, brand: string, { as, at, amount }: Report, counted: Counted | undefined): void {
  const s = counted?.session;
  write(env, {
    version: "E1",
    event: "outcome_reported",
    brand: checked("brand", brand),
    country: s?.country ?? "",
    operator: "",
    gateway: s?.gateway ?? "",
    channel: s?.channel ?? "",
    prefix: s?.prefix ?? "",
    band: s?.band ?? "",
    why: as,
    from: s?.from ?? "",
    device: s?.device ?? "",
    decision: s?.decision ?? "",
    pseudonym: "",
    ordinal: 0,
    since_ms: s ? (at - s.created) * 1000 : 0,
    latency_ms: 0,
    value: s?.value ?? 0,
    cost: 0,
    score: s?.score ?? 0,
    amount,
    entry: s?.entry ?? 0,
    webotp: s?.webotp ?? 0,
  });
}
