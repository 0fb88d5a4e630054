/** The columns a statement can name, with what they mean. */
import { EVENT_BLOBS, EVENT_DOUBLES, HELP, SESSION_BLOBS, SESSION_DOUBLES } from "../../../worker/events/columns.ts";

/** One column of a data set: its slot, its meaning in a word and in a sentence. */
export interface Field {
  slot: string;
  name: string;
  help: string;
}

const numbered = (kind: "blob" | "double", names: readonly (keyof typeof HELP)[]): Field[] =>
  names.map((name, i) => ({ slot: `${kind}${i + 1}`, name, help: HELP[name] }));

const EVERY: readonly Field[] = [
  { slot: "timestamp", name: "end", help: "when the row was written" },
  { slot: "_sample_interval", name: "weight", help: "how many rows this one stands for; sum it, never count()" },
  { slot: "index1", name: "brand:COUNTRY", help: "brand and country of the phone" },
];

/** Columns by data set. */
export const FIELDS: Readonly<Record<"otp_sessions" | "otp_events", readonly Field[]>> = {
  otp_sessions: [...EVERY, ...numbered("blob", SESSION_BLOBS), ...numbered("double", SESSION_DOUBLES)],
  otp_events: [...EVERY, ...numbered("blob", EVENT_BLOBS), ...numbered("double", EVENT_DOUBLES)],
};
