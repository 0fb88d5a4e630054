/** Values on an axis. */

const short = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });

/** "900", "1.2k", "3M" (SI prefixes). */
export const compact = (value: number): string => short.format(value).replace("K", "k");

/** "85 %". */
export const percentTick = (share: number): string => `${Math.round(share * 100)} %`;
