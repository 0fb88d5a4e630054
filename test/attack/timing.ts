/** Differences in time that a patient stranger can see over loopback. */
import { median } from "../bench/budgets.ts";
import { load, type Send } from "../bench/load.ts";
import type { Call } from "../http/client.ts";

const ROUNDS = 180;
const PARTS = 5;

/**
 * The widest gap between the median times of kinds of calls, in milliseconds: one connection, the kinds in turn, so that
 * whatever else the machine does strikes all alike. A kind is one call to repeat, or a list to use up. Of five parts of
 * the samples the least gap counts: noise passes, a difference stays.
 */
export async function gapMs(port: number, kinds: readonly (Call | readonly Call[])[]): Promise<number> {
  const lists = kinds.map((kind) => ("path" in kind ? Array.from({ length: ROUNDS }, () => kind) : kind));
  const rounds = Math.min(...lists.map((list) => list.length));
  const times = kinds.map((): number[] => []);
  const turns = Array.from({ length: rounds }, (_, round) =>
    lists.map((_list, i) => ({ round, i: (i + round) % lists.length })),
  );
  const jobs = turns.flat().map(({ round, i }) => async (send: Send) => {
    const { host = "", headers, ...call } = (lists[i] as readonly Call[])[round] as Call;
    const begun = performance.now();
    const { status } = await send({ method: "GET", ...call, port, headers: { host, ...headers } });
    times[i]?.push(performance.now() - begun);
    if (status >= 500) throw new Error(`timing met a ${status}`);
  });
  await load(1, jobs);
  const part = Math.floor(rounds / PARTS);
  const gaps = Array.from({ length: PARTS }, (_, n) => {
    const medians = times.map((all) => median(all.slice(n * part, (n + 1) * part)));
    return Math.max(...medians) - Math.min(...medians);
  });
  return Math.min(...gaps);
}
